"""Every API route with the session of somebody else: another person, platform, role or page, one that is over, none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from .browser import Answer, Browser, Page, pick
from .canvas import (
    ADMINISTRATOR,
    API_SECRET,
    COLLEAGUE,
    DL,
    LTI,
    MEMBERSHIP,
    NEWCOMER,
    OBSERVER,
    STUDENT,
    TEACHER,
    Canvas,
    Person,
)
from .jose import read
from .tool import Tool

NATIVE = {"form": "native", "width": 640, "height": 480}
# Every API route, and what a script of ours sends there. ``{handle}`` is that of an item of the teacher.
PICKER: list[tuple[str, str, Any]] = [
    ("GET", "/api/canvas/media", None),
    ("POST", "/api/canvas/media/detail", {"handle": "{handle}"}),
    ("POST", "/api/insert", {"picks": [{"handle": "{handle}", **NATIVE}]}),
    ("POST", "/api/cancel", {}),
    ("GET", "/api/connect/canvas", None),
    ("POST", "/api/connect/canvas", {}),
    ("DELETE", "/api/connect/canvas", None),
]
STUDIO: list[tuple[str, str, Any]] = [
    ("GET", "/api/studio/media", None),
    ("POST", "/api/studio/media/detail", {"handle": "{handle}"}),
    ("POST", "/api/studio/import", {"url": "https://media.example/film.mp4", "title": "A film"}),
    ("GET", "/api/studio/uploads/<upload_id>", None),
    ("POST", "/api/studio/own/about", {"handle": "{handle}"}),
    ("POST", "/api/studio/own/tag", {"handle": "{handle}", "name": "stolen"}),
    ("POST", "/api/studio/own/untag", {"handle": "{handle}", "tag": "1"}),
    ("POST", "/api/studio/own/delete", {"handle": "{handle}"}),
    ("GET", "/api/connect/studio", None),
    ("POST", "/api/connect/studio", {}),
    ("DELETE", "/api/connect/studio", None),
]
CAPTIONS: list[tuple[str, str, Any]] = [
    ("GET", "/api/captions/care", None),
    ("GET", "/api/captions/editor", None),
    ("POST", "/api/captions/text", {"handle": "{handle}", "track": "1"}),
    ("POST", "/api/captions/check", {"cues": []}),
    ("POST", "/api/captions/save", {"handle": "{handle}", "track": "1", "version": "", "cues": []}),
    (
        "POST",
        "/api/captions/mark",
        {"handle": "{handle}", "track": "1", "version": "1", "language": "en", "kind": "captions"},
    ),
    ("POST", "/api/captions/add", {"handle": "{handle}", "name": "a.srt", "content": "MQ=="}),
    ("POST", "/api/captions/download", {"handle": "{handle}", "track": "1", "format": "srt"}),
    ("POST", "/api/captions/versions", {"handle": "{handle}", "track": "1"}),
    ("POST", "/api/captions/restore", {"handle": "{handle}", "id": "1"}),
    ("POST", "/api/captions/remove", {"handle": "{handle}", "track": "1"}),
    ("POST", "/api/captions/rename", {"handle": "{handle}", "title": "Stolen"}),
    ("POST", "/api/captions/copy", {"from": "{handle}", "track": "1", "to": "{handle}"}),
]
REPORT: list[tuple[str, str, Any]] = [
    ("GET", "/api/report/media", None),
    ("POST", "/api/report/read", {"handles": ["{handle}"]}),
    ("GET", "/api/report/lengths", None),
    ("GET", "/api/report/studio", None),
    ("POST", "/api/report/studio/read", {"handles": ["{handle}"]}),
]
UPLOADS: list[tuple[str, str, Any]] = [
    ("POST", "/api/tus", None),
    ("PATCH", "/api/tus/<upload_id>", None),
    ("POST", "/api/tus/<upload_id>", None),
    ("DELETE", "/api/tus/<upload_id>", None),
    ("GET", "/api/studio/collections", None),
    ("POST", "/api/studio/collections", {"name": "Mine"}),
    ("GET", "/api/uploads", None),
    ("GET", "/api/uploads/<upload_id>", None),
    ("PATCH", "/api/uploads/<upload_id>", {"title": "Mine"}),
    ("DELETE", "/api/uploads/<upload_id>", None),
    ("POST", "/api/uploads/<upload_id>/cancel", {}),
    ("POST", "/api/uploads/<upload_id>/retry", {}),
    ("POST", "/api/uploads/<upload_id>/captions", {}),
    ("DELETE", "/api/uploads/<upload_id>/captions/<caption_id>", None),
    ("GET", "/api/recordings", None),
    ("GET", "/api/recordings/tab", None),
    ("POST", "/api/recordings/<upload_id>/keep", {}),
    ("POST", "/api/recordings/<upload_id>/watch", {}),
]
ADMINISTRATION: list[tuple[str, str, Any]] = [
    ("PUT", "/api/administration/canvas-key", {"id": "4711", "secret": "stolen"}),
    ("DELETE", "/api/administration/canvas-key", None),
    ("PUT", "/api/administration/studio", {"host": "127.0.0.1:9", "id": "1", "secret": "stolen", "account": "service"}),
    ("DELETE", "/api/administration/studio", None),
    ("GET", "/api/administration/studio/account", None),
    ("POST", "/api/administration/studio/account", {}),
    ("DELETE", "/api/administration/studio/account", None),
    ("PUT", "/api/administration/staff", {"people": ["4711"]}),
    ("PUT", "/api/administration/captioning-header", {"name": "Authorization", "value": "stolen"}),
    ("DELETE", "/api/administration/captioning-header", None),
    ("PUT", "/api/administration/privacy", {"use_email": False}),
    ("POST", "/api/administration/checks/<name>", {}),
]
CAPTIONING: list[tuple[str, str, Any]] = [
    ("GET", "/api/captioning/orders", None),
    ("POST", "/api/captioning/check", None),
    ("POST", "/api/captioning/answers", {"order": "401", "outcome": "processing"}),
    ("GET", "/api/captioning/media", None),
    ("GET", "/api/captioning/history", None),
    ("GET", "/api/captioning/history/<int(max=2147483647):answer_id>", None),
    ("GET", "/api/captioning/types", None),
    ("PUT", "/api/captioning/types/<key>", {"label": "Rush", "description": "Rush", "is_asr": False}),
    ("DELETE", "/api/captioning/types/<key>", None),
]
PLAYER: list[tuple[str, str, Any]] = [("POST", "/api/watch", {"refresh": False})]
BOTH: list[tuple[str, str, Any]] = [("POST", "/api/session", {})]
EVERY = [*PICKER, *CAPTIONS, *REPORT, *STUDIO, *UPLOADS, *ADMINISTRATION, *PLAYER, *BOTH]
every_route = pytest.mark.parametrize(("method", "path", "value"), EVERY)


@dataclass
class Class:
    """A teacher who has connected Canvas, an item of hers, and an embed of it."""

    teacher: Page
    detail: dict[str, Any]
    embed: str

    def told(self, value: Any) -> Any:
        """Give a request with the teacher's handle in it."""
        if isinstance(value, dict):
            return {name: self.told(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.told(item) for item in value]
        return self.detail["handle"] if value == "{handle}" else value


@pytest.fixture
def school_class(tool: Tool, canvas: Canvas) -> Class:
    page = tool.browser(canvas).press_button(TEACHER).connect(TEACHER)
    detail = page.first_item()
    (item,) = read(page.insert(detail).json["jwt"])[f"{DL}content_items"]
    return Class(page, detail, item["custom"]["embed"])


def connected(browser: Browser, person: Person) -> Page:
    return browser.press_button(person).connect(person)


def code(answer: Answer) -> str:
    """Read an API error, which says everything that a person needs."""
    error = answer.json["error"]
    assert error.keys() >= {"code", "message", "next_step", "request_id"}
    assert len(error["message"]) > 10
    assert len(error["next_step"]) > 10
    return str(error["code"])


def test_this_list_knows_every_api_route(tool: Tool) -> None:
    routes = {
        (method, rule.rule)
        for rule in tool.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    assert routes == {(method, path) for method, path, _ in [*EVERY, *CAPTIONING]}


@every_route
def test_outsider_without_a_session_gets_nothing(
    browser: Browser, school_class: Class, method: str, path: str, value: Any
) -> None:
    token = school_class.teacher.token
    header, claims, signature = token.split(".")
    middle = len(signature) // 2
    altered = f"{signature[:middle]}{'A' if signature[middle] != 'A' else 'B'}{signature[middle + 1 :]}"

    for wrong in (
        "",
        "Bearer ",
        f"Basic {token}",
        token,
        f"Bearer {header}.{claims}.",
        f"Bearer {header}.{claims}.{altered}",
    ):
        answer = browser.send(method, path, value=school_class.told(value), authorization=wrong)
        assert (answer.status, code(answer)) == (401, "session_missing")


@every_route
def test_session_that_is_over_gets_nothing(browser: Browser, tool: Tool, method: str, path: str, value: Any) -> None:
    page = browser.press_button()
    tool.clock.forward(3601)

    answer = page.call(method, path, value)

    assert (answer.status, code(answer)) == (401, "session_expired")


@every_route
def test_session_of_a_removed_platform_gets_nothing(
    tool: Tool, another_canvas: Callable[..., Canvas], method: str, path: str, value: Any
) -> None:
    canvas = another_canvas()
    page = tool.browser(canvas).press_button()
    remove = ["platforms", "remove", "--issuer", canvas.issuer, "--client-id", canvas.client_id, "--yes"]
    assert tool.app.test_cli_runner().invoke(args=remove).exit_code == 0

    answer = page.call(method, path, value)

    assert (answer.status, code(answer)) == (401, "session_missing")


@pytest.mark.parametrize(("method", "path", "value"), [*PICKER, *CAPTIONS, *REPORT, *STUDIO, *UPLOADS])
def test_viewer_of_an_embed_can_choose_nothing(
    browser: Browser, school_class: Class, method: str, path: str, value: Any
) -> None:
    for person in (STUDENT, TEACHER):
        answer = browser.watch(school_class.embed, person).call(method, path, school_class.told(value))
        assert (answer.status, code(answer)) == (403, "not_allowed")


@pytest.mark.parametrize(("method", "path", "value"), ADMINISTRATION)
def test_nobody_but_an_administrator_sets_anything_up(
    browser: Browser, school_class: Class, method: str, path: str, value: Any
) -> None:
    as_administrator = browser.press_button(ADMINISTRATOR, lti_roles=browser.canvas.administration("n")[f"{LTI}roles"])
    for page in (
        school_class.teacher,
        browser.press_button(STUDENT),
        browser.press_button(OBSERVER, lti_roles=[]),
        browser.watch(school_class.embed, TEACHER),
        as_administrator,  # who is one, but not on the administration's page
    ):
        answer = page.call(method, path, value)
        assert (answer.status, code(answer)) == (403, "not_allowed")


@pytest.mark.parametrize(("method", "path", "value"), [*PICKER[:-3], *STUDIO, *PLAYER])
def test_administration_can_choose_and_watch_nothing(browser: Browser, method: str, path: str, value: Any) -> None:
    answer = browser.administer().call(method, path, value)

    assert (answer.status, code(answer)) == (403, "not_allowed")


def test_captioning_is_for_no_session_of_another_page(browser: Browser, tool: Tool, school_class: Class) -> None:
    over = browser.press_button()
    tool.clock.forward(3601)
    pages = [
        (over, 401),
        (browser.press_button(TEACHER), 403),
        (browser.press_button(STUDENT), 403),
        (browser.watch(school_class.embed, TEACHER), 403),
        (browser.administer(), 403),  # which leads there
    ]
    for method, path, value in CAPTIONING:
        address = path.replace("<int(max=2147483647):answer_id>", "1")
        assert browser.send(method, address, value=value, authorization="").status == 401
        for page, status in pages:
            assert page.call(method, address, value).status == status, path


@pytest.mark.parametrize("person", [TEACHER, STUDENT, OBSERVER])
def test_nobody_else_enters_the_administration(browser: Browser, canvas: Canvas, person: Person) -> None:
    for roles in (person.roles, [*person.roles, f"{MEMBERSHIP}Administrator"], []):
        login = browser.begin()
        answer = browser.finish(login, canvas.sign(canvas.administration(login.nonce, person, lti_roles=roles)))
        assert (answer.status, answer.code) == (403, "not_allowed")
    login = browser.begin()
    below = {"canvas_user_id": "46", "canvas_root_admin": False}
    answer = browser.finish(login, canvas.sign(canvas.administration(login.nonce, lti_custom=below)))
    assert (answer.status, answer.code) == (403, "not_allowed")


def test_administrator_of_one_school_sees_and_changes_nothing_of_another(
    tool: Tool, another_canvas: Callable[..., Canvas]
) -> None:
    """Both have one issuer, and administrators of the same name."""
    ours, theirs = (tool.browser(another_canvas()).administer() for _ in range(2))
    before = theirs.answer.config["state"]
    for method, path, value in ADMINISTRATION[:-1]:
        assert ours.call(method, path, value).status in {200, 409}
    ours.call("PUT", "/api/administration/canvas-key", {"id": "4711", "secret": "another"})
    tool.clock.forward(6)

    assert theirs.browser.administer().answer.config["state"] == before
    assert ours.browser.administer().answer.config["state"]["canvas_key"] == {"id": "4711"}


def test_administrator_never_reads_a_secret_back(tool: Tool, another_canvas: Callable[..., Canvas]) -> None:
    browser = tool.browser(another_canvas())
    page = browser.administer()
    for method, path, value in ADMINISTRATION[:-1]:
        assert "stolen" not in page.call(method, path, value).text
        assert API_SECRET not in page.call("PUT", "/api/administration/privacy", {"use_email": True}).text
    assert API_SECRET not in page.answer.text
    assert "stolen" not in browser.administer().answer.text


@pytest.mark.parametrize(("method", "path", "value"), PLAYER)
def test_picker_can_watch_no_embed(browser: Browser, method: str, path: str, value: Any) -> None:
    answer = browser.press_button(STUDENT).call(method, path, value)

    assert (answer.status, code(answer)) == (403, "not_allowed")


@pytest.mark.parametrize("scope", ["course", "group"])
def test_student_cannot_list_course_media(browser: Browser, canvas: Canvas, scope: str) -> None:
    page = connected(browser, STUDENT)
    canvas.asked.clear()

    answer = page.call("GET", f"/api/canvas/media?scope={scope}")

    assert (answer.status, code(answer)) == (403, "not_allowed")
    assert canvas.asked == []


def test_nobody_can_name_another_course(browser: Browser) -> None:
    page = connected(browser, TEACHER)

    for more in ("&course_id=18", "&scope_id=18", "&canvas_course_id=18"):
        assert page.call("GET", f"/api/canvas/media?scope=course{more}").status == 422


@pytest.mark.parametrize("person", [STUDENT, COLLEAGUE])
def test_handle_of_another_person_is_nothing(
    other_browser: Browser, school_class: Class, canvas: Canvas, person: Person
) -> None:
    page = connected(other_browser, person)
    canvas.asked.clear()

    looked = page.call("POST", "/api/canvas/media/detail", {"handle": school_class.detail["handle"]})
    inserted = page.insert(school_class.detail)

    assert (looked.status, inserted.status) == (404, 404)
    assert canvas.asked == []


def test_handle_and_embed_of_another_school_are_nothing(
    tool: Tool, school_class: Class, another_canvas: Callable[..., Canvas]
) -> None:
    """The other school knows a person by the same name."""
    elsewhere = tool.browser(another_canvas())
    page = connected(elsewhere, TEACHER)

    assert page.call("POST", "/api/canvas/media/detail", {"handle": school_class.detail["handle"]}).status == 404
    assert page.insert(school_class.detail).status == 404
    answer = elsewhere.launch(STUDENT, lti_custom={"embed": school_class.embed})
    assert (answer.status, answer.code) == (404, "not_found")


def test_consent_of_one_person_serves_nobody_else(
    tool: Tool, school_class: Class, other_browser: Browser, another_canvas: Callable[..., Canvas]
) -> None:
    colleague = other_browser.press_button(NEWCOMER)
    namesake = tool.browser(another_canvas()).press_button(TEACHER)

    for page in (colleague, namesake):
        assert page.call("GET", "/api/connect/canvas").json == {"connected": False}
        assert code(page.call("GET", "/api/canvas/media")) == "grant_missing"
    assert school_class.teacher.call("GET", "/api/connect/canvas").json == {"connected": True}


def test_colleague_who_disconnects_ends_only_their_own_consent(school_class: Class, other_browser: Browser) -> None:
    connected(other_browser, COLLEAGUE).call("DELETE", "/api/connect/canvas")

    assert school_class.teacher.call("GET", "/api/connect/canvas").json == {"connected": True}


def test_nobody_can_send_an_answer_elsewhere(browser: Browser, canvas: Canvas) -> None:
    page = connected(browser, TEACHER)
    detail = page.first_item()
    settings = canvas.settings()

    for more in ({"return_url": "https://evil.example/"}, {"data": "x"}, {"deep_link_id": "x"}):
        assert page.call("POST", "/api/insert", {"picks": [pick(detail)], **more}).status == 422
    answer = page.insert(detail)

    assert answer.json["return_url"] == settings["deep_link_return_url"]
    assert read(answer.json["jwt"])["aud"] == canvas.issuer


def test_person_who_consents_for_another_is_refused(browser: Browser, canvas: Canvas) -> None:
    page = browser.press_button(TEACHER)
    canvas.consenting = STUDENT
    state = page.leave_for_consent()

    answer = browser.send("GET", f"/connect/canvas/callback?code=c&state={state}")

    assert answer.status == 403
    assert "not the one that opened Cuedeck" in answer.headline
    assert "DELETE /login/oauth2/token" in canvas.asked  # the tokens are given back


def test_person_sent_a_link_cannot_connect_their_account_to_the_sender(
    browser: Browser, other_browser: Browser, canvas: Canvas
) -> None:
    page = browser.press_button(NEWCOMER)
    canvas.consenting = NEWCOMER
    state = page.leave_for_consent()

    answer = other_browser.send("GET", f"/connect/canvas/callback?code=c&state={state}")

    assert answer.status == 403
    assert "could not confirm that this browser" in answer.headline
    assert page.call("GET", "/api/connect/canvas").json["connected"] is False


def test_signed_address_of_captions_opens_these_captions_only(browser: Browser, school_class: Class) -> None:
    (src, *_), other = [track["src"] for track in school_class.detail["tracks"]], school_class.detail["handle"]
    signed = src.split("/")[2]
    assert browser.send("GET", src).text.startswith("WEBVTT")

    for wrong in (signed[:-2], f"{signed}x", f"x{signed}", other, "x.y", school_class.teacher.token):
        answer = browser.send("GET", f"/watch/{wrong}/captions.vtt")
        assert (answer.status, code(answer)) == (404, "not_found")


def test_page_of_a_stranger_cannot_read_or_frame_anything(browser: Browser, school_class: Class) -> None:
    page = school_class.teacher

    answers = [page.call("GET", "/api/canvas/media", origin="https://evil.example"), browser.send("GET", "/healthz")]
    asked = browser.send("OPTIONS", "/api/insert", origin="https://evil.example", access_control_request_method="POST")

    assert asked.status == 405
    for answer in (*answers, asked, page.answer):
        assert answer.header("Access-Control-Allow-Origin") is None
        assert answer.header("X-Content-Type-Options") == "nosniff"
    policy = page.answer.header("Content-Security-Policy") or ""
    assert f"frame-ancestors {browser.canvas.origin};" in policy
    assert "unsafe" not in policy


def test_request_by_another_host_name_is_refused(browser: Browser) -> None:
    for host in ("evil.example", "localhost", "localhost:1", "localhost.evil.example:80"):
        assert browser.send("POST", "/lti/login", form=browser.canvas.initiation(), host=host).status == 421


def test_oversized_bodies_are_refused(browser: Browser, school_class: Class) -> None:
    too_much = b"x" * (1024 * 1024 + 1)

    assert school_class.teacher.call("POST", "/api/insert", body=too_much).status == 413
    for path in ("/lti/login", "/lti/launch"):
        assert browser.send("POST", path, form={"id_token": "x" * 300_000, "state": "s"}).status == 413
