"""Whatever Canvas answers, what comes out is a value or one of our errors."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti.errors import GrantError, RemoteError
from lti.model import Scope

from .fake import ORIGIN, Fake, media, platform, track

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=10,
)
ENTRY = {**media("m-1", media_tracks=[track(7)], media_sources=[{"url": "https://cdn.example/1"}]), **track(7)}
MUTATED = st.lists(
    st.builds(lambda name, value: {**ENTRY, name: value}, st.sampled_from(sorted(ENTRY)), JSON), max_size=3
)
BODY = st.one_of(
    st.binary(max_size=60),
    JSON.map(lambda value: json.dumps(value).encode()),
    MUTATED.map(lambda value: json.dumps(value).encode()),
)
STATUS = st.sampled_from([200, 200, 200, 204, 206, 301, 302, 304, 400, 401, 403, 404, 409, 422, 429, 500, 503, 599])
TEXT = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=40)
HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Content-Type": st.sampled_from(["application/json", "text/html; charset=x", "text/plain", ""]),
        "Link": st.one_of(TEXT, TEXT.map(lambda text: f"<{text}>; rel=next")),
        "Location": TEXT,
        "Retry-After": TEXT,
        "WWW-Authenticate": TEXT,
    },
)

CALLS: list[Callable[[Fake], object]] = [
    lambda fake: fake.api.list_media(Scope.OWN, None, sources=True),
    lambda fake: fake.api.tracks("m-1"),
    lambda fake: fake.api.find_file(Scope.OWN, None, media_id="m-1", search="abc"),
    lambda fake: fake.api.public_url("1"),
    lambda fake: fake.api.track_body(f"{ORIGIN}/body"),
    lambda fake: fake.oauth.exchange(platform(), code="c", redirect_uri="https://x.example/", verifier="v"),
    lambda fake: fake.oauth.refresh(platform(), "r"),
    lambda fake: fake.oauth.revoke(platform(), "t"),
]


class Anything(Fake):
    """Gives one reply to every call on this Canvas."""

    def __init__(self, reply: httpx.Response) -> None:
        super().__init__()
        self.reply = reply

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.url.host == "canvas.example.edu", "a call left this Canvas"
        return httpx.Response(self.reply.status_code, headers=self.reply.headers.raw, content=self.reply.content)


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=60, deadline=None)
@given(status=STATUS, headers=HEADERS, body=BODY)
def test_any_answer_gives_a_value_or_an_error_of_ours(
    call: Callable[[Fake], object], status: int, headers: dict[str, str], body: bytes
) -> None:
    try:
        call(Anything(httpx.Response(status, headers=headers, content=body)))
    except (RemoteError, GrantError) as error:
        assert error.status >= 400  # noqa: PT017 - an error of ours is one of the two right outcomes
