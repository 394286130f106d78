"""The steps that flows of uploads share: a person at a Studio that is quick, until their file has arrived there."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from tests.flows.school import School
from tests.support.person import TILDA, ToolPage
from tests.support.stack import Stack
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

SECONDS = 30.0  # within which whatever is waited for must have happened
_ANY_FILE_AT_ONCE = {"transcoding_seconds": 0.1, "check_uploads": False}


@contextmanager
def quick(studio: str) -> Iterator[None]:
    """Have a Studio take any file for a film, and prepare it at once; heal it afterwards."""
    tell(studio, behaviour=_ANY_FILE_AT_ONCE)
    try:
        yield
    finally:
        tell(studio, clear=True)


def tell(studio: str, **wishes: Any) -> None:
    """Tell a sandbox Studio how to behave (``sandbox/studio/switchboard.py``)."""
    httpx.post(f"{studio}/sandbox/faults", json=wishes, timeout=10).raise_for_status()


def connected(school: School) -> ToolPage:
    """Press the button as a teacher who has just connected Studio."""
    page = school.be(TILDA).press_button()
    assert connect_studio(page, school.stack.studio, TILDA_AT_STUDIO).status_code == 200
    return page


def until(true: Callable[[], bool], otherwise: str) -> None:
    """Look until something is true, and fail with these words if it does not become so."""
    deadline = time.monotonic() + SECONDS
    while not true():
        assert time.monotonic() < deadline, otherwise
        time.sleep(0.1)


def wait(page: ToolPage, upload: str, *states: str) -> dict[str, Any]:
    """Look until an upload is in one of these states: gives it as a page sees it."""
    deadline = time.monotonic() + SECONDS
    while True:
        answer = page.api("GET", f"/api/uploads/{upload}")
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        if shown["state"] in states:
            return shown
        assert time.monotonic() < deadline, shown
        time.sleep(0.1)


def check_at_studio(stack: Stack, shown: dict[str, Any], data: bytes) -> None:
    """Make sure that Studio has the file byte for byte, and that no chunk of it is left with us."""
    answer = httpx.get(f"{stack.studio}/sandbox/studio/media/{shown['media_id']}/sha256", timeout=10)
    assert answer.status_code == 200, answer.text
    assert answer.json()["sha256"] == hashlib.sha256(data).hexdigest()
    folder = stack.run_dir / "chunks" / shown["id"]
    assert not folder.exists(), "chunks are left behind"
