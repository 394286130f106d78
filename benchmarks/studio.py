"""A page of Studio's media, and a search there: outgoing calls."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx

from benchmarks.report import Figure
from benchmarks.upload_place import UploadPlace, upload_place


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, upload_place(Path(name)) as place:
        token = place.server.token()
        _calls(place, token, "")  # the first one finds out whose account this is
        yield Figure("picker page of Studio: outgoing calls", _calls(place, token, ""), "calls", 1)
        yield Figure("search page of Studio: outgoing calls", _calls(place, token, "clock"), "calls", 1)


def _calls(place: UploadPlace, token: str, search: str) -> int:
    """Ask for a page that is not empty; gives what Studio was asked for it."""
    place.asked()
    parameters = {"scope": "own"} | ({"search": search} if search else {})
    headers = {"Authorization": f"Bearer {token}"}
    answer = httpx.get(f"{place.server.origin}/api/studio/media", params=parameters, headers=headers, timeout=60)
    if not answer.raise_for_status().json()["items"]:
        raise RuntimeError(f"the list is empty: {answer.text}")
    return place.asked()
