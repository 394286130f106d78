"""The id_token (reference/canvas.md 2.4, 3.1) and the platform's keys."""

from __future__ import annotations

import jwt
import pytest

from sandbox.canvas.claims import DEEP_LINKING, LTI
from sandbox.canvas.world import ResourceLink
from tests.unit.sandbox.lti.conftest import ADA, NOOR, OLLIE, SAM, TILDA, Site, form

LIS = "http://purl.imsglobal.org/vocab/lis/v2/"


def test_editor_launch_is_a_deep_linking_request(site: Site) -> None:
    client = site.be(TILDA)
    claims = site.launch(client, site.press(client, selection="some words"))
    now = int(site.clock.now.timestamp())
    assert (claims["iss"], claims["aud"], claims["azp"]) == (
        "https://canvas.instructure.com", "10000000000019", "10000000000019",
    )  # fmt: skip
    assert (claims["iat"], claims["exp"], claims["nonce"]) == (now, now + 3600, "the-nonce")
    assert claims["sub"] == site.world.people[TILDA].lti_uuid
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingRequest"
    assert claims[f"{LTI}context"]["label"] == "FILM-101"
    assert claims["https://www.instructure.com/placement"] == "editor_button"
    presentation = claims[f"{LTI}launch_presentation"]
    assert (presentation["width"], presentation["height"]) == (960, 720)
    assert presentation["return_url"] == "http://127.0.0.1:8001/deep_linking_cancel?include_host=true"
    settings = claims[f"{DEEP_LINKING}deep_linking_settings"]
    assert settings.pop("deep_link_return_url").startswith(
        "http://127.0.0.1:8001/courses/17/deep_linking_response?data="
    )
    assert settings == {
        "accept_types": ["link", "file", "html", "ltiResourceLink", "image"],
        "accept_presentation_document_targets": ["embed", "iframe", "window"],
        "accept_media_types": "image/*,text/html,application/vnd.ims.lti.v1.ltilink,*/*",
        "auto_create": False,
        "accept_multiple": True,
    }
    assert f"{LTI}resource_link" not in claims


def test_variables_are_filled_in_and_the_unknown_left_as_they_are(site: Site) -> None:
    client = site.be(TILDA)
    assert site.launch(client, site.press(client, selection="some words"))[f"{LTI}custom"] == {
        "user": "101",
        "course": "17",
        "base": "http://127.0.0.1:8001",
        "selection": "some words",
        "group": "$com.instructure.Group.id",
        "unknown": "$Nobody.knows.this",
        "inside": "user 101 of ${Nobody}",
    }


def test_editor_variables_stay_literal_when_the_editor_is_empty(site: Site) -> None:
    client = site.be(TILDA)
    custom = site.launch(client, site.press(client, editor_contents=""))[f"{LTI}custom"]
    assert custom["selection"] == "$com.instructure.Editor.selection"


def test_group_launch_has_no_course_and_no_membership_role(site: Site) -> None:
    client = site.be(SAM)
    claims = site.launch(client, site.press(client, "groups/5"))
    assert claims[f"{LTI}custom"]["course"] == "$Canvas.course.id"
    assert claims[f"{LTI}context"]["type"] == [f"{LIS}course#Group"]
    assert claims[f"{LTI}roles"] == [f"{LIS}institution/person#Student", f"{LIS}system/person#User"]


@pytest.mark.parametrize(
    ("person", "membership"),
    [
        (TILDA, {"membership#Instructor"}),
        (SAM, {"membership#Learner"}),
        (NOOR, {"membership#Instructor", "membership/Instructor#TeachingAssistant"}),
        (OLLIE, {"membership#Mentor"}),
        (ADA, set()),
    ],
)
def test_roles_are_mixed_as_canvas_mixes_them(site: Site, person: int, membership: set[str]) -> None:
    client = site.be(person)
    roles = site.launch(client, site.press(client))[f"{LTI}roles"]
    assert {r.removeprefix(LIS) for r in roles if "/membership" in r} == membership
    assert f"{LIS}system/person#User" in roles
    assert (f"{LIS}institution/person#Administrator" in roles) is (person == ADA)


@pytest.mark.parametrize(
    ("privacy", "present"),
    [
        ("public", {"email", "name", "given_name", "family_name", "picture", f"{LTI}lis"}),
        ("email_only", {"email"}),
        ("name_only", {"name", "given_name", "family_name", f"{LTI}lis"}),
        ("anonymous", set()),
    ],
)
def test_privacy_level_decides_what_a_tool_learns(site: Site, privacy: str, present: set[str]) -> None:
    site.tool.config["extensions"][0]["privacy_level"] = privacy
    client = site.be(TILDA)
    claims = site.launch(client, site.press(client))
    assert present == {"email", "name", "given_name", "family_name", "picture", f"{LTI}lis"} & set(claims)


def test_stored_link_launches_with_its_own_address_and_custom_fields(site: Site) -> None:
    link = ResourceLink(
        "uuid-1", "a" * 40, "course_17", f"{site.tool.url}/launch?x=1", "A film", {"embed": "e1", "who": "$User.id"}
    )
    site.world.resource_links[link.lookup_uuid] = link
    client = site.be(SAM)
    url = "/courses/17/external_tools/retrieve?display=in_rce&resource_link_lookup_uuid=uuid-1"
    claims = site.launch(client, form(client.get(url)))
    assert claims[f"{LTI}message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{LTI}resource_link"] == {"id": "a" * 40, "title": "A film"}
    assert claims[f"{LTI}target_link_uri"] == f"{site.tool.url}/launch?x=1"
    assert claims[f"{LTI}custom"]["embed"] == "e1"
    assert claims[f"{LTI}custom"]["who"] == "102"
    assert "https://www.instructure.com/placement" not in claims


def test_link_of_another_course_is_not_launched(site: Site) -> None:
    site.world.resource_links["u"] = ResourceLink("u", "b" * 40, "course_18", f"{site.tool.url}/launch", "", {})
    answer = site.be(TILDA).get("/courses/17/external_tools/retrieve?resource_link_lookup_uuid=u")
    assert answer.status_code == 404
    assert "valid settings for this link" in answer.text


def test_address_is_launched_by_the_tool_of_its_domain(site: Site) -> None:
    client = site.be(TILDA)
    url = f"{site.tool.url}/lti/launch?custom_arc_media_id=7"
    initiation = form(
        client.get("/courses/17/external_tools/retrieve", query_string={"display": "borderless", "url": url})
    )
    assert initiation.fields["target_link_uri"] == url
    stranger = client.get("/courses/17/external_tools/retrieve", query_string={"url": "https://elsewhere.example/x"})
    assert stranger.status_code == 404


def test_rotated_key_was_published_before(site: Site) -> None:
    client = site.be(TILDA)
    before = {key["kid"] for key in client.get("/api/lti/security/jwks").get_json()["keys"]}
    client.post("/sandbox/lti", data={"action": "rotate_keys"})
    token = form(site.authorize(client, site.press(client))).fields["id_token"]
    assert jwt.get_unverified_header(token)["kid"] in before


def test_replaced_keys_were_not(site: Site) -> None:
    client = site.be(TILDA)
    before = {key["kid"] for key in client.get("/api/lti/security/jwks").get_json()["keys"]}
    client.post("/sandbox/lti", data={"action": "replace_keys"})
    claims = site.launch(client, site.press(client))  # verified with the new set
    assert claims["nonce"] == "the-nonce"
    assert before.isdisjoint(key["kid"] for key in client.get("/api/lti/security/jwks").get_json()["keys"])


def test_key_set_holds_no_private_part(site: Site) -> None:
    keys = site.be(None).get("/api/lti/security/jwks").get_json()["keys"]
    assert all(set(key) == {"kty", "e", "n", "kid", "alg", "use"} for key in keys)


def test_clock_can_be_set_wrong(site: Site) -> None:
    client = site.be(TILDA)
    client.post("/sandbox/lti", data={"action": "clock", "seconds": "-120"})
    claims = site.launch(client, site.press(client))
    assert claims["iat"] == int(site.clock.now.timestamp()) - 120
