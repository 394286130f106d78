"""What crosses the wire between our pages and us: JSON in behind a schema, JSON out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from flask import Request, Response

from lti.errors import N_, InputError
from lti.media import MOST_AT_ONCE
from lti.web.answer import Answer

_LARGEST_NUMBER: Final = 2**31 - 1  # of a row

Text255 = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
Line = Annotated[str, msgspec.Meta(max_length=1000)]  # what somebody typed into a field, which may be nothing
Filter = Annotated[str, msgspec.Meta(max_length=255)]
Handle = Annotated[str, msgspec.Meta(min_length=1, max_length=65536)]  # bytes; a signed value of ours


class _Body(msgspec.Struct, forbid_unknown_fields=True):
    """A request body: what is not known is a mistake of the page, and is said so."""


Body = _Body  # for the bodies that other modules describe


class Nothing(_Body):
    """A call that takes no values."""


class ProofRequest(_Body):
    """What a page found in Platform Storage, for the launch that is held for it."""

    launch: Text255
    proof: Text255


class DetailRequest(_Body):
    """Which media item to look at."""

    handle: Handle


class TagRequest(_Body):
    """A tag that a media item is to have."""

    handle: Handle
    name: Line


class UntagRequest(_Body):
    """A tag that a media item is to lose."""

    handle: Handle
    tag: Text255


class PickRequest(_Body):
    """One media item as it is to be inserted."""

    handle: Handle
    form: Literal["captioned", "native"]
    width: int
    height: int
    tracks: Annotated[list[Text255], msgspec.Meta(max_length=200)] = []
    default: Text255 | None = None
    start: float | None = None
    end: float | None = None
    transcript: bool = False
    as_link: bool = False
    tabs: bool = False  # this and the rest: of Studio's own player
    download: bool = False
    transcript_download: bool = False
    lock_speed: bool = False


class InsertRequest(_Body):
    """Everything that is to be inserted, in the order of picking."""

    picks: Annotated[list[PickRequest], msgspec.Meta(min_length=1, max_length=100)]


class WatchRequest(_Body):
    """Whether media addresses that did not play are to be fetched anew."""

    refresh: bool = False


class UploadChange(_Body):
    """What is to be changed of an upload; what is left out stays."""

    title: Text255 | None = None
    description: Annotated[str, msgspec.Meta(max_length=5000)] | None = None
    auto_captions: bool | None = None


class CaptionQuery(_Body):
    """What a caption file is."""

    language: Text255
    filename: Text255


class ImportRequest(_Body):
    """What is to be fetched by its web address."""

    address: Annotated[str, msgspec.Meta(max_length=4000)]
    title: Line = ""
    description: Annotated[str, msgspec.Meta(max_length=5000)] = ""
    auto_captions: bool = False
    collection: Filter = ""  # empty: the person's own uploads


class CollectionRequest(_Body):
    """A collection that is to be made."""

    name: Line


class CanvasKeyRequest(_Body):
    """The Canvas API key; without a secret the one that is there stays."""

    id: Line
    secret: Line | None = None


class StudioRequest(_Body):
    """The institution's Studio; without a secret the one that is there stays."""

    host: Line
    id: Line
    account: Literal["own", "service"]
    secret: Line | None = None


class StaffRequest(_Body):
    """Everyone who is captioning staff."""

    people: Annotated[list[Line], msgspec.Meta(max_length=1000)]


class CaptioningHeaderRequest(_Body):
    """What the captioning service sends; without a value the one that is there stays."""

    name: Line
    value: Annotated[str, msgspec.Meta(max_length=2000)] | None = None


class OrderQuery(_Body):
    """Which order for captions is meant."""

    order: Text255


class AnswerRequest(_Body):
    """The answer to an order for captions."""

    order: Text255
    outcome: Literal["processing", "fulfilled", "failed"]
    message: Annotated[str, msgspec.Meta(max_length=20_000)] = ""
    captions: str | None = None
    filename: Line = ""
    again: Annotated[int, msgspec.Meta(ge=1, le=_LARGEST_NUMBER)] | None = (
        None  # the answer in doubt that is to be sent again all the same
    )


class HistoryQuery(_Body):
    """Which page of the history."""

    before: Annotated[str, msgspec.Meta(pattern="^[0-9]{1,9}$")] | None = None


class ServiceTypeRequest(_Body):
    """What can be ordered."""

    label: Line
    description: Annotated[str, msgspec.Meta(max_length=5000)]
    is_asr: bool
    languages: Annotated[list[Line], msgspec.Meta(max_length=300)] = []


class PrivacyRequest(_Body):
    """The privacy choices."""

    use_email: bool


class MediaQuery(_Body):
    """Which list of media, or which page of it: a cursor says all the rest."""

    scope: Literal["own", "course", "group"] = "own"
    sort: Literal["title", "created_at"] = "title"
    order: Literal["asc", "desc"] = "asc"
    search: Annotated[str, msgspec.Meta(max_length=255)] | None = None
    cursor: Handle | None = None


class StudioMediaQuery(_Body):
    """Which list of Studio's media, or which page of it: a cursor says all the rest."""

    scope: Literal["own", "course"] = "own"
    search: Filter = ""
    owner: Filter = ""
    tag: Filter = ""
    cursor: Handle | None = None


class ReportQuery(_Body):
    """Which page of a course's caption report."""

    cursor: Handle | None = None


class ReadingRequest(_Body):
    """Of which media the caption texts are to be read; fresh: because their tracks were changed."""

    handles: Annotated[list[Handle], msgspec.Meta(min_length=1, max_length=MOST_AT_ONCE)]
    fresh: bool = False


_Schema = TypeVar("_Schema", bound=_Body)


def read_json(request: Request, schema: type[_Schema]) -> _Schema:
    """Read a JSON body; an empty one is read as an object without members.

    :raises InputError: if it is not JSON or does not fit the schema.
    :raises werkzeug.exceptions.RequestEntityTooLarge: if it is over the limit.
    """
    try:
        return msgspec.json.decode(request.get_data(cache=False) or b"{}", type=schema)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InputError(f"the body does not fit {schema.__name__}: {error}") from error


def read_query(request: Request, schema: type[_Schema]) -> _Schema:
    """Read the query of a GET.

    :raises InputError: if a parameter is repeated or unknown, or does not fit the schema.
    """
    try:
        return msgspec.convert(single_values(request.args.to_dict(flat=False)), type=schema)
    except msgspec.ValidationError as error:
        raise InputError(f"the query does not fit {schema.__name__}: {error}") from error


def single_values(fields: Mapping[str, list[str]]) -> dict[str, str]:
    """Give each field's value.

    :raises InputError: if one is repeated (which of the two was meant is anyone's guess) or holds a NUL character
        (PostgreSQL cannot keep one).
    """
    for name, values in fields.items():
        if len(values) != 1:
            raise InputError(f"{name!r} is repeated", message=N_("Something in the request was sent twice."))
        if "\0" in values[0]:
            raise InputError(f"{name!r} holds a NUL character")
    return {name: values[0] for name, values in fields.items()}


def json_response(value: Any, status: int = 200, *, content_type: str = "application/json") -> Response:
    """Answer with JSON."""
    return Answer(msgspec.json.encode(value), status, [("Content-Type", content_type)])
