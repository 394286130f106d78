"""What Studio's refusals stand for, in whose words, and when a call is tried again: studio.md 1.4 and 2."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from lti.errors import (
    CuedeckError,
    GrantMissing,
    GrantRevoked,
    RemoteGone,
    RemoteNonsense,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteThrottled,
    RemoteUnavailable,
)

from .studio import FakeStudio, ok, refusal, studio_media

MEDIA = "GET /media/260101"
FOUND = ok({"media": studio_media()})


@pytest.fixture
def fake() -> FakeStudio:
    return FakeStudio()


def failure(fake: FakeStudio, *replies: httpx.Response | Exception) -> CuedeckError:
    fake.on(MEDIA, *replies)
    with pytest.raises(CuedeckError) as caught:
        fake.studio.media("260101")
    return caught.value


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (refusal(403), RemoteNotPermitted),
        (refusal(404), RemoteGone),
        (refusal(410), RemoteGone),
        (refusal(400), RemoteRejected),
        (refusal(422), RemoteRejected),
        (httpx.Response(429), RemoteThrottled),
        (httpx.Response(403, text="403 Forbidden (Rate Limit Exceeded)"), RemoteThrottled),
        (refusal(500), RemoteUnavailable),
        (httpx.Response(502, text="<html>Bad gateway</html>"), RemoteUnavailable),
        (httpx.Response(302, headers={"Location": "https://evil.example/"}), RemoteNonsense),
        (httpx.Response(200, text="<html>Log in</html>", headers={"Content-Type": "text/html"}), RemoteNonsense),
        (httpx.Response(200, content=b'{"media": {"id": '), RemoteNonsense),
        (httpx.ConnectError("no"), RemoteUnavailable),
        (httpx.ReadTimeout("late"), RemoteUnavailable),
    ],
)
def test_refusals_are_told_apart_and_speak_of_studio_with_a_next_step(
    fake: FakeStudio, reply: httpx.Response | Exception, kind: type[CuedeckError]
) -> None:
    error = failure(fake, reply)
    assert isinstance(error, kind)
    assert "Studio" in error.message
    assert "Canvas" not in error.message
    assert error.next_step
    assert {request.url.host for request in fake.requests} == {"school.instructuremedia.com"}


def test_expired_token_is_renewed_once_and_the_call_repeated(fake: FakeStudio) -> None:
    fake.on(MEDIA, refusal(401), FOUND)
    assert fake.studio.media("260101").id == "260101"
    assert fake.bearers == ["token-1", "token-2"]
    assert fake.tokens.renewed == ["token-1"]


def test_token_that_stays_refused_ends_the_grant_without_a_loop(fake: FakeStudio) -> None:
    error = failure(fake, refusal(401))
    assert isinstance(error, GrantRevoked)
    assert error.next_step == "Connect Studio again, then try again."
    assert len(fake.requests) == 2


def test_person_who_never_connected_is_told_to_connect_studio(
    fake: FakeStudio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> str:
        raise GrantMissing("none")

    monkeypatch.setattr(fake.tokens, "token", missing)
    error = failure(fake, FOUND)
    assert isinstance(error, GrantMissing)
    assert error.next_step == "Connect Studio, then try again."
    assert fake.requests == []


def test_words_that_say_more_than_the_usual_are_kept(fake: FakeStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    def special() -> str:
        raise GrantMissing("none", message="Something special.", next_step="Do this.")

    monkeypatch.setattr(fake.tokens, "token", special)
    assert failure(fake, FOUND).message == "Something special."


@pytest.mark.parametrize("passing", [refusal(500), httpx.Response(429), httpx.ConnectError("no")])
def test_question_is_asked_again_after_trouble_that_passes(
    fake: FakeStudio, passing: httpx.Response | Exception
) -> None:
    fake.on(MEDIA, passing, FOUND)
    assert fake.studio.media("260101").id == "260101"
    assert len(fake.requests) == 2


@pytest.mark.parametrize("final", [refusal(403), refusal(404), refusal(422)])
def test_question_that_was_answered_is_not_asked_again(fake: FakeStudio, final: httpx.Response) -> None:
    failure(fake, final)
    assert len(fake.requests) == 1


def test_log_says_where_and_why_but_neither_token_nor_query(fake: FakeStudio) -> None:
    fake.on("GET /users/search", refusal(403, "Only administrators."))
    with pytest.raises(RemoteNotPermitted) as caught:
        fake.studio.user_by_email("tilda@school.example")
    said = str(caught.value)
    assert "/users/search: 403 Only administrators." in said
    assert "tilda" not in said
    assert "token-1" not in said


CALLS: list[Callable[[FakeStudio], object]] = [
    lambda fake: fake.studio.search(),
    lambda fake: fake.studio.sources("1"),
    lambda fake: fake.studio.captions("1"),
    lambda fake: fake.studio.caption_text("1"),
    lambda fake: fake.studio.create_embed("1", "17"),
    lambda fake: fake.owned.collection("1"),
    lambda fake: fake.owned.create_collection("a"),
    lambda fake: fake.owned.add_tag("1", "a"),
    lambda fake: fake.owned.sharing("1"),
    lambda fake: fake.owned.delete("1"),
    lambda fake: fake.uploads.begin(),
    lambda fake: fake.uploads.add_caption("1", "en", "1"),
]


@pytest.mark.parametrize("call", CALLS)
def test_person_without_the_right_is_told_so_by_every_call(call: Callable[[FakeStudio], object]) -> None:
    class Closed(FakeStudio):
        def _answer(self, request: httpx.Request) -> httpx.Response:
            return refusal(403)

    with pytest.raises(RemoteNotPermitted) as caught:
        call(Closed())
    assert caught.value.message == "Studio does not let you see or do this."
