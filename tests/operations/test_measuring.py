"""``/metrics`` as it is served: by several web processes, and for a worker of its own beside them."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.flows.test_procfile import ended, environment, honcho, wait_until_ready
from tests.support.stack import free_ports

TOKEN = "a-secret-for-prometheus-of-forty-characters"
_PATIENCE = 40  # seconds


def scrape(url: str) -> dict[str, float]:
    """Ask whichever process answers."""
    answer = httpx.get(f"{url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=10)
    assert answer.status_code == 200, answer.text
    return {
        sample.name + "".join(f" {label}={sample.labels[label]}" for label in sorted(sample.labels)): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def answered(url: str) -> float:
    return scrape(url)["cuedeck_request_seconds_count method=GET route=/healthz status=2xx"]


def counting(folder: Path) -> set[int]:
    """Give the web processes that have counted something."""
    return {int(file.stem.rpartition("_")[2]) for file in folder.glob("histogram_*.db")}


def test_processes_of_a_host_count_together_and_one_that_dies_takes_nothing_away(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    url, folder = f"http://localhost:{port}", tmp_path / "metrics"
    folder.mkdir()
    (folder / "counter_99999999.db").write_bytes(b"")  # of a process that is long gone
    environ = environment(f"sqlite:///{tmp_path / 'c.db'}", port) | {
        "WEB_CONCURRENCY": "2",
        "CUEDECK_WORKER": "own",
        "CUEDECK_CHUNKS": f"file://{tmp_path / 'chunks'}",
        "CUEDECK_METRICS_TOKEN": TOKEN,
        "CUEDECK_METRICS_FOLDER": str(folder),
    }
    web = honcho("web", environ, tmp_path)
    with ended(web):
        wait_until_ready(web, f"{url}/healthz", tmp_path / "web.log")
        worker = honcho("worker", environ, tmp_path)
        with ended(worker):
            until = time.monotonic() + _PATIENCE
            asked = 1
            while len(counting(folder)) < 2 and time.monotonic() < until:
                asked += httpx.get(f"{url}/healthz", timeout=10).status_code == 200
            assert len(counting(folder)) == 2, "one process answered everything"
            assert {answered(url) for _ in range(6)} == {asked}

            while "cuedeck_housekeeping_turns_total" not in scrape(url) and time.monotonic() < until:
                time.sleep(0.2)
            assert scrape(url)["cuedeck_housekeeping_turns_total"] == 1  # counted by the worker, told by the web

            dies = min(counting(folder))
            os.kill(dies, signal.SIGKILL)
            while len(counting(folder)) < 3 and time.monotonic() < until:
                asked += _answers(f"{url}/healthz")
            assert answered(url) >= asked
    assert not (folder / "counter_99999999.db").exists()
    assert TOKEN not in (tmp_path / "web.log").read_text() + (tmp_path / "worker.log").read_text()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=10).status_code == 200
    except httpx.TransportError:  # the connection was to the one that died
        return False
