"""Uploads by keyboard alone, in a window as narrow as a phone: nothing is clicked, and the focus is never lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, Route, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import new_page, tool_frame, watched
from tests.browser.keys import Keys
from tests.browser.test_upload import TOO_WIDE, row_of
from tests.support.stack import Stack
from tests.support.studio import furnish, tell

pytestmark = pytest.mark.browser

_SRT = "1\n00:00:01,000 --> 00:00:02,000\nHola\n"


@pytest.fixture
def desk(browser: Browser, stack: Stack) -> Iterator[Page]:
    """A narrow window of Tilda's, whose Studio takes any file for a film."""
    furnish(stack)
    tell(stack, behaviour={"check_uploads": False})
    with logged_in(browser, stack, "Tilda Teacher", width=320) as tilda, clean(tilda):
        yield watched(tilda.new_page())
    tell(stack, clear=True)


def choose(page: Page, keys: Keys, field: Locator, *files: Path) -> None:
    """Choose files with what has the focus."""
    keys.to(field)
    with page.expect_file_chooser() as chooser:
        keys.leave("Enter")
    chooser.value.set_files(list(files))
    keys.check()


def no_way(route: Route) -> None:
    """Let nothing be announced and nothing be sent."""
    if route.request.method in {"POST", "PATCH"}:
        route.abort()
    else:
        route.continue_()


def test_teacher_uploads_and_inserts_by_keyboard_alone(
    desk: Page, stack: Stack, tmp_path: Path, accessible: AxeCheck
) -> None:
    film, other = tmp_path / "Rivers.mp4", tmp_path / "Lakes.mp4"
    captions = [tmp_path / "Rivers.es.srt", tmp_path / "Rivers.srt"]
    for path in (film, other, *captions):
        path.write_text(_SRT)  # what the sandbox's Studio makes of it does not matter here
    keys = Keys(desk)
    new_page(desk, stack, "By keyboard")
    keys.to(desk.get_by_role("toolbar").get_by_role("button", name="Cuedeck"))
    keys.leave()
    picker = tool_frame(desk, stack)
    keys.to(picker.get_by_role("tab", name="My media"))
    keys.press("End", "ArrowLeft")
    keys.expect(picker.get_by_role("tab", name="Upload"))
    field = picker.get_by_label("Choose video or sound files")
    expect(field).to_be_visible()

    # Nothing can be sent: the row says so, and Retry is there.
    desk.route("**/api/tus**", no_way)
    choose(desk, keys, field, film)
    row = row_of(picker, "Rivers")
    retry = row.get_by_role("button", name="Retry")
    keys.to(retry)
    desk.unroute("**/api/tus**")
    desk.route("**/api/tus/*", no_way)
    keys.press("Enter")
    expect(row.get_by_text("The connection was interrupted at 0%")).to_be_visible()
    describe(desk, keys, row, captions, accessible)
    pause_and_go_on(desk, keys, picker, row_of(picker, "Rivers and seas"))
    cancel(desk, keys, picker, other, accessible)

    row = row_of(picker, "Rivers and seas")
    keys.to(row.get_by_role("button", name="Insert"))
    keys.press("Enter")
    dialog = picker.get_by_role("dialog", name="Rivers and seas")
    keys.to(dialog.get_by_role("button", name="Insert", exact=True))
    assert picker.evaluate(TOO_WIDE) <= 0
    keys.leave()
    expect(desk.locator("#tool-dialog")).to_be_hidden()
    keys.expect(desk.get_by_role("textbox", name="Page content"))
    expect(desk.get_by_title("Rivers and seas")).to_have_count(1)


def describe(page: Page, keys: Keys, row: Locator, captions: list[Path], accessible: AxeCheck) -> None:
    """Say what it is, and add captions: the language of one of them has to be asked for."""
    title = row.get_by_label("Title", exact=True)
    keys.to(title)
    keys.press("Control+a", "Backspace")
    keys.press("Tab")
    expect(row.get_by_text("Write a title.")).to_be_visible()
    keys.to(title, "Shift+Tab")
    keys.type("Rivers and seas")
    picker = keys.frame()
    row = row_of(picker, "Rivers")
    keys.press("Tab")
    row = row_of(picker, "Rivers and seas")
    keys.expect(row.get_by_label("Description"))
    keys.type("Where water goes.")
    choose(page, keys, row.get_by_label("Add caption files"), *captions)
    expect(row.get_by_role("button", name="Remove Rivers.es.srt")).to_be_visible()
    keys.expect(row.get_by_label("Language of Rivers.srt"))
    accessible(picker)
    assert picker.evaluate(TOO_WIDE) <= 0
    keys.choose("German")
    keys.to(row.get_by_role("button", name="Add captions"))
    keys.press("Enter")
    keys.expect(row.get_by_label("Add caption files"))
    keys.to(row.get_by_role("button", name="Remove Rivers.srt"), "Shift+Tab")


def pause_and_go_on(page: Page, keys: Keys, picker: Frame, row: Locator) -> None:
    """Pause, let the connection be whole again, and go on."""
    keys.to(row.get_by_role("button", name="Pause"), "Shift+Tab")
    keys.press("Enter")
    expect(row.get_by_text("Paused at 0%")).to_be_visible()
    keys.expect(row.get_by_role("heading"))
    keys.to(row.get_by_role("button", name="Go on"))
    page.unroute("**/api/tus/*")
    keys.press("Space")
    expect(row.get_by_text("Ready", exact=True)).to_be_visible(timeout=30_000)
    keys.check()


def cancel(page: Page, keys: Keys, picker: Frame, file: Path, accessible: AxeCheck) -> None:
    """Change one's mind twice about another upload, and take it off the list."""
    page.route("**/api/tus/*", no_way)
    choose_field = picker.get_by_label("Choose video or sound files")
    keys.to(choose_field, "Shift+Tab")
    choose(page, keys, choose_field, file)
    row = row_of(picker, "Lakes")
    button = row.get_by_role("button", name="Cancel upload")
    keys.to(button)
    keys.press("Enter")
    keys.expect(row.get_by_role("button", name="Keep it"))
    accessible(picker)
    keys.press("Enter")
    keys.expect(button)
    keys.press("Enter", "Tab")
    keys.expect(row.get_by_role("button", name="Cancel it"))
    keys.press("Enter")
    keys.expect(row.get_by_role("heading"))
    page.unroute("**/api/tus/*")
    keys.to(row.get_by_role("button", name="Remove from the list"))
    keys.press("Enter")
    keys.expect(row_of(picker, "Rivers and seas").get_by_role("heading"))
