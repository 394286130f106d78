"""People who record with chromium's fake camera, microphone and screen, and browsers that die while they do."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright, expect

from tests.browser.journey import be, new_page, press_button
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
_PATIENCE = 60.0  # seconds
_OFFLINE = 7.0  # seconds: more than may be missing


@contextmanager
def fake_devices(playwright: Playwright) -> Iterator[Browser]:
    """Start a browser that has a camera, a microphone and a screen, and whose person allows everything."""
    launched = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *FAKES])
    yield launched
    launched.close()


class Mortal:
    """A browser with a profile of its own, that can be killed and started again."""

    def __init__(self, playwright: Playwright, profile: Path) -> None:
        self._playwright = playwright
        self._profile = profile
        self.context = self.start()

    def start(self) -> BrowserContext:
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._profile), executable_path=CHROMIUM, args=[*ARGUMENTS, *FAKES], locale="en-US",
            viewport={"width": 1280, "height": 900},
        )  # fmt: skip
        self.context.set_default_timeout(45_000)
        return self.context

    def kill(self) -> None:
        """End all of it at once, as a battery does."""
        for pid in self._processes():
            os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while self._processes():
            if time.monotonic() > deadline:
                raise AssertionError("the browser lives")
            time.sleep(0.05)
        for lock in self._profile.glob("Singleton*"):
            lock.unlink(missing_ok=True)

    def _processes(self) -> list[int]:
        """Find the process that was started with our profile, which nobody else has."""
        own = f"--user-data-dir={self._profile}".encode()
        found = []
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = path.read_bytes().split(b"\0")
                state = (path.parent / "stat").read_text().rpartition(")")[2].split()[0]
            except OSError:
                continue
            if own in words and not any(word.startswith(b"--type=") for word in words) and state != "Z":
                found.append(int(path.parent.name))
        return found


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
    deadline = time.monotonic() + _PATIENCE + seconds
    while (now := recorded_seconds(picker)) < seconds:
        assert time.monotonic() < deadline, f"only {now} seconds"
        picker.page.wait_for_timeout(100)
    return now


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
        deadline = time.monotonic() + _PATIENCE
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


_BEGIN = """async () => {
  const base = document.querySelector('script[type=module][src]').src;
  const load = (name) => import(new URL(`./${name}.js`, base).href);
  const [{ Api }, { Media }, { Pieces }, { Take }] =
    await Promise.all(['api', 'record-media', 'record-pieces', 'record-take'].map(load));
  const api = new Api(JSON.parse(document.getElementById('config').textContent));
  const wish = { mode: 'sound', camera: '', microphone: '', withCamera: false, withMicrophone: false };
  window.take = new Take(api, await Media.open(wish), await Pieces.open(), { seconds: 3600, largest: 1e9 });
  await window.take.announce('Killed');
  window.take.begin();
}"""
_FORM = """<!doctype html><form method="post" action="/record"><input name="token" value="{token}"></form>"""


class Victim:
    """Somebody whose browser is killed again and again while they record, and who comes back at the end."""

    def __init__(self, mortal: Mortal, stack: Stack, owner: Owner) -> None:
        self.mortal = mortal
        self.stack = stack
        self.owner = owner
        self.died: dict[str, float] = {}  # seconds that a recording had, by its upload
        self._tell: Callable[[], tuple[str, float]] | None = None

    def window(self) -> Page:
        """Open the recorder in a window of its own, as the frame in Canvas does: by posting its session."""
        page = self.mortal.context.new_page()
        body = _FORM.format(token=self.owner.token())
        page.route("**/the-opener", lambda route: route.fulfill(body=body, content_type="text/html"))
        page.goto(f"{self.stack.tool}/the-opener")
        page.evaluate("() => document.forms[0].submit()")
        page.get_by_role("button", name="Switch it on").wait_for()
        return page

    def record(self) -> None:
        """Begin a recording of sound, by the modules of the window's page alone."""
        page = self.window()
        page.evaluate(_BEGIN)

        def tell() -> tuple[str, float]:
            found = page.evaluate("() => [window.take.upload.id, window.take.seconds]")
            return str(found[0]), float(found[1])

        self._tell = tell

    def record_in_canvas(self, name: str) -> Frame:
        """Begin a recording with the camera where Canvas puts the recorder, as people do."""
        page = self.mortal.context.new_page()
        be(page, self.stack, name)
        picker = open_recorder(page, self.stack)
        begin(picker, "camera")
        self._tell = lambda: (upload_of(picker), recorded_seconds(picker))
        return picker

    def cut_off(self) -> None:
        """Have nothing arrive from now on of what is recorded."""
        self.mortal.context.route("**/api/tus/*", lambda route: route.abort())

    def wait_for(self, seconds: float) -> None:
        """Wait until the recording is so long."""
        deadline = time.monotonic() + _PATIENCE + seconds
        while self.seconds() < seconds:
            assert time.monotonic() < deadline, f"only {self.seconds()} seconds"
            self.mortal.context.pages[-1].wait_for_timeout(100)

    def seconds(self) -> float:
        """Tell how long the recording is by now."""
        assert self._tell
        return self._tell()[1]

    def die(self) -> None:
        """End the browser, whatever it is at, and start it again."""
        assert self._tell
        upload_id, seconds = self._tell()
        self.mortal.kill()
        self.died[upload_id] = seconds
        self.mortal.start()

    def come_back(self) -> dict[str, float]:
        """Finish all that is offered; gives the uploads, and how long each was when its browser died."""
        page = self.window()
        offers = page.get_by_role("button", name=re.compile("^Finish:"))
        expect(offers).to_have_count(len(self.died), timeout=30_000)
        for left in range(len(self.died), 0, -1):
            offers.first.click()
            expect(offers).to_have_count(left - 1, timeout=30_000)
        page.close(run_before_unload=False)
        finished, self.died = self.died, {}
        return finished

    def missing(self, finished: dict[str, float]) -> list[float]:
        """Play what came of these to its end, and take it off the list; gives how many seconds of each are missing."""
        player = self.mortal.context.new_page()
        missing = []
        for upload_id, seconds in finished.items():
            shown = self.owner.ready(upload_id)
            length = plays_to_its_end(player, self.owner.file(shown))
            assert abs(length - shown["seconds"]) <= 0.2, shown
            missing.append(seconds - length)
            self.owner.forget(upload_id)
        player.close()
        return missing


def kill_all(victims: list[Victim], luck: random.Random, *, offline: bool) -> None:
    """Kill the browsers of all who record, each at a random moment.

    :param offline: whether nothing that is recorded in the last seconds can be sent before.
    """
    for victim in victims:
        victim.wait_for(2)
        if offline:
            victim.cut_off()
    for victim in victims:
        victim.wait_for(2 + _OFFLINE)
    for victim in luck.sample(victims, len(victims)):
        victim.mortal.context.pages[-1].wait_for_timeout(luck.random() * 1500)
        victim.die()


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
