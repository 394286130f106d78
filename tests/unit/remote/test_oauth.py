"""Consent, tokens, refreshing, revoking: canvas.md section 6."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lti.errors import (
    CuedeckError,
    GrantError,
    GrantRefused,
    GrantRevoked,
    GrantScopeMissing,
    RemoteNonsense,
    RemoteRejected,
    RemoteThrottled,
    RemoteUnavailable,
    ServiceNotConfigured,
)
from lti.remote import SCOPES, GrantedTokens, refused_consent

from .fake import NOW, ORIGIN, REALM, Fake, Reply, error, platform

TOKEN = "POST /login/oauth2/token"
REDIRECT = "https://cuedeck.example/connect/canvas/callback"
GRANTED = {
    "access_token": "1~abc",
    "token_type": "Bearer",
    "user": {"id": 42, "name": "Tilda Teacher", "global_id": "10000000000042"},
    "refresh_token": "1~refresh",
    "expires_in": 3600,
    "canvas_region": "us-east-1",
}


@pytest.fixture
def fake() -> Fake:
    return Fake()


def oauth_error(status: int, name: str, description: str) -> httpx.Response:
    return httpx.Response(status, json={"error": name, "error_description": description})


def redirected(name: str, description: str) -> httpx.Response:
    query = httpx.QueryParams({"error": name, "error_description": description})
    return httpx.Response(302, headers={"Location": f"{REDIRECT}?{query}"})


def exchange(fake: Fake, *replies: Reply) -> GrantedTokens:
    fake.on(TOKEN, *replies)
    return fake.oauth.exchange(platform(), code="the-code", redirect_uri=REDIRECT, verifier="the-verifier")


def refresh(fake: Fake, *replies: Reply) -> GrantedTokens:
    fake.on(TOKEN, *replies)
    return fake.oauth.refresh(platform(), "1~refresh")


def exchange_failure(fake: Fake, *replies: Reply) -> CuedeckError:
    with pytest.raises(CuedeckError) as caught:
        exchange(fake, *replies)
    return caught.value


def refresh_failure(fake: Fake, *replies: Reply) -> CuedeckError:
    with pytest.raises(CuedeckError) as caught:
        refresh(fake, *replies)
    return caught.value


def test_consent_address_asks_for_everything_once(fake: Fake) -> None:
    url = fake.oauth.authorize_url(platform(), redirect_uri=REDIRECT, state="s+1", challenge="c-1")
    assert url.startswith(f"{ORIGIN}/login/oauth2/auth?")
    assert parse_qs(urlsplit(url).query) == {
        "client_id": ["10000000000020"],
        "response_type": ["code"],
        "redirect_uri": [REDIRECT],
        "state": ["s+1"],
        "scope": [" ".join(SCOPES)],
        "code_challenge": ["c-1"],
        "code_challenge_method": ["S256"],
    }


def test_scopes_cover_every_call_and_the_path_that_page_two_switches_to() -> None:
    assert "url:GET|/api/v1/groups/:group_id/media_attachments" in SCOPES
    assert "url:GET|/api/v1/files/:id/public_url" in SCOPES
    assert len(SCOPES) == len(set(SCOPES)) == 16


def test_school_without_an_api_key_is_told_to_get_one(fake: Fake) -> None:
    bare = platform(key=None)
    with pytest.raises(ServiceNotConfigured):
        fake.oauth.authorize_url(bare, redirect_uri=REDIRECT, state="s", challenge="c")
    with pytest.raises(ServiceNotConfigured):
        fake.oauth.refresh(bare, "r")
    with pytest.raises(ServiceNotConfigured):
        fake.oauth.exchange(bare, code="c", redirect_uri=REDIRECT, verifier="v")


def test_code_is_exchanged_for_tokens_and_their_owner(fake: Fake) -> None:
    tokens = exchange(fake, httpx.Response(200, json=GRANTED))
    assert tokens == GrantedTokens(
        "1~abc", "1~refresh", NOW + timedelta(hours=1), "42", "Tilda Teacher", "10000000000042"
    )
    assert parse_qs(fake.requests[0].content.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "redirect_uri": [REDIRECT],
        "code_verifier": ["the-verifier"],
        "client_id": ["10000000000020"],
        "client_secret": ["hush"],
    }


def test_tokens_are_in_no_representation(fake: Fake) -> None:
    assert "abc" not in repr(exchange(fake, httpx.Response(200, json=GRANTED)))


@pytest.mark.parametrize(("user_id", "account"), [(42, "42"), ("42", "42"), (10000000000042, "10000000000042")])
def test_owner_is_known_by_number_or_text(fake: Fake, user_id: object, account: str) -> None:
    assert exchange(fake, httpx.Response(200, json={**GRANTED, "user": {"id": user_id}})).account_id == account


@pytest.mark.parametrize(
    ("expires_in", "seconds"),
    [(3600, 3600), ("7200", 7200), (None, 3600), (0, 3600), (-5, 3600), ("soon", 3600), (10**30, 3600)],
)
def test_life_of_a_token_is_an_hour_where_canvas_does_not_say(fake: Fake, expires_in: object, seconds: int) -> None:
    tokens = exchange(fake, httpx.Response(200, json={**GRANTED, "expires_in": expires_in}))
    assert tokens.expires_at == NOW + timedelta(seconds=seconds)


def test_life_of_a_token_is_an_hour_where_the_member_is_missing(fake: Fake) -> None:
    assert refresh(fake, httpx.Response(200, json={"access_token": "a"})).expires_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    "change",
    [
        {"user": None},
        {"user": {}},
        {"user": {"id": ""}},
        {"access_token": None},
        {"access_token": "a\r\nb"},
        {"access_token": ""},
    ],
)
def test_token_answer_that_lacks_what_matters_is_nonsense(fake: Fake, change: dict[str, object]) -> None:
    assert type(exchange_failure(fake, httpx.Response(200, json={**GRANTED, **change}))) is RemoteNonsense


@pytest.mark.parametrize("reply", [httpx.Response(200, html="<h1>Log in</h1>"), httpx.Response(200, content=b"{")])
def test_token_answer_that_is_no_json_is_nonsense(fake: Fake, reply: httpx.Response) -> None:
    assert type(exchange_failure(fake, reply)) is RemoteNonsense


def test_refresh_keeps_the_old_refresh_token_unless_a_new_one_comes(fake: Fake) -> None:
    answer = {"access_token": "1~new", "token_type": "Bearer", "user": {"id": 42}, "expires_in": 3600}
    assert refresh(fake, httpx.Response(200, json=answer)).refresh_token is None
    assert refresh(fake, httpx.Response(200, json={**answer, "refresh_token": "r2"})).refresh_token == "r2"


@pytest.mark.parametrize(
    "reply",
    [
        oauth_error(400, "invalid_request", "refresh_token not found"),
        oauth_error(400, "invalid_grant", "incorrect client"),
        redirected("invalid_request", "refresh_token not found"),
    ],
)
def test_dead_refresh_token_ends_the_grant(fake: Fake, reply: httpx.Response) -> None:
    assert type(refresh_failure(fake, reply)) is GrantRevoked
    assert len(fake.requests) == 1


def test_refresh_that_was_wrong_in_another_way_does_not_end_the_grant(fake: Fake) -> None:
    reply = oauth_error(400, "invalid_request", "You must provide the refresh_token parameter")
    assert type(refresh_failure(fake, reply)) is RemoteRejected


@pytest.mark.parametrize(
    "reply",
    [
        oauth_error(400, "invalid_grant", "authorization_code not found"),
        redirected("invalid_grant", "authorization_code not found"),
    ],
)
def test_code_that_is_used_or_too_old_is_told_in_its_own_words(fake: Fake, reply: httpx.Response) -> None:
    problem = exchange_failure(fake, reply)
    assert type(problem) is GrantRevoked
    assert "took too long" in problem.message


def test_error_redirect_of_the_token_endpoint_is_read_and_never_followed(fake: Fake) -> None:
    exchange_failure(fake, redirected("unsupported_grant_type", "no"))
    assert [request.url.host for request in fake.requests] == ["canvas.example.edu"]


@pytest.mark.parametrize("location", ["https://evil.example/", "/login", "https://[", "?error="])
def test_redirect_without_an_error_is_nonsense(fake: Fake, location: str) -> None:
    assert type(exchange_failure(fake, httpx.Response(302, headers={"Location": location}))) is RemoteNonsense
    assert len(fake.requests) == 1


@pytest.mark.parametrize("call", [exchange_failure, refresh_failure])
@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(
            401,
            json={"error": "invalid_client", "error_description": "unknown client"},
            headers={"WWW-Authenticate": "Canvas OAuth 2.0"},
        ),
        redirected("invalid_client", "invalid client"),
        oauth_error(400, "unauthorized_client", "key is off"),
    ],
)
def test_wrong_api_key_is_a_matter_for_the_administrator(call: object, fake: Fake, reply: httpx.Response) -> None:
    problem = call(fake, reply)  # type: ignore[operator]
    assert type(problem) is ServiceNotConfigured
    assert "administrator" in problem.next_step
    assert "API key" in problem.message


def test_redirect_address_that_the_key_does_not_know_is_a_matter_for_the_administrator(fake: Fake) -> None:
    reply = oauth_error(400, "invalid_request", "redirect_uri does not match client settings")
    assert type(exchange_failure(fake, reply)) is ServiceNotConfigured


def test_missing_scope_at_the_token_endpoint_is_told_apart(fake: Fake) -> None:
    assert type(exchange_failure(fake, oauth_error(400, "invalid_scope", "no"))) is GrantScopeMissing


def test_refusal_at_the_token_endpoint_is_told_apart(fake: Fake) -> None:
    assert type(exchange_failure(fake, oauth_error(400, "access_denied", "no"))) is GrantRefused


def test_code_is_not_sent_twice_when_canvas_may_have_taken_it(fake: Fake) -> None:
    assert type(exchange_failure(fake, httpx.Response(500))) is RemoteUnavailable
    assert len(fake.requests) == 1


def test_code_is_sent_again_when_canvas_certainly_did_not_take_it(fake: Fake) -> None:
    throttled = httpx.Response(403, content=b"403 Forbidden (Rate Limit Exceeded)\n")
    tokens = exchange(fake, httpx.ConnectError("refused"), throttled, httpx.Response(200, json=GRANTED))
    assert tokens.access_token == "1~abc"


def test_refresh_is_tried_again_after_a_passing_failure(fake: Fake) -> None:
    reply = httpx.Response(200, json={"access_token": "1~new"})
    assert refresh(fake, httpx.Response(502, html="x"), reply).access_token == "1~new"


@pytest.mark.parametrize("status", [408, 429])
def test_refresh_that_is_asked_to_come_later_is_tried_again_whatever_words_came_along(fake: Fake, status: int) -> None:
    fake.on(TOKEN, oauth_error(status, "temporarily_unavailable", "slow down"), httpx.Response(200, json=GRANTED))
    assert fake.oauth.refresh(platform(), "1~refresh").access_token == "1~abc"
    assert len(fake.requests) == 2


def test_refresh_that_stays_throttled_does_not_end_the_grant(fake: Fake) -> None:
    problem = refresh_failure(fake, httpx.Response(403, content=b"403 Forbidden (Rate Limit Exceeded)\n"))
    assert type(problem) is RemoteThrottled
    assert not isinstance(problem, GrantError)


def test_revocation_ends_the_token(fake: Fake) -> None:
    fake.on("DELETE /login/oauth2/token", httpx.Response(200, json={}))
    fake.oauth.revoke(platform(), "1~abc")
    assert fake.bearers == ["1~abc"]


def test_revocation_of_a_token_that_is_dead_already_is_fine(fake: Fake) -> None:
    fake.on("DELETE /login/oauth2/token", error(401, "Invalid access token.", REALM))
    fake.oauth.revoke(platform(), "1~abc")
    assert len(fake.requests) == 1


def test_revocation_that_failed_is_said(fake: Fake) -> None:
    fake.on("DELETE /login/oauth2/token", httpx.Response(400, json={"message": "can't delete OAuth access token"}))
    with pytest.raises(RemoteRejected):
        fake.oauth.revoke(platform(), "1~abc")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("access_denied", GrantRefused),
        ("invalid_scope", GrantScopeMissing),
        ("unauthorized_client", ServiceNotConfigured),
        ("login_required", GrantRefused),
        ("x" * 10_000, GrantRefused),
    ],
)
def test_what_comes_back_in_place_of_a_code_is_told_apart(name: str, kind: type[GrantError]) -> None:
    problem = refused_consent(name, "because")
    assert type(problem) is kind
    assert len(problem.detail) < 500
