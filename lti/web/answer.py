"""Answers that are whole when they are made: a status, headers and bytes.

Werkzeug's response copies its headers on the way out and looks for addresses to mend, for applications that give it
half an answer. A launch is two answers, and that took an eighth of the time that is ours in one.
"""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import Response
from werkzeug.datastructures import Headers

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

HTML: Final = "text/html; charset=utf-8"
_STATUSES: Final = {int(status): f"{int(status)} {status.phrase.upper()}" for status in HTTPStatus}
_STATUSES[460] = "460 CHECKSUM MISMATCH"  # tus's own


class Answer(Response):
    """A whole answer: its body is bytes, its addresses are in their final form, and nothing streams."""

    default_mimetype = None

    def __init__(self, body: bytes = b"", status: int = 200, headers: Iterable[tuple[str, str]] = ()) -> None:
        """Take the answer.

        :param headers: with the type of the content, where there is any.
        """
        # What werkzeug's own does, for whole answers: the rest of it was a thirtieth of a launch.
        self.headers = Headers()
        for name, value in headers:
            self.headers.add(name, value)
        self.headers.add("Content-Length", str(len(body)))
        self._status, self._status_code = _STATUSES[status], status
        self.direct_passthrough = False
        self._on_close = []
        self.response = [body]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Send it as it is."""
        start_response(self.status, list(self.headers))
        return [] if environ["REQUEST_METHOD"] == "HEAD" else self.iter_encoded()
