"""Whatever is done to a right message: a launch that says what was signed, or a ``LaunchError``; nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti.errors import LaunchError
from lti.protocol.launch import VerifiedLaunch
from lti.protocol.login import InitiationRefused, LoginInitiation, read_initiation

from .platform import OURS, PLATFORM, Clock, FakePlatform

PLATFORM_UNDER_TEST = FakePlatform(Clock())
VERIFIER = PLATFORM_UNDER_TEST.verifier()
RESOURCE_LINK = PLATFORM_UNDER_TEST.claims()
DEEP_LINKING = PLATFORM_UNDER_TEST.deep_linking_claims()

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**30, 10**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=40)
    | st.sampled_from(["\0", "\ud800", "$Canvas.user.id", "x" * 10_000, "javascript:alert(1)", OURS, "é" * 300, ""])
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=8,
)


def paths(claims: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [before] if before else []
    if isinstance(claims, dict):
        for name, value in claims.items():
            found += paths(value, (*before, name))
    elif isinstance(claims, list):
        for at, value in enumerate(claims):
            found += paths(value, (*before, at))
    return found


def changed(claims: Any, path: tuple[Any, ...], value: object, remove: bool) -> Any:
    if not path:
        return value
    copy = dict(claims) if isinstance(claims, dict) else list(claims)
    if remove and len(path) == 1:
        del copy[path[0]]
    else:
        copy[path[0]] = changed(copy[path[0]], path[1:], value, remove)
    return copy


def check(token: str) -> None:
    with suppress(LaunchError):
        check_launch(VERIFIER.verify(token))


def check_launch(verified: VerifiedLaunch) -> None:
    launch = verified.launch
    assert launch.platform is PLATFORM
    assert launch.deployment_id in PLATFORM.deployments
    assert launch.target_link_uri.startswith(OURS)
    assert 0 < len(verified.nonce) <= 255
    for text in (launch.subject, launch.locale, launch.email, launch.placement, launch.resource_link_id):
        assert text is None or (0 < len(text) <= 320 and text.isprintable())
    for text in (launch.name, launch.resource_link_title):
        assert text is None or (0 < len(text) <= 255 and not set(text) & set("\0\r\n\u202e"))
    assert all(isinstance(value, str) and "\0" not in value for value in launch.custom.values())
    assert launch.return_url is None or launch.return_url.startswith(("https://", "http://"))


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_changed_claims(data: st.DataObject) -> None:
    claims = data.draw(st.sampled_from([RESOURCE_LINK, DEEP_LINKING]))
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(claims)))
        claims = changed(claims, path, data.draw(values), data.draw(st.booleans()))
        if not claims:
            break
    check(PLATFORM_UNDER_TEST.sign(claims))


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=20) | st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "jku", "zip"]), values)
def test_changed_headers(name: str, value: object) -> None:
    header = {"alg": "RS256", "typ": "JWT", "kid": PLATFORM_UNDER_TEST.kid, name: value}
    check(PLATFORM_UNDER_TEST.sign_raw(header, RESOURCE_LINK))


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_changed_tokens(data: st.DataObject) -> None:
    token = PLATFORM_UNDER_TEST.sign(RESOURCE_LINK)
    start = data.draw(st.integers(0, len(token)))
    end = data.draw(st.integers(start, min(len(token), start + 20)))
    other = token[:start] + data.draw(st.text(max_size=20)) + token[end:]
    with suppress(LaunchError):
        assert VERIFIER.verify(other).launch == VERIFIER.verify(token).launch
        assert other.rstrip("=") == token  # padding is the only other way to write the same


PARAMETERS = ["iss", "login_hint", "target_link_uri", "client_id", "deployment_id", "lti_message_hint", "unknown"]


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(PARAMETERS), st.lists(st.text(), max_size=3)))
def test_any_login(params: dict[str, list[str]]) -> None:
    with suppress(InitiationRefused):
        assert isinstance(read_initiation(params), LoginInitiation)
