"""The check page's checks where the other side is made up: what our own address, a launch, a key can have wrong."""

from __future__ import annotations

import email.utils
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import httpx
import pytest
from flask import Flask

from lti.protocol.signing import SigningKeys
from lti.store import Store

from .school import CANVAS, CLIENT_ID, ISSUER, JWKS_URL, LTI, OURS, Browser, Clock, Page, School

Answers = dict[str, Callable[[httpx.Request], httpx.Response]]
AUTHORIZE, TOKEN = f"{CANVAS}/login/oauth2/auth", f"{CANVAS}/login/oauth2/token"
NO_TOKEN = httpx.Response(400, json={"error": "invalid_request", "error_description": "refresh_token not found"})


@pytest.fixture
def page(browser: Browser) -> Page:
    return browser.administer()


@pytest.fixture
def answers(app: Flask, school: School, page: Page, store: Store, clock: Clock) -> Iterator[Answers]:
    """Answer as a right installation does; a test changes what is wrong. By address, without the query."""
    SigningKeys(store.keys, clock).ensure()
    clock.forward(600)  # the application notices by then

    def ourselves(request: httpx.Request) -> httpx.Response:
        answer = app.test_client().get(request.url.path, base_url=OURS)
        return httpx.Response(answer.status_code, content=answer.data)

    def to_login(_: httpx.Request) -> httpx.Response:
        return httpx.Response(302, headers={"Location": f"{CANVAS}/login"})

    usual = school.answer
    made: Answers = {
        f"{OURS}/readyz": ourselves,
        f"{OURS}/.well-known/jwks.json": ourselves,
        AUTHORIZE: to_login,
        TOKEN: lambda _: NO_TOKEN,
    }

    def broken(request: httpx.Request) -> httpx.Response:
        answer = made.get(str(request.url.copy_with(query=None)))
        if answer is not None:
            return answer(request)
        school.broken = None
        try:
            return usual(request)
        finally:
            school.broken = broken

    school.broken = broken
    yield made
    school.broken = None


def look(page: Page, name: str) -> tuple[str, str]:
    answer = page.call("POST", f"/api/administration/checks/{name}", {})
    assert answer.status_code == 200, answer.text
    found: Any = answer.json
    assert bool(found["mend"]) or found["verdict"] != "bad"
    return found["verdict"], f"{found['message']} {found['mend'] or ''}"


def answering(status: int, **options: Any) -> Callable[[httpx.Request], httpx.Response]:
    return lambda _: httpx.Response(status, **options)


def unreachable(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("no route", request=request)


def away(error: str) -> Callable[[httpx.Request], httpx.Response]:
    """Lead back to us with an error, as Canvas's consent page does."""
    location = f"{OURS}/connect/canvas/callback?error={error}&state=check"
    return answering(302, headers={"Location": location})


@pytest.mark.parametrize(
    "name", ["address", "our-keys", "platform-keys", "deployment", "launch-data", "api-key", "consent"]
)
@pytest.mark.usefixtures("answers")
def test_what_is_right_is_green(page: Page, name: str) -> None:
    assert look(page, name)[0] == "good"


@pytest.mark.parametrize(
    ("name", "address", "answer", "words"),
    [
        ("address", f"{OURS}/readyz", unreachable, "cannot reach itself"),
        ("address", f"{OURS}/readyz", answering(200, text="<html>Welcome to nginx"), "Something else"),
        ("address", f"{OURS}/readyz", answering(301, headers={"Location": "https://a.example"}), "Something else"),
        ("address", f"{OURS}/readyz", answering(503, json={"ready": False, "checks": {}}), "not ready"),
        ("our-keys", f"{OURS}/.well-known/jwks.json", unreachable, "cannot be reached"),
        ("our-keys", f"{OURS}/.well-known/jwks.json", answering(200, json={"keys": [{"kid": "x"}]}), "not Cuedeck's"),
        ("our-keys", f"{OURS}/.well-known/jwks.json", answering(404, text="not found"), "not Cuedeck's"),
        ("platform-keys", JWKS_URL, unreachable, "does not answer"),
        ("platform-keys", JWKS_URL, answering(200, json={"keys": []}), "not with Canvas's keys"),
        ("platform-keys", JWKS_URL, answering(200, json={"keys": [{"kty": "oct", "k": "x"}]}), "not with Canvas's"),
        ("api-key", TOKEN, answering(401, json={"error": "invalid_client"}), "does not accept"),
        ("api-key", TOKEN, unreachable, "does not answer"),
        ("consent", AUTHORIZE, away("invalid_scope"), "lacks scopes"),
        ("consent", AUTHORIZE, away("unauthorized_client"), "Switch the API key on"),
        ("consent", AUTHORIZE, answering(401, json={"error": "invalid_client"}), "redirect URI"),
        (
            "consent",
            AUTHORIZE,
            answering(400, json={"error": "invalid_request", "error_description": "redirect_uri does not match"}),
            f"{OURS}/connect/canvas/callback",
        ),
        ("consent", AUTHORIZE, answering(503, text="down"), "does not answer"),
        ("consent", AUTHORIZE, answering(404, text="<html>"), "does not have this"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_red_and_says_how_to_mend_it(
    page: Page, answers: Answers, name: str, address: str, answer: Callable[[httpx.Request], httpx.Response], words: str
) -> None:
    answers[address] = answer

    verdict, said = look(page, name)

    assert (verdict, words in said) == ("bad", True), said


def test_deployment_that_was_taken_away_is_red(page: Page, answers: Answers, store: Store, clock: Clock) -> None:
    (platform,) = store.platforms.find(ISSUER, CLIENT_ID)
    store.platforms.add(
        issuer=ISSUER,
        client_id=CLIENT_ID,
        authorization_url=platform.authorization_url,
        token_url=platform.token_url,
        jwks_url=platform.jwks_url,
        canvas_url=platform.canvas_url,
        canvas_key=platform.canvas_key,
        deployments=["9:another"],
        trust_deployments=False,
    )
    clock.forward(6)
    assert look(page, "deployment")[0] == "bad"


@pytest.mark.usefixtures("answers")
def test_launch_without_the_custom_fields_is_red(browser: Browser) -> None:
    bare = browser.administer(**{f"{LTI}custom": {"canvas_user_id": "$Canvas.user.id"}})
    assert look(bare, "launch-data")[0] == "bad"


@pytest.mark.parametrize(("seconds", "verdict"), [(0, "good"), (-29, "good"), (25, "good"), (-33, "bad"), (40, "bad")])
def test_clock_of_the_other_side_is_compared(
    page: Page, answers: Answers, clock: Clock, seconds: int, verdict: str
) -> None:
    theirs = email.utils.format_datetime(clock() + timedelta(seconds=seconds), usegmt=True)
    answers[JWKS_URL] = answering(200, json={"keys": []}, headers={"Date": theirs})
    assert look(page, "clock")[0] == verdict


@pytest.mark.parametrize("date", [None, "yesterday", "Sat, 21 Nov 2026 13:42:49 -0000"])
def test_clock_that_is_not_told_is_grey(page: Page, answers: Answers, date: str | None) -> None:
    answers[JWKS_URL] = answering(200, json={"keys": []}, headers={"Date": date} if date else {})
    assert look(page, "clock")[0] == "unknown"


def test_throttled_check_is_grey(browser: Browser, page: Page, answers: Answers) -> None:
    answers[TOKEN] = answering(403, text="403 Forbidden (Rate Limit Exceeded)\n")
    assert look(page, "api-key")[0] == "unknown"


@pytest.mark.usefixtures("answers")
def test_check_that_is_not_there_is_not_found(page: Page) -> None:
    assert page.call("POST", "/api/administration/checks/nothing", {}).status_code == 404


@pytest.mark.usefixtures("answers")
def test_no_check_tells_a_secret(page: Page) -> None:
    for check in page.config["checks"]:
        answer = page.call("POST", f"/api/administration/checks/{check['name']}", {})
        assert "api-key-secret" not in answer.text
        assert "access-token" not in answer.text
