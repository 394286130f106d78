"""What people do in the scene, each as their page does it."""

from __future__ import annotations

import asyncio
import base64
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from benchmarks.load.browser import Browser, Wrong
from benchmarks.load.lines import Broken
from benchmarks.load.measures import Recorder
from benchmarks.load.place import Place

LAUNCH, WATCH, CAPTIONS = "embed: launch", "embed: playback", "embed: captions and transcript"
PICKER, LIST, DETAIL = "picker: launch", "picker: list or search", "picker: one item"
UPLOAD, REPORT, READING = "upload: a part", "course report: a page", "course report: a reading"

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

    async def attempt(self, journey: str, what: Callable[[], Awaitable[None]]) -> None:
        """Do something; what goes wrong is written down, and people go on."""
        try:
            await what()
        except (Wrong, Broken, KeyError, ValueError) as error:
            self.recorder.wrong(journey, error)


async def lecture(scene: Scene, link: str, people: range, seconds: float) -> None:
    """Have everyone open the same page within so many seconds, at moments of their own."""
    began = time.monotonic()
    moments = sorted((scene.luck.uniform(0, seconds), number) for number in people)

    async def student(number: int) -> None:
        browser = scene.browser()
        try:
            await browser.log_in(number)
            await view(browser, link)
        finally:
            browser.close()

    async with asyncio.TaskGroup() as group:
        for moment, number in moments:
            await asyncio.sleep(max(0.0, began + moment - time.monotonic()))
            scene.recorder.late.append(time.monotonic() - began - moment)
            group.create_task(scene.attempt("lecture", lambda number=number: student(number)))  # type: ignore[misc]


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

    async def look() -> None:
        config = await browser.launch(PICKER, f"{scene.place.canvas}{_BUTTON}")
        for _ in range(6):
            if time.monotonic() >= until:
                return
            search = scene.luck.choice(("", f"&search={scene.luck.choice(_TITLES)}")).replace(" ", "%20")
            path = f"/api/canvas/media?scope=course&sort=created_at&order=desc{search}"
            items = (await browser.api(LIST, "GET", path, config["token"]))["items"]
            if not items:
                raise Wrong("an empty list")
            handle = scene.luck.choice(items)["handle"]
            await browser.api(DETAIL, "POST", config["api"]["detail"], config["token"], {"handle": handle})
            await asyncio.sleep(scene.luck.uniform(3, 9))

    while time.monotonic() < until:
        await scene.attempt(PICKER, look)
        await asyncio.sleep(scene.luck.uniform(1, 3))
    browser.close()


async def uploader(scene: Scene, token: str, until: float) -> None:
    """Send one file after the other, each in parts with pauses, as on a slow line."""
    browser = scene.browser()
    data = random.Random(7).randbytes(_PART)
    length = _PART * _PARTS
    versions = {"Authorization": f"Bearer {token}", "Tus-Resumable": "1.0.0"}
    name = base64.b64encode(b"rivers.mp4").decode()

    async def send() -> None:
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
            await asyncio.sleep(scene.luck.uniform(2, 6))

    await asyncio.sleep(scene.luck.uniform(0, 5))
    while time.monotonic() < until:
        await scene.attempt(UPLOAD, send)
    browser.close()


async def reporter(scene: Scene, number: int, until: float) -> None:
    """Open the course's caption report again and again, each time to its end."""
    browser = scene.browser()
    await scene.attempt(REPORT, lambda: browser.log_in(number))

    async def report() -> None:
        config = await browser.launch(REPORT, f"{scene.place.canvas}{_MENU}")
        token, paths = config["token"], config["api"]
        queue: list[dict[str, Any]] = []
        cursor = ""
        while time.monotonic() < until:
            page = await browser.api(REPORT, "GET", paths["report"] + cursor, token)
            queue += [row for row in page["rows"] if row["unread"]]
            await asyncio.sleep(page["pause"])
            if not page["next"]:
                break
            cursor = f"?cursor={page['next']}"
        while queue and time.monotonic() < until:
            handles = [row["handle"] for row in queue[:_SHOWN]]
            read = await browser.api(READING, "POST", paths["read"], token, {"handles": handles})
            done = {row["id"] for row in read["rows"]}
            queue = [row for row in queue if row["id"] not in done]
            await asyncio.sleep(read["pause"])

    while time.monotonic() < until:
        await scene.attempt(REPORT, report)
        await asyncio.sleep(5)
    browser.close()
