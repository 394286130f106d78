"""Debian's chromium, once for each test process: Playwright cannot be started twice in one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.conftest import unavailable

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    # Without a process for each site the frames of Canvas and the tool share one, under the same rules for scripts and
    # cookies. With them, on a busy machine, a click now and then goes past a frame, or its navigation past Playwright.
    "--disable-site-isolation-trials",
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Give Playwright, or say that there is no browser to drive."""
    if CHROMIUM is None:
        unavailable("no chromium on this machine")
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """Give a browser; each test makes contexts of its own in it."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield launched
    launched.close()
