"""Recordings: from Stop to "it is with us", whatever the length; mending; and browsers that are killed.

``CUEDECK_BENCH_KILLS`` is how many browsers are killed while they record (200 where it is not set).
"""

from __future__ import annotations

import base64
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, sync_playwright

from benchmarks.databases import database, engines
from benchmarks.report import Figure
from benchmarks.upload_place import UploadPlace, finish, upload_place
from lti.media.recording_mending import MENDER
from tests.browser.conftest import logged_in
from tests.browser.recording import (
    MODES,
    Mortal,
    Owner,
    Victim,
    begin,
    fake_devices,
    furnish_both,
    kill_all,
    open_recorder,
    owners,
    plays_to_its_end,
    record_for,
    upload_of,
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
            furnish_both(stacks[-1])
        yield from _browsers(stacks, folder)


def _begin(place: UploadPlace, token: str) -> str:
    about = {"filename": "recording.mp4", "source": "recording"}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in about.items())
    headers = {
        "Authorization": f"Bearer {token}",
        "Tus-Resumable": "1.0.0",
        "Upload-Defer-Length": "1",
        "Upload-Metadata": metadata,
    }
    answer = httpx.post(f"{place.server.origin}/api/tus", headers=headers, timeout=60).raise_for_status()
    upload_id: str = answer.json()["upload"]["id"]
    return upload_id


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
    upload_id = _begin(place, token)
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
    upload_id = _begin(place, token)
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
    kills = int(os.environ.get("CUEDECK_BENCH_KILLS", "200"))
    with sync_playwright() as playwright:
        with fake_devices(playwright) as browser:
            for stack in stacks:
                with logged_in(browser, stack, "Tilda Teacher") as context:
                    wrong = _modes(context, stack)
                name = "SQLite" if stack is stacks[0] else "PostgreSQL"
                yield Figure(f"{len(MODES)} modes, {_MODE_SECONDS} s each, {name}: not right", wrong, "", 0)
        victims = [
            Victim(Mortal(playwright, folder / f"profile-{at}-{number}"), stack, owner)
            for at, stack in enumerate(stacks)
            for number, owner in enumerate(owners(stack))
        ]
        done, missing = _killed(victims, kills)
        for victim in victims:
            victim.mortal.context.close()
            victim.owner.close()
    wrong = done - sum(seconds <= _MOST_MISSING for seconds in missing)
    yield Figure(f"{done} browsers killed while they recorded: not right", wrong, "", 0)
    yield Figure("seconds missing of the worst of them", max(missing, default=0.0), "s", _MOST_MISSING)


def _killed(victims: list[Victim], kills: int) -> tuple[int, list[float]]:
    """Kill browsers, each time at a random moment; gives how many, and how much of each that came back is missing."""
    luck, missing, done = random.Random(_SEED), list[float](), 0
    while done < kills:
        for turn in range(_TURNS):
            for victim in victims:
                victim.record()
            kill_all(victims, luck, offline=turn % 2 == 1)
            done += len(victims)
        for victim in victims:
            try:
                missing += _finished(victim)
            except Exception:  # noqa: BLE001 - one that went wrong is what is counted
                print(traceback.format_exc(), file=sys.stderr)
                for upload_id in victim.died:
                    victim.owner.forget(upload_id)
            victim.died.clear()
    return done, missing


def _finished(victim: Victim) -> list[float]:
    """Come back, and play what there is; gives how many seconds of each are missing."""
    finished = victim.come_back()
    player = victim.mortal.context.new_page()
    missing = []
    for made, shown in finished:
        missing.append(made - plays_to_its_end(player, victim.owner.file(shown)))
        victim.owner.forget(shown["id"])
    player.close()
    return missing


def _modes(context: BrowserContext, stack: Stack) -> int:
    """Record in all modes at the same time; count those that do not play to their end."""
    owner, wrong = Owner(stack), 0
    pickers = {mode: open_recorder(context.new_page(), stack, mode) for mode in MODES}
    for mode, picker in pickers.items():
        picker.page.bring_to_front()
        begin(picker, mode)
    for picker in pickers.values():
        picker.page.bring_to_front()
        made = record_for(picker, _MODE_SECONDS)
        picker.get_by_role("button", name="Stop").click()
        picker.get_by_text("All of it is with us.").wait_for()
        upload_id = upload_of(picker)
        picker.get_by_role("button", name="Keep it").click()
        picker.get_by_role("heading", name="Recording of").first.wait_for()
        shown = owner.ready(upload_id)
        player = context.new_page()
        wrong += plays_to_its_end(player, owner.file(shown)) < made - 1
        player.close()
        owner.forget(shown["id"])
        picker.page.close(run_before_unload=False)
    owner.close()
    return wrong
