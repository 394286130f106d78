"""Media lists: who sees what, order, search, pages, links (reference 1.4, 1.10)."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sandbox.canvas.seed import ADA, NOOR, OLLIE, SAM, TILDA
from sandbox.media.clips import ClipStore
from tests.unit.sandbox.rest.conftest import Canvas, make_canvas

ALL = "per_page=100"


def ids(canvas: Canvas, person: int, path: str) -> list[str]:
    answer = canvas.get(person, path)
    assert answer.status_code == 200
    assert answer.json is not None
    return [item["media_id"] for item in answer.json]


def item(canvas: Canvas, media_id: str, person: int = TILDA, path: str = "/api/v1/media_objects") -> dict[str, Any]:
    items: list[dict[str, Any]] = canvas.get(person, f"{path}?{ALL}").json or []
    return next(item for item in items if item["media_id"] == media_id)


def links(header: str) -> dict[str, str]:
    parts = [part.split('>; rel="') for part in header.split(",<")]
    return {rel.rstrip('"'): url.lstrip("<") for url, rel in parts}


def test_own_list_is_media_in_own_files(canvas: Canvas) -> None:
    own = ids(canvas, TILDA, f"/api/v1/media_objects?{ALL}")

    assert "m-clock" in own
    assert "m-orphan" not in own  # Tilda made it, but its file is the course's
    assert "maybe" not in own
    assert len(own) == len(set(own))
    assert ids(canvas, SAM, "/api/v1/media_objects") == ["m-sam"]


def test_student_sees_course_media_but_not_locked_files(canvas: Canvas) -> None:
    teachers = ids(canvas, TILDA, f"/api/v1/courses/17/media_objects?{ALL}")
    students = ids(canvas, SAM, f"/api/v1/courses/17/media_objects?{ALL}")

    assert set(teachers) - set(students) == {"m-locked"}
    assert set(teachers) >= {"m-clock", "m-noor", "m-orphan", "m-blueprint"}
    assert ids(canvas, OLLIE, f"/api/v1/courses/17/media_objects?{ALL}") == students
    assert ids(canvas, NOOR, f"/api/v1/courses/17/media_objects?{ALL}") == teachers


def test_strangers_to_a_course_or_group_are_refused(canvas: Canvas) -> None:
    assert canvas.get(TILDA, "/api/v1/courses/18/media_objects").status_code == 403
    assert canvas.get(OLLIE, "/api/v1/groups/5/media_objects").status_code == 403
    assert ids(canvas, SAM, "/api/v1/groups/5/media_objects") == ["m-rehearsal"]
    assert ids(canvas, ADA, "/api/v1/courses/18/media_attachments") == ["m-other"]


@pytest.mark.parametrize("path", ["courses/99", "courses/abc", "groups/99"])
def test_unknown_context_is_404(canvas: Canvas, path: str) -> None:
    assert canvas.get(TILDA, f"/api/v1/{path}/media_objects").status_code == 404


def test_item_has_canvas_fields_and_no_others(canvas: Canvas) -> None:
    found = item(canvas, "m-clock")

    assert set(found) == {
        "media_id", "created_at", "media_type", "title", "can_add_captions", "media_sources", "embedded_iframe_url",
        "media_tracks",
    }  # fmt: skip
    assert found["embedded_iframe_url"] == "http://localhost/media_objects_iframe/m-clock"
    assert found["can_add_captions"] is True
    source = found["media_sources"][0]
    assert set(source) == {
        "height", "width", "content_type", "containerFormat", "url", "bitrate", "size", "isOriginal", "fileExt", "src",
        "label",
    }  # fmt: skip
    assert all(isinstance(value, str) for value in source.values())
    assert (source["height"], source["isOriginal"], source["src"]) == ("360", "1", source["url"])


def test_item_lists_tracks_of_everybody_and_every_file(canvas: Canvas) -> None:
    tracks = item(canvas, "m-clock")["media_tracks"]

    assert [track["locale"] for track in tracks] == ["en", "es", "fr", "de", "ar", "zh-Hans", "es"]
    first = tracks[0]
    assert first["url"] == f"http://localhost/media_objects/m-clock/media_tracks/{first['id']}"
    assert (first["kind"], first["asr"], first["workflow_state"]) == ("captions", False, "ready")
    canvas.faults.behaviour.track_states = False
    assert "asr" not in item(canvas, "m-clock")["media_tracks"][0]


def test_odd_items_are_as_canvas_has_them(canvas: Canvas) -> None:
    assert item(canvas, "m-nosources")["media_sources"] is None
    assert [s["fileExt"] for s in item(canvas, "0_oldtape")["media_sources"]] == ["flv"]
    assert item(canvas, "m-untitled")["title"] == "Untitled"
    assert len(item(canvas, "m-endless")["title"]) == 10_000
    assert item(canvas, "m-bare")["media_tracks"] == []
    states = {(t["locale"], t["workflow_state"]) for t in item(canvas, "m-auto")["media_tracks"]}
    assert states == {("en", "ready"), ("fr", "processing"), ("de", "failed")}
    types = {item(canvas, media)["media_type"] for media in ("m-clock", "m-long", "m-mime", "m-sound", "m-memo")}
    assert types == {"video", "video/*", "video/mp4", "audio", "audio/*"}


def test_exclude_leaves_sources_and_tracks_out(canvas: Canvas) -> None:
    path = "/api/v1/media_objects?exclude[]=sources&exclude[]=tracks"

    answer = canvas.get(TILDA, path)

    assert answer.json is not None
    assert not {"media_sources", "media_tracks"} & set(answer.json[0])


def test_sources_can_be_canvas_redirects(canvas: Canvas) -> None:
    canvas.faults.behaviour.authenticated_sources = True

    url = item(canvas, "m-clock")["media_sources"][1]["url"]

    assert url == "http://localhost/media_objects/m-clock/redirect?bitrate=188"


def test_titles_sort_as_people_do_in_both_directions(canvas: Canvas) -> None:
    up = [i["title"] for i in canvas.get(TILDA, f"/api/v1/media_objects?{ALL}").json or []]
    down = [i["title"] for i in canvas.get(TILDA, f"/api/v1/media_objects?{ALL}&order=desc").json or []]

    assert up == down[::-1]
    assert up.index("Captioned by a colleague") < up.index("Dolly zoom, explained") < up.index("How the clock works")


def test_dates_sort_and_unknown_columns_do_not(canvas: Canvas) -> None:
    dates = [i["created_at"] for i in canvas.get(TILDA, f"/api/v1/media_objects?{ALL}&sort=created_at").json or []]

    assert dates == sorted(dates)
    assert canvas.get(TILDA, "/api/v1/media_objects?sort=size").status_code == 500


def test_search_looks_at_the_title_column_only(canvas: Canvas) -> None:
    assert ids(canvas, TILDA, "/api/v1/media_objects?search_term=dolly") == []
    assert ids(canvas, TILDA, "/api/v1/media_objects?search_term=img_00") == ["m-renamed"]
    assert len(ids(canvas, TILDA, f"/api/v1/media_objects?{ALL}&search_term=+")) > 10

    answer = canvas.get(TILDA, "/api/v1/media_objects?search_term=x")
    assert (answer.status_code, answer.json) == (
        400,
        {"errors": [{"field": "search_term", "code": "invalid", "message": "2 or more characters is required"}]},
    )


def test_links_lead_to_media_attachments_in_canvas_order(canvas: Canvas) -> None:
    path = "/api/v1/courses/17/media_objects?per_page=2&page=2&exclude[]=sources&search_term=the"
    header = canvas.get(TILDA, path).headers["Link"]

    base = "http://localhost/api/v1/courses/17/media_attachments?exclude%5B%5D=sources&search_term=the"
    assert header.startswith(f'<{base}&page=2&per_page=2>; rel="current",<')
    assert ", " not in header
    assert list(links(header)) == ["current", "prev", "first", "last"]
    assert links(canvas.get(TILDA, "/api/v1/media_objects").headers["Link"])["next"] == (
        "http://localhost/api/v1/media_attachments?page=2&per_page=10"
    )


def test_following_next_gives_every_item_once(canvas: Canvas) -> None:
    path, seen = "/api/v1/media_objects?per_page=4&exclude[]=sources", []
    while path:
        answer = canvas.get(TILDA, path)
        seen += [item["media_id"] for item in answer.json or []]
        path = links(answer.headers["Link"]).get("next", "").removeprefix("http://localhost")

    assert sorted(seen) == sorted(ids(canvas, TILDA, f"/api/v1/media_objects?{ALL}"))


@pytest.mark.parametrize(("asked", "given"), [("", 10), ("per_page=0", 1), ("per_page=3", 3), ("per_page=1000", 100)])
def test_page_sizes_are_clamped(clips: ClipStore, asked: str, given: int) -> None:
    canvas = make_canvas(clips, extra_media=120)

    assert len(ids(canvas, TILDA, f"/api/v1/media_objects?{asked}")) == given


def test_page_past_the_end_is_empty_and_has_no_next(canvas: Canvas) -> None:
    answer = canvas.get(TILDA, "/api/v1/media_objects?page=50")

    assert (answer.status_code, answer.json) == (200, [])
    assert "next" not in links(answer.headers["Link"])
    assert canvas.get(TILDA, "/api/v1/media_objects?page=first").status_code == 404


def test_links_stay_under_six_kilobytes(canvas: Canvas) -> None:
    header = canvas.get(TILDA, f"/api/v1/media_objects?other={'x' * 2500}&per_page=5").headers["Link"]

    assert len(header) <= 6 * 1024
    assert list(links(header)) == ["next", "last"]


def test_teacher_cannot_find_media_by_id_of_no_media(canvas: Canvas) -> None:
    assert canvas.get(TILDA, "/api/v1/media_objects/m-clock").status_code in {404, 405}


def test_page_of_ten_thousand_is_as_fast_as_of_few(clips: ClipStore) -> None:
    canvas = make_canvas(clips, extra_media=10_000)
    path = "/api/v1/media_objects?per_page=50&page=150"
    assert len(ids(canvas, TILDA, path)) == 50

    started = time.process_time()
    for _ in range(10):
        ids(canvas, TILDA, path)
    assert (time.process_time() - started) / 10 < 0.05
    assert len(ids(canvas, TILDA, f"/api/v1/courses/17/media_objects?{ALL}&search_term=montage")) == 100
