"""Every row of canvas.md 1.11 told apart, and what is no answer at all."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from lti.errors import (
    CuedeckError,
    GrantRevoked,
    GrantScopeMissing,
    RemoteGone,
    RemoteNonsense,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteThrottled,
    RemoteUnavailable,
)
from lti.model import Scope
from lti.remote import errors, studio_errors
from lti.remote.errors import NotReached, ReadRejected, TooSlow

from .fake import REALM, Fake, Reply, error, head, listed, media, wire, wire_api

LIST = "GET /api/v1/media_objects"
THROTTLED = httpx.Response(
    403,
    content=b"403 Forbidden (Rate Limit Exceeded)\n",
    headers={"Content-Type": "text/plain; charset=utf-8", "X-Rate-Limit-Remaining": "0.0"},
)


@pytest.fixture
def fake() -> Fake:
    return Fake()


def ask(fake: Fake, *replies: Reply) -> None:
    fake.on(LIST, *replies)
    fake.api.list_media(Scope.OWN, None)


def failure(fake: Fake, *replies: Reply) -> CuedeckError:
    with pytest.raises(CuedeckError) as caught:
        ask(fake, *replies)
    return caught.value


def test_call_without_credentials_renews_once_and_then_ends_the_grant(fake: Fake) -> None:
    body = error(401, "user authorization required", REALM, status="unauthenticated")
    assert type(failure(fake, body)) is GrantRevoked
    assert fake.bearers == ["token-1", "token-2"]


def test_list_of_which_nothing_is_understood_is_not_an_empty_list(fake: Fake) -> None:
    assert type(failure(fake, httpx.Response(200, json=[{"title": "no id"}, {}]))) is RemoteNonsense


def test_redirect_to_what_is_no_address_is_nonsense_and_no_mistake_of_ours(fake: Fake) -> None:
    assert type(failure(fake, httpx.Response(301, headers={"Location": "A:0"}))) is RemoteNonsense


def test_person_without_the_right_is_told_so_on_403_json(fake: Fake) -> None:
    body = error(403, "user not authorized to perform that action", status="unauthorized")
    assert type(failure(fake, body)) is RemoteNotPermitted
    assert len(fake.requests) == 1
    assert fake.slept == []


def test_person_without_the_right_is_told_so_on_401_without_www_authenticate(fake: Fake) -> None:
    body = error(401, "user not authorized to perform that action", status="unauthorized")
    assert type(failure(fake, body)) is RemoteNotPermitted
    assert fake.tokens.renewed == []


def test_expired_access_token_is_renewed_once_and_the_call_repeated(fake: Fake) -> None:
    ask(fake, error(401, "Invalid access token.", REALM), listed(media("m-1")))
    assert fake.tokens.renewed == ["token-1"]
    assert fake.bearers == ["token-1", "token-2"]


def test_expired_access_token_is_renewed_though_a_proxy_dropped_www_authenticate(fake: Fake) -> None:
    ask(fake, error(401, "Invalid access token."), listed())
    assert fake.tokens.renewed == ["token-1"]


def test_token_that_stays_invalid_after_renewal_ends_the_grant_without_a_loop(fake: Fake) -> None:
    assert type(failure(fake, error(401, "Invalid access token.", REALM))) is GrantRevoked
    assert len(fake.requests) == 2


def test_revoked_token_is_not_renewed(fake: Fake) -> None:
    assert type(failure(fake, error(401, "Revoked access token.", REALM))) is GrantRevoked
    assert fake.tokens.renewed == []


def test_permanently_expired_token_is_not_renewed(fake: Fake) -> None:
    body = error(401, "Expired access token.", REALM, expired_at="2026-01-01T00:00:00Z")
    assert type(failure(fake, body)) is GrantRevoked
    assert fake.tokens.renewed == []


@pytest.mark.parametrize("headers", [None, REALM])
def test_insufficient_scopes_is_never_renewed(fake: Fake, headers: dict[str, str] | None) -> None:
    assert type(failure(fake, error(401, "Insufficient scopes on access token.", headers))) is GrantScopeMissing
    assert fake.tokens.renewed == []
    assert len(fake.requests) == 1


def test_renewal_that_fails_is_what_the_caller_hears(fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    def renew(stale: str) -> str:
        raise GrantRevoked("the refresh token is dead")

    monkeypatch.setattr(fake.tokens, "renew", renew)
    assert type(failure(fake, error(401, "Invalid access token.", REALM))) is GrantRevoked
    assert len(fake.requests) == 1


def test_missing_resource_is_gone(fake: Fake) -> None:
    assert type(failure(fake, error(404, "The specified resource does not exist."))) is RemoteGone


def test_missing_parameter_is_rejected_with_canvas_words_for_the_log(fake: Fake) -> None:
    problem = failure(fake, error(400, "search_term is missing"))
    assert type(problem) is ReadRejected
    assert "search_term is missing" in problem.detail


def test_invalid_record_is_rejected_with_the_attribute_for_the_log(fake: Fake) -> None:
    body = {"errors": {"locale": [{"attribute": "locale", "type": "invalid", "message": "is invalid"}]}}
    problem = failure(fake, httpx.Response(422, json=body))
    assert type(problem) is ReadRejected
    assert "locale" in problem.detail


@pytest.mark.parametrize(("method", "told"), [("POST", "Change it"), ("PUT", "Change it"), ("GET", "Try again.")])
@pytest.mark.parametrize("judged", [errors.judge, studio_errors.judge])
def test_only_who_sent_something_is_told_to_change_it(
    judged: Callable[[httpx.Response], None], method: str, told: str
) -> None:
    for status in (400, 422):
        with pytest.raises(RemoteRejected) as caught:
            judged(httpx.Response(status, request=httpx.Request(method, "https://school.example/api/v1/thing")))
        assert caught.value.next_step.startswith(told)


def test_other_error_of_canvas_is_unavailable_and_tried_again(fake: Fake) -> None:
    body = httpx.Response(
        500, json={"errors": [{"message": "An error occurred.", "error_code": "internal_server_error"}]}
    )
    assert type(failure(fake, body)) is RemoteUnavailable
    assert len(fake.requests) == 4


def test_throttling_is_told_apart_from_missing_rights_though_both_are_403(fake: Fake) -> None:
    assert type(failure(fake, THROTTLED)) is RemoteThrottled
    assert len(fake.requests) == 4


def test_throttled_call_succeeds_when_the_bucket_has_leaked(fake: Fake) -> None:
    ask(fake, THROTTLED, THROTTLED, listed())
    assert len(fake.slept) == 2
    assert 0 < fake.slept[0] < 1 < sum(fake.slept) < 6


def test_throttling_with_429_says_when_to_come_back(fake: Fake) -> None:
    problem = failure(fake, httpx.Response(429, headers={"Retry-After": "30"}))
    assert type(problem) is RemoteThrottled
    assert problem.retry_after == 30
    assert fake.slept == []  # nobody is made to wait that long in front of a page


def test_short_retry_after_is_waited_for(fake: Fake) -> None:
    ask(fake, httpx.Response(503, headers={"Retry-After": "2"}), listed())
    assert 2 <= fake.slept[0] < 3


def test_retry_after_as_a_date_counts_from_the_answers_own_date(fake: Fake) -> None:
    headers = {"Date": "Sun, 01 Mar 2026 12:00:00 GMT", "Retry-After": "Sun, 01 Mar 2026 12:00:20 GMT"}
    assert failure(fake, httpx.Response(503, headers=headers)).retry_after == 20


@pytest.mark.parametrize("value", ["soon", "-5", "1e9", "²", "Sun, 01 Mar 2026 12:00:20 GMT", ""])
def test_odd_retry_after_is_passed_over(fake: Fake, value: str) -> None:
    headers = [(b"Retry-After", value.encode())]
    assert failure(fake, httpx.Response(503, headers=headers)).retry_after is None


def test_html_5xx_of_a_proxy_is_unavailable(fake: Fake) -> None:
    body = httpx.Response(502, html="<html><h1>Bad Gateway</h1></html>")
    assert type(failure(fake, body)) is RemoteUnavailable


def test_html_403_of_a_firewall_is_not_taken_for_throttling(fake: Fake) -> None:
    assert type(failure(fake, httpx.Response(403, html="<h1>Blocked</h1>"))) is RemoteNotPermitted
    assert fake.slept == []


def test_login_page_with_200_is_nonsense_not_an_empty_list(fake: Fake) -> None:
    page = httpx.Response(200, html="<html><title>Log in to Canvas</title><form>login_required</form></html>")
    assert type(failure(fake, page)) is RemoteNonsense


@pytest.mark.parametrize("body", [b'[{"media_id": "m-1", ', b"", b"null", b"{}", b'"x"', b"\xff\xfe[", b"[" * 100_000])
def test_broken_or_unexpected_json_is_nonsense(fake: Fake, body: bytes) -> None:
    reply = httpx.Response(200, content=body, headers={"Content-Type": "application/json"})
    assert type(failure(fake, reply)) is RemoteNonsense
    assert len(fake.requests) == 1


def test_error_bodies_of_any_depth_do_not_break_the_judgement(fake: Fake) -> None:
    assert type(failure(fake, httpx.Response(400, content=b'{"errors":' * 50_000))) is ReadRejected
    assert type(failure(fake, httpx.Response(401, content=b"[" * 50_000))) is RemoteNotPermitted


def test_redirect_to_another_host_is_refused_and_the_token_never_sent_there(fake: Fake) -> None:
    fake.on("GET https://evil.example/collect", listed(media("m-1")))
    reply = httpx.Response(302, headers={"Location": "https://evil.example/collect"})
    assert type(failure(fake, reply)) is RemoteNonsense
    assert [request.url.host for request in fake.requests] == ["canvas.example.edu"]


def test_redirect_to_the_login_page_is_not_followed(fake: Fake) -> None:
    assert type(failure(fake, httpx.Response(302, headers={"Location": "/login"}))) is RemoteNonsense
    assert len(fake.requests) == 1


def test_redirect_to_no_address_at_all_is_unavailable(fake: Fake) -> None:
    assert type(failure(fake, httpx.Response(302, headers={"Location": "https://x:port/"}))) is RemoteUnavailable


def test_refused_connection_is_tried_again_and_then_unavailable(fake: Fake) -> None:
    assert type(failure(fake, httpx.ConnectError("refused"))) is NotReached
    assert len(fake.requests) == 4
    assert isinstance(NotReached(), RemoteUnavailable)


def test_answer_that_does_not_come_in_time_is_unavailable_and_not_asked_for_again(fake: Fake) -> None:
    assert type(failure(fake, httpx.ReadTimeout("slow"))) is TooSlow
    assert len(fake.requests) == 1
    assert isinstance(TooSlow(), RemoteUnavailable)


def test_details_for_the_log_hold_neither_token_nor_query(fake: Fake) -> None:
    fake.on(LIST, error(400, "no"))
    with pytest.raises(RemoteRejected) as caught:
        fake.api.list_media(Scope.OWN, None, search="my illness")
    assert "token-1" not in caught.value.detail
    assert "illness" not in caught.value.detail
    assert "canvas.example.edu/api/v1/media_objects: 400 no" in caught.value.detail


def test_answer_cut_in_the_middle_is_unavailable() -> None:
    cut = [lambda connection: connection.sendall(head(500) + b'[{"media_id": "m-')] * 4
    with wire(*cut) as origin, pytest.raises(RemoteUnavailable):
        wire_api(origin)[0].list_media(Scope.OWN, None)


def test_answer_cut_once_is_asked_for_again() -> None:
    with wire(
        lambda connection: connection.sendall(head(500) + b"[{"),
        lambda connection: connection.sendall(head(2) + b"[]"),
    ) as origin:
        assert wire_api(origin)[0].list_media(Scope.OWN, None).items == ()


def test_connection_closed_without_an_answer_is_unavailable() -> None:
    with wire(*[lambda connection: None] * 4) as origin, pytest.raises(RemoteUnavailable):
        wire_api(origin)[0].list_media(Scope.OWN, None)


def test_answer_that_is_not_http_is_unavailable() -> None:
    with (
        wire(*[lambda connection: connection.sendall(b"SSH-2.0-OpenSSH\r\n\r\n")] * 4) as origin,
        pytest.raises(RemoteUnavailable),
    ):
        wire_api(origin)[0].list_media(Scope.OWN, None)
