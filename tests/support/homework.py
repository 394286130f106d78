"""Handing in at the sandbox Canvas, without a script: what the submission dialog does, done by hand."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

import httpx

from tests.support.person import Person, ToolPage, read

DIARY, ESSAY, REFLECTION = 31, 32, 33


def press_homework(person: Person, assignment: int = DIARY, tool: int = 19) -> httpx.Response:
    """Open the tool's tab of the submission dialog: gives the page with the login initiation."""
    return person.http.post(
        f"{person.canvas}/courses/17/external_tools/{tool}/resource_selection",
        data={"launch_type": "homework_submission", "assignment_id": str(assignment)},
    )


def open_homework(person: Person, assignment: int = DIARY) -> ToolPage:
    """Open the tool there."""
    return person.tool_page(person.follow(press_homework(person, assignment)))


def received(person: Person, answer: httpx.Response, assignment: int = DIARY) -> dict[str, Any]:
    """Give what the dialog makes of the tool's answer."""
    message = json.loads(read(answer).data["message"])
    assert message["placement"] == "homework_submission"
    body = {"assignment_id": assignment, "items": message["content_items"]}
    taken: dict[str, Any] = person.http.post(f"{person.canvas}/sandbox/homework/content_items", json=body).json()
    return taken


def hand_in(page: ToolPage, pick: dict[str, Any], assignment: int = DIARY) -> dict[str, Any]:
    """Choose in the tool, and submit: gives what the dialog took."""
    answer = page.insert(pick)
    assert answer.status_code == 200, answer.text
    taken = received(page.person, answer, assignment)
    assert taken["error"] is None, taken
    done = page.person.http.post(
        f"{page.person.canvas}/courses/17/assignments/{assignment}/submissions",
        data={
            "submission_type": taken["type"],
            "resource_link_lookup_uuid": taken["lookup_uuid"],
            "title": taken["title"],
        },
    )
    assert done.is_redirect, done.text
    return taken


def grade(person: Person, student: int, attempt: int | None = None, assignment: int = DIARY) -> ToolPage:
    """Open the grading view, and what stands in its frame; the newest attempt unless another is named."""
    address = f"{person.canvas}/courses/17/gradebook/speed_grader?assignment_id={assignment}&student_id={student}"
    page = person.http.get(address if attempt is None else f"{address}&attempt={attempt}")
    page.raise_for_status()
    (frame,) = [each for each in read(page).frames if "post_message_forwarding" not in each]
    return person.tool_page(person.follow(person.http.get(urljoin(person.canvas, frame))))
