"""Media objects, media sources and media tracks as JSON (``reference/canvas.md`` 1.4 and 1.8), into our values."""

from __future__ import annotations

import mimetypes
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import quote

import httpx
import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from lti.errors import RemoteNonsense
from lti.model import Catalogue, MediaItem, MediaSource, MediaType, Track, TrackOrigin, TrackState

from .errors import where
from .language import UNDETERMINED, bcp47
from .reading import entries, moment, number, part, text, truth, whole
from .values import CanvasMedia, CanvasTrack

KINDS = frozenset({"subtitles", "captions", "descriptions", "chapters", "metadata"})

# Kaltura's numbers come as strings, newer members may be missing, anything may be null: only what an entry is useless
# without has a strict type; the rest is read by the functions of ``reading``.


class _Media(Struct):
    media_id: str | int
    title: Any = None
    media_type: Any = None
    created_at: Any = None
    can_add_captions: Any = None
    attachment_id: Any = None  # not in the code that was read; newer Canvas may have it
    media_sources: Raw = Raw(b"")
    media_tracks: Raw = Raw(b"")


class _Source(Struct):
    url: str
    content_type: Any = None
    fileExt: Any = None  # noqa: N815 - Kaltura's name
    width: Any = None
    height: Any = None
    bitrate: Any = None
    size: Any = None
    isOriginal: Any = None  # noqa: N815 - Kaltura's name


class _Track(Struct):
    id: int | str
    locale: Any = None
    kind: Any = None
    asr: Any = None
    workflow_state: Any = None
    updated_at: Any = None
    url: Any = None
    content: str | UnsetType | None = UNSET


_MEDIA = msgspec.json.Decoder(_Media)
_SOURCE = msgspec.json.Decoder(_Source)
_TRACK = msgspec.json.Decoder(_Track)
_OBJECT = msgspec.json.Decoder(dict[str, Raw])
_ALL_TRACKS = msgspec.json.Decoder(list[_Track])


def read_media(response: httpx.Response, canvas_url: str) -> tuple[CanvasMedia, ...]:
    """Read a page of a media list.

    :param canvas_url: the platform's origin, which thumbnails and relative addresses belong to.
    :raises RemoteNonsense: it is not a list.
    """
    return tuple(_media(entry, canvas_url) for entry in entries(response, _MEDIA) if text(entry.media_id))


def read_tracks(response: httpx.Response, canvas_url: str, media_id: str) -> tuple[CanvasTrack, ...]:
    """Read a track list.

    :raises RemoteNonsense: it is not a list.
    """
    return _tracks(entries(response, _TRACK), _object_url(canvas_url, media_id))


def read_whole_tracks(response: httpx.Response, canvas_url: str, media_id: str) -> tuple[CanvasTrack, ...]:
    """Read a track list to which somebody will write: none may be left out, for Canvas deletes what is not named then.

    :raises RemoteNonsense: it is not a list, or an entry of it does not say what it is.
    """
    found = whole(response, _ALL_TRACKS)
    if not all(text(entry.id) and text(entry.locale) for entry in found):
        raise RemoteNonsense(f"{where(response.request)}: a track without its id or locale")
    return _tracks(found, _object_url(canvas_url, media_id))


def check_object(response: httpx.Response) -> None:
    """Make sure that a change was answered as Canvas does: a login page with status 200 is no proof that it was done.

    :raises RemoteNonsense: it is not a JSON object.
    """
    whole(response, _OBJECT)


def _media(entry: _Media, canvas_url: str) -> CanvasMedia:
    media_id = text(entry.media_id)
    media_type = MediaType.AUDIO if text(entry.media_type).startswith("audio") else MediaType.VIDEO
    object_url = _object_url(canvas_url, media_id)
    tracks = _tracks(part(entry.media_tracks, _TRACK), object_url)
    attachment = number(entry.attachment_id)
    item = MediaItem(
        catalogue=Catalogue.CANVAS,
        id=media_id,
        title=text(entry.title),
        media_type=media_type,
        tracks=tuple(track.track for track in tracks),
        thumbnail_url=f"{object_url}/thumbnail?width=320&height=180" if media_type is MediaType.VIDEO else None,
        created_at=moment(entry.created_at),
        attachment_id=str(attachment) if attachment else None,
        can_add_captions=truth(entry.can_add_captions),
    )
    sources = part(entry.media_sources, _SOURCE)
    return CanvasMedia(item, _sources(sources, canvas_url), tracks, _length(sources), _size(sources))


def _object_url(canvas_url: str, media_id: str) -> str:
    """Give the web address that a media object's thumbnail and tracks hang on."""
    return f"{canvas_url}/media_objects/{quote(media_id, safe='')}"


def _sources(entries: Iterable[_Source], canvas_url: str) -> tuple[MediaSource, ...]:
    read = (_source(entry, canvas_url) for entry in entries)
    return tuple(source for source in read if source)


def _length(sources: Sequence[_Source]) -> float | None:
    """Estimate how long a media is, in seconds; Canvas does not say.

    Kaltura gives the size of a flavour in KB and its overall bit rate in kbit/s: good to a few percent. The original
    comes last, as its bit rate is the one that is most often wrong or missing.
    """
    for source in sorted(sources, key=lambda source: truth(source.isOriginal)):
        size, bitrate = number(source.size), number(source.bitrate)
        if size and bitrate:
            return size * 1024 * 8 / (bitrate * 1000)
    return None


def _size(sources: Sequence[_Source]) -> int | None:
    """Give the size of what was uploaded, in bytes: Kaltura says it in KB. Transcodes come and go."""
    sizes = (number(source.size) for source in sources if truth(source.isOriginal))
    return next((size * 1024 for size in sizes if size), None)


def _source(entry: _Source, canvas_url: str) -> MediaSource | None:
    """Read a source; with Canvas's ``authenticated_iframe_content`` its address may be relative to Canvas."""
    url = f"{canvas_url}{entry.url}" if entry.url.startswith("/") else entry.url
    if not url.startswith(("https://", "http://")):
        return None  # nothing that a player can open, and not for us to put into a page
    guessed = mimetypes.types_map.get(f".{text(entry.fileExt).lower()}", "")
    return MediaSource(
        url=url,
        content_type=text(entry.content_type) or guessed,
        width=number(entry.width),
        height=number(entry.height),
        bitrate=number(entry.bitrate),
        original=truth(entry.isOriginal),
    )


def _tracks(read: Iterable[_Track], object_url: str) -> tuple[CanvasTrack, ...]:
    return tuple(_track(entry, object_url) for entry in read if entry.id != "")


def _track(entry: _Track, object_url: str) -> CanvasTrack:
    """Read a track. The API's track list gives no address; the one by media object is readable without a login."""
    track_id = text(entry.id)
    kind, locale = text(entry.kind), text(entry.locale)
    content = None if entry.content is UNSET else entry.content or ""
    track = Track(
        id=track_id,
        language=bcp47(locale or UNDETERMINED),
        kind=kind if kind in KINDS else "subtitles",
        origin=TrackOrigin.MACHINE if truth(entry.asr) else TrackOrigin.HUMAN,
        state=_state(text(entry.workflow_state), content),
        updated_at=moment(entry.updated_at),
    )
    url = text(entry.url) or f"{object_url}/media_tracks/{quote(track_id, safe='')}"
    return CanvasTrack(track, content, url, locale)


def _state(workflow_state: str, content: str | None) -> TrackState:
    """Read the state. Older Canvas gives none; a state of Canvas's future is not ready, whatever it means."""
    if workflow_state == "failed":
        return TrackState.FAILED
    if workflow_state not in {"", "ready"}:
        return TrackState.PROCESSING
    if content is not None and not content.strip("\ufeff \t\r\n"):
        return TrackState.EMPTY
    return TrackState.READY
