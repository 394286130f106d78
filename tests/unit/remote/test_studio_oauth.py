"""Consent and tokens at Studio: studio.md section 1."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lti.errors import (
    CuedeckError,
    GrantRefused,
    GrantRevoked,
    RemoteNonsense,
    RemoteRejected,
    RemoteThrottled,
    RemoteUnavailable,
    ServiceNotConfigured,
)
from lti.model import ApiKey, StudioAccount, StudioSettings
from lti.remote import GrantedTokens, StudioOAuth, refused_studio_consent

from .fake import NOW, Fake, Reply
from .studio import SETTINGS, STUDIO, TOKEN, FakeStudio, ok, refusal

ASK = f"POST {STUDIO}{TOKEN}"
REDIRECT = "https://cuedeck.example/connect/studio/callback"
GRANTED = {
    "access_token": "abc",
    "token_type": "Bearer",
    "expires_in": 7200,
    "refresh_token": "refresh-2",
    "created_at": 1772366400,
}


@pytest.fixture
def fake() -> FakeStudio:
    return FakeStudio()


def exchange(fake: FakeStudio, *replies: Reply) -> GrantedTokens:
    fake.on(ASK, *replies)
    return fake.studio_oauth.exchange(SETTINGS, code="the-code", redirect_uri=REDIRECT)


def refresh(fake: FakeStudio, *replies: Reply) -> GrantedTokens:
    fake.on(ASK, *replies)
    return fake.studio_oauth.refresh(SETTINGS, "refresh-1")


def failure(fake: FakeStudio, *replies: Reply) -> CuedeckError:
    with pytest.raises(CuedeckError) as caught:
        refresh(fake, *replies)
    return caught.value


def oauth_error(status: int, name: str) -> httpx.Response:
    return httpx.Response(status, json={"error": name, "error_description": "The token is secret-1."})


def test_consent_address_names_key_redirect_and_state_and_no_scope(fake: FakeStudio) -> None:
    url = fake.studio_oauth.authorize_url(SETTINGS, redirect_uri=REDIRECT, state="s+1")
    assert url.startswith(f"{STUDIO}/api/public/oauth/authorize?")
    assert parse_qs(urlsplit(url).query) == {
        "client_id": ["cuedeck-key"],
        "response_type": ["code"],
        "redirect_uri": [REDIRECT],
        "state": ["s+1"],
    }
    assert "hush" not in url


def test_code_is_exchanged_for_tokens_of_nobody_in_particular(fake: FakeStudio) -> None:
    tokens = exchange(fake, ok(GRANTED))
    assert tokens == GrantedTokens("abc", "refresh-2", NOW + timedelta(seconds=7200))
    assert parse_qs(fake.requests[0].content.decode()) == {
        "grant_type": ["authorization_code"],
        "code": ["the-code"],
        "redirect_uri": [REDIRECT],
        "client_id": ["cuedeck-key"],
        "client_secret": ["hush"],
    }


def test_refresh_gives_the_new_refresh_token_too(fake: FakeStudio) -> None:
    tokens = refresh(fake, ok(GRANTED))
    assert tokens.refresh_token == "refresh-2"
    assert parse_qs(fake.requests[0].content.decode())["refresh_token"] == ["refresh-1"]


def test_secrets_are_in_no_address_and_no_representation(fake: FakeStudio) -> None:
    tokens = refresh(fake, ok(GRANTED))
    assert "abc" not in repr(tokens)
    assert "refresh-2" not in repr(tokens)
    assert "hush" not in repr(SETTINGS)
    assert str(fake.requests[0].url) == f"{STUDIO}{TOKEN}"


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (oauth_error(400, "invalid_grant"), GrantRevoked),
        (oauth_error(401, "invalid_grant"), GrantRevoked),
        (oauth_error(401, "invalid_client"), ServiceNotConfigured),
        (oauth_error(400, "unauthorized_client"), ServiceNotConfigured),
        (httpx.Response(401), ServiceNotConfigured),
        (oauth_error(400, "invalid_request"), RemoteRejected),
        (httpx.Response(429), RemoteThrottled),
        (refusal(503, "down"), RemoteUnavailable),
        (httpx.Response(502, text="<html>Bad gateway</html>"), RemoteUnavailable),
        (httpx.Response(200, text="<html>Log in</html>", headers={"Content-Type": "text/html"}), RemoteNonsense),
        (ok({"token_type": "Bearer"}), RemoteNonsense),
        (ok({"access_token": "line\nbreak"}), RemoteNonsense),
        (httpx.ConnectError("no"), RemoteUnavailable),
        (httpx.ReadTimeout("late"), RemoteUnavailable),
    ],
)
def test_refusals_are_told_apart_and_speak_of_studio(fake: FakeStudio, reply: Reply, kind: type[CuedeckError]) -> None:
    error = failure(fake, reply)
    assert isinstance(error, kind)
    assert "Canvas" not in error.message
    assert "Studio" in error.message
    assert error.next_step
    assert "secret-1" not in str(error)


def test_refresh_that_may_have_arrived_is_not_sent_again(fake: FakeStudio) -> None:
    failure(fake, httpx.ReadTimeout("late"), ok(GRANTED))
    assert len(fake.requests) == 1
    failure(fake, refusal(500), ok(GRANTED))
    assert len(fake.requests) == 2


def test_refresh_that_did_not_leave_is_sent_again(fake: FakeStudio) -> None:
    assert refresh(fake, httpx.ConnectError("no"), ok(GRANTED)).access_token == "abc"


def test_person_who_says_no_is_told_how_to_say_yes() -> None:
    refused = refused_studio_consent("access_denied")
    assert isinstance(refused, GrantRefused)
    assert "Connect Studio" in refused.next_step
    broken = refused_studio_consent("invalid_client\n" * 50)
    assert isinstance(broken, ServiceNotConfigured)
    assert "\n" not in str(broken)


def test_only_named_hosts_are_reached_over_http() -> None:
    oauth = StudioOAuth(Fake().http, lambda: NOW, frozenset({"127.0.0.1"}))
    key = ApiKey("k", "s")
    sandbox = StudioSettings("127.0.0.1:8002", key, StudioAccount.OWN)
    assert oauth.origin(sandbox) == "http://127.0.0.1:8002"
    assert oauth.origin(SETTINGS) == STUDIO
    lookalike = StudioSettings("127.0.0.1.evil.example", key, StudioAccount.OWN)
    assert oauth.origin(lookalike) == "https://127.0.0.1.evil.example"
