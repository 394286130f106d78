"""Every row of the table in ``reference/lti-launch.md`` section 2 that verification decides, and some around it."""

from __future__ import annotations

import json
from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.utils import base64url_encode

from lti.errors import LaunchError, LaunchRefused, PlatformKeysUnavailable, PlatformUnknown, RemoteUnavailable
from lti.protocol.message import LARGEST_TOKEN

from .platform import LTI, OURS, PLATFORM, Clock, FakePlatform, jwk, rsa_key, trusting


def unsigned(header: dict[str, object], claims: dict[str, object], signature: bytes = b"") -> str:
    parts = (json.dumps(header).encode(), json.dumps(claims).encode(), signature)
    return ".".join(base64url_encode(part).decode() for part in parts)


def test_right_launch_is_accepted(platform: FakePlatform) -> None:
    launch = platform.verifier().verify(platform.token()).launch
    assert launch.platform is PLATFORM
    assert launch.deployment_id in PLATFORM.deployments
    assert launch.target_link_uri == f"{OURS}/lti/launch"


@pytest.mark.parametrize("claim", ["exp", "iat"])
def test_token_without_times_is_refused(platform: FakePlatform, claim: str) -> None:
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.token(**{claim: None}))


@pytest.mark.parametrize("iat", [0, 1, -5, 1e300, "1772443800", True])
def test_token_from_1970_or_from_nowhere_is_refused(platform: FakePlatform, iat: object) -> None:
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.token(iat=iat))


@pytest.mark.parametrize(("ahead", "accepted"), [(3, True), (10, True), (59, True), (61, False), (3600, False)])
def test_platform_clock_may_be_a_minute_ahead(platform: FakePlatform, ahead: int, accepted: bool) -> None:
    token = platform.token(iat=platform.clock.seconds + ahead, exp=platform.clock.seconds + ahead + 3600)
    if accepted:
        platform.verifier().verify(token)
    else:
        with pytest.raises(LaunchRefused, match="future"):
            platform.verifier().verify(token)


@pytest.mark.parametrize(("age", "accepted"), [(299, True), (600, True), (659, True), (661, False), (86400, False)])
def test_token_may_be_as_old_as_its_login(platform: FakePlatform, age: int, accepted: bool) -> None:
    token = platform.token(iat=platform.clock.seconds - age)
    if accepted:
        platform.verifier().verify(token)
    else:
        with pytest.raises(LaunchRefused, match="old"):
            platform.verifier().verify(token)


def test_expired_token_is_refused(platform: FakePlatform, clock: Clock) -> None:
    token = platform.token(exp=clock.seconds + 60)
    clock.forward(69)
    platform.verifier().verify(token)
    clock.forward(1)
    with pytest.raises(LaunchRefused, match="expired"):
        platform.verifier().verify(token)


def test_token_that_does_not_hold_yet_is_refused(platform: FakePlatform, clock: Clock) -> None:
    with pytest.raises(LaunchRefused, match="future"):
        platform.verifier().verify(platform.token(nbf=clock.seconds + 300))


@pytest.mark.parametrize(
    ("aud", "azp"),
    [
        (PLATFORM.client_id, None),
        ([PLATFORM.client_id], None),
        ([PLATFORM.client_id], PLATFORM.client_id),
        (["other", PLATFORM.client_id], PLATFORM.client_id),
        ([PLATFORM.client_id, "other"], PLATFORM.client_id),
    ],
)
def test_audience_that_names_us_is_accepted(platform: FakePlatform, aud: object, azp: object) -> None:
    assert platform.verifier().verify(platform.token(aud=aud, azp=azp)).launch.platform is PLATFORM


@pytest.mark.parametrize(
    ("aud", "azp"),
    [
        ([PLATFORM.client_id, "other"], "other"),
        ([PLATFORM.client_id, "other"], None),
        (["other"], PLATFORM.client_id),
        ("other", None),
        (PLATFORM.client_id, "other"),
        ([], None),
        ([], PLATFORM.client_id),
        ([PLATFORM.client_id] * 11, PLATFORM.client_id),
        ("\0", None),
        ("x" * 5000, None),
        (None, PLATFORM.client_id),
        ({"aud": PLATFORM.client_id}, None),
        ([[PLATFORM.client_id]], None),
        (PLATFORM.client_id, [PLATFORM.client_id]),
    ],
)
def test_audience_that_names_another_is_refused(platform: FakePlatform, aud: object, azp: object) -> None:
    with pytest.raises((LaunchRefused, PlatformUnknown)):
        platform.verifier().verify(platform.token(aud=aud, azp=azp))


def test_two_registrations_of_one_issuer_are_kept_apart(platform: FakePlatform) -> None:
    other = replace(PLATFORM, id=8, client_id="20000000000023", deployments=frozenset({"9:b"}))
    platform.registered = [PLATFORM, other]
    verifier = platform.verifier()
    launch = verifier.verify(platform.token(aud=other.client_id, azp=None, lti_deployment_id="9:b")).launch
    assert launch.platform is other
    assert verifier.verify(platform.token()).launch.platform is PLATFORM
    with pytest.raises(PlatformUnknown):
        verifier.verify(platform.token(aud=other.client_id, azp=None))


def test_unknown_issuer_is_told_so(platform: FakePlatform) -> None:
    with pytest.raises(PlatformUnknown):
        platform.verifier().verify(platform.token(iss="https://elsewhere.example"))
    assert platform.fetches == 0


def test_finder_that_gives_another_registration_is_not_believed(platform: FakePlatform) -> None:
    platform.find = lambda issuer, client_id: [replace(PLATFORM, client_id="another")]  # type: ignore[method-assign]
    with pytest.raises(PlatformUnknown):
        platform.verifier().verify(platform.token())


def test_unsigned_token_is_refused(platform: FakePlatform) -> None:
    for alg in ("none", "None", "", "NONE"):
        with pytest.raises(LaunchRefused):
            platform.verifier().verify(unsigned({"alg": alg, "kid": platform.kid}, platform.claims()))


def test_token_signed_with_the_public_key_as_a_password_is_refused(platform: FakePlatform) -> None:
    public = platform.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    algorithm = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    head = unsigned({"alg": "HS256", "kid": platform.kid}, platform.claims()).rpartition(".")[0]
    token = f"{head}.{base64url_encode(algorithm.sign(head.encode(), public)).decode()}"
    for marked in ("HS256", "RS256"):
        platform.document = lambda marked=marked: json.dumps(  # type: ignore[misc]
            {"keys": [jwk(platform.key, platform.kid, alg=marked)]}
        ).encode()
        with pytest.raises(LaunchRefused):
            platform.verifier().verify(token)


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_other_algorithms_are_refused(platform: FakePlatform, algorithm: str) -> None:
    token = jwt.encode(platform.claims(), platform.key, algorithm=algorithm, headers={"kid": platform.kid})
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(token)


def test_short_key_is_refused(platform: FakePlatform) -> None:
    platform.key = rsa_key("short", 1024)
    token = platform.sign_raw({"alg": "RS256", "kid": platform.kid}, platform.claims())
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(token)


def test_another_platforms_signature_is_refused(platform: FakePlatform) -> None:
    token = platform.token()
    platform.key = rsa_key("second")
    with pytest.raises(LaunchRefused, match="signature"):
        platform.verifier().verify(token)


def test_every_changed_character_of_the_signature_is_noticed(platform: FakePlatform) -> None:
    verifier, token = platform.verifier(), platform.token()
    start = token.rindex(".") + 1
    for at in range(start, len(token), 17):
        changed = token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]
        with pytest.raises(LaunchRefused):
            verifier.verify(changed)


def test_rotated_key_costs_one_fetch(platform: FakePlatform) -> None:
    verifier = platform.verifier()
    verifier.verify(platform.token())
    platform.rotate()
    for _ in range(3):
        verifier.verify(platform.token())
    assert platform.fetches == 2


def test_three_launches_cost_one_fetch(platform: FakePlatform) -> None:
    verifier = platform.verifier()
    for _ in range(3):
        verifier.verify(platform.token())
    assert platform.fetches == 1


@pytest.mark.parametrize(
    "document", [b'{"errors":[{"message":"down"}]}', b"<html>down</html>", b"", b"null", b"[]", b'{"keys":[]}', b"\xff"]
)
def test_error_document_for_a_key_set_is_not_kept(platform: FakePlatform, document: bytes) -> None:
    verifier = platform.verifier()
    platform.document = lambda: document
    with pytest.raises(PlatformKeysUnavailable):
        verifier.verify(platform.token())
    platform.document = platform.key_set
    verifier.verify(platform.token())


def test_known_key_is_used_while_the_platform_does_not_answer(platform: FakePlatform, clock: Clock) -> None:
    verifier = platform.verifier()
    verifier.verify(platform.token())

    def down() -> bytes:
        raise RemoteUnavailable("down")

    platform.document = down
    clock.forward(3 * 3600)
    verifier.verify(platform.token())
    assert platform.fetches == 2


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/lti/launch",
        f"{OURS}.evil.example/lti/launch",
        f"{OURS}@evil.example/",
        f"{OURS}:8443/",
        f"{OURS}\\@evil.example/",
        f"{OURS}/\r\nSet-Cookie: a=b",
        "//cuedeck.example.edu/lti/launch",
        "javascript:alert(1)",
        "http://cuedeck.example.edu/lti/launch",
        "/lti/launch",
        "",
        f"{OURS}/{'x' * 9000}",
    ],
)
def test_target_that_is_not_ours_is_refused(platform: FakePlatform, target: str) -> None:
    with pytest.raises(LaunchRefused, match="target"):
        platform.verifier().verify(platform.token(lti_target_link_uri=target))


def test_unknown_deployment_is_refused(platform: FakePlatform) -> None:
    with pytest.raises(PlatformUnknown, match="deployment"):
        platform.verifier().verify(platform.token(lti_deployment_id="6:of-another-school"))
    assert platform.pinned == []


def test_unknown_deployment_is_pinned_where_the_administrator_chose_so(platform: FakePlatform) -> None:
    platform.registered = [trusting()]
    platform.verifier().verify(platform.token(lti_deployment_id="6:new"))
    assert platform.pinned == [(PLATFORM.id, "6:new")]


def test_nothing_is_pinned_by_a_launch_that_fails_later(platform: FakePlatform) -> None:
    platform.registered = [trusting()]
    for changes in (
        {"lti_version": "1.1"},
        {"lti_target_link_uri": "https://evil.example/"},
        {"nonce": ""},
        {"sub": "\0"},
        {"lti_deployment_id": "\0"},
        {"lti_deployment_id": "x" * 256},
    ):
        with pytest.raises(LaunchRefused):
            platform.verifier().verify(platform.token(**changes))
    assert platform.pinned == []


def test_oversized_token_is_refused_before_it_is_read(platform: FakePlatform) -> None:
    largest = platform.token(filler="x" * 45000)
    assert len(largest) < LARGEST_TOKEN
    platform.verifier().verify(largest)
    with pytest.raises(LaunchRefused, match="too large"):
        platform.verifier().verify(platform.token(filler="x" * LARGEST_TOKEN))
    with pytest.raises(LaunchRefused, match="too large"):
        platform.verifier().verify("x" * (LARGEST_TOKEN + 1))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b",
        "a.b.c",
        "a.b.c.d",
        "é.é.é",
        "\0.\0.\0",
        "e30.e30.e30",
        "W10.W10.W10",
        " ",
        "🙂.🙂.🙂",
        "=.=.=",
    ],
)
def test_what_is_no_token_is_refused(platform: FakePlatform, token: str) -> None:
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(token)


def test_deeply_nested_token_is_refused(platform: FakePlatform) -> None:
    deep = b"[" * 20000 + b"]" * 20000
    for header, payload in (
        (deep[:1000] + deep[-1000:], b"{}"),
        (b'{"alg":"RS256","kid":"k","x":' + deep[:500] + deep[-500:] + b"}", b"{}"),
        (json.dumps({"alg": "RS256", "kid": platform.kid}).encode(), deep),
        (json.dumps({"alg": "RS256", "kid": platform.kid}).encode(), b'{"iss":' + deep + b"}"),
    ):
        token = ".".join(base64url_encode(part).decode() for part in (header, payload, b"x"))
        with pytest.raises(LaunchError):
            platform.verifier().verify(token)


def test_deeply_nested_claim_of_a_signed_token_is_refused_or_skipped(platform: FakePlatform) -> None:
    deep = b"[" * 10000 + b"]" * 10000
    head = json.dumps(platform.claims(sub="x")).encode()[:-1]
    for name in (f"{LTI}custom", "unknown", "name"):
        payload = head + b', "' + name.encode() + b'":' + deep + b"}"
        token = jwt.PyJWS().encode(payload, platform.key, "RS256", headers={"kid": platform.kid})
        with pytest.raises(LaunchRefused):
            platform.verifier().verify(token)


@pytest.mark.parametrize("header", [{"kid": None}, {"kid": ""}, {"kid": "unknown"}, {"crit": ["x"]}, {"b64": False}])
def test_header_that_names_no_usable_key_is_refused(platform: FakePlatform, header: dict[str, object]) -> None:
    fields = {k: v for k, v in {"alg": "RS256", "kid": platform.kid, **header}.items() if v is not None}
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(platform.sign_raw(fields, platform.claims()))


def test_key_in_the_token_itself_is_never_used(platform: FakePlatform) -> None:
    own = rsa_key("second")
    header = {"kid": platform.kid, "jwk": jwk(own, platform.kid), "jku": "https://evil.example/jwks"}
    token = jwt.encode(platform.claims(), own, algorithm="RS256", headers=header)
    with pytest.raises(LaunchRefused):
        platform.verifier().verify(token)
