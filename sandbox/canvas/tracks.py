"""Rules of caption tracks: what may be saved, and what saving does to the text (reference 1.9)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sandbox.canvas.world import MediaObject, MediaTrack, Person, World
from sandbox.media.subtitles import to_webvtt

KINDS = ("subtitles", "captions", "descriptions", "chapters", "metadata")
# Letters and hyphens only: "es-419" and "pt_BR" are refused.
_LOCALE = re.compile(r"\A[A-Za-z-]+\Z")
_TTML = re.compile(r"<tt\s+xml", re.IGNORECASE)


class TrackInvalid(Exception):
    """A track that Canvas would not save: errors by attribute."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(errors)
        self.errors = errors

    def body(self) -> dict[str, object]:
        """Write the 422 body."""
        return {
            "errors": {
                attribute: [{"attribute": attribute, "type": kind, "message": kind}]
                for attribute, kind in self.errors.items()
            }
        }


@dataclass(frozen=True)
class TrackChange:
    """What a request wants a track to be; None leaves an attribute as it is."""

    locale: str | None
    content: str
    kind: str | None


def looks_like_ttml(content: str) -> bool:
    """Tell whether Canvas refuses a text as TTML."""
    return _TTML.search(content) is not None


def save_track(
    world: World,
    media: MediaObject,
    track: MediaTrack | None,
    change: TrackChange,
    *,
    attachment_id: int | None,
    person: Person,
) -> MediaTrack:
    """Update ``track``, or make a new one of ``person``.

    :raises TrackInvalid: nothing is saved then.
    """
    kind = change.kind if change.kind is not None else (track.kind if track else "subtitles")
    locale = change.locale or ""
    errors: dict[str, str] = {}
    if kind not in KINDS:
        errors["kind"] = "inclusion"
    if not _LOCALE.match(locale):
        errors["locale"] = "invalid"
    elif attachment_id is not None and any(
        other is not track and other.attachment_id == attachment_id and other.locale == locale
        for other in world.tracks.values()
    ):
        errors["locale"] = "taken"  # kind and user do not matter
    if looks_like_ttml(change.content):
        errors["content"] = "invalid"
    if errors:
        raise TrackInvalid(errors)
    now = world.now()
    if track is None:
        track = MediaTrack(world.new_id(), media.media_id, None, person.id, locale, kind, "", None, now, now)
        world.tracks[track.id] = track
    track.attachment_id, track.locale, track.kind, track.content = attachment_id, locale, kind, change.content
    track.updated_at, track.workflow_state = now, "ready"
    # Text that says WEBVTT anywhere is not converted, and an earlier conversion stays: the body route goes on
    # serving the old captions (reference 1.9).
    if "WEBVTT" not in change.content:
        track.webvtt_content = to_webvtt(change.content)
    world.touch()
    return track
