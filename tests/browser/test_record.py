"""The Record tab with chromium's fake camera, microphone and screen; and browsers that die in the middle."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright, Route, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import be, new_page, press_button
from tests.browser.keys import Keys
from tests.browser.killed import Mortal, Victim, kill_all
from tests.browser.recording import (
    MODES,
    Owner,
    begin,
    furnish_all,
    open_recorder,
    plays_to_its_end,
    record_for,
    record_in_all_modes,
    recorded_seconds,
    stop,
    upload_of,
)
from tests.browser.test_upload import TOO_WIDE
from tests.support.person import NOOR, SAM, TILDA, Person
from tests.support.stack import Stack
from tests.support.studio import furnish, tell

pytestmark = pytest.mark.browser

_SEED = 7
_KILLS = 20
_MINUTE = 60  # seconds


@pytest.fixture(scope="module")
def studio(stack: Stack) -> Iterator[Stack]:
    """The stack, with Tilda connected."""
    furnish(stack)
    yield stack
    tell(stack, clear=True)


@pytest.fixture(scope="module")
def both(studio: Stack, several_hosts: tuple[Stack, object]) -> list[Stack]:
    """On SQLite with a folder, and on PostgreSQL with a bucket."""
    stacks = [studio, several_hosts[0]]
    for stack in stacks:
        furnish_all(stack)
    return stacks


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


def test_all_modes_record_a_minute_at_once_and_what_arrives_plays_to_its_end(
    cameras: Browser, both: list[Stack], accessible: AxeCheck, screenshots: Callable[[Page, str], None]
) -> None:
    with ExitStack() as ending:
        contexts = [ending.enter_context(logged_in(cameras, stack, "Tilda Teacher")) for stack in both]
        for context in contexts:
            ending.enter_context(clean(context))
        pickers = record_in_all_modes(contexts, both)
        lengths, uploads = {}, {}
        for (number, mode), picker in pickers.items():
            picker.page.bring_to_front()
            record_for(picker, _MINUTE)
            if number == 0:
                accessible(picker)
                screenshots(picker.page, f"record-{mode}")
            lengths[number, mode] = recorded_seconds(picker)
            uploads[number, mode] = stop(picker)
        for (number, mode), picker in pickers.items():
            picker.page.bring_to_front()
            watch = picker.get_by_label("Your recording", exact=True).and_(picker.locator("video"))
            picker.wait_for_function("() => document.querySelector('[data-part=watch]').readyState >= 2")
            assert watch.evaluate("video => video.error") is None
            if number == 0:
                accessible(picker)
                screenshots(picker.page, f"record-{mode}-review")
            picker.get_by_role("button", name="Keep it").click()
            row(picker)
            picker.page.close(run_before_unload=False)
        player = contexts[0].new_page()
        for number, stack in enumerate(both):
            owner = Owner(stack)
            for mode in MODES:
                shown = owner.ready(uploads[number, mode])
                data = owner.file(shown)
                assert shown["note"] is None
                assert data[4:8] == b"ftyp"
                assert plays_to_its_end(player, data) >= lengths[number, mode] - 1
            owner.close()
        player.close()


def test_who_has_connected_nothing_can_record_and_keep_it(
    cameras: Browser, studio: Stack, accessible: AxeCheck
) -> None:
    noor = Person(canvas=studio.canvas, tool=studio.tool, number=NOOR)
    noor.press_button("courses/18").api("DELETE", "/api/connect/canvas")  # another test connects her
    noor.close()
    with logged_in(cameras, studio, "Noor Newteacher") as context, clean(context):
        page = context.new_page()
        new_page(page, studio, "Not connected", "courses/18")
        picker = press_button(page, studio)
        connect = picker.get_by_role("button", name="Connect Canvas")
        expect(connect).to_be_visible()
        picker.get_by_role("tab", name="Record").click()
        expect(picker.get_by_role("group", name="What do you want to record?")).to_be_visible()
        expect(connect).to_be_hidden()
        accessible(picker)
        begin(picker, "sound")
        record_for(picker, 2)
        picker.get_by_role("button", name="Stop").click()
        expect(picker.get_by_text("All of it is with us.")).to_be_visible()
        picker.get_by_role("button", name="Keep it").click()
        row(picker)
        # What is kept waits for its owner's account at Studio, and says so.
        expect(picker.get_by_role("button", name="Connect Studio")).to_be_visible()
        accessible(picker)
        picker.get_by_role("tab", name="My media", exact=True).click()
        expect(connect).to_be_visible()
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


def test_a_telephone_shows_the_recorder_first_and_is_worked_by_touch(
    cameras: Browser, studio: Stack, owner: Owner, accessible: AxeCheck
) -> None:
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
    picker.get_by_text(MODES["sound"], exact=True).tap()
    picker.get_by_role("button", name="Switch it on").tap()
    picker.get_by_role("button", name="Record", exact=True).tap()
    expect(picker.get_by_role("button", name="Stop")).to_be_focused(timeout=20_000)
    record_for(picker, 2)
    accessible(picker)
    picker.get_by_role("button", name="Stop").tap()
    expect(picker.get_by_text("All of it is with us.")).to_be_visible()
    assert picker.evaluate(TOO_WIDE) <= 0
    upload_id = upload_of(picker)
    picker.get_by_role("button", name="Keep it").tap()
    row(picker)
    accessible(picker)
    assert owner.ready(upload_id)["seconds"] >= 1.5
    assert picker.get_by_role("tab").count() > 3
    page.close(run_before_unload=False)
    page = context.new_page()
    new_page(page, studio, "On the way back")
    picker = press_button(page, studio)
    picker.get_by_role("button", name="Choose or upload media instead").tap()
    expect(picker.get_by_role("tab", name="My media", exact=True)).to_be_focused()
    context.close()


def test_recording_ends_at_its_limit_after_warnings_in_good_time(
    tilda_records: BrowserContext, studio: Stack, accessible: AxeCheck
) -> None:
    def shorter(route: Route) -> None:
        answer = route.fetch()
        content = answer.json()
        content["limits"]["seconds"] = 16  # as CUEDECK_RECORDING_SECONDS says: warned at a quarter and at a tenth
        route.fulfill(response=answer, json=content)

    with clean(tilda_records):
        page = tilda_records.new_page()
        page.route("**/api/recordings", shorter)
        picker = open_recorder(page, studio)
        begin(picker, "sound")
        record_for(picker, 5)
        expect(picker.locator("[data-part=left]")).to_have_text("")
        expect(picker.locator("[data-part=left]")).to_contain_text("The recording ends by itself in")
        assert 11 <= recorded_seconds(picker) <= 16
        accessible(picker)
        expect(picker.get_by_role("heading", name="Your recording")).to_be_focused()
        expect(picker.get_by_text("All of it is with us.")).to_be_visible()
        picker.get_by_role("button", name="Throw it away").first.click()
        picker.get_by_role("button", name="Throw it away").last.click()
        page.close(run_before_unload=False)


def test_a_killed_browser_loses_no_more_than_five_seconds(
    playwright: Playwright, both: list[Stack], tmp_path: Path, accessible: AxeCheck
) -> None:
    """A teacher and a student on either database, whose browsers are killed five times each while they record."""
    luck, victims = random.Random(_SEED), list[Victim]()
    for number, stack in enumerate(both):
        furnish_all(stack)
        for person in (TILDA, SAM):
            victims.append(Victim(Mortal(playwright, tmp_path / f"{number}-{person}"), stack, Owner(stack, person)))
    for turn in range(_KILLS // len(victims)):
        for victim in victims:
            if turn == 0 and victim is victims[0]:
                victim.record_in_canvas("Tilda Teacher")
            else:
                victim.record()
        # What was recorded last without network is in the browser alone, which keeps it for windows, not for frames.
        kill_all(victims, luck, offline=turn % 2 == 1)
    survived = 0
    for number, victim in enumerate(victims):
        if number == 0:
            page = victim.mortal.context.new_page()
            be(page, victim.stack, "Tilda Teacher")  # a browser that died has no session any more
            picker = open_recorder(page, victim.stack)
            expect(picker.get_by_role("button", name=re.compile("^Finish:"))).not_to_have_count(0)
            accessible(picker)
            page.close(run_before_unload=False)
        missing = victim.missing(victim.come_back())
        assert max(missing) <= 5, missing
        survived += len(missing)
        victim.mortal.context.close()
        victim.owner.close()
    assert survived == _KILLS
