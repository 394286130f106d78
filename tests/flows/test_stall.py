"""One institution's Canvas accepts and does not answer: its people are told, and nobody else notices."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import httpx

from tests.flows.harbour import Harbour
from tests.flows.school import School, problem
from tests.flows.uploading import until
from tests.support.person import TILDA

_MANY = 1000
_PEOPLE = 14  # fewer than the threads of the sandbox, which are to be free for our questions


@contextmanager
def stalled(canvas: str) -> Iterator[None]:
    """Have a Canvas answer later than anybody waits."""
    fault = {"kind": "slow", "seconds": 12, "path": "/api/v1/*", "count": _MANY}
    httpx.post(f"{canvas}/sandbox/faults", json={"faults": [fault]}, timeout=10).raise_for_status()
    try:
        yield
    finally:
        httpx.post(f"{canvas}/sandbox/faults", json={"clear": True}, timeout=30).raise_for_status()


def arrived(canvas: str) -> int:
    """Count the calls that the stall has held."""
    (fault,) = httpx.get(f"{canvas}/sandbox/faults", timeout=30).json()["faults"]
    return _MANY - int(fault["count"])


def test_people_of_a_school_whose_canvas_stalls_are_told_and_the_other_school_works_on(
    school: School, harbour: Harbour
) -> None:
    ours, theirs = school.picker(TILDA), harbour.picker(TILDA)
    headers = {"Authorization": f"Bearer {theirs.config['token']}"}

    def ask(_: int) -> httpx.Response:
        return httpx.get(f"{school.stack.tool}/api/canvas/media", headers=headers, timeout=60)

    with stalled(harbour.canvas), ThreadPoolExecutor(_PEOPLE) as people:
        first = people.map(ask, range(_PEOPLE))
        assert ours.media()["items"]
        told = list(first)
        before = arrived(harbour.canvas)
        told += people.map(ask, range(_PEOPLE))
        # One of a process asks, to see whether it is over; the others are told without a call.
        assert arrived(harbour.canvas) - before < _PEOPLE
        assert ours.media()["items"]

    for answer in told:
        assert problem(answer, 503, "remote_unavailable")["next_step"]
    until(lambda: ask(0).status_code == 200, "it is not over when Canvas answers again")
