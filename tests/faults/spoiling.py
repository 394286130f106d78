"""The sixteen things that can go wrong with one call, done where a connection would do them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
from flask import Response

from sandbox.canvas import api_errors, oauth_errors
from sandbox.studio import errors as studio_errors
from sandbox.studio.errors import StudioError
from sandbox.studio.storage import STORAGE, Refused

ELSEWHERE = "https://elsewhere.example/landing"
_PAGE = "<!DOCTYPE html>\n<html><head><title>503</title></head><body><h1>503 Service Unavailable</h1></body></html>\n"

Forward = Callable[[], httpx.Response]


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong."""

    name: str
    spoil: Callable[[httpx.Request, Forward], httpx.Response]
    needs_json: bool = False  # only an answer in JSON can be spoilt like this


def _refused(request: httpx.Request, forward: Forward) -> httpx.Response:
    raise httpx.ConnectError("[Errno 111] Connection refused", request=request)


def _slow(request: httpx.Request, forward: Forward) -> httpx.Response:
    """Let it be carried out, and give up waiting for the answer: where httpx itself would raise it."""
    forward()
    raise httpx.ReadTimeout("The read operation timed out", request=request)


def _cut(request: httpx.Request, forward: Forward) -> httpx.Response:
    """Let it be carried out, and break the connection in the middle of the body, or before an empty one."""
    answer = forward()
    if not answer.content:
        raise httpx.ReadError("[Errno 104] Connection reset by peer", request=request)
    return httpx.Response(answer.status_code, headers=_headers(answer), stream=_Torn(answer.content))


class _Torn(httpx.SyncByteStream):
    def __init__(self, whole: bytes) -> None:
        self._whole = whole

    def __iter__(self) -> Iterator[bytes]:
        yield self._whole[: len(self._whole) // 2]
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def _status(status: int) -> Callable[[httpx.Request, Forward], httpx.Response]:
    def spoil(request: httpx.Request, forward: Forward) -> httpx.Response:
        request.read()
        if status == 409 and request.url.path.endswith("/complete"):
            forward()  # there 409 says that it was done before, so it was (reference/studio.md 3.4)
        return _plain(_worded(request, status))

    return spoil


def _throttled(request: httpx.Request, forward: Forward) -> httpx.Response:
    """Answer as Canvas's throttle does, whoever was asked: it may stand before anything."""
    request.read()
    return _plain(api_errors.throttled())


def _html(request: httpx.Request, forward: Forward) -> httpx.Response:
    request.read()
    return httpx.Response(503, headers={"content-type": "text/html; charset=utf-8"}, text=_PAGE)


def _redirect(request: httpx.Request, forward: Forward) -> httpx.Response:
    """Lead elsewhere with 307, which would have method and body go along."""
    request.read()
    return httpx.Response(307, headers={"location": ELSEWHERE, "content-type": "text/html"}, text="Moved")


def _altered(change: Callable[[Any], Any] | None) -> Callable[[httpx.Request, Forward], httpx.Response]:
    def spoil(request: httpx.Request, forward: Forward) -> httpx.Response:
        answer = forward()
        if not is_json(answer) or not answer.is_success:
            return answer
        body = answer.content
        changed = body[: len(body) // 2] if change is None else json.dumps(change(json.loads(body))).encode()
        return httpx.Response(answer.status_code, headers=_headers(answer), content=changed)

    return spoil


def _with_more(value: Any) -> Any:
    """Add members that nobody knows to every object."""
    if isinstance(value, dict):
        more = {"x_unknown": {"deep": [1, None, {"er": "x"}]}, "x_new_id": 12345678901234567890}
        return {name: _with_more(inner) for name, inner in value.items()} | more
    return [_with_more(inner) for inner in value] if isinstance(value, list) else value


def _with_less(value: Any) -> Any:
    """Leave out of every object what is neither a list nor an object: only the skeleton stays."""
    if isinstance(value, dict):
        return {name: _with_less(inner) for name, inner in value.items() if isinstance(inner, dict | list)}
    return [_with_less(inner) for inner in value] if isinstance(value, list) else value


def is_json(answer: httpx.Response) -> bool:
    """Tell whether an answer is JSON, by what it says of itself."""
    return "json" in answer.headers.get("content-type", "") and bool(answer.content)


def _headers(answer: httpx.Response) -> list[tuple[str, str]]:
    return [pair for pair in answer.headers.multi_items() if pair[0].lower() not in {"content-length"}]


def _plain(response: Response) -> httpx.Response:
    return httpx.Response(response.status_code, headers=list(response.headers.items()), content=response.get_data())


def _worded(request: httpx.Request, status: int) -> Response:
    """Give a status in the words of whoever is asked."""
    path, studio = request.url.path, request.url.port == 8002
    if path.startswith(STORAGE):
        return Refused(status, "SomethingElse", "The sandbox was told so.").response()
    if path.endswith(("oauth2/token", "oauth/token")):
        error = oauth_errors.invalid_client("unknown client") if status == 401 else None
        return error.response() if error else _oauth(status)
    if studio:
        known = {
            401: studio_errors.unauthorized(),
            403: studio_errors.forbidden(),
            404: studio_errors.not_found("media"),
        }
        return known.get(status, StudioError(status, f"The sandbox was told {status}.")).response()
    known_too = {401: api_errors.invalid_token(), 403: api_errors.unauthorized(), 404: api_errors.not_found()}
    if status in known_too:
        return known_too[status].response()
    if status >= 500:
        return api_errors.error_page(status, {})
    return api_errors.other(status, "told").response()


def _oauth(status: int) -> Response:
    if status >= 500:
        return api_errors.error_page(status, {})
    return oauth_errors.OAuthError("temporarily_unavailable", "The sandbox was told so.", status).response()


FAULTS = (
    Fault("refused", _refused),
    Fault("slow", _slow),
    Fault("cut", _cut),
    Fault("401", _status(401)),
    Fault("403", _status(403)),
    Fault("403 throttle", _throttled),
    Fault("404", _status(404)),
    Fault("409", _status(409)),
    Fault("422", _status(422)),
    Fault("429", _status(429)),
    Fault("500", _status(500)),
    Fault("503 HTML", _html),
    Fault("broken JSON", _altered(None), needs_json=True),
    Fault("unknown fields", _altered(_with_more), needs_json=True),
    Fault("missing fields", _altered(_with_less), needs_json=True),
    Fault("other host", _redirect),
)
