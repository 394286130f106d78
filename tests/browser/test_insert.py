"""What comes into the page: several at once, Canvas's own player, a link on selected text, sound, sizes; or nothing."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.conftest import AxeCheck
from tests.browser.journey import (
    active_cues,
    connect,
    insert,
    media,
    open_item,
    open_picker,
    press_button,
    ready,
    save,
    search,
    text_tracks,
    tool_frame,
    tool_frames,
)
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


def _pick(picker: Frame, title: str) -> None:
    search(picker, title)
    picker.get_by_role("checkbox", name=f"Pick {title}").check()


def _embeds(page: Page) -> list[str]:
    """List the titles of the frames in the editor or on the page."""
    frames = page.locator(".user_content iframe")
    return [frames.nth(number).get_attribute("title") or "" for number in range(frames.count())]


def test_teacher_inserts_three_at_once_in_the_order_picked(
    desk: Page, seat: Page, stack: Stack, accessible: AxeCheck
) -> None:
    picker = open_picker(desk, stack, "Three")
    _pick(picker, "Lecture 00031: light")
    _pick(picker, "Lecture 00034: editing")
    search(picker, "Recorded on a phone")
    dialog = open_item(picker, "Recorded on a phone")
    expect(dialog).to_contain_text("together with 2 picked before")
    dialog.get_by_label("Captions on at start").select_option(label="French (Canada)")
    dialog.get_by_role("button", name="Add to selection").click()
    expect(dialog).to_be_hidden()
    tray = picker.get_by_role("contentinfo", name="Selection")
    tray.get_by_role("button", name="3 picked").click()
    rows = tray.get_by_role("list", name="Picked media").get_by_role("listitem")
    expect(rows).to_contain_text(["Lecture 00031: light", "Lecture 00034: editing", "Recorded on a phone"])
    expect(rows.nth(1)).to_contain_text("English")
    accessible(picker)
    # What was removed can come back, to where it was, and the focus goes along.
    tray.get_by_role("button", name="Remove Lecture 00034: editing").click()
    expect(tray.get_by_role("button", name="2 picked")).to_be_visible()
    undo = tray.get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    accessible(picker)
    undo.click()
    expect(rows).to_contain_text(["Lecture 00031: light", "Lecture 00034: editing", "Recorded on a phone"])
    expect(tray.get_by_role("button", name="Change Lecture 00034: editing")).to_be_focused()
    insert(desk, tray)
    wanted = ["Lecture 00031: light", "Lecture 00034: editing", "Recorded on a phone"]
    assert _embeds(desk) == wanted
    address = save(desk)
    assert _embeds(desk) == wanted

    seat.goto(address)
    shown = []
    for player in tool_frames(seat, stack, 3):
        ready(player)
        tracks = text_tracks(player)
        heading = player.get_by_role("heading", level=1).inner_text()
        shown.append((heading, [(track.language, track.mode) for track in tracks]))
    assert sorted(shown) == [
        ("Lecture 00031: light", [("en", "disabled")]),
        ("Lecture 00034: editing", [("en", "disabled")]),
        ("Recorded on a phone", [("fr-CA", "showing")]),
    ]


def test_native_form_is_canvas_own_markup_and_plays(desk: Page, seat: Page, stack: Stack) -> None:
    picker = open_picker(desk, stack, "Native")
    search(picker, "clock works")
    dialog = open_item(picker, "How the clock works")
    dialog.get_by_role("radio", name="Native player").check()
    expect(dialog.get_by_role("group", name="Captions to offer")).to_be_hidden()
    dialog.get_by_label("Size on the page").select_option(value="small")
    insert(desk, dialog)
    # Once more, from the course: Canvas lets the course in there, so no verifier is given away.
    picker = press_button(desk, stack)
    connect(desk, picker)
    picker.get_by_role("tab", name="Course media").click()
    search(picker, "guest lecture")
    dialog = open_item(picker, "Noor's guest lecture")
    dialog.get_by_role("radio", name="Native player").check()
    insert(desk, dialog)
    address = save(desk)
    own, course = desk.locator(".user_content iframe").evaluate_all(
        "frames => frames.map(frame => Object.fromEntries([...frame.attributes].map(a => [a.name, a.value])))"
    )
    assert re.fullmatch(
        r"/media_attachments_iframe/\d+\?type=video&embedded=true&verifier=[0-9a-f]{40}", own.pop("src")
    )
    assert own == {
        "allow": "fullscreen",
        "allowfullscreen": "allowfullscreen",
        "data-media-id": "m-clock",
        "data-media-type": "video",
        "style": "width: 400px; height: 225px; display: inline-block;",
        "title": "Video player for How the clock works",
    }
    assert re.fullmatch(r"/media_attachments_iframe/\d+\?type=video&embedded=true", course.pop("src"))
    assert course["title"] == "Video player for Noor's guest lecture"
    assert course["style"] == "width: 640px; height: 360px; display: inline-block;"

    seat.goto(address)
    for title in ("How the clock works", "Noor's guest lecture"):
        frame = seat.get_by_title(f"Video player for {title}").element_handle().content_frame()
        assert frame is not None
        ready(frame)
        assert {track.language for track in text_tracks(frame)} >= {"en", "de"}


def test_selected_text_becomes_a_link_that_opens_the_player(desk: Page, seat: Page, stack: Stack) -> None:
    desk.goto(f"{stack.canvas}/courses/17/pages/new")
    desk.get_by_label("Title").fill("Linked")
    desk.get_by_role("textbox", name="Page content").focus()
    desk.keyboard.type("Now watch this clip")
    for _ in "this clip":
        desk.keyboard.press("Shift+ArrowLeft")
    picker = press_button(desk, stack)
    connect(desk, picker)
    search(picker, "clock works")
    dialog = open_item(picker, "How the clock works")
    dialog.get_by_role("checkbox", name="Insert as a link on the selected text").check()
    insert(desk, dialog)
    address = save(desk)
    assert desk.locator(".user_content").inner_text().strip() == "Now watch this clip"
    assert desk.locator(".user_content iframe").count() == 0
    link = desk.get_by_role("link", name="this clip", exact=True)
    target = link.get_attribute("href") or ""
    assert re.search(r"/courses/17/external_tools/retrieve\?.*resource_link_lookup_uuid=[0-9a-f-]{36}$", target)

    seat.goto(address)
    with seat.context.expect_page() as opened:
        seat.get_by_role("link", name="this clip", exact=True).click()
    player = tool_frame(opened.value, stack)
    ready(player)
    expect(player.get_by_role("heading", level=1)).to_have_text("How the clock works")
    opened.value.close()


def test_sound_recording_is_inserted_and_shows_its_captions(
    desk: Page, seat: Page, stack: Stack, accessible: AxeCheck
) -> None:
    picker = open_picker(desk, stack, "Sound")
    search(picker, "hearing time")
    dialog = open_item(picker, "Podcast: hearing time pass")
    expect(dialog.locator("audio")).to_be_visible()
    dialog.get_by_label("Captions on at start").select_option(label="English (captions)")
    insert(desk, dialog)
    seat.goto(save(desk))
    player = tool_frame(seat, stack)
    ready(player)
    expect(player.get_by_role("region", name="Transcript").get_by_role("listitem")).not_to_have_count(0)
    menu = player.get_by_label("Captions", exact=True)
    expect(menu.locator("option:checked")).to_have_text("English (captions)")
    cues = active_cues(player, 4)
    assert cues
    shown = player.locator("#sound-text")
    expect(shown).to_have_text(re.sub(r"<[^>]+>", "", cues[0]))
    accessible(player)
    menu.select_option(label="Off")
    expect(shown).to_be_empty()
    assert [track.mode for track in text_tracks(player)] == ["disabled"]


def test_cancel_closes_the_dialog_and_leaves_the_text_alone(desk: Page, stack: Stack) -> None:
    desk.goto(f"{stack.canvas}/courses/17/pages/welcome/edit")
    text = desk.get_by_role("textbox", name="Page content")
    before = text.inner_html()
    picker = press_button(desk, stack)
    connect(desk, picker)
    expect(media(picker).first).to_be_visible()
    picker.get_by_role("button", name="Cancel").click()
    expect(desk.locator("#tool-dialog")).to_be_hidden()
    expect(text).to_be_focused()
    assert text.inner_html() == before


def test_own_size_is_checked_and_kept(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    picker = open_picker(desk, stack, "Custom size")
    search(picker, "Silent film")
    dialog = open_item(picker, "Silent film without captions")
    dialog.get_by_label("Size on the page").select_option(label="Custom")
    width, height = dialog.get_by_label("Width in pixels"), dialog.get_by_label("Height in pixels")
    width.fill("12")
    height.fill("300")
    dialog.get_by_role("button", name="Insert", exact=True).click()
    expect(width).to_be_focused()
    expect(width).to_have_accessible_description("Write a whole number from 200 to 1,920.")
    expect(width).to_have_attribute("aria-invalid", "true")
    expect(height).not_to_have_attribute("aria-invalid", "true")
    accessible(picker)
    width.fill("500")
    insert(desk, dialog)
    save(desk)
    frame = desk.locator(".user_content iframe")
    expect(frame).to_have_css("width", "500px")
    expect(frame).to_have_css("height", "300px")
