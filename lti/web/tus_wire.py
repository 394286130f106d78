"""What the tus 1.0 protocol writes in headers, read and checked (https://tus.io/protocols/resumable-upload)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from flask import Request
from werkzeug.datastructures import Headers

from lti.errors import N_, InputError, UploadError
from lti.media import Checksum

VERSION: Final = "1.0.0"
EXTENSIONS: Final = "creation,creation-with-upload,creation-defer-length,termination,checksum,expiration"
ALGORITHMS: Final = ("sha1", "sha256")
DATA: Final = "application/offset+octet-stream"
_LARGEST_NUMBER: Final = 15  # digits
_SECONDS: Final = re.compile(r"[0-9]{1,6}(\.[0-9]{1,3})?", re.ASCII)


class TusInvalid(InputError):
    """Raised when a header of the protocol is missing or not understood."""

    code = "tus_invalid"
    status = 400


class TusVersionWrong(InputError):
    """Raised when a client speaks another version of the protocol."""

    code = "tus_version"
    status = 412
    message = N_("This program speaks another version of the upload protocol.")
    next_step = N_("Use a program that speaks tus 1.0.0.")


class TusTypeWrong(InputError):
    """Raised when data comes under another content type than the protocol's."""

    code = "tus_type"
    status = 415


class TooManyUploads(UploadError):
    """Raised when as many connections send data as this process may have; clients come again by themselves."""

    code = "uploads_crowded"
    status = 503
    message = N_("Very many files are being uploaded at this moment.")
    next_step = N_("Wait a moment: the upload goes on by itself.")


def check_version(request: Request) -> None:
    """Make sure that the client speaks our version.

    :raises TusVersionWrong: it does not.
    """
    if request.headers.get("Tus-Resumable") != VERSION:
        raise TusVersionWrong("Tus-Resumable is not 1.0.0")


def check_type(request: Request) -> None:
    """Make sure that a body is upload data.

    :raises TusTypeWrong: it says that it is something else.
    """
    if request.mimetype != DATA:
        raise TusTypeWrong(f"Content-Type is not {DATA}")


def number(text: str, name: str) -> int:
    """Read a header that holds a number of bytes.

    :raises TusInvalid: when it does not.
    """
    if not text.isascii() or not text.isdigit() or len(text) > _LARGEST_NUMBER:
        raise TusInvalid(f"{name} is not a number of bytes")
    return int(text)


def recorded_seconds(headers: Headers) -> float | None:
    """Read ``Cuedeck-Seconds``, our own: how long a recording is with the data that comes along.

    :raises TusInvalid: when it is not a number of seconds.
    """
    text = headers.get("Cuedeck-Seconds")
    if text is None:
        return None
    if not _SECONDS.fullmatch(text):
        raise TusInvalid("Cuedeck-Seconds is not a number of seconds")
    return float(text)


def announced_length(headers: Headers) -> int | None:
    """Read the length that a creation announces, None where it is deferred.

    :raises TusInvalid: when it says neither, or both.
    """
    length, deferred = headers.get("Upload-Length"), headers.get("Upload-Defer-Length")
    if (length is None) == (deferred is None):
        raise TusInvalid("one of Upload-Length and Upload-Defer-Length is needed")
    if length is not None:
        return number(length, "Upload-Length")
    if deferred != "1":
        raise TusInvalid("Upload-Defer-Length is not 1")
    return None


def metadata(headers: Headers) -> dict[str, str]:
    """Read ``Upload-Metadata``: pairs of a key and a base64 value.

    :raises TusInvalid: when it is not that.
    """
    found: dict[str, str] = {}
    for pair in filter(None, (part.strip() for part in headers.get("Upload-Metadata", "").split(","))):
        key, _, value = pair.partition(" ")
        try:
            text = base64.b64decode(value.strip(), validate=True).decode("utf-8", "replace")
        except (binascii.Error, ValueError) as error:
            raise TusInvalid("Upload-Metadata is not base64") from error
        if not key or key in found:
            raise TusInvalid("a key of Upload-Metadata is missing or repeated")
        found[key] = text
    return found


def write_metadata(values: dict[str, str]) -> str:
    """Write ``Upload-Metadata``."""
    pairs = ((key, base64.b64encode(value.encode("utf-8")).decode("ascii")) for key, value in values.items())
    return ",".join(f"{key} {value}".rstrip() for key, value in pairs)


def checksum(headers: Headers) -> Checksum | None:
    """Read ``Upload-Checksum``.

    :raises TusInvalid: when the algorithm is none of ours, or the value is not base64.
    """
    text = headers.get("Upload-Checksum")
    if text is None:
        return None
    algorithm, _, value = text.strip().partition(" ")
    if algorithm not in ALGORITHMS:
        raise TusInvalid(f"Upload-Checksum takes {' and '.join(ALGORITHMS)}")
    try:
        return Checksum(algorithm, base64.b64decode(value.strip(), validate=True))
    except (binascii.Error, ValueError) as error:
        raise TusInvalid("Upload-Checksum is not base64") from error
