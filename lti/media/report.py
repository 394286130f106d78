"""The caption report of a course: all its media, page after page, with what is known of their captions.

Canvas's lists say which tracks there are, not what is in them. What the checks made of a text is kept
(:class:`lti.store.TrackGrade`) and counts until the list says that the text has changed, so a later visit reads only
what is new. Texts are read a few media at a time, one call each, and never faster than Canvas's throttle likes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from lti.errors import InputError, RemoteError
from lti.media.access import CanvasAccess
from lti.media.handles import Handles, NextPage, Shown, presentable
from lti.media.ports import Clock, Signer
from lti.media.report_grading import counts, final_grade, wants_grade
from lti.media.report_reading import read_item
from lti.media.report_renaming import rename
from lti.media.report_values import Lengths, Reading, ReportedTrack, ReportPage, ReportRow
from lti.media.rights import person, scope_id
from lti.model import Catalogue, MediaItem, Platform, Scope, Track, Viewer
from lti.remote import CanvasApi, CanvasOAuth, Http, MediaPage
from lti.store import Store, TrackGrade

MOST_AT_ONCE: Final = 10  # media of one reading
_MEASURED_AT_ONCE: Final = 20  # media of one call for lengths, each a question of Canvas to Kaltura
_BUDGET: Final = 3.0  # seconds after which a reading begins no other media
_LEASE: Final = 60.0  # seconds; no call of ours takes longer
# Canvas's throttle (``reference/canvas.md`` 6.5): 600 units, of which 10 come back a second. Half is left to whatever
# else the person does meanwhile.
_SPARE: Final = 300.0
_LEAK: Final = 10.0  # units a second
_LONGEST_PAUSE: Final = 30.0  # seconds
_OTHERS: Final = 2.0  # seconds, where all that was asked for is being read by somebody else


class CourseReport:
    """Makes the report, for those who teach the course of the launch."""

    def __init__(
        self,
        store: Store,
        http: Http,
        oauth: CanvasOAuth,
        signer: Signer,
        clock: Clock,
        *,
        page_size: int = 100,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts.

        :param page_size: media a page, 1 to 100.
        :param ticks: measures how long a reading takes.
        """
        self._store = store
        self._access = CanvasAccess(store, http, oauth, clock)
        self._handles = Handles(signer)
        self._clock = clock
        self._page_size = page_size
        self._ticks = ticks

    def page(self, viewer: Viewer, platform: Platform, cursor: str | None = None) -> ReportPage:
        """List media of the course with what is known of their captions. Exactly one call to Canvas.

        :param cursor: of the page before.
        :raises NotAllowed: when this viewer may not see the course's media.
        :raises InputError: for a cursor that is not this person's, or of another course.
        :raises GrantError: when the person has not connected Canvas, or no longer is.
        :raises RemoteError: when Canvas does not give the list.
        """
        subject = person(viewer, platform)
        place = scope_id(viewer, Scope.COURSE)
        following = self._following(platform, subject, place, cursor)
        with self._access.acting_for(platform, subject) as api:
            if following is not None:
                page = api.media_page(following.url)
            else:
                page = api.list_media(Scope.COURSE, place, per_page=self._page_size)
            pause = _pause(api)
        items = [item for media in page.items if (item := presentable(media.item)) is not None]
        rows = self._rows(platform, subject, place, items)
        return ReportPage(rows, self._cursor(platform, subject, place, page), self._about(page), pause)

    def read(self, viewer: Viewer, platform: Platform, handles: Sequence[str], *, fresh: bool = False) -> Reading:
        """Read the texts of some media that were not read yet, one call for each media as a rule.

        What somebody else has read meanwhile is not read again, what somebody is reading at this moment is left out,
        and so is what would take too long or be too much for Canvas just now.

        :param handles: of listed media, at most :data:`MOST_AT_ONCE`.
        :param fresh: look at each media anew, because its tracks were changed: one call more for each.
        :raises NotAllowed: when this viewer may not see the course's media.
        :raises InputError: for a handle that is not this person's, or of another course.
        :raises GrantError: when the person has not connected Canvas, or no longer is.
        :raises RemoteError: when Canvas does not answer even for the first of them.
        """
        subject = person(viewer, platform)
        place = scope_id(viewer, Scope.COURSE)
        items = [self._shown(platform, subject, place, handle).item for handle in handles[:MOST_AT_ONCE]]
        until = self._ticks() + _BUDGET
        rows: list[ReportRow] = []
        with self._access.acting_for(platform, subject) as api:
            for item in items:
                try:
                    row = self._read(api, platform, subject, place, item, fresh=fresh)
                except RemoteError as error:
                    if not rows:
                        raise
                    return Reading(tuple(rows), error.retry_after or _LONGEST_PAUSE)
                rows += [row] if row is not None else []
                if self._ticks() >= until or _pause(api):
                    break
            pause = _pause(api)
        return Reading(tuple(rows), pause if rows else max(pause, _OTHERS))

    def lengths(self, viewer: Viewer, platform: Platform, cursor: str | None = None) -> Lengths:
        """Learn how long media of the course are, the newest first. One call to Canvas.

        Only where somebody wants it: Canvas asks Kaltura for each media then. What was learnt is kept for good.

        :param cursor: of the answer before.
        :raises NotAllowed: when this viewer may not see the course's media.
        :raises InputError: for a cursor that is not this person's, or of another course.
        :raises GrantError: when the person has not connected Canvas, or no longer is.
        :raises RemoteError: when Canvas does not give the list.
        """
        subject = person(viewer, platform)
        place = scope_id(viewer, Scope.COURSE)
        following = self._following(platform, subject, place, cursor)
        with self._access.acting_for(platform, subject) as api:
            if following is not None:
                page = api.media_page(following.url)
            else:
                page = api.list_media(
                    Scope.COURSE,
                    place,
                    sort="created_at",
                    order="desc",
                    per_page=_MEASURED_AT_ONCE,
                    sources=True,
                    tracks=False,
                )
            pause = _pause(api)
        found = {media.item.id: media.length or 0.0 for media in page.items if presentable(media.item)}
        self._store.reports.put_lengths(platform.id, Catalogue.CANVAS, found, self._clock())
        return Lengths(found, self._cursor(platform, subject, place, page), pause)

    def rename(self, viewer: Viewer, platform: Platform, handle: str, title: str) -> ReportRow:
        """Give a media item another title in Canvas.

        :param title: what people see; Canvas keeps 255 characters of it.
        :raises InputError: for a title without a word, or a handle that is not this person's, or of another course.
        :raises GrantError: when the person's consent cannot be used for it.
        :raises RemoteError: when Canvas does not do it.
        """
        subject = person(viewer, platform)
        place = scope_id(viewer, Scope.COURSE)
        shown = self._shown(platform, subject, place, handle)
        with self._access.acting_for(platform, subject) as api:
            item = rename(api, shown, title)
        return self._rows(platform, subject, place, [item])[0]

    def _read(
        self, api: CanvasApi, platform: Platform, subject: str, place: str | None, item: MediaItem, *, fresh: bool
    ) -> ReportRow | None:
        if fresh:
            media = api.find_media(Scope.COURSE, place, media_id=item.id, search=item.title, sources=False)
            item = (presentable(media.item) if media else None) or item
        (row,) = self._rows(platform, subject, place, [item])
        if not row.unread:
            return row
        lease = f"report/{platform.id}/{item.id}"
        if not self._store.cache.lease(lease, _LEASE):
            return None
        try:
            (row,) = self._rows(platform, subject, place, [item])  # somebody may have finished in between
            unread = [each.track for each in row.tracks if wants_grade(each.track) and each.found is None]
            if not unread:
                return row
            grades = read_item(api, self._store, platform, item, unread, self._clock())
            self._store.reports.put_grades(platform.id, Catalogue.CANVAS, item.id, grades)
        finally:
            self._store.cache.release(lease)
        return self._rows(platform, subject, place, [item])[0]

    def _rows(
        self, platform: Platform, subject: str, place: str | None, items: Sequence[MediaItem]
    ) -> tuple[ReportRow, ...]:
        ids = [item.id for item in items]
        grades = self._store.reports.grades(platform.id, Catalogue.CANVAS, ids)
        lengths = self._store.reports.lengths(platform.id, Catalogue.CANVAS, ids)
        now = self._clock()
        rows = []
        for item in items:
            found = grades.get(item.id, {})
            known = {
                track.id: found[track.id]
                for track in item.tracks
                if track.id in found and counts(found[track.id], track, now)
            }
            measured = lengths.get(item.id)
            ends = max((grade.ends for grade in known.values()), default=0.0)
            rows.append(
                ReportRow(
                    item=item,
                    handle=self._handles.sign(platform, subject, Shown(item, Scope.COURSE, place)),
                    tracks=tuple(_reported(track, known.get(track.id), measured) for track in item.tracks),
                    length=max(measured or 0.0, ends) or None,
                    measured=measured,
                )
            )
        return tuple(rows)

    def _shown(self, platform: Platform, subject: str, place: str | None, handle: str) -> Shown:
        shown = self._handles.read(platform, subject, handle, Catalogue.CANVAS)
        if (shown.scope, shown.scope_id) != (Scope.COURSE, place):
            raise InputError("a handle of another list")
        return shown

    def _following(self, platform: Platform, subject: str, place: str | None, cursor: str | None) -> NextPage | None:
        following = self._handles.read_cursor(platform, subject, cursor) if cursor else None
        if following is not None and (following.scope, following.scope_id) != (Scope.COURSE, place):
            raise InputError("a cursor of another list")
        return following

    def _cursor(self, platform: Platform, subject: str, place: str | None, page: MediaPage) -> str | None:
        if page.next is None:
            return None
        return self._handles.sign_cursor(platform, subject, NextPage(Scope.COURSE, place, page.next))

    def _about(self, page: MediaPage) -> int | None:
        """Estimate how many media there are: all pages but the last are full."""
        return page.pages * self._page_size if page.pages is not None and page.pages > 1 else None


def _reported(track: Track, found: TrackGrade | None, length: float | None) -> ReportedTrack:
    return ReportedTrack(track, found, final_grade(found, length) if found else None)


def _pause(api: CanvasApi) -> float:
    """Tell how long to let Canvas rest, by what the last answer said is left."""
    if api.remaining is None or api.remaining >= _SPARE:
        return 0.0
    return min((_SPARE - api.remaining) / _LEAK, _LONGEST_PAUSE)
