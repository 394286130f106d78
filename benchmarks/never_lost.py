"""What stops an upload, many times over. In the end Studio has the file once, byte for byte, and we keep nothing of it.

Workers are killed at every moment that there is, web processes while they receive, connections at random offsets. The
same is done a few times by every run of the tests (``tests/flows/test_never_lost.py``, ``test_uploads.py``).
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import multiprocessing
import os
import random
import signal
import socket
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx

from benchmarks.databases import database, engines
from benchmarks.report import Figure
from benchmarks.upload_place import UploadPlace, upload_place
from lti.media import Housekeeping
from lti.model import UploadState
from lti.store import open_chunks
from tests.flows.lone_studio import a_studio, check_once, coming_in, furnish, receive
from tests.flows.upload_worker import Place, now, work

_LANES = 4  # schools with a database each, whose workers die side by side
_STEPS = {"SQLite": 1, "PostgreSQL": 3}  # every moment, and every third
_MOMENTS_AHEAD = 14
_LENGTH = 200_000  # bytes of a file that a killed worker carried
_LARGER = 20_000_000  # of one whose way to us is cut
_CUTS, _CUT_UPLOADS = 200, 5
_KILLS = 20
_PATIENCE = 120  # seconds
_READ_AWAY = 255  # multiprocessing's exit code of a process whose own was read by another thread
_SEED = 4


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, a_studio(Path(name)) as (url, secret):
        for engine, ahead in itertools.product(engines(), (False, True)):
            folder = Path(name) / f"{engine} {ahead}"
            with ThreadPoolExecutor(_LANES) as pool:
                done = list(pool.map(partial(_lane, engine, folder, url, secret, ahead), range(_LANES)))
            deaths, wrong = (sum(each) for each in zip(*done, strict=True))
            what = "while the last bytes came in" if ahead else "each at another moment"
            yield Figure(f"{deaths} workers killed, {what}, on {engine}: uploads not right", wrong, "", 0)
    with tempfile.TemporaryDirectory() as name, upload_place(Path(name)) as place:
        file, luck = Path(name) / "rivers.mp4", random.Random(_SEED)
        file.write_bytes(os.urandom(_LARGER))
        with place.worker():
            wrong = sum(_wrong(place, file, luck, _CUTS, _cut) for _ in range(_CUT_UPLOADS))
            yield Figure(f"{_CUT_UPLOADS} uploads, each cut {_CUTS} times: uploads not right", wrong, "", 0)
            wrong = _wrong(place, file, luck, _KILLS, _kill)
            yield Figure(f"an upload whose web process is killed {_KILLS} times: uploads not right", wrong, "", 0)


def _lane(engine: str, folder: Path, url: str, secret: str, ahead: bool, lane: int) -> tuple[int, int]:
    """Kill workers at this lane's share of the moments of an upload, until there is none left.

    :param ahead: the upload still comes in when its worker begins; of its moments only those that lie before its end
        are tried, because the others are those of any upload.
    :returns: how many died, and how many of the uploads were not right afterwards.
    """
    folder = folder / str(lane)
    folder.mkdir(parents=True)
    deaths = wrong = 0
    with database(engine, folder) as address:
        place = Place(address, f"file://{folder / 'chunks'}")
        opened, store = place.open()
        opened.upgrade()
        platform = furnish(store, url, secret)
        for moment in itertools.count(lane * _STEPS[engine], _LANES * _STEPS[engine]):
            data, title = os.urandom(_LENGTH), f"{engine} {moment} {ahead}"
            with _come(ahead, store, place.chunks_url, platform, title, data) as upload_id:
                died = _work(place, moment)
            if died:
                _work(place, -1)
            deaths += died
            try:
                upload = store.uploads.find(upload_id)
                if upload is None or (upload.state, upload.problem) != (UploadState.READY, None):
                    raise AssertionError(f"it is {upload and upload.state}")
                refused = [each for each in store.uploads.captions.of_upload(upload_id) if each.problem]
                if refused:
                    raise AssertionError(f"Studio did not take {refused}")
                Housekeeping(store, open_chunks(place.chunks_url), now).do()
                check_once(store, url, title, data)
                if any((folder / "chunks").iterdir()):
                    raise AssertionError("data is left in the chunk store")
            except (AssertionError, ValueError):
                print(store.uploads.captions.of_upload(upload_id), _told(url), sep="\n", file=sys.stderr)
                print(f"{title}:\n{traceback.format_exc()}", file=sys.stderr)
                wrong += 1
            if not died or (ahead and moment >= _MOMENTS_AHEAD):
                break
        opened.close()
    return deaths, wrong


@contextlib.contextmanager
def _come(ahead: bool, *what: Any) -> Iterator[str]:
    """Give an upload that comes in meanwhile, or has come."""
    if ahead:
        with coming_in(*what) as upload_id:
            yield upload_id
    else:
        yield receive(*what)


def _told(url: str) -> str:
    """Give what Studio was asked about caption files: what went wrong among so many is hard to make happen again."""
    log = httpx.get(f"{url}/sandbox/requests", timeout=_PATIENCE).json()
    asked = log["requests"] if isinstance(log, dict) else log
    return "\n".join(str(each) for each in asked if "caption_files" in each["path"])


def _work(place: Place, die_at: int) -> bool:
    """Run a worker until it dies, which is told, or has done everything."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([work.__module__, "benchmarks.__main__"])  # each process imports this one again
    hears, tells = context.Pipe(duplex=False)
    process = context.Process(target=_tell, args=(tells, place, die_at))
    process.start()
    tells.close()
    try:
        # Not by its exit code alone: another lane that begins a process meanwhile may read it away.
        ended = hears.poll(_PATIENCE)
        problem = hears.recv() if ended else f"still at work after {_PATIENCE} s"
    except EOFError:
        process.join(_PATIENCE)
        if process.exitcode not in {-signal.SIGKILL, _READ_AWAY}:
            raise RuntimeError(f"a worker ended with {process.exitcode}") from None
        return True
    finally:
        hears.close()
        process.kill()
        process.join()
    if problem:
        raise RuntimeError(f"a worker failed: {problem}")
    return False


def _tell(tells: Connection, place: Place, die_at: int) -> None:
    """Work, and say how it ended; who is killed says nothing."""
    try:
        work(place, die_at, _PATIENCE)
    except BaseException:  # noqa: BLE001 - whoever started us raises it
        tells.send(traceback.format_exc())
    else:
        tells.send("")


def _wrong(
    place: UploadPlace,
    file: Path,
    luck: random.Random,
    times: int,
    stop: Callable[[UploadPlace, socket.socket, random.Random], None],
) -> bool:
    """Send a file and be stopped so many times on the way; tell whether it is not right in the end."""
    token, data = place.server.token(), file.read_bytes()
    upload_id = place.create(token, len(data))
    sent = at = 0
    for _ in range(times):
        with socket.create_connection(("127.0.0.1", place.server.port), timeout=_PATIENCE) as line:
            some = luck.randrange(1, 2 * (len(data) - at) // times + 2)
            headers = {**place.patching(token, at), "Content-Length": str(len(data) - at)}
            head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            line.sendall(f"PATCH /api/tus/{upload_id} HTTP/1.1\r\n{head}\r\n".encode() + data[at : at + some])
            stop(place, line, luck)
        sent = max(sent, at + some)
        before, at = at, _stand(place, token, upload_id)
        if not before <= at <= sent:
            print(f"the offset went from {before} to {at}, where {sent} were sent", file=sys.stderr)
            return True
    deadline = time.monotonic() + _PATIENCE
    while (at := _stand(place, token, upload_id)) < len(data):
        # Refused for some seconds while we believe that the last one lives: the answer comes before all was sent.
        with place.line() as line, contextlib.suppress(OSError, http.client.HTTPException):
            line.request("PATCH", f"/api/tus/{upload_id}", data[at:], place.patching(token, at))
            line.getresponse().read()
        if time.monotonic() > deadline:
            print("the rest is not taken", file=sys.stderr)
            return True
        time.sleep(0.1)
    try:
        place.check(place.wait(upload_id), file)
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return True
    return False


def _cut(place: UploadPlace, line: socket.socket, luck: random.Random) -> None:
    """Close a connection, or reset it, as soon as its bytes have left or a moment later."""
    if luck.random() < 0.3:
        line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    if luck.random() < 0.5:
        time.sleep(0.01 * luck.random())


def _kill(place: UploadPlace, line: socket.socket, luck: random.Random) -> None:
    """Kill the web process some time after the bytes have left."""
    time.sleep(0.1 * luck.random())
    for pid in place.server.workers():
        os.kill(pid, signal.SIGKILL)


def _stand(place: UploadPlace, token: str, upload_id: str) -> int:
    """Ask where an upload stands, as often as it takes."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with place.line() as line:
                line.request("HEAD", f"/api/tus/{upload_id}", headers=place.patching(token, 0))
                answer = line.getresponse()
                answer.read()
                return int(answer.getheader("Upload-Offset") or "")
        except (OSError, http.client.HTTPException):  # a process that was killed with our connection
            if time.monotonic() > deadline:
                raise
