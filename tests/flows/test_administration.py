"""The administration against a running Canvas and Studio: each thing that can be wrong, made wrong, is told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.flows.school import School, problem
from tests.flows.settling import changed
from tests.support.person import ADA, SAM, TILDA, Person, ToolPage

API_KEY = "10000000000021"
STUDIO_KEY = "cuedeck-studio-key"
HEARD = 15  # seconds within which every process of the tool knows a change
Tells = Callable[[str, str, str], dict[str, Any]]


def administer(person: Person) -> ToolPage:
    """Open Cuedeck from the account's menu."""
    opened = person.http.get(f"{person.canvas}/accounts/1/external_tools/19?launch_type=account_navigation")
    return person.tool_page(person.follow(opened))


def look(page: ToolPage, name: str) -> dict[str, Any]:
    """Make one check."""
    answer = page.api("POST", f"/api/administration/checks/{name}", json={})
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


def look_at_all(page: ToolPage) -> dict[str, dict[str, Any]]:
    names = [check["name"] for check in page.config["checks"]]
    with ThreadPoolExecutor(3) as threads:
        return dict(zip(names, threads.map(lambda name: look(page, name), names), strict=True))


@pytest.fixture
def page(school: School) -> ToolPage:
    opened = administer(school.be(ADA))
    assert opened.answer.status_code == 200, opened.answer.text
    if not opened.api("GET", "/api/connect/canvas").json()["connected"]:
        assert opened.person.connect(opened).status_code == 200
    return opened


@pytest.fixture
def tells(page: ToolPage) -> Tells:
    """Give a function that makes a check until its verdict is the expected one, and its words hold some."""

    def told(name: str, verdict: str, words: str) -> dict[str, Any]:
        deadline = time.monotonic() + HEARD
        found = look(page, name)
        while found["verdict"] != verdict and time.monotonic() < deadline:  # another process has not heard yet
            time.sleep(0.3)
            found = look(page, name)
        assert (found["verdict"], words in f"{found['message']} {found['mend']}") == (verdict, True), found
        return found

    return told


def test_administrator_of_a_right_installation_has_nothing_to_mend(page: ToolPage) -> None:
    found = look_at_all(page)

    verdicts = {name: each["verdict"] for name, each in found.items()}
    assert len(verdicts) == 30
    grey = {"address", "studio-account", "studio-api", "auto-captions"}  # plain http here; each with their own account
    assert {name for name, verdict in verdicts.items() if verdict == "unknown"} == grey
    assert {name for name, verdict in verdicts.items() if verdict == "bad"} == set()
    assert "plain http" in found["address"]["message"]


def test_nobody_else_administers(school: School) -> None:
    for number in (TILDA, SAM):
        person = school.be(number)
        opened = person.http.get(f"{person.canvas}/accounts/1/external_tools/19")
        assert opened.status_code == 401  # Canvas shows them no such entry, and launches nothing
        picker = person.press_button("groups/5")
        problem(picker.api("POST", "/api/administration/checks/api-key", json={}), 403, "not_allowed")


def test_scope_that_was_forgotten_is_named(school: School, tells: Tells, page: ToolPage) -> None:
    scopes = {check["title"]: check["name"] for check in page.config["checks"] if check["group"] == "scopes"}
    forgotten = "url:GET|/api/v1/groups/:group_id/files"
    school.stack.misbehave(remove_scopes=[forgotten])

    tells("consent", "bad", "lacks scopes")
    verdicts = {scope: look(page, name)["verdict"] for scope, name in scopes.items()}
    assert [scope for scope, verdict in verdicts.items() if verdict == "bad"] == [forgotten]


def test_include_parameters_that_were_left_off_are_noticed(school: School, tells: Tells) -> None:
    school.stack.misbehave(allow_includes=False)
    tells("includes", "bad", "Switch Allow Include Parameters on")


def test_api_key_that_is_off_is_noticed(school: School, tells: Tells) -> None:
    school.stack.misbehave(key_on=False)
    tells("consent", "bad", "/connect/canvas/callback")


@pytest.mark.parametrize("seconds", [-90, 90])
def test_clock_that_is_wrong_is_noticed(school: School, tells: Tells, seconds: int) -> None:
    school.stack.misbehave(behaviour={"clock_skew_seconds": seconds})
    found = tells("clock", "bad", "NTP")
    assert any(str(near) in found["message"] for near in range(86, 95))


def test_key_set_that_is_away_is_noticed(school: School, tells: Tells) -> None:
    keys = "/api/lti/security/jwks"
    for fault, words in (
        ({"kind": "html"}, "not with Canvas's keys"),
        ({"kind": "status", "status": 500}, "not with Canvas's keys"),
        ({"kind": "reset"}, "does not answer"),
    ):
        school.stack.misbehave(faults=[{**fault, "path": keys, "count": None}])
        tells("platform-keys", "bad", words)
        school.stack.heal()


def test_canvas_that_is_down_breaks_no_other_check(school: School, page: ToolPage) -> None:
    school.stack.misbehave(faults=[{"kind": "status", "status": 500, "path": "/*", "count": None}])
    verdicts = {name: each["verdict"] for name, each in look_at_all(page).items()}
    assert {verdicts[name] for name in ("our-keys", "deployment", "launch-data")} == {"good"}
    assert {verdicts[name] for name in ("platform-keys", "api-key", "consent", "scope-1")} == {"bad"}


def test_person_who_has_not_connected_is_asked_to(school: School, tells: Tells, page: ToolPage) -> None:
    page.api("DELETE", "/api/connect/canvas")
    for name in ("includes", "scope-1"):
        assert tells(name, "unknown", "Connect your Canvas account")["connect"] is True


@pytest.fixture
def right_again(school: School, page: ToolPage) -> Iterator[None]:
    """Put the keys back, for the tests that come after."""
    yield
    right = {"id": API_KEY, "secret": school.secret("api_key")}
    assert page.api("PUT", "/api/administration/canvas-key", json=right).status_code == 200
    host = school.stack.studio.partition("://")[2]
    studio = {"host": host, "id": STUDIO_KEY, "secret": school.secret("studio_key"), "account": "own"}
    assert page.api("PUT", "/api/administration/studio", json=studio).status_code == 200
    changed(school.stack)


@pytest.mark.usefixtures("right_again")
def test_administrator_enters_the_key_wrong_then_right(school: School, page: ToolPage, tells: Tells) -> None:
    wrong = page.api("PUT", "/api/administration/canvas-key", json={"id": API_KEY, "secret": "wrong"})
    assert wrong.status_code == 200
    tells("api-key", "bad", "does not accept")
    page.api("PUT", "/api/administration/canvas-key", json={"id": "4711", "secret": "wrong"})
    tells("api-key", "bad", "does not accept")
    tells("consent", "bad", "consent")
    page.api("DELETE", "/api/administration/canvas-key")
    tells("api-key", "bad", "No API key")

    secret = school.secret("api_key")
    answer = page.api("PUT", "/api/administration/canvas-key", json={"id": API_KEY, "secret": secret})
    assert secret not in answer.text
    tells("api-key", "good", API_KEY)
    tells("consent", "good", "right")
    assert secret not in school.stack.log()


@pytest.mark.usefixtures("right_again")
def test_administrator_sets_the_studio_wrong_then_right(school: School, page: ToolPage, tells: Tells) -> None:
    host = school.stack.studio.partition("://")[2]
    canvas = school.stack.canvas.partition("://")[2]

    def enter(**changes: str) -> None:
        studio = {"host": host, "id": STUDIO_KEY, "secret": school.secret("studio_key"), "account": "own", **changes}
        answer = page.api("PUT", "/api/administration/studio", json=studio)
        assert answer.status_code == 200, answer.text
        assert studio["secret"] not in answer.text

    enter(host=canvas)
    tells("studio", "bad", "not as Studio does")
    enter(host="127.0.0.1:9")
    tells("studio", "bad", "does not answer")
    enter(secret="wrong")
    tells("studio", "good", host)
    tells("studio-key", "bad", "does not accept")
    enter()
    tells("studio-key", "good", STUDIO_KEY)
    tells("studio-account", "unknown", "own account")
    enter(account="service")
    tells("studio-account", "bad", "not connected")
    tells("studio-api", "unknown", "only a connected account")
    tells("auto-captions", "unknown", "at the end of an upload")
    page.api("DELETE", "/api/administration/studio")
    for name in ("studio", "studio-key", "studio-account", "studio-api", "auto-captions"):
        tells(name, "unknown", "No Studio is set up")
