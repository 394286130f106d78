"""What was inserted or handed in."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from lti.model.launch import Scope
from lti.model.media import Catalogue, MediaFacts, MediaType, TrackOrigin


class EmbedForm(enum.StrEnum):
    """The two forms of design section 3."""

    CAPTIONED = "captioned"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class ChosenTrack:
    """A track as it was chosen: enough to find it again if Canvas gave it a new id meanwhile."""

    id: str
    language: str
    kind: str
    origin: TrackOrigin


@dataclass(frozen=True, slots=True)
class Embed:
    """What was inserted: a media item with exactly these tracks. Its id is random and unguessable."""

    id: str
    platform_id: int
    deployment_id: str
    context_id: str | None
    made_by: str  # subject whose grant fetches the media
    catalogue: Catalogue
    media_id: str
    attachment_id: str | None  # see MediaItem
    verifier: str | None = field(repr=False)
    scope: Scope
    scope_id: str | None  # Canvas course or group id; None for the person's own media
    title: str
    media_type: MediaType
    tracks: tuple[ChosenTrack, ...]
    default_track: str | None  # id of the track that starts on
    start: float | None  # seconds
    end: float | None  # seconds
    show_transcript: bool
    created_at: datetime
    handed_in_at: datetime | None = None  # it is a student's work: see HandIn


class MediaChange(enum.StrEnum):
    """By what another recording showed itself."""

    LENGTH = "length"
    SIZE = "size"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class HandIn:
    """What is kept of work that was handed in, beside its embed."""

    embed_id: str
    assignment_id: str | None
    facts: MediaFacts  # of the recording when it was handed in; filled in later where they were not to be had
    changed_at: datetime | None = None  # when another recording was first seen in its place
    change: MediaChange | None = None
