"""OAuth2: asking without giving state back, exchanging, rotating (reference/studio.md 1)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.studio.config import StudioConfig
from sandbox.studio.oauth import redirect_allowed
from sandbox.studio.seed import SAM, TILDA
from sandbox.studio.world import DeveloperKey
from tests.unit.sandbox.studio.conftest import Studio, make_studio

CALLBACK = "http://localhost:8000/connect/studio/callback"


def ask(studio: Studio, browser: FlaskClient, **changes: str) -> TestResponse:
    query = {
        "client_id": studio.config.key_id,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "state": "s1",
    } | changes
    return browser.get(f"/api/public/oauth/authorize?{urlencode(query)}")


def decide(browser: FlaskClient, page: TestResponse, decision: str = "allow") -> TestResponse:
    found = re.search(r'name="request" value="(\w+)"', page.text)
    assert found
    return browser.post("/api/public/oauth/authorize", data={"request": found[1], "decision": decision})


def query_of(answer: TestResponse) -> dict[str, str]:
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(f"{CALLBACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def code(studio: Studio) -> str:
    browser = studio.browser(TILDA)
    return query_of(decide(browser, ask(studio, browser)))["code"]


def token(studio: Studio, **form: str) -> TestResponse:
    client = {"client_id": studio.config.key_id, "client_secret": studio.config.key_secret}
    return studio.app.test_client().post("/api/public/oauth/token", data=client | form)


def exchange(studio: Studio, **changes: str) -> TestResponse:
    form = {"grant_type": "authorization_code", "code": code(studio), "redirect_uri": CALLBACK}
    return token(studio, **form | changes)


def granted(studio: Studio) -> dict[str, Any]:
    body: dict[str, Any] | None = exchange(studio).json
    assert body is not None
    return body


def refresh(studio: Studio, value: str) -> TestResponse:
    return token(studio, grant_type="refresh_token", refresh_token=value)


def ping(studio: Studio, access: str) -> int:
    return studio.get(None, "/ping", headers={"Authorization": f"Bearer {access}"}).status_code


def test_person_authorizes_and_the_state_is_lost(studio: Studio) -> None:
    browser = studio.browser(TILDA)

    page = ask(studio, browser)

    assert page.status_code == 200
    for text in ("Cuedeck asks for access", "Tilda Teacher", "tilda@school.example", "Authorize", "Deny"):
        assert text in page.text
    assert set(query_of(decide(browser, page))) == {"code"}


def test_person_refuses_and_the_state_is_lost_too(studio: Studio) -> None:
    browser = studio.browser(TILDA)

    assert query_of(decide(browser, ask(studio, browser), "deny")) == {"error": "access_denied"}


def test_consent_counts_once_and_only_for_whom_it_asked(studio: Studio) -> None:
    tilda, sam = studio.browser(TILDA), studio.browser(SAM)
    page = ask(studio, tilda)

    assert decide(sam, page).status_code == 400
    assert decide(tilda, page).status_code == 400  # used up


def test_nobody_chooses_who_to_be_and_comes_back(studio: Studio) -> None:
    browser = studio.browser()
    to_login = ask(studio, browser)
    assert urlsplit(to_login.headers["Location"]).path == "/login"
    page = browser.get(to_login.headers["Location"])
    assert "Be Stella Studio" in page.text
    assert "Noor" not in page.text  # of Canvas, without an account here
    found = re.search(r'name="return_to" value="([^"]+)"', page.text)
    assert found

    back = browser.post("/login", data={"user": TILDA, "return_to": found[1].replace("&amp;", "&")})

    assert browser.get(back.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "other"}, 401),
        ({"redirect_uri": "https://elsewhere.example/"}, 400),
        ({"redirect_uri": f"{CALLBACK}?x=1"}, 400),
        ({"response_type": "token"}, 400),
    ],
)
def test_bad_requests_are_told_here_and_never_redirect(studio: Studio, changes: dict[str, str], status: int) -> None:
    answer = ask(studio, studio.browser(TILDA), **changes)

    assert answer.status_code == status
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    ("uri", "allowed"),
    [
        ("https://cuedeck.example/connect/studio/callback", True),
        ("urn:ietf:wg:oauth:2.0:oob", True),
        ("http://cuedeck.example/connect/studio/callback", False),
        ("https://localhost/callback", False),
        ("http://localhost:9999/connect/studio/callback", False),
    ],
)
def test_redirects_are_https_and_not_localhost(uri: str, allowed: bool) -> None:
    assert redirect_allowed(StudioConfig(), uri) is allowed


def test_sandbox_tool_is_the_one_relaxation_and_strict_takes_it_back(tmp_path: Path) -> None:
    strict = make_studio(tmp_path, strict=True)
    assert redirect_allowed(StudioConfig(), CALLBACK)
    assert not redirect_allowed(strict.config, CALLBACK)

    assert ask(strict, strict.browser(TILDA)).status_code == 400
    strict.world.keys[strict.config.key_id].redirect_uris = (CALLBACK,)  # even if it got into the key
    assert ask(strict, strict.browser(TILDA)).status_code == 400


def test_code_becomes_tokens_of_two_hours(studio: Studio) -> None:
    body = granted(studio)

    assert set(body) == {"access_token", "refresh_token", "token_type", "expires_in", "created_at"}
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 7200)
    assert body["created_at"] == int(studio.clock().timestamp())
    assert ping(studio, body["access_token"]) == 200
    studio.clock.turn(7199)
    assert ping(studio, body["access_token"]) == 200
    studio.clock.turn(1)
    assert ping(studio, body["access_token"]) == 401


def test_client_may_use_basic(studio: Studio) -> None:
    form = {"grant_type": "authorization_code", "code": code(studio), "redirect_uri": CALLBACK}
    key = (studio.config.key_id, studio.config.key_secret)

    answer = studio.app.test_client().post("/api/public/oauth/token", data=form, auth=key)

    assert answer.status_code == 200


def test_code_counts_once_for_its_redirect_and_its_client(studio: Studio) -> None:
    studio.world.keys["other"] = DeveloperKey("other", "s", "Other", (CALLBACK,))
    used = code(studio)
    form = {"grant_type": "authorization_code", "redirect_uri": CALLBACK}
    assert token(studio, code=used, **form).status_code == 200

    answers = [
        token(studio, code=used, **form),
        exchange(studio, redirect_uri="https://elsewhere.example/"),
        exchange(studio, client_id="other", client_secret="s"),
    ]
    late = code(studio)
    studio.clock.turn(600)
    answers.append(token(studio, code=late, **form))

    assert [(a.status_code, a.json and a.json["error"]) for a in answers] == [(400, "invalid_grant")] * 4


def test_refreshing_gives_two_new_tokens_and_ends_the_old_ones(studio: Studio) -> None:
    old = granted(studio)

    new = refresh(studio, old["refresh_token"]).json

    assert new is not None
    assert {new["access_token"], new["refresh_token"]}.isdisjoint({old["access_token"], old["refresh_token"]})
    assert [ping(studio, each["access_token"]) for each in (old, new)] == [401, 200]
    again = refresh(studio, old["refresh_token"])
    assert (again.status_code, again.json and again.json["error"]) == (400, "invalid_grant")
    assert refresh(studio, new["refresh_token"]).status_code == 200


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": "refresh_token"}, 400, "invalid_grant"),
    ],
)
def test_bad_token_calls_are_told_apart(studio: Studio, form: dict[str, str], status: int, error: str) -> None:
    answer = token(studio, **form)

    assert (answer.status_code, answer.json and answer.json["error"]) == (status, error)


def test_person_becomes_somebody_else_on_the_way(studio: Studio) -> None:
    browser = studio.browser(TILDA)
    found = re.search(r'href="(/login\?[^"]+)"', ask(studio, browser).text)
    assert found
    back = parse_qs(urlsplit(found[1]).query)["return_to"][0]

    turned = browser.post("/login", data={"user": SAM, "return_to": back})

    assert "You are <strong>Sam Student</strong>" in browser.get(turned.headers["Location"]).text


def test_consent_page_is_not_framed_nor_kept(studio: Studio) -> None:
    headers = ask(studio, studio.browser(TILDA)).headers

    assert (headers["X-Frame-Options"], headers["Cache-Control"]) == ("DENY", "no-store")


def test_forged_session_is_nobody(studio: Studio) -> None:
    browser = studio.browser()
    browser.set_cookie("studio_session", "ODEwMQ.forged")

    assert ask(studio, browser).headers["Location"].startswith("/login")


def test_person_logs_out(studio: Studio) -> None:
    browser = studio.browser(TILDA)
    assert "Tilda Teacher" in browser.get("/").text

    browser.post("/logout")

    assert browser.get("/").headers["Location"] == "/login"
    assert browser.post("/login", data={"user": 1}).status_code == 404
