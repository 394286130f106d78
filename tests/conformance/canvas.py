"""A Canvas for these tests, on a port of its own: signs what it is told to, right or wrong, and serves its key set.

It shares no code with the tool, nor with the platforms of the other tests. What was asked of it is counted, its keys
rotate, and ``answers`` lets it fail.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import rsa

from .jose import compact, jwk

ISSUER = "https://canvas.instructure.com"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
PLACEMENT = "https://www.instructure.com/placement"
VOCABULARY = "http://purl.imsglobal.org/vocab/lis/v2/"
MEMBERSHIP = f"{VOCABULARY}membership#"
DEPLOYMENT = "5:0123456789abcdef0123456789abcdef01234567"
KEY_SET = "/api/lti/security/jwks"
API_SECRET = "the-secret-of-the-api-key"
CAPTIONS = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\nHola mundo\n"

Reply = tuple[int, str, bytes]


@dataclass(frozen=True)
class Person:
    """Someone to be; ``id`` is the Canvas user id."""

    subject: str | None
    id: str
    role: str | None

    @property
    def roles(self) -> list[str]:
        return [f"{MEMBERSHIP}{self.role}", f"{VOCABULARY}institution/person#{self.role}"] if self.role else []


TEACHER = Person("tilda-0001", "41", "Instructor")
COLLEAGUE = Person("clara-0002", "44", "Instructor")
NEWCOMER = Person("noor-0005", "45", "Instructor")  # never consents
STUDENT = Person("stefan-0003", "42", "Learner")
OBSERVER = Person("oda-0004", "43", "Mentor")
ADMINISTRATOR = Person("ada-0006", "46", None)
ANONYMOUS = Person(None, "$Canvas.user.id", None)


@lru_cache
def rsa_key(name: str, bits: int = 2048) -> rsa.RSAPrivateKey:
    """Give the same key for the same name: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


class Canvas:
    """One institution: its keys, its registration with the tool, its API."""

    def __init__(self, client_id: str, origin: str, clock: Callable[[], float]) -> None:
        self.client_id = client_id
        self.origin = origin
        self.clock = clock
        self.issuer = ISSUER
        self.key = rsa_key("first")
        self.kid = "2026-first"
        self.published: list[dict[str, Any]] | None = None  # in place of the key that signs
        self.answers: dict[str, Reply] = {}  # by path, in place of the right answer
        self.slow: float = 0.0  # seconds before the key set is answered
        self.asked: list[str] = []
        self.consenting: Person = TEACHER
        self.tool = ""  # its address, known when it runs

    @property
    def fetches(self) -> int:
        """How often the key set was asked for."""
        return self.asked.count(f"GET {KEY_SET}")

    def rotate(self) -> None:
        self.key = rsa_key("second" if self.key is rsa_key("first") else "first")
        self.kid = f"{self.kid}+"

    def publish(self, **members: object) -> None:
        """Publish the signing key with some members of its JWK changed."""
        self.published = [{**jwk(self.key, self.kid), **members}]

    def registration(self, *deployments: str) -> list[str]:
        """Give the command that registers this institution with the tool."""
        named = [part for name in deployments for part in ("--deployment", name)] or ["--trust-deployments"]
        return [
            "platforms", "add", "--issuer", self.issuer, "--client-id", self.client_id, *named,
            "--authorization-url", f"{self.origin}/api/lti/authorize_redirect",
            "--token-url", f"{self.origin}/login/oauth2/token", "--jwks-url", f"{self.origin}{KEY_SET}",
            "--canvas-url", self.origin, "--canvas-key-id", "10000000000020", "--canvas-key-secret", API_SECRET,
        ]  # fmt: skip

    def initiation(self, **changes: str) -> dict[str, str]:
        """Give what a browser brings to the login, as a mobile view sends it: without a storage frame."""
        return {
            "iss": self.issuer,
            "client_id": self.client_id,
            "login_hint": "opaque-person",
            "lti_message_hint": "eyJhbGciOiJIUzI1NiJ9.eyJoaW50IjoiaGludCJ9.c2lnbmVk",
            "target_link_uri": f"{self.tool}/lti/launch",
            "deployment_id": DEPLOYMENT,
            "canvas_environment": "prod",
            **changes,
        }

    def claims(self, nonce: str, /, person: Person = TEACHER, **changes: Any) -> dict[str, Any]:
        """Give the claims of a right resource-link launch. A change to ``None`` leaves a claim out; ``lti_…`` and
        ``dl_…`` name claims of those namespaces."""
        now = int(self.clock())
        claims = {
            "iss": self.issuer,
            "aud": self.client_id,
            "azp": self.client_id,
            "sub": person.subject,
            "iat": now,
            "exp": now + 3600,
            "nonce": nonce,
            "locale": "en",
            "name": "Somebody Special" if person.subject else None,
            "email": "somebody@example.edu" if person.subject else None,
            f"{LTI}message_type": "LtiResourceLinkRequest",
            f"{LTI}version": "1.3.0",
            f"{LTI}deployment_id": DEPLOYMENT,
            f"{LTI}target_link_uri": f"{self.tool}/lti/launch",
            f"{LTI}resource_link": {"id": "link-1", "title": "Rivers"},
            f"{LTI}context": {"id": "course-17", "label": "GEO", "title": "Geography"},
            f"{LTI}launch_presentation": {
                "document_target": "iframe",
                "return_url": f"{self.origin}/deep_linking_cancel?include_host=true",
            },
            f"{LTI}roles": person.roles,
            f"{LTI}custom": {"canvas_user_id": person.id, "canvas_course_id": "17", "embed": "$embed"},
            f"{LTI}lti11_legacy_user_id": "",
            **{_claim(name): value for name, value in changes.items()},
        }
        return {name: value for name, value in claims.items() if value is not None}

    def administration(self, nonce: str, /, person: Person = ADMINISTRATOR, **changes: Any) -> dict[str, Any]:
        """Give the claims of a right launch from the account's menu."""
        request = {
            PLACEMENT: "account_navigation",
            "lti_roles": [f"{VOCABULARY}institution/person#Administrator", f"{VOCABULARY}system/person#User"],
            "lti_context": {"id": "account-1", "title": "River School"},
            "lti_custom": {"canvas_user_id": person.id, "canvas_root_admin": True},
        }
        return self.claims(nonce, person, **{**request, **changes})

    def deep_linking(self, nonce: str, /, person: Person = TEACHER, **changes: Any) -> dict[str, Any]:
        """Give the claims of a right launch from the editor button."""
        request = {
            "lti_message_type": "LtiDeepLinkingRequest",
            "lti_resource_link": None,
            PLACEMENT: "editor_button",
            "dl_deep_linking_settings": self.settings(),
        }
        return self.claims(nonce, person, **{**request, **changes})

    def settings(self, **changes: Any) -> dict[str, Any]:
        return {
            "deep_link_return_url": f"{self.origin}/courses/17/deep_linking_response?data=eyJhbGciOi.abc.def&x=%2F",
            "accept_types": ["link", "file", "html", "ltiResourceLink", "image"],
            "accept_presentation_document_targets": ["embed", "iframe", "window"],
            "accept_multiple": True,
            **changes,
        }

    def sign(self, claims: object, **header: object) -> str:
        """Sign anything under any header; a header changed to ``None`` is left out."""
        members = {"alg": "RS256", "typ": "JWT", "kid": self.kid, **header}
        return compact({name: value for name, value in members.items() if value is not None}, claims, self.key)

    def reply(self, method: str, url: str) -> Reply:
        """Answer a request of the tool."""
        path = urlsplit(url).path
        self.asked.append(f"{method} {path}")
        if path == KEY_SET and self.slow:
            time.sleep(self.slow)
        if path in self.answers:
            return self.answers[path]
        if path == KEY_SET:
            return _json({"keys": self.published or [jwk(self.key, self.kid)]})
        if path == "/login/oauth2/token":
            user = {"id": int(self.consenting.id), "name": "Somebody"}
            kept = {"access_token": "access-token-in-use", "refresh_token": "refresh-token-kept", "expires_in": 3600}
            return _json({**kept, "token_type": "Bearer", "user": user} if method == "POST" else {})
        if path.endswith("/media_objects"):
            return _json([self._media(f"m-{number}") for number in range(3)])
        if path.endswith("/media_tracks"):
            return _json([{**track, "content": CAPTIONS} for track in _TRACKS])
        return _json([]) if path.endswith("/files") else (404, "application/json", b"{}")

    def _media(self, media_id: str) -> dict[str, Any]:
        return {
            "media_id": media_id,
            "media_type": "video",
            "title": f"Rivers {media_id}",
            "media_tracks": _TRACKS,
            "media_sources": [{"url": f"https://cdn.example.net/{media_id}.mp4", "content_type": "video/mp4"}],
        }


_TRACKS = [
    {"id": 1, "locale": "es", "kind": "subtitles", "asr": False, "workflow_state": "ready"},
    {"id": 2, "locale": "en", "kind": "subtitles", "asr": True, "workflow_state": "ready"},
]


def _claim(name: str) -> str:
    for short, namespace in (("lti_", LTI), ("dl_", DL)):
        if name.startswith(short):
            return namespace + name.removeprefix(short)
    return name


def _json(value: object) -> Reply:
    return 200, "application/json", json.dumps(value).encode()


@contextmanager
def open_canvas(client_id: str, clock: Callable[[], float]) -> Iterator[Canvas]:
    """Run one on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, content_type, body = canvas.reply(self.command, self.path)
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            self.do_POST()

        def do_DELETE(self) -> None:
            self.do_POST()

        def log_message(self, format: str, *args: object) -> None:
            return

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

    server = Server(("127.0.0.1", 0), Handler)
    canvas = Canvas(client_id, f"http://127.0.0.1:{server.server_address[1]}", clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield canvas
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
