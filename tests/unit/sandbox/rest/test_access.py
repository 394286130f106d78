"""Getting into the REST API: every row of reference 1.11, scopes, throttle."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sandbox.canvas.scopes import ALL_SCOPES
from sandbox.canvas.seed import SAM, TILDA
from tests.unit.sandbox.rest.conftest import Canvas

LIST = "/api/v1/media_objects"
CHALLENGE = 'Bearer realm="canvas-lms"'


def test_nobody_is_asked_for_credentials(canvas: Canvas) -> None:
    answer = canvas.get(None, LIST)

    assert answer.status_code == 401
    assert answer.json == {"status": "unauthenticated", "errors": [{"message": "user authorization required"}]}
    assert answer.headers["WWW-Authenticate"] == CHALLENGE


def test_unknown_token_is_invalid(canvas: Canvas) -> None:
    answer = canvas.get(None, LIST, headers={"Authorization": "Bearer 10000~nothing"})

    assert (answer.status_code, answer.json) == (401, {"errors": [{"message": "Invalid access token."}]})
    assert answer.headers["WWW-Authenticate"] == CHALLENGE


def test_token_past_its_hour_is_invalid_not_expired(canvas: Canvas) -> None:
    assert canvas.get(TILDA, LIST).status_code == 200
    canvas.clock.turn(3600)

    assert canvas.get(TILDA, LIST).json == {"errors": [{"message": "Invalid access token."}]}


def test_token_past_its_owners_date_is_expired(canvas: Canvas) -> None:
    canvas.get(TILDA, LIST)
    canvas.tokens[TILDA].permanent_expires_at = canvas.clock() - timedelta(seconds=1)

    answer = canvas.get(TILDA, LIST)

    assert answer.json == {"errors": [{"message": "Expired access token.", "expired_at": "2026-03-02T08:59:59Z"}]}
    assert answer.headers["WWW-Authenticate"] == CHALLENGE


@pytest.mark.parametrize(("named", "message"), [(True, "Revoked access token."), (False, "Invalid access token.")])
def test_revoked_token_is_named_so_by_newer_canvas(canvas: Canvas, named: bool, message: str) -> None:
    canvas.faults.behaviour.name_revoked_tokens = named
    canvas.get(TILDA, LIST)
    canvas.world.grants.revoke_all()

    answer = canvas.get(TILDA, LIST)

    assert (answer.status_code, answer.json) == (401, {"errors": [{"message": message}]})


def test_missing_scope_is_401_without_challenge(canvas: Canvas) -> None:
    canvas.tokens[TILDA] = canvas.token(TILDA, ALL_SCOPES - {"url:GET|/api/v1/media_objects"})

    answer = canvas.get(TILDA, LIST)

    assert (answer.status_code, answer.json) == (
        401,
        {"errors": [{"message": "Insufficient scopes on access token."}]},
    )
    assert "WWW-Authenticate" not in answer.headers
    assert canvas.get(TILDA, "/api/v1/media_attachments").status_code == 200


def test_scopes_are_not_asked_where_the_key_does_not_enforce_them(canvas: Canvas) -> None:
    canvas.tokens[TILDA] = canvas.token(TILDA, ())
    next(iter(canvas.world.api_keys.values())).enforce_scopes = False

    assert canvas.get(TILDA, LIST).status_code == 200


def test_head_counts_as_get_and_format_suffix_is_allowed(canvas: Canvas) -> None:
    assert canvas.call(TILDA, "HEAD", LIST).status_code == 200
    assert canvas.get(TILDA, f"{LIST}.json").status_code == 200


def test_token_may_be_a_parameter(canvas: Canvas) -> None:
    token = canvas.token(TILDA)

    answer = canvas.get(None, f"{LIST}?access_token={token.access}&per_page=2")

    assert answer.status_code == 200
    assert token.access not in answer.headers["Link"]


@pytest.mark.parametrize("status", [403, 401])
def test_student_without_right_gets_the_status_of_the_flag(canvas: Canvas, status: int) -> None:
    canvas.faults.behaviour.unauthorized_status = status

    answer = canvas.get(SAM, "/api/v1/courses/18/media_objects")

    assert (answer.status_code, answer.json) == (
        status,
        {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]},
    )
    assert "WWW-Authenticate" not in answer.headers


def test_unknown_route_is_404(canvas: Canvas) -> None:
    answer = canvas.get(TILDA, "/api/v1/nothing/here")

    assert (answer.status_code, answer.json) == (
        404,
        {"errors": [{"message": "The specified resource does not exist."}]},
    )


def test_too_much_at_once_is_a_plain_403(canvas: Canvas) -> None:
    answer = canvas.get(TILDA, LIST)
    assert float(answer.headers["X-Request-Cost"]) >= 0
    assert 0 < float(answer.headers["X-Rate-Limit-Remaining"]) <= 600

    canvas.faults.behaviour.throttle_limit = 0
    answer = canvas.get(TILDA, LIST)

    assert answer.status_code == 403
    assert answer.text == "403 Forbidden (Rate Limit Exceeded)\n"
    assert answer.mimetype == "text/plain"
    assert answer.headers["X-Rate-Limit-Remaining"] == "0.0"
    assert "X-Request-Cost" not in answer.headers
