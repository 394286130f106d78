"""The main journey by keyboard alone: nothing is clicked, and the focus is never lost."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser.journey import current_time, text_tracks, tool_frame
from tests.browser.keys import Keys
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


def _be(page: Page, stack: Stack, name: str) -> Keys:
    keys = Keys(page)
    page.goto(f"{stack.canvas}/login")
    keys.to(page.get_by_role("button", name=f"Be {name}"))
    keys.leave()
    page.wait_for_url(f"{stack.canvas}/")
    return keys


def _open_editor(page: Page, keys: Keys, title: str) -> None:
    keys.to(page.get_by_role("link", name="Film Studies"))
    keys.leave()
    page.wait_for_url("**/courses/17")
    keys.to(page.get_by_role("link", name="New page"))
    keys.leave()
    page.wait_for_url("**/pages/new")
    keys.to(page.get_by_label("Title"))
    keys.type(title)


def _connect(page: Page, keys: Keys, picker: Frame) -> None:
    keys.to(picker.get_by_role("button", name="Connect Canvas"))
    with page.expect_popup() as opened:
        keys.leave()
    popup = opened.value
    there = Keys(popup)
    there.to(popup.get_by_role("button", name="Authorize"))
    there.leave()
    popup.wait_for_event("close")
    keys.expect(picker.get_by_role("tab", name="My media"))


def _pick(page: Page, keys: Keys, picker: Frame) -> None:
    keys.press("ArrowRight")
    keys.expect(picker.get_by_role("tab", name="Course media"))
    expect(picker.get_by_role("tabpanel", name="Course media").get_by_role("listitem").first).to_be_visible()
    keys.press("ArrowLeft")
    keys.to(picker.get_by_role("searchbox", name="Search by title"))
    keys.type("clock works")
    expect(picker.get_by_role("tabpanel").get_by_text("1 shown, that is all")).to_be_visible()
    card = picker.get_by_role("button", name="How the clock works", exact=True)
    keys.to(card)
    # Escape leads back to the card.
    keys.press("Enter")
    dialog = picker.get_by_role("dialog", name="How the clock works")
    expect(dialog.get_by_role("group", name="Captions to offer")).to_be_visible()
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    keys.expect(card)
    keys.press("Enter")
    expect(dialog.get_by_role("group", name="Captions to offer")).to_be_visible()
    for language in ("French", "German", "Chinese (Simplified)"):
        keys.to(dialog.get_by_role("checkbox", name=language))
        keys.press("Space")
    keys.to(dialog.get_by_label("Captions on at start"))
    keys.choose("Spanish")
    keys.to(dialog.get_by_label("Start", exact=True))
    keys.type("0:03")
    keys.to(dialog.get_by_label("End", exact=True))
    keys.type("0:12")
    keys.to(dialog.get_by_role("button", name="Insert", exact=True))
    keys.leave()
    expect(page.locator("#tool-dialog")).to_be_hidden()
    expect(page.get_by_title("How the clock works")).to_have_count(1)
    # Canvas gives the focus back to the text.
    keys.expect(page.get_by_role("textbox", name="Page content"))


def _watch(keys: Keys, player: Frame) -> None:
    video = player.locator("video")
    keys.to(video)
    player.wait_for_function("() => document.querySelector('video').readyState >= 1")
    keys.press("Space")
    player.wait_for_function("() => document.querySelector('video').currentTime > 3.3")
    keys.press("Space")
    player.wait_for_function("() => document.querySelector('video').paused")
    tracks = text_tracks(player)
    assert {track.language for track in tracks} == {"en", "es", "ar"}
    assert [track.language for track in tracks if track.mode == "showing"] == ["es"]
    # The transcript: search, from match to match, then along the lines.
    keys.to(player.get_by_role("searchbox", name="Search the transcript"))
    keys.type("son")
    expect(player.get_by_text("1 of 3")).to_be_visible()
    keys.press("Enter")
    expect(player.get_by_text("2 of 3")).to_be_visible()
    keys.to(player.get_by_role("button", name="Ahora son seis segundos."))
    keys.press("ArrowDown")
    keys.expect(player.get_by_role("button", name="Ahora son nueve segundos."))
    keys.press("Home")
    keys.expect(player.get_by_role("button", name="Ahora son tres segundos."))
    keys.press("End", "Enter")
    player.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 9.3) < 1.2")
    expect(player.get_by_role("button", name="Ahora son nueve segundos.")).to_have_attribute("aria-current", "true")
    # Back to the player with Shift and Tab.
    keys.to(video, "Shift+Tab")
    assert current_time(player) >= 9


def test_journey_by_keyboard_alone(stack: Stack, browser: Browser, context: BrowserContext, page: Page) -> None:
    stack.misbehave(revoke_tokens=True)  # the stack is shared: whoever was connected before is no longer
    keys = _be(page, stack, "Tilda Teacher")
    _open_editor(page, keys, "By keyboard")
    keys.to(page.get_by_role("button", name="Cuedeck"))
    keys.leave()
    picker = tool_frame(page, stack)
    _connect(page, keys, picker)
    _pick(page, keys, picker)
    keys.to(page.get_by_role("button", name="Save"))
    keys.leave()
    page.wait_for_url("**/pages/by-keyboard*")
    address = page.url
    with browser.new_context(viewport={"width": 1280, "height": 900}) as others:
        student = others.new_page()
        theirs = _be(student, stack, "Sam Student")
        student.goto(address)
        player = tool_frame(student, stack)
        expect(player.get_by_role("region", name="Transcript")).to_be_visible()
        _watch(theirs, player)
