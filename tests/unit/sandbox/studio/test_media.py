"""One media: what it is, its bytes, where it is, who may what (reference/studio.md 1.5, 2.2, 2.3)."""

from __future__ import annotations

import pytest

from sandbox.studio.seed import ADA, SAM, STELLA, THEO, TILDA
from tests.unit.sandbox.studio.conftest import (
    CLOCK,
    COLLEAGUES,
    FAILED,
    PRIVATE,
    SAMS,
    SOUND,
    UNDER_WAY,
    YOUTUBE,
    Studio,
    ids,
)


def test_single_media_has_its_collection(studio: Studio) -> None:
    body = studio.get(SAM, f"/media/{CLOCK}").json

    assert body is not None
    assert body["media"]["collection"]["type"] == "user"
    assert body["media"]["description"] == "All about the clock in the picture."


@pytest.mark.parametrize(
    ("user", "media", "status"),
    [(TILDA, PRIVATE, 403), (SAM, YOUTUBE, 403), (TILDA, 1, 404), (TILDA, "x", 422), (STELLA, PRIVATE, 200)],
)
def test_media_is_refused_as_documented(studio: Studio, user: int, media: object, status: int) -> None:
    answer = studio.get(user, f"/media/{media}")

    assert answer.status_code == status
    assert answer.json is not None
    assert ("error" in answer.json) == (status != 200)


@pytest.mark.parametrize("what", ["sources", "download", "caption_files"])
def test_only_owner_and_administrator_get_bytes_and_captions(studio: Studio, what: str) -> None:
    answers = [studio.get(user, f"/media/{COLLEAGUES}/{what}").status_code for user in (TILDA, SAM, THEO, ADA)]

    assert answers[:2] == [403, 403]  # though both may watch it
    assert answers[2] == answers[3] == (302 if what == "download" else 200)


def test_source_plays_in_ranges_until_its_day_is_over(studio: Studio) -> None:
    body = studio.get(TILDA, f"/media/{SOUND}/sources").json
    assert body is not None
    [source] = body["sources"]
    assert (source["definition"], source["mime_type"]) == ("high", "audio/mp4")
    client = studio.app.test_client()

    part = client.get(source["url"], headers={"Range": "bytes=0-99"}, buffered=True)
    assert (part.status_code, len(part.data)) == (206, 100)
    assert client.get(source["url"].replace("/high/", "/low/")).status_code == 403
    studio.clock.turn(86_400)
    assert client.get(source["url"], buffered=True).status_code == 403


def test_download_is_a_redirect_to_the_quality(studio: Studio) -> None:
    places = [
        studio.get(TILDA, f"/media/{CLOCK}/download{query}").headers["Location"]
        for query in ("", "?quality=high", "?quality=low")
    ]

    assert ["/high/" in place for place in places] == [True, True, False]
    assert studio.get(TILDA, f"/media/{CLOCK}/download?quality=best").status_code == 422


@pytest.mark.parametrize("media", [YOUTUBE, FAILED, UNDER_WAY])
def test_external_failed_and_unfinished_media_have_no_bytes(studio: Studio, media: int) -> None:
    assert studio.get(TILDA, f"/media/{media}/download").status_code == 422
    assert studio.get(TILDA, f"/media/{media}/sources").json == {"sources": []}


def test_thumbnail_is_a_picture_but_that_of_a_sound_is_forbidden(studio: Studio) -> None:
    client = studio.app.test_client()
    pictures = [studio.get(TILDA, f"/media/{media}").json for media in (CLOCK, SOUND)]
    still, sound = [client.get(each["media"]["thumbnail_url"]) for each in pictures if each]

    assert (still.status_code, still.mimetype) == (200, "image/jpeg")
    assert sound.status_code == 302
    assert client.get(sound.headers["Location"]).status_code == 403
    assert client.get("/api/media/m-unknown/thumbnail").status_code == 404


def test_owner_deletes_a_media_with_its_placements_and_captions(studio: Studio) -> None:
    assert studio.call(SAM, "DELETE", f"/media/{CLOCK}").status_code == 403

    assert studio.call(TILDA, "DELETE", f"/media/{CLOCK}").status_code == 204

    assert studio.get(TILDA, f"/media/{CLOCK}").status_code == 404
    assert CLOCK not in ids(studio.get(TILDA, "/collections/5017/media"))
    assert studio.get(TILDA, "/caption_files/6001/download").status_code == 404
    orders = studio.get(STELLA, "/caption_file_requests?provider=professional&status=requested").json
    assert orders is not None
    assert [each["id"] for each in orders["caption_file_requests"]] == [402]


def test_owner_puts_a_media_away_and_brings_it_back(studio: Studio) -> None:
    studio.post(TILDA, f"/media/{YOUTUBE}/archive")
    assert YOUTUBE not in ids(studio.get(TILDA, "/media/search"))

    assert studio.post(TILDA, f"/media/{YOUTUBE}/unarchive?collection_id=5017").status_code == 200

    assert YOUTUBE in ids(studio.get(TILDA, "/media/search"))
    assert YOUTUBE in ids(studio.get(SAM, "/collections/5017/media"))


def test_placements_and_courses_of_a_media(studio: Studio) -> None:
    places = studio.get(TILDA, f"/media/{CLOCK}/perspectives").json
    courses = studio.get(TILDA, f"/media/{CLOCK}/courses").json

    assert places is not None
    assert courses is not None
    assert [each["collection"]["course_id"] for each in places["perspectives"]] == [None, 17]
    assert [(each["id"], each["course_id"], each["name"]) for each in courses["courses"]] == [
        (5017, 17, "Film Studies")
    ]


def test_tags_are_listed_with_201(studio: Studio) -> None:
    listed = studio.get(TILDA, f"/media/{CLOCK}/tags")
    assert listed.status_code == 201
    assert listed.json == {"tags": [{"id": 701, "name": "clocks"}, {"id": 702, "name": "first week"}]}

    assert studio.post(TILDA, f"/media/{CLOCK}/tags?name=new").status_code == 201
    assert studio.call(TILDA, "DELETE", f"/media/{CLOCK}/tags/701").status_code == 200

    assert ids(studio.get(TILDA, "/media/search?tag=new")) == [CLOCK]
    assert ids(studio.get(TILDA, "/media/search?tag=clocks")) == []
    assert studio.call(TILDA, "DELETE", f"/media/{CLOCK}/tags/701").status_code == 404
    assert studio.post(SAM, f"/media/{CLOCK}/tags?name=mine").status_code == 403
    assert studio.post(TILDA, f"/media/{CLOCK}/tags").status_code == 422


def test_users_of_a_media_by_least_permission(studio: Studio) -> None:
    everybody = studio.get(TILDA, f"/media/{CLOCK}/users").json
    assert everybody is not None
    assert {each["id"]: each["permission"] for each in everybody["user_permissions"]} == {
        TILDA: "edit",
        SAM: "view",
        THEO: "edit",
        ADA: "edit",
        STELLA: "edit",
    }
    editors = studio.get(TILDA, f"/media/{CLOCK}/users?min_permission=edit").json
    assert editors is not None
    assert SAM not in [each["id"] for each in editors["user_permissions"]]
    assert studio.get(TILDA, f"/media/{CLOCK}/users?min_permission=own").status_code == 422


def test_owner_shares_with_somebody(studio: Studio) -> None:
    path = f"/media/{SAMS}/permissions"
    share = {"action": "create", "id": TILDA, "share_type": "user", "permission": "view"}

    assert studio.post(SAM, path, json=share).json == {
        "permissions": [{"id": TILDA, "share_type": "user", "permission": "view"}]
    }

    assert SAMS in ids(studio.get(TILDA, "/media/search"))
    assert studio.post(SAM, path, json=share).status_code == 400
    assert studio.post(SAM, path, json={**share, "action": "update", "permission": "edit"}).status_code == 200
    assert studio.post(SAM, path, json={**share, "action": "destroy"}).json == {"permissions": []}
    assert studio.get(SAM, path).json == {"permissions": []}
    assert studio.post(SAM, path, json={**share, "action": "destroy"}).status_code == 400
    assert studio.post(SAM, path, json={**share, "permission": "own"}).status_code == 422
    assert studio.post(SAM, path, json={**share, "action": "give"}).status_code == 422
    assert studio.post(SAM, path, json={**share, "id": 1}).status_code == 404
    assert studio.post(TILDA, path, json=share).status_code == 403
