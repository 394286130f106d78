"""Recordings: from Stop to "it is with us", whatever the length; mending; and browsers that are killed.

``CUEDECK_BENCH_KILLS`` is how many browsers are killed while they record (200 where it is not set).
"""

from __future__ import annotations

import os
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections import deque
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright

from benchmarks.databases import database, engines
from benchmarks.report import Figure
from benchmarks.upload_place import UploadPlace, finish, upload_place
from lti.media.recording_mending import MENDER
from tests.browser.conftest import logged_in
from tests.browser.killed import Mortal, Victim, kill_all
from tests.browser.recording import (
    MODES,
    PLACES,
    Owner,
    fake_devices,
    furnish_all,
    plays_to_its_end,
    record_for,
    record_in_all_modes,
    stop,
)
from tests.support.recordings import play, recorded
from tests.support.stack import Stack, running

_MINUTES = (1, 10, 60)
_BYTES = 200_000  # of a second of camera and microphone, as browsers are asked for
_GOAL = 2.0  # seconds
_MODE_SECONDS = 60
_TURNS = 5  # that a browser is killed before its person comes back to finish
_MOST_MISSING = 5.0  # seconds
_SEED = 11


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, upload_place(Path(name)) as place:
        for minutes in _MINUTES:
            yield Figure(
                f'recording of {minutes} min: from Stop to "it is with us"', _stop(place, minutes * 60), "s", _GOAL
            )
        yield from _mending(place)
    with tempfile.TemporaryDirectory() as name, ExitStack() as ending:
        folder, stacks = Path(name), []
        for engine in engines():
            own = folder / engine
            own.mkdir()
            address = ending.enter_context(database(engine, own))
            stacks.append(ending.enter_context(running(own / "run", database_url=address, media=10)))
            furnish_all(stacks[-1])
        yield from _browsers(stacks, folder)


def _send(place: UploadPlace, token: str, upload_id: str, pieces: Iterator[bytes]) -> tuple[int, float]:
    """Send what is recorded, a second at a time: gives its bytes, and how long the last one took."""
    offset, took = 0, 0.0
    with place.line() as line:
        for number, piece in enumerate(pieces, 1):
            began = time.monotonic()
            headers = {**place.patching(token, offset), "Cuedeck-Seconds": f"{number}.0"}
            line.request("PATCH", f"/api/tus/{upload_id}", piece, headers)
            finish(line)
            offset += len(piece)
            took = time.monotonic() - began
    return offset, took


def _keep(place: UploadPlace, token: str, upload_id: str, length: int) -> None:
    address = f"{place.server.origin}/api/recordings/{upload_id}/keep"
    headers = {"Authorization": f"Bearer {token}"}
    httpx.post(address, json={"length": length}, headers=headers, timeout=60).raise_for_status()


def _stop(place: UploadPlace, seconds: int) -> float:
    """Record so long without waiting for time to pass; tell what is left to do at Stop."""
    token, piece = place.server.token(), os.urandom(_BYTES)
    upload_id = place.create(token, None, source="recording")
    length, took = _send(place, token, upload_id, (piece for _ in range(seconds)))
    began = time.monotonic()
    _keep(place, token, upload_id, length)
    took += time.monotonic() - began
    place.cancel(token, upload_id)
    return took


def _mending(place: UploadPlace) -> Iterator[Figure]:
    """Have a worker mend a real recording of an hour."""
    seconds = _MINUTES[-1] * 60
    data = recorded("mp4", seconds)
    token = place.server.token()
    upload_id = place.create(token, None, source="recording")
    step = len(data) // 60
    length, _ = _send(place, token, upload_id, (data[at : at + step] for at in range(0, len(data), step)))
    _keep(place, token, upload_id, length)
    began = time.monotonic()
    with place.worker():
        upload = place.wait(upload_id)
    yield Figure("a recording of 60 min: until it is mended and with Studio", time.monotonic() - began, "s")
    yield Figure("a recording of 60 min: seconds missing once it is mended", seconds - (upload.seconds or 0), "s", 0.5)
    for minutes in (_MINUTES[0], _MINUTES[-1]):
        most = _memory(recorded("mp4", minutes * 60))
        yield Figure(f"memory of the program that mends a recording of {minutes} min", most, "MB")
    if (played := play((place.arrived / str(upload.media_id)).read_bytes()).seconds) is None or played < seconds - 1:
        raise RuntimeError(f"the file says {played}")


def _memory(data: bytes) -> float:
    """Run the program that mends; gives the most memory that it had, in megabytes.

    The kernel's count for the ended process would be ours as well: a process begins as a copy of who starts it.
    """
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "recording"
        file.write_bytes(data)
        with file.open("rb") as given:
            command = [sys.executable, "-I", str(MENDER), name, str(10**10), "0", ""]
            process = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, env={})
            most = 0.0
            while process.poll() is None:
                found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
                most = max(most, int(found[1]) / 1000 if found else 0.0)
                time.sleep(0.005)
    if process.returncode:
        raise RuntimeError(f"the program ended with {process.returncode}")
    return most


def _browsers(stacks: list[Stack], folder: Path) -> Iterator[Figure]:
    for name, wrong in zip(engines(), _modes(stacks), strict=True):
        yield Figure(f"{len(MODES)} modes, {_MODE_SECONDS} s each, {name}: not right", wrong, "", 0)
    kills = int(os.environ.get("CUEDECK_BENCH_KILLS", "200"))
    done, missing = _killed(stacks, folder, kills)
    wrong = done - sum(seconds <= _MOST_MISSING for seconds in missing)
    yield Figure(f"{done} browsers killed while they recorded: not right", wrong, "", 0)
    yield Figure("seconds missing of the worst of them", max(missing, default=0.0), "s", _MOST_MISSING)


def _modes(stacks: list[Stack]) -> list[int]:
    """Record in all modes everywhere at the same time; count at each stack those that do not play to their end."""
    with sync_playwright() as playwright, fake_devices(playwright) as browser, ExitStack() as ending:
        contexts = [ending.enter_context(logged_in(browser, stack, "Tilda Teacher")) for stack in stacks]
        pickers = record_in_all_modes(contexts, stacks)
        stopped = {}
        for key, picker in pickers.items():
            picker.page.bring_to_front()
            stopped[key] = record_for(picker, _MODE_SECONDS), stop(picker)
        for picker in pickers.values():
            picker.page.bring_to_front()
            picker.get_by_role("button", name="Keep it").click()
            picker.get_by_role("heading", name="Recording of").first.wait_for()
            picker.page.close(run_before_unload=False)
        wrong, player = [0] * len(stacks), contexts[0].new_page()
        for (number, _), (made, upload_id) in stopped.items():
            owner = Owner(stacks[number])
            wrong[number] += plays_to_its_end(player, owner.file(owner.ready(upload_id))) < made - 1
            owner.forget(upload_id)
            owner.close()
        return wrong


def _killed(stacks: list[Stack], folder: Path, kills: int) -> tuple[int, list[float]]:
    """Kill browsers, each time at a random moment; gives how many, and how much of each that came back is missing.

    As many people record side by side as there are: most of a death is waiting until there is enough to lose.
    """
    rounds = deque(range(-(-kills // _TURNS)))
    done = len(rounds) * _TURNS
    people = [(stack, number) for stack in stacks for number in PLACES]
    with ThreadPoolExecutor(len(people)) as pool:
        lives = [pool.submit(_live, *who, folder / f"profile-{at}", rounds) for at, who in enumerate(people)]
        try:
            return done, [seconds for life in lives for seconds in life.result()]
        finally:
            rounds.clear()  # where one broke off, the others end after the round that they are at


def _live(stack: Stack, person: int, profile: Path, rounds: deque[int]) -> list[float]:
    """Record and be killed, round after round, as long as there are any; gives what is missing of each recording.

    What came of a round's recordings is played while the next one's first is made.
    """
    missing, finished = list[float](), dict[str, float]()
    with sync_playwright() as playwright:
        victim = Victim(Mortal(playwright, profile), stack, Owner(stack, person))
        for number in _taken(rounds):
            luck = random.Random(_SEED + number)
            for turn in range(_TURNS):
                victim.record()
                missing += _played(victim, finished)
                kill_all([victim], luck, offline=turn % 2 == 1)
            finished = _come_back(victim)
        missing += _played(victim, finished)
        victim.mortal.context.close()
        victim.owner.close()
    return missing


def _taken(rounds: deque[int]) -> Iterator[int]:
    """Take rounds off the list, as others do, until there are none."""
    with suppress(IndexError):
        while True:
            yield rounds.popleft()


def _come_back(victim: Victim) -> dict[str, float]:
    """Finish what is offered; gives nothing where one of them is not, so that all of them count as wrong."""
    try:
        return victim.come_back()
    except Exception:  # noqa: BLE001 - that it went wrong is what is counted
        print(traceback.format_exc(), file=sys.stderr)
        for upload_id in victim.died:
            victim.owner.forget(upload_id)
        victim.died.clear()
        return {}


def _played(victim: Victim, finished: dict[str, float]) -> list[float]:
    """Play what was finished, once; gives how much is missing of those that play."""
    missing = []
    while finished:
        one = dict([finished.popitem()])
        try:
            missing += victim.missing(one)
        except Exception:  # noqa: BLE001 - as above
            print(traceback.format_exc(), file=sys.stderr)
    return missing
