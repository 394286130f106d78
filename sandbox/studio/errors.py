"""The API's error answers: JSON with an ``error`` text (reference 2). The texts are ours."""

from __future__ import annotations

from flask import Response

from sandbox.common.answers import json_response


class StudioError(Exception):
    """An answer other than success."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(status, message)
        self.status, self.message = status, message

    def response(self) -> Response:
        """Make the flask response."""
        return json_response({"error": self.message}, self.status)


def unauthorized() -> StudioError:
    """No token, or one that is not good."""
    return StudioError(401, "Authorization information is missing or invalid.")


def forbidden() -> StudioError:
    """A good token, of somebody who may not."""
    return StudioError(403, "You do not have permission to perform this action.")


def not_found(what: str) -> StudioError:
    """Nothing has this number."""
    return StudioError(404, f"The {what} was not found.")


def invalid(name: str) -> StudioError:
    """A parameter that cannot be."""
    return StudioError(422, f"Invalid {name} is provided.")


def no_auto_captions() -> StudioError:
    """Auto-captioning was asked for and the account does not have it."""
    return StudioError(501, "Auto-captioning is not enabled for the account.")


def any_error(status: int, headers: dict[str, str]) -> Response:
    """Answer a status that was asked for: as the API words it, or as what stands in front of it, which is not JSON."""
    if status < 500 or status == 501:
        return json_response({"error": f"The sandbox was told to answer {status}."}, status, headers)
    page = f"<html>\n<head><title>{status}</title></head>\n<body><h1>{status}</h1></body>\n</html>\n"
    return Response(page, status, headers, content_type="text/html")


def throttled(retry_after: int | None) -> Response:
    """Answer 429. No limit is documented (reference 1.4)."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return json_response({"error": "Too many requests"}, 429, headers)
