"""Measurements in Prometheus's terms: counted where things happen, written out for ``/metrics``.

Processes of one machine count in files of one folder (prometheus-client's multiprocess mode), so that any of them
answers for all; without a folder a process counts for itself, in memory. What the database knows is asked there, at
the moment of the scrape. What each metric means: ``docs/operations/metrics.md``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from prometheus_client.registry import Collector

from lti.errors import StorageUnavailable
from lti.meter import Meter
from lti.model import UploadState
from lti.store import Store

_OTHER: Final = "other"
_MOST_HOSTS: Final = 200  # administrators name hosts; a registration of a Canvas names some as well
_STATUSES: Final = frozenset(str(status.value) for status in HTTPStatus) | {
    "timeout", "unreachable", "broken", "too_large",
}  # fmt: skip
_ANSWER_SECONDS: Final = (0.005, 0.02, 0.1, 0.5, 1, 5, 20)
_CALL_SECONDS: Final = (0.05, 0.2, 0.5, 1, 2, 5, 10, 60)


class PrometheusMeter(Meter):
    """Counts what it is told. Safe to share between threads, and to inherit over a fork."""

    def __init__(self) -> None:
        """Make the counters; one such object a process, or each in a registry of its own."""
        self.registry = CollectorRegistry()
        to = self.registry
        self._answers = Histogram(
            "cuedeck_request_seconds",
            "Requests that were answered, by route and class of status (2xx, 4xx …).",
            ["route", "method", "status"],
            buckets=_ANSWER_SECONDS,
            registry=to,
        )
        self._launches = Counter(
            "cuedeck_launches", "Steps of launches, by what became of them.", ["step", "outcome"], registry=to
        )
        self._errors = Counter("cuedeck_errors", "Errors that were shown, by code.", ["code", "status"], registry=to)
        self._calls = Counter(
            "cuedeck_outgoing_calls", "Calls to Canvas and Studio, by host and status.", ["host", "status"], registry=to
        )
        self._call_seconds = Histogram(
            "cuedeck_outgoing_seconds",
            "Time of these calls, from sending to the last byte.",
            ["host"],
            buckets=_CALL_SECONDS,
            registry=to,
        )
        self._lookups = Counter(
            "cuedeck_cache_lookups", "Looks into the shared cache.", ["cache", "result"], registry=to
        )
        self._removed = Counter(
            "cuedeck_housekeeping_removed", "What housekeeping removed, by kind.", ["kind"], registry=to
        )
        self._house: tuple[Counter, Gauge] | None = None
        self._routes: dict[tuple[str | None, str, int], Histogram] = {}
        self._steps: dict[tuple[str, str], Counter] = {}
        self._hosts: set[str] = set()

    def answered(self, route: str | None, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        # A method that no view of ours knows is anybody's word: it is named only where a view answered to it.
        key = (route, method, status // 100) if route is not None else (None, "", status // 100)
        found = self._routes.get(key)  # looking a label up at prometheus-client takes longer than counting
        if found is None:
            known = (route, method) if route is not None else (_OTHER, _OTHER)
            found = self._routes[key] = self._answers.labels(*known, f"{status // 100}xx")
        found.observe(seconds)

    def launched(self, step: str, outcome: str) -> None:
        """Count a step of a launch."""
        found = self._steps.get((step, outcome))
        if found is None:
            found = self._steps[step, outcome] = self._launches.labels(step, outcome)
        found.inc()

    def failed(self, code: str, status: int) -> None:
        """Count an error that somebody was shown."""
        self._errors.labels(code, str(status)).inc()

    def called(self, host: str, status: str, seconds: float) -> None:
        """Count a call to another system."""
        name = self._bounded(host)
        self._calls.labels(name, status if status in _STATUSES else _OTHER).inc()
        self._call_seconds.labels(name).observe(seconds)

    def looked_up(self, cache: str, result: str) -> None:
        """Count a look into a cache."""
        self._lookups.labels(cache, result).inc()

    def cleared(self, removed: Mapping[str, int]) -> None:
        """Count what a turn of housekeeping removed."""
        # Made when it is first needed: what has no labels begins a file at once, in every command that is typed.
        self._house = self._house or self._make_house()
        turns, last_turn = self._house
        turns.inc()
        last_turn.set(time.time())
        for kind, count in removed.items():
            self._removed.labels(kind).inc(count)

    def _make_house(self) -> tuple[Counter, Gauge]:
        turns = Counter("cuedeck_housekeeping_turns", "How often housekeeping was done.", registry=self.registry)
        last_turn = Gauge(
            "cuedeck_housekeeping_last_timestamp_seconds",
            "When it was done last.",
            registry=self.registry,
            multiprocess_mode="max",
        )
        return turns, last_turn

    def write(self, store: Store, clock: Callable[[], datetime]) -> bytes:
        """Write everything out in Prometheus's text format: what was counted, and what the database knows."""
        folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        counted = CollectorRegistry() if folder else self.registry
        if folder:
            MultiProcessCollector(counted, folder)  # type: ignore[no-untyped-call]
        asked = CollectorRegistry()
        asked.register(_Kept(store, clock))
        return generate_latest(counted) + generate_latest(asked)

    def _bounded(self, host: str) -> str:
        if host not in self._hosts:
            if len(self._hosts) >= _MOST_HOSTS:
                return _OTHER
            self._hosts.add(host)
        return host


class _Kept(Collector):
    """What the database knows, asked when somebody wants to know it."""

    def __init__(self, store: Store, clock: Callable[[], datetime]) -> None:
        """Take the parts."""
        self._store = store
        self._clock = clock

    def collect(self) -> Iterator[Metric]:
        """Ask; where the database is away, that is what is said."""
        up = GaugeMetricFamily("cuedeck_database_up", "Whether the database answered this scrape.")
        try:
            states = self._store.uploads.work.standing()
            due, since = self._store.uploads.work.due()
        except StorageUnavailable:
            up.add_metric([], 0)
            yield up
            return
        up.add_metric([], 1)
        yield up
        now = self._clock()
        number = GaugeMetricFamily("cuedeck_uploads", "Uploads, by state.", labels=["state"])
        age = GaugeMetricFamily(
            "cuedeck_upload_oldest_seconds", "How long ago the oldest upload of a state was made.", labels=["state"]
        )
        for state in UploadState:
            count, made = states.get(state, (0, now))
            number.add_metric([state.value], count)
            age.add_metric([state.value], max((now - made).total_seconds(), 0.0))
        yield number
        yield age
        waiting = GaugeMetricFamily("cuedeck_worker_due", "Uploads that a worker could go on with now.")
        waiting.add_metric([], due)
        yield waiting
        lag = GaugeMetricFamily("cuedeck_worker_lag_seconds", "How long the longest of these has waited for a worker.")
        lag.add_metric([], max((now - since).total_seconds(), 0.0) if since else 0.0)
        yield lag


def forget_process(pid: int) -> None:
    """Note that a process ended. What it counted stays, so that counters never go back."""
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        mark_process_dead(pid)  # type: ignore[no-untyped-call]


def clear_dead(folder: Path) -> None:
    """Remove the counts of processes that are gone: Prometheus takes a counter that begins again for a restart."""
    for file in folder.glob("*.db"):
        pid = file.stem.rpartition("_")[2]
        if pid.isdigit() and not _lives(int(pid)):
            file.unlink(missing_ok=True)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
