"""People who record with chromium's fake camera, microphone and screen."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright, expect

from tests.browser.journey import new_page, press_button
from tests.support.chromium import ARGUMENTS, CHROMIUM
from tests.support.person import ADA, SAM, TILDA, Person
from tests.support.stack import Stack
from tests.support.studio import ADA_AT_STUDIO, SAM_AT_STUDIO, connect_studio, furnish

FAKES = [
    # Few pictures: several recordings at once on two cores are not what is tested.
    "--use-fake-device-for-media-stream=fps=10",
    "--use-fake-ui-for-media-stream",
    "--auto-select-desktop-capture-source=Entire screen",
]
PLACES = {TILDA: "courses/17", SAM: f"users/{SAM}", ADA: "courses/17"}  # where people press the button
MODES = {"camera": "Camera and microphone", "screen": "Screen", "sound": "Sound only"}
PATIENCE = 60.0  # seconds


@contextmanager
def fake_devices(playwright: Playwright) -> Iterator[Browser]:
    """Start a browser that has a camera, a microphone and a screen, and whose person allows everything."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *FAKES])
    yield launched
    launched.close()


def furnish_all(stack: Stack) -> None:
    """Connect Tilda, and Sam and Ada at Studio; clear away what uploads they have."""
    furnish(stack)
    for number, account in ((SAM, SAM_AT_STUDIO), (ADA, ADA_AT_STUDIO)):
        person = Person(canvas=stack.canvas, tool=stack.tool, number=number)
        done = connect_studio(person.press_button(PLACES[number]), stack.studio, account)
        assert done.status_code == 200, done.text
        person.close()
    for number in PLACES:
        owner = Owner(stack, number)
        for each in owner.uploads():
            owner.forget(each["id"])
        owner.close()


def open_recorder(page: Page, stack: Stack, title: str = "Recorded") -> Frame:
    """Press the tool's button in a new page, and open the tab."""
    new_page(page, stack, title)
    picker = press_button(page, stack)
    picker.get_by_role("tab", name="Record").click()
    expect(picker.get_by_role("group", name="What do you want to record?")).to_be_visible()
    return picker


def begin(picker: Frame, mode: str) -> None:
    """Choose what to record, switch it on, and skip the countdown."""
    picker.get_by_role("radio", name=MODES[mode]).check()
    if mode == "screen":
        picker.get_by_role("checkbox", name="With my camera in a corner").check()
    picker.get_by_role("button", name="Switch it on").click()
    expect(picker.get_by_role("button", name="Record", exact=True)).to_be_focused()
    picker.get_by_role("button", name="Record", exact=True).click()
    # A slow machine has counted down before a click can be made: then this one is of no effect.
    picker.locator("[data-part=now]").dispatch_event("click")
    expect(picker.get_by_role("button", name="Stop")).to_be_focused()


def record_in_all_modes(contexts: Sequence[BrowserContext], stacks: Sequence[Stack]) -> dict[tuple[int, str], Frame]:
    """Begin a recording in each mode at each stack, all at once; gives the pickers by number and mode."""
    pickers: dict[tuple[int, str], Frame] = {}
    for number, (stack, context) in enumerate(zip(stacks, contexts, strict=True)):
        for mode in MODES:
            pickers[number, mode] = open_recorder(context.new_page(), stack, f"Recorded {mode}")
            begin(pickers[number, mode], mode)
    return pickers


def stop(picker: Frame) -> str:
    """Press Stop, and wait until all is with us; gives the upload."""
    picker.get_by_role("button", name="Stop").click()
    expect(picker.get_by_role("heading", name="Your recording")).to_be_focused()
    expect(picker.get_by_text("All of it is with us.")).to_be_visible()
    return upload_of(picker)


def recorded_seconds(picker: Frame) -> float:
    """Read how long the recording is by now."""
    text = picker.get_by_role("timer").inner_text()
    found = re.match(r"(\d+):(\d\d)", text)
    return int(found[1]) * 60 + int(found[2]) if found else 0.0


def record_for(picker: Frame, seconds: float) -> float:
    """Wait until a recording is so long; gives how long it is."""
    deadline = time.monotonic() + PATIENCE + seconds
    while (now := recorded_seconds(picker)) < seconds:
        assert time.monotonic() < deadline, f"only {now} seconds"
        picker.page.wait_for_timeout(until_next_look(now, seconds))
    return now


def until_next_look(now: float, seconds: float) -> float:
    """Give the milliseconds in which a recording cannot become so long: each look costs who records something."""
    return max(100.0, (seconds - now - 1) * 1000)  # pages show whole seconds


class Owner:
    """Who records, as their pages see their uploads."""

    def __init__(self, stack: Stack, number: int = TILDA) -> None:
        self._stack = stack
        self._person = Person(canvas=stack.canvas, tool=stack.tool, number=number)
        self._page = self._person.press_button(PLACES[number])

    def token(self) -> str:
        """Give the session of a page of theirs."""
        return str(self._page.config["token"])

    def uploads(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._page.api("GET", "/api/uploads").json()["uploads"]
        return [each for each in found if each["source"] == "recording"]

    def ready(self, upload_id: str) -> dict[str, Any]:
        """Wait until Studio has prepared one."""
        deadline = time.monotonic() + PATIENCE
        while True:
            shown: dict[str, Any] = self._page.api("GET", f"/api/uploads/{upload_id}").json()
            if shown["state"] == "ready":
                return shown
            assert shown["state"] != "failed", shown
            assert time.monotonic() < deadline, shown
            time.sleep(0.2)

    def forget(self, upload_id: str) -> None:
        """Take one off the list, whatever it is."""
        self._page.api("POST", f"/api/uploads/{upload_id}/cancel", json={})
        self._page.api("DELETE", f"/api/uploads/{upload_id}")

    def file(self, shown: dict[str, Any]) -> bytes:
        """Give what arrived at Studio."""
        return (self._stack.run_dir / "studio" / str(shown["media_id"])).read_bytes()

    def close(self) -> None:
        self._person.close()


def upload_of(picker: Frame) -> str:
    """Find out to which upload a page sends what it records, as its browser's log of requests has it."""
    addresses = picker.evaluate("() => performance.getEntriesByType('resource').map(each => each.name)")
    found: str = next(each for each in addresses if "/api/tus/" in each)
    return found.rsplit("/", 1)[1]


_PLAY = """async (type) => {
  const data = await (await fetch('/the-recording')).arrayBuffer();
  const video = document.createElement('video');
  video.muted = true;
  video.src = URL.createObjectURL(new Blob([data], { type }));
  document.body.append(video);
  const failed = new Promise((_, reject) => video.addEventListener('error', () => reject(video.error.message)));
  const heard = (name) => Promise.race([failed, new Promise(r => video.addEventListener(name, r, { once: true }))]);
  await heard('loadedmetadata');
  const length = video.duration;
  const seeked = heard('seeked');
  video.currentTime = length / 2;
  await seeked;
  const there = video.currentTime;
  video.currentTime = 0;
  video.playbackRate = 16;
  const ended = heard('ended');
  await video.play();
  await ended;
  return { length, there, end: video.currentTime };
}"""


def plays_to_its_end(page: Page, data: bytes) -> float:
    """Play a file in chromium, after winding to its middle; gives the length that it says."""
    kind = "video/mp4" if data[4:8] == b"ftyp" else "video/webm"
    page.route("**/the-page", lambda route: route.fulfill(body="<!doctype html><p>x", content_type="text/html"))
    page.route("**/the-recording", lambda route: route.fulfill(body=data, content_type=kind))
    page.goto("http://localhost:1/the-page")
    result = page.evaluate(_PLAY, kind)
    page.unroute_all()
    assert abs(result["end"] - result["length"]) < 0.3, result
    assert abs(result["there"] - result["length"] / 2) < 0.6, result
    return float(result["length"])
