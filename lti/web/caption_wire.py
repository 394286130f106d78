"""What pages send about captions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Final, Literal, TypeVar

import msgspec
from flask import Request

from lti.captions import Cue
from lti.web.wire import Body, Handle, Line, Text255, read_json

LARGEST: Final = 8 << 20  # bytes of a body: 20,000 long captions, or a caption file in base64

Kind = Literal["subtitles", "captions", "descriptions", "chapters", "metadata"]
Language = Annotated[str, msgspec.Meta(max_length=100)]
CueText = Annotated[str, msgspec.Meta(max_length=20_000)]


class CueBody(Body):
    """One caption as the editor has it."""

    start: float  # seconds
    end: float
    text: CueText = ""  # WebVTT payload
    settings: Line = ""
    identifier: Line = ""


class TrackRequest(Body):
    """Which track of which item."""

    handle: Handle
    track: Text255


class CheckRequest(Body):
    """Captions to look at, without any track."""

    cues: list[CueBody]
    language: Language = ""
    duration: float | None = None  # of the media, in seconds


class SaveRequest(Body):
    """A track as somebody has changed it."""

    handle: Handle
    track: Text255
    version: Annotated[str, msgspec.Meta(max_length=64)]
    cues: list[CueBody]
    language: Language | None = None
    kind: Kind | None = None


class MarkRequest(Body):
    """A track that is to be marked otherwise; its text stays."""

    handle: Handle
    track: Text255
    version: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    language: Language
    kind: Kind


class AddRequest(Body):
    """A caption file; without a language it is only looked at."""

    handle: Handle
    name: Line
    content: bytes  # base64
    language: Language | None = None
    kind: Kind = "subtitles"
    replace: bool = False


class DownloadRequest(Body):
    """A track as a file."""

    handle: Handle
    track: Text255
    format: Literal["srt", "vtt", "txt"]


class RestoreRequest(Body):
    """An old text to put back; its track may be gone."""

    handle: Handle
    id: Text255
    track: Line = ""


class RenameRequest(Body):
    """Another title for an item."""

    handle: Handle
    title: Line


class CopyRequest(Body):
    """A track to copy to another item."""

    source: Handle = msgspec.field(name="from")
    track: Text255
    to: Handle
    replace: bool = False


_Schema = TypeVar("_Schema", bound=Body)


def read(request: Request, schema: type[_Schema]) -> _Schema:
    """Read a JSON body of the length that captions have.

    :raises InputError: if it is not JSON or does not fit the schema.
    :raises werkzeug.exceptions.RequestEntityTooLarge: if it is over the limit.
    """
    request.max_content_length = LARGEST
    return read_json(request, schema)


def cues_of(bodies: Sequence[CueBody]) -> tuple[Cue, ...]:
    """Give captions as the product knows them; whether they make sense is looked at later."""
    return tuple(Cue(each.start, each.end, each.text, each.identifier, each.settings) for each in bodies)
