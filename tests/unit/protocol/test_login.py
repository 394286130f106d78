"""Login initiation and authentication request."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from lti.errors import LaunchRefused, PlatformUnknown
from lti.protocol.login import (
    BegunLogin,
    LoginInitiation,
    begin,
    choose_platform,
    read_initiation,
    read_storage_target,
    storage_key,
)

from .platform import OURS, PLATFORM, STATES

SENT: Mapping[str, Sequence[str]] = {
    "iss": [PLATFORM.issuer],
    "login_hint": ["86157096483e6b3a50bfedc6bac902c0b20a824f"],
    "client_id": [PLATFORM.client_id],
    "deployment_id": ["5:a"],
    "target_link_uri": [f"{OURS}/lti/launch"],
    "lti_message_hint": ["eyJ0.eyJ2.x+y/z="],
    "canvas_environment": ["prod"],
    "canvas_region": ["us-east-1"],
    "lti_storage_target": ["post_message_forwarding"],
}


def login(**changes: str) -> BegunLogin:
    initiation = replace(read_initiation(SENT), **changes)
    return begin(initiation, PLATFORM, STATES, redirect_uri=f"{OURS}/lti/launch", our_origin=OURS)


def query(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query, strict_parsing=True, keep_blank_values=True)


def test_canvas_login_is_read() -> None:
    assert read_initiation(SENT) == LoginInitiation(
        issuer=PLATFORM.issuer,
        login_hint="86157096483e6b3a50bfedc6bac902c0b20a824f",
        target_link_uri=f"{OURS}/lti/launch",
        client_id=PLATFORM.client_id,
        deployment_id="5:a",
        lti_message_hint="eyJ0.eyJ2.x+y/z=",
        storage_target="post_message_forwarding",
    )


def test_login_of_another_platform_is_read() -> None:
    sent = {
        "iss": ["https://moodle.example"],
        "login_hint": ["5"],
        "target_link_uri": [OURS],
        "lti_deployment_id": ["d"],
        "client_id": [""],
    }
    initiation = read_initiation(sent)
    assert (initiation.deployment_id, initiation.client_id, initiation.lti_message_hint) == ("d", None, None)


@pytest.mark.parametrize("name", ["iss", "login_hint", "target_link_uri"])
@pytest.mark.parametrize("values", [[], [""], ["a", "b"], ["x" * 20_000], ["a\0"], ["a\nb"]])
def test_login_without_what_it_needs_is_refused(name: str, values: list[str]) -> None:
    with pytest.raises(LaunchRefused) as caught:
        read_initiation({**SENT, name: values})
    assert caught.value.status == 400


@pytest.mark.parametrize(
    "name", ["client_id", "deployment_id", "lti_deployment_id", "lti_message_hint", "lti_storage_target"]
)
@pytest.mark.parametrize("values", [["a", "a"], ["x" * 20_000], ["\0"]])
def test_repeated_or_oversized_parameter_is_refused(name: str, values: list[str]) -> None:
    with pytest.raises(LaunchRefused):
        read_initiation({**SENT, name: values})


def test_two_deployments_in_one_login_are_refused() -> None:
    with pytest.raises(LaunchRefused):
        read_initiation({**SENT, "lti_deployment_id": ["5:b"]})
    assert read_initiation({**SENT, "lti_deployment_id": ["5:a"]}).deployment_id == "5:a"


def test_parameters_that_are_not_ours_are_ignored() -> None:
    assert read_initiation({**SENT, "utm_source": ["a", "b"]}) == read_initiation(SENT)


def test_authentication_request_holds_the_nine_parameters_and_the_state() -> None:
    begun = login()
    assert begun.url.startswith("https://sso.canvaslms.com/api/lti/authorize_redirect?")
    assert query(begun.url) == {
        "scope": ["openid"],
        "response_type": ["id_token"],
        "response_mode": ["form_post"],
        "prompt": ["none"],
        "client_id": [PLATFORM.client_id],
        "redirect_uri": [f"{OURS}/lti/launch"],
        "login_hint": ["86157096483e6b3a50bfedc6bac902c0b20a824f"],
        "lti_message_hint": ["eyJ0.eyJ2.x+y/z="],
        "nonce": [begun.nonce],
        "state": [begun.state],
    }


def test_hints_are_passed_on_exactly() -> None:
    hint = "a&b=c +%é#?/🙂\"'<>"
    begun = login(login_hint=hint, lti_message_hint=hint)
    assert query(begun.url)["login_hint"] == [hint]
    assert query(begun.url)["lti_message_hint"] == [hint]
    assert begun.url.isascii()


def test_absent_hint_is_left_out() -> None:
    initiation = replace(read_initiation(SENT), lti_message_hint=None)
    begun = begin(initiation, PLATFORM, STATES, redirect_uri=OURS, our_origin=OURS)
    assert "lti_message_hint" not in query(begun.url)


def test_authorization_address_with_a_query_keeps_it() -> None:
    platform = replace(PLATFORM, authorization_url="https://lms.example/auth?tenant=5")
    begun = begin(read_initiation(SENT), platform, STATES, redirect_uri=OURS, our_origin=OURS)
    assert query(begun.url)["tenant"] == ["5"]
    assert begun.url.count("?") == 1


def test_state_ties_nonce_platform_target_and_browser_together() -> None:
    begun = login()
    record = STATES.open(begun.state)
    assert record is not None
    assert record.nonce == begun.nonce
    assert record.platform_id == PLATFORM.id
    assert record.target_link_uri == f"{OURS}/lti/launch"
    assert record.proof_hash == hashlib.sha256(begun.proof.encode()).hexdigest()
    assert begun.proof not in repr(begun)
    assert begun.proof not in begun.url


def test_secrets_are_new_each_time_and_long() -> None:
    several = [login() for _ in range(50)]
    values = [value for begun in several for value in (begun.state, begun.nonce, begun.proof)]
    assert len(set(values)) == 150
    assert min(map(len, values)) == 43


@pytest.mark.parametrize("target", ["https://evil.example/", f"{OURS}.evil.example/", f"{OURS}@evil.example", "/lti"])
def test_target_that_is_not_ours_is_refused(target: str) -> None:
    with pytest.raises(LaunchRefused):
        login(target_link_uri=target)


@pytest.mark.parametrize("target", [OURS, f"{OURS}/", f"{OURS}/lti/launch?embed=a%20b#x", f"{OURS}?a=b"])
def test_target_that_is_ours_is_taken(target: str) -> None:
    record = STATES.open(login(target_link_uri=target).state)
    assert record is not None
    assert record.target_link_uri == target


OTHER = replace(PLATFORM, id=8, client_id="20000000000023", deployments=frozenset({"9:b"}))


def test_client_id_chooses_the_platform() -> None:
    for chosen in (PLATFORM, OTHER):
        initiation = replace(read_initiation(SENT), client_id=chosen.client_id)
        assert choose_platform([PLATFORM, OTHER], initiation) is chosen


def test_without_client_id_the_only_platform_or_the_deployment_chooses() -> None:
    initiation = replace(read_initiation(SENT), client_id=None, deployment_id="9:b")
    assert choose_platform([PLATFORM], initiation) is PLATFORM
    assert choose_platform([PLATFORM, OTHER], initiation) is OTHER


@pytest.mark.parametrize(
    ("client_id", "deployment_id", "issuer"),
    [
        ("unknown", None, PLATFORM.issuer),
        (None, None, PLATFORM.issuer),
        (None, "unknown", PLATFORM.issuer),
        (PLATFORM.client_id, None, "https://elsewhere.example"),
    ],
)
def test_platform_that_is_not_registered_or_not_clear_is_told_so(
    client_id: str | None, deployment_id: str | None, issuer: str
) -> None:
    initiation = LoginInitiation(issuer, "hint", OURS, client_id, deployment_id)
    with pytest.raises(PlatformUnknown):
        choose_platform([PLATFORM, OTHER], initiation)
    with pytest.raises(PlatformUnknown):
        choose_platform([], initiation)


def test_login_can_be_begun_again_without_storage() -> None:
    again = read_initiation({name: [value] for name, value in read_initiation(SENT).again().items()})

    assert again == replace(read_initiation(SENT), storage_target=None)


def test_key_of_the_proof_is_short_and_tells_no_state() -> None:
    keys = {storage_key(state) for state in ("one", "other", "\ud800")}

    assert len(keys) == 3
    assert all(len(key) == 32 and key.startswith("cuedeck.") for key in keys)


@pytest.mark.parametrize(
    ("values", "target"),
    [
        (["post_message_forwarding"], "post_message_forwarding"),
        (["_parent"], "_parent"),
        ([], None),
        ([""], None),
        (["one", "other"], None),
        (["x" * 256], None),
        (["line\nbreak"], None),
    ],
)
def test_storage_target_of_a_launch_is_a_name_or_none(values: list[str], target: str | None) -> None:
    assert read_storage_target(values) == target
