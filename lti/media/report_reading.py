"""Reading the caption texts of one media item for a report, with one call to Canvas as a rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from lti.errors import CuedeckError, RemoteThrottled, RemoteUnavailable
from lti.media.asking import Asking
from lti.media.report_grading import Grading
from lti.media.track_texts import all_tracks, mentioned, read_text
from lti.model import Catalogue, MediaItem, Platform, Track, TrackState
from lti.remote import CanvasApi
from lti.store import Store, TrackGrade


def read_item(
    api: CanvasApi,
    store: Store,
    platform: Platform,
    item: MediaItem,
    tracks: Sequence[Track],
    grading: Grading,
    now: datetime,
) -> list[TrackGrade]:
    """Check tracks of a media item.

    No call where players have fetched these very texts already; else one for the item, and one for each track that a
    colleague made: Canvas's list by media object has the caller's own only (``reference/canvas.md`` 1.8), and the media
    list does not name the attachment by which it would have all.

    :param tracks: as the media list has them.
    :returns: grades of those whose text could be had.
    :raises RemoteError: when Canvas is down or throttles, and asking on would do harm.
    :raises GrantError: when the person's consent cannot be used.
    """
    kept = {text.track_id: text for text in store.captions.all(platform.id, Catalogue.CANVAS, item.id)}
    grades, missing = [], []
    for track in tracks:
        text = kept.get(track.id)
        if text is not None and text.updated_at is not None and text.updated_at == track.updated_at:
            grades.append(grading.graded(track, TrackState.READY, text.vtt, now))
        else:
            missing.append(track)
    return grades + (_fetched(api, platform, item, missing, grading, now) if missing else [])


def _fetched(
    api: CanvasApi, platform: Platform, item: MediaItem, tracks: Sequence[Track], grading: Grading, now: datetime
) -> list[TrackGrade]:
    asking = Asking()
    current = asking.ask(lambda: api.tracks(item.id, item.attachment_id))
    go_on(asking.failure)
    listed = [mentioned(platform, item, track) for track in tracks]
    found = all_tracks(current, listed, by_attachment=item.attachment_id is not None)
    grades = []
    for track in tracks:
        if track.id not in found:
            continue
        text = read_text(api, asking, found[track.id])
        go_on(asking.failure)
        if text.vtt is not None or text.track.state in {TrackState.EMPTY, TrackState.FAILED}:
            grades.append(grading.graded(track, text.track.state, text.vtt, now))
    return grades


def go_on(failure: CuedeckError | None) -> None:
    """Stop where Canvas is in trouble; what it only refuses is left out."""
    if isinstance(failure, RemoteThrottled | RemoteUnavailable):
        raise failure
