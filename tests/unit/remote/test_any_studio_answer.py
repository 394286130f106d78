"""Whatever Studio answers, what comes out is a value or one of our errors, and the token goes nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti.errors import GrantError, RemoteError
from lti.remote import fetch_offers

from .studio import SETTINGS, STUDIO, FakeStudio, caption, collection, meta, studio_media
from .test_any_answer import HEADERS, JSON, STATUS

ENTRY = {
    **studio_media(),
    **caption(),
    **collection(),
    "email": "tilda@school.example",
    "role_names": ["teacher"],
    "mime_type": "video/mp4",
    "collection": collection(),
    "uuid": "u",
    "key": "standard",
    "is_asr": False,
    "languages": ["en"],
}
_MUTATED = st.builds(lambda name, value: {**ENTRY, name: value}, st.sampled_from(sorted(ENTRY)), JSON)
_KEYS = st.sampled_from(
    ["media", "sources", "collections", "users", "user", "course", "caption_files", "caption_file", "perspectives",
     "tags", "collection", "user_permissions", "paths", "upload", "url",
     "caption_file_requests", "captioning_service_types"]
)  # fmt: skip
BODY = st.one_of(
    st.binary(max_size=60),
    JSON.map(lambda value: json.dumps(value).encode()),
    st.builds(
        lambda key, entries, paging: json.dumps({key: entries, "meta": paging}).encode(),
        _KEYS,
        st.lists(_MUTATED | JSON, max_size=3) | _MUTATED | JSON,
        st.just(meta(1, 1)) | JSON,
    ),
)

CALLS: list[Callable[[FakeStudio], object]] = [
    lambda fake: fake.studio.search(title="a"),
    lambda fake: fake.studio.media("1"),
    lambda fake: fake.studio.sources("1"),
    lambda fake: fake.studio.download_url("1"),
    lambda fake: fake.studio.perspectives("1"),
    lambda fake: fake.studio.tags("1"),
    lambda fake: fake.studio.collections(),
    lambda fake: fake.studio.course("17"),
    lambda fake: fake.studio.user_by_email("a@b.example"),
    lambda fake: fake.studio.create_embed("1", "17"),
    lambda fake: fake.studio.captions("1"),
    lambda fake: fake.studio.caption_text("1"),
    lambda fake: fake.owned.collections("8101"),
    lambda fake: fake.owned.collection("1"),
    lambda fake: fake.owned.create_collection("a", "8101"),
    lambda fake: fake.owned.add_tag("1", "a"),
    lambda fake: fake.owned.remove_tag("1", "2"),
    lambda fake: fake.owned.sharing("1"),
    lambda fake: fake.owned.delete("1"),
    lambda fake: fetch_offers(fake.http, STUDIO, fake.tokens),
    lambda fake: fake.uploads.begin(),
    lambda fake: fake.uploads.put("https://school.instructuremedia.com/put", 1, iter([b"a"])),
    lambda fake: fake.uploads.complete("1", title="a"),
    lambda fake: fake.uploads.add_caption("1", "en", "1"),
    lambda fake: fake.studio_oauth.refresh(SETTINGS, "r"),
]


class Anything(FakeStudio):
    """Gives one reply to every call."""

    def __init__(self, reply: httpx.Response) -> None:
        super().__init__()
        self.reply = reply

    def _answer(self, request: httpx.Request) -> httpx.Response:
        request.read()
        assert request.url.host == "school.instructuremedia.com", "a call left this Studio"
        return httpx.Response(self.reply.status_code, headers=self.reply.headers.raw, content=self.reply.content)


@pytest.mark.parametrize("call", CALLS)
@settings(max_examples=60, deadline=None)
@given(status=STATUS, headers=HEADERS, body=BODY)
def test_any_answer_gives_a_value_or_an_error_of_ours(
    call: Callable[[FakeStudio], object], status: int, headers: dict[str, str], body: bytes
) -> None:
    try:
        call(Anything(httpx.Response(status, headers=headers, content=body)))
    except (RemoteError, GrantError) as error:
        assert error.status >= 400  # noqa: PT017 - an error of ours is one of the two right outcomes


def test_numbers_may_be_texts_and_what_is_not_known_is_passed_over() -> None:
    fake = FakeStudio()
    odd = {"id": "260101", "duration": "3.5", "size": "12", "brand_new": {"a": [1]}, "owner": {"id": "8101"}}
    fake.on("GET /media/260101", httpx.Response(200, json=odd))
    media = fake.studio.media("260101")
    assert (media.id, media.title, media.duration, media.size) == ("260101", "", 3.5, 12)
    assert media.owner is not None
    assert media.owner.id == "8101"
    assert (media.created_at, media.thumbnail_url, media.launch_id) == (None, None, None)


def test_media_is_read_as_it_is_documented() -> None:
    fake = FakeStudio()
    fake.on("GET /media/260101", httpx.Response(200, json={"media": studio_media(collection=collection(name=None))}))
    media = fake.studio.media("260101")
    assert (media.id, media.title, media.duration, media.size) == ("260101", "Title of 260101", 3.042, 12345)
    assert media.created_at == datetime.fromisoformat("2026-01-15T09:30:00+00:00")
    assert media.launch_id == "e348ffa5-0000-4000-8000-db50f0aade22-260101"
    assert media.collection is not None
    assert (media.collection.id, media.collection.name, media.collection.type) == ("7101", None, "user")
    assert "tilda@school.example" not in repr(media)
