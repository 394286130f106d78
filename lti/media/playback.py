"""What a player needs, and the part of it that is kept between two views."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec

from lti import errors
from lti.errors import CuedeckError, Filling
from lti.media.witness import HandInView
from lti.model import Catalogue, MediaFacts, MediaSource, MediaType, TrackOrigin


@dataclass(frozen=True, slots=True)
class PlayableTrack:
    """A chosen track that can be shown."""

    id: str
    language: str
    kind: str
    origin: TrackOrigin
    default: bool
    address: str = field(repr=False)  # signed: its text
    cues: str = field(repr=False)  # signed: its lines between the embed's start and end


@dataclass(frozen=True, slots=True)
class Playback:
    """An embed as it can be played now."""

    title: str
    media_type: MediaType
    start: float | None  # seconds
    end: float | None
    show_transcript: bool
    sources: tuple[MediaSource, ...]
    tracks: tuple[PlayableTrack, ...]
    notes: tuple[str, ...]  # msgids
    problem: CuedeckError | None  # why there are no sources
    native_url: str | None  # of the catalogue's own player
    catalogue: Catalogue
    handed_in: HandInView | None = None


@dataclass(frozen=True, slots=True)
class Look:
    """What one look at a catalogue gave."""

    sources: tuple[MediaSource, ...]
    problem: CuedeckError | None = None  # why there are no sources, in words for a viewer
    facts: MediaFacts | None = None  # where the sources play


class Problem(msgspec.Struct, array_like=True, frozen=True):
    """An error, kept so that the next viewer is told the same without asking Canvas again."""

    code: str
    message: str
    next_step: str
    values: dict[str, str | int | float | list[str]]

    @classmethod
    def of(cls, error: CuedeckError) -> Problem:
        """Write an error down."""
        values = {name: _plain(value) for name, value in error.values.items()}
        return cls(error.code, error.message, error.next_step, values)

    def error(self) -> CuedeckError:
        """Give the error again."""
        kind = _KINDS.get(self.code, CuedeckError)
        return kind(message=self.message, next_step=self.next_step, values=self.values)


def _plain(value: Filling) -> str | int | float | list[str]:
    if isinstance(value, int | float):
        return value
    return str(value) if isinstance(value, str) else [str(each) for each in value]


class Record(msgspec.Struct, array_like=True, frozen=True):
    """What is kept of the last look at Canvas."""

    sources: tuple[MediaSource, ...]
    problem: Problem | None = None
    facts: MediaFacts | None = None


def encode(record: Record) -> bytes:
    """Write a record for the cache."""
    return msgspec.json.encode(record)


def decode(value: bytes) -> Record | None:
    """Read a record; None for one of another version."""
    try:
        return _RECORD.decode(value)
    except msgspec.DecodeError:
        return None


_RECORD = msgspec.json.Decoder(Record)
_KINDS = {
    kind.code: kind
    for kind in vars(errors).values()
    if isinstance(kind, type) and issubclass(kind, errors.GrantError | errors.RemoteError)
}
