"""Browsers that die while somebody records, and what is left when they come back."""

from __future__ import annotations

import os
import random
import re
import signal
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import BrowserContext, Frame, Page, Playwright, expect

from tests.browser.journey import be
from tests.browser.recording import (
    FAKES,
    PATIENCE,
    Owner,
    begin,
    open_recorder,
    plays_to_its_end,
    recorded_seconds,
    until_next_look,
    upload_of,
)
from tests.support.chromium import ARGUMENTS, CHROMIUM
from tests.support.stack import Stack

_OFFLINE = 7.0  # seconds: more than may be missing


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
        deadline = time.monotonic() + PATIENCE + seconds
        while (now := self.seconds()) < seconds:
            assert time.monotonic() < deadline, f"only {now} seconds"
            self.mortal.context.pages[-1].wait_for_timeout(until_next_look(now, seconds))

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
