"""Registering with the sandbox Canvas (reference/canvas.md 5.2), and the second institution."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.canvas import registration_body, registration_token
from sandbox.canvas.app import create_canvas
from sandbox.canvas.config import CanvasConfig
from sandbox.canvas.school import HARBOUR, SANDBOX
from sandbox.canvas.seed import build_world
from sandbox.media.clips import ClipStore
from tests.unit.sandbox.lti.conftest import ADA, TILDA, Site, form

PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
LTI = "https://canvas.instructure.com/lti/"
ADDRESS = "https://tool.example/register?invitation=abc"


def body(site: Site, **changes: Any) -> dict[str, Any]:
    return {
        "application_type": "web",
        "grant_types": ["client_credentials", "implicit"],
        "response_types": ["id_token"],
        "initiate_login_uri": f"{site.tool.url}/login",
        "redirect_uris": [f"{site.tool.url}/launch"],
        "client_name": "Registered",
        "jwks_uri": f"{site.tool.url}/jwks.json",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "",
        registration_body.TOOL: {
            "domain": "localhost",
            "target_link_uri": f"{site.tool.url}/launch",
            "custom_parameters": {"who": "$Canvas.user.id"},
            "claims": ["sub"],
            "messages": [{"type": "LtiDeepLinkingRequest", "label": "Pick", "placements": [f"{LTI}editor_button"]}],
            f"{LTI}privacy_level": "public",
        },
        **changes,
    }


def begin(client: FlaskClient) -> dict[str, str]:
    """Enter a registration address: gives the parameters that the tool gets."""
    answer = client.get("/api/lti/register", query_string={"registration_url": ADDRESS})
    assert answer.status_code == 302
    assert answer.location.startswith("https://tool.example/register?invitation=abc&")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.location).query).items()}


def register(client: FlaskClient, token: str, content: Any) -> TestResponse:
    return client.post("/api/lti/registrations", json=content, headers={"Authorization": f"Bearer {token}"})


def row(answer: TestResponse) -> str:
    return str(int(answer.get_json()["client_id"]) % 10**13)


def test_description_has_what_a_live_canvas_has(site: Site) -> None:
    given = begin(site.be(ADA))
    address = urlsplit(given["openid_configuration"])
    assert parse_qs(address.query)["registration_token"] == [given["registration_token"]]

    described = site.be(None).get(f"{address.path}?{address.query}").get_json()

    assert described["issuer"] == "https://canvas.instructure.com"
    for name, path in (
        ("authorization_endpoint", "/api/lti/authorize_redirect"),
        ("registration_endpoint", "/api/lti/registrations"),
        ("jwks_uri", "/api/lti/security/jwks"),
        ("token_endpoint", "/login/oauth2/token"),
    ):
        assert described[name] == f"{site.platform.config.url}{path}"
    platform = described[PLATFORM]
    assert platform["product_family_code"] == "canvas"
    assert platform[f"{LTI}account_domain"] == "127.0.0.1:8001"
    deep = next(each for each in platform["messages_supported"] if each["type"] == "LtiDeepLinkingRequest")
    assert {"RichTextEditor", f"{LTI}editor_button", f"{LTI}homework_submission"} <= set(deep["placements"])


def test_registration_is_echoed_with_a_client_id_and_no_deployment(site: Site) -> None:
    client = site.be(ADA)
    sent = body(site)
    answer = register(client, begin(client)["registration_token"], sent)

    assert answer.status_code == 200
    given = answer.get_json()
    assert given["client_id"].startswith("1000")
    assert f"{LTI}registration_config_url" in given[registration_body.TOOL]
    assert "deployment_id" not in str(given)
    assert {name: given[name] for name in sent if name != registration_body.TOOL} == {
        name: value for name, value in sent.items() if name != registration_body.TOOL
    }


def test_tool_is_nowhere_until_an_administrator_enables_it(site: Site) -> None:
    ada, tilda = site.be(ADA), site.be(TILDA)
    answer = register(ada, begin(ada)["registration_token"], body(site))
    number = row(answer)
    press = f"/courses/17/external_tools/{number}/resource_selection"

    assert "Pick" not in tilda.get("/courses/17/pages/new").text
    assert "find valid settings" in tilda.post(press, data={"editor": "1"}).text

    ada.post(f"/accounts/1/apps/{number}", data={"action": "enable", "placement": "editor_button"})
    assert "Pick" in tilda.get("/courses/17/pages/new").text
    initiation = form(tilda.post(press, data={"editor": "1"}))
    assert initiation.fields["client_id"] == answer.get_json()["client_id"]
    assert initiation.fields["deployment_id"].startswith(f"{number}:")

    ada.post(f"/accounts/1/apps/{number}", data={"action": "disable"})
    initiation = form(tilda.post(press, data={"editor": "1"}))
    refused = form(site.authorize(tilda, initiation, client_id=initiation.fields["client_id"]))
    assert refused.fields["error"] == "unauthorized_client"

    ada.post(f"/accounts/1/apps/{number}", data={"action": "remove"})
    assert "Pick" not in tilda.get("/courses/17/pages/new").text


def test_administrator_leaves_a_placement_out(site: Site) -> None:
    ada = site.be(ADA)
    number = row(register(ada, begin(ada)["registration_token"], body(site)))
    ada.post(f"/accounts/1/apps/{number}", data={"action": "enable"})
    assert "Pick" not in site.be(TILDA).get("/courses/17/pages/new").text


@pytest.mark.parametrize("token", ["", "made-up", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln"])
def test_wrong_token_is_401(site: Site, token: str) -> None:
    client = site.be(ADA)
    assert register(client, token, body(site)).status_code == 401
    described = client.get("/api/lti/security/openid-configuration", query_string={"registration_token": token})
    assert described.status_code == 401


def test_token_is_over_after_an_hour(site: Site) -> None:
    client = site.be(ADA)
    token = begin(client)["registration_token"]
    site.clock.on(seconds=timedelta(hours=1).total_seconds())
    assert register(client, token, body(site)).status_code == 401


def test_message_hint_is_no_registration_token(site: Site) -> None:
    hint = site.press(site.be(TILDA)).fields["lti_message_hint"]
    assert register(site.be(ADA), hint, body(site)).status_code == 401


def test_unknown_account_is_404(site: Site) -> None:
    token = registration_token.issue(site.platform, site.world.people[ADA], ADDRESS, account=7)
    assert register(site.be(ADA), token, body(site)).status_code == 404


@pytest.mark.parametrize(
    "changes",
    [
        {"application_type": "native"},
        {"grant_types": ["implicit"]},
        {"response_types": ["code"]},
        {"token_endpoint_auth_method": "client_secret_post"},
        {"initiate_login_uri": ""},
        {"redirect_uris": []},
        {"jwks_uri": None},
        {"scope": ["a"]},
        {"scope": "https://nobody.example/scope"},
        {registration_body.TOOL: None},
        {registration_body.TOOL: {"messages": []}},
        {registration_body.TOOL: {"messages": [{"type": "LtiDeepLinkingRequest", "placements": ["nowhere"]}]}},
    ],
)
def test_registration_that_is_none_is_told_why(site: Site, changes: dict[str, Any]) -> None:
    client = site.be(ADA)
    answer = register(client, begin(client)["registration_token"], body(site, **changes))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["message"]
    assert site.platform.tools.registered() == []


def test_only_administrators_add_apps(site: Site) -> None:
    client = site.be(TILDA)
    assert client.get("/accounts/1/apps").status_code == 403
    assert client.post("/accounts/1/apps/new", data={"address": ADDRESS}).status_code == 403
    assert client.get("/api/lti/register", query_string={"registration_url": ADDRESS}).status_code == 403
    assert client.post("/accounts/1/apps/19", data={"action": "enable"}).status_code == 403
    assert "/accounts/1/apps" not in client.get("/").text


def test_second_institution_shares_the_issuer_and_nothing_else(site: Site, tmp_path: Path) -> None:
    one = build_world(ClipStore(tmp_path))
    config = CanvasConfig(
        url="http://127.0.0.1:8003", clips_dir=tmp_path, school=HARBOUR, installed=False,
        client_id=HARBOUR.global_id(19), api_client_id=HARBOUR.global_id(21),
    )  # fmt: skip
    app = create_canvas(config)
    two = app.extensions["world"]

    assert config.issuer == site.platform.config.issuer
    assert config.client_id == "20000000000019"
    assert site.platform.config.client_id == SANDBOX.global_id(19) == "10000000000019"
    assert one.people.keys() == two.people.keys()  # ids of their own shard
    assert not {p.lti_uuid for p in one.people.values()} & {p.lti_uuid for p in two.people.values()}
    ours, theirs = ({p.name for p in world.people.values() if not p.test_student} for world in (one, two))
    assert not ours & theirs
    assert one.courses[17].opaque != two.courses[17].opaque
    assert all(media.title.endswith("(Harbour)") for media in two.media.values())
    assert two.api_keys.keys() == {"20000000000021"}
    assert app.extensions["lti_platform"].tools.tools() == []
