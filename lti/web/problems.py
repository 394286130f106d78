"""Every failure as something a person can act on: a page where a page was asked for, JSON where a script asked."""

from __future__ import annotations

import math
from typing import Any, Final

import structlog
from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from lti.errors import N_, CuedeckError, InputError, NotFound, TooLarge
from lti.web.headers import page_policy
from lti.web.localization import Localization
from lti.web.parts import Parts
from lti.web.requests import facts
from lti.web.wire import json_response

log = structlog.get_logger(__name__)
_FOR_SCRIPTS: Final = (
    "/api/",
    "/watch/",
    "/.well-known/",
    "/lti/config.json",
    "/lti/proof",
    "/healthz",
    "/readyz",
    "/metrics",
    "/static/",
)
_METHOD_NOT_ALLOWED: Final = 405


class WrongMethod(InputError):
    """Raised when an address is called in a way that it does not know."""

    code = "wrong_method"
    status = 405
    message = N_("This address cannot be used like this.")
    next_step = N_("Open Cuedeck again from Canvas.")


class BadRequest(InputError):
    """Raised for what is not even a request of the right form."""

    code = "bad_request"
    status = 400


def register(app: Flask, parts: Parts) -> None:
    """Answer every error of the application."""

    @app.errorhandler(CuedeckError)
    def expected(error: CuedeckError) -> Response:
        """Answer what we raised on purpose. The log has the detail, the person has the words."""
        write = log.error if error.status >= 500 and not error.retry_after else log.info
        write("problem", error=error.code, status=error.status, detail=error.detail, kind=type(error).__name__)
        return _answer(error, parts)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        """Answer what the framework raised: no such address, wrong method, too large."""
        answer = _answer(_translate(error), parts)
        if error.code == _METHOD_NOT_ALLOWED:
            answer.headers["Allow"] = ", ".join(sorted(getattr(error, "valid_methods", None) or ()))
        return answer

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        """Answer a mistake of ours, and write down where it is."""
        log.error("unexpected", kind=type(error).__name__, exc_info=error)
        parts.report(error)
        return _answer(CuedeckError(), parts)


def describe(error: CuedeckError, language: Localization) -> dict[str, Any]:
    """Write an error as pages and scripts get it: the same members for every error."""
    body: dict[str, Any] = {
        "code": error.code,
        "message": language.gettext(error.message, **error.values),
        "next_step": language.gettext(error.next_step, **error.values),
        "request_id": facts().id,
    }
    if error.retry_after is not None:
        body["retry_after"] = math.ceil(error.retry_after)
    return body


def _answer(error: CuedeckError, parts: Parts) -> Response:
    facts().outcome = error.code
    parts.meter.failed(error.code, error.status)
    language = facts().language or parts.localizations.heard(request.accept_languages.values())
    body = describe(error, language)
    if request.path.startswith(_FOR_SCRIPTS):
        answer = json_response({"error": body}, error.status)
    else:
        context = {"error": body, "config": {}, "open_url": facts().elsewhere}
        html = parts.pages.render("error.html", language, context, facts().look)
        answer = Response(html, error.status, content_type="text/html; charset=utf-8")
        answer.headers["Content-Security-Policy"] = page_policy(framed_by=_framers())
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(math.ceil(error.retry_after))
    return answer


def _framers() -> tuple[str, ...]:
    """Tell who may frame an error page.

    Where a launch failed before it was verified, anyone may: the page has words only, nothing to press and nothing
    secret, and it must be seen where the person is.
    """
    return facts().framed_by or (("*",) if request.path.startswith("/lti/") else ())


def _translate(error: HTTPException) -> CuedeckError:
    detail = f"{error.code} {error.name}"
    match error.code:
        case 404:
            return NotFound(detail)
        case 405:
            return WrongMethod(detail)
        case 413:
            return TooLarge(detail)
        case _:
            return BadRequest(detail)
