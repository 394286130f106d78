"""Who may call what."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from flask import Flask

from config.settings import Settings
from lti.errors import ConfigurationError
from lti.model import Role
from lti.protocol.tokens import Tokens
from lti.store import Store
from lti.web import guard

from .school import CLIENT_ID, ISSUER, OURS, STUDENT, TEACHER, Browser, Clock, Page, School
from .test_watch import insert, watch

PICKER_CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/api/canvas/media", None),
    ("POST", "/api/canvas/media/detail", {"handle": "x"}),
    ("GET", "/api/studio/media", None),
    ("POST", "/api/studio/media/detail", {"handle": "x"}),
    ("GET", "/api/captions/editor", None),
    ("GET", "/api/captions/care", None),
    ("POST", "/api/captions/text", {"handle": "x", "track": "1"}),
    ("POST", "/api/captions/check", {"cues": []}),
    ("POST", "/api/captions/save", {"handle": "x", "track": "1", "version": "", "cues": []}),
    (
        "POST",
        "/api/captions/mark",
        {"handle": "x", "track": "1", "version": "1", "language": "en", "kind": "captions"},
    ),
    ("POST", "/api/captions/add", {"handle": "x", "name": "a.srt", "content": "MQ=="}),
    ("POST", "/api/captions/download", {"handle": "x", "track": "1", "format": "srt"}),
    ("POST", "/api/captions/versions", {"handle": "x", "track": "1"}),
    ("POST", "/api/captions/restore", {"handle": "x", "id": "1"}),
    ("POST", "/api/captions/remove", {"handle": "x", "track": "1"}),
    ("POST", "/api/captions/rename", {"handle": "x", "title": "A film"}),
    ("POST", "/api/captions/copy", {"from": "x", "track": "1", "to": "x"}),
    ("POST", "/api/insert", {"picks": [{"handle": "x", "form": "native", "width": 640, "height": 480}]}),
    ("POST", "/api/cancel", {}),
    ("GET", "/api/connect/canvas", None),
    ("POST", "/api/connect/canvas", {}),
    ("DELETE", "/api/connect/canvas", None),
    ("GET", "/api/connect/studio", None),
    ("POST", "/api/connect/studio", {}),
    ("DELETE", "/api/connect/studio", None),
    ("POST", "/api/studio/import", {"url": "https://media.example/film.mp4", "title": "A film"}),
    ("GET", "/api/studio/uploads/<upload_id>", None),
    ("POST", "/api/studio/own/about", {"handle": "x"}),
    ("POST", "/api/studio/own/tag", {"handle": "x", "name": "stolen"}),
    ("POST", "/api/studio/own/untag", {"handle": "x", "tag": "1"}),
    ("POST", "/api/studio/own/delete", {"handle": "x"}),
]
ADMINISTRATION_CALLS: list[tuple[str, str, Any]] = [
    ("PUT", "/api/administration/canvas-key", {"id": "1", "secret": "s"}),
    ("DELETE", "/api/administration/canvas-key", None),
    ("PUT", "/api/administration/studio", {"host": "studio.example", "id": "1", "secret": "s", "account": "own"}),
    ("DELETE", "/api/administration/studio", None),
    ("GET", "/api/administration/studio/account", None),
    ("POST", "/api/administration/studio/account", {}),
    ("DELETE", "/api/administration/studio/account", None),
    ("PUT", "/api/administration/staff", {"people": []}),
    ("PUT", "/api/administration/captioning-header", {"name": "Authorization", "value": "s"}),
    ("DELETE", "/api/administration/captioning-header", None),
    ("PUT", "/api/administration/privacy", {"use_email": False}),
    ("POST", "/api/administration/checks/<name>", {}),
]
UPLOAD_CALLS: list[tuple[str, str, Any]] = [
    ("POST", "/api/tus", {}),
    ("PATCH", "/api/tus/<upload_id>", {}),
    ("POST", "/api/tus/<upload_id>", {}),
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
REPORT_CALLS: list[tuple[str, str, Any]] = [
    ("GET", "/api/report/media", None),
    ("POST", "/api/report/read", {"handles": ["x"]}),
    ("GET", "/api/report/lengths", None),
    ("GET", "/api/report/studio", None),
    ("POST", "/api/report/studio/read", {"handles": ["x"]}),
]
CAPTIONING_CALLS: list[tuple[str, str, Any]] = [  # looked at in test_captioning.py
    ("GET", "/api/captioning/orders", None),
    ("POST", "/api/captioning/check", {}),
    ("POST", "/api/captioning/answers", {"order": "401", "outcome": "processing"}),
    ("GET", "/api/captioning/media", None),
    ("GET", "/api/captioning/history", None),
    ("GET", "/api/captioning/history/<int(max=2147483647):answer_id>", None),
    ("GET", "/api/captioning/types", None),
    ("PUT", "/api/captioning/types/<key>", {"label": "l", "description": "d", "is_asr": False}),
    ("DELETE", "/api/captioning/types/<key>", None),
]
WATCH_CALLS: list[tuple[str, str, Any]] = [("POST", "/api/watch", {"refresh": False})]
SESSION_CALLS: list[tuple[str, str, Any]] = [("POST", "/api/session", {})]
EVERY_CALL = [*PICKER_CALLS, *REPORT_CALLS, *UPLOAD_CALLS, *ADMINISTRATION_CALLS, *WATCH_CALLS, *SESSION_CALLS]


def code(answer: Any) -> str:
    return str(answer.json["error"]["code"])


def test_view_without_an_audience_stops_the_application_from_starting() -> None:
    app = Flask("careless", static_folder=None)
    app.add_url_rule("/api/careless", "careless", lambda: "everything")

    with pytest.raises(ConfigurationError, match="/api/careless"):
        guard.check(app)


def test_flasks_own_static_route_stops_it_too() -> None:
    with pytest.raises(ConfigurationError, match="static"):
        guard.check(Flask("careless"))


def test_every_api_route_needs_a_session(app: Flask) -> None:
    views: dict[str, Any] = {**app.view_functions}
    audiences = {
        rule.rule: views[rule.endpoint].cuedeck_audience
        for rule in app.url_map.iter_rules()
        if rule.methods != {"OPTIONS"}  # tells anyone what tus can do, and nothing else
    }

    assert {path: audience for path, audience in audiences.items() if audience == "session"}.keys() == {
        path for path in audiences if path.startswith("/api/")
    }
    assert {path for path, audience in audiences.items() if audience == "address"} == {
        path for path in audiences if path.startswith(("/watch/", "/recordings/", "/lti/registered/"))
    }


def test_tests_here_know_every_api_route(app: Flask) -> None:
    routes = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    assert routes == {(method, path) for method, path, _ in [*EVERY_CALL, *CAPTIONING_CALLS]}


@pytest.mark.parametrize(("method", "path", "body"), EVERY_CALL)
def test_call_without_a_token_of_ours_is_refused(browser: Browser, method: str, path: str, body: Any) -> None:
    for header in ("", "Bearer", "Bearer ", "Basic dGlsZGE6eA==", "Bearer x.y.z", "Bearer " + "x" * 7000, "Bearer Ã©"):
        answer = browser.client.open(
            path, method=method, base_url=OURS, json=body, headers={"Authorization": header} if header else {}
        )

        assert answer.status_code == 401
        assert code(answer) == "session_missing"


@pytest.mark.parametrize(("method", "path", "body"), EVERY_CALL)
def test_token_is_refused_when_its_time_is_over(
    browser: Browser, clock: Clock, method: str, path: str, body: Any
) -> None:
    page = browser.press_button()
    clock.forward(3601)

    answer = page.call(method, path, body)

    assert answer.status_code == 401
    assert code(answer) == "session_expired"


@pytest.mark.parametrize(("method", "path", "body"), EVERY_CALL)
def test_token_is_refused_when_its_platform_was_removed(
    browser: Browser, store: Store, clock: Clock, method: str, path: str, body: Any
) -> None:
    page = browser.press_button()
    store.platforms.remove(ISSUER, CLIENT_ID)
    clock.forward(10)

    assert code(page.call(method, path, body)) == "session_missing"


@pytest.mark.parametrize(("method", "path", "body"), EVERY_CALL)
def test_token_of_another_installation_is_refused(
    browser: Browser, settings: Settings, clock: Clock, method: str, path: str, body: Any
) -> None:
    page = browser.press_button()
    elsewhere = Tokens(settings.secret_keys, "https://another.example.edu", clock)
    ours = Tokens(settings.secret_keys, settings.base_url, clock)
    token = elsewhere.issue(ours.viewer(page.config["token"]), 3600)

    answer = browser.client.open(
        path, method=method, base_url=OURS, json=body, headers={"Authorization": f"Bearer {token}"}
    )

    assert answer.status_code == 401


@pytest.mark.parametrize(("method", "path", "body"), [*PICKER_CALLS, *UPLOAD_CALLS])
def test_player_page_may_do_nothing_that_the_picker_may(
    picker: Page, browser: Browser, method: str, path: str, body: Any
) -> None:
    player = watch(browser, insert(picker), STUDENT)

    answer = player.call(method, path, body)

    assert answer.status_code == 403
    assert code(answer) == "not_allowed"


@pytest.mark.parametrize(("method", "path", "body"), REPORT_CALLS)
def test_only_the_reports_own_page_may_call_the_report(
    picker: Page, browser: Browser, method: str, path: str, body: Any
) -> None:
    for page in (picker, browser.press_button(STUDENT), watch(browser, insert(picker), TEACHER), browser.administer()):
        assert code(page.call(method, path, body)) == "not_allowed"


@pytest.mark.parametrize(("method", "path", "body"), WATCH_CALLS)
def test_picker_page_may_not_watch_embeds(picker: Page, method: str, path: str, body: Any) -> None:
    assert code(picker.call(method, path, body)) == "not_allowed"


@pytest.mark.parametrize(("method", "path", "body"), ADMINISTRATION_CALLS)
def test_nobody_but_an_administrator_on_their_page_administers(
    picker: Page, browser: Browser, settings: Settings, clock: Clock, method: str, path: str, body: Any
) -> None:
    tokens = Tokens(settings.secret_keys, settings.base_url, clock)
    viewer = tokens.viewer(browser.administer().config["token"])
    others = [
        *(dataclasses.replace(viewer, roles=frozenset({role})) for role in set(Role) - {Role.ADMINISTRATOR}),
        dataclasses.replace(viewer, roles=frozenset()),
        dataclasses.replace(viewer, subject=None),
        dataclasses.replace(viewer, administers=False),  # an administrator on another page: the picker, a player
        tokens.viewer(picker.config["token"]),
        tokens.viewer(watch(browser, insert(picker), TEACHER).config["token"]),
    ]
    for other in others:
        answer = browser.client.open(
            path,
            method=method,
            base_url=OURS,
            json=body,
            headers={"Authorization": f"Bearer {tokens.issue(other, 60)}"},
        )
        assert (answer.status_code, code(answer)) == (403, "not_allowed")


@pytest.mark.parametrize(("method", "path", "body"), [*PICKER_CALLS[:4], *WATCH_CALLS])
def test_administration_page_may_not_choose_or_watch(browser: Browser, method: str, path: str, body: Any) -> None:
    assert code(browser.administer().call(method, path, body)) == "not_allowed"


@pytest.mark.parametrize(("method", "path", "body"), [*PICKER_CALLS, *UPLOAD_CALLS])
def test_observer_may_make_nothing_even_with_a_token(
    browser: Browser, settings: Settings, clock: Clock, method: str, path: str, body: Any
) -> None:
    page = browser.press_button(TEACHER)
    tokens = Tokens(settings.secret_keys, settings.base_url, clock)
    viewer = tokens.viewer(page.config["token"])
    token = tokens.issue(dataclasses.replace(viewer, roles=frozenset({Role.OBSERVER})), 3600)

    answer = browser.client.open(
        path, method=method, base_url=OURS, json=body, headers={"Authorization": f"Bearer {token}"}
    )

    assert code(answer) == "not_allowed"


@pytest.mark.parametrize("scope", ["course", "group"])
def test_student_cannot_list_course_or_group_media(browser: Browser, school: School, scope: str) -> None:
    page = browser.press_button(STUDENT)
    school.consented_as = STUDENT
    browser.connect(page)
    calls = len(school.calls)

    answer = page.call("GET", f"/api/canvas/media?scope={scope}")

    assert answer.status_code == 403
    assert code(answer) == "not_allowed"
    assert len(school.calls) == calls


def test_handle_of_another_person_is_nothing(picker: Page, other_browser: Browser, school: School) -> None:
    handle = picker.call("GET", "/api/canvas/media").json["items"][0]["handle"]  # type: ignore[index]
    student = other_browser.press_button(STUDENT)
    school.consented_as = STUDENT
    other_browser.connect(student)

    assert student.call("POST", "/api/canvas/media/detail", {"handle": handle}).status_code == 404
    native = {"handle": handle, "form": "native", "width": 640, "height": 480}
    assert student.call("POST", "/api/insert", {"picks": [native]}).status_code == 404


def test_deep_link_of_another_person_cannot_be_answered(browser: Browser, settings: Settings, clock: Clock) -> None:
    page = browser.press_button(TEACHER)
    tokens = Tokens(settings.secret_keys, settings.base_url, clock)
    viewer = tokens.viewer(page.config["token"])
    token = tokens.issue(dataclasses.replace(viewer, subject="somebody-else"), 3600)

    answer = browser.post("/api/cancel", json={}, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 410
    assert code(answer) == "address_expired"
