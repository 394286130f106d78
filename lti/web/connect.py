"""The consent pop-up: first-party, started by a one-time ticket, ended at Canvas's redirect back to us.

The pop-up gets a secret in a cookie of its own, so that only the browser that began a consent can finish it: otherwise
a link to the second half, sent to another person, would connect their Canvas account to the sender.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import structlog
from flask import Blueprint, Response, request

from lti.errors import CuedeckError
from lti.web import manner
from lti.web.guard import Guard
from lti.web.headers import page_policy
from lti.web.parts import Parts
from lti.web.problems import describe
from lti.web.wire import single_values

log = structlog.get_logger(__name__)
_CONSENT_SECONDS: Final = 300


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    connect = Blueprint("connect", __name__)

    @connect.get("/connect/canvas")
    @guard.public  # the ticket says who is meant, and is good once
    def start() -> Response:
        """Send the pop-up to Canvas's consent page."""
        try:
            started = parts.connection.start(single_values(request.args.to_dict(flat=False)).get("ticket", ""))
        except CuedeckError as error:
            return _done(error)
        answer = Response(status=302, headers={"Location": started.url})
        answer.set_cookie(
            _cookie(parse_qs(urlsplit(started.url).query)["state"][0]),
            started.browser_secret,
            _CONSENT_SECONDS,
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        manner.keep(answer)
        return answer

    @connect.get("/connect/canvas/callback")
    @guard.public  # the state and the cookie say who is meant, and are good once
    def finish() -> Response:
        """Take what Canvas decided, and tell the page that opened the pop-up."""
        try:
            values = single_values(request.args.to_dict(flat=False))
            state = values.get("state", "")
            parts.connection.finish(state, values.get("code"), values.get("error"), request.cookies.get(_cookie(state)))
        except CuedeckError as error:
            return _done(error)
        answer = _done(None)
        answer.delete_cookie(_cookie(state), secure=True, httponly=True, samesite="Lax")
        return answer

    def _done(error: CuedeckError | None) -> Response:
        language, look = manner.manner(parts.localizations)
        context: dict[str, Any] = {"config": {"outcome": error.code if error else "connected"}}
        if error is not None:
            log.info("consent_failed", error=error.code, detail=error.detail)
            context |= describe(error, language)
        html = parts.pages.render("connect_done.html", language, context, look)
        answer = Response(html, error.status if error else 200, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = page_policy(framed_by=())
        return answer

    return connect


def _cookie(state: str) -> str:
    """Name the secret's cookie: each consent has its own, so that two tabs do not disturb each other."""
    return f"__Host-cuedeck-connect-{state[:16]}"
