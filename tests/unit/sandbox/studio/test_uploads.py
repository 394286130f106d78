"""Both ways to make a media: uploads and addresses (reference/studio.md 2.4, 3)."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.test import TestResponse

from sandbox.media.clips import ClipStore
from sandbox.studio.importing import is_loopback
from sandbox.studio.seed import SAM, STELLA, TILDA
from tests.unit.sandbox.studio.conftest import Studio, ids

ON_BEHALF = ["/media/uploads", "/media", "/collections/5017/media", "/collections"]


@pytest.fixture(scope="module")
def clip(clips: ClipStore) -> bytes:
    """A real media file."""
    return clips.path("sound").read_bytes()


def start(studio: Studio, user: int = TILDA, **options: Any) -> dict[str, Any]:
    answer = studio.post(user, "/media/uploads", **options)
    assert answer.status_code == 201
    assert answer.json is not None
    upload: dict[str, Any] = answer.json["upload"]
    return upload


def put(studio: Studio, url: str, data: bytes = b"bytes", **options: Any) -> TestResponse:
    return studio.app.test_client().put(url, data=data, **options)


def complete(studio: Studio, upload: dict[str, Any], user: int = TILDA, **body: object) -> TestResponse:
    return studio.post(user, f"/media/uploads/{upload['id']}/complete", json={"title": "New", **body})


def media(studio: Studio, answer: TestResponse) -> dict[str, Any]:
    assert answer.json is not None
    body = studio.get(STELLA, f"/media/{answer.json['media']['id']}").json
    assert body is not None
    found: dict[str, Any] = body["media"]
    return found


def test_teacher_uploads_and_the_bytes_are_what_they_were(studio: Studio, clip: bytes) -> None:
    upload = start(studio)
    assert set(upload) == {"id", "url"}

    assert put(studio, upload["url"], clip).status_code == 200
    done = complete(studio, upload, description="About it")

    assert done.status_code == 200
    assert done.json is not None
    assert done.json["media"]["id"] == upload["id"]
    assert done.json["media"]["description"] == "About it"
    stored = studio.app.test_client().get(f"/sandbox/studio/media/{upload['id']}/sha256").json
    assert stored is not None
    assert (stored["sha256"], stored["size"]) == (hashlib.sha256(clip).hexdigest(), len(clip))
    assert upload["id"] in ids(studio.get(TILDA, "/collections/7101/media"))


def test_media_is_not_there_before_it_is_completed(studio: Studio) -> None:
    upload = start(studio)
    put(studio, upload["url"])

    assert studio.get(TILDA, f"/media/{upload['id']}").status_code == 404


def test_title_may_come_in_the_query(studio: Studio, clip: bytes) -> None:
    upload = start(studio)
    put(studio, upload["url"], clip)

    answer = studio.post(TILDA, f"/media/uploads/{upload['id']}/complete?title=Lecture.mp4")

    assert media(studio, answer)["title"] == "Lecture.mp4"


def test_transcoding_takes_a_while_and_then_it_can_be_played(studio: Studio, clip: bytes) -> None:
    upload = start(studio)
    put(studio, upload["url"], clip)
    done = complete(studio, upload)
    assert media(studio, done)["transcoding_status"] == "transcoding_started"
    assert studio.get(TILDA, f"/media/{upload['id']}/sources").json == {"sources": []}

    studio.clock.turn(3)

    assert media(studio, done)["transcoding_status"] == "transcoding_finished"
    assert media(studio, done)["duration"] == pytest.approx(24, abs=0.2)
    body = studio.get(TILDA, f"/media/{upload['id']}/sources").json
    assert body is not None
    [source] = body["sources"]
    assert source["mime_type"] == "audio/mp4"
    assert studio.app.test_client().get(source["url"], buffered=True).data == clip


@pytest.mark.parametrize(("checked", "status"), [(True, "transcoding_failed"), (False, "transcoding_finished")])
def test_what_is_no_media_file_fails_unless_told_otherwise(studio: Studio, checked: bool, status: str) -> None:
    studio.faults.behaviour.check_uploads = checked
    upload = start(studio)
    put(studio, upload["url"], b"not a film")
    done = complete(studio, upload)
    studio.clock.turn(3)

    assert media(studio, done)["transcoding_status"] == status


def test_transcoding_fails_when_told_to(studio: Studio, clip: bytes) -> None:
    studio.faults.behaviour.transcoding_fails = True
    upload = start(studio)
    put(studio, upload["url"], clip)
    done = complete(studio, upload)
    studio.clock.turn(3)

    assert media(studio, done)["transcoding_status"] == "transcoding_failed"


def test_machine_captions_come_later_and_unpublished(studio: Studio, clip: bytes) -> None:
    upload = start(studio)
    put(studio, upload["url"], clip)
    complete(studio, upload, auto_caption=True)
    path = f"/media/{upload['id']}/caption_files"
    studio.clock.turn(3)
    assert studio.get(TILDA, path).json == {"caption_files": []}

    studio.clock.turn(4)

    body = studio.get(TILDA, path).json
    assert body is not None
    [caption] = body["caption_files"]
    assert (caption["status"], caption["provider"], caption["srclang"]) == ("generated", "notorious", "en")


def test_account_without_auto_captions_says_501_and_the_upload_is_not_lost(studio: Studio, clip: bytes) -> None:
    studio.faults.behaviour.auto_captions = False
    upload = start(studio)
    put(studio, upload["url"], clip)

    assert complete(studio, upload, auto_caption=True).status_code == 501
    assert studio.get(TILDA, f"/media/{upload['id']}").status_code == 404
    assert complete(studio, upload, auto_caption=False).status_code == 200


def test_completing_is_refused_as_documented(studio: Studio, clip: bytes) -> None:
    upload = start(studio)
    assert complete(studio, upload).status_code == 422  # nothing has arrived
    put(studio, upload["url"], clip)
    path = f"/media/uploads/{upload['id']}/complete"

    assert studio.post(TILDA, path).status_code == 400
    assert studio.post(SAM, path, json={"title": "Mine"}).status_code == 403
    assert studio.post(TILDA, "/media/uploads/1/complete", json={"title": "x"}).status_code == 404
    assert complete(studio, upload).status_code == 200
    assert complete(studio, upload).status_code == 409


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"headers": {"Authorization": "Bearer x"}}, 400, "InvalidArgument"),
        ({"content_type": "video/mp4"}, 403, "SignatureDoesNotMatch"),
        ({"headers": {"Transfer-Encoding": "chunked"}}, 501, "NotImplemented"),
        ({"environ_overrides": {"CONTENT_LENGTH": ""}}, 411, "MissingContentLength"),
        ({"environ_overrides": {"CONTENT_LENGTH": "6000000000"}}, 400, "EntityTooLarge"),
        ({"environ_overrides": {"CONTENT_LENGTH": "9"}}, 400, "IncompleteBody"),
    ],
)
def test_storage_takes_one_plain_put_alone(studio: Studio, options: dict[str, Any], status: int, code: str) -> None:
    upload = start(studio)

    answer = put(studio, upload["url"], **options)

    assert (answer.status_code, answer.mimetype) == (status, "application/xml")
    assert f"<Code>{code}</Code>" in answer.text
    assert list(studio.config.uploads_dir.glob("*")) == []
    assert put(studio, upload["url"]).status_code == 200  # nothing was used up


def test_upload_address_is_good_once_for_an_hour_and_as_it_was_given(studio: Studio) -> None:
    first, second = start(studio), start(studio)
    assert put(studio, second["url"].replace("X-Amz-Signature=", "X-Amz-Signature=x")).status_code == 403
    assert put(studio, first["url"].replace(f"/{first['id']}/", f"/{second['id']}/")).status_code == 403
    assert put(studio, first["url"]).status_code == 200
    assert put(studio, first["url"]).status_code == 403
    studio.clock.turn(3600)
    assert put(studio, second["url"]).status_code == 403


def test_browser_may_send_only_where_told(studio: Studio) -> None:
    upload, client = start(studio), studio.app.test_client()
    assert client.options(upload["url"]).status_code == 403

    studio.faults.behaviour.upload_cors = True

    assert client.options(upload["url"]).headers["Access-Control-Allow-Methods"] == "PUT"
    assert put(studio, upload["url"]).headers["Access-Control-Allow-Origin"] == "*"


def test_slow_storage_takes_its_time(studio: Studio) -> None:
    studio.faults.behaviour.upload_bytes_per_second = 100
    started = time.monotonic()

    assert put(studio, start(studio)["url"], b"0123456789").status_code == 200

    assert time.monotonic() - started >= 0.1


@pytest.mark.parametrize("path", ON_BEHALF)
def test_only_an_administrator_acts_for_others(studio: Studio, path: str) -> None:
    body = {"url": "https://media.example/a.mp4", "title": "A", "name": "N"}

    answers = [studio.post(user, path, query_string={**body, "user_id": who}).status_code
               for user, who in ((TILDA, SAM), (STELLA, 1), (STELLA, "x"), (STELLA, TILDA))]  # fmt: skip

    assert answers == [403, 404, 422, 201]


def test_administrator_uploads_into_a_teachers_library(studio: Studio, clip: bytes) -> None:
    upload = start(studio, STELLA, json={"user_id": TILDA})
    put(studio, upload["url"], clip)

    done = complete(studio, upload, STELLA)

    assert media(studio, done)["owner"]["id"] == TILDA
    assert media(studio, done)["collection"]["id"] == 7101


def test_upload_may_name_a_collection(studio: Studio, clip: bytes) -> None:
    upload = start(studio, json={"collection_id": 5017})
    put(studio, upload["url"], clip)

    assert media(studio, complete(studio, upload))["collection"]["course_id"] == 17
    assert studio.post(SAM, "/media/uploads", json={"collection_id": 5017}).status_code == 403


def test_teacher_adds_by_address_to_library_and_collection(studio: Studio) -> None:
    body = {"url": "https://media.example/a.mp4", "title": "From afar", "description": "d"}

    mine = studio.post(TILDA, "/media", json=body)
    there = studio.post(TILDA, "/media", json={**body, "collection_id": 5017})
    by_path = studio.post(TILDA, "/collections/5017/media", query_string=body)
    studio.clock.turn(3)

    found = [media(studio, each) for each in (mine, there, by_path)]
    assert [each.status_code for each in (mine, there, by_path)] == [201] * 3
    assert [each["collection"]["id"] for each in found] == [7101, 5017, 5017]
    assert {each["transcoding_status"] for each in found} == {"transcoding_finished"}
    assert {each["duration"] for each in found} == {30.0}


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"url": "ftp://media.example/a.mp4"}, 422),
        ({"url": None}, 422),
        ({"title": None}, 422),
        ({"user_id": TILDA, "collection_id": 5017}, 422),
        ({"collection_id": 1}, 422),
        ({"collection_id": "x"}, 422),
        ({"collection_id": 5018}, 403),
        ({"is_external": True}, 422),
        ({"url": "https://vimeo.example/1", "is_external": True}, 422),
        ({"auto_caption": "perhaps"}, 422),
        ({"auto_caption": True}, 501),
    ],
)
def test_adding_by_address_is_refused_as_documented(studio: Studio, body: dict[str, object], status: int) -> None:
    studio.faults.behaviour.auto_captions = False
    before = len(studio.world.media)

    answer = studio.post(TILDA, "/media", json={"url": "https://media.example/a.mp4", "title": "A"} | body)

    assert answer.status_code == status
    assert len(studio.world.media) == before


def test_collection_by_path_is_refused_as_documented(studio: Studio) -> None:
    query = {"url": "https://media.example/a.mp4", "title": "A"}

    answers = [studio.post(TILDA, f"/collections/{which}/media", query_string=query).status_code
               for which in ("1", "x", "5018")]  # fmt: skip

    assert answers == [404, 422, 403]


@pytest.mark.parametrize(("url", "site"), [("https://youtu.be/abc", "youtube"), ("https://vimeo.com/1", "vimeo")])
def test_external_media_need_no_title_and_have_no_bytes(studio: Studio, url: str, site: str) -> None:
    answer = studio.post(TILDA, "/media", json={"url": url, "is_external": True})

    assert answer.status_code == 201
    assert media(studio, answer)["source"] == site
    assert media(studio, answer)["title"]
    assert studio.get(TILDA, f"/media/{media(studio, answer)['id']}/download").status_code == 422


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("http://127.0.0.1:8000/a", True),
        ("http://localhost/a", True),
        ("http://[::1]/a", True),
        ("http://127.0.0.1.example/a", False),
        ("http://10.0.0.1/a", False),
        ("http:/nowhere", False),
    ],
)
def test_only_loopback_is_fetched_truly(url: str, near: bool) -> None:
    assert is_loopback(url) is near


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:
        pass


@pytest.fixture
def source(clip: bytes) -> Iterator[str]:
    """A server beside us that has one media file."""
    app = Flask("source")
    app.add_url_rule("/clip.m4a", "clip", lambda: Response(clip))
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def until_fetched(studio: Studio, answer: TestResponse) -> dict[str, Any]:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        studio.clock.turn(4)
        found = media(studio, answer)
        if found["transcoding_status"] != "transcoding_started":
            return found
        time.sleep(0.02)
    raise AssertionError("it was never fetched")


def test_loopback_address_is_fetched_truly(studio: Studio, source: str, clip: bytes) -> None:
    answer = studio.post(TILDA, "/media", json={"url": f"{source}/clip.m4a", "title": "Near"})

    found = until_fetched(studio, answer)

    assert (found["transcoding_status"], found["size"]) == ("transcoding_finished", len(clip))
    stored = studio.app.test_client().get(f"/sandbox/studio/media/{found['id']}/sha256").json
    assert stored is not None
    assert stored["sha256"] == hashlib.sha256(clip).hexdigest()


def test_loopback_address_with_nothing_there_fails(studio: Studio, source: str) -> None:
    answer = studio.post(TILDA, "/media", json={"url": f"{source}/nothing", "title": "Near"})

    assert until_fetched(studio, answer)["transcoding_status"] == "transcoding_failed"


def test_bytes_go_with_the_media(studio: Studio, clip: bytes) -> None:
    upload = start(studio)
    put(studio, upload["url"], clip)
    complete(studio, upload)
    stored = Path(studio.config.uploads_dir) / str(upload["id"])
    assert stored.exists()

    studio.call(TILDA, "DELETE", f"/media/{upload['id']}")

    assert not stored.exists()
