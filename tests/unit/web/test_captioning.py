"""Professional captioning's page and calls: who gets them, what a page is told, and the same by command."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import Result
from flask import Flask
from werkzeug.test import TestResponse

from config.settings import Settings
from lti.model import ApiKey, CaptioningHeader, GrantService, StudioAccount, StudioSettings
from lti.protocol.tokens import Tokens
from lti.store import Store

from .school import ADMINISTRATOR, OURS, PLACEMENT, STUDENT, TEACHER, Browser, Clock, Page, Person, School
from .test_guard import CAPTIONING_CALLS

HOST = "school.instructuremedia.com"
SRT = "1\n00:00:01,000 --> 00:00:03,000\nHello\n"
ORDER = {"id": 401, "srclang": "de", "status": "requested", "media": {"id": 12, "title": "Rivers"}, "rush": True}
CALLS = [
    (method, path.replace("<int(max=2147483647):answer_id>", "1"), body) for method, path, body in CAPTIONING_CALLS
]


@pytest.fixture(autouse=True)
def studio(browser: Browser, store: Store) -> Store:
    """Give the school a Studio where one account acts for all, and one member of staff."""
    platform = store.platforms.all()[0].id
    settings = StudioSettings(HOST, ApiKey("studio-key", "hush"), StudioAccount.SERVICE)
    store.institutions.save_studio(platform, settings)
    store.institutions.save_staff(platform, [STUDENT.id])
    return store


@pytest.fixture
def asked(store: Store, school: School, clock: Clock) -> list[str]:
    """Connect the service account to a Studio with one order; gives what it was asked."""
    store.grants.save(
        store.platforms.all()[0].id,
        "",
        GrantService.STUDIO_SERVICE,
        account_id="1",
        access_token="a",
        refresh_token="r",
        expires_at=clock() + timedelta(hours=2),
    )
    calls: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        assert request.url.host == HOST
        path = request.url.path.removeprefix("/api/public/v1")
        calls.append(f"{request.method} {path} {request.headers['authorization'][:12]}")
        if request.method == "PATCH":
            return httpx.Response(202 if path.endswith("/401") else 404)
        if path == "/caption_file_requests":
            return httpx.Response(200, json={"caption_file_requests": [ORDER]})
        assert path.startswith("/captioning_service_types"), path
        types = [{"key": "rush", "label": "Rush", "is_asr": False, "languages": ["en"]}]
        return httpx.Response(204 if request.method == "DELETE" else 200, json={"captioning_service_types": types})

    school.broken = answer
    return calls


def staffed(browser: Browser, person: Person = STUDENT, placement: str = "course_navigation", **changes: Any) -> Page:
    school, browser.school.broken = browser.school.broken, None
    page = browser.launch(person, **{PLACEMENT: placement, "name": "Stefan Staff", **changes})
    browser.school.broken = school
    return page


def enter(page: Page, token: str | None = None, origin: str | None = OURS) -> TestResponse:
    """Press the button that opens the page in a tab of its own."""
    headers = {"Origin": origin} if origin else {}
    token = page.config["token"] if token is None else token
    return page.browser.post("/captioning", data={"token": token}, headers=headers)


# --- who -------------------------------------------------------------------------------------------------------------


def test_administrator_opens_it_from_the_administration_as_often_as_they_like(browser: Browser) -> None:
    page = browser.administer()
    assert 'action="/captioning"' in page.answer.text
    for _ in range(2):
        opened = enter(page)
        assert opened.status_code == 200, opened.text
        assert "frame-ancestors 'none'" in opened.headers["Content-Security-Policy"]
        assert "Professional captioning" in opened.text
    tab = Page(browser, opened)
    assert tab.call("GET", "/api/captioning/history").json == {"answers": []}
    assert tab.call("PUT", "/api/administration/staff", {"people": []}).status_code == 403  # a session is one page's
    assert page.call("GET", "/api/captioning/history").status_code == 403


def test_session_in_its_tab_ends_when_that_of_the_page_would_have(browser: Browser, clock: Clock) -> None:
    opened = Page(browser, enter(browser.administer()))
    token = opened.config["token"]
    for _ in range(12):
        clock.forward(3590)
        assert enter(opened, token).status_code == 200
        headers = {"Authorization": f"Bearer {token}"}
        token = browser.post("/api/session", headers=headers).json["token"]  # type: ignore[index]
    clock.forward(3590)
    assert enter(opened, token).status_code == 401


def test_listed_staff_get_it_from_course_and_account_by_number_or_address(browser: Browser, store: Store) -> None:
    for placement in ("course_navigation", "account_navigation"):
        page = staffed(browser, placement=placement)
        assert page.headline == "Professional captioning"
        assert page.call("GET", "/api/captioning/history").status_code == 200
    store.institutions.save_staff(store.platforms.all()[0].id, ["tilda@school.example"])
    browser.school.clock.forward(10)
    teacher = staffed(browser, TEACHER, email="Tilda@school.example")
    assert (teacher.headline, teacher.config["captioning"]) == ("Captions of this course", True)
    assert enter(teacher).status_code == 200
    assert staffed(browser, TEACHER).config["captioning"] is False
    assert staffed(browser).answer.status_code == 403  # a student, who is not listed any more


def test_nobody_else_gets_in(browser: Browser, settings: Settings, clock: Clock) -> None:
    tokens = Tokens(settings.secret_keys, settings.base_url, clock)
    administrator = tokens.viewer(browser.administer().config["token"])
    pages = [
        browser.press_button(),
        staffed(browser, TEACHER),
        staffed(browser, ADMINISTRATOR, "account_navigation"),  # without the role
    ]
    viewers = [tokens.viewer(page.config["token"]) for page in pages if page.answer.status_code == 200]
    viewers += [
        dataclasses.replace(administrator, captioning=None),
        dataclasses.replace(administrator, subject=None),
        dataclasses.replace(administrator, captioning="999", administers=False),  # on no list
    ]
    for viewer in viewers:
        token = tokens.issue(viewer, 60)
        for method, path, body in CALLS:
            answer = browser.client.open(
                path, method=method, base_url=OURS, json=body, headers={"Authorization": f"Bearer {token}"},
                query_string={"order": "401"} if path.endswith(("/media", "/check")) else {},
            )  # fmt: skip
            assert (answer.status_code, answer.json["error"]["code"]) == (403, "not_allowed"), path  # type: ignore[index]
        assert enter(Page(browser, answer), token).status_code in {401, 403}


def test_no_call_works_without_a_session_of_ours(browser: Browser, store: Store, clock: Clock) -> None:
    page = browser.administer()
    for token in ("", "x.y.z", page.config["token"][:-2]):
        for method, path, body in CALLS:
            headers = {"Authorization": f"Bearer {token}"}
            answer = browser.client.open(path, method=method, base_url=OURS, json=body, headers=headers)
            assert answer.status_code == 401, path
        assert enter(page, token).status_code == 401
    clock.forward(3601)
    assert {page.call(method, path, body).status_code for method, path, body in CALLS} == {401}
    assert enter(page).status_code == 401


def test_page_of_a_stranger_cannot_open_it(browser: Browser) -> None:
    page = browser.administer()
    for origin in (None, "null", "https://evil.example", f"{OURS}.evil.example"):
        assert enter(page, origin=origin).status_code == 401


# --- orders and answers ----------------------------------------------------------------------------------------------


def test_staff_see_an_order_check_a_file_answer_and_find_it_in_the_history(browser: Browser, asked: list[str]) -> None:
    page = staffed(browser)
    (order,) = page.call("GET", "/api/captioning/orders").json["orders"]  # type: ignore[index]
    assert (order["title"], order["language_name"], order["state"]) == ("Rivers", "German", "open")
    assert ["rush", "True"] in order["details"]
    checked: Any = page.call(
        "POST", "/api/captioning/check?order=401", data=b"WEBVTT\n\n00:01.000 --> 00:03.000 line:1\n<v Ada>Hello\n"
    ).json
    assert (checked["srt"], checked["count"], checked["ends"]) == (SRT, 1, 3.0)
    assert checked["notes"]

    answer = {"order": "401", "outcome": "fulfilled", "captions": checked["srt"], "filename": "rivers.vtt"}
    sent: Any = page.call("POST", "/api/captioning/answers", answer).json
    assert (sent["answer"]["who"], sent["answer"]["state"]) == ("Stefan Staff", "sent")
    again = page.call("POST", "/api/captioning/answers", {**answer, "outcome": "processing"})
    assert (again.status_code, again.json["error"]["code"]) == (409, "answer_taken")  # type: ignore[index]
    (line,) = page.call("GET", "/api/captioning/history").json["answers"]  # type: ignore[index]
    assert (line["order"], line["title"], line["who"]) == ("401", "Rivers", "Stefan Staff")
    text = page.call("GET", f"/api/captioning/history/{line['id']}").json
    assert text == {"srt": SRT, "filename": "rivers.vtt"}
    assert page.call("GET", f"/api/captioning/history?before={line['id']}").json == {"answers": []}
    assert [call.split()[0] for call in asked] == ["GET", "PATCH"]


def test_what_makes_no_sense_is_refused_in_words(browser: Browser, asked: list[str]) -> None:
    page = staffed(browser)
    for method, path, body, status in (
        ("POST", "answers", {"order": "401", "outcome": "maybe"}, 422),
        ("POST", "answers", {"order": "401", "outcome": "failed", "again": 2**40, "message": "x"}, 422),
        ("POST", "answers", {"order": "401", "outcome": "fulfilled"}, 422),
        ("POST", "answers", {"order": "../x", "outcome": "failed", "message": "No sound"}, 404),
        ("POST", "answers", {"order": "9", "outcome": "failed", "message": "No sound"}, 404),
        ("POST", "check?order=401", {}, 422),
        ("POST", "check", {}, 422),
        ("GET", "media?order=401", None, 404),
        ("GET", "history?before=99999999999", None, 422),
        ("GET", "history/99999999999999999999", None, 404),
        ("GET", "history/7", None, 404),
        ("PUT", "types/a b", {"label": "l", "description": "d", "is_asr": False}, 422),
        ("PUT", "types/a", {"label": "l", "description": "d"}, 422),
        ("DELETE", "types/..%2f..%2fusers", None, 404),
    ):
        answer = page.call(method, f"/api/captioning/{path}", body)
        assert answer.status_code == status, (path, answer.text)
        assert answer.json["error"]["next_step"]  # type: ignore[index]
    assert [call for call in asked if call.startswith("PATCH")] == ["PATCH /caption_file_requests/9 Bearer a"]


def test_file_that_cannot_be_read_is_refused_with_its_place(browser: Browser, asked: list[str]) -> None:
    answer = staffed(browser).call("POST", "/api/captioning/check?order=401", data=b"This is no caption file.")
    assert answer.status_code == 422
    assert "line 1" in answer.json["error"]["message"]  # type: ignore[index]
    assert asked == []


# --- the header ------------------------------------------------------------------------------------------------------


def test_header_is_sent_and_never_shown_and_goes_with_its_studio(
    browser: Browser, store: Store, asked: list[str]
) -> None:
    browser.school.broken, studio = None, browser.school.broken
    page = browser.administer()
    path, value = "/api/administration/captioning-header", "Bearer s3cret"
    saved = page.call("PUT", path, {"name": " Authorization ", "value": value})
    assert saved.json["captioning_header"] == {"name": "Authorization"}  # type: ignore[index]
    kept = page.call("PUT", path, {"name": "Authorization"})
    assert "s3cret" not in saved.text + kept.text + browser.administer().answer.text
    browser.school.broken = studio
    Page(browser, enter(page)).call("GET", "/api/captioning/orders")
    assert asked == ["GET /caption_file_requests Bearer s3cre"]

    for name, bad in (("Host", "x"), ("A b", "x"), ("X-Token", ""), ("X-Token", "a\r\nb"), ("X-Token", "é")):
        refused = page.call("PUT", path, {"name": name, "value": bad})
        assert (refused.status_code, refused.json["error"]["code"]) == (422, "header_invalid")  # type: ignore[index]
    page.call("DELETE", "/api/administration/studio")
    browser.school.clock.forward(10)
    assert store.institutions.get(store.platforms.all()[0].id).captioning_header is None


# --- by command ------------------------------------------------------------------------------------------------------

Run = Callable[..., Result]


@pytest.fixture
def run(app: Flask, asked: list[str]) -> Run:
    def typed(*arguments: str, answer: bytes = b"") -> Result:
        return app.test_cli_runner().invoke(args=["captioning", *arguments], input=answer)

    return typed


def test_company_without_a_browser_lists_answers_and_reads_the_history(run: Run, tmp_path: Path) -> None:
    assert "401" in run("list").output
    assert json.loads(run("--json", "list").output)["orders"][0]["title"] == "Rivers"
    file = tmp_path / "rivers.vtt"
    file.write_text("WEBVTT\n\n00:01.000 --> 00:03.000\nHello\n")
    assert run("--as", "Night job", "processing", "401").exit_code == 0
    assert "401  -  de  -  processing (no. 1, Night job)  Rivers" in run("list").output
    sent = run("--json", "--as", "Night job", "answer", "401", str(file))
    assert json.loads(sent.output)["answer"]["filename"] == "rivers.vtt"
    twice = run("--json", "fail", "401", "Too late")
    assert (twice.exit_code, json.loads(twice.stderr)["error"]["code"]) == (6, "answer_taken")
    assert "Night job has answered this order already." in run("fail", "401", "Too late").stderr
    lines = run("history").output.splitlines()
    assert [line.split("order ")[1] for line in lines] == ["401  fulfilled  Night job", "401  processing  Night job"]


def test_company_learns_from_the_exit_code_what_to_do(run: Run, store: Store, school: School, tmp_path: Path) -> None:
    bad = tmp_path / "bad.srt"
    bad.write_text("no captions here")
    assert run("answer", "401", str(bad)).exit_code == 3
    assert run("answer", "401", "-", answer=b"").exit_code == 3
    assert run("answer", "401", str(tmp_path / "missing.srt")).exit_code == 2
    assert run("--client-id", "nobody", "list").exit_code == 2
    assert run("fail", "9", "No sound").exit_code == 5
    store.institutions.save_captioning_header(
        store.platforms.all()[0].id, CaptioningHeader("Authorization", "Bearer x")
    )
    for status, code in ((401, 4), (403, 4), (422, 3), (500, 7)):
        school.broken = lambda _, status=status: httpx.Response(status, json={})
        assert run("fail", "401", "No sound").exit_code == code, status
    school.broken = lambda _: httpx.Response(503)
    assert run("list").exit_code == 8


def test_company_keeps_service_types_and_enters_its_header(run: Run, asked: list[str]) -> None:
    assert run("types", "list").output == "rush  Rush  en\n"
    assert run("types", "set", "night", "--label", "Night", "--description", "By morning").exit_code == 0
    assert run("types", "delete", "night", "--yes").exit_code == 0
    assert [call.split()[0] for call in asked] == ["GET", "PUT", "DELETE"]
    entered = run("header", "set", answer=b"Bearer s3cret\n")
    assert (entered.exit_code, "s3cret" in entered.output) == (0, False)
    run("list")
    assert asked[-1].endswith("Bearer s3cre")
    assert run("header", "remove").exit_code == 0
