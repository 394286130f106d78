"""Canvas's OAuth2 for the REST API (``reference/canvas.md`` section 6).

Not to be confused with the platform's ``token_url``, which is for LTI services: consent, tokens and API all live on the
school's own ``canvas_url``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx

from lti.errors import RemoteNonsense, ServiceNotConfigured
from lti.model import ApiKey, Platform

from . import oauth_errors
from .auth import FixedBearer
from .http import Http, Repeat
from .token_json import read_tokens
from .values import GrantedTokens

# canvas.md 6.4. The media_attachments ones are for page 2: Link headers switch to that path. "Allow Include
# Parameters" must be on as well, or tracks come without their text.
SCOPES: tuple[str, ...] = (
    "url:GET|/api/v1/media_objects",
    "url:GET|/api/v1/media_attachments",
    "url:GET|/api/v1/courses/:course_id/media_objects",
    "url:GET|/api/v1/courses/:course_id/media_attachments",
    "url:GET|/api/v1/groups/:group_id/media_objects",
    "url:GET|/api/v1/groups/:group_id/media_attachments",
    "url:GET|/api/v1/media_objects/:media_object_id/media_tracks",
    "url:GET|/api/v1/media_attachments/:attachment_id/media_tracks",
    "url:PUT|/api/v1/media_objects/:media_object_id/media_tracks",
    "url:PUT|/api/v1/media_attachments/:attachment_id/media_tracks",
    "url:PUT|/api/v1/media_objects/:media_object_id",
    "url:PUT|/api/v1/media_attachments/:attachment_id",
    "url:GET|/api/v1/users/:user_id/files",
    "url:GET|/api/v1/courses/:course_id/files",
    "url:GET|/api/v1/groups/:group_id/files",
    "url:GET|/api/v1/files/:id/public_url",
)

_TOKEN_BYTES = 64 << 10


class CanvasOAuth:
    """The authorization code flow with PKCE, refreshing and revoking."""

    def __init__(self, http: Http, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Use a client.

        :param clock: gives the time that expiry counts from, aware, UTC.
        """
        self._http = http
        self._clock = clock

    def authorize_url(
        self,
        platform: Platform,
        *,
        redirect_uri: str,
        state: str,
        challenge: str,
        scopes: Sequence[str] = SCOPES,
    ) -> str:
        """Give the address where the person consents (6.1).

        :param challenge: the PKCE challenge, S256.
        :raises ServiceNotConfigured: the platform has no API key.
        """
        query = {
            "client_id": _key(platform).id,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": state,
            "scope": " ".join(scopes),  # once: of repeated parameters Canvas takes the last
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{platform.canvas_url}/login/oauth2/auth?{urlencode(query)}"

    def exchange(self, platform: Platform, *, code: str, redirect_uri: str, verifier: str) -> GrantedTokens:
        """Turn the code of a consent into tokens; ``account_id`` is whose they are.

        :param redirect_uri: the one of :meth:`authorize_url`.
        :param verifier: the PKCE verifier of its challenge.
        :raises GrantError: the code is used or too old, or the API key is wrong.
        :raises RemoteError: the call failed.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        tokens = self._tokens(platform, form, Repeat.ONLY_IF_UNTOUCHED, oauth_errors.judge_exchange)
        if tokens.account_id is None:
            raise RemoteNonsense("the token answer does not say whose tokens these are")
        return tokens

    def refresh(self, platform: Platform, refresh_token: str) -> GrantedTokens:
        """Get a new access token. **The old one dies at once**: never call this twice at a time for one grant.

        :raises GrantRevoked: the refresh token is no longer honoured.
        :raises ServiceNotConfigured: the API key is wrong.
        :raises RemoteError: the call failed; the grant may still be good.
        """
        # May be repeated: Canvas's refresh tokens stay good, and only the last access token counts anyway.
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self._tokens(platform, form, Repeat.FREELY, oauth_errors.judge_refresh)

    def revoke(self, platform: Platform, access_token: str) -> None:
        """End a token, and with it the grant (6.3). One that Canvas no longer knows is fine.

        :raises RemoteError: the call failed.
        """
        self._http.request(
            "DELETE",
            f"{platform.canvas_url}/login/oauth2/token",
            auth=FixedBearer(access_token),
            limit=_TOKEN_BYTES,
            judge=oauth_errors.judge_revoke,
        )

    def _tokens(
        self,
        platform: Platform,
        form: dict[str, str],
        repeat: Repeat,
        judge: Callable[[httpx.Response], None],
    ) -> GrantedTokens:
        key = _key(platform)
        response = self._http.request(
            "POST",
            f"{platform.canvas_url}/login/oauth2/token",
            form={**form, "client_id": key.id, "client_secret": key.secret},
            limit=_TOKEN_BYTES,
            repeat=repeat,
            judge=judge,
        )
        return read_tokens(response, self._clock())


def _key(platform: Platform) -> ApiKey:
    if platform.canvas_key is None:
        raise ServiceNotConfigured(f"platform {platform.id} has no Canvas API key")
    return platform.canvas_key
