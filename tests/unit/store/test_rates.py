"""Counting how often something happens, here and in a Redis that several processes share."""

from __future__ import annotations

import multiprocessing
import socket
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial

import pytest
import redis

from lti.errors import ConfigurationError
from lti.store import Rates

from .crowd import in_threads


class Ticks:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ticks() -> Ticks:
    return Ticks()


@contextmanager
def sharing(url: str) -> Iterator[Rates]:
    rates = Rates(url)
    with ExitStack() as stack:
        if rates._shared is not None:
            stack.callback(rates._shared.storage.connection_pool.disconnect)
        yield rates


@pytest.fixture
def name() -> str:
    """Name something that nobody else counts."""
    return f"test/{uuid.uuid4().hex}"


def refused(rates: Rates, name: str, times: int, most: int) -> int:
    return sum(rates.hit(name, most) is not None for _ in range(times))


def test_what_is_over_the_rate_is_told_when_it_is_right_again(ticks: Ticks) -> None:
    rates = Rates(None, ticks)
    assert refused(rates, "a", 3, 3) == 0
    ticks.now += 20
    assert rates.hit("a", 3) == 40
    ticks.now += 39.5
    assert rates.hit("a", 3) == 1  # never "try again at once"
    ticks.now += 0.5
    assert rates.hit("a", 3) is None


def test_one_name_does_not_count_for_another(ticks: Ticks) -> None:
    rates = Rates(None, ticks)
    assert refused(rates, "a", 10, 3) == 7
    assert refused(rates, "b", 3, 3) == 0


def test_threads_lose_no_count() -> None:
    rates = Rates(None)
    assert sum(in_threads(lambda _caller: refused(rates, "a", 500, 1000), 8)) == 8 * 500 - 1000


def test_names_that_are_over_do_not_pile_up(ticks: Ticks) -> None:
    rates = Rates(None, ticks)
    for number in range(5000):
        rates.hit(f"old-{number}", 1)
    ticks.now += 61
    for _ in range(7000):
        rates.hit("new", 1)
    assert len(rates._here._counts) == 1


def test_names_that_count_are_not_swept_away(ticks: Ticks) -> None:
    rates = Rates(None, ticks)
    assert rates.hit("a", 1) is None
    for number in range(5000):
        rates.hit(f"other-{number}", 1)
    assert rates.hit("a", 1) is not None


def test_shared_count_is_told_when_it_is_right_again(redis_server: str, name: str) -> None:
    with sharing(redis_server) as rates:
        assert refused(rates, name, 3, 3) == 0
        seconds = rates.hit(name, 3)
    assert seconds is not None
    assert 50 < seconds <= 61


def count_in_process(url: str, name: str, _process: int) -> int:
    with sharing(url) as rates:
        return 100 - refused(rates, name, 100, 150)


def test_several_processes_count_together_in_redis(redis_server: str, name: str) -> None:
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("forkserver")) as pool:
        let_through = list(pool.map(partial(count_in_process, redis_server, name), range(3)))
    assert sum(let_through) == 150


def test_without_redis_requests_go_on_and_are_counted_here(ticks: Ticks, caplog: pytest.LogCaptureFixture) -> None:
    rates = Rates("redis://127.0.0.1:1/0", ticks)
    assert refused(rates, "a", 3, 3) == 0
    assert rates.hit("a", 3) is not None
    assert caplog.text.count("the Redis of the limits does not answer (ConnectionError)") == 1


def test_redis_that_is_silent_costs_one_request_a_moment_and_the_others_nothing(ticks: Ticks) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:  # accepts, and never says a word
        rates = Rates(f"redis://127.0.0.1:{silent.getsockname()[1]}/0", ticks)
        before = time.monotonic()
        assert refused(rates, "a", 1000, 1000) == 0
        assert time.monotonic() - before < 2
        rates._shared.storage.connection_pool.disconnect()  # type: ignore[union-attr]


def test_redis_that_comes_back_counts_again(
    redis_server: str, name: str, ticks: Ticks, monkeypatch: pytest.MonkeyPatch
) -> None:
    with sharing(redis_server) as counting:
        assert refused(counting, name, 3, 3) == 0
    rates = Rates(redis_server, ticks)
    assert rates._shared is not None

    def fail(*_: object, **__: object) -> None:
        raise redis.ConnectionError("away")

    with monkeypatch.context() as away:
        away.setattr(redis.connection.Connection, "connect", fail)
        assert rates.hit(name, 3) is None
    assert rates.hit(name, 3) is None  # not asked again yet
    ticks.now += 5
    assert rates.hit(name, 3) is not None
    rates._shared.storage.connection_pool.disconnect()


@pytest.mark.parametrize("url", ["", "nonsense", "http://localhost", "redis://:the-password@host:port/"])
def test_administrator_is_told_when_the_address_is_not_one(url: str) -> None:
    with pytest.raises(ConfigurationError, match="CUEDECK_LIMITS_URL") as told:
        Rates(url)
    assert "the-password" not in str(told.value)


def test_threads_share_redis(redis_server: str, name: str) -> None:
    with sharing(redis_server) as rates:
        assert sum(in_threads(lambda _caller: refused(rates, name, 50, 100), 8)) == 8 * 50 - 100
