"""A Cuedeck that runs, and institutions that are registered with it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from .browser import Browser
from .canvas import DEPLOYMENT, Canvas, open_canvas
from .tool import Clock, Tool, register_by_command, served

_numbers = itertools.count(10000000000101)


@pytest.fixture(scope="session")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tool]:
    """Give the running application, reached over HTTP."""
    with served(tmp_path_factory.mktemp("cuedeck"), Clock()) as running:
        yield running


@pytest.fixture(scope="session")
def usual_canvas(tool: Tool) -> Iterator[Canvas]:
    """Give the institution of most tests, registered by typing the command."""
    with open_canvas("10000000000019", tool.clock.seconds) as canvas:
        canvas.tool = tool.origin
        register_by_command(tool, canvas)
        yield canvas


@pytest.fixture
def canvas(usual_canvas: Canvas) -> Canvas:
    """Give that institution, for a test that leaves its keys and answers alone."""
    usual_canvas.asked.clear()
    return usual_canvas


@pytest.fixture
def another_canvas(tool: Tool) -> Iterator[Callable[..., Canvas]]:
    """Open institutions for one test alone, each with its own keys, all with one issuer as hosted Canvas has."""
    with ExitStack() as stack:

        def opened(*deployments: str) -> Canvas:
            canvas = stack.enter_context(open_canvas(str(next(_numbers)), tool.clock.seconds))
            canvas.tool = tool.origin
            tool.register(canvas, *(deployments or (DEPLOYMENT,)))
            return canvas

        yield opened


@pytest.fixture
def browser(tool: Tool, canvas: Canvas) -> Browser:
    return tool.browser(canvas)


@pytest.fixture
def other_browser(tool: Tool, canvas: Canvas) -> Browser:
    return tool.browser(canvas)
