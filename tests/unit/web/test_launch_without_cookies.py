"""The pages and cookies of a launch where the platform offers storage."""

from __future__ import annotations

import re
from typing import Any

import pytest
from werkzeug.test import TestResponse

from .school import CANVAS, DL, OURS, RETURN_URL, TEACHER, Browser, Page, School, initiation

FRAME = "post_message_forwarding"
AUTHORIZATION = "https://sso.canvaslms.com"
WORKING = "__Host-cuedeck-cookies"
CALL = {"Origin": OURS, "X-Cuedeck-Page": "prove"}


def begin(browser: Browser, **changes: str) -> TestResponse:
    return browser.post("/lti/login", data=initiation(lti_storage_target=FRAME, **changes))


def config(answer: TestResponse) -> dict[str, Any]:
    return Page(None, answer).config  # type: ignore[arg-type]


def finish(browser: Browser, login: TestResponse, claims: dict[str, Any]) -> TestResponse:
    state = re.findall("state=([^&]+)", config(login)["authorize"])[0]
    form = {"state": state, "id_token": School.sign(claims), "lti_storage_target": FRAME}
    return browser.post("/lti/launch", data=form)


def held(browser: Browser, **changes: Any) -> tuple[TestResponse, str]:
    """Press the button in a browser without cookies; gives the page and the proof."""
    login = begin(browser)
    browser.client._cookies.clear()  # type: ignore[union-attr]
    nonce = re.findall("nonce=([^&]+)", config(login)["authorize"])[0]
    claims = browser.school.deep_linking_claims(TEACHER, nonce, **changes)
    return finish(browser, login, claims), config(login)["proof"]


def prove(browser: Browser, page: TestResponse, proof: str) -> TestResponse:
    return browser.post("/lti/proof", json={"launch": config(page)["launch"], "proof": proof}, headers=CALL)


def cookies(answer: TestResponse) -> dict[str, str]:
    return dict(each.split("=", 1) for each in answer.headers.getlist("Set-Cookie"))


def test_login_page_goes_on_to_canvas_with_the_proof_in_its_hands(browser: Browser) -> None:
    answer = begin(browser)

    found = config(answer)
    assert answer.status_code == 200
    assert found["authorize"].startswith(f"{AUTHORIZATION}/api/lti/authorize_redirect?")
    assert found["storage"] == {"target": FRAME, "origin": AUTHORIZATION, "parents": None}
    assert found["cookie"] == WORKING
    assert len(found["key"]) == 32
    assert len(found["proof"]) == 43


def test_login_page_may_be_framed_by_every_name_of_a_canvas_and_lead_there(browser: Browser) -> None:
    policy = begin(browser).headers["Content-Security-Policy"]

    assert "frame-ancestors *;" in policy
    assert f"form-action 'self' https: {AUTHORIZATION} {CANVAS};" in policy
    assert "script-src 'self';" in policy


def test_login_page_speaks_the_language_of_the_browser(browser: Browser) -> None:
    answer = browser.post(
        "/lti/login", data=initiation(lti_storage_target=FRAME), headers={"Accept-Language": "en-GB,en;q=0.5"}
    )

    assert '<html lang="en"' in answer.text


def test_login_page_tries_whether_cookies_are_kept(browser: Browser) -> None:
    set_here = cookies(begin(browser))

    assert set_here.pop(WORKING) == "0; Max-Age=300; Path=/; Secure; SameSite=None; Partitioned"
    (proof,) = set_here.values()
    assert "; HttpOnly; " in proof


def test_login_is_a_redirect_where_a_cookie_came_along(browser: Browser) -> None:
    begin(browser)

    assert begin(browser).status_code == 302


def test_login_without_storage_is_a_redirect_with_one_cookie(browser: Browser) -> None:
    answer = browser.post("/lti/login", data=initiation())

    assert answer.status_code == 302
    assert len(cookies(answer)) == 1


def test_launch_with_its_cookie_is_remembered_for_a_year_once(browser: Browser) -> None:
    def launch(login_url: str) -> TestResponse:
        state, nonce = (re.findall(f"{name}=([^&]+)", login_url)[0] for name in ("state", "nonce"))
        token = School.sign(browser.school.claims(TEACHER, nonce))
        form = {"state": state, "id_token": token, "lti_storage_target": FRAME}
        return browser.post("/lti/launch", data=form)

    first = launch(config(begin(browser))["authorize"])
    second = launch(begin(browser).headers["Location"])

    assert first.status_code == second.status_code == 200
    assert cookies(first)[WORKING].startswith("1; Max-Age=31536000; ")
    assert WORKING not in cookies(second)


def test_lost_proof_makes_the_next_login_try_both_ways(browser: Browser) -> None:
    login = begin(browser)
    for name, _ in list(cookies(login).items()):
        if name != WORKING:
            browser.client.delete_cookie(name, domain="cuedeck.example.edu")
    nonce = re.findall("nonce=([^&]+)", config(login)["authorize"])[0]

    page = finish(browser, login, browser.school.claims(TEACHER, nonce))

    assert "launch" in config(page)
    assert cookies(page)[WORKING].startswith("; Max-Age=0; ")
    assert begin(browser).status_code == 200


def test_held_launch_opens_as_it_was(browser: Browser) -> None:
    page, proof = held(browser)
    token = prove(browser, page, proof).get_json()["token"]

    answer = browser.post("/lti/open", data={"token": token}, headers={"Origin": OURS})

    opened = Page(browser, answer)
    assert opened.headline == "Choose media"
    assert [tab["scope"] for tab in opened.config["scopes"]] == ["own", "course"]
    assert f"frame-ancestors {CANVAS};" in answer.headers["Content-Security-Policy"]
    assert opened.call("POST", "/api/cancel").get_json()["return_url"].startswith(CANVAS)
    assert answer.headers.getlist("Set-Cookie") == []


def test_proof_is_asked_of_every_name_that_the_launch_gives_its_canvas(browser: Browser) -> None:
    vanity = "https://learn.school.edu"
    settings = {
        "deep_link_return_url": RETURN_URL.replace(CANVAS, vanity),
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["iframe"],
    }

    page, _ = held(browser, **{f"{DL}deep_linking_settings": settings})

    assert config(page)["storage"]["parents"] == [AUTHORIZATION, CANVAS, vanity]
    assert f"frame-ancestors {CANVAS} {vanity};" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("body", [{}, {"launch": "x"}, {"launch": "x", "proof": "y" * 300}, {"launch": 1, "proof": 2}])
def test_proof_that_is_none_is_answered_as_json(browser: Browser, body: dict[str, Any]) -> None:
    answer = browser.post("/lti/proof", json=body, headers=CALL)

    assert answer.status_code == 422
    assert answer.get_json()["error"]["code"] == "input_invalid"


def test_too_large_a_proof_is_refused(browser: Browser) -> None:
    answer = browser.post("/lti/proof", json={"launch": "x", "proof": "y" * 5000}, headers=CALL)

    assert answer.status_code == 413
