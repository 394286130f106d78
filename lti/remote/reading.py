"""Read JSON through schemas, and odd single values tolerantly.

A list is read entry by entry: one entry that Canvas (or a plugin of it) filled oddly must not hide the other 29.
"""

from __future__ import annotations

import contextlib
import email.utils
import logging
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeVar

import httpx
import msgspec

from lti.errors import RemoteNonsense

from .errors import where

_log = logging.getLogger(__name__)

_ENTRIES = msgspec.json.Decoder(list[msgspec.Raw])
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")

Struct = TypeVar("Struct")

UNREADABLE = (msgspec.DecodeError, RecursionError, UnicodeDecodeError)  # what msgspec raises for any bad text


def whole(response: httpx.Response, decoder: msgspec.json.Decoder[Struct]) -> Struct:
    """Read an answer that must fit its schema.

    :raises RemoteNonsense: it is not JSON (a login page with status 200, say), or does not fit.
    """
    try:
        return decoder.decode(_json(response))
    except UNREADABLE as error:
        raise _nonsense(response, error) from error


def entries(response: httpx.Response, decoder: msgspec.json.Decoder[Struct]) -> list[Struct]:
    """Read an answer that is a list, leaving out the entries that do not fit.

    :raises RemoteNonsense: it is not a JSON list, or it has entries and none of them fits: an empty list would tell a
        person that there is nothing.
    """
    try:
        raw = _ENTRIES.decode(_json(response))
    except UNREADABLE as error:
        raise _nonsense(response, error) from error
    found = list(_fitting(raw, decoder))
    check_some(response, len(raw), len(found))
    return found


def check_some(response: httpx.Response, entries: int, fitting: int) -> None:
    """Make sure that of the entries of a list, if there are any, at least one was understood.

    :raises RemoteNonsense: none was.
    """
    if entries and not fitting:
        raise RemoteNonsense(f"{where(response.request)}: of {entries} entries none fits its schema")


def entries_of(raw: msgspec.Raw, response: httpx.Response) -> list[msgspec.Raw]:
    """Take the list of an answer apart.

    :raises RemoteNonsense: it is not a JSON list.
    """
    try:
        return _ENTRIES.decode(raw)
    except UNREADABLE as error:
        raise _nonsense(response, error) from error


def part(raw: msgspec.Raw, decoder: msgspec.json.Decoder[Struct]) -> list[Struct]:
    """Read a list inside an entry; absent, null or odd is empty."""
    if not raw or raw == b"null":
        return []
    try:
        return list(_fitting(_ENTRIES.decode(raw), decoder))
    except UNREADABLE as error:
        _log.warning("left out a list that does not fit its schema: %s", error)
        return []


def _fitting(raw: list[msgspec.Raw], decoder: msgspec.json.Decoder[Struct]) -> Iterator[Struct]:
    for entry in raw:
        try:
            yield decoder.decode(entry)
        except UNREADABLE as error:
            _log.warning("left out an entry that does not fit its schema: %s", error)


def _json(response: httpx.Response) -> bytes:
    if "html" in response.headers.get("content-type", ""):
        raise RemoteNonsense(f"{where(response.request)}: {response.status_code} with a page instead of JSON")
    return response.content


def _nonsense(response: httpx.Response, error: Exception) -> RemoteNonsense:
    return RemoteNonsense(f"{where(response.request)}: {response.status_code} does not fit its schema: {error}")


def text(value: object) -> str:
    """Give one line of text; empty for what is none. Control characters (PostgreSQL takes no NUL) become spaces."""
    if not isinstance(value, str):
        return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else ""
    # A page holds hundreds of texts; nearly all are plain.
    return (value if value.isprintable() else _CONTROL.sub(" ", value)).strip()


def number(value: object) -> int | None:
    """Give a positive whole number from a number or its text (Kaltura's numbers are strings), else None."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    with contextlib.suppress(ValueError, OverflowError):
        found = int(float(value))
        if 0 < found < 1 << 40:
            return found
    return None


def truth(value: object) -> bool:
    """Give a boolean from what Canvas and Kaltura use for one: true, "true", 1, "1"."""
    return value in (True, "true", "1")


def moment(value: object) -> datetime | None:
    """Give a time in UTC: ISO 8601 with any offset, or the form of Canvas's documented track example; else None."""
    if not isinstance(value, str) or not value:
        return None
    try:
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            found = email.utils.parsedate_to_datetime(value)  # "Mon, 24 Feb 2020 16:04:02 EST -05:00"
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
