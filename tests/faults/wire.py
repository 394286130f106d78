"""The way out of the tool and into it, inside this process: requests are noted, and one call can be spoilt."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import parse_qs, unquote_plus, urlsplit

import httpx
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.http import http_date

SECRET_MEMBERS = ("access_token", "refresh_token", "client_secret", "code", "code_verifier", "registration_token")
_SHORTEST = 16  # characters: no secret of these is shorter
_CONVERTER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")

Spoil = Callable[[httpx.Request, Callable[[], httpx.Response]], httpx.Response]


@dataclass(frozen=True, order=True)
class Call:
    """One kind of outgoing call: the service, the method, and the route as the service itself knows it."""

    service: str
    method: str
    route: str

    def __str__(self) -> str:
        return f"{self.method} {self.route}"


@dataclass(frozen=True)
class Sent:
    """One request that went out."""

    call: Call
    url: str
    bearer: bool


@dataclass(frozen=True)
class Service:
    """One application, and the name that the table gives it."""

    name: str
    app: Flask


@dataclass
class Line(httpx.BaseTransport):
    """Brings requests to the applications by their hosts. Nothing else can be reached."""

    services: Mapping[str, Service]  # by host and port
    clock: Callable[[], datetime]
    sent: list[Sent] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)  # all that went over the line
    strayed: list[str] = field(default_factory=list)  # requests to hosts that are none of ours
    _json: dict[Call, bool] = field(default_factory=dict)
    _spoilt: Call | None = None
    _spoil: Spoil | None = None

    @contextmanager
    def spoiling(self, call: Call, spoil: Spoil) -> Iterator[None]:
        """Spoil every request of a kind."""
        self._spoilt, self._spoil = call, spoil
        try:
            yield
        finally:
            self._spoilt = self._spoil = None

    def was_json(self, call: Call) -> bool:
        """Tell whether the last answer to a call, before anything was spoilt, was JSON."""
        return self._json.get(call, False)

    def since(self, mark: int) -> list[Sent]:
        """Give what was sent since so many."""
        return self.sent[mark:]

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Note a request, and answer it."""
        service = self.services.get(request.url.netloc.decode())
        if service is None:
            self.strayed.append(f"{request.method} {request.url}")
            raise httpx.ConnectError("no such host here", request=request)
        call = Call(service.name, request.method, route(service.app, request))
        bearer = request.headers.get("authorization", "").startswith("Bearer ")
        self.sent.append(Sent(call, str(request.url), bearer))
        self._learn_request(request)

        def forward() -> httpx.Response:
            answer = httpx.WSGITransport(app=service.app).handle_request(request)
            answer.read()
            self._learn(answer.content)
            if answer.is_success:
                self._json[call] = "json" in answer.headers.get("content-type", "") and bool(answer.content)
            return answer

        answer = forward() if call != self._spoilt or self._spoil is None else self._spoil(request, forward)
        answer.headers.setdefault("Date", http_date(self.clock()))  # as a server in front of it does
        return answer

    def _learn_request(self, request: httpx.Request) -> None:
        bearer = request.headers.get("authorization", "")
        self.secrets.update(part.strip('",') for part in bearer.split() if len(part) >= _SHORTEST)
        query = parse_qs(urlsplit(str(request.url)).query)
        self.secrets.update(value for name in ("X-Amz-Signature",) for value in query.get(name, ()))
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            form = parse_qs(request.read().decode())
            self.secrets.update(unquote_plus(v) for name in SECRET_MEMBERS for v in form.get(name, ()))

    def _learn(self, body: bytes) -> None:
        if not body.startswith(b"{") or b"_token" not in body:
            return
        found = json.loads(body)
        self.secrets.update(str(found[name]) for name in SECRET_MEMBERS if len(str(found.get(name, ""))) >= _SHORTEST)


class Front(httpx.BaseTransport):
    """The same hosts, as a person's browser reaches them."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._ways = {host: httpx.WSGITransport(app=each.app) for host, each in services.items()}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Answer."""
        return self._ways[request.url.netloc.decode()].handle_request(request)


def route(app: Flask, request: httpx.Request) -> str:
    """Name the route by the service's own table of routes; a path that it has none for names itself."""
    adapter = app.url_map.bind(request.url.netloc.decode())
    try:
        rule, _ = adapter.match(request.url.path, method=request.method, return_rule=True)
    except HTTPException:
        return f"{request.url.path} (no route)"
    return _CONVERTER.sub(r"{\1}", rule.rule)
