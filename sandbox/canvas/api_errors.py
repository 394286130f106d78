"""The REST API's error answers, word for word (reference 1.11)."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from sandbox.common.answers import json_response

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}
ERROR_PAGE = (
    '<!DOCTYPE html>\n<html lang="en"><head><title>Page Error</title></head>'
    "<body><h1>Sorry, Something Broke</h1><p>Help us improve by telling us what happened</p></body></html>\n"
)


class ApiError(Exception):
    """An answer other than success: its status, body and headers."""

    def __init__(self, status: int, body: object, headers: dict[str, str] | None = None) -> None:
        super().__init__(status, body)
        self.status, self.body, self.headers = status, body, headers or {}

    def response(self) -> Response:
        """Make the flask response."""
        return json_response(self.body, self.status, self.headers)


def _message(text: str) -> dict[str, object]:
    return {"errors": [{"message": text}]}


def unauthenticated() -> ApiError:
    """No credentials came."""
    body = {"status": "unauthenticated", "errors": [{"message": "user authorization required"}]}
    return ApiError(401, body, dict(CHALLENGE))


def unauthorized(status: int = 403) -> ApiError:
    """Logged in, but not allowed; also an unknown media id (trap 12). 401 before flag api_auth_error_updates."""
    body = {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}
    return ApiError(status, body)


def invalid_token() -> ApiError:
    """Unknown to us, replaced by a refresh, or past its hour."""
    return ApiError(401, _message("Invalid access token."), dict(CHALLENGE))


def revoked_token() -> ApiError:
    """Deleted by its owner or an administrator."""
    return ApiError(401, _message("Revoked access token."), dict(CHALLENGE))


def expired_token(at: datetime) -> ApiError:
    """Past the date that its owner set for it, which is not the ordinary hour."""
    body = {"errors": [{"message": "Expired access token.", "expired_at": iso(at)}]}
    return ApiError(401, body, dict(CHALLENGE))


def insufficient_scopes() -> ApiError:
    """Lacks the route's scope: 401 without WWW-Authenticate, as refreshing will not help (trap 13)."""
    return ApiError(401, _message("Insufficient scopes on access token."))


def not_found() -> ApiError:
    """No such course, file, track or route."""
    return ApiError(404, _message("The specified resource does not exist."))


def other(status: int, code: str) -> ApiError:
    """Anything that Canvas has no words for."""
    return ApiError(status, {"errors": [{"message": "An error occurred.", "error_code": code}]})


def search_too_short() -> ApiError:
    """A ``search_term`` of one character (lib/search_term_helper.rb)."""
    return ApiError(
        400,
        {"errors": [{"field": "search_term", "code": "invalid", "message": "2 or more characters is required"}]},
    )


def throttled(retry_after: int | None = None) -> Response:
    """Too much at once: plain text, with a 403 that is not about rights."""
    headers = {"X-Rate-Limit-Remaining": "0.0"}
    if retry_after is not None:
        headers["Retry-After"] = str(retry_after)
    return Response("403 Forbidden (Rate Limit Exceeded)\n", 403, headers, content_type="text/plain; charset=utf-8")


def error_page(status: int, headers: dict[str, str]) -> Response:
    """Answer with Canvas's own page for when something broke."""
    return Response(ERROR_PAGE, status, headers, content_type="text/html; charset=utf-8")


def iso(moment: datetime) -> str:
    """Write a time as the API does: UTC to the second."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
