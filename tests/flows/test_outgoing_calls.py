"""How often Canvas is asked, counted at Canvas."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import httpx

from tests.flows.school import School, choose
from tests.support.person import SAM, TILDA, Person, content_items
from tests.support.stack import Stack

_CALLS = ("/api/v1/", "/login/oauth2/token", "/media_objects/", "/media_attachments/")
_STUDENTS = 20


def outgoing(stack: Stack) -> list[str]:
    """List the calls that the tool made, in their order."""
    return [each for each in stack.asked("/") if each.split(" ", 1)[1].startswith(_CALLS)]


def watch_all(student: Person, uuid: str) -> dict[str, object]:
    """View an embed with everything that its page fetches."""
    page = student.open_link(uuid)
    playback = page.config["playback"] or page.api("POST", "/api/watch", json={}).json()
    for track in playback["tracks"]:
        for path in (track["src"], track["cues"]):
            assert httpx.get(f"{student.tool}{path}", timeout=30).status_code == 200
    return {name: playback[name] for name in ("sources", "problem", "title")}


def test_picker_page_is_exactly_one_call(each_school: School) -> None:
    each_school.picker()
    each_school.stack.forget_requests()

    page = each_school.be(TILDA).press_button()
    assert outgoing(each_school.stack) == []
    items = page.media()["items"]

    assert outgoing(each_school.stack) == ["GET /api/v1/media_objects"]
    assert len(items) == 30


def test_search_order_tabs_and_following_pages_are_one_call_each(each_school: School) -> None:
    picker = each_school.picker()
    cursor = picker.media()["next"]
    each_school.stack.forget_requests()

    picker.media(search="clock")
    picker.media(sort="created_at", order="desc")
    picker.media(scope="course")
    picker.media(cursor=cursor)

    assert outgoing(each_school.stack) == [
        "GET /api/v1/media_objects",
        "GET /api/v1/media_objects",
        "GET /api/v1/courses/17/media_objects",
        "GET /api/v1/media_attachments",  # as Canvas's own Link headers say
    ]


def test_inserting_is_no_call(each_school: School) -> None:
    picker = each_school.picker()
    handle = picker.media()["items"][0]["handle"]
    each_school.stack.forget_requests()

    body = {"picks": [{"handle": handle, "form": "native", "width": 640, "height": 360}]}
    assert picker.api("POST", "/api/insert", json=body).status_code == 200

    assert outgoing(each_school.stack) == []


def test_warm_view_is_no_call(each_school: School) -> None:
    uuid = each_school.embed(each_school.picker(), languages=("en", "zh-Hans"))
    student = each_school.be(SAM)
    first = watch_all(student, uuid)
    each_school.stack.forget_requests()

    assert watch_all(student, uuid) == first

    assert outgoing(each_school.stack) == []


def test_class_that_opens_a_cold_embed_at_once_asks_as_often_as_one_student(each_school: School) -> None:
    picker = each_school.picker()
    detail = each_school.look(picker)
    answer = picker.insert(choose(detail, "fr", "ar"), choose(detail, "fr", "zh-Hans"))
    alone, together = (item["lookup_uuid"] for item in content_items(answer))
    each_school.stack.forget_requests()
    watch_all(each_school.be(SAM), alone)
    of_one = outgoing(each_school.stack)
    students = [each_school.be(SAM) for _ in range(_STUDENTS)]
    each_school.stack.forget_requests()
    start = Barrier(_STUDENTS)

    def open_at_once(student: Person) -> dict[str, object]:
        start.wait(30)
        return watch_all(student, together)

    with ThreadPoolExecutor(_STUDENTS) as pool:
        seen = list(pool.map(open_at_once, students))

    assert outgoing(each_school.stack) == of_one == ["GET /api/v1/media_objects"]
    assert all(each == seen[0] for each in seen)
    assert seen[0]["problem"] is None
    assert seen[0]["sources"]
