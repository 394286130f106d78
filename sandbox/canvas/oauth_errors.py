"""OAuth2's error answers, word for word (reference 6.1, 6.2)."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Response

from sandbox.common.answers import json_response


class OAuthError(Exception):
    """An ``error`` with its description."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error, description)
        self.error, self.description, self.status = error, description, status

    def body(self) -> dict[str, str]:
        """Write the two members."""
        return {"error": self.error, "error_description": self.description}

    def response(self) -> Response:
        """Answer with JSON."""
        headers = {"WWW-Authenticate": "Canvas OAuth 2.0"} if self.status == 401 else {}
        return json_response(self.body(), self.status, headers)


def invalid_client(description: str) -> OAuthError:
    """Say that the client is unknown, or its secret wrong."""
    return OAuthError("invalid_client", description, 401)


def invalid_redirect() -> OAuthError:
    """Say that the key does not let OAuth2 return there."""
    return OAuthError("invalid_request", "redirect_uri does not match client settings")


def invalid_scope(missing: Sequence[str]) -> OAuthError:
    """Say which scopes the key does not have."""
    return OAuthError(
        "invalid_scope",
        "A requested scope is invalid, unknown, malformed, or exceeds the scope granted by the resource owner. "
        f"The following scopes were requested, but not granted: {', '.join(missing)}",
    )
