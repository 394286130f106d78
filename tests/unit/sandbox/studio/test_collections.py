"""Collections, courses, embeds, the description of the API (reference/studio.md 1.1, 2.7, 2.8, 5.2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from sandbox.studio.seed import NAMELESS, SAM, STELLA, THEO, TILDA
from tests.unit.sandbox.studio.conftest import CLOCK, COLLEAGUES, MACHINE, NAMELESS_ONE, PRIVATE, SAMS, Studio, ids


def test_teacher_lists_collections_with_and_without_names(studio: Studio) -> None:
    body = studio.get(TILDA, "/collections").json

    assert body is not None
    assert [(c["id"], c["name"], c["type"], c["permission"], c["course_id"]) for c in body["collections"]] == [
        (7101, "Tilda Teacher", "user", "edit", None),
        (5017, "Film Studies", "course_wide", "edit", 17),
        (NAMELESS, None, "shared", "view", None),
    ]
    assert body["meta"]["total_count"] == 3


def test_whose_token_it_is_shows_in_the_one_library(studio: Studio) -> None:
    for user in (TILDA, SAM, STELLA):
        body = studio.get(user, "/collections").json
        assert body is not None
        assert [c["owner"]["id"] for c in body["collections"] if c["type"] == "user"] == [user]


def test_media_of_a_collection_come_in_pages(studio: Studio) -> None:
    assert ids(studio.get(SAM, "/collections/5017/media")) == [COLLEAGUES, CLOCK]
    assert ids(studio.get(SAM, "/collections/5017/media?per_page=1&page=2")) == [CLOCK]
    assert ids(studio.get(TILDA, f"/collections/{NAMELESS}/media")) == [NAMELESS_ONE]


@pytest.mark.parametrize(("which", "status"), [("5018", 403), ("7104", 403), ("1", 404), ("x", 422)])
def test_collection_is_refused_as_documented(studio: Studio, which: str, status: int) -> None:
    assert studio.get(TILDA, f"/collections/{which}").status_code == status
    assert studio.get(TILDA, f"/collections/{which}/media").status_code == status


def test_teacher_makes_and_deletes_a_collection(studio: Studio) -> None:
    made = studio.post(TILDA, "/collections?name=Exam")
    assert made.status_code == 201
    assert made.json is not None
    row = made.json["collection"]["id"]
    query = {"url": "https://media.example/a.mp4", "title": "A"}
    studio.post(TILDA, f"/collections/{row}/media", query_string=query)

    assert studio.call(TILDA, "DELETE", f"/collections/{row}").status_code == 204

    assert ids(studio.get(TILDA, "/media/search?title=A&source=url")) == []
    assert studio.get(TILDA, f"/collections/{row}").status_code == 404
    assert studio.post(TILDA, "/collections").status_code == 422
    assert studio.call(TILDA, "DELETE", "/collections/7101").status_code == 422
    assert studio.call(TILDA, "DELETE", "/collections/5017").status_code == 403


def test_owner_puts_a_collection_away_and_brings_it_back(studio: Studio) -> None:
    path = f"/collections/{NAMELESS}"
    studio.post(THEO, f"{path}/archive")
    assert NAMELESS not in ids(studio.get(TILDA, "/collections"), "collections")

    studio.post(THEO, f"{path}/unarchive")

    assert NAMELESS in ids(studio.get(TILDA, "/collections"), "collections")


def test_owner_lets_somebody_into_a_collection(studio: Studio) -> None:
    path = f"/collections/{NAMELESS}/permissions"
    share = {"action": "create", "id": SAM, "share_type": "user", "permission": "view"}

    assert studio.post(THEO, path, json=share).status_code == 200

    assert NAMELESS_ONE in ids(studio.get(SAM, "/media/search"))
    assert studio.post(THEO, path, json=share).status_code == 400
    assert studio.post(THEO, path, json={**share, "action": "destroy"}).json == {
        "permissions": [{"id": TILDA, "share_type": "user", "permission": "view"}]
    }
    assert studio.get(TILDA, path).status_code == 403
    assert studio.post(THEO, path, json={**share, "action": "x"}).status_code == 422
    assert studio.post(THEO, path, json={**share, "permission": "x"}).status_code == 422
    assert studio.post(THEO, path, json={**share, "id": 1}).status_code == 404


# --- courses ---------------------------------------------------------------------------------------------------------


def test_course_is_asked_for_by_its_canvas_number(studio: Studio) -> None:
    body = studio.get(TILDA, "/courses/17").json

    assert body is not None
    assert (body["course"]["id"], body["course"]["course_id"]) == (5017, 17)
    assert [studio.get(TILDA, f"/courses/{which}").status_code for which in ("18", "5017", "x")] == [403, 404, 422]


def test_course_lists_its_placements(studio: Studio) -> None:
    body = studio.get(SAM, "/courses/17/perspectives").json

    assert body is not None
    assert [each["media_id"] for each in body["perspectives"]] == [CLOCK, COLLEAGUES]


def test_course_media_for_offline_use_are_a_bare_list_with_captions(studio: Studio) -> None:
    body: Any = studio.get(SAM, "/courses/17/media").json

    assert [each["id"] for each in body] == [CLOCK, COLLEAGUES]
    assert set(body[0]) == {"id", "lti_launch_id", "title", "mime_type", "size", "url", "captions"}
    assert [each["srclang"] for each in body[0]["captions"]] == ["en", "es", "fr", "ar"]
    assert "-->" in body[0]["captions"][0]["data"]


def embed(studio: Studio, user: int, media: int, **body: object) -> dict[str, Any]:
    answer = studio.post(user, f"/media/{media}/create_embed", json={"course_id": 17, "embed_type": "embed"} | body)
    assert answer.json is not None
    return {"status": answer.status_code, **answer.json}


def test_embedding_puts_the_media_into_the_course(studio: Studio) -> None:
    answer = embed(studio, TILDA, MACHINE, embed_type="bare_embed", downloadable=True)

    assert answer["status"] == 200
    address = urlsplit(answer["embed_url"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == "http://127.0.0.1:8002/lti/launch"
    assert dict(parse_qsl(address.query)) == {
        "custom_arc_launch_type": "bare_embed",
        "custom_arc_media_id": studio.world.media[MACHINE].lti_launch_id,
        "custom_arc_display_download": "true",
        "custom_arc_start_at": "0",
    }
    assert MACHINE in ids(studio.get(SAM, "/collections/5017/media"))
    embed(studio, TILDA, MACHINE)
    assert len(studio.world.placements(MACHINE)) == 2


def test_name_of_the_answer_may_differ(studio: Studio) -> None:
    studio.faults.behaviour.embed_key = "url"

    assert "/lti/launch" in embed(studio, TILDA, CLOCK)["url"]


@pytest.mark.parametrize(
    ("user", "media", "body", "status"),
    [
        (TILDA, COLLEAGUES, {}, 200),  # there already
        (STELLA, PRIVATE, {}, 200),
        (TILDA, NAMELESS_ONE, {}, 403),  # may only watch it
        (TILDA, PRIVATE, {}, 403),
        (SAM, SAMS, {}, 403),  # own, but not their course
        (TILDA, CLOCK, {"course_id": 18}, 403),
        (TILDA, CLOCK, {"course_id": 99}, 404),
        (TILDA, 1, {}, 404),
        (TILDA, CLOCK, {"course_id": None}, 422),
        (TILDA, CLOCK, {"embed_type": "thumbnail_embed"}, 422),
    ],
)
def test_who_may_embed_what(studio: Studio, user: int, media: int, body: dict[str, object], status: int) -> None:
    before = len(studio.world.placements(media))

    assert embed(studio, user, media, **body)["status"] == status

    assert len(studio.world.placements(media)) == before + (status == 200 and media == PRIVATE)


def test_api_describes_itself_to_those_with_a_token(studio: Studio) -> None:
    client = studio.app.test_client()
    assert client.get("/api/public/apidocs").status_code == 401

    header = {"Authorization": f"Bearer {studio.token(SAM).access}"}
    body: Any = client.get("/api/public/apidocs", headers=header).json

    assert body["swagger"] == "2.0"
    assert set(body["paths"]["/media/{media_id}/caption_files"]) == {"get", "post"}
