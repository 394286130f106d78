"""The caption report of a course, against a Canvas: complete, cheap the second time, for two people at once."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.flows.school import School, problem
from tests.support.person import NOOR, TILDA, ToolPage

_PATIENCE = 200  # readings: on a busy machine one is over after a single media


def open_report(school: School, number: int = TILDA) -> ToolPage:
    person = school.be(number)
    address = f"{person.canvas}/courses/17/external_tools/19?launch_type=course_navigation"
    page = person.tool_page(person.follow(person.http.get(address)))
    assert page.answer.status_code == 200, page.answer.text
    if not page.api("GET", page.config["api"]["report"]).is_success:
        assert person.connect(page).status_code == 200
    return page


def all_rows(page: ToolPage) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        answer = page.api("GET", page.config["api"]["report"], **cursor)
        answer.raise_for_status()
        rows += answer.json()["rows"]
        if answer.json()["next"] is None:
            return rows
        cursor = {"cursor": answer.json()["next"]}


def complete(page: ToolPage) -> dict[str, dict[str, Any]]:
    """Do what the page does, until nothing is left to read: gives the rows by their ids."""
    rows = {row["id"]: row for row in all_rows(page)}
    queue = [row["id"] for row in rows.values() if row["unread"]]
    for _ in range(_PATIENCE):
        if not queue:
            return rows
        handles = [rows[name]["handle"] for name in queue[:10]]
        answer = page.api("POST", page.config["api"]["read"], json={"handles": handles})
        answer.raise_for_status()
        done = {row["id"]: row for row in answer.json()["rows"]}
        rows |= done
        left = [name for name in queue[:10] if name not in done]
        queue = queue[10:] + left
    raise AssertionError(f"still to read: {queue}")


def grades(rows: dict[str, dict[str, Any]]) -> dict[str, list[str | None]]:
    return {name: [track["grade"] for track in row["tracks"]] for name, row in rows.items()}


def test_two_teachers_at_once_get_the_same_report_and_the_next_visit_costs_its_pages_alone(
    each_school: School,
) -> None:
    pages = [open_report(each_school, TILDA), open_report(each_school, NOOR)]
    each_school.stack.forget_requests()
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(complete, pages)

    assert grades(one) == grades(other)
    read = Counter(call for call in each_school.stack.asked() if call.endswith("/media_tracks"))
    assert not read or max(read.values()) == 1  # no media was read by both
    by_language = {track["language"]: track for track in one["m-auto"]["tracks"]}
    assert by_language["en"]["grade"]
    assert (by_language["fr"]["state"], by_language["fr"]["grade"]) == ("processing", None)
    assert all(track["grade"] for track in one["m-noor"]["tracks"])  # a colleague's, for Tilda
    assert not one["m-orphan"]["unread"]

    each_school.stack.forget_requests()
    assert grades(complete(open_report(each_school))) == grades(one)
    # Once by open_report, to see whether Canvas is connected.
    assert each_school.stack.asked() == ["GET /api/v1/courses/17/media_objects"] * 2


def test_teacher_renames_a_colleague_s_media_of_the_course_and_gives_the_title_back(school: School) -> None:
    page = open_report(school)
    row = next(row for row in all_rows(page) if row["id"] == "m-noor")
    for title in ("Guest lecture, renamed", row["title"]):
        answer = page.api("POST", "/api/captions/rename", json={"handle": row["handle"], "title": title})
        assert answer.status_code == 200, answer.text
        assert next(each for each in all_rows(page) if each["id"] == "m-noor")["title"] == title


def test_canvas_that_throttles_is_told_and_nothing_is_lost_by_it(school: School) -> None:
    page = open_report(school)
    row = next(row for row in complete(page).values() if row["id"] == "m-noor")
    school.stack.misbehave(faults=[{"kind": "throttle", "path": "/api/v1/*", "retry_after": 30, "count": None}])
    body = {"handles": [row["handle"]], "fresh": True}
    error = problem(page.api("POST", page.config["api"]["read"], json=body), 503, "remote_throttled")
    assert error["retry_after"] == 30
    school.stack.heal()
    answer = page.api("POST", page.config["api"]["read"], json=body)
    assert [each["grade"] for each in answer.json()["rows"][0]["tracks"]] == [each["grade"] for each in row["tracks"]]
