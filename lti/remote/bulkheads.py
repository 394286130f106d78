"""How many of a process's threads may be busy with one host, so that a host which stalls does not take all of them.

A host that accepts and never answers keeps each thread that asks it until the time-out. Its share of the threads is
large while it answers, small as soon as it is silent, and one when calls have come to nothing: that one is the probe,
and its answer gives the host its share back. Whoever is over the share is told at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

import httpx

from lti.errors import RemoteNonsense

from .errors import HostBusy

SHARE: Final = 56  # of the threads in config/gunicorn.py, where uploads may have 64 and something is left for all else
_WHILE_SILENT: Final = 8
_SILENCE: Final = 3.0  # seconds without any answer; a slow page of Canvas takes less, and others answer meanwhile
_IN_VAIN: Final = 3  # calls without an answer in between, after which one thread at a time asks
_COME_BACK: Final = 5.0  # seconds, told to whoever is over the share


@dataclass(slots=True)
class _Host:
    threads: int = 0  # that are busy with it: asking, waiting to ask again, or waiting for another's call
    calls: int = 0  # under way
    silent_since: float = (
        0.0  # the last answer, or the first call without one; means something while calls are under way
    )
    in_vain: int = 0  # calls since the last answer that got none


class Bulkheads:
    """Counts the threads of one process, host by host; shared by all of its ways out."""

    def __init__(self, share: int = SHARE, ticks: Callable[[], float] = time.monotonic) -> None:
        """Begin with no host.

        :param share: most threads that may be busy with one host while it answers.
        :param ticks: a clock that only goes forward, in seconds.
        """
        self._share = share
        self._ticks = ticks
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()
        self._own = threading.local()  # the hosts that this thread is counted for

    @contextmanager
    def busy_with(self, url: str | httpx.URL) -> Iterator[None]:
        """Be busy with a host: ask it, or wait for another's call to it. A thread is counted once, however deep.

        :param url: an address of the host.
        :raises HostBusy: the host has its share of threads.
        """
        name = host_of(url)
        own: set[str] = self._own.__dict__.setdefault("hosts", set())
        if name in own:
            yield
            return
        self._enter(name)
        own.add(name)
        try:
            yield
        finally:
            own.discard(name)
            self._leave(name)

    def watch(self, url: httpx.URL, send: Callable[[], httpx.Response]) -> httpx.Response:
        """Make one call, as a thread that is busy with the host: what comes of it decides the host's share.

        An answer of 5xx does not end a silence: whoever is asked again and again keeps threads as well.

        :param send: makes the call.
        """
        with self._lock:
            host = self._hosts.setdefault(host_of(url), _Host())
            if host.calls == 0:
                host.silent_since = self._ticks()
            host.calls += 1
        heard, in_vain = False, False
        try:
            response = send()
            heard = response.status_code < 500
            return response
        except httpx.PoolTimeout:
            raise  # we did not even ask
        except (httpx.TimeoutException, httpx.ConnectError):
            in_vain = True
            raise
        finally:
            with self._lock:
                host.calls -= 1
                if heard:
                    host.silent_since, host.in_vain = self._ticks(), 0
                elif in_vain:
                    host.in_vain += 1

    def _enter(self, name: str) -> None:
        with self._lock:
            host = self._hosts.setdefault(name, _Host())
            most = self._most(host)
            if host.threads >= most:
                raise HostBusy(f"{name}: {host.threads} threads are busy with it", retry_after=_COME_BACK)
            host.threads += 1

    def _most(self, host: _Host) -> int:
        if host.in_vain >= _IN_VAIN:
            return 1
        silent = host.calls > 0 and self._ticks() - host.silent_since > _SILENCE
        return min(_WHILE_SILENT, self._share) if silent else self._share

    def _leave(self, name: str) -> None:
        with self._lock:
            host = self._hosts[name]
            host.threads -= 1
            if host.threads == 0 and host.calls == 0 and host.in_vain == 0:
                del self._hosts[name]  # some hosts are named from outside: what is as new need not be kept


def host_of(url: str | httpx.URL) -> str:
    """Name whom an address asks: its host and port.

    :raises RemoteNonsense: it is no address.
    """
    try:
        return httpx.URL(url).netloc.decode("ascii")
    except httpx.InvalidURL as error:
        raise RemoteNonsense(f"not an address: {error}") from None
