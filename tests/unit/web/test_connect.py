"""The consent pop-up."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from werkzeug.test import TestResponse

from .school import CANVAS, STUDENT, Browser, Clock, Page, School


def begin(page: Page) -> tuple[TestResponse, str]:
    """Open the pop-up; gives its answer and the state that it carries to Canvas."""
    answer = page.browser.get(page.call("POST", "/api/connect/canvas", {}).json["url"])  # type: ignore[index]
    assert answer.status_code == 302, answer.text
    return answer, parse_qs(urlsplit(answer.headers["Location"]).query)["state"][0]


def come_back(browser: Browser, state: str, **query: str) -> TestResponse:
    return browser.get("/connect/canvas/callback", query_string={"state": state, **(query or {"code": "c"})})


def outcome(answer: TestResponse) -> str:
    found = re.search(r'"outcome":\s*"(\w+)"', answer.text)
    assert found, answer.text
    return found[1]


def connected(page: Page) -> bool:
    return bool(page.call("GET", "/api/connect/canvas").json["connected"])  # type: ignore[index]


def test_teacher_connects_and_disconnects_canvas(browser: Browser) -> None:
    page = browser.press_button()
    assert not connected(page)
    away, state = begin(page)
    assert away.headers["Location"].startswith(f"{CANVAS}/login/oauth2/auth?")

    answer = come_back(browser, state)

    assert outcome(answer) == "connected"
    assert connected(page)
    assert page.call("DELETE", "/api/connect/canvas").json == {"connected": False}
    assert not connected(page)


def test_popup_holds_its_secret_in_a_first_party_cookie(browser: Browser) -> None:
    away, _ = begin(browser.press_button())

    cookie = away.headers["Set-Cookie"]
    assert cookie.startswith("__Host-cuedeck-connect-")
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))


def test_popup_is_framed_by_nobody(browser: Browser) -> None:
    _, state = begin(browser.press_button())

    answer = come_back(browser, state)

    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_two_popups_at_once_both_work(browser: Browser) -> None:
    page = browser.press_button()
    (_, first), (_, second) = begin(page), begin(page)

    assert outcome(come_back(browser, first)) == "connected"
    assert outcome(come_back(browser, second)) == "connected"


def test_person_who_says_no_is_told_how_to_say_yes(browser: Browser) -> None:
    page = browser.press_button()
    _, state = begin(page)

    answer = come_back(browser, state, error="access_denied", error_description="<b>no</b>")

    assert answer.status_code == 403
    assert outcome(answer) == "grant_refused"
    assert "Press Connect Canvas again and choose Authorize." in answer.text
    assert "<b>no" not in answer.text
    assert not connected(page)


def test_account_of_another_person_is_not_kept(browser: Browser, school: School) -> None:
    page = browser.press_button()
    school.consented_as = STUDENT
    _, state = begin(page)

    answer = come_back(browser, state)

    assert outcome(answer) == "grant_wrong_account"
    assert not connected(page)
    assert school.calls[-1] == "DELETE /login/oauth2/token"


def test_consent_that_another_browser_began_is_refused(browser: Browser, other_browser: Browser) -> None:
    page = browser.press_button()
    _, state = begin(page)

    answer = come_back(other_browser, state)

    assert outcome(answer) == "browser_not_proven"
    assert not connected(page)


def test_state_is_good_once(browser: Browser) -> None:
    _, state = begin(browser.press_button())
    come_back(browser, state)

    assert outcome(come_back(browser, state)) == "address_expired"


def test_ticket_is_good_once_and_for_two_minutes(browser: Browser, clock: Clock) -> None:
    page = browser.press_button()
    url = page.call("POST", "/api/connect/canvas", {}).json["url"]  # type: ignore[index]
    late = page.call("POST", "/api/connect/canvas", {}).json["url"]  # type: ignore[index]
    assert browser.get(url).status_code == 302

    assert outcome(browser.get(url)) == "address_expired"
    clock.forward(121)
    assert outcome(browser.get(late)) == "address_expired"


@pytest.mark.parametrize(
    "address",
    [
        "/connect/canvas",
        "/connect/canvas?ticket=",
        "/connect/canvas?ticket=a&ticket=b",
        "/connect/canvas?ticket=%00",
        "/connect/canvas/callback",
        "/connect/canvas/callback?state=a&state=b&code=c",
        "/connect/canvas/callback?state=%00&code=c",
        "/connect/canvas/callback?state=" + "s" * 4000,
    ],
)
def test_popup_address_that_is_made_up_is_a_page(browser: Browser, address: str) -> None:
    answer = browser.get(address)

    assert answer.status_code in {410, 422}
    assert outcome(answer)


def test_popup_speaks_after_canvas_failed(browser: Browser, school: School) -> None:
    page = browser.press_button()
    _, state = begin(page)
    school.broken = lambda _: httpx.Response(500, text="<html>oops</html>")

    answer = come_back(browser, state)

    assert answer.status_code == 503
    assert outcome(answer) == "remote_unavailable"
