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
class _Shelf:
    """A teacher's list of media, and what a page of it costs."""

    room: Classroom
    token: str
    calls: int  # outgoing, for one page
    peak: int  # bytes, for one page

    @classmethod
    def look(cls, room: Classroom) -> _Shelf:
        token = room.page()[0]["token"]
        for _ in range(5):
            room.api("GET", _FIRST, token)
        room.asked()
        answer = room.api("GET", _FIRST, token)
        calls = room.asked()
        if not json.loads(answer.body)["items"]:
            raise RuntimeError("the list is empty")
        tracemalloc.start()
        room.api("GET", _FIRST, token)
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        room.api("GET", _FIRST, token)
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
        return cls(room, token, calls, peak)

    def seconds(self) -> float:
        """Give the processor time of one page."""
        return self.room.api("GET", _FIRST, self.token).seconds

    def floor(self) -> float:
        """Give the processor time of a launch of the bare Flask floor."""
        platform = self.room.platform
        bare = bare_app(
            authorization_url="http://127.0.0.1", client_id=CLIENT_ID, issuer=ISSUER, key=platform.key.public_key()
        )
        return statistics.median(seconds_per_launch(bare, platform) for _ in range(_FLOORS))


def _search(room: Classroom) -> int:
    """Search; gives the outgoing calls for its first page."""
    token = room.page()[0]["token"]
    room.asked()
    answer = room.api("GET", f"{_FIRST}&search=clock", token)
    if not json.loads(answer.body)["items"]:
        raise RuntimeError("nothing is found")
    return room.asked()


def figures() -> Iterator[Figure]:
    with classroom(50) as few, classroom(10_000) as many:
        short, long = _Shelf.look(few), _Shelf.look(many)
        pages = [(short.seconds(), long.seconds()) for _ in range(_PAGES)]  # in turn: slow moments hit both
        floor, searched = short.floor(), _search(many)
    seconds, longer = (statistics.median(each) for each in zip(*pages, strict=True))
    yield Figure("picker page: outgoing calls", short.calls, "calls", 1)
    yield Figure("picker page: our own processor time", seconds * 1000, "ms", 3.0)
    yield Figure("picker page: processor time against the bare Flask floor", seconds / floor, "ratio")
    yield Figure("picker page of 10,000 media against 50: processor time", longer / seconds, "ratio", 1.15)
    yield Figure("picker page of 10,000 media against 50: peak memory", long.peak / short.peak, "ratio", 1.15)
    yield Figure("picker page of 10,000 media: outgoing calls", long.calls, "calls", 1)
    yield Figure("search page of 10,000 media: outgoing calls", searched, "calls", 1)
