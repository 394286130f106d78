"""The certification suite's bad and good payloads (``reference/lti-launch.md`` section 2), by its own names."""

from __future__ import annotations

import pytest

from lti.errors import LaunchRefused, PlatformUnknown
from lti.model import Role

from .platform import DL, INSTRUCTOR, LTI, VOCABULARY, FakePlatform

PERSONAL = ("name", "given_name", "family_name", "email", "picture")


@pytest.mark.parametrize("kid", [None, "unknown"])
def test_no_kid_and_unknown_kid(platform: FakePlatform, kid: str | None) -> None:
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.sign(platform.claims(), kid=kid))


@pytest.mark.parametrize("version", ["1.2.0", "11.3.0", "1.3", "", None, 1.3, "1.3.0 "])
def test_wrong_version_and_no_version(platform: FakePlatform, version: object) -> None:
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.token(lti_version=version))


def test_not_an_lti_message(platform: FakePlatform) -> None:
    claims = {name: value for name, value in platform.claims().items() if not name.startswith("https://purl.")}
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.sign(claims))
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.sign({"name": "badltilaunch"}))


@pytest.mark.parametrize(
    "message_type",
    ["DataPrivacyLaunchRequest", "LtiSubmissionReviewRequest", "LtiStartProctoring", "", "ltiresourcelinkrequest"],
)
def test_message_that_is_not_ours_to_take(platform: FakePlatform, message_type: str) -> None:
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.token(lti_message_type=message_type))


@pytest.mark.parametrize(
    "claim",
    [
        f"{LTI}message_type",
        f"{LTI}version",
        f"{LTI}deployment_id",
        f"{LTI}target_link_uri",
        f"{LTI}resource_link",
        f"{LTI}roles",
        "sub",
        "nonce",
        "iss",
        "aud",
        "iat",
        "exp",
    ],
)
@pytest.mark.parametrize("how", ["missing", "null", "empty"])
def test_required_claim_missing(platform: FakePlatform, claim: str, how: str) -> None:
    claims = platform.claims(azp=None)
    del claims[claim]
    if how == "null":
        claims[claim] = None
    elif how == "empty":
        claims[claim] = ""
    with pytest.raises((LaunchRefused, PlatformUnknown)):
        platform.verifier().verify(platform.sign(claims))


@pytest.mark.parametrize("link", [{}, {"title": "Rivers"}, {"id": ""}, {"id": None}, {"id": 5}, {"id": "x" * 256}])
def test_resource_link_without_id(platform: FakePlatform, link: object) -> None:
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.token(lti_resource_link=link))


@pytest.mark.parametrize("claim", ["sub", "nonce", f"{LTI}version", f"{LTI}roles", f"{LTI}deployment_id", DL])
def test_required_claim_of_a_deep_linking_request_missing(platform: FakePlatform, claim: str) -> None:
    claims = platform.deep_linking_claims()
    del claims[claim]
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.sign(claims))


@pytest.mark.parametrize(
    "changes",
    [
        {"deep_link_return_url": None},
        {"deep_link_return_url": ""},
        {"deep_link_return_url": "javascript:alert(1)"},
        {"deep_link_return_url": "//school.example/return"},
        {"deep_link_return_url": "https://school.example/\nreturn"},
        {"deep_link_return_url": "https://school.example@evil.example/return"},
        {"deep_link_return_url": f"https://school.example/{'x' * 9000}"},
        {"accept_types": None},
        {"accept_types": []},
        {"accept_types": "ltiResourceLink"},
        {"accept_types": ["link"]},
        {"accept_presentation_document_targets": None},
        {"accept_presentation_document_targets": []},
        {"data": {"a": 1}},
    ],
)
def test_deep_linking_settings_incomplete(platform: FakePlatform, changes: dict[str, object]) -> None:
    claims = platform.deep_linking_claims(platform.settings(**changes))
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.sign(claims))


def test_good_several_roles(platform: FakePlatform) -> None:
    token = platform.token(lti_roles=[INSTRUCTOR, f"{VOCABULARY}membership#Mentor"])
    assert platform.verifier().verify(token).launch.roles == {Role.TEACHER, Role.OBSERVER}


def test_good_short_role(platform: FakePlatform) -> None:
    assert platform.verifier().verify(platform.token(lti_roles=["Instructor"])).launch.roles == {Role.TEACHER}


def test_good_unknown_role(platform: FakePlatform) -> None:
    token = platform.token(lti_roles=[f"{VOCABULARY}uknownrole/unknown#Helper"])
    assert platform.verifier().verify(token).launch.roles == frozenset()


def test_good_empty_roles_are_no_privilege_and_still_a_launch(platform: FakePlatform) -> None:
    assert platform.verifier().verify(platform.token(lti_roles=[])).launch.roles == frozenset()


def test_good_email_only(platform: FakePlatform) -> None:
    launch = platform.verifier().verify(platform.token(name=None)).launch
    assert (launch.name, launch.email) == (None, "tilda@example.edu")


def test_good_names_only(platform: FakePlatform) -> None:
    launch = platform.verifier().verify(platform.token(email=None)).launch
    assert (launch.name, launch.email) == ("Tilda Teacher", None)


def test_good_no_personal_data(platform: FakePlatform) -> None:
    launch = platform.verifier().verify(platform.token(**dict.fromkeys(PERSONAL))).launch
    assert (launch.name, launch.email) == (None, None)
    assert launch.subject is not None


def test_good_email_without_context(platform: FakePlatform) -> None:
    launch = platform.verifier().verify(platform.token(name=None, lti_context=None)).launch
    assert launch.context is None
    assert launch.email == "tilda@example.edu"


ANONYMOUS = {"sub": None, **dict.fromkeys(PERSONAL)}


def test_anonymous_viewer_of_a_public_course_may_watch(platform: FakePlatform) -> None:
    token = platform.token(**ANONYMOUS, lti_roles=[f"{VOCABULARY}system/person#None"])
    launch = platform.verifier().verify(token).launch
    assert launch.subject is None
    assert launch.roles == frozenset()


@pytest.mark.parametrize(
    "changes",
    [
        {"lti_roles": [INSTRUCTOR]},
        {"lti_roles": ["Learner"]},
        {"lti_roles": [], "name": "Nobody"},
        {"lti_roles": [], "email": "nobody@example.edu"},
        {"lti_roles": [], "picture": "https://school.example/me.png"},
    ],
)
def test_member_or_person_without_a_sub_is_an_error(platform: FakePlatform, changes: dict[str, object]) -> None:
    with pytest.raises(LaunchRefused, match="sub"):
        platform.verifier().verify(platform.token(**{**ANONYMOUS, **changes}))


def test_anonymous_person_cannot_insert(platform: FakePlatform) -> None:
    claims = platform.deep_linking_claims(**ANONYMOUS, lti_roles=[])
    with pytest.raises(LaunchRefused, match="sub"):
        platform.verifier().verify(platform.sign(claims))
