"""What owners do at Studio, and what a Studio says that it offers: studio.md 1.1, 2.3, 2.7, 2.9."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lti.errors import RemoteError, RemoteNonsense
from lti.model import OrderAnswer
from lti.remote import StudioCaptioningApi, fetch_offers
from lti.remote.probes import look
from lti.remote.studio_offers import USED
from lti.remote.studio_values import ServiceType

from .studio import ROOT, STUDIO, FakeStudio, collection, meta, ok, owner

APIDOCS = f"GET {STUDIO}/api/public/apidocs"


@pytest.fixture
def fake() -> FakeStudio:
    return FakeStudio()


def test_collections_of_a_person_are_read_to_the_last_page(fake: FakeStudio) -> None:
    pages = [ok({"collections": [collection(number)], "meta": meta(number, 2)}) for number in (1, 2)]
    fake.on("GET /users/8101/collections", *pages)
    assert [each.id for each in fake.owned.collections("8101")] == ["1", "2"]
    assert [query["page"] for query in fake.queries] == ["1", "2"]


def test_collection_is_made_for_the_person_that_is_named(fake: FakeStudio) -> None:
    fake.on("POST /collections", ok({"collection": collection(9, name="Week 1")}, 201), ok({"collection": {}}, 201))
    assert fake.owned.create_collection("Week 1", "8101").name == "Week 1"
    assert fake.queries == [{"name": "Week 1", "user_id": "8101"}]
    with pytest.raises(RemoteNonsense):
        fake.owned.create_collection("Week 1")


def test_who_has_access_is_read_in_either_shape(fake: FakeStudio) -> None:
    entries: list[Any] = [
        {**owner(1), "permission": "view"},
        {"user": owner(2), "permission": "edit"},
        {"user": None, "permission": "edit"},
        {"permission": "view"},
        7,
        {**owner(3), "permission": ["odd"]},
    ]
    fake.on("GET /media/5/users", ok({"user_permissions": entries, "meta": {**meta(1, 3), "total_count": 120}}))
    page = fake.owned.sharing("5")
    assert [(each.user.id, each.permission) for each in page.items] == [("1", "view"), ("2", "edit"), ("3", "")]
    assert page.total == 120


def test_tag_is_added_whatever_studio_answers(fake: FakeStudio) -> None:
    fake.on("POST /media/5/tags", httpx.Response(201, text="made"))
    fake.owned.add_tag("5", "week 1")
    assert fake.queries == [{"name": "week 1"}]


@pytest.mark.parametrize(
    "document",
    [
        {"basePath": "/api/public/v1", "info": {"version": "v1"}, "paths": {"/media/{media_id}": {"get": {}}}},
        {"basePath": "/", "info": {"version": "v1"}, "paths": {"/api/public/v1/media/{id}": {"GET": {}, "x": []}}},
        {"info": {"version": "v1"}, "paths": {"/media/{id}": {"get": None}, "/odd": 7}},
    ],
)
def test_offers_are_read_however_their_paths_begin(fake: FakeStudio, document: dict[str, Any]) -> None:
    fake.on(APIDOCS, ok(document))
    offers = fetch_offers(fake.http, STUDIO, fake.tokens)
    assert (offers.version, set(offers.calls)) == ("v1", {"GET /media/{}"})
    assert "DELETE /media/{}" in offers.missing
    assert "GET /media/{}" not in offers.missing


@pytest.mark.parametrize("document", [{}, {"paths": {}}, {"paths": []}, {"paths": None}])
def test_description_without_paths_is_nonsense(fake: FakeStudio, document: dict[str, Any]) -> None:
    fake.on(APIDOCS, ok(document))
    with pytest.raises(RemoteNonsense):
        fetch_offers(fake.http, STUDIO, fake.tokens)


class Noting(FakeStudio):
    """Notes what is asked for, and gives nothing."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = str(request.url.copy_with(query=None)).removeprefix(ROOT)
        self.asked.add(f"{request.method} {re.sub('/77(?=/|$)', '/{}', path)}")
        return httpx.Response(404, json={"error": "no"})


def test_what_a_studio_must_offer_is_what_our_clients_ask_for() -> None:
    fake = Noting()
    captioning = StudioCaptioningApi(fake.http, STUDIO, fake.tokens)
    calls: list[Callable[[], object]] = [
        fake.studio.search, fake.studio.collections, captioning.orders, captioning.service_types,
        fake.uploads.begin, lambda: fake.studio.user_by_email("a@b.example"), lambda: fake.owned.create_collection("a"),
        lambda: fake.owned.add_tag("77", "a"), lambda: fake.owned.remove_tag("77", "77"),
        lambda: fake.uploads.import_url("https://a.example/a.mp4", title="a"),
        lambda: fake.uploads.import_url("https://a.example/a.mp4", title="a", collection_id="77"),
        lambda: fake.uploads.complete("77", title="a"), lambda: fake.uploads.add_caption("77", "en", "1"),
        lambda: captioning.answer("77", OrderAnswer.FAILED), lambda: captioning.delete_service_type("77"),
        lambda: captioning.put_service_type(ServiceType("77", "a")), lambda: fake.studio.create_embed("77", "17"),
        *(lambda call=call: call("77") for call in (
            fake.studio.media, fake.studio.sources, fake.studio.download_url, fake.studio.perspectives,
            fake.studio.tags, fake.studio.collection_media, fake.studio.course,
            fake.studio.captions, fake.studio.caption_text, fake.owned.collection, fake.owned.collections,
            fake.owned.sharing, fake.owned.delete,
        )),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(RemoteError):
            call()
    look(fake.http, f"{STUDIO}/api/public/v1/ping")  # the check page does, to which any answer is one
    assert fake.asked == USED
