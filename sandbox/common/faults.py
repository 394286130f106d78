"""The switchboard of misbehaviour: what a service shall do wrong, where, and how often; and what it was asked."""

from __future__ import annotations

import fnmatch
import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

from sandbox.common.behaviour import Changeable

KINDS = {
    "status": "answers `status` with the service's error body",
    "throttle": "answers that there were too many requests, in the service's way",
    "slow": "waits `seconds` first, then answers as ever",
    "cut": "breaks the connection in the middle of the body",
    "broken_json": "answers 200 with half of the JSON",
    "html": "answers 200 with an HTML page",
    "expired": "answers 401, as to an access token that has ended",
    "drop_fields": "leaves `fields` out of every object of the JSON",
    "reset": "resets the connection without an answer",
}
_LOG_LENGTH = 20_000

B = TypeVar("B", bound=Changeable)


@dataclass
class Fault:
    """One thing to do wrong. ``path`` is a glob over the path (``/api/v1/*``), ``count`` None means until cleared."""

    kind: str
    path: str = "*"
    method: str | None = None
    count: int | None = 1
    status: int = 503
    seconds: float = 0.0
    fields: tuple[str, ...] = ()
    retry_after: int | None = None  # seconds, for ``status`` and ``throttle``

    @classmethod
    def read(cls, values: Mapping[str, object]) -> Fault:
        """Make a fault from JSON.

        :raises ValueError: naming what is unknown or wrong.
        """
        unknown = set(values) - set(cls.__dataclass_fields__)
        if unknown:
            raise ValueError(f"a fault has no {', '.join(sorted(unknown))}")
        kind, path, method = values.get("kind"), values.get("path", "*"), values.get("method")
        count, status, seconds = values.get("count", 1), values.get("status", 503), values.get("seconds", 0.0)
        names, retry_after = values.get("fields", []), values.get("retry_after")
        if not isinstance(kind, str) or kind not in KINDS:
            raise ValueError(f"kind is one of {', '.join(KINDS)}, not {kind!r}")
        if not isinstance(path, str) or not (method is None or isinstance(method, str)):
            raise ValueError("path and method are text")
        if not (count is None or (isinstance(count, int) and count > 0)):
            raise ValueError("count is a whole number above 0, or null for always")
        if not isinstance(status, int) or not 400 <= status <= 599:
            raise ValueError("status is between 400 and 599")
        if not isinstance(seconds, int | float) or not 0 <= seconds <= 120:
            raise ValueError("seconds is between 0 and 120")
        if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
            raise ValueError("fields is a list of names")
        if not (retry_after is None or isinstance(retry_after, int)):
            raise ValueError("retry_after is a whole number of seconds")
        method = method.upper() if isinstance(method, str) else None
        return cls(kind, path, method, count, status, float(seconds), tuple(map(str, names)), retry_after)

    def matches(self, method: str, path: str) -> bool:
        """Tell whether this is for such a request."""
        return self.method in {None, method} and fnmatch.fnmatchcase(path, self.path)


@dataclass(frozen=True)
class LoggedRequest:
    """A request that came in. Query values and bodies are left out: they may hold secrets."""

    method: str
    path: str
    query_keys: tuple[str, ...]
    who: int | None
    status: int
    seconds: float


@dataclass
class Faults(Generic[B]):
    """All faults, the behaviour and the request log of one service; thread-safe."""

    behaviour: B
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _faults: list[Fault] = field(default_factory=list)
    _log: deque[LoggedRequest] = field(default_factory=lambda: deque(maxlen=_LOG_LENGTH))
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> datetime:
        """Give the time that this service believes it is: the real one and ``clock_skew_seconds``."""
        return self.clock() + timedelta(seconds=self.behaviour.clock_skew_seconds)

    def add(self, fault: Fault) -> None:
        """Do this wrong from now on."""
        with self._lock:
            self._faults.append(fault)

    def clear(self) -> None:
        """Behave again: no faults, default behaviour. The log stays."""
        with self._lock:
            self._faults.clear()
            for name, value in asdict(type(self.behaviour)()).items():
                setattr(self.behaviour, name, value)

    def active(self) -> list[Fault]:
        """List the faults that are still to happen."""
        with self._lock:
            return list(self._faults)

    def take(self, method: str, path: str) -> list[Fault]:
        """Give the faults for this request, each counted as done once; at most one beside ``slow``."""
        taken: list[Fault] = []
        with self._lock:
            for fault in list(self._faults):
                if not fault.matches(method, path) or (fault.kind != "slow" and any(f.kind != "slow" for f in taken)):
                    continue
                taken.append(fault)
                if fault.count is not None:
                    fault.count -= 1
                    if fault.count == 0:
                        self._faults.remove(fault)
        return taken

    def record(self, entry: LoggedRequest) -> None:
        """Write a request down."""
        with self._lock:
            self._log.append(entry)

    def requests(self) -> list[LoggedRequest]:
        """List what was asked since the log was cleared, oldest first."""
        with self._lock:
            return list(self._log)

    def forget_requests(self) -> None:
        """Clear the log."""
        with self._lock:
            self._log.clear()
