"""Orders for professional captions, from Studio's list to an answer that Studio has, and never to two."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from tests.flows.school import School, problem
from tests.flows.test_administration import administer
from tests.flows.test_commands import flask
from tests.support.person import ADA, TILDA, Person, ToolPage
from tests.support.studio import ADA_AT_STUDIO, connect_studio

CLOCK = 260101
VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nDer Fluss\n"
HEARD = 15  # seconds within which every process of the tool knows a change


class Studio:
    """The Studio of a stack, as its switchboard and its list show it."""

    def __init__(self, school: School) -> None:
        self.origin = school.stack.studio
        token = school.secret("captioning")
        self.header = f'Bearer user_id="captioning-service", token="{token}"'

    def wish(self, **wishes: object) -> None:
        httpx.post(f"{self.origin}/sandbox/faults", json=wishes, timeout=10).raise_for_status()

    def waiting(self) -> set[str]:
        answer = httpx.get(
            f"{self.origin}/api/public/v1/caption_file_requests",
            params={"provider": "professional", "status": "requested"},
            headers={"Authorization": self.header},
            timeout=10,
        )
        return {str(order["id"]) for order in answer.raise_for_status().json()["caption_file_requests"]}

    def order(self) -> str:
        """Order captions, as a person does in Studio: gives the number."""
        before = self.waiting()
        self.wish(order_captions=[{"media_id": CLOCK, "service": "standard", "srclang": "de"}])
        (number,) = self.waiting() - before
        return number

    def answers(self, order: str) -> int:
        """Count what was sent for an order."""
        log = httpx.get(f"{self.origin}/sandbox/requests", timeout=10).json()
        entries = log["requests"] if isinstance(log, dict) else log
        path = f"/api/public/v1/caption_file_requests/{order}"
        return len([each for each in entries if (each["method"], each["path"]) == ("PATCH", path)])


@pytest.fixture
def studio(each_school: School) -> Iterator[Studio]:
    made = Studio(each_school)
    yield made
    made.wish(clear=True)


def open_captioning(person: Person) -> ToolPage:
    """Go to the page from the administration's."""
    return enter(administer(person))


def enter(page: ToolPage) -> ToolPage:
    """Open professional captioning from a page that leads there, as its button does."""
    person = page.person
    answer = person.http.post(
        f"{person.tool}/captioning", data={"token": page.config["token"]}, headers={"Origin": person.tool}
    )
    assert answer.status_code == 200, answer.text
    return person.tool_page(answer)


def listed(page: ToolPage, order: str) -> dict[str, Any] | None:
    answer = page.api("GET", "/api/captioning/orders")
    assert answer.status_code == 200, answer.text
    return next((each for each in answer.json()["orders"] if each["id"] == order), None)


def answer(page: ToolPage, order: str, **more: object) -> httpx.Response:
    body = {"order": order, "outcome": "fulfilled", "captions": VTT, "filename": "fluss.vtt", **more}
    return page.api("POST", "/api/captioning/answers", json=body)


def test_administrator_answers_orders_with_their_own_account(each_school: School, studio: Studio) -> None:
    page = open_captioning(each_school.be(ADA))
    page.api("DELETE", "/api/connect/studio")
    problem(page.api("GET", "/api/captioning/orders"), 403, "grant_missing")
    assert connect_studio(page, studio.origin, ADA_AT_STUDIO).status_code == 200
    first, second = studio.order(), studio.order()
    found = listed(page, first)
    assert found is not None
    assert (found["title"], found["language_name"], found["state"]) == ("The clock, explained", "German", "open")

    studio.wish(faults=[{"kind": "status", "status": 502, "method": "PATCH"}])
    problem(answer(page, first), 502, "answer_unknown")
    in_doubt = listed(page, first)
    assert in_doubt is not None
    assert in_doubt["state"] == "unknown"
    problem(answer(page, first), 409, "answer_taken")
    assert answer(page, first, again=in_doubt["answer"]["id"]).json()["answer"]["state"] == "sent"
    assert first not in studio.waiting()
    problem(answer(page, first), 409, "answer_taken")
    assert studio.answers(first) == 2

    assert answer(page, second, outcome="processing").status_code == 200
    in_work = listed(page, second)
    assert in_work is not None
    assert (second in studio.waiting(), in_work["state"]) == (False, "processing")
    assert answer(page, second, outcome="failed", message="Nothing to hear").status_code == 200
    history = page.api("GET", "/api/captioning/history").json()["answers"]
    mine = [(each["outcome"], each["state"], each["who"]) for each in history if each["order"] in {first, second}]
    assert mine == [
        ("failed", "sent", "Ada Administrator"),
        ("processing", "sent", "Ada Administrator"),
        ("fulfilled", "sent", "Ada Administrator"),
        ("fulfilled", "unknown", "Ada Administrator"),
    ]


def test_staff_and_administrator_who_answer_at_once_send_once(each_school: School, studio: Studio) -> None:
    ada, tilda = each_school.be(ADA), each_school.be(TILDA)
    administration = administer(ada)
    settings = {
        "staff": {"people": ["tilda@school.example"]},
        "captioning-header": {"name": "Authorization", "value": studio.header},
    }
    for name, body in settings.items():
        assert administration.api("PUT", f"/api/administration/{name}", json=body).status_code == 200
    try:
        course = f"{tilda.canvas}/courses/17/external_tools/19?launch_type=course_navigation"
        deadline = time.monotonic() + HEARD
        page = tilda.tool_page(tilda.follow(tilda.http.get(course)))
        while not page.config["captioning"] and time.monotonic() < deadline:  # another process has not heard yet
            time.sleep(0.2)
            page = tilda.tool_page(tilda.follow(tilda.http.get(course)))
        pages = [open_captioning(ada), enter(page)]
        order = studio.order()
        assert all(listed(each, order) for each in pages)
        with ThreadPoolExecutor(2) as threads:
            statuses = sorted(each.status_code for each in threads.map(lambda each: answer(each, order), pages))
        assert statuses == [200, 409]
        assert studio.answers(order) == 1
        assert administration.api("PUT", "/api/administration/staff", json={"people": []}).status_code == 200
        problem(pages[1].api("GET", "/api/captioning/orders"), 403, "not_allowed")
    finally:
        administration.api("PUT", "/api/administration/staff", json={"people": []})
        administration.api("DELETE", "/api/administration/captioning-header")


def test_company_answers_by_command(school: School) -> None:
    studio = Studio(school)
    order = studio.order()
    administration = administer(school.be(ADA))
    header = {"name": "Authorization", "value": studio.header}
    assert administration.api("PUT", "/api/administration/captioning-header", json=header).status_code == 200
    try:
        done = flask(school, "captioning", "--json", "--as", "Night job", "fail", order, "Nothing to hear")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["answer"]["who"] == "Night job"
        assert (order in studio.waiting(), studio.answers(order)) == (False, 1)
        problem(answer(open_captioning(administration.person), order), 409, "answer_taken")
    finally:
        administration.api("DELETE", "/api/administration/captioning-header")
