"""Files as JSON (``reference/canvas.md`` 1.12), into our values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from .reading import entries, text, truth, whole
from .values import CanvasFile

_UNPROCESSED = "maybe"  # what Canvas writes for a media id while it waits for one


class _File(Struct, rename={"content_type": "content-type"}):
    id: int | str
    display_name: Any = None
    filename: Any = None
    content_type: Any = None
    media_entry_id: Any = None
    url: Any = None
    locked_for_user: Any = None


class _PublicUrl(Struct):
    public_url: str


_FILE = msgspec.json.Decoder(_File)
_PUBLIC_URL = msgspec.json.Decoder(_PublicUrl)


def read_files(response: httpx.Response) -> Iterator[CanvasFile]:
    """Read a page of a file list.

    :raises RemoteNonsense: it is not a list.
    """
    return (_file(entry) for entry in entries(response, _FILE) if text(entry.id))


def read_public_url(response: httpx.Response) -> str:
    """Read the answer to ``public_url``.

    :raises RemoteNonsense: it does not fit.
    """
    return whole(response, _PUBLIC_URL).public_url


def _file(entry: _File) -> CanvasFile:
    media_id = text(entry.media_entry_id)
    url = text(entry.url)
    return CanvasFile(
        id=text(entry.id),
        name=text(entry.display_name) or text(entry.filename),
        media_id=media_id if media_id and media_id != _UNPROCESSED else None,
        content_type=text(entry.content_type),
        url=url or None,
        verifier=_verifier(url),
        locked=truth(entry.locked_for_user),
    )


def _verifier(url: str) -> str | None:
    try:
        return httpx.URL(url).params.get("verifier") or None
    except httpx.InvalidURL:
        return None
