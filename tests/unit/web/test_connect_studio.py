"""The consent pop-up of Studio: the state in its cookie, and who may open it for whom."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from werkzeug.test import TestResponse

from lti.model import ApiKey, StudioAccount, StudioSettings
from lti.store import Store

from .school import OURS, STUDENT, Browser, Clock, Page, School

STUDIO = "https://school.instructuremedia.com"
COOKIE = "__Host-cuedeck-connect-studio"
TILDA, STEFAN = "tilda@school.example", "stefan@school.example"


@pytest.fixture(autouse=True)
def studio(browser: Browser, store: Store) -> Store:
    """Give the school a Studio where each acts by their own consent."""
    use(store, StudioAccount.OWN)
    return store


def use(store: Store, account: StudioAccount) -> None:
    settings = StudioSettings("school.instructuremedia.com", ApiKey("studio-key", "hush"), account)
    store.institutions.save_studio(store.platforms.all()[0].id, settings)


def studio_of(email: str, *, admin: bool = False) -> Any:
    """Answer as Studio does to the tokens of one account."""

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == "school.instructuremedia.com", request.url
        path = request.url.path.removeprefix("/api/public")
        if path == "/oauth/token":
            return httpx.Response(200, json={"access_token": "a", "refresh_token": "r", "expires_in": 7200})
        if path == "/v1/collections":
            library = {"id": 1, "type": "user", "owner": {"id": 8101, "email": email}}
            return httpx.Response(200, json={"collections": [library]})
        assert path == "/v1/users/search", path
        users = {"users": [{"id": 8101, "email": email}]}
        return httpx.Response(200, json=users) if admin else httpx.Response(403, json={"error": "Not allowed."})

    return answer


def picker(browser: Browser, email: str | None = TILDA, **more: Any) -> Page:
    return browser.press_button(**({"email": email} if email else {}), **more)


def leave(page: Page, path: str = "/api/connect/studio") -> TestResponse:
    """Open the pop-up: gives the page that goes on to Studio."""
    answer = page.call("POST", path, {})
    assert answer.status_code == 200, answer.text
    return page.browser.get(answer.json["url"])  # type: ignore[index]


def target(page: TestResponse) -> str:
    found = re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.text)
    assert found, page.text
    return unescape(found[1])


def come_back(browser: Browser, **query: str) -> TestResponse:
    return browser.get("/connect/studio/callback", query_string=query or {"code": "c"})


def outcome(answer: TestResponse) -> str:
    found = re.search(r'"outcome":\s*"(\w+)"', answer.text)
    assert found, answer.text
    return found[1]


def connected(page: Page, path: str = "/api/connect/studio") -> bool:
    return bool(page.call("GET", path).json["connected"])  # type: ignore[index]


def test_teacher_connects_and_disconnects_studio(browser: Browser, school: School) -> None:
    page = picker(browser)
    assert not connected(page)
    leave(page)
    school.broken = studio_of(TILDA)

    answer = come_back(browser)

    assert outcome(answer) == "connected"
    assert "Studio is connected" in answer.text
    assert connected(page)
    assert page.call("DELETE", "/api/connect/studio").json == {"connected": False}
    assert not connected(page)


def test_popup_goes_to_studio_from_a_page_of_ours_that_sets_its_cookie(browser: Browser) -> None:
    away = leave(picker(browser))

    assert away.status_code == 200
    parts = urlsplit(target(away))
    query = parse_qs(parts.query)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{STUDIO}/api/public/oauth/authorize"
    assert query["redirect_uri"] == [f"{OURS}/connect/studio/callback"]
    cookie = away.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}={query['state'][0]}.")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=300"} <= set(cookie.split("; "))
    secret = cookie.partition(".")[2].partition(";")[0]
    assert len(secret) > 40
    assert secret not in away.text


def test_popup_is_framed_and_kept_by_nobody(browser: Browser) -> None:
    away = leave(picker(browser))
    for answer in (away, come_back(browser, error="access_denied")):
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert answer.headers["Cache-Control"] == "no-store"


def test_cookie_is_taken_back_whatever_came_of_it(browser: Browser, school: School) -> None:
    leave(picker(browser))
    school.broken = studio_of(TILDA)
    for query in ({"error": "access_denied"}, {"code": "c"}):
        answer = come_back(browser, **query)
        assert answer.headers["Set-Cookie"].startswith(f"{COOKIE}=;")
    assert outcome(answer) == "address_expired"


def test_account_of_another_person_is_not_kept(browser: Browser, school: School) -> None:
    page = picker(browser)
    leave(page)
    school.broken = studio_of(STEFAN, admin=True)

    assert outcome(come_back(browser)) == "grant_wrong_account"
    assert not connected(page)


def test_other_browser_has_nothing_to_finish_with(browser: Browser, other_browser: Browser, school: School) -> None:
    leave(picker(browser))
    school.calls.clear()

    assert outcome(come_back(other_browser)) == "address_expired"
    assert school.calls == []


def test_state_in_the_address_that_is_not_the_cookies_ends_it(browser: Browser, school: School) -> None:
    leave(picker(browser))
    school.calls.clear()

    assert outcome(come_back(browser, code="c", state="another")) == "browser_not_proven"
    assert school.calls == []


def test_of_two_popups_the_later_one_is_finished(browser: Browser, school: School) -> None:
    page = picker(browser)
    leave(page)
    leave(page)
    school.broken = studio_of(TILDA)
    assert outcome(come_back(browser)) == "connected"


@pytest.mark.parametrize(
    "address",
    [
        "/connect/studio",
        "/connect/studio?ticket=",
        "/connect/studio?ticket=a&ticket=b",
        "/connect/studio?ticket=%00",
        "/connect/studio/callback",
        "/connect/studio/callback?code=a&code=b",
        "/connect/studio/callback?state=%00&code=c",
        "/connect/studio/callback?state=" + "s" * 4000,
    ],
)
def test_popup_address_that_is_made_up_is_a_page(browser: Browser, address: str) -> None:
    answer = browser.get(address)
    assert answer.status_code in {410, 422}
    assert outcome(answer)


@pytest.mark.parametrize("cookie", ["", ".", "a", "a.b", ".b", "é", "a." + "b" * 3000])
def test_cookie_that_is_made_up_opens_nothing(browser: Browser, cookie: str) -> None:
    answer = browser.get("/connect/studio/callback?code=c", headers={"Cookie": f"{COOKIE}={cookie}"})
    assert outcome(answer) == "address_expired"


def test_popup_speaks_after_studio_failed(browser: Browser, school: School) -> None:
    leave(picker(browser))
    school.broken = lambda _: httpx.Response(500, text="<html>oops</html>")

    answer = come_back(browser)

    assert (answer.status_code, outcome(answer)) == (503, "remote_unavailable")
    assert "Studio does not answer just now." in answer.text


def test_school_that_hides_addresses_cannot_connect_people(browser: Browser, store: Store, clock: Clock) -> None:
    hidden = picker(browser, email=None).call("POST", "/api/connect/studio", {})
    store.institutions.save_privacy(store.platforms.all()[0].id, use_email=False)
    clock.forward(6)
    switched_off = picker(browser).call("POST", "/api/connect/studio", {})
    for answer in (hidden, switched_off):
        assert answer.status_code == 409
        assert "privacy choices" in answer.json["error"]["next_step"]  # type: ignore[index]


def test_address_reaches_no_page_of_a_school_without_a_studio(browser: Browser, store: Store) -> None:
    store.institutions.save_studio(store.platforms.all()[0].id, None)
    page = picker(browser)
    assert page.call("POST", "/api/connect/studio", {}).status_code == 409
    assert not connected(page)


def test_administrator_connects_and_disconnects_the_service_account(
    browser: Browser, school: School, store: Store
) -> None:
    use(store, StudioAccount.SERVICE)
    page = browser.administer()
    assert not connected(page, "/api/administration/studio/account")
    leave(page, "/api/administration/studio/account")
    school.broken = studio_of("stella@school.example", admin=True)

    assert outcome(come_back(browser)) == "connected"

    assert connected(page, "/api/administration/studio/account")
    school.broken = None
    assert connected(picker(browser))
    assert page.call("DELETE", "/api/administration/studio/account").json == {"connected": False}
    assert not connected(page, "/api/administration/studio/account")


def test_account_that_may_not_look_people_up_is_no_service_account(
    browser: Browser, school: School, store: Store
) -> None:
    use(store, StudioAccount.SERVICE)
    page = browser.administer()
    leave(page, "/api/administration/studio/account")
    school.broken = studio_of(TILDA)

    answer = come_back(browser)

    assert outcome(answer) == "grant_wrong_account"
    assert "is not an administrator's" in unescape(answer.text)
    assert not connected(page, "/api/administration/studio/account")


def test_nobody_but_an_administrator_touches_the_service_account(browser: Browser, store: Store) -> None:
    use(store, StudioAccount.SERVICE)
    for page in (picker(browser), browser.press_button(STUDENT)):
        for method, body in (("GET", None), ("POST", {}), ("DELETE", None)):
            assert page.call(method, "/api/administration/studio/account", body).status_code == 403


def test_people_take_back_nothing_of_the_service_account(browser: Browser, school: School, store: Store) -> None:
    use(store, StudioAccount.SERVICE)
    page = browser.administer()
    leave(page, "/api/administration/studio/account")
    school.broken = studio_of("stella@school.example", admin=True)
    come_back(browser)
    school.broken = None

    teacher = picker(browser)
    teacher.call("DELETE", "/api/connect/studio")

    assert teacher.call("POST", "/api/connect/studio", {}).status_code == 409
    assert connected(page, "/api/administration/studio/account")
