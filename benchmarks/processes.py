"""Processor time of a launch in one web process and in two, as gunicorn serves them.

Two processes share a database, and each has its own memory: what one of them waits for, or does again, because of the
other shows here. How many launches there are in a second does not: that needs more processors than two.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.databases import database, engines
from benchmarks.installed import discarded_log
from benchmarks.platform import SigningPlatform, served
from benchmarks.report import Figure
from benchmarks.served import Server, floor_server, server

_BLOCK = 200  # launches
_ROUNDS = 8
_PEOPLE = 4  # at once


def _seconds_per_launch(each: Server) -> float:
    """Launch a block of times; gives the processor time (seconds) of one.

    All logins, then all launches: the platform's signing between them leaves the processors to nobody but itself.
    """
    before = each.seconds()
    with ThreadPoolExecutor(_PEOPLE) as people:
        begun = list(people.map(each.log_in, range(_BLOCK)))
        forms = [each.form(state, nonce) for state, nonce, _ in begun]
        list(people.map(each.finish, forms, [cookie for *_, cookie in begun]))
    return (each.seconds() - before) / _BLOCK


def figures() -> Iterator[Figure]:
    for engine in engines():
        platform = SigningPlatform()
        with ExitStack() as stack, TemporaryDirectory() as name, served(platform.key_set) as jwks_url, discarded_log():
            floor = Path(name) / "floor"
            floor.mkdir()
            servers = [stack.enter_context(floor_server(floor, platform))]
            for count in (1, 2):
                folder = Path(name) / str(count)
                folder.mkdir()
                address = stack.enter_context(database(engine, folder))
                servers.append(stack.enter_context(server(folder, address, platform, jwks_url, count)))
            for each in servers:
                _seconds_per_launch(each)
            rounds = [[_seconds_per_launch(each) for each in servers] for _ in range(_ROUNDS)]
            bare, one, two = (statistics.median(each) for each in zip(*rounds, strict=True))
            stack.close()
        ratio = statistics.median(ours / floor for floor, ours, _ in rounds)
        yield Figure(f"launch on {engine}, served: processor time against the floor served alike", ratio, "ratio")
        yield Figure(f"launch on {engine}, served: the floor", bare * 1000, "ms")
        ratio = statistics.median(both / alone for _, alone, both in rounds)
        yield Figure(f"launch on {engine}: processor time in two processes against one", ratio, "ratio", 1.1)
        yield Figure(f"launch on {engine}, served: processor time in one process", one * 1000, "ms")
        yield Figure(f"launch on {engine}, served: processor time in two", two * 1000, "ms")
