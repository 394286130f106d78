"""The caption tracks of a media item with their texts, from the places where Canvas has them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote

from lti import captions
from lti.errors import N_, CaptionError
from lti.media.asking import Asking
from lti.model import MediaItem, Platform, Track, TrackState
from lti.remote import CanvasApi, CanvasTrack
from lti.store import CaptionText

_REASONS = {
    TrackState.PROCESSING: N_("Canvas is still making this track."),
    TrackState.FAILED: N_("Canvas could not make this track."),
    TrackState.EMPTY: N_("This track has no text."),
}
UNREADABLE = N_("The text of this track cannot be read as captions.")
NOT_FETCHED = N_("The text of this track could not be fetched from Canvas.")


@dataclass(frozen=True, slots=True)
class TrackText:
    """A track, and its text or why there is none."""

    track: Track
    vtt: str | None = field(default=None, repr=False)
    reason: str | None = None  # a msgid

    def stored(self, track_id: str, now: datetime) -> CaptionText:
        """Give what is kept of it, under the id by which it is asked for."""
        track = self.track
        return CaptionText(
            track_id, track.language, track.kind, track.origin, track.state, self.vtt or "", track.updated_at, now
        )


def all_tracks(
    current: Iterable[CanvasTrack] | None, listed: Iterable[CanvasTrack], *, by_attachment: bool
) -> dict[str, CanvasTrack]:
    """Put together what two answers of Canvas say about the tracks of an item.

    :param current: the track list, with texts; None when it could not be had.
    :param listed: the tracks in the media list, without texts.
    :param by_attachment: the track list was asked for by attachment. Then it is complete; by media object it holds only
        the caller's own tracks (``reference/canvas.md`` 1.8), and those of others are in the media list alone.
    """
    named = {track.track.id: track for track in listed}
    if current is None:
        return named
    found = {track.track.id: _dated(track, named.get(track.track.id)) for track in current}
    return found if by_attachment else {**named, **found}


def mentioned(platform: Platform, item: MediaItem, track: Track) -> CanvasTrack:
    """Give a track that only the handle remembers the web address that its text has (``reference/canvas.md`` 1.3)."""
    path = f"/media_objects/{quote(item.id, safe='')}/media_tracks/{quote(track.id, safe='')}"
    return CanvasTrack(track, url=f"{platform.canvas_url}{path}")


def read_text(api: CanvasApi, asking: Asking, found: CanvasTrack) -> TrackText:
    """Read the text of a track; fetch it by its web address where the API gave none.

    The API leaves texts out, without a word, when the key does not allow include parameters (``reference/canvas.md``
    6.4).
    """
    track, content, url = found.track, found.content, found.url
    if track.state is not TrackState.READY:
        return TrackText(track, reason=_REASONS[track.state])
    if content is None and url:
        content = asking.ask(lambda: api.track_body(url))
    return TrackText(track, reason=NOT_FETCHED) if content is None else converted(track, content)


def converted(track: Track, content: str | bytes) -> TrackText:
    """Write a track's text as WebVTT, or say why there is none."""
    try:
        read = captions.read(content) if content.strip() else None
    except CaptionError:
        return TrackText(replace(track, state=TrackState.FAILED), reason=UNREADABLE)
    if read is None or not read.cues:
        return TrackText(replace(track, state=TrackState.EMPTY), reason=_REASONS[TrackState.EMPTY])
    return TrackText(track, vtt=captions.write(read))


def _dated(track: CanvasTrack, named: CanvasTrack | None) -> CanvasTrack:
    """Take the time of the last change from the media list, where the track list did not give it."""
    if named is None or track.track.updated_at is not None:
        return track
    return replace(track, track=replace(track.track, updated_at=named.track.updated_at))
