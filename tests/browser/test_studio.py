"""Studio from the picker: a teacher connects it, finds, inserts in both forms; a student watches."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import AxeCheck
from tests.browser.journey import (
    active_cues,
    insert,
    new_page,
    open_item,
    panel,
    press_button,
    ready,
    save,
    search,
    text_tracks,
    tool_frame,
)
from tests.support.person import TILDA, Person
from tests.support.stack import Stack
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

pytestmark = pytest.mark.browser

CLOCK = "The clock, explained"


def forget_studio(stack: Stack) -> None:
    """Take Tilda's consent away, which another test may have given."""
    person = Person(canvas=stack.canvas, tool=stack.tool, number=TILDA)
    person.press_button().api("DELETE", "/api/connect/studio").raise_for_status()
    person.close()


def consent_at_studio(page: Page, tool: Frame, name: str) -> None:
    """Give consent in Studio's pop-up."""
    with page.expect_popup() as opened:
        tool.get_by_role("button", name="Connect Studio").click()
    popup = opened.value
    be, authorize = (popup.get_by_role("button", name=each) for each in (f"Be {name}", "Authorize"))
    expect(be.or_(authorize)).to_be_visible()
    if be.is_visible():
        be.click()
    with popup.expect_event("close"):
        # Pressed a moment later: Playwright cannot see the end of a click that closes the window.
        authorize.evaluate("button => void setTimeout(() => button.click())")


def test_teacher_connects_studio_finds_and_inserts_in_both_forms_and_student_watches(
    desk: Page, seat: Page, stack: Stack, accessible: AxeCheck
) -> None:
    forget_studio(stack)
    stack.misbehave(revoke_tokens=True)  # Studio alone is enough to find and insert Studio's media
    new_page(desk, stack, "Studio")
    picker = press_button(desk, stack)
    expect(picker.get_by_role("heading", name="Connect your Canvas account")).to_be_visible()
    accessible(picker)
    # By keyboard along the tabs, to the question whether Studio may be used.
    picker.get_by_role("tab", name="My media").press("ArrowRight")
    picker.get_by_role("tab", name="Course media").press("ArrowRight")
    expect(picker.get_by_role("heading", name="Connect your Studio account")).to_be_visible()
    accessible(picker)
    consent_at_studio(desk, picker, "Tilda Teacher")
    expect(picker.get_by_role("searchbox", name="Search by title")).to_be_visible()
    expect(picker.get_by_role("tab", name="My Studio media")).to_be_focused()
    external = panel(picker).get_by_role("listitem").filter(has_text="Montage, explained on YouTube")
    search(picker, "montage, explained")
    expect(external).to_contain_text("YouTube: only in Studio's own player, without a choice of captions")
    accessible(picker)
    desk.set_viewport_size({"width": 320, "height": 900})
    assert picker.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    accessible(picker)
    desk.set_viewport_size({"width": 1280, "height": 900})
    search(picker, "")
    panel(picker).get_by_label("Tag (all of it)").fill("first week")
    expect(panel(picker).get_by_text("1 shown, that is all")).to_be_visible()

    picker.get_by_role("tab", name="Studio in this course").click()
    panel(picker).get_by_label("Owner's name or e-mail").fill("tilda")
    dialog = open_item(picker, CLOCK)
    dialog.get_by_role("radio", name="Native player").check()
    dialog.get_by_label("Start", exact=True).fill("0:06")
    expect(dialog.get_by_label("End", exact=True)).to_be_hidden()
    dialog.get_by_label("Offer the media for download").check()
    accessible(picker)
    insert(desk, dialog)

    picker = press_button(desk, stack)
    picker.get_by_role("tab", name="My Studio media").click()
    search(picker, "clock")
    dialog = open_item(picker, CLOCK)
    accessible(picker)
    # Spanish alone, whatever else is there: tests before this one may have had captions made in further languages.
    for box in dialog.locator("#item-tracks").get_by_role("checkbox").all():
        box.uncheck()
    dialog.get_by_role("checkbox", name="Spanish", exact=True).check()
    dialog.get_by_label("Captions on at start").select_option(label="Spanish")
    insert(desk, dialog)
    address = save(desk)

    seat.goto(address)
    player = tool_frame(seat, stack)
    ready(player)
    assert [(track.language, track.mode) for track in text_tracks(player)] == [("es", "showing")]
    assert active_cues(player, 0.5)
    studio = seat.frame_locator("iframe.lti-embed")
    expect(studio.get_by_role("link", name="Download media")).to_be_visible()
    assert "#t=6" in (studio.locator("source").first.get_attribute("src") or "")
    accessible(player)


def test_owner_imports_into_a_new_collection_tags_it_and_deletes_it(
    desk: Page, stack: Stack, accessible: AxeCheck, screenshots: Callable[[Page, str], None]
) -> None:
    person = Person(canvas=stack.canvas, tool=stack.tool, number=TILDA)
    assert connect_studio(person.press_button(), stack.studio, TILDA_AT_STUDIO).status_code == 200
    person.close()
    new_page(desk, stack, "Spare parts")
    picker = press_button(desk, stack)
    picker.get_by_role("tab", name="Upload").click()
    picker.get_by_text("Goes into: My Uploads").click()
    picker.get_by_label("New collection").fill("Spare")
    picker.get_by_label("New collection").press("Enter")
    expect(picker.get_by_text("Goes into: Spare")).to_be_visible()
    picker.get_by_text("Import from a web address").click()
    picker.get_by_label("Web address").fill("https://videos.example.org/spare.mp4")
    picker.locator("#import-title").fill("Spare clip")
    picker.get_by_role("button", name="Import", exact=True).click()
    picker.get_by_role("button", name="Insert…: Spare clip").click()

    dialog = picker.get_by_role("dialog", name="Spare clip")
    dialog.get_by_text("In Studio: tags, who has access, delete").click()
    expect(dialog.get_by_text("It is in: Spare.")).to_be_visible()
    dialog.get_by_label("New tag").fill("Räder & Wellen")
    dialog.get_by_label("New tag").press("Enter")
    tag = dialog.get_by_role("button", name="Remove the tag Räder & Wellen")
    expect(tag).to_be_visible()
    dialog.get_by_role("button", name="Delete from Studio…").click()
    expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    expect(dialog.get_by_text("nobody can bring it back")).to_be_visible()
    desk.set_viewport_size({"width": 320, "height": 900})
    assert picker.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    accessible(picker)
    screenshots(desk, "studio-delete-320")
    desk.set_viewport_size({"width": 1280, "height": 900})
    dialog.get_by_role("button", name="Keep it").press("Enter")
    expect(dialog.get_by_role("button", name="Delete from Studio…")).to_be_focused()
    tag.click()
    expect(tag).to_be_hidden()
    expect(dialog.get_by_label("New tag")).to_be_focused()

    dialog.get_by_role("button", name="Delete from Studio…").click()
    dialog.get_by_role("button", name="Delete it for good").click()
    expect(dialog).to_be_hidden()
    expect(picker.get_by_role("tab", name="Upload")).to_be_focused()
    picker.get_by_role("tab", name="My Studio media").click()
    search(picker, "Spare clip")
    expect(panel(picker).get_by_text("Nothing found for “Spare clip”.")).to_be_visible()
