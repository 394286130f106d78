"""What people do in the scene, each as their page does it."""

from __future__ import annotations

import asyncio
import base64
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from benchmarks.load.browser import Browser, Wrong
from benchmarks.load.lines import Broken
from benchmarks.load.measures import Recorder
from benchmarks.load.place import Place

LAUNCH, WATCH, CAPTIONS = "embed: launch", "embed: playback", "embed: captions and transcript"
PICKER, LIST, DETAIL = "picker: launch", "picker: list or search", "picker: one item"
UPLOAD, REPORT, READING = "upload: a part", "course report: a page", "course report: a reading"

# Whole journeys, as a person waits for them.
EMBED = "journey: embed, until media and captions are there"
BUTTON = "journey: picker, until the list is there"
SEARCH, ITEM = "journey: picker, a search", "journey: picker, one item"
WHOLE_UPLOAD = "journey: upload of 4 MB, until all of it is with us"
FIRST_REPORT = "journey: course report, until complete, first visit"
NEXT_REPORT = "journey: course report, until complete, later visits"

_BUTTON = "/courses/17/external_tools/19/resource_selection?editor=1"
_MENU = "/courses/17/external_tools/19?launch_type=course_navigation"
_PART = 512_000  # bytes of an upload that one request sends
_PARTS = 8
_BYTES = "application/offset+octet-stream"
_TITLES = ("Lecture 00", "light", "lenses", "montage", "scripts")
_SHOWN = 10  # media of one reading of the report, as the page asks


@dataclass
class Scene:
    """Who plays where, and who writes it down."""

    place: Place
    recorder: Recorder
    luck: random.Random

    def browser(self) -> Browser:
        return Browser(self.place.canvas, self.place.tool, self.recorder.told)

    def wait(self, browser: Browser) -> Wait:
        """Begin to wait for the whole of something."""
        return Wait(self.recorder, browser)

    async def attempt(self, journey: str, what: Callable[[], Awaitable[None]]) -> None:
        """Do something; what goes wrong is written down, and people go on."""
        try:
            await what()
        except (Wrong, Broken, KeyError, ValueError) as error:
            self.recorder.wrong(journey, error)


class Wait:
    """How long a person waits for the whole of something, the scene's own pauses aside."""

    def __init__(self, recorder: Recorder, browser: Browser) -> None:
        self._recorder, self._browser = recorder, browser
        self._began, self._paused, self._others = time.perf_counter(), browser.paused, browser.others

    def over(self, journey: str) -> None:
        """Tell that it is there."""
        waited = time.perf_counter() - self._began - (self._browser.paused - self._paused)
        self._recorder.arrived(journey, waited, self._browser.others - self._others)


async def lecture(scene: Scene, link: str, people: range, seconds: float) -> None:
    """Have everyone open the same page within so many seconds, at moments of their own."""
    began = time.monotonic()
    moments = sorted((scene.luck.uniform(0, seconds), number) for number in people)

    async def student(number: int) -> None:
        browser = scene.browser()
        try:
            await browser.log_in(number)
            wait = scene.wait(browser)
            await view(browser, link)
            wait.over(EMBED)
        finally:
            browser.close()

    async with asyncio.TaskGroup() as group:
        for moment, number in moments:
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            scene.recorder.late.append(time.monotonic() - began - moment)
            group.create_task(scene.attempt("lecture", lambda number=number: student(number)))  # type: ignore[misc]


async def _rest(seconds: float, until: float) -> None:
    """Do nothing for a while, and not beyond the end of the scene: nobody waits for people who do nothing."""
    await asyncio.sleep(max(0.0, min(seconds, until - time.monotonic())))


async def view(browser: Browser, link: str) -> None:
    """Open a page with an embed: the player, its sources, captions and transcript.

    :raises Wrong: it would not play.
    """
    config = await browser.launch(LAUNCH, link)
    playback = config["playback"]
    if playback is None:
        playback = await browser.api(WATCH, "POST", config["api"]["watch"], config["token"], {"refresh": False})
    if playback["problem"] is not None or not playback["sources"] or not playback["tracks"]:
        raise Wrong(f"it does not play: {playback['problem']}")
    for track in playback["tracks"]:
        if not (await browser.fetch(CAPTIONS, track["src"])).startswith(b"WEBVTT"):
            raise Wrong("captions that are none")
        await browser.fetch(CAPTIONS, track["cues"])


async def teacher(scene: Scene, number: int, until: float) -> None:
    """Be in the picker: list the course's media, search, look at one, every few seconds; and open it anew."""
    browser = scene.browser()
    await asyncio.sleep(scene.luck.uniform(0, 5))
    await scene.attempt(PICKER, lambda: browser.log_in(number))

    async def items(token: str, words: str) -> list[dict[str, Any]]:
        search = f"&search={quote(words)}" if words else ""
        path = f"/api/canvas/media?scope=course&sort=created_at&order=desc{search}"
        found: list[dict[str, Any]] = (await browser.api(LIST, "GET", path, token))["items"]
        if not found:
            raise Wrong("an empty list")
        return found

    async def look() -> None:
        wait = scene.wait(browser)
        config = await browser.launch(PICKER, f"{scene.place.canvas}{_BUTTON}")
        shown = await items(config["token"], "")
        wait.over(BUTTON)
        for turn in range(6):
            if time.monotonic() >= until:
                return
            if turn:
                words = scene.luck.choice(("", scene.luck.choice(_TITLES)))
                wait = scene.wait(browser)
                shown = await items(config["token"], words)
                if words:
                    wait.over(SEARCH)
            handle = scene.luck.choice(shown)["handle"]
            wait = scene.wait(browser)
            await browser.api(DETAIL, "POST", config["api"]["detail"], config["token"], {"handle": handle})
            wait.over(ITEM)
            await _rest(scene.luck.uniform(3, 9), until)

    while time.monotonic() < until:
        await scene.attempt(PICKER, look)
        await _rest(scene.luck.uniform(1, 3), until)
    browser.close()


async def uploader(scene: Scene, token: str, until: float) -> None:
    """Send one file after the other, each in parts with pauses, as on a slow line."""
    browser = scene.browser()
    data = random.Random(7).randbytes(_PART)
    length = _PART * _PARTS
    versions = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    name = base64.b64encode(b"rivers.mp4").decode()

    async def send() -> None:
        wait = scene.wait(browser)
        made = await browser.ask(
            UPLOAD,
            "POST",
            f"{scene.place.tool}/api/tus",
            headers={**versions, "Upload-Length": str(length), "Upload-Metadata": f"filename {name}"},
        )
        address = made.header("location")
        if made.status != 201 or address is None:
            raise Wrong(f"an upload was answered {made.status}: {made.body[:200]!r}")
        url = address if "://" in address else f"{scene.place.tool}{address}"
        for number in range(_PARTS):
            if time.monotonic() >= until:
                await browser.ask(UPLOAD, "DELETE", url, headers=versions)
                return
            headers = {**versions, "Upload-Offset": str(number * _PART), "Content-Type": _BYTES}
            answer = await browser.ask(UPLOAD, "PATCH", url, body=data, headers=headers)
            if answer.status != 204:
                raise Wrong(f"a part was answered {answer.status}: {answer.body[:200]!r}")
            if number == _PARTS - 1:
                wait.over(WHOLE_UPLOAD)
            await browser.pause(scene.luck.uniform(2, 6))

    await asyncio.sleep(scene.luck.uniform(0, 5))
    while time.monotonic() < until:
        await scene.attempt(UPLOAD, send)
    browser.close()


async def reporter(scene: Scene, number: int, until: float) -> None:
    """Open the course's caption report again and again, each time to its end."""
    browser = scene.browser()
    await scene.attempt(REPORT, lambda: browser.log_in(number))

    async def report() -> None:
        wait = scene.wait(browser)
        config = await browser.launch(REPORT, f"{scene.place.canvas}{_MENU}")
        token, paths = config["token"], config["api"]
        queue: list[dict[str, Any]] = []
        cursor, journey, rest = "", NEXT_REPORT, 0.0
        while True:
            await asyncio.sleep(rest)
            page = await browser.api(REPORT, "GET", paths["report"] + cursor, token)
            queue += [row for row in page["rows"] if row["unread"]]
            rest = page["pause"]
            if not page["next"]:
                break
            cursor = f"?cursor={page['next']}"
        while queue:
            journey = FIRST_REPORT
            await asyncio.sleep(rest)
            handles = [row["handle"] for row in queue[:_SHOWN]]
            read = await browser.api(READING, "POST", paths["read"], token, {"handles": handles})
            done, rest = {row["id"] for row in read["rows"]}, read["pause"]
            if not done and not rest:
                raise Wrong("a reading that comes to nothing")
            queue = [row for row in queue if row["id"] not in done]
        wait.over(journey)

    while time.monotonic() < until:
        await scene.attempt(REPORT, report)
        await _rest(5, until)
    browser.close()
