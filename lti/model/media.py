"""What Canvas and Studio have: media with their tracks and sources."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime


class Catalogue(enum.StrEnum):
    """Where a media item lives."""

    CANVAS = "canvas"
    STUDIO = "studio"


class MediaType(enum.StrEnum):
    """Moving picture or sound alone."""

    VIDEO = "video"
    AUDIO = "audio"


class TrackOrigin(enum.StrEnum):
    """Who made a track."""

    HUMAN = "human"
    MACHINE = "machine"


class TrackState(enum.StrEnum):
    """Whether a track can be shown."""

    READY = "ready"
    PROCESSING = "processing"
    FAILED = "failed"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Track:
    """One caption track of a media item."""

    id: str  # the catalogue's own id
    language: str
    kind: str  # subtitles, captions, descriptions, chapters, metadata
    origin: TrackOrigin
    state: TrackState
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediaSource:
    """One playable address of a media item; short-lived, never stored beyond its life."""

    url: str = field(repr=False)
    content_type: str
    width: int | None = None
    height: int | None = None
    bitrate: int | None = None  # kbit/s
    original: bool = False


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One entry of either catalogue, the same shape for both."""

    catalogue: Catalogue
    id: str
    title: str
    media_type: MediaType
    tracks: tuple[Track, ...] = ()
    duration: float | None = None  # seconds; Canvas's lists do not give it
    thumbnail_url: str | None = None
    created_at: datetime | None = None
    attachment_id: str | None = None  # Canvas: the file behind it, once known; Studio: the name that embeds use
    verifier: str | None = field(default=None, repr=False)  # Canvas: lets others see a file of a person's own
    can_add_captions: bool = False
    tracks_known: bool = True  # Studio's lists do not say which there are
    captioned: bool = True  # whether our own player can have it
    external: str | None = None  # Studio: whose it is where the bytes are not Studio's ("YouTube", "Vimeo")
    owner: str | None = None  # Studio: name of whose it is
    filename: str | None = None  # of the file behind it, where that is known


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What tells one recording from another behind the same id, as far as a catalogue says it."""

    seconds: float | None = None
    size: int | None = None  # bytes of what was uploaded
    created_at: datetime | None = None
