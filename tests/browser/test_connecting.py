"""Connecting Canvas when it does not go smoothly: refused, pop-up blocked, the wrong account, ended in the middle."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, expect

from tests.browser.conftest import AxeCheck, clean
from tests.browser.journey import be, connect, insert, media, new_page, open_item, open_picker, press_button, search
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


def _unconnected(page: Page, stack: Stack, title: str) -> Frame:
    """Open the tool as someone whose connection has ended."""
    stack.misbehave(revoke_tokens=True)
    new_page(page, stack, title)
    picker = press_button(page, stack)
    expect(picker.get_by_role("button", name="Connect Canvas")).to_be_visible()
    return picker


def test_refused_consent_is_said_and_a_second_try_works(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    picker = _unconnected(desk, stack, "Refused")
    with desk.expect_popup() as opened:
        picker.get_by_role("button", name="Connect Canvas").click()
    popup = opened.value
    expect(popup.get_by_role("button", name="Authorize")).to_be_visible()
    accessible(popup)
    popup.get_by_role("button", name="Cancel").click()
    said = "Canvas was not connected, because access was not granted."
    expect(popup.get_by_role("heading", level=1)).to_have_text(said)
    accessible(popup)
    problem = picker.get_by_role("alert").filter(has_text=said)
    expect(problem).to_contain_text("Press Connect Canvas again and choose Authorize.")
    expect(picker.get_by_role("button", name="Connect Canvas")).to_be_focused()
    accessible(picker)
    with popup.expect_event("close"):
        # Pressed a moment later: Playwright cannot see the end of a click that closes the window.
        popup.get_by_role("button", name="Close this window").evaluate(
            "button => void setTimeout(() => button.click())"
        )
    connect(desk, picker)
    expect(problem).to_be_hidden()
    expect(media(picker)).to_have_count(30)


def test_blocked_pop_up_is_replaced_by_a_link(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    desk.add_init_script("window.open = () => null")
    picker = _unconnected(desk, stack, "Blocked")
    picker.get_by_role("button", name="Connect Canvas").click()
    link = picker.get_by_role("link", name="Open Canvas in a new tab")
    expect(link).to_be_focused()
    expect(picker.get_by_text("it opens Canvas in a new tab")).to_be_visible()
    accessible(picker)
    with desk.context.expect_page() as opened:
        link.click()
    expect(picker.get_by_role("status").filter(has_text="Waiting for your answer")).to_be_visible()
    opened.value.get_by_role("button", name="Authorize").click()
    expect(media(picker)).to_have_count(30)
    expect(picker.get_by_role("tab", name="My media")).to_be_focused()


def test_closed_pop_up_is_noticed(desk: Page, stack: Stack) -> None:
    picker = _unconnected(desk, stack, "Closed")
    with desk.expect_popup() as opened:
        picker.get_by_role("button", name="Connect Canvas").click()
    expect(opened.value.get_by_role("button", name="Authorize")).to_be_visible()
    opened.value.close()
    expect(picker.get_by_role("alert").filter(has_text="The Canvas window was closed")).to_be_visible()
    connect(desk, picker)


def test_consent_of_another_account_is_refused_in_words(context: BrowserContext, stack: Stack) -> None:
    with clean(context):
        page = context.new_page()
        be(page, stack, "Tilda Teacher")
        picker = _unconnected(page, stack, "Wrong account")
        # Somebody else logs in to Canvas in the same browser before consent is given.
        other = context.new_page()
        be(other, stack, "Noor Newteacher")
        with page.expect_popup() as opened:
            picker.get_by_role("button", name="Connect Canvas").click()
        popup = opened.value
        expect(popup.get_by_text("as Noor Newteacher")).to_be_visible()
        popup.get_by_role("button", name="Authorize").click()
        said = "The Canvas account that gave access is not the one that opened Cuedeck."
        expect(picker.get_by_role("alert").filter(has_text=said)).to_contain_text("log in as yourself")
        expect(popup.get_by_role("heading", level=1)).to_have_text(said)
        assert media(picker).count() == 0
        popup.close()
        be(other, stack, "Tilda Teacher")
        connect(page, picker)
        expect(media(picker)).to_have_count(30)


def test_connection_that_ends_in_the_middle_is_made_again_and_nothing_is_lost(
    desk: Page, stack: Stack, accessible: AxeCheck
) -> None:
    picker = open_picker(desk, stack, "Ended")
    search(picker, "Recorded on")
    picker.get_by_role("checkbox", name="Pick Recorded on a phone").check()
    expect(picker.get_by_role("button", name="1 picked")).to_be_visible()
    picker.get_by_role("button", name="1 picked").click()
    expect(picker.get_by_role("list", name="Picked media")).to_contain_text("French (Canada)")
    search(picker, "clock works")
    expect(media(picker)).to_have_text(["How the clock works"])
    stack.misbehave(revoke_tokens=True)
    picker.get_by_role("button", name="How the clock works", exact=True).click()
    ended = picker.get_by_role("alert").filter(has_text="The connection to your Canvas account has ended.")
    expect(ended).to_contain_text("Connect Canvas again")
    expect(picker.get_by_role("heading", name="Connect your Canvas account")).to_be_focused()
    accessible(picker)
    with desk.expect_popup() as opened:
        picker.get_by_role("button", name="Connect Canvas").click()
    opened.value.get_by_role("button", name="Authorize").click()
    # The item that was asked for opens by itself.
    dialog = picker.get_by_role("dialog", name="How the clock works")
    expect(dialog.get_by_role("group", name="Captions to offer")).to_be_visible()
    insert(desk, dialog)
    frames = desk.locator(".user_content iframe")
    expect(frames).to_have_count(2)
    titles = [frames.nth(number).get_attribute("title") for number in range(frames.count())]
    assert titles == ["Recorded on a phone", "How the clock works"]


def test_canvas_that_is_away_during_consent_is_named(desk: Page, troubled: Stack) -> None:
    picker = _unconnected(desk, troubled, "Away during consent")
    troubled.misbehave(faults=[{"kind": "status", "path": "/login/oauth2/token", "retry_after": 60, "count": None}])
    with desk.expect_popup() as opened:
        picker.get_by_role("button", name="Connect Canvas").click()
    opened.value.get_by_role("button", name="Authorize").click()
    expect(opened.value.get_by_role("heading", level=1)).to_have_text("Canvas does not answer just now.")
    expect(picker.get_by_role("alert").filter(has_text="Canvas does not answer just now.")).to_be_visible()
    opened.value.close()
    troubled.heal()
    connect(desk, picker)


def test_item_asked_for_again_after_consent_keeps_the_search(desk: Page, stack: Stack) -> None:
    picker = open_picker(desk, stack, "Search kept")
    stack.misbehave(revoke_tokens=True)
    search(picker, "Silent film")
    expect(picker.get_by_role("button", name="Connect Canvas")).to_be_visible()
    with desk.expect_popup() as opened:
        picker.get_by_role("button", name="Connect Canvas").click()
    opened.value.get_by_role("button", name="Authorize").click()
    expect(media(picker)).to_have_text(["Silent film without captions"])
    expect(picker.get_by_role("searchbox", name="Search by title")).to_have_value("Silent film")
    expect(open_item(picker, "Silent film without captions")).to_contain_text(re.compile("no captions"))
