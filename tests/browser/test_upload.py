"""Uploads from the picker: a page is closed half-way, another takes the upload up again and finishes and inserts it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import APIResponse, Browser, Frame, Locator, Page, Route, expect

from lti.store import ChunkStore, open_chunks
from sandbox.media.clips import ClipStore
from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import connect, insert, new_page, press_button, ready, save, text_tracks, tool_frame, watched
from tests.support.person import TILDA, Person
from tests.support.stack import Stack
from tests.support.studio import furnish, tell

pytestmark = pytest.mark.browser

PART = 8 * 1024 * 1024  # js/tus.js
_SRT = "1\n00:00:01,000 --> 00:00:02,000\nHola\n"
TOO_WIDE = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Installation:
    """A stack, where it keeps the data of uploads, and tabs of a teacher's and a student's browser."""

    stack: Stack
    chunks: ChunkStore
    desk: Page
    seat: Page


@pytest.fixture(params=["folder", pytest.param("bucket", marks=pytest.mark.postgres)])
def installation(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Installation]:
    """SQLite and a folder, or PostgreSQL and a bucket. The Studio prepares anything in half a second."""
    if request.param == "bucket":
        stack, chunks = request.getfixturevalue("several_hosts")
    else:
        stack = request.getfixturevalue("stack")
        chunks = open_chunks(f"file://{stack.run_dir / 'chunks'}")
    furnish(stack)
    with (
        logged_in(browser, stack, "Tilda Teacher") as tilda,
        logged_in(browser, stack, "Sam Student") as sam,
        clean(tilda),
        clean(sam),
    ):
        yield Installation(stack, chunks, tilda.new_page(), sam.new_page())
    tell(stack, clear=True)


@pytest.fixture
def film(installation: Installation, tmp_path: Path) -> Path:
    """A real clip, and padding after it as its format allows: it takes two parts to send."""
    clip = ClipStore(installation.stack.run_dir / "clips").path("clock-low").read_bytes()
    padding = 3 * PART // 2 - len(clip)
    path = tmp_path / "Rivers and seas.mp4"
    path.write_bytes(clip + padding.to_bytes(4, "big") + b"free" + bytes(padding - 8))
    return path


def open_uploads(page: Page, stack: Stack) -> Frame:
    picker = press_button(page, stack)
    connect(page, picker)
    picker.get_by_role("tab", name="Upload").click()
    expect(picker.get_by_label("Choose video or sound files")).to_be_visible()
    expect(picker.get_by_text("Loading…").locator("visible=true")).to_have_count(0)
    return picker


def row_of(picker: Frame, title: str) -> Locator:
    return picker.get_by_role("listitem").filter(has=picker.get_by_role("heading", name=title, exact=True))


# A page that is closed may get a part of its next try through.
PAUSED = re.compile(r"Paused at (6[6-9]|[7-9]\d)%\. Choose the file again to go on\.")


def cut(route: Route) -> None:
    """Let nothing pass after the first part."""
    if route.request.method == "PATCH" and route.request.headers["upload-offset"] != "0":
        route.abort()
    else:
        route.continue_()


def _known(stack: Stack, title: str) -> dict[str, Any]:
    """Give what the tool tells Tilda's pages of an upload."""
    person = Person(canvas=stack.canvas, tool=stack.tool, number=TILDA)
    uploads = person.press_button().api("GET", "/api/uploads").json()["uploads"]
    person.close()
    (upload,) = [upload for upload in uploads if upload["title"] == title]
    return dict(upload)


def _arrived(stack: Stack, media_id: str) -> str:
    """Give the SHA-256 of what Studio has."""
    answer = httpx.get(f"{stack.studio}/sandbox/studio/media/{media_id}/sha256", timeout=10)
    return str(answer.json()["sha256"])


def test_upload_outlives_its_page_and_is_finished_inserted_in_both_forms_and_watched(
    installation: Installation,
    film: Path,
    tmp_path: Path,
    accessible: AxeCheck,
    screenshots: Callable[[Page, str], None],
) -> None:
    stack, desk, seat = installation.stack, installation.desk, installation.seat
    subtitles = [tmp_path / "Rivers.es.srt", tmp_path / "Rivers deutsch.srt"]
    for path, text in zip(subtitles, (_SRT.replace(",000 -->", ".000 -->"), _SRT), strict=True):
        path.write_text(text)
    refused = tmp_path / "notes.txt"
    refused.write_text("no film")
    desk.set_viewport_size({"width": 320, "height": 900})
    new_page(desk, stack, "Begun")
    picker = open_uploads(desk, stack)
    accessible(picker)
    picker.get_by_text("Goes into: My Uploads").click()
    places = picker.get_by_label("Put new media into")
    expect(places.get_by_role("option", name="Film Studies")).to_be_attached()
    picker.get_by_role("button", name="Make this collection").click()
    expect(picker.get_by_label("New collection")).to_be_focused()
    expect(picker.get_by_label("New collection")).to_have_accessible_description("Write a name.")
    picker.get_by_label("New collection").fill("Waters")
    picker.get_by_role("button", name="Make this collection").click()
    expect(places).to_be_focused()
    accessible(picker)
    picker.get_by_text("Goes into: Waters").click()
    desk.route("**/api/tus/*", cut)
    picker.get_by_label("Choose video or sound files").set_input_files([film, refused])
    expect(row_of(picker, "notes").get_by_text("Studio does not accept files of this kind.")).to_be_visible()
    row = row_of(picker, "Rivers and seas")
    expect(row.get_by_text("The connection was interrupted at 66%")).to_be_visible(timeout=30_000)
    row.get_by_label("Title", exact=True).fill("Rivers, seas")
    row.get_by_label("Description").fill("Where water goes.")
    row = row_of(picker, "Rivers, seas")
    row.get_by_label("Add caption files").set_input_files(subtitles)
    expect(row.get_by_text("Spanish")).to_be_visible()
    expect(row.get_by_text("German")).to_be_visible()
    expect(row.get_by_text("Some of this file was changed so that it can be used:")).to_have_count(1)
    mended = row.get_by_role("listitem").filter(has_text="Line 2: The times of this cue were not written")
    expect(mended.last).to_be_visible()
    row.get_by_role("button", name="Cancel upload").click()
    expect(row.get_by_role("button", name="Keep it")).to_be_focused()
    assert picker.evaluate(TOO_WIDE) <= 0
    accessible(picker)
    screenshots(desk, "upload-interrupted-320")
    desk.close(run_before_unload=False)
    upload = _known(stack, "Rivers, seas")
    assert upload["id"] in installation.chunks.uploads()

    again = watched(desk.context.new_page())
    new_page(again, stack, "Rivers")
    picker = open_uploads(again, stack)
    row = row_of(picker, "Rivers, seas")
    expect(row.get_by_text(PAUSED)).to_be_visible()
    accessible(picker)
    with again.expect_file_chooser() as chooser:
        row.get_by_role("button", name="Choose the file again").click()
    chooser.value.set_files(film)
    expect(row.get_by_text("Ready", exact=True)).to_be_visible(timeout=30_000)
    row.get_by_text("Captions", exact=True).click()
    expect(row.get_by_text("with Studio")).to_have_count(2)
    accessible(picker)
    screenshots(again, "upload-ready")
    expect(row.get_by_text("into Waters")).to_be_visible()
    assert _arrived(stack, _known(stack, "Rivers, seas")["media_id"]) == hashlib.sha256(film.read_bytes()).hexdigest()
    assert upload["id"] not in installation.chunks.uploads()

    row.get_by_role("button", name="Insert").click()
    dialog = picker.get_by_role("dialog", name="Rivers, seas")
    dialog.get_by_role("radio", name="Native player").check()
    insert(again, dialog)
    picker = open_uploads(again, stack)
    row_of(picker, "Rivers, seas").get_by_role("button", name="Insert").click()
    dialog = picker.get_by_role("dialog", name="Rivers, seas")
    expect(dialog.get_by_role("checkbox", name="German")).to_be_checked()
    insert(again, dialog)
    address = save(again)
    again.close()

    seat.goto(address)
    player = tool_frame(seat, stack)
    ready(player)
    assert {track.language for track in text_tracks(player)} == {"de", "es"}
    expect(seat.frame_locator("iframe.lti-embed").locator("video")).to_be_attached()


@pytest.mark.parametrize("installation", ["folder"], indirect=True)
def test_captions_that_come_after_the_upload_went_on_are_said_to_be_missing(
    installation: Installation, film: Path, tmp_path: Path, accessible: AxeCheck
) -> None:
    stack, desk = installation.stack, installation.desk
    words = tmp_path / "Late.es.srt"
    words.write_text(_SRT)
    new_page(desk, stack, "Late")
    picker = open_uploads(desk, stack)
    held: list[Route] = []
    desk.route("**/api/tus/*", cut)
    desk.route("**/api/uploads/*/captions*", lambda route: held.append(route))
    picker.get_by_label("Choose video or sound files").set_input_files(film)
    row = row_of(picker, "Rivers and seas")
    expect(row.get_by_text("The connection was interrupted at 66%")).to_be_visible(timeout=30_000)
    row.get_by_label("Add caption files").set_input_files(words)
    desk.unroute("**/api/tus/*")
    expect(row.get_by_text("Ready", exact=True)).to_be_visible(timeout=30_000)
    (late,) = held
    late.continue_()
    expect(row.get_by_text("This upload has gone on to Studio without these captions.")).to_be_visible()
    accessible(picker)


@pytest.mark.parametrize("installation", ["folder"], indirect=True)
def test_what_was_mended_is_told_though_the_list_knew_the_file_before(
    installation: Installation, film: Path, tmp_path: Path
) -> None:
    stack, desk = installation.stack, installation.desk
    names = ("Mended.es.srt", "Whole.de.srt")
    for name, text in zip(names, (_SRT.replace(",000 -->", ".000 -->"), _SRT), strict=True):
        (tmp_path / name).write_text(text)
    new_page(desk, stack, "Mended")
    picker = open_uploads(desk, stack)
    held: list[tuple[Route, APIResponse]] = []
    desk.route("**/api/tus/*", cut)
    desk.route("**/captions?*Mended.es.srt*", lambda route: held.append((route, route.fetch())))
    picker.get_by_label("Choose video or sound files").set_input_files(film)
    row = row_of(picker, "Rivers and seas")
    expect(row.get_by_text("The connection was interrupted at 66%")).to_be_visible(timeout=30_000)
    for name in names:
        row.get_by_label("Add caption files").set_input_files(tmp_path / name)
        expect(row.get_by_text(name)).to_have_count(0 if name == names[0] else 1)
    expect(row.get_by_text(names[0])).to_be_visible()
    while not held:  # the tool lists it before its answer is here
        desk.wait_for_timeout(50)
    ((late, answer),) = held
    late.fulfill(response=answer)
    expect(row.get_by_text("Some of this file was changed so that it can be used:")).to_be_visible()
    row.get_by_role("button", name="Cancel upload").click()
    row.get_by_role("button", name="Cancel it").click()
    expect(row.get_by_text("Cancelled", exact=True)).to_be_visible()
