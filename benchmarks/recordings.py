"""Recordings: from Stop to "it is with us", whatever the length; mending; and browsers that are killed.

``CUEDECK_BENCH_KILLS`` is how many recordings are killed with their browser (200 where it is not set).
"""

from __future__ import annotations

import base64
import os
import random
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Iterator
from pathlib import Path

import httpx
from playwright.sync_api import BrowserContext, sync_playwright

from benchmarks.report import Figure
from benchmarks.upload_place import UploadPlace, finish, upload_place
from lti.media.recording_mending import MENDER
from tests.browser.journey import be
from tests.browser.recording import MODES, Mortal, Owner, begin, killed, open_recorder, plays_to_its_end, record_for
from tests.browser.test_upload import furnish
from tests.support.recordings import play, recorded
from tests.support.stack import Stack, running

_MINUTES = (1, 10, 60)
_BYTES = 200_000  # of a second of camera and microphone, as browsers are asked for
_GOAL = 2.0  # seconds
_MODE_SECONDS = 60
_AT_ONCE = 5
_MOST_MISSING = 5.0  # seconds
_SEED = 11


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as name, upload_place(Path(name)) as place:
        for minutes in _MINUTES:
            yield Figure(
                f'recording of {minutes} min: from Stop to "it is with us"', _stop(place, minutes * 60), "s", _GOAL
            )
        yield from _mending(place)
    with tempfile.TemporaryDirectory() as name, running(Path(name) / "run", media=10) as stack:
        furnish(stack)
        yield from _browsers(stack, Path(name))


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
    """Run the program that mends; gives the most memory that it had, in megabytes."""
    with tempfile.TemporaryDirectory() as name:
        file = Path(name) / "recording"
        file.write_bytes(data)
        with file.open("rb") as given:
            command = [sys.executable, "-I", str(MENDER), name, str(10**10), "0", ""]
            process = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, env={})
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = status
    if status:
        raise RuntimeError(f"the program ended with {status}")
    return usage.ru_maxrss / 1000


def _browsers(stack: Stack, folder: Path) -> Iterator[Figure]:
    kills, luck = int(os.environ.get("CUEDECK_BENCH_KILLS", "200")), random.Random(_SEED)
    owner, wrong, worst = Owner(stack), 0, 0.0
    with sync_playwright() as playwright:
        mortal = Mortal(playwright, folder / "profile")
        be(mortal.context.new_page(), stack, "Tilda Teacher")
        yield Figure(
            f"{len(MODES)} modes, {_MODE_SECONDS} s each: not right", _modes(mortal.context, stack, owner), "", 0
        )
        for number in range(-(-kills // _AT_ONCE)):
            try:
                survived = killed(
                    mortal, stack, owner, luck, at_once=_AT_ONCE, windows=number % 2 == 1, offline=number % 2 == 1
                )
                player = mortal.context.new_page()
                for made, shown in survived:
                    missing = made - plays_to_its_end(player, owner.file(shown))
                    worst, wrong = max(worst, missing), wrong + (missing > _MOST_MISSING)
                    owner.forget(shown["id"])
                player.close()
            except Exception:  # noqa: BLE001 - one that went wrong is what is counted
                print(traceback.format_exc(), file=sys.stderr)
                wrong += 1
        mortal.context.close()
    owner.close()
    yield Figure(f"{kills} recordings whose browser was killed: not right", wrong, "", 0)
    yield Figure("seconds missing of the worst of them", worst, "s", _MOST_MISSING)


def _modes(context: BrowserContext, stack: Stack, owner: Owner) -> int:
    """Record in all modes at the same time; count those that do not play to their end."""
    pages = {mode: context.new_page() for mode in MODES}
    pickers = {mode: open_recorder(page, stack, mode) for mode, page in pages.items()}
    for mode, picker in pickers.items():
        pages[mode].bring_to_front()
        begin(picker, mode)
    wrong = 0
    for mode, picker in pickers.items():
        pages[mode].bring_to_front()
        made = record_for(picker, _MODE_SECONDS)
        picker.get_by_role("button", name="Stop").click()
        picker.get_by_text("All of it is with us.").wait_for()
        picker.get_by_role("button", name="Keep it").click()
        picker.get_by_role("heading", name="Recording of").first.wait_for()
        shown = owner.ready(owner.uploads()[0]["id"])
        player = context.new_page()
        wrong += plays_to_its_end(player, owner.file(shown)) < made - 1
        player.close()
        owner.forget(shown["id"])
        pages[mode].close(run_before_unload=False)
    return wrong
