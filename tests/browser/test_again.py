"""A launch once more: reloaded, gone back to, left open overnight, opened in two tabs. With cookies and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.browsers import OpenSetting, opening, tool_frame_at, waiting_room
from tests.browser.journey import (
    connect,
    insert,
    media,
    open_item,
    open_picker,
    ready,
    save,
    search,
    tool_frame,
    tool_frames,
)
from tests.support.stack import Stack

pytestmark = pytest.mark.browser
open_setting = pytest.fixture(opening)

OPENED_BEFORE = "This launch was opened before, or waited too long."
OVER = {
    "code": "session_expired",
    "message": "This page was open for too long and its session has ended.",
    "next_step": "Open Cuedeck again from Canvas.",
}
BOTH = pytest.mark.parametrize(
    ("name", "last"), [("cookies blocked by the setting", "/lti/launch"), ("no cookie at all", "/lti/open")]
)


def inserted(page: Page, stack: Stack, title: str, times: int = 1) -> str:
    """Insert a video in a new page; gives the page's address."""
    picker = open_picker(page, stack, title)
    for number in range(times):
        if number:
            page.get_by_role("toolbar").get_by_role("button", name="Cuedeck").click()
            picker = next(
                frame for frame in tool_frames(page, stack, number + 1) if frame.name == "external_tool_launch"
            )
        search(picker, "Silent film")
        insert(page, open_item(picker, "Silent film without captions"))
    return save(page)


@BOTH
def test_person_who_reloads_the_canvas_page_gets_the_tool_again(
    name: str, last: str, open_setting: OpenSetting, stack: Stack
) -> None:
    page = open_setting(name).person("Tilda Teacher")
    page.goto(inserted(page, stack, f"Reloaded with {name}"))
    tool_frame(page, stack)

    page.reload()

    expect(tool_frame(page, stack).get_by_role("region", name="Player")).to_be_visible()


@BOTH
def test_person_who_reloads_the_frame_is_told_to_open_it_again(
    name: str, last: str, open_setting: OpenSetting, stack: Stack
) -> None:
    setting = open_setting(name)
    page = setting.person("Tilda Teacher")
    setting.press(page, "Reloaded")
    picker = tool_frame_at_end(page, stack, last)

    picker.evaluate("() => { window.location.reload() }")

    expect(tool_frame_at(page, f"{stack.tool}{last}").get_by_role("heading", name=OPENED_BEFORE)).to_be_visible()


def tool_frame_at_end(page: Page, stack: Stack, last: str) -> Frame:
    frame = tool_frame(page, stack)
    assert frame.url == f"{stack.tool}{last}"
    return frame


@BOTH
def test_person_who_goes_back_to_a_page_with_a_launch_sees_it_again(
    name: str, last: str, open_setting: OpenSetting, stack: Stack
) -> None:
    page = open_setting(name).person("Tilda Teacher")
    page.goto(inserted(page, stack, f"Back with {name}"))
    tool_frame(page, stack)
    page.goto(f"{stack.canvas}/courses/17")

    page.go_back()

    shown = tool_frame(page, stack)
    expect(
        shown.get_by_role("region", name="Player").or_(shown.get_by_role("heading", name=OPENED_BEFORE))
    ).to_be_visible()


def test_one_step_back_from_the_tool_leads_to_where_the_person_was(open_setting: OpenSetting, stack: Stack) -> None:
    page = seen_after("cookies blocked by the setting", open_setting, stack)

    page.evaluate("() => history.back()")

    expect(page).to_have_url(f"{stack.canvas}/courses/17")


def test_step_back_into_a_launch_without_cookies_says_what_to_do(open_setting: OpenSetting, stack: Stack) -> None:
    """It has one step more: a form opens its page, and for that no browser replaces an entry of the history."""
    page = seen_after("no cookie at all", open_setting, stack)

    page.evaluate("() => history.back()")

    frame = tool_frame_at(page, f"{stack.tool}/lti/launch")
    expect(frame.get_by_role("heading", name=OPENED_BEFORE)).to_be_visible()
    page.evaluate("() => history.back()")
    expect(page).to_have_url(f"{stack.canvas}/courses/17")


def seen_after(name: str, open_setting: OpenSetting, stack: Stack) -> Page:
    """Come from the course to a page with the tool."""
    page = open_setting(name).person("Tilda Teacher")
    address = inserted(page, stack, f"Seen after, {name}")
    page.goto(f"{stack.canvas}/courses/17")
    page.goto(address)
    tool_frame(page, stack)
    return page


def test_person_who_reloads_the_new_window_is_told_to_open_it_again(open_setting: OpenSetting, stack: Stack) -> None:
    setting = open_setting("no cookie, silent platform")
    page = setting.person("Tilda Teacher")
    setting.press(page, "Window reloaded")
    window, _ = setting.shown(page)

    window.reload()

    expect(window.get_by_role("heading", name=OPENED_BEFORE)).to_be_visible()
    expect(window.get_by_text("Open it again from Canvas.")).to_be_visible()


def test_two_tabs_at_once_both_open_without_cookies(open_setting: OpenSetting, stack: Stack) -> None:
    setting = open_setting("no cookie at all")
    first = setting.person("Tilda Teacher")
    second = first.context.new_page()
    setting.press(first, "First tab")
    setting.press(second, "Second tab")

    for page in (second, first):
        picker = tool_frame(page, stack)
        connect(page, picker)
        expect(media(picker).first).to_be_visible()


def test_page_with_several_embeds_opens_all_of_them_without_cookies(open_setting: OpenSetting, stack: Stack) -> None:
    page = open_setting("no cookie at all").person("Tilda Teacher")
    page.goto(inserted(page, stack, "Three of them", times=3))

    for player in tool_frames(page, stack, 3):
        expect(player.get_by_role("region", name="Player")).to_be_visible()


def test_offer_of_a_window_that_was_left_open_overnight_says_so(open_setting: OpenSetting, stack: Stack) -> None:
    setting = open_setting("no cookie, silent platform")
    page = setting.person("Tilda Teacher")
    page.clock.install()
    setting.press(page, "Overnight")
    room = waiting_room(page, stack)

    page.clock.fast_forward("08:00:00")

    expect(room.get_by_role("heading", name="This launch waited too long")).to_be_visible()
    expect(room.get_by_text("Open it again from Canvas.")).to_be_visible()
    expect(room.get_by_role("button")).to_have_count(0)


def test_player_that_was_left_open_overnight_says_so_and_opens_again(open_setting: OpenSetting, stack: Stack) -> None:
    """The server's half, with its clock put forward, is in tests/conformance."""
    page = open_setting("no cookie at all").person("Tilda Teacher")
    page.goto(inserted(page, stack, "Overnight"))
    player = tool_frame(page, stack)
    ready(player)
    page.route("**/api/watch", lambda route: route.fulfill(status=401, json={"error": OVER}))

    player.evaluate("() => document.querySelector('video').dispatchEvent(new Event('error'))")

    expect(player.get_by_role("alert")).to_contain_text(f"{OVER['message']} {OVER['next_step']}")
    page.unroute("**/api/watch")
    page.reload()
    ready(tool_frame(page, stack))
