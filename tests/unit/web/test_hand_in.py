"""The page for handing in, and what the grader's page says: of the launch alone, whatever else it lacks."""

from __future__ import annotations

from typing import Any

import pytest

from lti.store import Store

from .school import CANVAS, DL, LTI, PLACEMENT, STUDENT, TEACHER, Browser, Clock, Page, pick
from .test_api import decoded, first_detail

SETTINGS = {
    "deep_link_return_url": f"{CANVAS}/courses/17/deep_linking_response?data=x",
    "accept_types": ["file", "ltiResourceLink"],
    "accept_presentation_document_targets": ["iframe"],
    "accept_media_types": "*/*",
    "auto_create": False,
    "accept_multiple": False,
}


def homework(browser: Browser, *, placement: str | None = "homework_submission", **custom: Any) -> Page:
    values = {"canvas_user_id": STUDENT.id, "canvas_course_id": "17", **custom}
    changes = {PLACEMENT: placement, f"{DL}deep_linking_settings": SETTINGS, f"{LTI}custom": values}
    page = browser.press_button(STUDENT, **changes)
    assert page.answer.status_code == 200, page.answer.text
    return page


def connected(browser: Browser, **custom: Any) -> Page:
    page = homework(browser, **custom)
    browser.school.consented_as = STUDENT
    assert browser.connect(page).status_code == 200
    return page


def hand_in(page: Page, **changes: Any) -> str:
    answer = page.call("POST", "/api/insert", {"picks": [pick(first_detail(page), **changes)]})
    assert answer.status_code == 200, answer.text
    (item,) = decoded(answer)[f"{DL}content_items"]
    assert (item["type"], set(item)) == ("ltiResourceLink", {"type", "url", "title", "text", "iframe", "custom"})
    return str(item["custom"]["embed"])


def grade(browser: Browser, embed: str, **changes: Any) -> Page:
    return browser.launch(TEACHER, **{f"{LTI}custom": {"embed": embed}, **changes})


def test_page_says_hand_in_wherever_the_editor_s_says_insert(browser: Browser) -> None:
    page, editor = homework(browser), browser.press_button(STUDENT)

    assert page.headline == "Hand in"
    assert 'id="item-insert">Hand in</button>' in page.answer.text
    assert 'id="item-insert">Insert</button>' in editor.answer.text
    assert editor.headline == "Choose media"
    assert "Hand in" not in editor.answer.text
    assert (page.config["hand_in"], page.config["accept_multiple"], page.config["forms"]) == (
        True,
        False,
        ["captioned"],
    )
    assert page.config["scopes"] == [{"scope": "own"}]


@pytest.mark.parametrize("placement", ["homework_submission", None])
def test_platform_that_names_no_placement_is_understood(browser: Browser, placement: str | None) -> None:
    assert homework(browser, placement=placement).config["hand_in"] is True


def test_editor_that_names_no_placement_is_no_hand_in(browser: Browser) -> None:
    assert browser.press_button(STUDENT, **{PLACEMENT: None}).config["hand_in"] is False


@pytest.mark.parametrize(
    ("listed", "extensions"),
    [
        ("mp4,mov", ["mp4", "mov"]),
        (" .MP4, *.mov ,,mp4", ["mp4", "mov"]),
        ("", []),
        ("$com.instructure.Assignment.allowedFileExtensions", []),
        ("<script>,../x,mp 4", []),
        (",".join(["a"] * 5000), ["a"]),
        (17, ["17"]),
    ],
)
def test_list_of_extensions_is_read_as_people_write_it(browser: Browser, listed: Any, extensions: list[str]) -> None:
    assert homework(browser, assignment_extensions=listed).config["extensions"] == extensions


@pytest.mark.parametrize(
    ("custom", "said"),
    [
        ({"assignment_due_at": "2026-03-09T12:00:00Z"}, "Due: 9 Mar 2026."),
        (
            {"assignment_due_at": "2026-03-01T12:00:00+02:00"},
            "This was due on 1 Mar 2026. What you hand in now is late.",
        ),
        ({"assignment_most_attempts": "3", "assignment_attempts": 1}, "This is attempt 2 of 3."),
        ({"assignment_extensions": "mp3"}, "This assignment takes only these types of file: mp3."),
    ],
)
def test_student_is_told_what_the_launch_says_of_the_assignment(
    browser: Browser, custom: dict[str, Any], said: str
) -> None:
    assert homework(browser, **custom).config["notes"][-1] == said


@pytest.mark.parametrize(
    "custom",
    [
        {"assignment_due_at": "soon"},
        {"assignment_due_at": "0001-01-01T00:00:00+14:00"},
        {"assignment_due_at": "9" * 500},
        {"assignment_most_attempts": "-1", "assignment_attempts": "1"},
        {"assignment_most_attempts": "3"},
        {"assignment_most_attempts": "\u0663", "assignment_attempts": "\u0661"},  # Arabic digits
        {"assignment_id": "x" * 10_000},
    ],
)
def test_what_cannot_be_read_of_the_assignment_is_left_out(browser: Browser, custom: dict[str, Any]) -> None:
    assert len(homework(browser, **custom).config["notes"]) == 1


@pytest.mark.parametrize(
    ("custom", "said"),
    [
        ({"student_view": True, "masquerading": "41"}, "You are in Canvas's Student View."),
        ({"student_view": False, "masquerading": "41"}, "You act as another person in Canvas."),
    ],
)
def test_who_is_not_themselves_is_told_what_will_not_work(browser: Browser, custom: dict[str, Any], said: str) -> None:
    values = {"canvas_user_id": STUDENT.id, **custom}

    (note,) = browser.press_button(STUDENT, **{f"{LTI}custom": values}).config["notes"]

    assert note.startswith(said)
    assert "Studio" in note


def test_grader_reads_when_it_was_handed_in(browser: Browser, other_browser: Browser, clock: Clock) -> None:
    embed = hand_in(connected(browser))
    clock.forward(86400)

    answer = grade(other_browser, embed).call("POST", "/api/watch", {})

    assert answer.status_code == 200, answer.text
    assert answer.json["handed_in"] == ["Handed in on 2 Mar 2026."]  # type: ignore[index]


def test_assignment_of_the_launch_is_kept_with_the_work(browser: Browser, store: Store) -> None:
    embed = hand_in(connected(browser, assignment_id=31))

    kept = store.hand_ins.get(embed)
    assert kept is not None
    assert kept.assignment_id == "31"


def test_work_is_watched_in_its_own_course_alone(browser: Browser, other_browser: Browser) -> None:
    embed = hand_in(connected(browser))

    assert grade(other_browser, embed).answer.status_code == 200
    for context in ({"id": "course-18", "title": "Elsewhere"}, None):
        assert grade(other_browser, embed, **{f"{LTI}context": context}).answer.status_code == 404


def test_what_a_page_embeds_is_watched_in_a_copy_of_its_course(browser: Browser, picker: Page) -> None:
    answer = picker.call("POST", "/api/insert", {"picks": [pick(first_detail(picker))]})
    (item,) = decoded(answer)[f"{DL}content_items"]

    elsewhere = {f"{LTI}context": {"id": "course-18", "title": "A copy"}}

    assert grade(browser, item["custom"]["embed"], **elsewhere).answer.status_code == 200


def test_recording_that_the_assignment_does_not_take_is_shown_with_the_reason(browser: Browser) -> None:
    page = connected(browser, assignment_extensions="docx")

    items = page.call("GET", "/api/canvas/media").json["items"]  # type: ignore[index]
    refused = page.call("POST", "/api/insert", {"picks": [pick(first_detail(page))]})

    assert {item["refused"] for item in items} == {"This assignment takes only these types of file: docx."}
    assert refused.status_code == 422
    assert refused.json["error"]["message"] == items[0]["refused"]  # type: ignore[index]
