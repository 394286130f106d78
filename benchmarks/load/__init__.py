"""The school under load, and what it comes to: times, errors, outgoing calls, memory, and what a stall next door does.

Everything runs on this machine: the tool, PostgreSQL, both Canvases, Studio and the people. So the times say how the
tool stands against itself, and the shares say who took the processors.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from statistics import median

from benchmarks.load import journeys
from benchmarks.load.capacity import answers_per_second
from benchmarks.load.database import Watched
from benchmarks.load.measures import percentile
from benchmarks.load.place import TOOL_PROCESSES, Place, school_at_work
from benchmarks.load.scene import EVERY, Run, all_at_once, beside_the_second, one_lecture
from benchmarks.report import Figure

_STALL_ROUNDS = 3
_REST = 5.0  # seconds, until what was begun is over


@dataclass(frozen=True)
class Size:
    """How large the scene is; `CUEDECK_BENCH_SECONDS` makes it shorter, and smaller below a minute."""

    seconds: float
    students: int = 500
    teachers: int = 100
    uploads: int = 50
    media: int = 2_000
    stall_seconds: float = 30.0

    @classmethod
    def wanted(cls) -> Size:
        seconds = float(os.environ.get("CUEDECK_BENCH_SECONDS", "300"))
        if seconds >= 60:
            return cls(seconds)
        return cls(seconds, students=60, teachers=12, uploads=6, media=300, stall_seconds=seconds)


def figures() -> Iterator[Figure]:
    size = Size.wanted()
    capacity = answers_per_second()
    with school_at_work(students=size.students, teachers=size.teachers, media=size.media, web=2) as place:
        yield from _lectures(place, size)
        yield from _all_at_once(place, size, capacity)
        yield from _stall(place, size)


def _lectures(place: Place, size: Size) -> Iterator[Figure]:
    name = f"lecture of {size.students} within 10 s"
    link = place.cold_embed()
    place.asked_for_embeds()
    for state, most in (("cold", 1), ("warm", 0)):
        run = one_lecture(place, link)
        yield Figure(f"{name}, {state}: outgoing calls for the embed", place.asked_for_embeds(), "calls", most)
        yield Figure(f"{name}, {state}: errors", _errors(run), "", 0)
        yield from _journeys(f"{name}, {state}", run)


def _all_at_once(place: Place, size: Size, capacity: float) -> Iterator[Figure]:
    tool, others = place.processes(*TOOL_PROCESSES), place.processes("canvas", "studio")
    # Threads, pools and caches are as they stay after a first time. The report is read for the first time here.
    warming = all_at_once(place, min(size.seconds / 5, 60), [place.cold_embed()], uploads=size.uploads)
    time.sleep(_REST)
    links = [place.cold_embed() for _ in range(max(1, int(size.seconds // EVERY)))]
    place.asked_for_embeds()
    database = Watched(place.database)
    memory, ours, theirs = tool.memory(), tool.seconds(), others.seconds()
    run = all_at_once(place, size.seconds, links, uploads=size.uploads)
    ours, theirs = tool.seconds() - ours, others.seconds() - theirs
    used = database.used()
    time.sleep(_REST)
    grown = tool.memory() / memory
    elapsed, answers = run.recorder.seconds, run.recorder.count
    name = "all at once"
    yield Figure(f"{name}: how long it is played", elapsed, "s")
    yield Figure(f"{name}: answers of the tool per second", answers / elapsed, "1/s")
    yield Figure(f"{name}: errors", _errors(warming) + _errors(run), "", 0)
    for seconds in warming.recorder.journeys[journeys.FIRST_REPORT]:
        yield Figure(f"{name}, {journeys.FIRST_REPORT}", seconds, "s")
    yield from _journeys(name, run)
    told = {journeys.LAUNCH: run, journeys.UPLOAD: run, journeys.REPORT: run, journeys.READING: warming}
    for answer, source in told.items():
        yield from _percentiles(f"{name}, {answer}", source.recorder.answers[answer])
    yield Figure(f"{name}: outgoing calls per embed, all cold", place.asked_for_embeds() / len(links), "calls", 1)
    yield Figure(f"{name}: memory of web and worker processes, end against start", grown, "ratio", 1.1)
    yield Figure(f"{name}: memory of web and worker processes at the end", tool.memory() / 1e6, "MB")
    yield Figure(f"{name}: processor time of the tool for one answer", ours / answers * 1000, "ms")
    yield Figure(f"{name}: database transactions for one answer", used.transactions / answers, "")
    if used.seconds is not None:
        yield Figure(f"{name}: processor time of PostgreSQL for one answer", used.seconds / answers * 1000, "ms")
    yield Figure(f"{name}: processors that the tool took", ours / elapsed, "")
    yield Figure(f"{name}: processors that the sandbox took", theirs / elapsed, "")
    yield Figure(f"{name}: share of one processor that the generator took", run.own_seconds / elapsed, "", 0.6)
    yield Figure(f"{name}: 99 % of journeys begun late by the generator at most", _late(run), "ms")
    yield Figure("generator: answers per second it can take, of a server that only answers", capacity, "1/s")
    share = answers / elapsed / capacity
    yield Figure(f"{name}: answers per second against what the generator can take", share, "", 0.3)


def _stall(place: Place, size: Size) -> Iterator[Figure]:
    """Compare in turn: what else the machine does hits both alike."""
    calm, stalled, ratios = [], [], []
    for _ in range(_STALL_ROUNDS):
        one = beside_the_second(place, size.stall_seconds, stalled=False)
        other = beside_the_second(place, size.stall_seconds, stalled=True)
        calm.append(one)
        stalled.append(other)
        ratios.append(_p99(other) / _p99(one))
    name = "another school's Canvas stalls"
    yield Figure(f"{name}: errors at the first school", sum(map(_errors, [*calm, *stalled])), "", 0)
    yield Figure(f"{name}: 99th percentile of all answers before", median(map(_p99, calm)) * 1000, "ms")
    yield Figure(f"{name}: 99th percentile of all answers meanwhile", median(map(_p99, stalled)) * 1000, "ms")
    yield Figure(f"{name}: 99th percentile against before", median(ratios), "ratio", 1.2)


def _p99(run: Run) -> float:
    return percentile(run.recorder.everything(), 0.99)


def _late(run: Run) -> float:
    return percentile(run.recorder.late, 0.99) * 1000


def _errors(run: Run) -> int:
    for error, count in run.recorder.errors.most_common(10):
        print(f"{count} times: {error}")
    return run.recorder.errors.total()


def _journeys(name: str, run: Run) -> Iterator[Figure]:
    """Tell how long people waited, and in the middle of them how long for Canvas's own pages, which is left out."""
    for journey, waited in sorted(run.recorder.journeys.items()):
        yield from _percentiles(f"{name}, {journey}", waited)
        if others := percentile(run.recorder.others[journey], 0.5):
            yield Figure(f"{name}, {journey}: left out, Canvas's own pages, 50th percentile", others * 1000, "ms")


def _percentiles(name: str, seconds: list[float]) -> Iterator[Figure]:
    for share in (0.5, 0.95, 0.99):
        yield Figure(f"{name}: {share * 100:g}th percentile", percentile(seconds, share) * 1000, "ms")
