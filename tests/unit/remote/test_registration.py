"""What a platform says of itself, and which of it is believed (reference/canvas.md 2.5, 5.2)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.errors import CuedeckError, RegistrationDistrusted, RegistrationRefused, RemoteError, RemoteNonsense
from lti.remote import Registrations, is_hosted, make_client

from .fake import Fake

SSO = "https://sso.canvaslms.com"
HOSTED = "https://canvas.instructure.com"
SCHOOL = "https://school.instructure.com"
OWN = "https://canvas.school.example"
PATH = "/api/lti/security/openid-configuration"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
LTI = "https://canvas.instructure.com/lti/"


def document(
    endpoints: str = SSO, registration: str = SCHOOL, domain: str | None = "school.instructure.com", **changes: Any
) -> dict[str, Any]:
    platform = {"product_family_code": "canvas", f"{LTI}account_name": "School", f"{LTI}account_domain": domain}
    return {
        "issuer": HOSTED,
        "authorization_endpoint": f"{endpoints}/api/lti/authorize_redirect",
        "registration_endpoint": f"{registration}/api/lti/registrations",
        "jwks_uri": f"{endpoints}/api/lti/security/jwks",
        "token_endpoint": f"{endpoints}/login/oauth2/token",
        PLATFORM: platform,
        **changes,
    }


def describe(content: dict[str, Any], asked: str = SSO) -> str:
    """Give where the Canvas of a description is."""
    fake = Fake()
    fake.on(f"GET {asked}{PATH}", httpx.Response(200, json=content))
    return Registrations(fake.http).describe(f"{asked}{PATH}?registration_token=t", "t").canvas_url


@pytest.mark.parametrize("asked", [SSO, SCHOOL, HOSTED])
def test_school_of_hosted_canvas_is_found(asked: str) -> None:
    assert describe(document(), asked) == SCHOOL


def test_school_of_hosted_canvas_under_its_own_name_is_found() -> None:
    assert describe(document(registration=OWN, domain="canvas.school.example"), OWN) == OWN


def test_registration_host_stands_for_the_school_where_none_is_named() -> None:
    assert describe(document(domain=None)) == SCHOOL


@pytest.mark.parametrize("stage", ["beta", "test"])
def test_other_stages_of_hosted_canvas_have_their_own_hosts(stage: str) -> None:
    sso, school = f"https://sso.{stage}.canvaslms.com", f"https://school.{stage}.instructure.com"
    described = document(
        sso, school, f"school.{stage}.instructure.com", issuer=f"https://canvas.{stage}.instructure.com"
    )
    assert describe(described, sso) == school
    with pytest.raises(RegistrationDistrusted):
        describe(described | {"issuer": HOSTED}, sso)


@pytest.mark.parametrize("issuer", [HOSTED, OWN, "https://issuer.school.example"])
def test_canvas_of_a_school_itself_is_all_on_one_host(issuer: str) -> None:
    assert describe(document(OWN, OWN, "canvas.school.example", issuer=issuer), OWN) == OWN


EVIL = "https://evil.example"
ODD = [
    (document(jwks_uri=f"{EVIL}/jwks"), SSO),
    (document(token_endpoint=f"{EVIL}/token"), SSO),
    (document(authorization_endpoint=f"{EVIL}/authorize"), SSO),
    (document(registration=EVIL), SSO),
    (document(), EVIL),
    (document(EVIL, EVIL, "school.instructure.com"), EVIL),
    (document(EVIL, SCHOOL, "evil.example"), EVIL),
    (document(OWN, OWN, "canvas.school.example:8443"), OWN),
    (document(registration=SSO, domain=None), SSO),
    (document(domain="sso.canvaslms.com"), SSO),
    (document(issuer=f"{HOSTED}?x=1"), SSO),
    (document(issuer="canvas.instructure.com"), SSO),
    (document(issuer="https://canvas.beta.instructure.com"), SSO),
    (document(domain="school.instructure.com/path"), SSO),
    (document(domain="user@evil.example"), SSO),
    (document(domain="école.example"), SSO),
    (document(jwks_uri="http://sso.canvaslms.com/jwks"), SSO),
    (document(jwks_uri="https://sso.canvaslms.com:8443/jwks"), SSO),
    (document(jwks_uri="https://a@sso.canvaslms.com/jwks"), SSO),
    (document(jwks_uri="https://sso.canvaslms.com\\@evil.example/"), SSO),
    (document(jwks_uri="https://[::1/jwks"), SSO),
    (document() | {PLATFORM: {"product_family_code": "moodle"}}, SSO),
    (document() | {PLATFORM: {}}, SSO),
]


@pytest.mark.parametrize(("content", "asked"), ODD)
def test_addresses_that_do_not_belong_together_are_distrusted(content: dict[str, Any], asked: str) -> None:
    with pytest.raises(RegistrationDistrusted):
        describe(content, asked)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="<html>Log in</html>", headers={"Content-Type": "text/html"}),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"issuer": HOSTED}),
        httpx.Response(200, json=document(issuer=None)),
        httpx.Response(200, json=document(issuer="https://" + "x" * 3000)),
        httpx.Response(200, json=document() | {PLATFORM: "canvas"}),
        httpx.Response(200, content=b"[" * 100_000),
        httpx.Response(200, content=b"x" * (300 << 10)),
        httpx.Response(302, headers={"Location": "http://169.254.169.254/"}),
    ],
)
def test_document_that_is_none_is_not_understood(answer: httpx.Response) -> None:
    fake = Fake()
    fake.on(f"GET {SSO}{PATH}", answer)
    with pytest.raises(RemoteNonsense):
        Registrations(fake.http).describe(f"{SSO}{PATH}", "t")
    assert len(fake.requests) == 1


def test_token_that_canvas_does_not_take_is_told() -> None:
    fake = Fake()
    fake.on(f"GET {SSO}{PATH}", httpx.Response(401, json={"errors": "no"}))
    with pytest.raises(RegistrationRefused, match="401"):
        Registrations(fake.http).describe(f"{SSO}{PATH}", "t")


def test_host_that_cannot_be_reached_is_an_ordinary_failure() -> None:
    fake = Fake()
    fake.on(f"GET {SSO}{PATH}", httpx.ConnectError("no route"))
    with pytest.raises(RemoteError):
        Registrations(fake.http).describe(f"{SSO}{PATH}", "t")


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just(SSO) | st.just("canvas"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=6,
)


@given(st.sampled_from(sorted(document())), ANYTHING)
def test_any_member_may_be_anything(name: str, value: Any) -> None:
    fake = Fake()
    fake.on(f"GET {SSO}{PATH}", httpx.Response(200, json=document() | {name: value}))
    try:
        described = Registrations(fake.http).describe(f"{SSO}{PATH}", "t")
    except CuedeckError:
        return
    assert described.canvas_url == SCHOOL


@given(
    st.sampled_from(["messages_supported", f"{LTI}account_name", f"{LTI}account_domain", "product_family_code"]),
    ANYTHING,
)
def test_any_member_of_the_platform_may_be_anything(name: str, value: Any) -> None:
    content = document()
    content[PLATFORM] = content[PLATFORM] | {name: value}
    fake = Fake()
    fake.on(f"GET {SSO}{PATH}", httpx.Response(200, json=content))
    try:
        described = Registrations(fake.http).describe(f"{SSO}{PATH}", "t")
    except CuedeckError:
        return
    assert described.canvas_url.startswith("https://")


@pytest.mark.parametrize(
    ("address", "hosted"),
    [
        (f"{SSO}/x", True),
        (f"{SCHOOL}/x", True),
        ("https://school.instructure.com:8443/", False),
        ("http://school.instructure.com/", False),
        ("https://instructure.com.evil.example/", False),
        ("https://evilinstructure.com/", False),
        ("https://[::1", False),
    ],
)
def test_hosted_canvas_is_known_by_its_names(address: str, hosted: bool) -> None:
    assert is_hosted(address) == hosted


def registrations(addresses: dict[str, list[str]], sent: list[httpx.Request]) -> Registrations:
    """Make a client whose look-ups give these addresses; every connection is kept and refused."""

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request)
        return httpx.Response(404)

    http = make_client(
        timeout=5,
        insecure_hosts=frozenset({"named.example"}),
        transport=httpx.MockTransport(answer),
        public_only=True,
        resolver=lambda host: addresses[host],
        sleep=lambda _: None,
    )
    return Registrations(http)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "::1", "::", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "64:ff9b::a00:1", "2002:a00:1::", "ff02::1", "odd",
    ],
)  # fmt: skip
def test_private_address_is_not_asked(address: str) -> None:
    sent: list[httpx.Request] = []
    for addresses in ([address], ["93.184.215.14", address]):
        with pytest.raises(RegistrationDistrusted):
            registrations({"inside.example": addresses}, sent).describe(f"https://inside.example{PATH}", "t")
    assert sent == []


@pytest.mark.parametrize(
    ("address", "host"), [("93.184.215.14", "93.184.215.14"), ("2606:4700::1111", "2606:4700::1111")]
)
def test_connection_goes_to_the_address_that_was_checked(address: str, host: str) -> None:
    sent: list[httpx.Request] = []
    with pytest.raises(RegistrationRefused):
        registrations({"outside.example": [address]}, sent).describe(f"https://outside.example{PATH}", "t")
    assert sent[0].url.host == host
    assert sent[0].headers["host"] == "outside.example"
    assert sent[0].extensions["sni_hostname"] == "outside.example"


def test_host_that_the_installation_names_may_be_anywhere() -> None:
    sent: list[httpx.Request] = []
    with pytest.raises(RegistrationRefused):
        registrations({}, sent).describe(f"http://named.example{PATH}", "t")
    assert sent[0].url.host == "named.example"


def test_next_address_is_tried_where_one_leads_nowhere() -> None:
    tried: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        tried.append(request.url.host)
        if ":" in request.url.host:
            raise httpx.ConnectError("no route")
        return httpx.Response(200, json=document(OWN, OWN, "canvas.school.example"))

    http = make_client(
        timeout=5,
        transport=httpx.MockTransport(answer),
        public_only=True,
        resolver=lambda _: ["2606:4700::1111", "93.184.215.14"],
    )
    assert Registrations(http).describe(f"{OWN}{PATH}", "t").canvas_url == OWN
    assert tried == ["2606:4700::1111", "93.184.215.14"]


def test_host_without_an_address_is_an_ordinary_failure() -> None:
    def none(host: str) -> list[str]:
        raise OSError(f"{host} is not known")

    http = make_client(timeout=5, public_only=True, resolver=none, sleep=lambda _: None)
    with pytest.raises(RemoteError):
        Registrations(http).describe(f"{OWN}{PATH}", "t")
    http.close()
