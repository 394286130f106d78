"""A platform for these tests: signs what it is told to, right or wrong."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

from lti.model import Platform
from lti.protocol.launch import LaunchVerifier
from lti.protocol.platform_keys import PlatformKeys
from lti.protocol.states import States

OURS = "https://cuedeck.example.edu"
JWKS_URL = "https://sso.canvaslms.com/api/lti/security/jwks"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
INSTRUCTOR = f"{VOCABULARY}membership#Instructor"

PLATFORM = Platform(
    id=7,
    issuer="https://canvas.instructure.com",
    client_id="10000000000019",
    authorization_url="https://sso.canvaslms.com/api/lti/authorize_redirect",
    token_url="https://sso.canvaslms.com/login/oauth2/token",
    jwks_url=JWKS_URL,
    canvas_url="https://school.instructure.com",
    canvas_key=None,
    trust_deployments=False,
    deployments=frozenset({"5:0123456789abcdef0123456789abcdef01234567"}),
)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    @property
    def seconds(self) -> int:
        return int(self.now.timestamp())


STATES = States(("a-secret-key-of-forty-characters-or-more",), OURS, Clock())


@lru_cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Give the same key for the same name: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def jwk(key: rsa.RSAPrivateKey, kid: str, **members: object) -> dict[str, Any]:
    numbers = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {"kty": "RSA", "n": numbers["n"], "e": numbers["e"], "kid": kid, "alg": "RS256", "use": "sig", **members}


class FakePlatform:
    """Signs messages, publishes keys, and counts who asks for them."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.key = rsa_key("first")
        self.kid = "2026-03"
        self.registered = [PLATFORM]
        self.fetches = 0
        self.pinned: list[tuple[int, str]] = []
        self.document: Callable[[], bytes] = self.key_set

    def key_set(self) -> bytes:
        return json.dumps({"keys": [jwk(self.key, self.kid)]}).encode()

    def rotate(self) -> None:
        self.key = rsa_key("second" if self.key is rsa_key("first") else "first")
        self.kid += "+"

    def fetch(self, url: str) -> bytes:
        assert url == JWKS_URL
        self.fetches += 1
        return self.document()

    def find(self, issuer: str, client_id: str | None) -> list[Platform]:
        return [one for one in self.registered if one.issuer == issuer and client_id in {None, one.client_id}]

    def pin(self, platform_id: int, deployment_id: str) -> None:
        self.pinned.append((platform_id, deployment_id))

    def verifier(self) -> LaunchVerifier:
        return LaunchVerifier(self.find, PlatformKeys(self.fetch, self.clock), self.clock, self.pin, OURS)

    def claims(self, **changes: object) -> dict[str, Any]:
        """Give the claims of a right resource link launch; a change to ``None`` leaves one out.

        ``lti_roles=[]`` changes the claim of that name in the LTI namespace.
        """
        claims = {
            "iss": PLATFORM.issuer,
            "aud": PLATFORM.client_id,
            "azp": PLATFORM.client_id,
            "sub": "a7b1c9d0-4e2f-4a5b-9c3d-1e2f3a4b5c6d",
            "iat": self.clock.seconds,
            "exp": self.clock.seconds + 3600,
            "nonce": "a-nonce-of-ours",
            "locale": "en",
            "name": "Tilda Teacher",
            "email": "tilda@example.edu",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}version": "1.3.0",
            f"{LTI}deployment_id": next(iter(PLATFORM.deployments)),
            f"{LTI}target_link_uri": f"{OURS}/lti/launch",
            f"{LTI}resource_link": {"id": "4dde05e8ca1973bcca9bffc13e1548820eee93a3", "title": "Rivers"},
            f"{LTI}context": {
                "id": "03c9e1f3f4b9a3a7c7a9d4d6f1b2c3d4e5f60718",
                "label": "GEO-101",
                "title": "Geography",
                "type": ["http://purl.imsglobal.org/vocab/lis/v2/course#CourseOffering"],
            },
            f"{LTI}tool_platform": {"guid": "abc:canvas-lms", "product_family_code": "canvas", "version": "cloud"},
            f"{LTI}launch_presentation": {
                "document_target": "iframe",
                "return_url": "https://school.instructure.com/deep_linking_cancel?include_host=true",
                "locale": "en-GB",
                "width": 800,
            },
            f"{LTI}roles": [INSTRUCTOR, f"{VOCABULARY}institution/person#Student", f"{VOCABULARY}system/person#User"],
            f"{LTI}custom": {"canvas_user_id": 41, "canvas_course_id": "$Canvas.course.id", "embed": "e-1"},
            f"{LTI}lti11_legacy_user_id": "",
            "https://www.instructure.com/placement": None,
        }
        for name, value in changes.items():
            claims[f"{LTI}{name[4:]}" if name.startswith("lti_") else name] = value
        return {name: value for name, value in claims.items() if value is not None}

    def deep_linking_claims(self, settings: object = None, **changes: object) -> dict[str, Any]:
        """Give the claims of a right deep linking request from the editor."""
        claims = self.claims(
            lti_message_type="LtiDeepLinkingRequest",
            lti_resource_link=None,
            **{"https://www.instructure.com/placement": "editor_button", **changes},
        )
        claims[DL] = settings if settings is not None else self.settings()
        return claims

    @staticmethod
    def settings(**changes: object) -> dict[str, Any]:
        settings = {
            "deep_link_return_url": "https://school.instructure.com/courses/1/deep_linking_response?data=ey.J.x&a=%2F",
            "accept_types": ["link", "file", "html", "ltiResourceLink", "image"],
            "accept_presentation_document_targets": ["embed", "iframe", "window"],
            "accept_media_types": "image/*,text/html,application/vnd.ims.lti.v1.ltilink,*/*",
            "auto_create": False,
            "accept_multiple": True,
            **changes,
        }
        return {name: value for name, value in settings.items() if value is not None}

    def sign(self, claims: dict[str, Any], **header: object) -> str:
        """Sign, whatever the claims and header; a header changed to ``None`` is left out."""
        headers = {name: value for name, value in {"kid": self.kid, **header}.items() if value is not None}
        return jwt.PyJWS().encode(json.dumps(claims).encode(), self.key, "RS256", headers=headers)

    def sign_raw(self, header: object, claims: object) -> str:
        """Sign under a header that a library would refuse to write."""
        head = ".".join(base64url_encode(json.dumps(part).encode()).decode() for part in (header, claims))
        signature = RSAAlgorithm(RSAAlgorithm.SHA256).sign(head.encode(), self.key)
        return f"{head}.{base64url_encode(signature).decode()}"

    def token(self, **changes: object) -> str:
        return self.sign(self.claims(**changes))


def trusting(platform: Platform = PLATFORM) -> Platform:
    return replace(platform, trust_deployments=True, deployments=frozenset())


def cpu(work: Callable[[], object], rounds: int) -> float:
    """Measure processor seconds for one call: the best of five runs, which other load on the machine disturbs least."""
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        for _ in range(rounds):
            work()
        best = min(best, time.process_time() - began)
    return best / rounds
