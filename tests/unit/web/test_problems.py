"""Every failure is a page or a message with the next step."""

from __future__ import annotations

from typing import Any

import pytest

from lti.errors import CuedeckError
from lti.store import Store

from .school import LTI, OURS, Browser, Page, initiation

Answer = Any


def every_error() -> list[type[CuedeckError]]:
    found: list[type[CuedeckError]] = []
    waiting = [CuedeckError]
    while waiting:
        kind = waiting.pop()
        found.append(kind)
        waiting += kind.__subclasses__()
    return sorted(found, key=lambda kind: kind.__name__)


def raising(error: Exception) -> Any:
    def fail(*args: object, **values: object) -> None:
        raise error

    return fail


@pytest.fixture
def failing_login(browser: Browser, app: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make the login fail with an error, and give its page."""

    def fail(error: Exception) -> Answer:
        monkeypatch.setattr("lti.web.launches.read_initiation", raising(error))
        return browser.post("/lti/login", data=initiation())

    return fail


@pytest.mark.parametrize("kind", every_error())
def test_each_error_has_a_page_with_its_words(failing_login: Any, kind: type[CuedeckError]) -> None:
    answer = failing_login(kind("detail-for-the-log"))

    assert answer.status_code == kind.status
    assert answer.content_type == "text/html; charset=utf-8"
    assert kind.code in answer.text
    assert "detail-for-the-log" not in answer.text
    assert answer.headers["X-Request-ID"] in answer.text


def test_values_are_filled_in_and_escaped(failing_login: Any) -> None:
    answer = failing_login(CuedeckError(message="No %(thing)s.", values={"thing": "<b>video</b>"}))

    assert "No &lt;b&gt;video&lt;/b&gt;." in answer.text


def test_mistake_of_ours_is_a_page_with_the_request_id_and_no_more(
    failing_login: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    answer = failing_login(RuntimeError("a value that nobody may see"))

    assert answer.status_code == 500
    assert "nobody may see" not in answer.text
    log = capsys.readouterr().out
    assert "Traceback" in log
    assert answer.headers["X-Request-ID"] in log


def test_mistake_of_ours_is_json_for_a_script(
    browser: Browser, store: Store, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = browser.press_button()
    monkeypatch.setattr("lti.media.Library.page", raising(RuntimeError("oops")))

    answer = page.call("GET", "/api/canvas/media")

    assert answer.status_code == 500
    assert answer.json is not None
    assert answer.json["error"]["code"] == "internal"
    assert answer.json["error"]["request_id"] == answer.headers["X-Request-ID"]


def test_time_to_wait_is_told_in_whole_seconds(failing_login: Any) -> None:
    assert failing_login(CuedeckError(retry_after=4.2)).headers["Retry-After"] == "5"


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/nothing", 404, "not_found"),
        ("GET", "/api/insert", 405, "wrong_method"),
        ("OPTIONS", "/api/insert", 405, "wrong_method"),
        ("GET", "/watch/x/nothing", 404, "not_found"),
        ("DELETE", "/healthz", 405, "wrong_method"),
        ("GET", "/static/-/../../settings.py", 404, "not_found"),
    ],
)
def test_wrong_call_is_json_for_a_script(browser: Browser, method: str, path: str, status: int, code: str) -> None:
    answer = browser.client.open(path, method=method, base_url=OURS)

    assert answer.status_code == status
    assert answer.json is not None
    assert answer.json["error"]["code"] == code


@pytest.mark.parametrize(("path", "status"), [("/", 404), ("/nothing", 404), ("/lti/launch", 405), ("/%00", 404)])
def test_wrong_address_is_a_page(browser: Browser, path: str, status: int) -> None:
    page = Page(browser, browser.get(path))

    assert page.answer.status_code == status
    assert page.headline


def test_405_says_what_is_allowed(browser: Browser) -> None:
    assert browser.get("/lti/launch").headers["Allow"] == "POST"


def test_request_for_another_host_is_refused(browser: Browser) -> None:
    answer = browser.client.get("/lti/config.json", base_url="https://evil.example")

    assert answer.status_code == 421
    assert answer.json is not None
    assert answer.json["error"]["code"] == "wrong_host"


def test_probe_by_address_is_answered(browser: Browser) -> None:
    assert browser.client.get("/healthz", base_url="http://10.0.0.7:8000").status_code == 200


@pytest.mark.parametrize("given", ["abcdef0123456789", "req-1.example_2"])
def test_request_id_of_a_proxy_is_kept(browser: Browser, given: str) -> None:
    assert browser.get("/healthz", headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize("given", ["short", "x" * 65, "has space in it", "<script>alert(1)</script>"])
def test_odd_request_id_is_replaced(browser: Browser, given: str) -> None:
    answer = browser.get("/healthz", headers={"X-Request-ID": given})

    assert answer.headers["X-Request-ID"] != given
    assert len(answer.headers["X-Request-ID"]) == 16


def test_page_of_a_failed_launch_is_in_english_where_there_is_no_translation(browser: Browser) -> None:
    page = browser.launch(locale="sv", **{f"{LTI}custom": {"embed": "no-such-embed"}})

    assert '<html lang="en"' in page.answer.text
