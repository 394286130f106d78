"""Every page of the tool from a telephone's 320 pixels up, and zoomed to 200 %: nothing sticks out or is covered."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import (
    connect,
    insert,
    media,
    new_page,
    press_button,
    ready,
    save,
    search,
    tool_frames,
)
from tests.browser.looks import OUT_OF_REACH, SIDEWAYS
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

# Those in sight: the others are fetched when they are scrolled to.
_PICTURES = """() => [...document.images].every(
  image => image.complete || image.getBoundingClientRect().top > innerHeight
)"""

Look = Callable[[Frame, str], None]


@pytest.fixture(params=[(320, 1.0), (640, 2.0), (768, 1.0), (1280, 1.0)], ids=["320", "200 percent", "768", "1280"])
def sized(request: pytest.FixtureRequest, browser: Browser, stack: Stack) -> Iterator[BrowserContext]:
    """Tilda's browser, as wide as a device; 640 pixels at two device pixels each are 1280 zoomed to 200 %."""
    width, scale = request.param
    with logged_in(browser, stack, "Tilda Teacher", width=width, scale=scale) as context, clean(context):
        yield context


@pytest.fixture
def look(request: pytest.FixtureRequest, accessible: AxeCheck, screenshots: Callable[[Page, str], None]) -> Look:
    """Give a function that looks at a page of the tool as it is now, and keeps a picture of it."""
    width = request.node.callspec.id
    ends = width in {"320", "1280"}

    def check(frame: Frame, name: str) -> None:
        screenshots(frame.page, f"{name}-{width.replace(' ', '-')}")
        content, window = frame.evaluate(SIDEWAYS)
        assert content <= window, f"{name} is {content} px wide in a window of {window}"
        assert frame.evaluate(OUT_OF_REACH) == [], name
        if ends:  # what lies between is laid out as one of these
            accessible(frame)

    return check


def test_teacher_has_room_for_everything(sized: BrowserContext, stack: Stack, look: Look) -> None:
    page = sized.new_page()
    stack.misbehave(revoke_tokens=True)
    new_page(page, stack, "Widths")
    picker = press_button(page, stack)
    expect(picker.get_by_role("button", name="Connect Canvas")).to_be_visible()
    look(picker, "connect")
    # By keyboard, here and below: just after a picture in two device pixels Chromium sends some clicks past the frame.
    with page.expect_popup() as opened:
        picker.get_by_role("button", name="Connect Canvas").press("Enter")
    opened.value.get_by_role("button", name="Authorize").click()
    expect(media(picker)).to_have_count(30)
    picker.wait_for_function(_PICTURES)
    look(picker, "picker")
    search(picker, "odd search without a result")
    expect(picker.get_by_role("tabpanel").get_by_text("Nothing found")).to_be_visible()
    look(picker, "nothing-found")
    search(picker, "endless")
    picker.get_by_role("checkbox", name="Pick endless").press("Space")
    search(picker, "How the")
    expect(media(picker)).to_have_text(["How the clock works"])
    picker.get_by_role("checkbox", name="Pick How the clock works").press("Space")
    tray = picker.get_by_role("contentinfo", name="Selection")
    tray.get_by_role("button", name="2 picked").press("Enter")
    tray.get_by_role("button", name="Remove endless").press("Enter")
    look(picker, "selection")
    picker.get_by_role("button", name="How the clock works", exact=True).press("Enter")
    dialog = picker.get_by_role("dialog", name="How the clock works")
    picker.wait_for_function("() => document.querySelector('dialog video')?.readyState >= 2")
    look(picker, "item")
    dialog.get_by_label("Start", exact=True).fill("0:20")
    dialog.get_by_label("End", exact=True).fill("0:10")
    dialog.get_by_label("Size on the page").select_option(label="Custom")
    dialog.get_by_label("Width in pixels").fill("x")
    dialog.get_by_role("button", name="Insert", exact=True).press("Enter")
    expect(dialog.get_by_text("The end must be after the start.")).to_be_visible()
    look(picker, "item-problems")


def test_student_has_room_for_everything(sized: BrowserContext, stack: Stack, look: Look) -> None:
    page = sized.new_page()
    new_page(page, stack, "Player widths")
    picker = press_button(page, stack)
    connect(page, picker)
    for title in ("Podcast: hearing time pass", "Caption quirks"):
        search(picker, title)
        picker.get_by_role("checkbox", name=f"Pick {title}").check()
    insert(page, picker.get_by_role("contentinfo", name="Selection"))
    save(page)
    players = {frame.get_by_role("heading", level=1).inner_text(): frame for frame in tool_frames(page, stack, 2)}
    for title, name in (("Caption quirks", "player"), ("Podcast: hearing time pass", "player-sound")):
        player = players[title]
        ready(player)
        expect(player.get_by_role("region", name="Transcript").get_by_role("listitem").first).to_be_attached()
        player.frame_element().evaluate("frame => frame.scrollIntoView({ block: 'start' })")
        player.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        look(player, name)
    # A reloaded launch is an error page.
    player = players["Caption quirks"]
    player.evaluate("() => location.reload()")
    expect(player.get_by_role("heading", name="This launch was opened before, or waited too long.")).to_be_visible()
    look(player, "error")
