"""A short way to write media down for the seed."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sandbox.canvas.world import Attachment, Flavor, MediaObject, MediaTrack, World
from sandbox.media.clips import CLIPS, ClipStore
from sandbox.media.subtitles import to_webvtt

OLD = datetime(2025, 9, 1, 8, 0, tzinfo=UTC)  # when the oldest of the seed was made
_AS_CANVAS_WOULD = "as Canvas would"
_CONTAINERS = {"mp4": "isom", "m4a": "isom", "flv": "flash video"}


@dataclass(frozen=True)
class Text:
    """A caption track to add. ``webvtt`` is the converted column: made from SRT unless given."""

    locale: str
    content: str
    kind: str = "subtitles"
    user: int | None = None  # None: the media's owner
    asr: bool = False
    state: str = "ready"
    webvtt: str | None = _AS_CANVAS_WOULD


@dataclass
class MediaBuilder:
    """Adds media objects with their files and tracks. Row ids count up from 301 (media), 401 (tracks), 601 (files)."""

    world: World
    clips: ClipStore
    _media_ids: Iterator[int] = field(default_factory=lambda: itertools.count(301))
    _file_ids: Iterator[int] = field(default_factory=lambda: itertools.count(601))
    _track_ids: Iterator[int] = field(default_factory=lambda: itertools.count(401))
    _days: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        for clip in CLIPS.values():
            self.world.flavors[clip.name] = Flavor(
                clip.name,
                clip.width,
                clip.height,
                clip.content_type,
                _CONTAINERS[clip.extension],
                clip.extension,
                clip.kbps,
                self.clips.size(clip.name) // 1024,
                not clip.name.endswith("-low"),
            )

    def __call__(
        self,
        media_id: str,
        title: str,
        *,
        flavors: tuple[str, ...] | None,
        kind: str = "video",
        owner: int = 101,
        contexts: Sequence[str] = ("user_101",),
        tracks: Sequence[Text] = (),
        suffix: str = ".mp4",
        entered: str | None = None,
        old_media_id: str | None = None,
        broken_thumbnail: bool = False,
        locked: bool = False,
        master_locked: bool = False,
        own_file: bool = True,
    ) -> dict[str, int]:
        """Add a media object with a file in each context; the first is its own. Give the file ids by context."""
        at = OLD + timedelta(days=3 * next(self._days), minutes=len(title) % 60)
        media = MediaObject(
            next(self._media_ids),
            media_id,
            kind,
            title,
            entered,
            owner,
            None,
            at,
            CLIPS[flavors[0]].seconds if flavors else None,
            flavors,
            old_media_id,
            broken_thumbnail,
        )
        self.world.media[media_id] = media
        files = {}
        for context in contexts:
            attachment = self.file(
                f"{(title or 'Untitled')[:200].strip()}{suffix}", context, entry=media_id, owner=owner
            )
            attachment.created_at = at
            attachment.content_type = {".m4a": "audio/mp4", ".flv": "video/x-flv"}.get(suffix, "video/mp4")
            attachment.clip = flavors[0] if flavors else None
            attachment.size = self.clips.size(flavors[0]) if flavors else 0
            attachment.thumbnail = not broken_thumbnail and bool(flavors)
            attachment.locked, attachment.master_locked = locked, master_locked
            files[context] = attachment.id
        media.attachment_id = files[contexts[0]] if own_file else None
        for text in tracks:
            self.track(media_id, text, media.attachment_id)
        return files

    def file(
        self,
        name: str,
        context: str,
        *,
        entry: str | None,
        owner: int = 101,
        content_type: str = "video/mp4",
        deleted: bool = False,
    ) -> Attachment:
        """Add a file."""
        row = next(self._file_ids)
        verifier = hashlib.sha256(f"file {row}".encode()).hexdigest()[:40]
        self.world.attachments[row] = Attachment(
            row, context, name, content_type, verifier, 4096, OLD, entry, deleted=deleted, user_id=owner
        )
        return self.world.attachments[row]

    def track(self, media_id: str, text: Text, attachment_id: int | None) -> None:
        """Add a caption track to a media object, of one of its files or of none."""
        media, row = self.world.media[media_id], next(self._track_ids)
        at = media.created_at + timedelta(hours=row % 24)
        webvtt = text.webvtt
        if webvtt == _AS_CANVAS_WOULD:
            webvtt = to_webvtt(text.content) if text.content and "WEBVTT" not in text.content else None
        self.world.tracks[row] = MediaTrack(
            row,
            media_id,
            attachment_id,
            text.user if text.user is not None else media.user_id,
            text.locale,
            text.kind,
            text.content,
            webvtt,
            at,
            at,
            text.state,
            text.asr,
        )
