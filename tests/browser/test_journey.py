"""The main journey in a real browser, against the processes of `make run`: insert, save, watch as a student."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page, expect

from tests.browser.conftest import AxeCheck
from tests.browser.journey import (
    active_cues,
    be,
    connect,
    current_time,
    insert,
    new_page,
    open_item,
    press_button,
    save,
    search,
    text_tracks,
    tool_frame,
)
from tests.support.stack import Stack, running

pytestmark = pytest.mark.browser
Picture = Callable[[Page, str], None]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def each_stack(request: pytest.FixtureRequest, tmp_path: object) -> Iterator[Stack]:
    """The stack on each database."""
    if request.param == "sqlite":
        yield request.getfixturevalue("stack")
        return
    url = request.getfixturevalue("postgres_url")
    folder = request.getfixturevalue("tmp_path")
    with running(folder / "run", database_url=url) as started:
        yield started


def test_teacher_inserts_a_captioned_video_and_a_student_watches_it(
    each_stack: Stack, browser: Browser, page: Page, accessible: AxeCheck, screenshots: Picture
) -> None:
    stack = each_stack
    be(page, stack, "Tilda Teacher")
    accessible(page)
    new_page(page, stack, "Clocks")
    picker = press_button(page, stack)
    expect(picker.get_by_role("button", name="Connect Canvas").or_(picker.get_by_role("tab")).first).to_be_visible()
    accessible(picker)
    screenshots(page, "connect")
    connect(page, picker)
    expect(picker.get_by_role("button", name="How the clock works")).to_be_visible()
    accessible(picker)
    screenshots(page, "picker")
    search(picker, "clock works")
    dialog = open_item(picker, "How the clock works")
    accessible(picker)
    for language in ("French", "German", "Chinese"):
        dialog.get_by_role("checkbox", name=language).uncheck()
    dialog.get_by_label("Captions on at start").select_option(label="Spanish")
    dialog.get_by_label("Start", exact=True).fill("0:03")
    dialog.get_by_label("End", exact=True).fill("0:12")
    screenshots(page, "item")
    insert(page, dialog)
    address = save(page)
    accessible(page)

    student = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    be(student, stack, "Sam Student")
    student.goto(address)
    player = tool_frame(student, stack)
    _watch(player)
    accessible(player)
    screenshots(student, "player")
    student.context.close()


def _watch(player: Frame) -> None:
    expect(player.get_by_role("region", name="Transcript")).to_be_visible()
    player.wait_for_function("() => document.querySelector('video').readyState >= 1")
    player.wait_for_function("() => [...document.querySelector('video').textTracks].some(t => t.cues?.length)")
    tracks = text_tracks(player)
    assert {track.language for track in tracks} == {"en", "es", "ar"}
    assert [track.language for track in tracks if track.mode == "showing"] == ["es"]
    assert abs(current_time(player) - 3) < 0.3
    assert active_cues(player, 4) == ["Ahora son tres segundos."]
    assert active_cues(player, 10) == ["Ahora son nueve segundos."]
    # Only the chosen part can be reached.
    player.evaluate("() => { document.querySelector('video').currentTime = 25 }")
    player.wait_for_function("() => document.querySelector('video').currentTime <= 12.1")
    # The transcript: search, click to jump.
    player.get_by_role("searchbox", name="Search the transcript").fill("seis")
    expect(player.locator("mark").first).to_have_text("seis")
    player.get_by_role("button", name="Ahora son seis segundos.").click()
    player.wait_for_function("() => Math.abs(document.querySelector('video').currentTime - 6.3) < 1.5")
    player.evaluate("() => document.querySelector('video').pause()")
    # It stops where the teacher said.
    player.evaluate("() => { const v = document.querySelector('video'); v.currentTime = 11.2; return v.play() }")
    expect(player.get_by_role("button", name="Play again from the start")).to_be_visible()
    assert abs(current_time(player) - 12) < 0.5
