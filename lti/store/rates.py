"""How often something happened within a minute: counted in this process, or in a Redis that several share.

In Redis the ``limits`` library counts. In memory a dictionary does: the library's own starts a thread after nearly
every hit, which then looks at every key (measured: 180 microseconds against 1, in every request).
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import redis
from limits.errors import StorageError
from limits.storage import RedisStorage
from redis.backoff import NoBackoff
from redis.retry import Retry

from lti.errors import ConfigurationError

_WINDOW = 60  # seconds; it begins with the first hit
_PATIENCE = 0.25  # seconds for an answer of Redis, which takes a thousandth of that
_PAUSE = 5.0  # seconds without asking, after a Redis that did not answer
_MOST_CONNECTIONS = 64

_log = logging.getLogger(__name__)


class Rates:
    """Counts by name. Safe to share between threads."""

    def __init__(self, url: str | None, ticks: Callable[[], float] = time.monotonic) -> None:
        """Be ready; nothing is asked of Redis yet.

        :param url: of the Redis that counts for all processes; None counts in this one.
        :param ticks: gives seconds.
        :raises ConfigurationError: if this is no such address.
        """
        self._ticks = ticks
        self._here = _Counters(ticks)
        self._shared = None if url is None else _open(url)
        self._away_until = float("-inf")

    def hit(self, name: str, most: int) -> float | None:
        """Count one more.

        While Redis is away each process counts for itself: what is not counted exactly is still better answered.

        :param name: who did what.
        :param most: how often it may happen within a minute.
        :returns: None if that is all right, else the seconds until it is again.
        """
        if self._shared is not None and self._ticks() >= self._away_until:
            try:
                if self._shared.incr(name, _WINDOW) <= most:
                    return None
                return max(1.0, self._shared.get_expiry(name) - time.time())
            except StorageError as error:
                self._away_until = self._ticks() + _PAUSE
                cause = type(error.storage_error).__name__
                _log.warning("the Redis of the limits does not answer (%s): each process counts for itself", cause)
        count, seconds = self._here.hit(name)
        return None if count <= most else max(1.0, seconds)


class _Counters:
    """Counts in memory, each with the moment at which it is over."""

    def __init__(self, ticks: Callable[[], float]) -> None:
        self._ticks = ticks
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}
        self._until_swept = 1000

    def hit(self, name: str) -> tuple[int, float]:
        """Count one more; gives how many there were, and the seconds until they are forgotten."""
        now = self._ticks()
        with self._lock:
            count, over = self._counts.get(name, (0, 0.0))
            if over <= now:
                count, over = 0, now + _WINDOW
            count += 1
            self._counts[name] = count, over
            self._until_swept -= 1
            if self._until_swept == 0:
                self._counts = {each: kept for each, kept in self._counts.items() if kept[1] > now}
                self._until_swept = len(self._counts) + 1000  # so that each hit pays for one name at most
        return count, over - now


def _open(url: str) -> RedisStorage:
    try:
        pool = redis.ConnectionPool.from_url(
            url,
            max_connections=_MOST_CONNECTIONS,
            socket_timeout=_PATIENCE,
            socket_connect_timeout=_PATIENCE,
            retry=Retry(NoBackoff(), 0),  # the library's own patience is seconds
        )
    except ValueError as error:
        raise ConfigurationError("CUEDECK_LIMITS_URL is not an address such as redis://host:6379/0.") from error
    return RedisStorage(url, connection_pool=pool, key_prefix="cuedeck", wrap_exceptions=True)
