"""Many callers at once, in threads and in other processes."""

from __future__ import annotations

import multiprocessing
import threading
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

from lti.store import SecretBox, Store, open_database

from .conftest import OLD_KEY

T = TypeVar("T")

PROCESSES = 3
THREADS = 4


def real_clock() -> datetime:
    return datetime.now(UTC)


def in_threads(work: Callable[[int], T], callers: int = 8) -> list[T]:
    """Run the work in all threads at the same moment; the caller's number is its argument."""
    barrier = threading.Barrier(callers)

    def caller(number: int) -> T:
        barrier.wait(30)
        return work(number)

    with ThreadPoolExecutor(callers) as pool:
        return list(pool.map(caller, range(callers)))


def in_processes(url: str, work: Callable[[Store, int], T]) -> list[T]:
    """Run the work in several threads of each of several processes, each process with a store of its own."""
    # forkserver: the children are new processes, as a second web server would be, and share no connection with us.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["lti.store", "tests.unit.store.crowd"])  # imported once, not by each child
    with ProcessPoolExecutor(PROCESSES, mp_context=context) as pool:
        answers = list(pool.map(partial(_process, url, work), range(PROCESSES)))
    return [answer for several in answers for answer in several]


def _process(url: str, work: Callable[[Store, int], T], process: int) -> list[T]:
    database = open_database(url)
    store = Store(database, SecretBox([OLD_KEY]), real_clock)
    try:
        return in_threads(lambda thread: work(store, process * THREADS + thread), THREADS)
    finally:
        database.close()
