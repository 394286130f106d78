"""A transport that never reads more than it was told to, nor longer.

An httpx timeout holds for one read at a time, and a body has no limit at all: a server that drips or pours could keep
a worker or fill its memory. Bodies are read here, decoded, against a limit of bytes and one of seconds.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import httpx

from lti.meter import Meter

from .errors import AnswerTooLarge

LIMIT = "limit"  # the request extension with the limit of this answer, in bytes
SECONDS = "seconds"  # the request extension with a time of its own, where the transport's is not enough
_DEFAULT_LIMIT = 1 << 20
_CONSUMED = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})


class BoundedTransport(httpx.BaseTransport):
    """Wraps a transport; gives answers whose body is already there."""

    def __init__(
        self,
        inner: httpx.BaseTransport,
        seconds: float,
        ticks: Callable[[], float] = time.monotonic,
        meter: Meter | None = None,
    ) -> None:
        """Bound a transport.

        :param inner: what really sends.
        :param seconds: from sending to the last byte of the answer.
        :param ticks: a clock that only goes forward, in seconds.
        :param meter: is told of each call.
        """
        self._inner = inner
        self._seconds = seconds
        self._ticks = ticks
        self._meter = meter or Meter()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send, and read the answer.

        :raises AnswerTooLarge: more bytes than the request's ``limit`` extension allows.
        :raises httpx.ReadTimeout: the answer was not complete in time.
        """
        begun = self._ticks()
        status = "broken"
        try:
            response = self._send(request)
            status = str(response.status_code)
        except httpx.HTTPError as error:
            status = _outcome(error)
            raise
        finally:
            self._meter.called(request.url.host, status, self._ticks() - begun)
        return response

    def _send(self, request: httpx.Request) -> httpx.Response:
        limit = int(request.extensions.get(LIMIT, _DEFAULT_LIMIT))
        seconds = float(request.extensions.get(SECONDS, self._seconds))
        deadline = self._ticks() + seconds
        response = self._inner.handle_request(request)
        try:
            body = self._read(response, limit, deadline, seconds)
        finally:
            response.close()
        # The body is decoded: headers that describe it on the wire are no longer true.
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _CONSUMED]
        return httpx.Response(response.status_code, headers=headers, content=body)

    def _read(self, response: httpx.Response, limit: int, deadline: float, seconds: float) -> bytes:
        declared = response.headers.get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared[:18]) > limit:
            raise AnswerTooLarge(f"an answer of {declared[:18]} bytes, where {limit} are the limit")
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_bytes():
            size += len(chunk)
            if size > limit:
                raise AnswerTooLarge(f"an answer of more than {limit} bytes")
            if self._ticks() > deadline:
                raise httpx.ReadTimeout(f"the answer was not complete after {seconds:g} s")
            chunks.append(chunk)
        return b"".join(chunks)

    def close(self) -> None:
        """Close the wrapped transport's connections."""
        self._inner.close()


def _outcome(error: httpx.HTTPError) -> str:
    """Name what there was in place of an answer."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return "unreachable"
    if isinstance(error, httpx.TimeoutException):
        return "timeout"
    return "too_large" if isinstance(error, AnswerTooLarge) else "broken"
