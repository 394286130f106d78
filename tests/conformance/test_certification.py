"""The certification suite's bad and good payloads (``reference/lti-launch.md`` section 2), over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from .browser import Answer, Browser
from .canvas import ANONYMOUS, DL, LTI, MEMBERSHIP, OBSERVER, STUDENT, TEACHER, VOCABULARY
from .refusals import assert_not_burnt, assert_refused

UNVERIFIED = "could not verify that this launch came from Canvas"
AGAIN = "go back to Canvas and press the button again"
NOT_PERSONAL: dict[str, Any] = {"name": None, "email": None}


def assert_bad(browser: Browser, header: dict[str, Any] | None = None, /, **changes: Any) -> None:
    """Launch with something wrong: refused, and whoever began the login can still finish it."""
    login = browser.begin()
    token = browser.canvas.sign(browser.canvas.claims(login.nonce, **changes), **(header or {}))

    assert_refused(browser.finish(login, token), 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


def _one(claim: str, value: Any) -> dict[str, Any]:
    return {claim: value}


def scopes(answer: Answer) -> list[str]:
    return [scope["scope"] for scope in answer.config["scopes"]]


def test_bad_no_kid(browser: Browser) -> None:
    assert_bad(browser, {"kid": None})


@pytest.mark.parametrize("kid", ["unknown", "", " ", "../../etc/passwd", "' OR 1=1 --", "x" * 1000, 5, ["2026-first"]])
def test_bad_unknown_kid(browser: Browser, kid: object) -> None:
    assert_bad(browser, {"kid": kid})


@pytest.mark.parametrize("version", ["1.2.0", "LTI-1p0", "11.3.0", "1.3", "1.3.0.0", " 1.3.0", "", 1.3, ["1.3.0"]])
def test_bad_wrong_version(browser: Browser, version: object) -> None:
    assert_bad(browser, lti_version=version)


def test_bad_no_version(browser: Browser) -> None:
    assert_bad(browser, lti_version=None)


@pytest.mark.parametrize("claims", [{}, {"name": "badltilaunch"}, [], "text", 5, None, b"not JSON", b"\xff\xfe", b""])
def test_bad_not_an_lti_message(browser: Browser, claims: object) -> None:
    login = browser.begin()

    assert_refused(browser.finish(login, browser.canvas.sign(claims)), 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


def test_bad_signed_but_without_any_lti_claim(browser: Browser) -> None:
    login = browser.begin()
    claims = {name: value for name, value in browser.canvas.claims(login.nonce).items() if LTI not in name}

    assert_refused(browser.finish(login, browser.canvas.sign(claims)), 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


@pytest.mark.parametrize("token", ["", "x", "x.y", "x.y.z", "..", "....", "e30.e30.e30", "é.é.é", "\0", "x" * 70_000])
def test_bad_not_a_token(browser: Browser, token: str) -> None:
    login = browser.begin()

    assert_refused(browser.finish(login, token), 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


@pytest.mark.parametrize(
    "claim",
    [
        "lti_message_type", "lti_version", "lti_deployment_id", "lti_target_link_uri", "lti_resource_link", "sub",
        "lti_roles", "nonce", "iss", "aud", "iat", "exp",
    ],
)  # fmt: skip
def test_bad_required_claim_missing(browser: Browser, claim: str) -> None:
    assert_bad(browser, **_one(claim, None), **(_one("azp", None) if claim == "aud" else {}))


@pytest.mark.parametrize("claim", ["lti_message_type", "lti_deployment_id", "lti_target_link_uri", "sub", "nonce"])
def test_bad_required_claim_empty(browser: Browser, claim: str) -> None:
    assert_bad(browser, **_one(claim, ""))


@pytest.mark.parametrize("link", [{}, {"title": "Rivers"}, {"id": ""}, {"id": None}, {"id": 5}, {"id": "x" * 300}, "x"])
def test_bad_resource_link_without_an_id(browser: Browser, link: object) -> None:
    assert_bad(browser, lti_resource_link=link)


@pytest.mark.parametrize("message_type", ["DataPrivacyLaunchRequest", "LtiStartProctoring", "ltiresourcelinkrequest"])
def test_bad_message_type(browser: Browser, message_type: str) -> None:
    assert_bad(browser, lti_message_type=message_type)


@pytest.mark.parametrize("times", [{"iat": 0}, {"exp": 0}, {"exp": 11}, {"iat": "now"}, {"exp": True}, {"iat": 1e300}])
def test_bad_times(browser: Browser, times: dict[str, Any]) -> None:
    assert_bad(browser, **times)


@pytest.mark.parametrize(
    "settings",
    [
        None, {}, "x", {"deep_link_return_url": None}, {"deep_link_return_url": "javascript:alert(1)"},
        {"deep_link_return_url": "//school.example/return"}, {"deep_link_return_url": "https://[/return"},
        {"deep_link_return_url": "https://[1.2.3]/return"}, {"deep_link_return_url": "https://a]b/return"},
        {"deep_link_return_url": "https://school.example:99999999/"},
        {"deep_link_return_url": "https://school.example\r\nSet-Cookie: a=b"},
        {"accept_types": None}, {"accept_types": []}, {"accept_types": "html"}, {"data": ["not", "text"]},
        {"accept_presentation_document_targets": None}, {"accept_presentation_document_targets": []},
    ],
)  # fmt: skip
def test_bad_deep_linking_settings(browser: Browser, settings: Any) -> None:
    login = browser.begin()
    claims = browser.canvas.deep_linking(login.nonce)
    if settings is None:
        del claims[f"{DL}deep_linking_settings"]
    elif isinstance(settings, dict) and settings:
        whole = browser.canvas.settings(**settings)
        claims[f"{DL}deep_linking_settings"] = {name: value for name, value in whole.items() if value is not None}
    else:
        claims[f"{DL}deep_linking_settings"] = settings

    assert_refused(browser.finish(login, browser.canvas.sign(claims)), 401, UNVERIFIED, AGAIN)
    assert_not_burnt(browser, login)


@pytest.mark.parametrize(
    "roles", [[f"{MEMBERSHIP}Learner"], [f"{VOCABULARY}institution/person#Student", "Learner"], ["Mentor"]]
)
def test_bad_member_without_a_sub(browser: Browser, roles: list[str]) -> None:
    assert_bad(browser, sub=None, lti_roles=roles, **NOT_PERSONAL)


def test_bad_named_person_without_a_sub(browser: Browser) -> None:
    assert_bad(browser, sub=None, lti_roles=[])


def test_bad_deep_linking_without_a_sub(browser: Browser) -> None:
    login = browser.begin()
    claims = browser.canvas.deep_linking(login.nonce, ANONYMOUS)

    assert_refused(browser.finish(login, browser.canvas.sign(claims)), 401, UNVERIFIED, AGAIN)


def test_good_resource_link_launch(browser: Browser) -> None:
    answer = browser.launch(STUDENT)

    assert answer.status == 200
    assert answer.headline == "Cuedeck works"


def test_good_deep_linking_launch(browser: Browser) -> None:
    page = browser.press_button(TEACHER)

    assert page.answer.headline == "Choose media"
    assert scopes(page.answer) == ["own", "course"]


def test_good_several_roles(browser: Browser) -> None:
    page = browser.press_button(STUDENT, lti_roles=[f"{MEMBERSHIP}Learner", f"{MEMBERSHIP}Instructor"])

    assert scopes(page.answer) == ["own", "course"]


def test_good_short_role(browser: Browser) -> None:
    assert scopes(browser.press_button(lti_roles=["Instructor"]).answer) == ["own", "course"]
    assert scopes(browser.press_button(lti_roles=["Learner"]).answer) == ["own"]


@pytest.mark.parametrize(
    "role", [f"{MEMBERSHIP}Wizard", f"{VOCABULARY}unknown#Helper", "urn:of:nobody", "NotInstructor", "", "Instructor\n"]
)
def test_good_unknown_role_is_no_privilege(browser: Browser, role: str) -> None:
    assert scopes(browser.press_button(lti_roles=[role]).answer) == ["own"]


def test_good_empty_roles_are_no_privilege_and_still_a_launch(browser: Browser) -> None:
    assert scopes(browser.press_button(lti_roles=[]).answer) == ["own"]
    assert browser.launch(lti_roles=[]).status == 200


def test_good_teacher_elsewhere_who_learns_here_is_a_learner(browser: Browser) -> None:
    roles = [f"{VOCABULARY}institution/person#Instructor", f"{MEMBERSHIP}Learner", f"{VOCABULARY}system/person#User"]

    assert scopes(browser.press_button(lti_roles=roles).answer) == ["own"]


@pytest.mark.parametrize(
    ("given", "left_out"),
    [
        ({"email": "tilda@example.edu"}, {"name": None}),
        ({"name": "Tilda Teacher", "given_name": "Tilda", "family_name": "Teacher"}, {"email": None}),
        ({}, NOT_PERSONAL),
        ({"email": "tilda@example.edu"}, {"name": None, "lti_context": None}),
    ],
    ids=["e-mail only", "names only", "no personal data", "e-mail but no context"],
)
def test_good_personal_data(browser: Browser, given: dict[str, Any], left_out: dict[str, Any]) -> None:
    assert browser.launch(**given, **left_out).status == 200
    assert browser.press_button(**given, **left_out).answer.status == 200


def test_good_anonymous_viewer_of_a_public_course(browser: Browser) -> None:
    answer = browser.launch(ANONYMOUS, lti_roles=[f"{VOCABULARY}system/person#None"])

    assert answer.status == 200
    assert answer.config == {}


def test_good_launch_with_claims_that_nobody_knows(browser: Browser) -> None:
    unknown: dict[str, Any] = {f"https://example.org/{number}": [{"a": [1, None, {"b": "é"}]}] for number in range(50)}

    assert browser.launch(**unknown).status == 200


def test_observer_may_watch_but_gets_no_picker(browser: Browser) -> None:
    login = browser.begin()
    answer = browser.finish(login, browser.canvas.sign(browser.canvas.deep_linking(login.nonce, OBSERVER)))

    assert (answer.status, answer.code, answer.config) == (403, "not_allowed", {})
    assert browser.launch(OBSERVER).status == 200
