"""What the Canvas client gives back, where the product's own values (``lti.model``) do not say enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from lti.model import MediaItem, MediaSource, Track


@dataclass(frozen=True, slots=True)
class CanvasTrack:
    """A media track with what only Canvas knows of it."""

    track: Track
    content: str | None = field(default=None, repr=False)  # SRT or WebVTT; None: not asked for, or stripped by Canvas
    url: str | None = field(default=None, repr=False)  # web address of the text; takes no token
    locale: str = ""  # as Canvas writes it: who replaces the set must name it to the letter


@dataclass(frozen=True, slots=True)
class TrackWrite:
    """One entry of a set of tracks that is to replace the present one (``reference/canvas.md`` 1.9)."""

    locale: str
    content: str | None = field(default=None, repr=False)  # None: what is there stays
    kind: str = "subtitles"


@dataclass(frozen=True, slots=True)
class CanvasMedia:
    """One entry of a media list."""

    item: MediaItem
    sources: tuple[MediaSource, ...] = ()
    tracks: tuple[CanvasTrack, ...] = ()  # the same tracks as ``item.tracks``, with their addresses
    length: float | None = None  # seconds, estimated; this and size only where sources were asked for
    size: int | None = None  # bytes of what was uploaded, to the KB


@dataclass(frozen=True, slots=True)
class MediaPage:
    """One page of a media list."""

    items: tuple[CanvasMedia, ...]
    next: str | None = field(default=None, repr=False)  # address of the next page, already checked
    pages: int | None = None  # how many there are by now, where Canvas says


@dataclass(frozen=True, slots=True)
class CanvasFile:
    """A file: what Canvas calls an attachment when it is media."""

    id: str
    name: str
    media_id: str | None  # None: not media, or not processed yet
    content_type: str
    url: str | None = field(default=None, repr=False)
    verifier: str | None = field(default=None, repr=False)  # lets others see a file of a person's own
    locked: bool = False


@dataclass(frozen=True, slots=True)
class GrantedTokens:
    """What a token call gave."""

    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)  # None: keep the one there is
    expires_at: datetime
    account_id: str | None = None  # whose tokens they are; a refresh does not say
    account_name: str | None = None
    global_account_id: str | None = None
