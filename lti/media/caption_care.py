"""Looking after captions in both catalogues: read, save, add, download, take away, and have old texts back.

Whoever may see an item in a list may try: their own media, and for teachers those of the course. Whether they may
change its captions Canvas and Studio decide. What an editor sends is never lost here: it is either saved, or the answer
says why not, and the page still has it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from lti import captions
from lti.captions import CaptionFile, Cue
from lti.media import rights, studio_rights
from lti.media.access import CanvasAccess
from lti.media.caption_canvas import CanvasShelf
from lti.media.caption_drafts import Edit, check_count, draft_of, finished, kind_of, language_of, read_file, readable
from lti.media.caption_history import History
from lti.media.caption_shelf import Shelf
from lti.media.caption_studio import StudioShelf
from lti.media.caption_values import HeldText, Reason, Undo, Written
from lti.media.handles import Handles, Shown, presentable
from lti.media.library import TrackView, views_of
from lti.media.ports import Clock, Signer
from lti.media.retitling import retitle
from lti.media.studio_access import StudioAccess
from lti.media.studio_person import acting_for
from lti.model import Catalogue, Platform, Scope, Viewer
from lti.remote import CanvasApi
from lti.store import CaptionPlace, CaptionVersion, Store


@dataclass(frozen=True, slots=True)
class Saved:
    """What a change came to, as the page goes on with it."""

    tracks: tuple[TrackView, ...]
    handle: str  # insert with this one
    held: HeldText | None
    notes: tuple[str, ...]  # msgids
    undo: Undo | None


@dataclass(frozen=True, slots=True)
class CaptionUpload:
    """A caption file that somebody brings, read."""

    file: CaptionFile
    language: str  # a guess; nothing where there is none
    guessed_from: str | None  # name, content


class CaptionCare:
    """Looks after captions for the person of a page."""

    def __init__(self, store: Store, canvas: CanvasAccess, studio: StudioAccess, signer: Signer, clock: Clock) -> None:
        """Take the parts."""
        self._store = store
        self._canvas = canvas
        self._studio = studio
        self._signer = signer
        self._handles = Handles(signer)
        self._clock = clock

    def held(self, viewer: Viewer, platform: Platform, handle: str, track_id: str) -> HeldText:
        """Read a track, to look at it or to begin to change it.

        :raises NotFound: when there is no such track.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when the catalogue does not give it.
        """
        with self._shelf(viewer, platform, handle) as (_, shelf):
            return shelf.held(track_id)

    def title(self, viewer: Viewer, platform: Platform, handle: str) -> str:
        """Give the title of an item."""
        return self._handles.read(platform, rights.person(viewer, platform), handle, None).item.title

    def save(
        self,
        viewer: Viewer,
        platform: Platform,
        handle: str,
        track_id: str,
        *,
        version: str,
        cues: Sequence[Cue],
        language: str | None = None,
        kind: str | None = None,
    ) -> Saved:
        """Save what an editor has made of a track.

        :param version: of the text that it began with; nothing where it knows that there is none any more.
        :param language: another one for the track; None leaves it. Needed where there is no track any more.
        :raises TooManyCues: for more than 20,000.
        :raises CaptionError: when a cue cannot be written; it names the cue.
        :raises CareError: see ``Shelf.save``.
        """
        check_count(len(cues))
        edit = Edit(finished(cues), language_of(language) if language else None, kind)
        with self._shelf(viewer, platform, handle) as (shown, shelf):
            return self._saved(platform, viewer, shown, shelf.save(track_id, version, edit))

    def mark(
        self, viewer: Viewer, platform: Platform, handle: str, track_id: str, *, version: str, language: str, kind: str
    ) -> Saved:
        """Mark a track with another language or kind; its text stays.

        :param version: of the text that is meant.
        :raises CaptionError: when the text cannot be read, and so not be written anew.
        :raises CareError: see ``Shelf.save``; at Studio always.
        """
        edit = Edit(None, language_of(language), kind_of(kind, None))
        with self._shelf(viewer, platform, handle) as (shown, shelf):
            return self._saved(platform, viewer, shown, shelf.save(track_id, version, edit))

    def look_at_file(self, name: str, content: bytes) -> CaptionUpload:
        """Read a file that somebody brings, and guess its language.

        :raises CaptionError: when it cannot be read; it names line and cue.
        :raises TooManyCues: for more than 20,000 captions.
        """
        file = read_file(content)
        check_count(len(file.cues))
        for language, source in (
            (file.language, "content"),
            (captions.language.of_name(name), "name"),
            (captions.language.of_text(file.cues), "content"),
        ):
            if language:
                return CaptionUpload(file, language, source)
        return CaptionUpload(file, "", None)

    def add(
        self,
        viewer: Viewer,
        platform: Platform,
        handle: str,
        content: bytes,
        *,
        language: str,
        kind: str,
        replace: bool = False,
    ) -> Saved:
        """Add a track from a file.

        :param replace: whether it may take the place of one in the same language.
        :raises CaptionError: when the file cannot be read.
        :raises CareError: see ``Shelf.add``.
        """
        draft = draft_of(read_file(content), language_of(language), kind_of(kind, None))
        with self._shelf(viewer, platform, handle) as (shown, shelf):
            return self._saved(platform, viewer, shown, shelf.add(draft, replace=replace))

    def remove(self, viewer: Viewer, platform: Platform, handle: str, track_id: str) -> Saved:
        """Take a track away; its text stays with us.

        :raises CaptionsFixed: at Studio.
        """
        with self._shelf(viewer, platform, handle) as (shown, shelf):
            return self._saved(platform, viewer, shown, shelf.remove(track_id))

    def versions(self, viewer: Viewer, platform: Platform, handle: str, track_id: str) -> list[CaptionVersion]:
        """List the texts that a track had before, newest first."""
        with self._shelf(viewer, platform, handle) as (_, shelf):
            return shelf.history.all(shelf.held(track_id).track.language)

    def restore(self, viewer: Viewer, platform: Platform, handle: str, version_id: str) -> Saved:
        """Put an old text back, in the place of what is there now, which is kept in turn.

        :raises NotFound: when that text is not kept here.
        """
        with self._shelf(viewer, platform, handle) as (shown, shelf):
            old = shelf.history.get(version_id)
            draft = draft_of(read_file(old.content.encode()), old.language, old.kind)
            return self._saved(platform, viewer, shown, shelf.add(draft, replace=True, reason=Reason.RESTORED))

    def copy(
        self, viewer: Viewer, platform: Platform, source: tuple[str, str], target: str, *, replace: bool = False
    ) -> Saved:
        """Copy a track to another media item, which may be of the other catalogue.

        :param source: handle and track.
        :param target: handle.
        """
        held = self.held(viewer, platform, *source)
        draft = draft_of(readable(held), held.track.language, held.track.kind)
        with self._shelf(viewer, platform, target) as (shown, shelf):
            return self._saved(platform, viewer, shown, shelf.add(draft, replace=replace))

    def rename(self, viewer: Viewer, platform: Platform, handle: str, title: str) -> tuple[str, str]:
        """Give a media item of Canvas another title.

        :param title: at most 255 characters of it are kept.
        :return: the title as it is now, and the handle of the item with it.
        :raises InputError: for a title without a word.
        :raises NotFound: for Studio's media.
        """
        subject = rights.person(viewer, platform)
        shown = self._handles.read(platform, subject, handle)
        rights.check_place(viewer, shown.scope, shown.scope_id)
        with self._canvas.acting_for(platform, subject) as api:
            item = retitle(api, shown, title)
        return item.title, self._handles.sign(platform, subject, dataclasses.replace(shown, item=item))

    @contextmanager
    def _shelf(self, viewer: Viewer, platform: Platform, handle: str) -> Iterator[tuple[Shown, Shelf]]:
        """Open the captions of an item.

        :raises NotAllowed: when it is out of this viewer's reach.
        :raises InputError: when the handle is not this person's, or over.
        """
        subject = rights.person(viewer, platform)
        shown = self._handles.read(platform, subject, handle, None)
        if shown.item.catalogue is Catalogue.CANVAS:
            rights.check_place(viewer, shown.scope, shown.scope_id)
            with self._canvas.acting_for(platform, subject) as api:
                shown = with_attachment(api, shown)
                where = CaptionPlace(platform.id, Catalogue.CANVAS, shown.item.id, shown.item.attachment_id or "")
                history = History(self._store, self._clock, where, subject)
                item = dataclasses.replace(shown.item, duration=self._length(platform, shown.item.id))
                yield shown, CanvasShelf(api, item, (shown.scope, shown.scope_id), history)
            return
        studio_rights.place(viewer, shown.scope, shown.scope_id, bound=True)
        with acting_for(self._studio, viewer, platform) as actor:
            media = actor.api.media(shown.item.id)
            studio_rights.check_reach(actor, viewer, shown, media)
            where = CaptionPlace(platform.id, Catalogue.STUDIO, media.id, "")
            history = History(self._store, self._clock, where, subject)
            about = (media.id, media.duration)
            yield shown, StudioShelf(actor.api, actor.uploads, about, self._store, platform.id, history)

    def _length(self, platform: Platform, media_id: str) -> float | None:
        """Give how long a media of Canvas is (seconds), where the course report has found it out: nobody else tells."""
        known = self._store.reports.lengths(platform.id, Catalogue.CANVAS, [media_id])
        return known.get(media_id) or None

    def _saved(self, platform: Platform, viewer: Viewer, shown: Shown, written: Written) -> Saved:
        """Let players have the new texts at once, and give the page what it goes on with."""
        now = self._clock()
        item = shown.item
        kept = [text.stored(text.track.id, now) for text in written.tracks if text.vtt is not None]
        self._store.captions.put_many(platform.id, item.catalogue, item.id, kept)
        views, ready = views_of(self._signer, platform, item, written.tracks)
        found = presentable(dataclasses.replace(item, tracks=ready)) or item
        signed = self._handles.sign(platform, rights.person(viewer, platform), dataclasses.replace(shown, item=found))
        return Saved(views, signed, written.held, written.notes, written.undo)


def with_attachment(api: CanvasApi, shown: Shown) -> Shown:
    """Find the attachment of an item of a list: only by it all tracks are seen. At most three calls."""
    if shown.item.attachment_id is not None:
        return shown
    file = api.find_file(shown.scope, shown.scope_id, media_id=shown.item.id, search=shown.item.title)
    if file is None:
        return shown
    verifier = file.verifier if shown.scope is Scope.OWN else None
    return dataclasses.replace(shown, item=dataclasses.replace(shown.item, attachment_id=file.id, verifier=verifier))
