"""Uploads: the way through us against the straight way, many at once, and what a gigabyte costs the web process."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from os import urandom
from pathlib import Path
from statistics import median

from benchmarks.report import Figure
from benchmarks.upload_place import UploadPlace, finish, upload_place

_GB = 1_000_000_000
_BLOCK = 10_000_000
_ROUNDS, _AGAIN = 5, 3
_REST = 5.0  # seconds
_CROWD = 50
_EACH = 8_000_000  # bytes of one upload of the crowd


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, upload_place(Path(name)) as place:
        file = Path(name) / "rivers.mp4"
        with file.open("wb") as out:
            for _ in range(_GB // _BLOCK):
                out.write(urandom(_BLOCK))
        yield from _crowd(place)
        yield from _one_gigabyte(place, file)


def _one_gigabyte(place: UploadPlace, file: Path) -> Iterator[Figure]:
    """Measure in turn, and compare within a turn: memory and disk have slow minutes, which hit both alike.

    Each begins at rest: whoever comes straight after another finds its memory still at hand, or a disk that is still
    busy with it, and takes a third or three times as long (``docs/decisions/0017-upload-speed.md``).
    """
    token = place.server.token()
    waiting = place.create(token, _GB)
    time.sleep(_REST)
    before, began = place.server.seconds(), time.monotonic()
    place.send(token, waiting, file)
    received = time.monotonic() - began
    yield Figure("upload: processor time of the web process for 1 GB received", place.server.seconds() - before, "s")
    upload = place.find(waiting)
    rounds = [(_at_rest(lambda: place.curl(upload, file)), _carry(place, token, file)) for _ in range(_ROUNDS)]
    straight, ratio = _typical(rounds)
    yield Figure("upload of 1 GB, from our store to Studio: elapsed against curl", ratio, "ratio", 1.15)
    place.carry(upload, file)  # which lets go of its pages in memory
    again = median(_at_rest(lambda: place.carry(upload, file)) for _ in range(_AGAIN))
    yield Figure("upload of 1 GB, from our store's disk to Studio: elapsed against curl", again / straight, "ratio")
    place.cancel(token, waiting)
    with place.worker():
        rounds = [
            (_at_rest(lambda: place.curl(upload, file)), _at_rest(lambda: _whole(place, token, file)))
            for _ in range(_ROUNDS)
        ]
    straight, ratio = _typical(rounds)
    yield Figure("upload of 1 GB, through tool and worker: elapsed against curl", ratio, "ratio", 2.2)
    yield Figure("upload of 1 GB by curl straight to Studio: elapsed", straight, "s")
    yield Figure("upload of 1 GB, received by the tool: elapsed", received, "s")


def _at_rest(measure: Callable[[], float]) -> float:
    time.sleep(_REST)
    return measure()


def _typical(rounds: list[tuple[float, float]]) -> tuple[float, float]:
    """Give the median of curl's seconds, and that of the ratios of the turns."""
    return median(straight for straight, _ in rounds), median(ours / straight for straight, ours in rounds)


def _carry(place: UploadPlace, token: str, file: Path) -> float:
    """Send what has just come into our store, as a worker finds it: in memory still, as curl finds its file."""
    upload_id = place.create(token, _GB)
    place.send(token, upload_id, file)
    seconds = _at_rest(lambda: place.carry(place.find(upload_id), file))
    place.cancel(token, upload_id)
    return seconds


def _whole(place: UploadPlace, token: str, file: Path) -> float:
    """Upload through the tool and its worker; gives the seconds until Studio was told that it has the file."""
    began = time.monotonic()
    upload_id = place.create(token, _GB)
    place.send(token, upload_id, file)
    upload = place.wait(upload_id)
    seconds = time.monotonic() - began
    place.check(upload, file)
    return seconds


def _crowd(place: UploadPlace) -> Iterator[Figure]:
    """Let many send at once, each stopping halfway until all are there."""
    token = place.server.token()
    _half_and_half(place, token, threading.Barrier(1))
    before = place.server.memory()
    peaks, ended = [before], threading.Event()

    def watch() -> None:
        while not ended.wait(0.01):
            peaks.append(place.server.memory())

    watcher = threading.Thread(target=watch)
    watcher.start()
    barrier = threading.Barrier(_CROWD)
    try:
        with ThreadPoolExecutor(_CROWD) as crowd:
            list(crowd.map(lambda _: _half_and_half(place, token, barrier), range(_CROWD)))
    finally:
        ended.set()
        watcher.join()
    growth = (max(peaks) - before) / _CROWD / 1e6
    yield Figure(f"{_CROWD} uploads at once on one web process: memory for each", growth, "MB", 1)


def _half_and_half(place: UploadPlace, token: str, barrier: threading.Barrier) -> None:
    upload_id, half = place.create(token, _EACH), bytes(_EACH // 2)
    with place.line() as line:
        line.putrequest("PATCH", f"/api/tus/{upload_id}", skip_host=True, skip_accept_encoding=True)
        for name, value in {**place.patching(token, 0), "Content-Length": str(_EACH)}.items():
            line.putheader(name, value)
        line.endheaders()
        line.send(half)
        barrier.wait(60)
        line.send(half)
        finish(line)
    place.cancel(token, upload_id)
