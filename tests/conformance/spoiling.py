"""What the property tests share: an application where time stands still, called without a network between."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hypothesis import HealthCheck, settings

from .browser import Browser
from .canvas import DEPLOYMENT, open_canvas
from .tool import Clock, made

ORIGIN = "https://cuedeck.example.edu"
many = settings(
    deadline=None,  # the machine that runs the tests may be busy
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)


@contextmanager
def installed(folder: Path) -> Iterator[Browser]:
    """Give a browser, and with it an institution and the application that knows it and its key."""
    clock = Clock(still=True)
    with made(ORIGIN, folder, clock) as tool, open_canvas("10000000000019", clock.seconds) as canvas:
        tool.register(canvas, DEPLOYMENT)
        browser = tool.browser(canvas)
        assert browser.launch().status == 200
        yield browser
