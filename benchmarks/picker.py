"""A picker page: its outgoing calls, its processor time, and what a long list costs more than a short one."""

from __future__ import annotations

import json
import statistics
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.canvas import Classroom, classroom
from benchmarks.floor import bare_app
from benchmarks.launch import seconds_per_launch
from benchmarks.platform import CLIENT_ID, ISSUER
from benchmarks.report import Figure

_PAGES = 60
_FLOORS = 5
_FIRST = "/api/canvas/media?scope=own&sort=created_at&order=desc"


@dataclass(frozen=True)
class _Cost:
    calls: int  # outgoing, for one page
    seconds: float  # of the processor, median
    floor: float  # the same of a launch of the bare Flask floor
    peak: int  # bytes, for one page


def _measure(room: Classroom) -> _Cost:
    token = room.page()[0]["token"]
    for _ in range(5):
        room.api("GET", _FIRST, token)
    room.asked()
    answer = room.api("GET", _FIRST, token)
    calls = room.asked()
    if not json.loads(answer.body)["items"]:
        raise RuntimeError("the list is empty")
    seconds = statistics.median(room.api("GET", _FIRST, token).seconds for _ in range(_PAGES))
    bare = bare_app(
        authorization_url="http://127.0.0.1", client_id=CLIENT_ID, issuer=ISSUER, key=room.platform.key.public_key()
    )
    floor = statistics.median(seconds_per_launch(bare, room.platform) for _ in range(_FLOORS))
    tracemalloc.start()
    room.api("GET", _FIRST, token)
    tracemalloc.reset_peak()
    before = tracemalloc.get_traced_memory()[0]
    room.api("GET", _FIRST, token)
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return _Cost(calls, seconds, floor, peak)


def _search(room: Classroom) -> int:
    """Search; gives the outgoing calls for its first page."""
    token = room.page()[0]["token"]
    room.asked()
    answer = room.api("GET", f"{_FIRST}&search=clock", token)
    if not json.loads(answer.body)["items"]:
        raise RuntimeError("nothing is found")
    return room.asked()


def figures() -> Iterator[Figure]:
    with classroom(50) as room:
        short = _measure(room)
    with classroom(10_000) as room:
        long = _measure(room)
        searched = _search(room)
    yield Figure("picker page: outgoing calls", short.calls, "calls", 1)
    yield Figure("picker page: our own processor time", short.seconds * 1000, "ms", 3.0)
    yield Figure("picker page: processor time against the bare Flask floor", short.seconds / short.floor, "ratio")
    yield Figure("picker page of 10,000 media against 50: processor time", long.seconds / short.seconds, "ratio", 1.15)
    yield Figure("picker page of 10,000 media against 50: peak memory", long.peak / short.peak, "ratio", 1.15)
    yield Figure("picker page of 10,000 media: outgoing calls", long.calls, "calls", 1)
    yield Figure("search page of 10,000 media: outgoing calls", searched, "calls", 1)
