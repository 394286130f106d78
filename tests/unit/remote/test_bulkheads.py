"""A host that stalls keeps few of our threads, and the others are told at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx
import pytest

from lti.errors import RemoteNonsense, RemoteUnavailable
from lti.remote import Bulkheads, HostBusy, NotReached, fetch_key_set, make_client

STALLED, OTHER = "https://canvas.example.edu/api/v1/x", "https://harbour.example.edu/api/v1/x"


class Ticks:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def times_out() -> httpx.Response:
    raise httpx.ReadTimeout("nothing came")


def refuse(bulkheads: Bulkheads, url: str = STALLED) -> bool:
    """Tell whether one more thread is refused."""
    refused: list[bool] = []

    def come() -> None:
        try:
            with bulkheads.busy_with(url):
                refused.append(False)
        except HostBusy:
            refused.append(True)

    thread = threading.Thread(target=come)
    thread.start()
    thread.join(10)
    return refused[0]


@contextmanager
def threads_in(bulkheads: Bulkheads, count: int, *, calling: bool = False) -> Iterator[None]:
    """Keep threads busy with the host, each in a call if that is wanted."""
    leave, inside = threading.Event(), threading.Barrier(count + 1)

    def hang() -> httpx.Response:
        inside.wait(10)
        leave.wait(10)
        raise httpx.RemoteProtocolError("cut")

    def stay() -> None:
        with bulkheads.busy_with(STALLED), suppress(httpx.RemoteProtocolError):
            _ = bulkheads.watch(httpx.URL(STALLED), hang) if calling else hang()

    threads = [threading.Thread(target=stay) for _ in range(count)]
    for thread in threads:
        thread.start()
    inside.wait(10)
    try:
        yield
    finally:
        leave.set()
        for thread in threads:
            thread.join(10)


def test_thread_over_the_share_of_a_host_is_told_at_once() -> None:
    bulkheads = Bulkheads(share=3)
    with threads_in(bulkheads, 2):
        assert not refuse(bulkheads)
    with threads_in(bulkheads, 3):
        assert refuse(bulkheads)
        assert not refuse(bulkheads, OTHER)
    assert not refuse(bulkheads)


def test_person_who_is_told_learns_that_canvas_does_not_answer_and_what_to_do() -> None:
    with threads_in(bulkheads := Bulkheads(share=1), 1), pytest.raises(HostBusy) as told, bulkheads.busy_with(STALLED):
        pass
    assert (told.value.code, told.value.status) == ("remote_unavailable", RemoteUnavailable.status)
    assert told.value.message == RemoteUnavailable.message
    assert told.value.next_step
    assert told.value.retry_after == 5


def test_thread_that_goes_deeper_counts_once() -> None:
    bulkheads = Bulkheads(share=1)
    with bulkheads.busy_with(STALLED), bulkheads.busy_with("https://canvas.example.edu:443/other"):
        assert refuse(bulkheads)
    assert not refuse(bulkheads)


def test_host_that_is_silent_for_seconds_gets_few_threads() -> None:
    ticks = Ticks()
    bulkheads = Bulkheads(ticks=ticks)
    with threads_in(bulkheads, 8, calling=True):
        assert not refuse(bulkheads)
        ticks.now = 3.5
        assert refuse(bulkheads)
        with bulkheads.busy_with(OTHER):
            bulkheads.watch(httpx.URL(OTHER), lambda: httpx.Response(200))
        assert refuse(bulkheads)


def test_slow_call_beside_others_that_are_answered_takes_nothing_from_them() -> None:
    ticks = Ticks()
    bulkheads = Bulkheads(ticks=ticks)
    with threads_in(bulkheads, 8, calling=True):
        ticks.now = 2.5
        bulkheads.watch(httpx.URL(STALLED), lambda: httpx.Response(404))
        ticks.now = 5
        assert not refuse(bulkheads)


def test_host_that_only_says_it_is_down_gets_few_threads() -> None:
    ticks = Ticks()
    bulkheads = Bulkheads(ticks=ticks)
    with threads_in(bulkheads, 8, calling=True):
        ticks.now = 3.5
        bulkheads.watch(httpx.URL(STALLED), lambda: httpx.Response(503))
        assert refuse(bulkheads)


def test_after_calls_in_vain_one_thread_asks_until_there_is_an_answer() -> None:
    bulkheads = Bulkheads()
    for _ in range(3):
        with threads_in(bulkheads, 1):
            assert not refuse(bulkheads)
        with bulkheads.busy_with(STALLED), pytest.raises(httpx.ReadTimeout):
            bulkheads.watch(httpx.URL(STALLED), times_out)
    with threads_in(bulkheads, 1):
        assert refuse(bulkheads)
    with bulkheads.busy_with(STALLED):  # the probe: nobody has to wait for a time to be over
        bulkheads.watch(httpx.URL(STALLED), lambda: httpx.Response(401))
    with threads_in(bulkheads, 1):
        assert not refuse(bulkheads)


def test_pool_without_a_free_connection_is_not_the_fault_of_the_host() -> None:
    def no_connection() -> httpx.Response:
        raise httpx.PoolTimeout("all in use")

    bulkheads = Bulkheads()
    for _ in range(5):
        with bulkheads.busy_with(STALLED), pytest.raises(httpx.PoolTimeout):
            bulkheads.watch(httpx.URL(STALLED), no_connection)
    with threads_in(bulkheads, 1):
        assert not refuse(bulkheads)


def test_refused_call_is_neither_sent_nor_tried_again() -> None:
    sent: list[httpx.Request] = []
    slept: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(200, json={})

    bulkheads = Bulkheads(share=1)
    http = make_client(timeout=5, transport=httpx.MockTransport(answer), bulkheads=bulkheads, sleep=slept.append)
    with threads_in(bulkheads, 1):
        with pytest.raises(HostBusy):
            fetch_key_set(http, STALLED)
        fetch_key_set(http, OTHER)
    fetch_key_set(http, STALLED)
    assert [request.url.host for request in sent] == ["harbour.example.edu", "canvas.example.edu"]
    assert slept == []


def test_clients_of_one_process_count_together() -> None:
    def refused(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("refused")

    bulkheads = Bulkheads()
    clients = [
        make_client(timeout=5, transport=httpx.MockTransport(refused), bulkheads=bulkheads, sleep=lambda _: None)
        for _ in range(2)
    ]
    for http in clients:
        with pytest.raises(NotReached):
            fetch_key_set(http, STALLED)
    with threads_in(bulkheads, 1):
        for http in clients:
            with pytest.raises(HostBusy):
                fetch_key_set(http, STALLED)


def test_what_is_no_address_is_nonsense() -> None:
    with pytest.raises(RemoteNonsense), Bulkheads().busy_with("https://canvas.example.edu:notaport/"):
        pass
