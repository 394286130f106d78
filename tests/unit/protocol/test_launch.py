"""What a verified launch says, and how it is held against its login."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lti.errors import BrowserNotProven, LaunchConsumed, LaunchRefused
from lti.model import LoginRecord, MessageType
from lti.protocol.launch import VerifiedLaunch, check_login
from lti.protocol.login import BegunLogin, LoginInitiation, begin

from .platform import DL, LTI, OURS, PLATFORM, STATES, FakePlatform


def test_launch_holds_every_claim_that_is_used(platform: FakePlatform) -> None:
    launch = platform.verifier().verify(platform.token()).launch
    assert launch.message_type is MessageType.RESOURCE_LINK
    assert launch.subject == "a7b1c9d0-4e2f-4a5b-9c3d-1e2f3a4b5c6d"
    assert launch.locale == "en-GB"  # of the presentation, before that of the person
    assert launch.context is not None
    assert (launch.context.label, launch.context.title) == ("GEO-101", "Geography")
    assert launch.resource_link_id == "4dde05e8ca1973bcca9bffc13e1548820eee93a3"
    assert launch.resource_link_title == "Rivers"
    assert launch.return_url == "https://school.instructure.com/deep_linking_cancel?include_host=true"
    assert launch.deep_linking is None


def test_unsubstituted_variables_are_absent(platform: FakePlatform) -> None:
    custom = {
        "course": "$Canvas.course.id",
        "section": "$CourseSection.sourcedId",
        "rights": "$Canvas.membership.permissions<manage_grades>",
        "price": "$5 a piece",
        "dollar": "$",
        "user": 41,
        "global": 10_000_000_000_041,
        "administrator": True,
        "ratio": 0.5,
        "nothing": None,
        "list": [1],
        "object": {"a": "b"},
        "empty": "",
        "nul": "a\0b",
        "embed": "e-1",
    }
    launch = platform.verifier().verify(platform.token(lti_custom=custom)).launch
    assert launch.custom == {
        "price": "$5 a piece",
        "dollar": "$",
        "user": "41",
        "global": "10000000000041",
        "administrator": "true",
        "ratio": "0.5",
        "empty": "",
        "nul": "ab",
        "embed": "e-1",
    }


@pytest.mark.parametrize("custom", [None, {}])
def test_custom_may_be_absent_or_empty(platform: FakePlatform, custom: object) -> None:
    assert platform.verifier().verify(platform.token(lti_custom=custom)).launch.custom == {}


@pytest.mark.parametrize("custom", [[], "x", 5, [["a", "b"]]])
def test_custom_of_another_type_is_refused(platform: FakePlatform, custom: object) -> None:
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.token(lti_custom=custom))


def test_null_optional_claims_are_absent(platform: FakePlatform) -> None:
    claims = platform.claims()
    for name in ("name", "email", "locale", "azp", f"{LTI}context", f"{LTI}custom", f"{LTI}launch_presentation"):
        claims[name] = None
    launch = platform.verifier().verify(platform.sign(claims)).launch
    assert (launch.name, launch.email, launch.locale, launch.context, launch.return_url) == (None,) * 5


@pytest.mark.parametrize("locale", ["$Message.locale", "en'>", "e", "x" * 60, "en\n", "../../etc"])
def test_locale_that_is_none_is_ignored(platform: FakePlatform, locale: str) -> None:
    token = platform.token(locale=locale, lti_launch_presentation=None)
    assert platform.verifier().verify(token).launch.locale is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil", "", "https://a b/", "https://x\\@y/"]
)
def test_return_address_that_is_no_web_address_is_ignored(platform: FakePlatform, url: str) -> None:
    token = platform.token(lti_launch_presentation={"return_url": url})
    assert platform.verifier().verify(token).launch.return_url is None


def test_long_and_odd_texts_are_cut_and_cleaned(platform: FakePlatform) -> None:
    token = platform.token(
        name="A\0\r\nB" + "🙂" * 2_000,
        email="x" * 400,
        lti_resource_link={"id": "r", "title": "<script>" + "x" * 10_000},
        lti_context={"id": "c", "title": "\n", "label": " \u202eGEO "},
    )
    launch = platform.verifier().verify(token).launch
    assert launch.name == "AB" + "🙂" * 253
    assert launch.email is None
    assert launch.resource_link_title is not None
    assert len(launch.resource_link_title) == 255
    assert launch.context is not None
    assert (launch.context.title, launch.context.label) == (None, "GEO")


@pytest.mark.parametrize("name", ["می‌خواهم", "क्‍ष", "👩‍🏫", "François Müller", "שלום", "محمد علي"])
def test_names_of_any_script_are_kept(platform: FakePlatform, name: str) -> None:
    assert platform.verifier().verify(platform.token(name=name)).launch.name == name


@pytest.mark.parametrize("context", [{}, {"id": None}, {"id": ""}])
def test_context_without_id_is_no_context(platform: FakePlatform, context: object) -> None:
    assert platform.verifier().verify(platform.token(lti_context=context)).launch.context is None


def test_deep_linking_settings_are_taken_unaltered(platform: FakePlatform) -> None:
    launch = platform.verifier().verify(platform.sign(platform.deep_linking_claims())).launch
    assert launch.message_type is MessageType.DEEP_LINKING
    assert launch.placement == "editor_button"
    assert launch.deep_linking is not None
    assert launch.deep_linking.return_url == platform.settings()["deep_link_return_url"]
    assert launch.deep_linking.accept_types == {"link", "file", "html", "ltiResourceLink", "image"}
    assert launch.deep_linking.accept_multiple is True
    assert launch.deep_linking.data is None


@pytest.mark.parametrize(
    ("given", "meant"), [(True, True), ("true", True), (False, False), ("false", False), (None, False)]
)
def test_accept_multiple_in_either_form(platform: FakePlatform, given: object, meant: bool) -> None:
    claims = platform.deep_linking_claims(platform.settings(accept_multiple=given, data="opaque"))
    settings = platform.verifier().verify(platform.sign(claims)).launch.deep_linking
    assert settings is not None
    assert settings.accept_multiple is meant
    assert settings.data == "opaque"


def test_resource_launch_with_deep_linking_settings_is_no_deep_linking(platform: FakePlatform) -> None:
    token = platform.token(**{DL: platform.settings()})
    assert platform.verifier().verify(token).launch.deep_linking is None


def test_nonce_is_not_shown(platform: FakePlatform) -> None:
    assert "a-nonce-of-ours" not in repr(platform.verifier().verify(platform.token()))


# --- the login that a launch answers --------------------------------------------------------------------------------


@pytest.fixture
def begun() -> BegunLogin:
    initiation = LoginInitiation(PLATFORM.issuer, "hint", f"{OURS}/lti/launch", PLATFORM.client_id)
    return begin(initiation, PLATFORM, STATES, redirect_uri=f"{OURS}/lti/launch", our_origin=OURS)


@pytest.fixture
def verified(platform: FakePlatform, begun: BegunLogin) -> VerifiedLaunch:
    return platform.verifier().verify(platform.token(nonce=begun.nonce))


def record_of(begun: BegunLogin) -> LoginRecord:
    record = STATES.open(begun.state)
    assert record is not None
    return record


def test_browser_that_began_the_login_gets_in(verified: VerifiedLaunch, begun: BegunLogin) -> None:
    check_login(verified, record_of(begun), begun.proof)  # raises nothing


def test_launch_without_a_login_is_refused(verified: VerifiedLaunch, begun: BegunLogin) -> None:
    with pytest.raises(LaunchConsumed):
        check_login(verified, None, begun.proof)


@pytest.mark.parametrize("proof", [None, "", "another", "é", "\ud800"])
def test_another_browser_is_refused(verified: VerifiedLaunch, begun: BegunLogin, proof: str | None) -> None:
    with pytest.raises(BrowserNotProven):
        check_login(verified, record_of(begun), proof)


@pytest.mark.parametrize(
    "change",
    [
        {"nonce": "of-another-login"},
        {"nonce": ""},
        {"nonce": "é"},
        {"platform_id": PLATFORM.id + 1},
        {"target_link_uri": f"{OURS}/elsewhere"},
    ],
)
def test_state_of_another_login_is_refused(
    verified: VerifiedLaunch, begun: BegunLogin, change: dict[str, object]
) -> None:
    record: LoginRecord = replace(record_of(begun), **change)  # type: ignore[arg-type]
    with pytest.raises(LaunchRefused):
        check_login(verified, record, begun.proof)
