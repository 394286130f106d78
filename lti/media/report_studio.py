"""What a course's caption report says of the media in the course's collection at Studio.

Studio's list says neither which captions a media has nor when they changed, and has no word for how much may be asked.
So each media is one question (which captions), and each published caption file one more (its text), a few media at a
time; what came of it counts for minutes (which captions) and for a day (their grade). See ``decisions/0022``.
"""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Callable, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlencode

import msgspec

from lti.captions.checks import Limits
from lti.errors import N_, NotAllowed, RemoteGone, RemoteNotPermitted
from lti.media import studio_rights
from lti.media.asking import Asking
from lti.media.handles import Shown, presentable
from lti.media.ports import Clock, Signer
from lti.media.report_grading import Grading, wants_grade
from lti.media.report_reading import go_on
from lti.media.report_rows import LEASE, MOST_AT_ONCE, ReportRows, read_some
from lti.media.report_values import Reading, ReportPage, ReportRow
from lti.media.rights import person
from lti.media.studio_access import StudioAccess, StudioActor
from lti.media.studio_items import item_of, track_of
from lti.media.studio_person import acting_for
from lti.media.track_texts import converted
from lti.model import Catalogue, MediaItem, Platform, Scope, Track, TrackOrigin, TrackState, Viewer
from lti.remote import StudioMedia
from lti.store import Store, TrackGrade

_PAGE: Final = 50  # media; Studio gives no more
_KNOWN: Final = 600.0  # seconds that we remember which captions a media has
_REACH: Final = 900.0  # seconds that a media counts as in the course after Studio listed it there
_MOST_TEXTS: Final = 50  # of one media that are read
_EXTERNAL: Final = N_("This comes from YouTube or Vimeo, and its captions are there.")
_NOT_YOURS: Final = N_("Studio tells only its owner which captions this media has.")
_GONE: Final = N_("This media is not in this course at Studio any more.")


class _Caption(msgspec.Struct, array_like=True, frozen=True):
    id: str
    language: str
    origin: TrackOrigin
    state: TrackState


class _Known(msgspec.Struct, array_like=True, frozen=True):
    """What Studio said of the captions of a media: these, or why it does not (a msgid)."""

    captions: list[_Caption]
    note: str | None = None


@dataclasses.dataclass(frozen=True, slots=True)
class _Asker:
    """Who asks about which course. What an own account may see is remembered for that person alone."""

    viewer: Viewer
    platform: Platform
    subject: str
    course_id: str
    actor: StudioActor

    def key(self, what: str) -> str:
        whose = "all" if self.actor.on_behalf else self.subject
        return f"report/studio/{self.platform.id}/{whose}/{what}"


class StudioReport:
    """Makes the part of the report that is about Studio, for those who teach the course of the launch."""

    def __init__(
        self,
        store: Store,
        access: StudioAccess,
        signer: Signer,
        clock: Clock,
        limits: Limits | None = None,
        *,
        page_size: int = _PAGE,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts; ``limits``, ``page_size`` and ``ticks`` are those of ``CourseReport``."""
        self._store = store
        self._access = access
        self._grading = Grading(limits)
        self._rows = ReportRows(store, signer, clock, self._grading, Catalogue.STUDIO)
        self._clock = clock
        self._page_size = page_size
        self._ticks = ticks

    def page(self, viewer: Viewer, platform: Platform, cursor: str | None = None) -> ReportPage:
        """List media of the course's collection, with what is known of their captions. One call, two for the first.

        :param cursor: of the page before.
        :raises NotAllowed: when this viewer may not see the course's media, or Studio does not know them.
        :raises InputError: for a cursor that is not this person's, or of another course.
        :raises GrantError: when there is no consent to ask Studio by, or no Studio.
        :raises RemoteError: when Studio does not give the list.
        """
        subject, course_id = person(viewer, platform), _course(viewer)
        following = self._rows.following(platform, subject, course_id, cursor)
        with acting_for(self._access, viewer, platform) as actor:
            asker = _Asker(viewer, platform, subject, course_id, actor)
            if following is not None:
                said = dict(parse_qsl(following))
                collection_id, number = said["collection"], int(said["page"])
            else:
                collection = studio_rights.course_collection(actor, course_id)
                if collection is None:
                    return ReportPage((), None, None, 0.0)
                collection_id, number = collection.id, 1
            page = actor.api.collection_media(collection_id, page=number, per_page=self._page_size)
        self._keep_listing(asker, page.items, fresh=number == 1)
        items = [item for media in page.items if (item := presentable(item_of(media))) is not None]
        rows = tuple(self._row(asker, item, self._remembered(asker, item)) for item in items)
        url = urlencode({"collection": collection_id, "page": page.next}) if page.next else None
        about = page.total if page.next or number > 1 else None
        return ReportPage(rows, self._rows.cursor(platform, subject, course_id, url), about, 0.0)

    def read(self, viewer: Viewer, platform: Platform, handles: Sequence[str], *, fresh: bool = False) -> Reading:
        """Look which captions some media have, and read their texts: one call for each media and each new text.

        What somebody is reading at this moment is left out, and so is what would take too long just now.

        :param handles: of listed media, at most :data:`MOST_AT_ONCE`.
        :param fresh: look at each media anew, because its tracks were changed.
        :raises NotAllowed: when this viewer may not see the course's media.
        :raises InputError: for a handle that is not this person's, or of another course.
        :raises GrantError: when there is no consent to ask Studio by.
        :raises RemoteError: when Studio does not answer even for the first of them.
        """
        subject, course_id = person(viewer, platform), _course(viewer)
        shown = {}
        for handle in handles[:MOST_AT_ONCE]:
            each = self._rows.shown(platform, subject, course_id, handle)
            shown[each.item.id] = each
        with acting_for(self._access, viewer, platform) as actor:
            asker = _Asker(viewer, platform, subject, course_id, actor)
            listed = self._listed(asker)
            return read_some(
                [each.item for each in shown.values()],
                lambda item: self._read(asker, shown[item.id], reachable=item.id in listed, fresh=fresh),
                lambda: 0.0,
                self._ticks,
            )

    def _read(self, asker: _Asker, shown: Shown, *, reachable: bool, fresh: bool) -> ReportRow | None:
        item = shown.item
        if item.external is not None:
            return self._row(asker, item, None)
        lease = f"report/studio/{asker.platform.id}/{item.id}"
        if not self._store.cache.lease(lease, LEASE):
            return None
        try:
            if not reachable and not _reaches(asker, shown):
                return self._row(asker, item, _Known([], _GONE))
            known = (None if fresh else self._remembered(asker, item)) or self._look(asker, item)
            row = self._row(asker, item, known)
            unread = [each.track for each in row.tracks if wants_grade(each.track) and (fresh or each.found is None)]
            if unread:
                grades = self._grades(asker, unread[:_MOST_TEXTS])
                self._store.reports.put_grades(asker.platform.id, Catalogue.STUDIO, item.id, grades)
                row = self._row(asker, item, known)
            return row
        finally:
            self._store.cache.release(lease)

    def _look(self, asker: _Asker, item: MediaItem) -> _Known:
        """Ask which captions a media has, and remember it."""
        try:
            tracks = [track_of(caption) for caption in asker.actor.api.captions(item.id)]
            known = _Known([_Caption(each.id, each.language, each.origin, each.state) for each in tracks])
        except RemoteNotPermitted:
            known = _Known([], _NOT_YOURS)
        except RemoteGone:
            return _Known([], _GONE)
        self._store.cache.put(asker.key(item.id), msgspec.json.encode(known), _KNOWN, _KNOWN)
        return known

    def _grades(self, asker: _Asker, tracks: Sequence[Track]) -> list[TrackGrade]:
        asking = Asking()
        grades = []
        for track in tracks:
            content = asking.ask(lambda track=track: asker.actor.api.caption_text(track.id))  # type: ignore[misc]
            go_on(asking.failure)
            if content is None:
                continue
            text = converted(track, content)
            grades.append(self._grading.graded(track, text.track.state, text.vtt, self._clock()))
        return grades

    def _row(self, asker: _Asker, item: MediaItem, known: _Known | None) -> ReportRow:
        """Make the row of a media; its tracks have no date, for Studio does not say when a text changed."""
        captions = known.captions if known else ()
        tracks = tuple(Track(each.id, each.language, "subtitles", each.origin, each.state) for each in captions)
        told = known is not None and known.note is None
        found = dataclasses.replace(item, tracks=tracks, tracks_known=told)
        (row,) = self._rows.of(asker.platform, asker.subject, asker.course_id, [presentable(found) or found])
        note = _EXTERNAL if item.external is not None else known.note if known else None
        return dataclasses.replace(row, note=note)

    def _remembered(self, asker: _Asker, item: MediaItem) -> _Known | None:
        entry = self._store.cache.get(asker.key(item.id))
        return msgspec.json.decode(entry.value, type=_Known) if entry is not None and entry.fresh else None

    def _keep_listing(self, asker: _Asker, listed: Sequence[StudioMedia], *, fresh: bool) -> None:
        """Remember what is in the course, and how long media are: Studio's list says both, and handles do not."""
        ids = {media.id for media in listed} | (set() if fresh else self._listed(asker))
        self._store.cache.put(asker.key(f"course {asker.course_id}"), msgspec.json.encode(ids), _REACH, _REACH)
        lengths = {media.id: media.duration or 0.0 for media in listed}
        self._store.reports.put_lengths(asker.platform.id, Catalogue.STUDIO, lengths, self._clock())

    def _listed(self, asker: _Asker) -> set[str]:
        entry = self._store.cache.get(asker.key(f"course {asker.course_id}"))
        return msgspec.json.decode(entry.value, type=set[str]) if entry is not None and entry.fresh else set()


def _course(viewer: Viewer) -> str:
    course_id = studio_rights.place(viewer, Scope.COURSE)
    if course_id is None:
        raise NotAllowed("not in a course")
    return course_id


def _reaches(asker: _Asker, shown: Shown) -> bool:
    """Tell whether a media that was listed long ago is still in the course: two or three calls."""
    try:
        media = asker.actor.api.media(shown.item.id)
        studio_rights.check_reach(asker.actor, asker.viewer, shown, media)
    except (NotAllowed, RemoteGone, RemoteNotPermitted):
        return False
    return True
