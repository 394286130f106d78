"""OAuth2: codes and refresh tokens for access tokens (reference 1.4). Refreshing gives two new tokens."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import Response, request

from sandbox.common.answers import json_response
from sandbox.common.grants import AccessToken
from sandbox.common.misbehave import acting
from sandbox.studio.faults import Faults
from sandbox.studio.world import DeveloperKey, World


class OAuthError(Exception):
    """An ``error`` with its description."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(error, description)
        self.error, self.description, self.status = error, description, status

    def response(self) -> Response:
        """Answer with JSON."""
        return json_response({"error": self.error, "error_description": self.description}, self.status)


@dataclass(frozen=True)
class TokenEndpoint:
    """``/api/public/oauth/token``."""

    world: World
    faults: Faults

    def post(self) -> Response:
        """Give an access token."""
        try:
            key = self._client()
            token = self._granted(key)
        except OAuthError as error:
            return error.response()
        acting(token.person_id)
        body = {
            "access_token": token.access,
            "token_type": "Bearer",
            "expires_in": self.faults.behaviour.access_token_seconds,
            "refresh_token": token.refresh,
            "created_at": int(self.faults.now().timestamp()),
        }
        return json_response(body, headers={"Cache-Control": "no-store"})

    def _client(self) -> DeveloperKey:
        """Check the client's id and secret, from the form or HTTP Basic."""
        basic = request.authorization if request.authorization and request.authorization.type == "basic" else None
        client_id = request.form.get("client_id") or (basic.username if basic else None) or ""
        secret = request.form.get("client_secret") or (basic.password if basic else None) or ""
        key = self.world.keys.get(client_id)
        if key is None or not hmac.compare_digest(secret.encode(), key.secret.encode()):
            raise OAuthError("invalid_client", "Client authentication failed.", 401)
        return key

    def _granted(self, key: DeveloperKey) -> AccessToken:
        grant_type = request.form.get("grant_type")
        if grant_type == "authorization_code":
            return self._exchanged(key)
        if grant_type == "refresh_token":
            return self._refreshed(key)
        raise OAuthError("unsupported_grant_type", "The authorization grant type is not supported.")

    def _exchanged(self, key: DeveloperKey) -> AccessToken:
        code = request.form.get("code", "")
        found = self.world.grants.find_code(code, self.faults.now())
        if (
            found is None
            or found.asked.client_id != key.id
            or found.asked.redirect_uri != request.form.get("redirect_uri")
            or not self.world.grants.use_code(code)
        ):
            raise _invalid_grant()
        return self.world.grants.issue(found.asked, self._end(), replace=False)

    def _refreshed(self, key: DeveloperKey) -> AccessToken:
        token = self.world.grants.find_refresh(request.form.get("refresh_token", ""))
        fresh = self.world.grants.rotate(token, self._end()) if token and token.client_id == key.id else None
        if fresh is None:
            raise _invalid_grant()
        return fresh

    def _end(self) -> datetime:
        return self.faults.now() + timedelta(seconds=self.faults.behaviour.access_token_seconds)


def _invalid_grant() -> OAuthError:
    return OAuthError("invalid_grant", "The provided authorization grant is invalid, expired, or revoked.")
