"""Searching media: filters, pages, what a media says (reference/studio.md 2.1-2.3)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sandbox.studio.seed import SAM, STELLA, TILDA
from tests.unit.sandbox.studio.conftest import (
    CLOCK,
    COLLEAGUES,
    NAMELESS_ONE,
    PRIVATE,
    SAMS,
    SOUND,
    YOUTUBE,
    Studio,
    ids,
    make_studio,
)


def test_media_says_what_the_documents_say(studio: Studio) -> None:
    body = studio.get(TILDA, "/media/search?title=the clock, EXPLAINED").json

    assert body is not None
    [media] = body["media"]
    assert set(media) == {
        "id", "title", "description", "duration", "created_at", "last_viewed", "last_viewed_by_student",
        "thumbnail_url", "transcoding_status", "owner", "size", "source", "embed_id", "lti_launch_id",
    }  # fmt: skip
    assert media["created_at"] == "2025-09-03T08:20:00.000Z"
    assert isinstance(media["duration"], float)
    assert media["owner"]["email"] == "tilda@school.example"
    assert media["lti_launch_id"].endswith(f"-{CLOCK}")
    assert media["transcoding_status"] == "transcoding_finished"
    assert body["meta"] == {"current_page": 1, "last_page": 1, "total_count": 1}


def test_numbers_and_launch_ids_are_the_same_at_each_start(studio: Studio, tmp_path: Path) -> None:
    other = make_studio(tmp_path / "other")

    assert [m.lti_launch_id for m in studio.world.media.values()] == [
        m.lti_launch_id for m in other.world.media.values()
    ]


def test_newest_come_first_and_archived_not_at_all(studio: Studio) -> None:
    found = ids(studio.get(STELLA, "/media/search?per_page=50"))

    assert found == sorted(found, reverse=True)
    assert PRIVATE in found
    assert 260112 not in found


def test_everybody_finds_what_they_may_see(studio: Studio) -> None:
    assert ids(studio.get(SAM, "/media/search")) == [SAMS, COLLEAGUES, CLOCK]
    tildas = ids(studio.get(TILDA, "/media/search"))
    assert NAMELESS_ONE in tildas
    assert PRIVATE not in tildas
    assert SAMS not in tildas


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("title=CLOCK, exp", [CLOCK]),
        ("title=%3Cb%3E", [260104]),
        ("owner=theo@school.example", [NAMELESS_ONE, COLLEAGUES]),
        ("owner=nobody@school.example", []),
        ("tag=clocks", [CLOCK]),
        ("tag=clock", []),
        ("source=youtube", [YOUTUBE]),
        ("source=youtube&tag=clocks", []),
        ("max_size=300000&min_size=1", [SOUND]),
        ("start_date=2025-09-03&end_date=2025-09-03", [CLOCK]),
        ("start_date=2025-09-27", [NAMELESS_ONE, COLLEAGUES]),
        ("last_viewed_start_date=2026-02-20", [CLOCK]),
        ("last_viewed_end_date=2026-02-19", []),
        ("last_viewed_by_student_start_date=2026-02-18&last_viewed_by_student_end_date=2026-02-18", [CLOCK]),
        ("title=", [NAMELESS_ONE, COLLEAGUES, 260111, 260110, 260109, YOUTUBE, 260107, 260106, SOUND, 260104, 260103,
                    260102, CLOCK]),
    ],
)  # fmt: skip
def test_filters_are_joined_with_and(studio: Studio, query: str, found: list[int]) -> None:
    assert ids(studio.get(TILDA, f"/media/search?{query}")) == found


@pytest.mark.parametrize(
    "query",
    ["page=0", "page=x", "per_page=0", "per_page=51", "min_size=big", "start_date=03.09.2025", "start_date=20250903",
     "source=elsewhere"],
)  # fmt: skip
def test_what_cannot_be_is_422(studio: Studio, query: str) -> None:
    answer = studio.get(TILDA, f"/media/search?{query}")

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["error"]


def test_pages_are_of_twenty_and_end_in_an_empty_one(tmp_path: Path) -> None:
    studio = make_studio(tmp_path, extra_media=60)

    pages = [studio.get(TILDA, f"/media/search?page={number}") for number in range(1, 6)]

    assert [len(ids(page)) for page in pages] == [20, 20, 20, 13, 0]
    assert len({each for page in pages for each in ids(page)}) == 73
    assert pages[0].json is not None
    assert pages[0].json["meta"] == {"current_page": 1, "last_page": 4, "total_count": 73}
    assert "Link" not in pages[0].headers


def test_extra_media_are_old_and_some_have_captions(tmp_path: Path) -> None:
    studio = make_studio(tmp_path, extra_media=4)

    assert ids(studio.get(TILDA, "/media/search?title=Studio lecture")) == [300001, 300002, 300003, 300004]
    captions = [studio.get(TILDA, f"/media/{row}/caption_files").json for row in (300001, 300002, 300004)]
    assert [len(each["caption_files"]) for each in captions if each] == [1, 0, 1]
    assert studio.world.media[300004].created_at < studio.world.media[CLOCK].created_at - timedelta(days=1)
