"""Files API: the way from media objects to attachment ids and bytes (reference 1.12)."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.canvas.seed import ADA, SAM, TILDA
from tests.unit.sandbox.rest.conftest import Canvas
from tests.unit.sandbox.rest.test_tracks import attachment

COURSE = "/api/v1/courses/17/files?per_page=100"


def files(canvas: Canvas, person: int, path: str) -> list[dict[str, Any]]:
    answer = canvas.get(person, path)
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json  # type: ignore[assignment]
    return found


def test_file_leads_from_media_id_to_attachment_id(canvas: Canvas) -> None:
    found = {f["media_entry_id"]: f for f in files(canvas, TILDA, COURSE)}

    file = found["m-orphan"]
    assert file["id"] == attachment(canvas, "m-orphan", "course_17")
    assert (file["content-type"], file["mime_class"], file["display_name"]) == (
        "video/mp4",
        "video",
        "Course trailer.mp4",
    )
    assert file["url"].startswith(f"http://localhost/files/{file['id']}/download?download_frd=1&verifier=")
    canvas.faults.behaviour.file_verifiers = False
    assert "verifier" not in files(canvas, TILDA, COURSE)[0]["url"]


def test_lists_show_waiting_files_and_hide_deleted_and_locked_ones(canvas: Canvas) -> None:
    own = files(canvas, TILDA, "/api/v1/users/self/files?per_page=100")
    names = {f["display_name"] for f in own}

    assert {f["media_entry_id"] for f in own} >= {"maybe", "m-clock", None}
    assert "Thrown away.mp4" not in names
    assert "m-locked" in {f["media_entry_id"] for f in files(canvas, TILDA, COURSE)}
    assert "m-locked" not in {f["media_entry_id"] for f in files(canvas, SAM, COURSE)}


def test_content_types_take_whole_types_or_the_first_half(canvas: Canvas) -> None:
    path = "/api/v1/users/101/files?per_page=100&content_types[]="

    assert {f["mime_class"] for f in files(canvas, TILDA, f"{path}audio")} == {"audio"}
    assert {f["content-type"] for f in files(canvas, TILDA, f"{path}video/x-flv")} == {"video/x-flv"}
    assert len(files(canvas, TILDA, f"{path}audio&content_types[]=application/pdf")) == 3


def test_search_sort_and_names_only(canvas: Canvas) -> None:
    assert [f["display_name"] for f in files(canvas, TILDA, f"{COURSE}&search_term=TRAILER")] == ["Course trailer.mp4"]
    assert canvas.get(TILDA, f"{COURSE}&search_term=t").status_code == 400
    names = [f["display_name"] for f in files(canvas, TILDA, f"{COURSE}&order=desc&only[]=names")]
    assert names == sorted(names, key=str.casefold, reverse=True)
    assert "url" not in files(canvas, TILDA, f"{COURSE}&only[]=names")[0]
    for sort in ("size", "created_at", "content_type", "user"):
        up = [f["id"] for f in files(canvas, TILDA, f"{COURSE}&sort={sort}")]
        assert sorted(up) == sorted(f["id"] for f in files(canvas, TILDA, COURSE))


def test_pages_link_to_the_same_path(canvas: Canvas) -> None:
    link = canvas.get(TILDA, "/api/v1/users/self/files?per_page=2").headers["Link"]

    assert '<http://localhost/api/v1/users/101/files?page=2&per_page=2>; rel="next"' in link


@pytest.mark.parametrize(
    ("person", "path", "status"),
    [
        (SAM, "/api/v1/users/101/files", 403),
        (SAM, "/api/v1/users/999/files", 404),
        (SAM, "/api/v1/courses/18/files", 403),
        (SAM, "/api/v1/courses/99/files", 404),
        (ADA, "/api/v1/courses/18/files", 200),
        (SAM, "/api/v1/groups/5/files", 200),
        (SAM, "/api/v1/files/99999", 404),
        (SAM, "/api/v1/files/99999/public_url", 404),
    ],
)
def test_files_are_refused_or_absent(canvas: Canvas, person: int, path: str, status: int) -> None:
    assert canvas.get(person, path).status_code == status


def test_single_file_and_public_url_ask_for_the_right_to_download(canvas: Canvas) -> None:
    locked = attachment(canvas, "m-locked", "course_17")
    clock = attachment(canvas, "m-clock", "course_17")

    assert canvas.get(SAM, f"/api/v1/files/{locked}").status_code == 403
    assert canvas.get(SAM, f"/api/v1/files/{locked}/public_url").status_code == 403
    assert files(canvas, SAM, f"/api/v1/files/{clock}")["media_entry_id"] == "m-clock"  # type: ignore[call-overload]


def test_public_url_is_good_without_session_until_it_ends(canvas: Canvas) -> None:
    file = attachment(canvas, "m-bare", "user_101")
    body = canvas.get(TILDA, f"/api/v1/files/{file}/public_url").json
    assert body is not None

    answer = canvas.browser().get(body["public_url"], headers={"Range": "bytes=0-99"}, buffered=True)
    assert (answer.status_code, answer.content_type, len(answer.data)) == (206, "video/mp4", 100)
    canvas.clock.turn(86_400)
    assert canvas.browser().get(body["public_url"], buffered=True).status_code == 403


def test_thumbnails_may_be_null(canvas: Canvas) -> None:
    found = {
        f["media_entry_id"]: f["thumbnail_url"] for f in files(canvas, TILDA, "/api/v1/users/self/files?per_page=100")
    }

    assert found["m-nostill"] is None
    assert found["m-sound"] is None
    assert canvas.browser().get(found["m-clock"]).content_type == "image/jpeg"
