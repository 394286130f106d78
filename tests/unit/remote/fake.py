"""A Canvas that answers what a test tells it to, and fails the test on any call that was not foreseen."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime

import httpx

from lti.model import ApiKey, Platform
from lti.remote import CanvasApi, CanvasOAuth, Http, make_client

ORIGIN = "https://canvas.example.edu"
NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REALM = {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}

Reply = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


KEY = ApiKey("10000000000020", "hush")


def platform(canvas_url: str = ORIGIN, key: ApiKey | None = KEY) -> Platform:
    return Platform(
        id=1,
        issuer="https://canvas.instructure.com",
        client_id="10000000000019",
        authorization_url="https://sso.canvaslms.com/api/lti/authorize_redirect",
        token_url="https://sso.canvaslms.com/login/oauth2/token",
        jwks_url="https://sso.canvaslms.com/api/lti/security/jwks",
        canvas_url=canvas_url,
        canvas_key=key,
        trust_deployments=False,
        deployments=frozenset({"1:abc"}),
    )


def error(code: int, message: str, headers: dict[str, str] | None = None, **more: str) -> httpx.Response:
    return httpx.Response(code, json={**more, "errors": [{"message": message}]}, headers=headers)


class Tokens:
    """A TokenSource that counts what it gives."""

    def __init__(self) -> None:
        self.number = 1
        self.renewed: list[str] = []

    def token(self) -> str:
        return f"token-{self.number}"

    def renew(self, stale: str) -> str:
        self.renewed.append(stale)
        self.number += 1
        return self.token()


class Fake:
    """Holds the replies, in order, for each method and path; the last one is repeated."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Reply]] = {}
        self.requests: list[httpx.Request] = []
        self.slept: list[float] = []
        self.tokens = Tokens()
        self.http: Http = make_client(
            timeout=10, transport=httpx.MockTransport(self._answer), sleep=self.slept.append, ticks=lambda: 0.0
        )
        self.api = CanvasApi(self.http, platform(), self.tokens)
        self.oauth = CanvasOAuth(self.http, lambda: NOW)

    def on(self, call: str, *replies: Reply) -> None:
        """Set replies: ``fake.on("GET /api/v1/media_objects", …)``; another host's path is given as a whole address."""
        self.replies[call] = list(replies)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        # A copy: authentication changes the headers of the one object that it sends twice.
        self.requests.append(
            httpx.Request(request.method, request.url, headers=request.headers.raw, content=request.read())
        )
        address = str(request.url.copy_with(query=None))
        queue = self.replies.get(f"{request.method} {address.removeprefix(ORIGIN)}")
        assert queue, f"unexpected outgoing call: {request.method} {request.url}"
        reply = queue.pop(0) if len(queue) > 1 else queue[0]
        if isinstance(reply, Exception):
            raise reply
        if callable(reply):
            return reply(request)
        # A response can be read once only; a repeated one is made anew.
        return httpx.Response(reply.status_code, headers=reply.headers.raw, content=reply.content)

    @property
    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    @property
    def bearers(self) -> list[str]:
        return [request.headers.get("authorization", "").removeprefix("Bearer ") for request in self.requests]


@contextmanager
def wire(*answers: Callable[[socket.socket], None]) -> Iterator[str]:
    """Serve raw bytes on a socket, one function for each connection; give the origin."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        for answer in answers:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(5)
                while b"\r\n\r\n" not in connection.recv(65536):
                    pass
                with suppress(OSError):  # the client hung up, which is what some tests are about
                    answer(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        thread.join(5)
    finally:
        listener.close()


def head(length: int | None, content_type: str = "application/json") -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Type: {content_type}", "Connection: close"]
    if length is not None:
        lines.append(f"Content-Length: {length}")
    return "\r\n".join([*lines, "", ""]).encode()


def wire_api(origin: str, timeout: float = 5.0) -> tuple[CanvasApi, Http]:
    http = make_client(timeout=timeout, insecure_hosts=frozenset({"127.0.0.1"}), sleep=lambda _: None)
    return CanvasApi(http, platform(origin), Tokens()), http


def media(media_id: str, **more: object) -> dict[str, object]:
    """A list entry as canvas.md 1.4 has it."""
    return {
        "media_id": media_id,
        "created_at": "2026-01-15T09:30:00Z",
        "media_type": "video",
        "title": f"Title of {media_id}",
        "can_add_captions": True,
        "embedded_iframe_url": f"{ORIGIN}/media_objects_iframe/{media_id}",
        "media_tracks": [],
        **more,
    }


def track(track_id: int, **more: object) -> dict[str, object]:
    """An entry of the track list as canvas.md 1.8 has it."""
    return {"id": track_id, "locale": "en", "kind": "subtitles", "media_object_id": 14, "user_id": 1, **more}


def listed(*entries: object, link: str | None = None) -> httpx.Response:
    return httpx.Response(
        200,
        content=json.dumps(list(entries)),
        headers={"Content-Type": "application/json; charset=utf-8"} | ({"Link": link} if link else {}),
    )
