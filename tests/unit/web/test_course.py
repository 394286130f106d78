"""The page about a course's captions: who gets it, what it is told, and what its session is good for."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from .school import CANVAS, LTI, PLACEMENT, STUDENT, TEACHER, VTT, Browser, Page, Person, School


def open_report(browser: Browser, person: Person = TEACHER, **changes: Any) -> Page:
    return browser.launch(person, **{PLACEMENT: "course_navigation", **changes})


def connected(browser: Browser) -> Page:
    page = open_report(browser)
    assert browser.connect(page).status_code == 200
    return page


def test_teacher_gets_the_media_of_the_course_with_their_captions(browser: Browser, school: School) -> None:
    page = connected(browser)
    assert page.answer.status_code == 200
    assert "Captions of this course" in page.answer.text
    school.calls.clear()
    listed = page.call("GET", page.config["api"]["report"])
    assert listed.status_code == 200, listed.text
    assert listed.json is not None
    assert school.calls == ["GET /api/v1/courses/17/media_objects"]
    assert {key: listed.json[key] for key in ("next", "about", "pause")} == {"next": None, "about": None, "pause": 0}
    (spanish, english) = listed.json["rows"][0]["tracks"]
    assert (spanish["name"], spanish["unread"], spanish["grade"]) == ("Spanish", True, None)
    assert english["origin"] == "machine"


def test_grades_come_in_words_with_what_there_is_to_look_at(browser: Browser) -> None:
    page = connected(browser)
    listed = page.call("GET", page.config["api"]["report"]).json
    assert listed is not None
    answer = page.call("POST", page.config["api"]["read"], {"handles": [listed["rows"][0]["handle"]]})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    (row,) = answer.json["rows"]
    assert not row["unread"]
    assert [(track["grade"], track["cues"]) for track in row["tracks"]] == [("A", 2), ("A", 2)]
    assert row["tracks"][0]["meaning"] == "Good: ready for viewers."
    assert row["length"] == 7.0


def test_findings_are_counted_by_what_they_are_about(browser: Browser, school: School) -> None:
    fast = VTT.replace("Hola <b>mundo</b>", "palabra " * 30)
    page = connected(browser)
    listed = page.call("GET", page.config["api"]["report"]).json
    assert listed is not None
    school.broken = lambda request: httpx.Response(200, json=[{**track, "content": fast} for track in school.tracks()])
    answer = page.call("POST", page.config["api"]["read"], {"handles": [listed["rows"][0]["handle"]]}).json
    assert answer is not None
    track = answer["rows"][0]["tracks"][0]
    assert track["grade"] == "C"
    assert {"count": 1, "words": "too fast to read"} in track["findings"]


def test_throttled_canvas_is_told_with_the_time_to_wait(browser: Browser, school: School) -> None:
    page = connected(browser)
    school.broken = lambda request: httpx.Response(403, text="403 Forbidden (Rate Limit Exceeded)\n")
    answer = page.call("GET", page.config["api"]["report"])
    assert answer.status_code == 503
    assert answer.json is not None
    assert answer.json["error"]["code"] == "remote_throttled"


def test_renaming_answers_with_the_title_as_it_is_then(browser: Browser, school: School) -> None:
    page = connected(browser)
    listed = page.call("GET", page.config["api"]["report"]).json
    assert listed is not None
    asked: list[httpx.Request] = []

    def retitled(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return httpx.Response(200, json=school.media("m-0"))

    school.broken = retitled
    body = {"handle": listed["rows"][0]["handle"], "title": "Rivers"}
    answer = page.call("POST", "/api/captions/rename", body)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert answer.json["title"] == "Rivers"
    assert (asked[0].method, str(asked[0].url)) == ("PUT", f"{CANVAS}/api/v1/media_objects/m-0")


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("read", {"handles": []}),
        ("read", {"handles": ["x"] * 11}),
        ("read", {"handles": ["not ours"]}),
        ("studio_read", {"handles": ["not ours"]}),
    ],
)
def test_what_the_page_would_never_send_is_refused_and_canvas_not_asked(
    browser: Browser, school: School, path: str, body: dict[str, Any]
) -> None:
    page = connected(browser)
    school.calls.clear()
    assert page.call("POST", page.config["api"][path], body).status_code in {404, 422}
    assert school.calls == []


@pytest.mark.parametrize(
    ("person", "changes"),
    [
        (STUDENT, {}),
        (TEACHER, {f"{LTI}custom": {"canvas_user_id": "7", "canvas_course_id": "$Canvas.course.id"}}),
    ],
    ids=["student", "not in a course"],
)
def test_others_are_told_whom_to_ask(browser: Browser, person: Person, changes: dict[str, Any]) -> None:
    page = open_report(browser, person, **changes)
    assert page.answer.status_code == 403
    assert "Only teachers can see which media of a course have captions." in page.answer.text


def test_session_of_the_report_cannot_insert_or_administer(browser: Browser) -> None:
    page = open_report(browser)
    for method, path, body in (
        ("POST", "/api/insert", {"picks": []}),
        ("POST", "/api/cancel", {}),
        ("POST", "/api/administration/privacy", {"use_email": False}),
        ("POST", "/api/watch", {"refresh": False}),
    ):
        answer = page.call(method, path, json=body)
        assert answer.status_code in {403, 405}, f"{path}: {answer.text}"


def test_teacher_opens_a_media_of_the_report(browser: Browser) -> None:
    page = connected(browser)
    listed = page.call("GET", page.config["api"]["report"]).json
    assert listed is not None
    answer = page.call("POST", page.config["api"]["detail"], {"handle": listed["rows"][0]["handle"]})
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert [track["usable"] for track in answer.json["tracks"]] == [True, True]


def test_session_of_the_picker_cannot_read_or_change_the_report(picker: Page) -> None:
    for method, path in (("GET", "media"), ("POST", "read"), ("GET", "studio"), ("POST", "studio/read")):
        answer = picker.call(method, f"/api/report/{path}")
        assert answer.status_code == 403, answer.text
