"""Watching when things are not as they were: addresses that ended, Canvas away, media or tracks deleted; odd texts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Frame, Page, Request, Route, expect

from tests.browser.conftest import AxeCheck
from tests.browser.journey import (
    current_time,
    insert,
    open_item,
    open_picker,
    ready,
    save,
    search,
    text_tracks,
    tool_frame,
)
from tests.browser.later import an_hour_later
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

_BYTES = "**/kaltura/**/flavor/**"


def _embed(desk: Page, stack: Stack, title: str, *, on: str | None = None, only: str | None = None) -> str:
    """Put an item in a page of its own, which nobody has looked at yet.

    :param on: the track that is on at start; ``only``: the only one that is offered.
    """
    # The editor and the saved page would show it to the teacher.
    desk.route("**/external_tools/retrieve?*", lambda route: route.abort())
    picker = open_picker(desk, stack, f"Watch {title}")
    search(picker, title)
    dialog = open_item(picker, title)
    if only:
        group = dialog.get_by_role("group", name="Captions to offer")
        for box in group.get_by_role("checkbox").all():
            box.uncheck()
        group.get_by_role("checkbox", name=only).check()
    if on:
        dialog.get_by_label("Captions on at start").select_option(label=on)
    insert(desk, dialog)
    return save(desk)


def _lines(player: Frame) -> list[str]:
    """Wait for the transcript and read it."""
    lines = player.get_by_role("region", name="Transcript").locator(".cue-text")
    expect(lines.first).to_be_attached()
    return lines.all_text_contents()


def _refreshes(page: Page) -> list[str]:
    """Collect what the page asks for because its sources did not play."""
    asked: list[str] = []

    def note(request: Request) -> None:
        if request.url.endswith("/api/watch") and (request.post_data_json or {}).get("refresh"):
            asked.append(request.url)

    page.on("request", note)
    return asked


def test_source_whose_address_has_ended_is_fetched_anew_and_goes_on_where_it_was(
    desk: Page, seat: Page, stack: Stack
) -> None:
    address = _embed(desk, stack, "Long take: four minutes", on="English")
    refreshes = _refreshes(seat)

    def serve(route: Route) -> None:
        """Give the first half; refuse the rest, as an address that has ended does, until others were asked for."""
        if refreshes:
            route.continue_()
        elif route.request.headers.get("range", "bytes=0-") == "bytes=0-":
            answer = route.fetch()
            body = answer.body()
            half = body[: len(body) // 2]
            headers = {**answer.headers, "content-length": str(len(half))}
            headers["content-range"] = f"bytes 0-{len(half) - 1}/{len(body)}"
            route.fulfill(status=206, headers=headers, body=half)
        else:
            route.fulfill(status=403, body="KS expired")

    seat.route(_BYTES, serve)
    seat.goto(address)
    player = tool_frame(seat, stack)
    ready(player)
    line = player.get_by_role("region", name="Transcript").get_by_role("button", name=re.compile("^3:30"))
    line.click()
    player.wait_for_function("() => document.querySelector('video').currentTime > 211")
    assert len(refreshes) == 1
    assert current_time(player) < 225
    expect(player.get_by_role("alert")).to_be_hidden()
    assert [track.language for track in text_tracks(player) if track.mode == "showing"] == ["en"]
    expect(line).to_be_visible()


def test_source_that_stays_away_is_said_once_and_can_be_retried(
    desk: Page, seat: Page, stack: Stack, accessible: AxeCheck
) -> None:
    address = _embed(desk, stack, "Recorded on a phone")
    refreshes = _refreshes(seat)
    seat.route(_BYTES, lambda route: route.fulfill(status=403, body="KS expired"))
    seat.route("**/kaltura/storage/**", lambda route: route.fulfill(status=403, body="KS expired"))
    seat.goto(address)
    player = tool_frame(seat, stack)
    problem = player.get_by_role("alert").filter(has_text="The media could not be played.")
    expect(problem).to_be_visible()
    native = problem.get_by_role("link", name="Open in Canvas's own player")
    assert (native.get_attribute("href") or "").startswith(f"{stack.canvas}/media_attachments_iframe/")
    assert len(refreshes) == 1
    assert len(_lines(player)) == 10
    accessible(player)
    seat.unroute(_BYTES)
    problem.get_by_role("button", name="Retry").click()
    ready(player)
    expect(problem).to_be_hidden()
    expect(player.locator("video")).to_be_focused()


def test_student_has_words_a_way_out_and_the_transcript_while_canvas_is_away(
    desk: Page, seat: Page, troubled: Stack, accessible: AxeCheck
) -> None:
    address = _embed(desk, troubled, "Lecture 00091: light")
    troubled.misbehave(faults=[{"kind": "status", "path": "/api/v1/*", "retry_after": 60, "count": None}])
    seat.goto(address)
    player = tool_frame(seat, troubled)
    problem = player.get_by_role("alert").filter(has_text="Canvas does not answer just now.")
    expect(problem).to_contain_text("Wait a moment and try again.")
    with seat.context.expect_page() as opened:
        problem.get_by_role("link", name="Open in Canvas's own player").click()
    ready(opened.value.main_frame)
    opened.value.close()
    assert len(_lines(player)) == 10
    expect(player.get_by_role("checkbox", name="Follow the sound")).to_be_hidden()
    accessible(player)
    # A second look does not wait for Canvas again.
    troubled.forget_requests()
    seat.reload()
    expect(tool_frame(seat, troubled).get_by_role("alert").filter(has_text="Canvas does not answer")).to_be_visible()
    assert troubled.asked() == []
    # When Canvas is back, Retry plays.
    troubled.heal()
    an_hour_later(troubled)
    player = tool_frame(seat, troubled)
    player.get_by_role("button", name="Retry").first.click()
    ready(player)
    expect(player.locator("video")).to_be_focused()
    expect(player.get_by_role("alert")).to_be_hidden()
    assert len(_lines(player)) == 10


def test_warm_view_asks_canvas_for_nothing(desk: Page, seat: Page, stack: Stack) -> None:
    address = _embed(desk, stack, "Lecture 00094: editing")
    seat.goto(address)
    ready(tool_frame(seat, stack))
    stack.forget_requests()
    seat.reload()
    ready(tool_frame(seat, stack))
    assert stack.asked() == []


def test_student_is_told_that_the_media_were_deleted(
    desk: Page, seat: Page, stack: Stack, accessible: AxeCheck
) -> None:
    address = _embed(desk, stack, "Lecture 00097: montage")
    stack.misbehave(delete_files=["m-extra00097"])
    seat.goto(address)
    player = tool_frame(seat, stack)
    problem = player.get_by_role("alert").filter(has_text="Canvas")
    expect(problem).to_contain_text("tell your teacher")
    expect(problem.get_by_role("button", name="Retry")).to_be_visible()
    assert player.locator("video").count() == 0
    accessible(player)


def test_student_is_told_of_a_track_that_is_gone_and_sees_the_others(
    desk: Page, seat: Page, stack: Stack, accessible: AxeCheck
) -> None:
    address = _embed(desk, stack, "Captioned by a colleague", on="French")
    stack.misbehave(delete_tracks=["m-shared/en"])
    an_hour_later(stack)
    seat.goto(address)
    player = tool_frame(seat, stack)
    ready(player)
    expect(player.get_by_text("A caption track that was chosen is no longer in Canvas.")).to_be_visible()
    assert [(track.language, track.mode) for track in text_tracks(player)] == [("fr", "showing")]
    accessible(player)


def test_captions_full_of_markup_stay_text(desk: Page, seat: Page, stack: Stack, accessible: AxeCheck) -> None:
    asked: list[str] = []
    for page in (desk, seat):
        page.on("dialog", lambda dialog: asked.append(dialog.message))
    address = _embed(desk, stack, "Caption quirks", on="Danish")
    seat.goto(address)
    player = tool_frame(seat, stack)
    ready(player)
    lines = _lines(player)
    assert lines[0] == "Nul & intet & ingenting"
    assert lines[2] == "Seks sekunder: 5 < 6 > 4"
    assert lines[4] == "--> ikke en tid"
    assert player.locator("main script, main .cues img, main .cues b").count() == 0
    player.wait_for_function("() => document.querySelector('video').textTracks.length === 7")
    accessible(player)
    assert not asked


def test_transcript_in_a_right_to_left_language(desk: Page, seat: Page, stack: Stack, accessible: AxeCheck) -> None:
    seat.goto(_embed(desk, stack, "How the clock works", on="Spanish"))
    player = tool_frame(seat, stack)
    ready(player)
    assert _lines(player)[1] == "Ahora son tres segundos."
    cues = player.get_by_role("region", name="Transcript").get_by_role("list")
    expect(cues).to_have_attribute("lang", "es")
    player.get_by_label("Language").select_option(label="Arabic")
    expect(cues).to_have_attribute("lang", "ar")
    expect(cues).to_have_css("direction", "rtl")
    expect(cues.get_by_role("button").first).to_have_css("text-align", re.compile("^(start|right)$"))
    accessible(player)
    # Captions and transcript are chosen apart: the player still shows Spanish.
    assert [track.language for track in text_tracks(player) if track.mode == "showing"] == ["es"]


def test_machine_made_track_is_named_so_in_the_menu(desk: Page, seat: Page, stack: Stack) -> None:
    seat.goto(_embed(desk, stack, "Lecture with automatic captions", on="English (automatic)"))
    player = tool_frame(seat, stack)
    ready(player)
    assert [(track.label, track.mode) for track in text_tracks(player)] == [("English (automatic)", "showing")]


def test_transcript_that_cannot_be_loaded_can_be_retried(desk: Page, seat: Page, stack: Stack) -> None:
    address = _embed(desk, stack, "Lecture 00100: scripts")
    seat.route("**/cues.json", lambda route: route.abort("connectionfailed"))
    seat.goto(address)
    player = tool_frame(seat, stack)
    transcript = player.get_by_role("region", name="Transcript")
    expect(transcript.get_by_role("status").filter(has_text="The transcript could not be loaded.")).to_be_visible()
    seat.unroute("**/cues.json")
    transcript.get_by_role("button", name="Retry").click()
    assert len(_lines(player)) == 10


def test_captions_turned_on_after_their_addresses_have_ended_are_fetched_anew(
    desk: Page, seat: Page, stack: Stack
) -> None:
    address = _embed(desk, stack, "How the clock works", on="Spanish")
    asked: list[str] = []

    def refuse(route: Route) -> None:
        """Answer as for an address that is over, unless it is one of those that were given later."""
        if "later" in route.request.url:
            route.continue_()
        else:
            route.fulfill(status=410, json={"error": {"code": "address_expired", "message": "", "next_step": ""}})

    def give_others(route: Route) -> None:
        """Give other addresses than before: within five minutes they are the same."""
        asked.append(route.request.url)
        answer = route.fetch()
        content = answer.json()
        for track in content["tracks"]:
            track["src"] += "?later"
            track["cues"] += "?later"
        route.fulfill(response=answer, json=content)

    seat.goto(address)
    player = tool_frame(seat, stack)
    _lines(player)
    seat.route("**/watch/*/*", refuse)
    seat.route("**/api/watch", give_others)
    player.evaluate(
        """() => { for (const track of document.querySelector('video').textTracks)
                   track.mode = track.language === 'fr' ? 'showing' : 'disabled' }"""
    )
    expect(player.get_by_role("combobox", name="Language")).to_have_value(
        str(player.locator("track[srclang=fr]").get_attribute("id"))
    )
    expect(player.get_by_role("region", name="Transcript").locator(".cue-text").first).to_contain_text("seconde")
    player.wait_for_function(
        "() => [...document.querySelector('video').textTracks].find(t => t.language === 'fr').cues?.length > 0"
    )
    assert len(asked) == 1
