"""Canvas, the network or the session fail while media are chosen: words, a next step, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import BrowserContext, Frame, Page, Route, expect

from tests.browser.conftest import AxeCheck, clean
from tests.browser.journey import insert, media, open_item, open_picker, panel, save, search, tool_frames
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

_UNAVAILABLE = "Canvas does not answer just now."
_NONSENSE = "Canvas answered something that Cuedeck does not understand."


@pytest.fixture(scope="module")
def shared(tilda: BrowserContext, stack: Stack) -> Iterator[Frame]:
    """The list, opened once for the tests that insert nothing."""
    with clean(tilda):
        page = tilda.new_page()
        yield open_picker(page, stack, "In trouble")
        page.close()


@pytest.fixture
def picker(shared: Frame) -> Frame:
    """The list as it is at first."""
    if shared.get_by_role("searchbox", name="Search by title").input_value():
        search(shared, "")
    expect(media(shared)).to_have_count(30)
    shared.evaluate("() => scrollTo(0, 0)")
    return shared


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"kind": "status", "status": 503, "retry_after": 60}, _UNAVAILABLE),
        ({"kind": "throttle", "retry_after": 60}, "Canvas is receiving too many requests just now."),
        ({"kind": "html"}, _NONSENSE),
        ({"kind": "broken_json"}, _NONSENSE),
        ({"kind": "reset"}, _UNAVAILABLE),
        ({"kind": "status", "status": 404}, "Canvas does not have this any more."),
    ],
    ids=["down", "throttling", "html", "broken json", "reset", "gone"],
)
def test_trouble_with_the_next_page_is_said_and_retry_goes_on(
    picker: Frame, troubled: Stack, accessible: AxeCheck, fault: dict[str, object], message: str
) -> None:
    search(picker, "lecture 00")
    expect(media(picker).first).to_have_text("Lecture 00001: light")
    troubled.misbehave(faults=[{**fault, "path": "/api/v1/*", "count": None}])
    panel(picker).get_by_role("button", name="Show more").click()
    retry = panel(picker).get_by_role("button", name="Retry")
    expect(retry).to_be_visible(timeout=12_000)
    expect(panel(picker).get_by_text(message)).to_be_visible()
    expect(picker.get_by_role("status").filter(has_text=message)).to_be_attached()
    if fault["kind"] == "html":
        accessible(picker)
    # What was loaded stays; then it goes on where it was.
    expect(media(picker)).to_have_count(30)
    troubled.heal()
    retry.click()
    expect(media(picker).nth(59)).to_have_text("Lecture 00060: scripts")
    expect(panel(picker).get_by_text(message)).to_be_hidden()


def test_trouble_with_a_search_is_said_and_retry_asks_again(picker: Frame, troubled: Stack) -> None:
    troubled.misbehave(faults=[{"kind": "status", "retry_after": 60, "path": "/api/v1/*", "count": None}])
    search(picker, "Silent film")
    expect(panel(picker).get_by_text("Wait a moment and try again.")).to_be_visible()
    expect(media(picker)).to_have_count(0)
    troubled.heal()
    panel(picker).get_by_role("button", name="Retry").click()
    expect(media(picker)).to_have_text(["Silent film without captions"])
    expect(picker.get_by_role("searchbox", name="Search by title")).to_be_focused()


def test_one_short_failure_is_not_even_noticed(picker: Frame, troubled: Stack) -> None:
    troubled.misbehave(faults=[{"kind": "status", "path": "/api/v1/*", "count": 1}])
    search(picker, "Silent film")
    expect(media(picker)).to_have_text(["Silent film without captions"])


def test_item_is_still_shown_while_canvas_is_away(picker: Frame, troubled: Stack, accessible: AxeCheck) -> None:
    search(picker, "Long take:")
    expect(media(picker)).to_have_text(["Long take: four minutes"])
    troubled.misbehave(faults=[{"kind": "status", "retry_after": 60, "path": "/*", "count": None}])
    dialog = open_item(picker, "Long take: four minutes")
    expect(dialog).to_contain_text(_UNAVAILABLE)
    expect(dialog).to_contain_text("This cannot be played here just now. You can still insert it.")
    expect(dialog.get_by_role("checkbox", name="English")).to_be_disabled()
    accessible(picker)
    picker.page.keyboard.press("Escape")
    troubled.heal()
    dialog = open_item(picker, "Long take: four minutes")
    expect(dialog.get_by_role("checkbox", name="English")).to_be_checked()
    picker.page.keyboard.press("Escape")


def test_missing_scope_sends_to_the_administrator(picker: Frame, troubled: Stack) -> None:
    scope = "url:GET|/api/v1/media_objects"
    tokens = ["url:GET|/api/v1/media_attachments", scope]
    troubled.misbehave(remove_scopes=tokens)
    search(picker, "Long take:")
    expect(panel(picker).get_by_text("Canvas does not let Cuedeck use a function that it needs.")).to_be_visible()
    expect(panel(picker).get_by_text("Ask your Canvas administrator")).to_be_visible()
    troubled.misbehave(add_scopes=tokens, revoke_tokens=True)  # tokens do not get their scopes back
    panel(picker).get_by_role("button", name="Retry").click()
    with picker.page.expect_popup() as opened:
        picker.get_by_role("button", name="Connect Canvas").click()
    opened.value.get_by_role("button", name="Authorize").click()
    expect(media(picker)).to_have_text(["Long take: four minutes"])


def test_interrupted_network_and_a_proxys_page_are_told_apart(picker: Frame) -> None:
    page = picker.page

    def broken(route: Route) -> None:
        route.abort("connectionfailed")

    def proxy(route: Route) -> None:
        route.fulfill(status=502, content_type="text/html", body="<h1>Bad gateway</h1>")

    for answer, message in (
        (broken, "The connection was interrupted. Check your network and try again."),
        (proxy, "Something went wrong on our side."),
    ):
        page.route("**/api/canvas/media?*", answer)
        search(picker, "film" if answer is broken else "silent film")
        expect(panel(picker).get_by_text(message)).to_be_visible()
        page.unroute("**/api/canvas/media?*")
        panel(picker).get_by_role("button", name="Retry").click()
        expect(panel(picker).get_by_role("button", name="Silent film without captions")).to_be_visible()


def test_session_that_is_over_says_so_and_keeps_what_is_shown(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    picker = open_picker(desk, stack, "Session over")

    def forget(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": "Bearer forgotten"})

    desk.route("**/api/canvas/**", forget)
    panel(picker).get_by_role("button", name="Show more").click()
    expect(picker.get_by_role("alert").filter(has_text="Open Cuedeck again from Canvas.")).to_be_visible()
    expect(panel(picker).get_by_role("button", name="Retry")).to_be_hidden()
    expect(media(picker)).to_have_count(30)
    accessible(picker)


def test_failed_insert_loses_nothing_and_works_the_second_time(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    picker = open_picker(desk, stack, "Second try")
    search(picker, "Silent film")
    dialog = open_item(picker, "Silent film without captions")
    dialog.get_by_label("Start", exact=True).fill("0:02")
    desk.route("**/api/insert", lambda route: route.abort("connectionfailed"))
    dialog.get_by_role("button", name="Insert", exact=True).click()
    expect(dialog.get_by_role("alert").filter(has_text="The connection was interrupted.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Insert", exact=True)).to_be_focused()
    expect(dialog.get_by_label("Start", exact=True)).to_have_value("0:02")
    accessible(picker)
    desk.unroute("**/api/insert")
    insert(desk, dialog)
    expect(desk.locator(".user_content iframe")).to_have_count(1)


def test_pressing_insert_twice_inserts_once(desk: Page, stack: Stack) -> None:
    picker = open_picker(desk, stack, "Twice")
    search(picker, "Silent film")
    dialog = open_item(picker, "Silent film without captions")
    # Slow enough for the second press to come before the answer.
    asked: list[str] = []

    def late(route: Route) -> None:
        asked.append(route.request.url)
        desk.wait_for_timeout(300)
        route.continue_()

    desk.route("**/api/insert", late)
    dialog.get_by_role("button", name="Insert", exact=True).dblclick()
    expect(desk.locator("#tool-dialog")).to_be_hidden()
    expect(desk.locator(".user_content iframe")).to_have_count(1)
    assert len(asked) == 1
    expect(desk.get_by_role("status")).to_be_empty()


def test_two_tabs_at_once_both_insert(desk: Page, tilda: BrowserContext, seat: Page, stack: Stack) -> None:
    other = tilda.new_page()
    first, second = open_picker(desk, stack, "First tab"), open_picker(other, stack, "Second tab")
    search(first, "Silent film")
    search(second, "Recorded on")
    here, there = open_item(first, "Silent film without captions"), open_item(second, "Recorded on a phone")
    insert(other, there)
    insert(desk, here)
    for page, title in ((desk, "Silent film without captions"), (other, "Recorded on a phone")):
        frames = page.locator(".user_content iframe")
        expect(frames).to_have_count(1)
        expect(frames).to_have_attribute("title", title)
        seat.goto(save(page))
        player = tool_frames(seat, stack, 1)[0]
        expect(player.get_by_role("heading", level=1)).to_have_text(title)
    other.close()
