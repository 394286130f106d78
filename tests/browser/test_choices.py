"""The view of one item: tracks that can and cannot be used, media without captions or sources, times that are wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Locator, Page, expect

from tests.browser.conftest import AxeCheck, clean
from tests.browser.journey import insert, open_item, open_picker, save, search, text_tracks, tool_frame
from tests.support.stack import Stack

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def shared(tilda: BrowserContext, stack: Stack) -> Iterator[Frame]:
    """The list, opened once for the tests that insert nothing."""
    with clean(tilda):
        page = tilda.new_page()
        yield open_picker(page, stack, "Items")
        page.close()


@pytest.fixture
def picker(shared: Frame) -> Iterator[Frame]:
    """The list, with no item open afterwards."""
    yield shared
    shared.page.keyboard.press("Escape")
    expect(shared.get_by_role("dialog")).to_be_hidden()


def _open(picker: Frame, title: str) -> Locator:
    search(picker, title)
    return open_item(picker, title)


def _preview_ready(picker: Frame) -> None:
    picker.wait_for_function("() => document.querySelector('dialog video')?.readyState >= 1")


def test_teacher_sees_why_an_automatic_track_cannot_be_used(picker: Frame, accessible: AxeCheck) -> None:
    dialog = _open(picker, "Lecture with automatic captions")
    english, french, german = (dialog.get_by_role("checkbox", name=name) for name in ("English", "French", "German"))
    expect(english).to_be_checked()
    expect(english).to_have_accessible_description("subtitles, made by machine")
    for box, reason in (
        (french, "Canvas is still making this track."),
        (german, "Canvas could not make this track."),
    ):
        expect(box).to_be_disabled()
        expect(box).not_to_be_checked()
        expect(box).to_have_accessible_description(f"subtitles, made by machine. {reason}")
    options = dialog.get_by_label("Captions on at start").get_by_role("option")
    expect(options).to_have_text(["Off", "English (automatic)"])
    accessible(picker)


def test_empty_tracks_cannot_be_chosen(picker: Frame) -> None:
    dialog = _open(picker, "Interview whose captions are empty")
    boxes = dialog.get_by_role("group", name="Captions to offer").get_by_role("checkbox")
    expect(boxes).to_have_count(3)
    for number in range(3):
        expect(boxes.nth(number)).to_be_disabled()
        expect(boxes.nth(number)).to_have_accessible_description("subtitles, made by people. This track has no text.")
    expect(dialog.get_by_label("Captions on at start")).to_be_hidden()
    expect(dialog.get_by_role("checkbox", name="Show the transcript")).to_be_hidden()


def test_unreadable_track_says_so_beside_one_in_an_old_format(picker: Frame) -> None:
    dialog = _open(picker, "Captions from an old player")
    expect(dialog.get_by_role("checkbox", name="English")).to_be_enabled()  # TTML, which browsers cannot show
    box = dialog.get_by_role("checkbox", name="French")
    expect(box).to_be_disabled()
    expect(box).to_have_accessible_description(
        "subtitles, made by people. The text of this track cannot be read as captions."
    )


def test_teacher_is_told_about_a_video_without_captions(picker: Frame, accessible: AxeCheck) -> None:
    dialog = _open(picker, "Silent film without captions")
    group = dialog.get_by_role("group", name="Captions to offer")
    expect(group).to_contain_text("This has no captions. People who cannot hear it will miss what is said.")
    expect(dialog.get_by_role("button", name="Insert", exact=True)).to_be_enabled()
    accessible(picker)


def test_unticked_track_cannot_be_on_at_start(picker: Frame) -> None:
    dialog = _open(picker, "How the clock works")
    start = dialog.get_by_label("Captions on at start")
    start.select_option(label="German")
    dialog.get_by_role("checkbox", name="German").uncheck()
    expect(start.locator("option:checked")).to_have_text("Off")
    expect(start.get_by_role("option", name="German")).to_have_count(0)
    dialog.get_by_role("checkbox", name="German").check()
    expect(start.get_by_role("option", name="German")).to_have_count(1)


@pytest.mark.parametrize(
    ("start", "end", "wrong", "message"),
    [
        ("0:20", "0:10", "End", "The end must be after the start."),
        ("0:05", "0:05", "End", "The end must be after the start."),
        ("soon", "", "Start", "Write a time as minutes and seconds, like 1:30, or as seconds, like 90."),
        ("1:75", "", "Start", "Write a time as minutes and seconds, like 1:30, or as seconds, like 90."),
        ("", "9:00", "End", "This is after the end of the media, which is 0:30 long."),
    ],
)
def test_impossible_part_is_refused_at_its_field(
    picker: Frame, accessible: AxeCheck, start: str, end: str, wrong: str, message: str
) -> None:
    dialog = _open(picker, "How the clock works")
    _preview_ready(picker)
    dialog.get_by_label("Start", exact=True).fill(start)
    dialog.get_by_label("End", exact=True).fill(end)
    dialog.get_by_role("button", name="Insert", exact=True).click()
    field = dialog.get_by_label(wrong, exact=True)
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(dialog.get_by_text(message, exact=True)).to_be_visible()
    description = field.evaluate(
        "f => document.getElementById(f.getAttribute('aria-describedby').split(' ')[0]).textContent"
    )
    assert description == message
    if start == "0:20":
        accessible(picker)
    # Nothing was inserted, and a right time puts it right.
    field.fill("")
    field.press("Tab")
    expect(field).not_to_have_attribute("aria-invalid", "true")


def test_part_is_taken_from_where_the_preview_stands(picker: Frame) -> None:
    dialog = _open(picker, "How the clock works")
    _preview_ready(picker)
    video = dialog.locator("video")
    for name, at, written in (("Start", 4.5, "0:04.5"), ("End", 9, "0:09")):
        video.evaluate("(v, at) => new Promise(done => { v.onseeked = done; v.currentTime = at; })", at)
        dialog.get_by_role("button", name=f"{name} here").click()
        expect(dialog.get_by_label(name, exact=True)).to_have_value(written)


def test_preview_shows_the_captions_it_offers(picker: Frame) -> None:
    _open(picker, "How the clock works")
    _preview_ready(picker)
    assert {track.language for track in text_tracks(picker)} == {"en", "es", "fr", "de", "ar", "zh-Hans"}


def test_choices_are_still_there_when_a_pick_is_changed(picker: Frame) -> None:
    dialog = _open(picker, "How the clock works")
    dialog.get_by_role("checkbox", name="Arabic").uncheck()
    dialog.get_by_label("Start", exact=True).fill("7")
    dialog.get_by_label("Size on the page").select_option(value="large")
    dialog.get_by_role("checkbox", name="Show the transcript").uncheck()
    dialog.get_by_role("button", name="Add to selection").click()
    picker.get_by_role("button", name="1 picked").click()
    picker.get_by_role("button", name="Change How the clock works").click()
    expect(dialog.get_by_role("checkbox", name="Arabic")).not_to_be_checked()
    expect(dialog.get_by_role("checkbox", name="German")).to_be_checked()
    expect(dialog.get_by_label("Start", exact=True)).to_have_value("0:07")
    expect(dialog.get_by_label("Size on the page")).to_have_value("large")
    expect(dialog.get_by_role("checkbox", name="Show the transcript")).not_to_be_checked()
    expect(dialog.get_by_role("button", name="Update selection")).to_be_visible()
    picker.page.keyboard.press("Escape")
    expect(picker.get_by_role("button", name="Change How the clock works")).to_be_focused()
    picker.get_by_role("button", name="Remove How the clock works").click()


def test_media_without_sources_can_be_inserted_and_says_so_to_the_student(
    desk: Page, seat: Page, stack: Stack, accessible: AxeCheck
) -> None:
    picker = open_picker(desk, stack, "Not there yet")
    dialog = _open(picker, "Still being transcoded")
    expect(dialog).to_contain_text("This cannot be played here just now. You can still insert it.")
    expect(dialog.get_by_role("button", name="Start here")).to_be_hidden()
    accessible(picker)
    insert(desk, dialog)
    seat.goto(save(desk))
    player = tool_frame(seat, stack)
    expect(player.get_by_role("alert")).to_contain_text("The media could not be played.")
    expect(player.get_by_role("link", name="Open in Canvas's own player")).to_be_visible()
    accessible(player)
