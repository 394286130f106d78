"""Login initiation and authentication request (reference/canvas.md 2.1, 2.2)."""

from __future__ import annotations

import jwt
import pytest

from sandbox.canvas.authorize import REQUIRED, allowed_redirect
from tests.unit.sandbox.lti.conftest import NOOR, SAM, TILDA, Site, form


def test_login_initiation_has_exactly_canvas_parameters(site: Site) -> None:
    initiation = site.press(site.be(TILDA))
    assert initiation.action == f"{site.tool.url}/login"
    hint = initiation.fields.pop("lti_message_hint")
    assert initiation.fields == {
        "iss": "https://canvas.instructure.com",
        "login_hint": site.world.people[TILDA].opaque,
        "client_id": "10000000000019",
        "deployment_id": site.platform.tools.tools()[0].deployment_id,
        "target_link_uri": f"{site.tool.url}/launch",
        "canvas_environment": "prod",
        "canvas_region": "not_configured",
        "lti_storage_target": "post_message_forwarding",
    }
    payload = jwt.decode(hint, options={"verify_signature": False})
    assert payload["exp"] == site.clock.now.timestamp() + 300
    assert payload["canvas_domain"] == "127.0.0.1:8001"


def test_authentication_is_redirected_with_known_parameters_only(site: Site) -> None:
    client = site.be(TILDA)
    fields = site.press(client).fields
    sent = {"lti_message_hint": fields["lti_message_hint"], "state": "s", "made_up": "1"}
    answer = client.post("/api/lti/authorize_redirect", data=sent)
    assert answer.status_code == 302
    assert answer.location.startswith("http://127.0.0.1:8001/api/lti/authorize?")
    assert "made_up" not in answer.location


def test_token_comes_back_with_state_and_storage_target(site: Site) -> None:
    client = site.be(TILDA)
    answer = form(site.authorize(client, site.press(client)))
    assert answer.action == f"{site.tool.url}/launch"
    assert set(answer.fields) == {"id_token", "state", "lti_storage_target"}
    assert answer.fields["state"] == "the-state"


@pytest.mark.parametrize("name", [n for n in REQUIRED if n not in {"lti_message_hint", "redirect_uri", "client_id"}])
def test_each_missing_parameter_is_named(site: Site, name: str) -> None:
    client = site.be(TILDA)
    fields = form(site.authorize(client, site.press(client), **{name: None})).fields
    if name == "login_hint":  # a later check overwrites the earlier error
        assert fields["error"] == "login_required"
    elif name == "scope":
        assert fields["error_description"] == "The 'scope' must be 'openid'"
    else:
        assert fields["error"] == "invalid_request_object"
        assert fields["error_description"] == f"The following parameters are missing: {name}"
    assert fields["state"] == "the-state"
    assert "id_token" not in fields


def test_missing_client_id_cannot_be_redirected(site: Site) -> None:
    client = site.be(TILDA)
    assert site.authorize(client, site.press(client), client_id=None).status_code == 400


def test_wrong_scope_is_an_invalid_request(site: Site) -> None:
    client = site.be(TILDA)
    fields = form(site.authorize(client, site.press(client), scope="openid email")).fields
    assert (fields["error"], fields["error_description"]) == (
        "invalid_request_object",
        "The 'scope' must be 'openid'",
    )


@pytest.mark.parametrize("other", [None, SAM])
def test_browser_of_nobody_or_of_another_person_must_log_in(site: Site, other: int | None) -> None:
    initiation = site.press(site.be(TILDA))
    fields = form(site.authorize(site.be(other), initiation)).fields
    assert (fields["error"], fields["error_description"]) == ("login_required", "Must have an active user session")


def test_key_switched_off_is_an_unauthorized_client(site: Site) -> None:
    client = site.be(TILDA)
    initiation = site.press(client)
    site.platform.key_on = False
    assert form(site.authorize(client, initiation)).fields["error"] == "unauthorized_client"


def test_launch_can_be_fetched_once(site: Site) -> None:
    client = site.be(TILDA)
    initiation = site.press(client)
    assert "id_token" in form(site.authorize(client, initiation)).fields
    fields = form(site.authorize(client, initiation)).fields
    assert fields["error"] == "launch_no_longer_valid"
    assert fields["error_description"] == "The launch has either expired or already been consumed"


def test_failed_request_does_not_use_the_launch_up(site: Site) -> None:
    client = site.be(TILDA)
    initiation = site.press(client)
    assert form(site.authorize(client, initiation, scope="x")).fields["error"]
    assert "id_token" in form(site.authorize(client, initiation)).fields


def test_hint_is_refused_when_five_minutes_old(site: Site) -> None:
    client = site.be(TILDA)
    initiation = site.press(client)
    site.clock.on(seconds=300)
    answer = site.authorize(client, initiation)
    assert (answer.status_code, answer.text) == (400, "Invalid lti_message_hint")


def test_forged_hint_is_refused(site: Site) -> None:
    client = site.be(TILDA)
    forged = jwt.encode({"verifier": "x", "exp": 9_999_999_999}, "y" * 32, algorithm="HS256")
    assert site.authorize(client, site.press(client), lti_message_hint=forged).status_code == 400


def test_unregistered_redirect_uri_is_refused_without_redirect(site: Site) -> None:
    client = site.be(TILDA)
    answer = site.authorize(client, site.press(client), redirect_uri=f"{site.tool.url}/other")
    assert (answer.status_code, answer.text) == (400, "Invalid redirect_uri")


@pytest.mark.parametrize(
    ("registered", "asked", "right"),
    [
        ("https://t/launch", "https://t/launch", True),
        ("https://t/launch", "https://t/launch?more=1", True),
        ("https://t/launch", "https://t/launch/", False),
        ("https://t/launch?a=1", "https://t/launch?a=1&b=2", True),
        ("https://t/launch?a=1", "https://t/launch?a=2", False),
        ("https://t/launch?a=1", "https://t/launch", False),
    ],
)
def test_redirect_uri_is_compared_as_canvas_does(registered: str, asked: str, right: bool) -> None:
    assert allowed_redirect((registered,), asked) is right


def test_stranger_to_the_course_cannot_launch(site: Site) -> None:
    data = {"editor": "1", "editor_contents": "x"}
    answer = site.be(SAM).post("/courses/18/external_tools/19/resource_selection", data=data)
    assert answer.status_code == 401
    assert site.be(NOOR).post("/courses/18/external_tools/19/resource_selection", data=data).status_code == 200


class TestStrict:
    @pytest.fixture
    def strict(self) -> bool:
        return True

    @pytest.mark.parametrize(
        ("name", "value"), [("prompt", "login"), ("response_mode", "query"), ("response_type", "code")]
    )
    def test_fixed_values_are_checked(self, site: Site, name: str, value: str) -> None:
        client = site.be(TILDA)
        fields = form(site.authorize(client, site.press(client), **{name: value})).fields
        assert fields["error"] == "invalid_request_object"
