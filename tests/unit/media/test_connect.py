"""Consent: by the right person, in the right browser, once."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from lti.errors import (
    AddressExpired,
    BrowserNotProven,
    GrantMissing,
    GrantRefused,
    GrantRevoked,
    GrantScopeMissing,
    GrantWrongAccount,
    NotAllowed,
    RemoteUnavailable,
    ServiceNotConfigured,
)
from lti.model import GrantService
from tests.unit.media.conftest import OURS, TEACHER, School, viewer


def begin(school: School) -> tuple[str, str]:
    """Go to Canvas: the state and the browser's secret."""
    started = school.connection.start(school.connection.ticket(TEACHER, school.platform))
    return parse_qs(urlsplit(started.url).query)["state"][0], started.browser_secret


def grant(school: School) -> Any:
    return school.store.grants.get(school.platform.id, "tilda", GrantService.CANVAS)


def test_teacher_connects_and_is_connected(school: School) -> None:
    assert not school.connection.status(TEACHER, school.platform)
    state, secret = begin(school)
    school.canvas.codes["code"] = "1"
    connected = school.connection.finish(state, "code", None, secret)
    assert (connected.platform_id, connected.subject, connected.account_name) == (school.platform.id, "tilda", "User 1")
    assert school.connection.status(TEACHER, school.platform)
    assert grant(school).account_id == "1"
    assert school.library.page(TEACHER, school.platform).items == ()


def test_consent_page_is_asked_with_pkce_and_our_redirect_address(school: School) -> None:
    started = school.connection.start(school.connection.ticket(TEACHER, school.platform))
    query = parse_qs(urlsplit(started.url).query)
    assert query["redirect_uri"] == [f"{OURS}/connect/canvas/callback"]
    assert query["code_challenge_method"] == ["S256"]
    assert started.browser_secret not in started.url
    assert started.browser_secret not in repr(started)


def test_ticket_and_state_are_good_once_and_not_for_long(school: School) -> None:
    ticket = school.connection.ticket(TEACHER, school.platform)
    school.connection.start(ticket)
    with pytest.raises(AddressExpired):
        school.connection.start(ticket)
    late = school.connection.ticket(TEACHER, school.platform)
    school.clock.pass_(121)
    with pytest.raises(AddressExpired):
        school.connection.start(late)
    state, secret = begin(school)
    school.canvas.codes["code"] = "1"
    school.connection.finish(state, "code", None, secret)
    with pytest.raises(AddressExpired):
        school.connection.finish(state, "code", None, secret)
    state, secret = begin(school)
    school.clock.pass_(301)
    with pytest.raises(AddressExpired):
        school.connection.finish(state, "code", None, secret)
    with pytest.raises(AddressExpired):
        school.connection.finish(ticket, "code", None, secret)


@pytest.mark.parametrize("secret", [None, "", "wrong", "é\ud800"])
def test_another_browser_cannot_finish(school: School, secret: str | None) -> None:
    state, right = begin(school)
    school.canvas.codes["code"] = "1"
    with pytest.raises(BrowserNotProven):
        school.connection.finish(state, "code", None, secret)
    with pytest.raises(AddressExpired):
        school.connection.finish(state, "code", None, right)
    assert school.calls() == []


def test_wrong_account_is_refused_and_its_tokens_revoked(school: School) -> None:
    state, secret = begin(school)
    school.canvas.codes["code"] = "2"
    with pytest.raises(GrantWrongAccount):
        school.connection.finish(state, "code", None, secret)
    assert grant(school) is None
    assert len(school.canvas.revoked) == 1
    assert school.canvas.tokens == {}


def test_wrong_account_is_refused_even_when_canvas_does_not_revoke(school: School) -> None:
    state, secret = begin(school)
    school.canvas.codes["code"] = "2"
    school.canvas.break_with = lambda request: httpx.Response(503) if request.method == "DELETE" else None
    with pytest.raises(GrantWrongAccount):
        school.connection.finish(state, "code", None, secret)
    assert grant(school) is None


def test_account_may_be_known_by_its_global_id(school: School) -> None:
    far = viewer("tilda", user="10000000000001")
    started = school.connection.start(school.connection.ticket(far, school.platform))
    state = parse_qs(urlsplit(started.url).query)["state"][0]
    answer = {"access_token": "a", "refresh_token": "r", "user": {"id": 1, "global_id": "10000000000001"}}
    school.canvas.break_with = lambda request: httpx.Response(200, json=answer)
    school.connection.finish(state, "code", None, started.browser_secret)
    assert grant(school).account_id == "1"


@pytest.mark.parametrize(
    ("code", "error", "kind"),
    [
        (None, "access_denied", GrantRefused),
        (None, None, GrantRefused),
        ("code", "access_denied", GrantRefused),
        (None, "invalid_scope", GrantScopeMissing),
        ("used", None, GrantRevoked),
    ],
)
def test_refused_consent_keeps_nothing(
    school: School, code: str | None, error: str | None, kind: type[Exception]
) -> None:
    state, secret = begin(school)
    with pytest.raises(kind):
        school.connection.finish(state, code, error, secret)
    assert grant(school) is None


def test_canvas_down_while_finishing_is_said(school: School) -> None:
    state, secret = begin(school)
    school.canvas.break_with = lambda request: httpx.Response(503)
    with pytest.raises(RemoteUnavailable):
        school.connection.finish(state, "code", None, secret)


def test_who_cannot_be_checked_cannot_connect(school: School) -> None:
    with pytest.raises(ServiceNotConfigured):
        school.connection.ticket(viewer("tilda", user=None), school.platform)
    with pytest.raises(NotAllowed):
        school.connection.ticket(viewer(None), school.platform)
    with pytest.raises(NotAllowed):
        school.connection.ticket(viewer("tilda", platform_id=9), school.platform)


def test_removed_platform_ends_a_consent_under_way(school: School) -> None:
    ticket = school.connection.ticket(TEACHER, school.platform)
    school.store.platforms.remove(school.platform.issuer, school.platform.client_id)
    with pytest.raises(AddressExpired):
        school.connection.start(ticket)


def test_teacher_takes_consent_back(school: School) -> None:
    school.connect()
    school.connection.disconnect(TEACHER, school.platform)
    assert not school.connection.status(TEACHER, school.platform)
    assert school.canvas.tokens == {}
    with pytest.raises(GrantMissing):
        school.library.page(TEACHER, school.platform)
    school.calls()
    school.connection.disconnect(TEACHER, school.platform)
    assert school.calls() == []


def test_expired_grant_is_ended_at_canvas_too(school: School) -> None:
    school.connect(seconds=-10)
    school.connection.disconnect(TEACHER, school.platform)
    assert school.canvas.tokens == {}


@pytest.mark.parametrize("status", [503, 400])
def test_consent_taken_back_is_forgotten_even_when_canvas_does_not_answer(school: School, status: int) -> None:
    school.connect(seconds=-10)
    school.canvas.break_with = lambda request: httpx.Response(status)
    school.connection.disconnect(TEACHER, school.platform)
    assert grant(school) is None
