"""OAuth2: asking, exchanging, refreshing, deleting (reference 6)."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.canvas.scopes import ALL_SCOPES
from sandbox.canvas.seed import API_CLIENT_ID, SAM, TILDA, TOOL_CALLBACK
from sandbox.canvas.world import ApiKey
from tests.unit.sandbox.rest.conftest import SECRET, Canvas

LIST = "url:GET|/api/v1/media_objects"
VERIFIER = "v" * 64
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def ask(browser: FlaskClient, **changes: str | None) -> TestResponse:
    query = {
        "client_id": API_CLIENT_ID,
        "response_type": "code",
        "redirect_uri": TOOL_CALLBACK,
        "state": "s1",
        "scope": LIST,
    } | changes
    return browser.get(f"/login/oauth2/auth?{urlencode({k: v for k, v in query.items() if v is not None})}")


def answer_consent(browser: FlaskClient, page: TestResponse, what: str = "accept", **more: str) -> TestResponse:
    found = re.search(r'name="request" value="(\w+)"', page.text)
    assert found
    return browser.post(f"/login/oauth2/{what}", data={"request": found[1]} | more)


def query_of(response: TestResponse) -> dict[str, str]:
    assert response.status_code == 302
    assert response.headers["Location"].startswith(TOOL_CALLBACK)
    return {name: values[0] for name, values in parse_qs(urlsplit(response.headers["Location"]).query).items()}


def code(canvas: Canvas, **changes: str | None) -> str:
    browser = canvas.browser(TILDA)
    return query_of(answer_consent(browser, ask(browser, **changes)))["code"]


def token(canvas: Canvas, **form: str) -> TestResponse:
    client = {"client_id": API_CLIENT_ID, "client_secret": SECRET}
    return canvas.app.test_client().post("/login/oauth2/token", data=client | form)


def granted(canvas: Canvas, **changes: str | None) -> dict[str, Any]:
    body: dict[str, Any] | None = token(canvas, grant_type="authorization_code", code=code(canvas, **changes)).json
    assert body is not None
    return body


def bearer(canvas: Canvas, access: str) -> int:
    return canvas.get(None, "/api/v1/media_objects", headers={"Authorization": f"Bearer {access}"}).status_code


# --- asking ----------------------------------------------------------------------------------------------------------


def test_person_reads_who_asks_for_what_and_authorizes(canvas: Canvas) -> None:
    browser = canvas.browser(TILDA)

    page = ask(browser, purpose="captions")

    assert page.status_code == 200
    for text in ("Cuedeck is requesting access", "Tilda Teacher", LIST, "captions", "Authorize", "Cancel"):
        assert text in page.text
    back = query_of(answer_consent(browser, page))
    assert set(back) == {"code", "state"}
    assert back["state"] == "s1"


def test_person_cancels(canvas: Canvas) -> None:
    browser = canvas.browser(TILDA)

    assert query_of(answer_consent(browser, ask(browser), "deny")) == {"error": "access_denied", "state": "s1"}


def test_consent_counts_once_and_only_for_whom_it_asked(canvas: Canvas) -> None:
    tilda, sam = canvas.browser(TILDA), canvas.browser(SAM)
    page = ask(tilda)

    assert answer_consent(sam, page).status_code == 400
    assert answer_consent(tilda, page).status_code == 400  # the form was used up


def test_nobody_is_sent_to_log_in_and_back(canvas: Canvas) -> None:
    answer = ask(canvas.browser())

    assert answer.status_code == 302
    location = urlsplit(answer.headers["Location"])
    assert location.path == "/login"
    assert parse_qs(location.query)["return_to"][0].startswith("/login/oauth2/auth?client_id=")
    again = ask(canvas.browser(TILDA), force_login="1").headers["Location"]
    assert "force_login" not in again


@pytest.mark.parametrize(
    ("changes", "status", "body"),
    [
        ({"client_id": "1"}, 401, {"error": "invalid_client", "error_description": "unknown client"}),
        (
            {"redirect_uri": "https://elsewhere.example/"},
            400,
            {"error": "invalid_request", "error_description": "redirect_uri does not match client settings"},
        ),
        (
            {"redirect_uri": None},
            400,
            {"error": "invalid_request", "error_description": "redirect_uri does not match client settings"},
        ),
    ],
)
def test_client_and_redirect_errors_never_redirect(
    canvas: Canvas, changes: dict[str, str | None], status: int, body: dict[str, str]
) -> None:
    answer = ask(canvas.browser(TILDA), **changes)

    assert (answer.status_code, answer.json) == (status, body)
    assert (answer.headers.get("WWW-Authenticate") == "Canvas OAuth 2.0") == (status == 401)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"scope": None}, "invalid_scope"),
        ({"scope": f"{LIST} url:GET|/api/v1/courses"}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"prompt": "login"}, "unsupported_prompt_type"),
        ({"prompt": "none"}, "interaction_required"),
    ],
)
def test_other_errors_go_back_with_the_state(canvas: Canvas, changes: dict[str, str | None], error: str) -> None:
    back = query_of(ask(canvas.browser(TILDA), **changes))

    assert (back["error"], back["state"]) == (error, "s1")
    assert back["error_description"]


def test_prompt_none_without_session_and_key_that_is_off(canvas: Canvas) -> None:
    assert query_of(ask(canvas.browser(), prompt="none"))["error"] == "login_required"
    canvas.world.api_keys[API_CLIENT_ID].authorized = False
    assert query_of(ask(canvas.browser(TILDA)))["error"] == "unauthorized_client"


def test_remembered_and_trusted_clients_are_not_asked_about_again(canvas: Canvas) -> None:
    browser = canvas.browser(TILDA)
    answer_consent(browser, ask(browser), remember_access="1")

    assert "code" in query_of(ask(browser, prompt="none"))
    canvas.world.api_keys[API_CLIENT_ID].trusted = True
    assert "code" in query_of(ask(canvas.browser(SAM)))


@pytest.mark.parametrize("uri", ["http://localhost:9999/other?x=1", "https://sub.localhost/", TOOL_CALLBACK])
def test_return_may_be_anywhere_on_the_domain(canvas: Canvas, uri: str) -> None:
    assert ask(canvas.browser(TILDA), redirect_uri=uri).status_code == 200


def test_scopes_and_last_of_repeated_parameters_count(canvas: Canvas) -> None:
    browser = canvas.browser(TILDA)
    query = urlencode([("client_id", API_CLIENT_ID), ("response_type", "code"), ("redirect_uri", TOOL_CALLBACK)])

    page = browser.get(f"/login/oauth2/auth?{query}&scope=nothing&scope={LIST}")

    assert page.status_code == 200
    assert browser.get(f"/login/oauth2/auth?{query}&scopes={LIST}").status_code == 200


def test_out_of_band_shows_the_code_here(canvas: Canvas) -> None:
    browser = canvas.browser(TILDA)

    answer = answer_consent(browser, ask(browser, redirect_uri="urn:ietf:wg:oauth:2.0:oob"))

    assert answer.headers["Location"].startswith("/login/oauth2/auth?code=")
    assert browser.get(answer.headers["Location"]).status_code == 200


# --- exchanging ------------------------------------------------------------------------------------------------------


def test_code_is_exchanged_for_a_token_of_the_person(canvas: Canvas) -> None:
    body = granted(canvas)

    assert body["token_type"] == "Bearer"
    assert body["expires_in"] == 3600
    assert body["canvas_region"] == "us-east-1"
    assert body["user"] == {"id": 101, "name": "Tilda Teacher", "global_id": "10000000000101", "effective_locale": "en"}
    assert bearer(canvas, body["access_token"]) == 200
    assert body["refresh_token"] != body["access_token"]


def test_grant_type_may_be_left_out_and_client_may_use_basic(canvas: Canvas) -> None:
    client, form = canvas.app.test_client(), {"code": code(canvas)}

    assert client.post("/login/oauth2/token", data=form, auth=(API_CLIENT_ID, SECRET)).status_code == 200


def test_code_is_good_once_and_for_ten_minutes(canvas: Canvas) -> None:
    once = code(canvas)
    assert token(canvas, code=once).status_code == 200
    not_found = {"error": "invalid_grant", "error_description": "authorization_code not found"}
    assert (token(canvas, code=once).status_code, token(canvas, code=once).json) == (400, not_found)

    late = code(canvas)
    canvas.clock.turn(600)
    assert token(canvas, code=late).json == not_found


@pytest.mark.parametrize(
    ("form", "status", "error", "description"),
    [
        ({"grant_type": "password"}, 400, "unsupported_grant_type", "The grant_type you requested is not currently"),
        ({}, 400, "unsupported_grant_type", "The grant_type"),
        ({"grant_type": "authorization_code"}, 400, "invalid_request", "You must provide the code parameter"),
        ({"grant_type": "refresh_token"}, 400, "invalid_request", "You must provide the refresh_token parameter"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, 400, "invalid_request", "refresh_token not found"),
        ({"code": "x", "client_id": "1"}, 401, "invalid_client", "unknown client"),
        ({"code": "x", "client_secret": "wrong"}, 401, "invalid_client", "invalid client"),
    ],
)
def test_token_errors_have_canvas_words(
    canvas: Canvas, form: dict[str, str], status: int, error: str, description: str
) -> None:
    answer = token(canvas, **form)

    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["error"] == error
    assert answer.json["error_description"].startswith(description)
    assert (answer.headers.get("WWW-Authenticate") == "Canvas OAuth 2.0") == (status == 401)


def test_another_client_cannot_use_the_code_or_refresh_token(canvas: Canvas) -> None:
    canvas.world.api_keys["2"] = ApiKey("2", SECRET, (TOOL_CALLBACK,), scopes=ALL_SCOPES)
    incorrect = {"error": "invalid_grant", "error_description": "incorrect client"}

    assert token(canvas, client_id="2", code=code(canvas)).json == incorrect
    refresh = granted(canvas)["refresh_token"]
    assert token(canvas, client_id="2", grant_type="refresh_token", refresh_token=refresh).json == incorrect


def test_pkce_is_checked_by_s256(canvas: Canvas) -> None:
    s256 = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}
    plain = {"code_challenge": VERIFIER, "code_challenge_method": "plain"}

    assert token(canvas, code=code(canvas, **s256), code_verifier=VERIFIER).status_code == 200
    attempts: list[tuple[dict[str, str], str | None]] = [
        (s256, "wrong"),
        (s256, None),
        (plain, VERIFIER),
        ({}, VERIFIER),
    ]
    for request, verifier in attempts:
        proof = {"code_verifier": verifier} if verifier else {}
        answer = token(canvas, code=code(canvas, **request), **proof)
        assert answer.json is not None
        assert (answer.status_code, answer.json["error"]) == (400, "invalid_grant")


def test_replace_tokens_deletes_the_persons_others(canvas: Canvas) -> None:
    first = granted(canvas)

    token(canvas, code=code(canvas), replace_tokens="1")

    assert bearer(canvas, first["access_token"]) == 401


def test_identity_scope_gives_no_access_token(canvas: Canvas) -> None:
    canvas.world.api_keys[API_CLIENT_ID].scopes |= {"/auth/userinfo"}

    assert granted(canvas, scope="/auth/userinfo")["access_token"] is None


# --- refreshing and ending -------------------------------------------------------------------------------------------


def test_refresh_kills_the_old_token_at_once_and_gives_no_new_refresh_token(canvas: Canvas) -> None:
    old = granted(canvas)

    new = token(canvas, grant_type="refresh_token", refresh_token=old["refresh_token"]).json

    assert new is not None
    assert "refresh_token" not in new
    assert bearer(canvas, old["access_token"]) == 401
    assert bearer(canvas, new["access_token"]) == 200
    assert token(canvas, grant_type="refresh_token", refresh_token=old["refresh_token"]).status_code == 200


def test_access_token_lives_an_hour_less_the_skew(canvas: Canvas) -> None:
    canvas.faults.behaviour.token_skew_seconds = 600
    body = granted(canvas)
    assert body["expires_in"] == 3600

    canvas.clock.turn(2999)
    assert bearer(canvas, body["access_token"]) == 200
    canvas.clock.turn(1)
    assert bearer(canvas, body["access_token"]) == 401


def test_token_errors_are_redirects_on_an_older_canvas(canvas: Canvas) -> None:
    canvas.faults.behaviour.redirect_on_token_error = True

    assert query_of(token(canvas, code="x", redirect_uri=TOOL_CALLBACK))["error"] == "invalid_grant"
    assert token(canvas, code="x").status_code == 400


def test_token_is_deleted_with_itself(canvas: Canvas) -> None:
    body = granted(canvas)
    client, header = canvas.app.test_client(), {"Authorization": f"Bearer {body['access_token']}"}

    answer = client.delete("/login/oauth2/token", headers=header)

    assert (answer.status_code, answer.json) == (200, {})
    assert bearer(canvas, body["access_token"]) == 401
    refused = token(canvas, grant_type="refresh_token", refresh_token=body["refresh_token"])
    assert refused.json == {"error": "invalid_request", "error_description": "refresh_token not found"}
    assert client.delete("/login/oauth2/token", headers=header).status_code == 401
    assert client.delete("/login/oauth2/token").json == {
        "message": "can't delete OAuth access token when not using an OAuth access token"
    }


def test_token_call_charges_what_it_is_told(canvas: Canvas) -> None:
    canvas.faults.behaviour.token_call_cost = 200.0
    canvas.faults.behaviour.throttle_leak = 0.0  # or a slow machine's second of pause lets the fourth call in

    statuses = [token(canvas, code=code(canvas)).status_code for _ in range(4)]

    assert statuses == [200, 200, 200, 403]
