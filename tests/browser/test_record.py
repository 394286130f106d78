"""The Record tab with chromium's fake camera, microphone and screen; and browsers that die in the middle.

How long is recorded is seconds here, so that all tests fit into their time; ``make bench`` records for longer.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright, Route, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import be, new_page, press_button
from tests.browser.keys import Keys
from tests.browser.recording import (
    MODES,
    Mortal,
    Owner,
    begin,
    fake_devices,
    killed,
    open_recorder,
    plays_to_its_end,
    record_for,
    recorded_seconds,
)
from tests.browser.test_upload import TOO_WIDE, furnish, tell
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

_SEED = 7
_FRAMES, _WINDOWS = 4, 16  # twenty recordings are killed


@pytest.fixture(scope="module")
def studio(stack: Stack) -> Iterator[Stack]:
    """The stack, with Tilda connected."""
    furnish(stack)
    yield stack
    tell(stack, clear=True)


@pytest.fixture(scope="module")
def cameras(playwright: Playwright) -> Iterator[Browser]:
    with fake_devices(playwright) as browser:
        yield browser


@pytest.fixture(scope="module")
def tilda_records(cameras: Browser, studio: Stack) -> Iterator[BrowserContext]:
    with logged_in(cameras, studio, "Tilda Teacher") as context:
        yield context


@pytest.fixture
def owner(studio: Stack) -> Iterator[Owner]:
    made = Owner(studio)
    yield made
    made.close()


def row(picker: Frame) -> str:
    """Wait until the recording is a row among the uploads, with the focus; gives its upload's id."""
    heading = picker.get_by_role("listitem").get_by_role("heading", name="Recording of").first
    expect(heading).to_be_focused()
    return heading.inner_text()


def test_all_modes_record_at_once_and_what_arrives_plays_to_its_end(
    tilda_records: BrowserContext,
    studio: Stack,
    owner: Owner,
    accessible: AxeCheck,
    screenshots: Callable[[Page, str], None],
) -> None:
    with clean(tilda_records):
        pages = {mode: tilda_records.new_page() for mode in MODES}
        pickers = {}
        for mode, page in pages.items():
            pickers[mode] = open_recorder(page, studio, f"Recorded {mode}")
            page.bring_to_front()
            begin(pickers[mode], mode)
        lengths = {}
        for mode, picker in pickers.items():
            pages[mode].bring_to_front()
            record_for(picker, 4)
            accessible(picker)
            screenshots(pages[mode], f"record-{mode}")
            lengths[mode] = recorded_seconds(picker)
            picker.get_by_role("button", name="Stop").click()
            expect(picker.get_by_role("heading", name="Your recording")).to_be_focused()
            expect(picker.get_by_text("All of it is with us.")).to_be_visible()
        before = {each["id"] for each in owner.uploads()}
        for mode, picker in pickers.items():
            pages[mode].bring_to_front()
            watch = picker.get_by_label("Your recording", exact=True).and_(picker.locator("video"))
            picker.wait_for_function("() => document.querySelector('[data-part=watch]').readyState >= 2")
            assert watch.evaluate("video => video.error") is None
            accessible(picker)
            screenshots(pages[mode], f"record-{mode}-review")
            picker.get_by_role("button", name="Keep it").click()
            row(picker)
            accessible(picker)
        kept = owner.uploads()
        assert len(kept) == 3
        assert {each["id"] for each in kept} == before
        player = tilda_records.new_page()
        for each in kept:
            shown = owner.ready(each["id"])
            data = owner.file(shown)
            assert shown["note"] is None
            assert data[4:8] == b"ftyp"
            made = min(lengths.values())
            assert plays_to_its_end(player, data) >= made - 1
        for page in [*pages.values(), player]:
            page.close(run_before_unload=False)


def test_recording_by_keyboard_with_pause_and_trim(
    tilda_records: BrowserContext, studio: Stack, owner: Owner, accessible: AxeCheck
) -> None:
    with clean(tilda_records):
        page = tilda_records.new_page()
        page.set_viewport_size({"width": 320, "height": 900})
        picker = open_recorder(page, studio)
        accessible(picker)
        assert picker.evaluate(TOO_WIDE) <= 0
        picker.get_by_role("radio", name=MODES["camera"]).focus()
        # Where this browser keeps nothing for a frame, a window of its own is offered on the way.
        Keys(page).to(picker.get_by_role("button", name="Switch it on"))
        page.keyboard.press("Enter")
        expect(picker.get_by_role("button", name="Record", exact=True)).to_be_focused()
        expect(picker.get_by_label("Camera", exact=True).locator("option")).not_to_have_count(0)
        expect(picker.get_by_label("Microphone", exact=True).locator("option")).not_to_have_count(0)
        expect(picker.get_by_text("The microphone works.")).to_be_visible()
        preview = picker.locator("[data-part=preview]")
        assert "-1" in preview.evaluate("video => getComputedStyle(video).transform")
        accessible(picker)
        assert picker.evaluate(TOO_WIDE) <= 0
        page.keyboard.press("Enter")
        expect(picker.get_by_role("button", name="Begin now")).to_be_focused()
        accessible(picker)
        picker.get_by_role("button", name="Do not record").press("Enter")
        expect(picker.get_by_role("button", name="Record", exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        expect(picker.get_by_role("button", name="Stop")).to_be_focused(timeout=10_000)  # the countdown went by
        record_for(picker, 2)
        picker.get_by_role("button", name="Pause").press("Enter")
        expect(picker.get_by_role("button", name="Go on")).to_be_focused()
        paused = recorded_seconds(picker)
        page.wait_for_timeout(1500)
        assert recorded_seconds(picker) == paused
        page.keyboard.press("Enter")
        expect(picker.get_by_role("button", name="Pause")).to_be_focused()
        record_for(picker, paused + 3)
        picker.get_by_role("button", name="Stop").press("Enter")
        expect(picker.get_by_role("heading", name="Your recording")).to_be_focused()
        expect(picker.get_by_text("All of it is with us.")).to_be_visible()

        picker.get_by_label("Begin at").fill("4")
        picker.get_by_label("End at").fill("3")
        picker.get_by_role("button", name="Keep it").press("Enter")
        expect(picker.get_by_label("End at")).to_be_focused()
        picker.get_by_label("Begin at").fill("2")
        picker.get_by_label("End at").fill("4")
        assert picker.evaluate(TOO_WIDE) <= 0
        picker.get_by_role("button", name="Keep it").press("Enter")
        row(picker)
        shown = owner.ready(owner.uploads()[0]["id"])
        data = owner.file(shown)
        player = tilda_records.new_page()
        assert 1.8 <= plays_to_its_end(player, data) <= 3.3
        player.close()
        assert shown["seconds"] == pytest.approx(2.5, abs=0.8)
        page.close(run_before_unload=False)


def test_what_is_recorded_without_network_is_sent_afterwards_and_another_take_replaces_it(
    tilda_records: BrowserContext, studio: Stack, owner: Owner
) -> None:
    """In a browser that lets frames keep nothing; ``test_a_killed_browser…`` has one that does."""
    with clean(tilda_records):
        page = tilda_records.new_page()
        picker = open_recorder(page, studio)
        begin(picker, "sound")
        record_for(picker, 2)
        page.route("**/api/tus/*", lambda route: route.abort())
        expect(picker.get_by_text("Leave this page open until the connection is back.")).to_be_visible()
        record_for(picker, 5)
        picker.get_by_role("button", name="Stop").click()
        expect(picker.get_by_text("It goes on by itself.")).to_be_visible()
        page.unroute_all()
        expect(picker.get_by_text("All of it is with us.")).to_be_visible(timeout=45_000)
        first = owner.uploads()[0]["id"]
        picker.get_by_role("button", name="Record again").click()
        expect(picker.get_by_role("button", name="No", exact=True)).to_be_focused()
        picker.get_by_role("button", name="Throw it away").last.click()
        expect(picker.get_by_role("button", name="Record", exact=True)).to_be_focused()
        assert first not in {each["id"] for each in owner.uploads()}
        picker.get_by_role("button", name="Record", exact=True).click()
        picker.get_by_role("button", name="Begin now").click()
        record_for(picker, 2)
        picker.get_by_role("button", name="Stop").click()
        expect(picker.get_by_text("All of it is with us.")).to_be_visible()
        picker.get_by_role("button", name="Throw it away").first.click()
        picker.get_by_role("button", name="Throw it away").last.click()
        expect(picker.get_by_role("button", name="Switch it on")).to_be_focused()
        page.close(run_before_unload=False)


def no_camera_in_frames(route: Route) -> None:
    """Have Canvas's page pass nothing on to its frames."""
    answer = route.fetch()
    policy = "camera=(self), microphone=(self), display-capture=(self)"
    route.fulfill(response=answer, headers={**answer.headers, "permissions-policy": policy})


def test_where_the_frame_has_no_camera_a_window_of_its_own_records(
    tilda_records: BrowserContext, studio: Stack, accessible: AxeCheck
) -> None:
    with clean(tilda_records):
        page = tilda_records.new_page()
        page.route(f"{studio.canvas}/courses/17/pages/new", no_camera_in_frames)
        picker = open_recorder(page, studio)
        expect(picker.get_by_text("Canvas does not pass the camera and the microphone on")).to_be_visible()
        expect(picker.get_by_role("button", name="Switch it on")).to_be_hidden()
        accessible(picker)
        with tilda_records.expect_page() as opened:
            picker.get_by_role("button", name="Record in a window of its own").click()
        window = opened.value
        expect(window.get_by_role("button", name="Switch it on")).to_be_visible()
        accessible(window)
        begin(window.main_frame, "sound")
        record_for(window.main_frame, 2)
        window.get_by_role("button", name="Stop").click()
        expect(window.get_by_text("All of it is with us.")).to_be_visible()
        window.get_by_role("button", name="Keep it").click()
        expect(window.get_by_text("The recording is kept.")).to_be_visible()
        accessible(window)
        window.close()
        picker.get_by_role("tab", name="Upload").click()
        expect(picker.get_by_role("heading", name="Recording of").first).to_be_visible()
        page.close(run_before_unload=False)


def test_a_telephone_shows_the_recorder_first(cameras: Browser, studio: Stack, accessible: AxeCheck) -> None:
    context = cameras.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="en-US"
    )
    context.set_default_timeout(45_000)
    page = context.new_page()
    be(page, studio, "Tilda Teacher")
    new_page(page, studio, "On the way")
    picker = press_button(page, studio)
    expect(picker.get_by_role("radio", name=MODES["camera"])).to_be_visible()
    expect(picker.get_by_role("tab")).to_have_count(1)
    accessible(picker)
    picker.get_by_role("button", name="Choose or upload media instead").click()
    expect(picker.get_by_role("tab", name="My media", exact=True)).to_be_focused()
    assert picker.get_by_role("tab").count() > 3
    context.close()


def test_a_killed_browser_loses_no_more_than_five_seconds(
    playwright: Playwright, studio: Stack, owner: Owner, tmp_path: Path, accessible: AxeCheck
) -> None:
    """Several recordings at a time, each begun at another moment, in a browser that is killed at a random one."""
    luck = random.Random(_SEED)
    mortal = Mortal(playwright, tmp_path / "profile")
    be(mortal.context.new_page(), studio, "Tilda Teacher")
    for each in owner.uploads():
        owner.forget(each["id"])
    survived = killed(mortal, studio, owner, luck, at_once=_FRAMES, windows=False, offline=False, look=accessible)
    # Without network what was recorded last is in the browser alone, which keeps it for windows, and not for frames.
    survived += killed(mortal, studio, owner, luck, at_once=_WINDOWS, windows=True, offline=True)
    player = mortal.context.new_page()
    for made, shown in survived:
        length = plays_to_its_end(player, owner.file(shown))
        assert length == pytest.approx(shown["seconds"], abs=0.2)
        assert made - length <= 5, shown
    mortal.context.close()
    assert len(survived) == _FRAMES + _WINDOWS
