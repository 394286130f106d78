"""What the caption report reads off Canvas's answers beside the media: pages, what the throttle leaves, lengths."""

from __future__ import annotations

import json

import httpx
import pytest

from lti.model import Scope

from .fake import ORIGIN, Fake, listed, media

COURSE = "GET /api/v1/courses/17/media_objects"
PAGES = f"{ORIGIN}/api/v1/courses/17/media_attachments"


@pytest.fixture
def fake() -> Fake:
    return Fake()


@pytest.mark.parametrize(
    ("link", "pages"),
    [
        (f'<{PAGES}?page=2&per_page=100>; rel="next",<{PAGES}?page=21&per_page=100>; rel="last"', 21),
        (f'<{PAGES}?page=1>; rel="last"', 1),
        (f'<{PAGES}?page=bookmark:WzFd>; rel="last"', None),
        (f'<{PAGES}?page=999999999999>; rel="last"', None),
        (f'<{PAGES}>; rel="last"', None),
        ('<http://[::bad/?page=3>; rel="last"', None),
        (None, None),
    ],
)
def test_number_of_pages_is_told_where_canvas_tells_it(fake: Fake, link: str | None, pages: int | None) -> None:
    fake.on(COURSE, listed(media("m-1"), link=link))
    assert fake.api.list_media(Scope.COURSE, "17").pages == pages


@pytest.mark.parametrize(
    ("header", "remaining"), [("598.4", 598.4), ("0.0", 0.0), ("", None), ("many", None), ("nan", None), ("inf", None)]
)
def test_what_the_throttle_leaves_is_read_off_each_answer(fake: Fake, header: str, remaining: float | None) -> None:
    answer = listed(media("m-1"))
    answer.headers["X-Rate-Limit-Remaining"] = header
    fake.on(COURSE, answer)
    assert fake.api.remaining is None
    fake.api.list_media(Scope.COURSE, "17")
    assert fake.api.remaining == remaining


@pytest.mark.parametrize(
    ("sources", "seconds"),
    [
        ([{"url": "https://cdn/a", "size": "6250", "bitrate": "512"}], 100.0),
        ([{"url": "https://cdn/o", "size": "1", "bitrate": "1", "isOriginal": "1"},
          {"url": "https://cdn/a", "size": 6250, "bitrate": 512, "isOriginal": "0"}], 100.0),
        ([{"url": "https://cdn/o", "size": "6250", "bitrate": "512", "isOriginal": "1"}], 100.0),
        ([{"url": "https://cdn/a", "size": "6250", "bitrate": "0"}], None),
        ([{"url": "https://cdn/a", "size": None, "bitrate": "512"}], None),
        ([], None),
        (None, None),
    ],
)  # fmt: skip
def test_length_is_estimated_by_size_and_bit_rate(
    fake: Fake, sources: list[dict[str, object]] | None, seconds: float | None
) -> None:
    fake.on(COURSE, listed(media("m-1", media_sources=sources)))
    assert fake.api.list_media(Scope.COURSE, "17", sources=True).items[0].length == seconds


def test_media_get_another_title_by_their_id_or_their_file(fake: Fake) -> None:
    fake.on("PUT /api/v1/media_objects/m-1", httpx.Response(200, json=media("m-1")))
    fake.on("PUT /api/v1/media_attachments/501", httpx.Response(200, json=media("m-1")))
    fake.api.retitle("m-1", None, "Été")
    fake.api.retitle("m-1", "501", "Été")
    assert [json.loads(request.content) for request in fake.requests] == [{"user_entered_title": "Été"}] * 2
