"""Sorted indexes over media and files, so that a page of ten thousand costs no more than one of fifty."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sandbox.canvas.world import Attachment, MediaObject, MediaTrack, World

_State = tuple[int, int, int, int]


def shown_title(media: MediaObject) -> str:
    """Give the title that people see: user-entered, else the file's, else "Untitled"."""
    return media.user_entered_title or media.title or "Untitled"


def collation_key(text: str) -> tuple[str, str]:
    """Order names as people do: letters before accents before capitals."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return plain.casefold(), text


@dataclass
class Catalogue:
    """Looks at the world through indexes that are made anew when it has changed."""

    world: World
    _made_for: _State = (-1, -1, -1, -1)
    _media: dict[tuple[str, bool, str], list[MediaObject]] = field(default_factory=dict)
    _files: dict[str, list[Attachment]] = field(default_factory=dict)
    _tracks: dict[str, list[MediaTrack]] = field(default_factory=dict)
    _old_ids: dict[str, MediaObject] = field(default_factory=dict)
    _titles_due: list[MediaObject] = field(default_factory=list)

    def media(self, context: str, *, locked: bool, sort: str, descending: bool) -> Sequence[MediaObject]:
        """List the media of a context's files, each once, in order.

        :param locked: whether files that students may not download count.
        :param sort: ``title`` or ``created_at``.
        """
        with self.world.lock:
            self._refresh()
            key = (context, locked, f"{sort} {descending}")
            if key not in self._media:
                found = {
                    attachment.media_entry_id: self.world.media[attachment.media_entry_id]
                    for attachment in self._files.get(context, [])
                    if attachment.media_entry_id in self.world.media and (locked or not attachment.locked)
                }
                by: Callable[[MediaObject], object] = (
                    (lambda media: collation_key(shown_title(media)))
                    if sort == "title"
                    else (lambda media: media.created_at)
                )
                self._media[key] = sorted(found.values(), key=by, reverse=descending)  # type: ignore[arg-type]
            return self._media[key]

    def files(self, context: str) -> Sequence[Attachment]:
        """List the files of a context that are not deleted, by name."""
        with self.world.lock:
            self._refresh()
            return self._files.get(context, [])

    def find_media(self, media_id: str) -> MediaObject | None:
        """Find a media object by its id or its old id (by_media_id)."""
        with self.world.lock:
            self._refresh()
            return self.world.media.get(media_id) or self._old_ids.get(media_id)

    def tracks(self, media: MediaObject) -> list[MediaTrack]:
        """List all tracks of a media object, oldest first."""
        with self.world.lock:
            self._refresh()
            return list(self._tracks.get(media.media_id, []))

    def tracks_with_originals(self, attachment: Attachment, media: MediaObject) -> list[tuple[MediaTrack, bool]]:
        """List an attachment's tracks and those inherited from the media object's own attachment, marked.

        Of two in one locale the attachment's own wins. Tracks of no attachment are nobody's to inherit.
        """
        tracks = self.tracks(media)
        own = [track for track in tracks if track.attachment_id == attachment.id]
        locales = {track.locale for track in own}
        original = media.attachment_id if media.attachment_id != attachment.id else None
        inherited = [
            track
            for track in tracks
            if original is not None and track.attachment_id == original and track.locale not in locales
        ]
        return sorted(
            [(track, False) for track in own] + [(track, True) for track in inherited], key=lambda pair: pair[0].id
        )

    def retitle(self, media: MediaObject, title: str, job_seconds: int) -> None:
        """Set the user-entered title now and the searched one later, as Canvas's background job does."""
        with self.world.lock:
            media.user_entered_title = title
            media.title_due = self.world.now() + timedelta(seconds=job_seconds)
            self._titles_due.append(media)
            self.world.touch()

    def run_title_jobs(self) -> None:
        """Do the background jobs whose time has come."""
        with self.world.lock:
            now = self.world.now()
            due = [media for media in self._titles_due if media.title_due is not None and media.title_due <= now]
            for media in due:
                media.title, media.title_due = media.user_entered_title or media.title, None
            self._titles_due = [media for media in self._titles_due if media.title_due is not None]

    def _refresh(self) -> None:
        world = self.world
        state = (world.revision, len(world.attachments), len(world.media), len(world.tracks))
        if state == self._made_for:
            return
        files: dict[str, list[Attachment]] = defaultdict(list)
        for attachment in world.attachments.values():
            if not attachment.deleted:
                files[attachment.context].append(attachment)
        tracks: dict[str, list[MediaTrack]] = defaultdict(list)
        for track in world.tracks.values():
            tracks[track.media_id].append(track)
        self._files = {c: sorted(those, key=lambda a: collation_key(a.display_name)) for c, those in files.items()}
        self._tracks = {media_id: sorted(those, key=lambda t: t.id) for media_id, those in tracks.items()}
        self._old_ids = {media.old_media_id: media for media in world.media.values() if media.old_media_id}
        self._media = {}
        self._made_for = state
