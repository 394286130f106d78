"""Connecting Studio: the consent pop-up, and the calls that pages make for it.

Studio gives no ``state`` back (``reference/studio.md`` 1.3), so it travels in the pop-up's own cookie, beside the
secret that shows which browser began. The cookie is set by a page that goes on by itself: one on a redirect is dropped
by some browsers. One cookie for all: of two consents begun at once in one browser the later one can be finished.
"""

from __future__ import annotations

from typing import Any, Final

import structlog
from flask import Blueprint, Response, request

from lti.errors import AddressExpired, CuedeckError
from lti.web import manner
from lti.web.guard import Guard, Session, may_administer, may_connect_studio
from lti.web.headers import page_policy
from lti.web.parts import Parts
from lti.web.problems import describe
from lti.web.wire import Nothing, json_response, read_json, single_values

log = structlog.get_logger(__name__)
_CONSENT_SECONDS: Final = 300
_COOKIE: Final = "__Host-cuedeck-connect-studio"
_HTML: Final = "text/html; charset=utf-8"


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    connect = Blueprint("connect_studio", __name__)

    @connect.get("/connect/studio")
    @guard.public  # the ticket says who is meant, and is good once
    def start() -> Response:
        """Send the pop-up to Studio's consent page."""
        try:
            started = parts.studio_connection.start(_values().get("ticket", ""))
        except CuedeckError as error:
            return _done(error)
        language, look = manner.manner(parts.localizations)
        html = parts.pages.render("connect_leave.html", language, {"url": started.url}, look)
        answer = Response(html, content_type=_HTML)
        answer.headers["Content-Security-Policy"] = page_policy(framed_by=())
        answer.set_cookie(
            _COOKIE,
            f"{started.state}.{started.browser_secret}",
            _CONSENT_SECONDS,
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        manner.keep(answer)
        return answer

    @connect.get("/connect/studio/callback")
    @guard.public  # the cookie says who is meant, and is good once
    def finish() -> Response:
        """Take what Studio decided, and tell the page that opened the pop-up."""
        try:
            values = _values()
            state, _, secret = request.cookies.get(_COOKIE, "").partition(".")
            if not state:
                raise AddressExpired("no cookie of a consent")
            parts.studio_connection.finish(
                state, values.get("code"), values.get("error"), browser_secret=secret, echoed=values.get("state")
            )
        except CuedeckError as error:
            answer = _done(error)
        else:
            answer = _done(None)
        answer.delete_cookie(_COOKIE, secure=True, httponly=True, samesite="Lax")
        return answer

    @connect.get("/api/connect/studio")
    @guard.session(may_connect_studio)
    def connected(session: Session) -> Response:
        """Tell whether Studio can be used by this person."""
        return json_response({"connected": parts.studio_connection.status(session.viewer, session.platform)})

    @connect.post("/api/connect/studio")
    @guard.session(may_connect_studio)
    def begin(session: Session) -> Response:
        """Give the one-time address of the consent pop-up."""
        read_json(request, Nothing)
        return _address(parts.studio_connection.ticket(session.viewer, session.platform), session)

    @connect.delete("/api/connect/studio")
    @guard.session(may_connect_studio)
    def disconnect(session: Session) -> Response:
        """Forget the consent."""
        parts.studio_connection.disconnect(session.viewer, session.platform)
        return json_response({"connected": False})

    @connect.get("/api/administration/studio/account")
    @guard.session(may_administer)
    def service_connected(session: Session) -> Response:
        """Tell whether the service account is connected."""
        status = parts.studio_connection.status(session.viewer, session.platform, service=True)
        return json_response({"connected": status})

    @connect.post("/api/administration/studio/account")
    @guard.session(may_administer)
    def begin_service(session: Session) -> Response:
        """Give the one-time address of the pop-up in which the service account consents."""
        read_json(request, Nothing)
        return _address(parts.studio_connection.ticket(session.viewer, session.platform, service=True), session)

    @connect.delete("/api/administration/studio/account")
    @guard.session(may_administer)
    def disconnect_service(session: Session) -> Response:
        """Forget the service account's consent."""
        parts.studio_connection.disconnect(session.viewer, session.platform, service=True)
        return json_response({"connected": False})

    def _done(error: CuedeckError | None) -> Response:
        language, look = manner.manner(parts.localizations)
        context: dict[str, Any] = {
            "config": {"outcome": error.code if error else "connected"},
            "service": "Studio",
        }
        if error is not None:
            log.info("studio_consent_failed", error=error.code, detail=error.detail)
            context |= describe(error, language)
        html = parts.pages.render("connect_done.html", language, context, look)
        answer = Response(html, error.status if error else 200, content_type=_HTML)
        answer.headers["Content-Security-Policy"] = page_policy(framed_by=())
        return answer

    def _values() -> dict[str, str]:
        return single_values(request.args.to_dict(flat=False))

    def _address(ticket: str, session: Session) -> Response:
        return json_response({"url": manner.address("/connect/studio", ticket, session.viewer)})

    return connect
