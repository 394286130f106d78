"""Carries faults out on every request of the app, and writes the request log."""

from __future__ import annotations

import contextlib
import errno
import json
import socket
import struct
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Flask, Response, g, request

from sandbox.common.faults import B, Fault, Faults, LoggedRequest

_CONTROLS = "/sandbox"


@dataclass(frozen=True)
class Answers:
    """How a service words what faults make it say."""

    error: Callable[[int, dict[str, str]], Response]  # a status, headers
    throttled: Callable[[int | None], Response]  # seconds of Retry-After
    expired: Callable[[], Response]


def acting(person_id: int) -> None:
    """Say for the request log who asks."""
    g.sandbox_person = person_id


def install(app: Flask, faults: Faults[B], answers: Answers) -> None:
    """Hook the switchboard into an app. The controls themselves always work and are not logged."""

    @app.before_request
    def begin() -> Response | None:
        g.sandbox_started, g.sandbox_fault = time.monotonic(), None
        if request.path.startswith(_CONTROLS):
            return None
        for fault in faults.take(request.method, request.path):
            if fault.kind == "slow":
                time.sleep(fault.seconds)
                continue
            g.sandbox_fault = fault
            return _instead(fault, answers)
        return None

    @app.after_request
    def end(response: Response) -> Response:
        if request.path.startswith(_CONTROLS):
            return response
        fault: Fault | None = g.get("sandbox_fault")
        if fault is not None:
            response = _spoilt(fault, response)
        faults.record(
            LoggedRequest(
                request.method,
                request.path,
                tuple(sorted(request.args.keys())),
                g.get("sandbox_person"),
                response.status_code,
                round(time.monotonic() - g.get("sandbox_started", time.monotonic()), 4),
            )
        )
        return response


def _instead(fault: Fault, answers: Answers) -> Response | None:
    """Answer in the view's place, where the fault is such."""
    if fault.kind == "status":
        headers = {} if fault.retry_after is None else {"Retry-After": str(fault.retry_after)}
        return answers.error(fault.status, headers)
    if fault.kind == "throttle":
        return answers.throttled(fault.retry_after)
    if fault.kind == "html":
        page = (
            '<!DOCTYPE html>\n<html lang="en"><head><title>Log In</title></head><body><h1>Log In</h1></body></html>\n'
        )
        return Response(page, 200, content_type="text/html; charset=utf-8")
    if fault.kind == "expired":
        return answers.expired()
    if fault.kind == "reset":
        return Response(_torn(b""), 200)
    return None


def _spoilt(fault: Fault, response: Response) -> Response:
    """Spoil the view's own answer, where the fault is such."""
    if fault.kind not in {"cut", "broken_json", "drop_fields"}:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if fault.kind == "cut":
        length = len(body)
        response.response = _torn(body[: length // 2])
        response.headers["Content-Length"] = str(length)
    elif fault.kind == "broken_json":
        response.set_data(body[: len(body) // 2])
    elif response.is_json:
        response.set_data(json.dumps(_without(json.loads(body), frozenset(fault.fields)), ensure_ascii=False))
    return response


def _torn(first: bytes) -> Iterator[bytes]:
    """Give some bytes and then break the connection under the server."""
    connection = request.environ.get("werkzeug.socket") or request.environ.get("gunicorn.socket")

    def tear() -> Iterator[bytes]:
        if first:
            yield first
        if isinstance(connection, socket.socket):
            with contextlib.suppress(OSError):
                # No lingering: the close is a reset. Nothing more to read: the server ends the connection at once.
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                connection.shutdown(socket.SHUT_RD)
        raise ConnectionResetError(errno.ECONNRESET, "broken on purpose")

    return tear()


def _without(value: object, names: frozenset[str]) -> object:
    if isinstance(value, dict):
        return {name: _without(inner, names) for name, inner in value.items() if name not in names}
    return [_without(inner, names) for inner in value] if isinstance(value, list) else value
