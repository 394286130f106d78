"""The scene: a lecture opens a page, teachers choose, files arrive, a report is read; also beside a stall."""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.load.journeys import Scene, lecture, reporter, teacher, uploader
from benchmarks.load.measures import Recorder
from benchmarks.load.neighbours import neighbours
from benchmarks.load.place import Place
from tests.support.person import TILDA, Person

_WITHIN = 10.0  # seconds in which a lecture opens the page
EVERY = 60.0  # seconds from one lecture to the next


@dataclass
class Run:
    """What came of it, and what the generator itself took."""

    recorder: Recorder
    own_seconds: float  # of the processor, by this process


@contextmanager
def _recorded() -> Iterator[tuple[Recorder, list[Run]]]:
    recorder, runs, before = Recorder(), list[Run](), time.process_time()
    gc.collect()
    gc.freeze()  # what was built up before is not looked through again and again
    try:
        yield recorder, runs
    finally:
        gc.unfreeze()
    recorder.end()
    runs.append(Run(recorder, time.process_time() - before))


def one_lecture(place: Place, link: str) -> Run:
    """Have everyone open one page."""
    with _recorded() as (recorder, runs):
        asyncio.run(lecture(Scene(place, recorder, random.Random(1)), link, place.students, _WITHIN))
    return runs[0]


def all_at_once(place: Place, seconds: float, links: list[str], *, uploads: int) -> Run:
    """Play everything for a while.

    :param links: of pages that nobody has opened: a lecture opens one every minute.
    :param uploads: how many send at a time.
    """
    token = uploading_token(place)

    async def play(recorder: Recorder) -> None:
        scene = Scene(place, recorder, random.Random(2))
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            for number in place.teachers[:-1]:
                group.create_task(teacher(scene, number, until))
            group.create_task(reporter(scene, place.teachers[-1], until))
            for _ in range(uploads):
                group.create_task(uploader(scene, token, until))
            for link in links:
                began = time.monotonic()
                await lecture(scene, link, place.students, _WITHIN)
                await asyncio.sleep(min(began + EVERY, until) - time.monotonic())

    with _recorded() as (recorder, runs):
        asyncio.run(play(recorder))
    return runs[0]


def beside_the_second(place: Place, seconds: float, *, stalled: bool) -> Run:
    """Play lists and a warm page at the first school, while people of the second ask as many of theirs."""
    link = place.cold_embed()
    one_view(place, link)

    async def play(recorder: Recorder) -> None:
        scene = Scene(place, recorder, random.Random(3))
        until = time.monotonic() + seconds
        async with asyncio.TaskGroup() as group:
            group.create_task(neighbours(place.tool, place.second.token, until))
            for number in place.teachers[: len(place.teachers) // 2]:
                group.create_task(teacher(scene, number, until))
            few = place.students[: max(1, len(place.students) // 50)]
            while time.monotonic() < until:
                await lecture(scene, link, few, 1.0)

    with _recorded() as (recorder, runs):
        if stalled:
            with place.stalled_second():
                asyncio.run(play(recorder))
        else:
            asyncio.run(play(recorder))
    return runs[0]


def one_view(place: Place, link: str) -> None:
    """Open a page once, so that it is warm."""
    recorder = Recorder()
    asyncio.run(lecture(Scene(place, recorder, random.Random(4)), link, place.students[:1], 0))
    if recorder.errors:
        raise RuntimeError(str(recorder.errors))


def uploading_token(place: Place) -> str:
    """Press the button as the teacher whose Studio is connected: gives the page's token."""
    person = Person(canvas=place.canvas, tool=place.tool, number=TILDA)
    try:
        token: str = person.press_button().config["token"]
        return token
    finally:
        person.close()
