"""Media, people, collections and caption files of Studio: studio.md section 2."""

from __future__ import annotations

import json
from collections.abc import Callable

import httpx
import pytest

from lti.errors import RemoteGone, RemoteNonsense, RemoteRejected

from .studio import STUDIO, FakeStudio, caption, collection, meta, ok, owner, refusal, studio_media


@pytest.fixture
def fake() -> FakeStudio:
    return FakeStudio()


def test_person_searches_by_title_owner_and_tag_in_one_call(fake: FakeStudio) -> None:
    fake.on("GET /media/search", ok({"media": [studio_media()], "meta": meta(2, 3, 61)}))
    page = fake.studio.search(title=" clock ", owner="tilda@school.example", tag="week 1", page=2, per_page=30)
    assert [media.id for media in page.items] == ["260101"]
    assert (page.page, page.next, page.total) == (2, 3, 61)
    assert fake.queries == [
        {"page": "2", "per_page": "30", "title": "clock", "owner": "tilda@school.example", "tag": "week 1"}
    ]
    assert fake.bearers == ["token-1"]


def test_filters_that_are_blank_are_not_sent_and_long_ones_are_cut(fake: FakeStudio) -> None:
    fake.on("GET /media/search", ok({"media": []}))
    fake.studio.search(title="  ", owner=None, tag="")
    fake.studio.search(title="x" * 5000)
    assert fake.queries[0].keys() == {"page", "per_page"}
    assert len(fake.queries[1]["title"]) == 100


def test_studio_is_never_asked_for_more_than_it_gives(fake: FakeStudio) -> None:
    fake.on("GET /media/search", ok({"media": []}))
    fake.studio.search(page=-3, per_page=1000)
    assert fake.queries == [{"page": "1", "per_page": "50"}]


@pytest.mark.parametrize(
    ("paging", "following"),
    [(meta(1, 2), 2), (meta(2, 2), None), ({}, None), ({"last_page": "3"}, 2), ({"current_page": None}, None)],
)
def test_page_says_whether_there_is_another(fake: FakeStudio, paging: dict[str, object], following: int | None) -> None:
    fake.on("GET /collections/5017/media", ok({"media": [], "meta": paging}))
    assert fake.studio.collection_media("5017").next == following


def test_odd_entry_hides_no_other(fake: FakeStudio) -> None:
    entries: list[object] = [
        7,
        None,
        "x",
        {"title": "no id"},
        [],
        studio_media(2),
        studio_media(1, duration="long", owner=[]),
    ]
    fake.on("GET /media/search", ok({"media": entries, "meta": []}))
    assert [media.id for media in fake.studio.search().items] == ["2", "1"]


def test_list_of_which_nothing_is_understood_is_not_an_empty_list(fake: FakeStudio) -> None:
    fake.on("GET /media/search", ok({"media": [{"title": "no id"}, 7], "meta": meta(1, 1)}))
    with pytest.raises(RemoteNonsense) as caught:
        fake.studio.search()
    assert "Studio" in caught.value.message


def test_collections_are_read_to_the_last_page_and_may_have_no_name(fake: FakeStudio) -> None:
    pages = [
        ok({"collections": [collection(1), collection(2, name=None)], "meta": meta(1, 2)}),
        ok({"collections": [collection(3, type="course_wide", course_id=17)], "meta": meta(2, 2)}),
    ]
    fake.on("GET /collections", *pages)
    found = fake.studio.collections()
    assert [(each.id, each.name, each.type, each.course_id) for each in found] == [
        ("1", "Tilda", "user", None),
        ("2", None, "user", None),
        ("3", "Tilda", "course_wide", "17"),
    ]
    assert [query["page"] for query in fake.queries] == ["1", "2"]


def test_studio_that_never_comes_to_its_last_page_is_left(fake: FakeStudio) -> None:
    fake.on("GET /collections", ok({"collections": [collection()], "meta": meta(1, 9)}))
    assert len(fake.studio.collections()) == 40


def test_course_is_known_by_its_canvas_number_and_gives_the_collections(fake: FakeStudio) -> None:
    fake.on("GET /courses/17", ok({"course": collection(5017, type="course_wide", course_id=17)}))
    found = fake.studio.course("17")
    assert (found.id, found.course_id) == ("5017", "17")
    fake.on("GET /courses/18", refusal(404))
    with pytest.raises(RemoteGone):
        fake.studio.course("18")


def test_person_is_found_by_exactly_their_address(fake: FakeStudio) -> None:
    near = {**owner(9, "tilda@school.example.evil"), "role_names": ["admin"]}
    fake.on("GET /users/search", ok({"users": [near, {**owner(), "role_names": ["teacher", 7]}]}))
    found = fake.studio.user_by_email("Tilda@School.example ")
    assert found is not None
    assert (found.id, found.name, found.roles) == ("8101", "Tilda", ("teacher", "7"))
    assert "tilda@school.example" not in repr(found)
    assert fake.studio.user_by_email("sam@school.example") is None


def test_person_whom_studio_does_not_know_is_nobody(fake: FakeStudio) -> None:
    fake.on("GET /users/search", ok({"users": []}), ok({"user": owner(9, "other@school.example")}))
    assert fake.studio.user_by_email("tilda@school.example") is None
    assert fake.studio.user_by_email("tilda@school.example") is None


def test_captions_are_listed_with_whole_addresses_and_studios_own_words(fake: FakeStudio) -> None:
    listed = [
        caption(),
        caption(6002, url=None, status="generated", provider="notorious"),
        caption(6003, url="//[bad"),
        caption(6004, url="javascript:alert(1)"),
    ]
    fake.on("GET /media/260101/caption_files", ok({"caption_files": listed}))
    found = fake.studio.captions("260101")
    assert [each.url for each in found] == [f"{STUDIO}/captions/6001.srt", None, None, None]
    assert [(each.language, each.status, each.provider) for each in found[:2]] == [
        ("en", "published", ""),
        ("en", "generated", "notorious"),
    ]


def test_caption_text_is_given_as_it_lies_there(fake: FakeStudio) -> None:
    fake.on("GET /caption_files/6001/download", httpx.Response(200, content=b"\xff\xfe1\x00", headers={}))
    assert fake.studio.caption_text("6001") == b"\xff\xfe1\x00"


def test_sources_that_no_browser_can_play_are_left_out(fake: FakeStudio) -> None:
    sources = [
        {"definition": "low", "url": "https://cdn.example/low.mp4", "mime_type": "video/mp4"},
        {"definition": "high", "url": "rtmp://cdn.example/high"},
        {"definition": "none"},
    ]
    fake.on("GET /media/260101/sources", ok({"sources": sources}))
    (source,) = fake.studio.sources("260101")
    assert (source.url, source.definition, source.content_type) == ("https://cdn.example/low.mp4", "low", "video/mp4")
    assert "cdn.example" not in repr(source)


def test_download_leads_to_an_address_that_is_not_followed(fake: FakeStudio) -> None:
    target = "https://storage.example/file?sig=1"
    fake.on("GET /media/260101/download", httpx.Response(302, headers={"Location": target}), refusal(422))
    assert fake.studio.download_url("260101") == target
    with pytest.raises(RemoteRejected):  # external media have none
        fake.studio.download_url("260101")
    assert {request.url.host for request in fake.requests} == {"school.instructuremedia.com"}


def test_placements_and_tags_are_listed_though_tags_come_as_created(fake: FakeStudio) -> None:
    somewhere = {"uuid": "u", "title": "t", "collection": {"id": 5017}}
    nowhere = {"uuid": "v", "title": "t", "collection": None}
    fake.on("GET /media/1/perspectives", ok({"perspectives": [somewhere, nowhere]}), ok({"perspectives": [nowhere]}))
    fake.on("GET /media/1/tags", ok({"tags": [{"id": 7, "name": "week 1"}, {"id": 8}]}, status=201))
    assert [(each.uuid, each.collection.id) for each in fake.studio.perspectives("1")] == [("u", "5017")]
    with pytest.raises(RemoteNonsense):  # it is somewhere: that nothing says where is no answer
        fake.studio.perspectives("1")
    assert [(each.id, each.name) for each in fake.studio.tags("1")] == [("7", "week 1")]


@pytest.mark.parametrize("key", ["embed_url", "url", "something_new"])
def test_embed_is_made_for_the_course_whatever_its_address_is_called(fake: FakeStudio, key: str) -> None:
    address = f"{STUDIO}/lti/launch?custom_arc_media_id=x"
    fake.on("POST /media/260101/create_embed", ok({"id": 1, key: address}))
    assert fake.studio.create_embed("260101", "17") == address
    assert json.loads(fake.requests[0].content) == {
        "course_id": 17,
        "embed_type": "bare_embed",
        "downloadable": False,
    }


@pytest.mark.parametrize("body", [{}, {"url": "https://x.example/other"}, {"url": "javascript:/lti/launch"}])
def test_embed_without_a_launch_address_is_nonsense(fake: FakeStudio, body: dict[str, str]) -> None:
    fake.on("POST /media/260101/create_embed", ok(body))
    with pytest.raises(RemoteNonsense):
        fake.studio.create_embed("260101", "17")


@pytest.mark.parametrize("forged", ["..", ".", "", "../users/8102", "1/../2", "1?user_id=2", "1#x", "%2e%2e", "\u0661"])
def test_id_that_is_none_is_gone_and_nothing_is_asked(fake: FakeStudio, forged: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: fake.studio.media(forged),
        lambda: fake.studio.captions(forged),
        lambda: fake.studio.caption_text(forged),
        lambda: fake.studio.collection_media(forged),
        lambda: fake.studio.course(forged),
        lambda: fake.studio.create_embed(forged, "17"),
        lambda: fake.owned.collection(forged),
        lambda: fake.owned.collections(forged),
        lambda: fake.owned.add_tag(forged, "a"),
        lambda: fake.owned.remove_tag("1", forged),
        lambda: fake.owned.sharing(forged),
        lambda: fake.owned.delete(forged),
        lambda: fake.uploads.complete(forged, title="a"),
        lambda: fake.uploads.add_caption(forged, "en", "1"),
        lambda: fake.uploads.import_url("https://x.example/a.mp4", collection_id=forged),
    ]
    for call in calls:
        with pytest.raises(RemoteGone, match="no id of Studio's"):
            call()
    assert fake.requests == []
