"""OAuth2 of the sandbox Canvas: codes and refresh tokens for access tokens (reference 6.2, 6.3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta

from flask import Response, request
from werkzeug.wrappers import Response as AnyResponse

from sandbox.canvas import api_errors
from sandbox.canvas.access import presented_token
from sandbox.canvas.faults import Faults
from sandbox.canvas.oauth_errors import OAuthError, invalid_client
from sandbox.canvas.throttle import Throttle
from sandbox.canvas.world import ApiKey, World
from sandbox.common.answers import json_response
from sandbox.common.grants import AccessToken
from sandbox.common.misbehave import acting
from sandbox.common.oauth_return import final_redirect

_GRANT_TYPES = {"authorization_code", "refresh_token"}


@dataclass(frozen=True)
class TokenEndpoint:
    """``/login/oauth2/token``."""

    world: World
    faults: Faults
    throttle: Throttle

    def post(self) -> AnyResponse:
        """Give an access token."""
        bucket = f"ip {request.remote_addr}"
        if not self.throttle.enter(bucket):
            return api_errors.throttled()
        cost = 0.05
        try:
            response: AnyResponse = json_response(self._grant(), headers={"Cache-Control": "no-store"})
            cost += self.faults.behaviour.token_call_cost
        except OAuthError as error:
            response = self._refusal(error)
        finally:
            left = self.throttle.leave(bucket, cost)
        response.headers["X-Request-Cost"] = f"{cost:.6f}"
        response.headers["X-Rate-Limit-Remaining"] = f"{left:.4f}"
        return response

    def delete(self) -> Response:
        """Delete the token that the request carries."""
        access = presented_token()
        if access is None:
            message = "can't delete OAuth access token when not using an OAuth access token"
            return json_response({"message": message}, 400)
        token = self.world.grants.find(access)
        if token is None or token.revoked or self.faults.now() >= token.expires_at:
            return api_errors.invalid_token().response()
        acting(token.person_id)
        self.world.grants.revoke(token)
        return json_response({})

    def _grant(self) -> dict[str, object]:
        grant_type = request.values.get("grant_type") or ("authorization_code" if request.values.get("code") else "")
        if grant_type not in _GRANT_TYPES:
            description = "The grant_type you requested is not currently supported"
            raise OAuthError("unsupported_grant_type", description)
        key = self._client()
        return self._exchange(key) if grant_type == "authorization_code" else self._refresh(key)

    def _client(self) -> ApiKey:
        """Check the client's id and secret, from the body or HTTP Basic."""
        basic = request.authorization if request.authorization and request.authorization.type == "basic" else None
        client_id = request.values.get("client_id") or (basic.username if basic else None) or ""
        secret = request.values.get("client_secret") or (basic.password if basic else None) or ""
        key = self.world.api_keys.get(client_id)
        if key is None:
            raise invalid_client("unknown client")
        if not hmac.compare_digest(secret.encode(), key.secret.encode()):
            raise invalid_client("invalid client")
        return key

    def _exchange(self, key: ApiKey) -> dict[str, object]:
        code = request.values.get("code")
        if not code:
            description = "You must provide the code parameter when using the authorization_code grant type"
            raise OAuthError("invalid_request", description)
        found = self.world.grants.find_code(code, self.faults.now())
        if found is None:
            raise OAuthError("invalid_grant", "authorization_code not found")
        if found.asked.client_id != key.client_id:
            raise OAuthError("invalid_grant", "incorrect client")
        if not self.world.grants.use_code(code):
            raise OAuthError("invalid_grant", "authorization_code not found")
        _check_pkce(found.asked.challenge, request.values.get("code_verifier"))
        replace = request.values.get("replace_tokens") in {"1", "true"}
        expires_at = self.faults.now() + timedelta(seconds=self._seconds())
        token = self.world.grants.issue(found.asked, expires_at, replace=replace)
        return self._answer(token) | {"refresh_token": token.refresh}

    def _refresh(self, key: ApiKey) -> dict[str, object]:
        refresh = request.values.get("refresh_token")
        if not refresh:
            description = "You must provide the refresh_token parameter when using the refresh_token grant type"
            raise OAuthError("invalid_request", description)
        token = self.world.grants.find_refresh(refresh)
        if token is None:
            raise OAuthError("invalid_request", "refresh_token not found")  # not invalid_grant (trap 15)
        if token.client_id != key.client_id:
            raise OAuthError("invalid_grant", "incorrect client")
        renewed = self.world.grants.renew(token, self.faults.now() + timedelta(seconds=self._seconds()))
        return self._answer(renewed)  # no refresh_token: the old one goes on (trap 14)

    def _seconds(self) -> int:
        return self.faults.behaviour.access_token_seconds - self.faults.behaviour.token_skew_seconds

    def _answer(self, token: AccessToken) -> dict[str, object]:
        person = self.world.people[token.person_id]
        acting(person.id)
        only_identity = token.scopes == {"/auth/userinfo"}
        return {
            "access_token": None if only_identity else token.access,
            "token_type": "Bearer",
            "user": {
                "id": person.id,
                "name": person.name,
                "global_id": f"{self.world.shard}{person.id:013d}",
                "effective_locale": person.locale,
            },
            "canvas_region": self.faults.behaviour.canvas_region,
            "expires_in": self.faults.behaviour.access_token_seconds,
        }

    def _refusal(self, error: OAuthError) -> AnyResponse:
        """Answer an error; before flag no_redirect_on_oauth_token_method with a 302 where a redirect_uri came along."""
        target = request.values.get("redirect_uri", "")
        if not self.faults.behaviour.redirect_on_token_error or not target.startswith(("http://", "https://")):
            return error.response()
        return final_redirect(target, error.body(), "/login/oauth2/auth")


def _check_pkce(challenge: str | None, verifier: str | None) -> None:
    """Check S256, strictly: a challenge without its verifier fails too, as RFC 7636 4.6 asks."""
    if challenge is None and verifier is None:
        return
    made = base64.urlsafe_b64encode(hashlib.sha256((verifier or "").encode()).digest()).decode().rstrip("=")
    if challenge is None or verifier is None or not hmac.compare_digest(made, challenge):
        raise OAuthError("invalid_grant", "code_verifier does not match code_challenge")
