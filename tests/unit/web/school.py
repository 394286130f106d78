"""A school for these tests: a Canvas that signs launches and answers API calls, and a browser that opens our pages."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from jwt.algorithms import RSAAlgorithm
from werkzeug.test import TestResponse

from lti.model import ApiKey, Platform
from lti.store import Store

OURS = "https://cuedeck.example.edu"
CANVAS = "https://school.instructure.com"
ISSUER = "https://canvas.instructure.com"
CLIENT_ID = "10000000000019"
DEPLOYMENT = "5:0123456789abcdef0123456789abcdef01234567"
JWKS_URL = "https://sso.canvaslms.com/api/lti/security/jwks"
RETURN_URL = f"{CANVAS}/courses/17/deep_linking_response?data=eyJhbGciOiJIUzI1NiJ9.eyJub25jZSI6InNlY3JldCJ9.c2ln"
CANCEL_URL = f"{CANVAS}/deep_linking_cancel?include_host=true"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
ROLES = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
ADMINISTERS = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
PLACEMENT = "https://www.instructure.com/placement"
VTT = "WEBVTT\n\n1\n00:00:01.000 --> 00:00:03.000\nHola <b>mundo</b>\n\n2\n00:00:05.000 --> 00:00:07.000\nAdiós\n"


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@lru_cache
def platform_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Person:
    """Someone to be. ``id`` is the Canvas user id."""

    subject: str | None
    id: str
    role: str | None


TEACHER = Person("tilda", "41", "Instructor")
STUDENT = Person("stefan", "42", "Learner")
OBSERVER = Person("oda", "43", "Mentor")
ADMINISTRATOR = Person("ada", "44", None)
NOBODY = Person(None, "$Canvas.user.id", None)


class School:
    """The Canvas: what it signs, and what it answers. ``broken`` makes it answer something else."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.calls: list[str] = []
        self.consented_as = TEACHER
        self.broken: Callable[[httpx.Request], httpx.Response] | None = None
        self.issued = 0

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Answer as Canvas does (reference/canvas.md); a call that nobody foresaw fails the test."""
        path = request.url.path
        self.calls.append(f"{request.method} {path}")
        if self.broken is not None:
            return self.broken(request)
        if str(request.url) == JWKS_URL:
            numbers = RSAAlgorithm.to_jwk(platform_key().public_key(), as_dict=True)
            return httpx.Response(200, json={"keys": [{**numbers, "kid": "k", "alg": "RS256", "use": "sig"}]})
        if path == "/login/oauth2/token":
            if request.method == "DELETE":
                return httpx.Response(200, json={})
            self.issued += 1
            return httpx.Response(
                200,
                json={
                    "access_token": f"access-token-{self.issued}",
                    "refresh_token": "refresh-token-1",
                    "token_type": "Bearer",
                    "expires_in": 3600,
                    "user": {"id": int(self.consented_as.id), "name": "Somebody"},
                },
            )
        assert request.headers["authorization"].startswith("Bearer access-token-"), path
        if path.endswith("/media_objects"):
            return httpx.Response(200, json=[self.media(f"m-{number}") for number in range(3)])
        if path.endswith("/files"):
            return httpx.Response(200, json=[])
        if path.endswith("/media_tracks"):
            return httpx.Response(200, json=[{**track, "content": VTT} for track in self.tracks()])
        raise AssertionError(f"unexpected outgoing call: {request.method} {request.url}")

    @staticmethod
    def tracks() -> list[dict[str, Any]]:
        return [
            {"id": 1, "locale": "es", "kind": "subtitles", "asr": False, "workflow_state": "ready"},
            {"id": 2, "locale": "en", "kind": "subtitles", "asr": True, "workflow_state": "ready"},
        ]

    def media(self, media_id: str) -> dict[str, Any]:
        return {
            "media_id": media_id,
            "created_at": "2026-01-15T09:30:00Z",
            "media_type": "video",
            "title": f"</script><b>Rivers & {media_id}",
            "can_add_captions": True,
            "embedded_iframe_url": f"{CANVAS}/media_objects_iframe/{media_id}",
            "media_tracks": [
                {**track, "url": f"{CANVAS}/media_objects/{media_id}/media_tracks/{track['id']}"}
                for track in self.tracks()
            ],
            "media_sources": [
                {
                    "url": f"https://cdn.example.net/{media_id}.mp4?ks=bearer",
                    "content_type": "video/mp4",
                    "width": "640",
                }
            ],
        }

    def claims(self, person: Person, nonce: str, **changes: Any) -> dict[str, Any]:
        """Give the claims of a resource-link launch; a change to ``None`` leaves one out."""
        now = int(self.clock().timestamp())
        claims = {
            "iss": ISSUER,
            "aud": CLIENT_ID,
            "azp": CLIENT_ID,
            "sub": person.subject,
            "iat": now,
            "exp": now + 3600,
            "nonce": nonce,
            "locale": "en-GB",
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}version": "1.3.0",
            f"{LTI}deployment_id": DEPLOYMENT,
            f"{LTI}target_link_uri": f"{OURS}/lti/launch",
            f"{LTI}resource_link": {"id": "link-1", "title": "Rivers"},
            f"{LTI}context": {"id": "course-17", "title": "Geography"},
            f"{LTI}launch_presentation": {"document_target": "iframe", "return_url": CANCEL_URL},
            f"{LTI}roles": [f"{ROLES}{person.role}"] if person.role else [],
            f"{LTI}custom": {"canvas_user_id": person.id, "canvas_course_id": "17", "embed": "$embed"},
        }
        claims.update(changes)
        return {name: value for name, value in claims.items() if value is not None}

    def deep_linking_claims(self, person: Person, nonce: str, **changes: Any) -> dict[str, Any]:
        """Give the claims of a launch from the editor."""
        settings = {
            "deep_link_return_url": RETURN_URL,
            "accept_types": ["link", "file", "html", "ltiResourceLink", "image"],
            "accept_presentation_document_targets": ["embed", "iframe", "window"],
            "accept_multiple": True,
        }
        return self.claims(
            person,
            nonce,
            **{
                f"{LTI}message_type": "LtiDeepLinkingRequest",
                f"{LTI}resource_link": None,
                f"{DL}deep_linking_settings": settings,
                **changes,
            },
        )

    @staticmethod
    def sign(claims: dict[str, Any]) -> str:
        return jwt.encode(claims, platform_key(), "RS256", headers={"kid": "k"})


class Browser:
    """A browser with cookies of its own, which goes through launches as a person does."""

    def __init__(self, app: Flask, school: School) -> None:
        self.client = app.test_client()
        self.school = school

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(path, base_url=OURS, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        return self.client.post(path, base_url=OURS, **options)

    def begin(self, **changes: str) -> dict[str, str]:
        """Begin a login; gives what the platform is asked."""
        answer = self.post("/lti/login", data=initiation(**changes))
        assert answer.status_code == 302, answer.text
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def finish(self, state: str, claims: dict[str, Any]) -> TestResponse:
        return self.post("/lti/launch", data={"state": state, "id_token": self.school.sign(claims)})

    def launch(self, person: Person = TEACHER, /, **changes: Any) -> Page:
        """Open a resource link."""
        asked = self.begin()
        return Page(self, self.finish(asked["state"], self.school.claims(person, asked["nonce"], **changes)))

    def press_button(self, person: Person = TEACHER, /, **changes: Any) -> Page:
        """Open the picker from the editor."""
        asked = self.begin()
        claims = self.school.deep_linking_claims(person, asked["nonce"], **changes)
        return Page(self, self.finish(asked["state"], claims))

    def administer(self, person: Person = ADMINISTRATOR, /, **changes: Any) -> Page:
        """Open the administration from the account's menu."""
        account = {
            PLACEMENT: "account_navigation",
            f"{LTI}roles": [ADMINISTERS],
            f"{LTI}context": {"id": "account-1", "title": "River School"},
            f"{LTI}custom": {
                "canvas_user_id": person.id,
                "canvas_course_id": "$Canvas.course.id",
                "canvas_root_admin": True,
            },
        }
        return self.launch(person, **{**account, **changes})

    def connect(self, page: Page) -> TestResponse:
        """Go through the pop-up."""
        away = self.get(page.call("POST", "/api/connect/canvas").json["url"])  # type: ignore[index]
        state = parse_qs(urlsplit(away.headers["Location"]).query)["state"][0]
        return self.get("/connect/canvas/callback", query_string={"state": state, "code": "authorization-code"})


class Page:
    """A page that was opened, with its token."""

    def __init__(self, browser: Browser, answer: TestResponse) -> None:
        self.browser = browser
        self.answer = answer

    @property
    def config(self) -> dict[str, Any]:
        found = re.search(r'id="config">(.*?)</script>', self.answer.text, re.DOTALL)
        assert found, self.answer.text
        config: dict[str, Any] = json.loads(found[1])
        return config

    @property
    def headline(self) -> str:
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.answer.text, re.DOTALL)
        assert found, self.answer.text
        return html.unescape(found[1]).strip()

    def call(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.config['token']}"}
        if body is not None:
            options["json"] = body
        return self.browser.client.open(path, method=method, base_url=OURS, headers=headers, **options)


def initiation(**changes: str) -> dict[str, str]:
    """Give what Canvas sends to begin a login, without a storage frame: as its mobile apps do."""
    return {
        "iss": ISSUER,
        "client_id": CLIENT_ID,
        "login_hint": "opaque-person",
        "lti_message_hint": "eyJhbGciOiJIUzI1NiJ9.eyJoaW50IjoiaGludCJ9.c2lnbmVk",
        "target_link_uri": f"{OURS}/lti/launch",
        "deployment_id": DEPLOYMENT,
        "canvas_environment": "prod",
        **changes,
    }


def register(store: Store, **changes: Any) -> Platform:
    values: dict[str, Any] = {
        "issuer": ISSUER,
        "client_id": CLIENT_ID,
        "authorization_url": "https://sso.canvaslms.com/api/lti/authorize_redirect",
        "token_url": "https://sso.canvaslms.com/login/oauth2/token",
        "jwks_url": JWKS_URL,
        "canvas_url": CANVAS,
        "canvas_key": ApiKey("10000000000020", "api-key-secret"),
        "deployments": [DEPLOYMENT],
        "trust_deployments": False,
    }
    return store.platforms.add(**(values | changes))


def pick(detail: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Give a pick of everything that an item has."""
    return {
        "handle": detail["handle"],
        "form": "captioned",
        "tracks": [track["id"] for track in detail["tracks"]],
        "default": detail["tracks"][0]["id"],
        "start": None,
        "end": None,
        "width": 640,
        "height": 480,
        "transcript": True,
        "as_link": False,
        **changes,
    }
