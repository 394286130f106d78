"""How long a journey is said to have taken."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from benchmarks.load import browser, journeys
from benchmarks.load.browser import Browser
from benchmarks.load.lines import Answer, Line
from benchmarks.load.measures import Recorder

CANVAS, TOOL = "http://127.0.0.1:8001", "http://localhost:8000"


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 100.0

    def perf_counter(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in (browser, journeys):
        monkeypatch.setattr(module, "time", made)

    async def sleep(seconds: float) -> None:
        made.now += seconds

    async def ask(line: Line, request: bytes) -> Answer:
        made.now += 1.0 if b"Host: 127.0.0.1" in request else 0.2
        return Answer(200, (), b"{}")

    monkeypatch.setattr(browser, "asyncio", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(Line, "ask", ask)
    return made


async def walk(recorder: Recorder) -> None:
    person = Browser(CANVAS, TOOL, recorder.told)
    await person.ask("earlier", "GET", f"{CANVAS}/")
    await person.pause(7)
    wait = journeys.Wait(recorder, person)
    await person.ask("embed", "GET", f"{CANVAS}/pages/1")
    await person.ask("embed", "GET", f"{TOOL}/lti/launch")
    await person.pause(5)
    await person.ask("embed", "GET", f"{TOOL}/api/watch")
    wait.over("journey")


def test_a_journey_is_what_a_person_waits_for_the_tool_alone(clock: Clock) -> None:
    recorder = Recorder()
    with ThreadPoolExecutor(1) as pool:  # where tests with browsers ran before, this thread has a loop of theirs
        pool.submit(asyncio.run, walk(recorder)).result()
    assert recorder.journeys["journey"] == [pytest.approx(0.4)]
    assert recorder.others["journey"] == [pytest.approx(1.0)], "Canvas's own pages are told apart"
    assert recorder.answers == {"embed": [pytest.approx(0.2)] * 2}
