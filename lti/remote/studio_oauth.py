"""Studio's OAuth2 (``reference/studio.md`` section 1): no scopes, no PKCE, no ``state`` back, rotating tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

import httpx
import msgspec

from lti.errors import GrantRefused, GrantRevoked, RemoteRejected, ServiceNotConfigured
from lti.model import StudioSettings

from . import studio_errors
from .errors import where
from .hosts import split_host
from .http import Http, Repeat
from .reading import UNREADABLE
from .token_json import read_tokens
from .values import GrantedTokens

_TOKEN_BYTES = 64 << 10
_REFUSED = frozenset({"access_denied"})


class StudioOAuth:
    """The authorization code flow, and refreshing."""

    def __init__(self, http: Http, clock: Callable[[], datetime], insecure_hosts: frozenset[str]) -> None:
        """Use a client.

        :param clock: gives the time that expiry counts from, aware, UTC.
        :param insecure_hosts: hosts that are reached over http.
        """
        self._http = http
        self._clock = clock
        self._insecure_hosts = insecure_hosts

    def origin(self, studio: StudioSettings) -> str:
        """Give the origin of a Studio."""
        return studio_origin(studio, self._insecure_hosts)

    def authorize_url(self, studio: StudioSettings, *, redirect_uri: str, state: str) -> str:
        """Give the address where the person consents (1.3)."""
        query = {"client_id": studio.key.id, "response_type": "code", "redirect_uri": redirect_uri, "state": state}
        return f"{self.origin(studio)}/api/public/oauth/authorize?{urlencode(query)}"

    def exchange(self, studio: StudioSettings, *, code: str, redirect_uri: str) -> GrantedTokens:
        """Turn the code of a consent into tokens (1.4). The answer does not say whose they are.

        :raises GrantError: the code is used or too old, or the key is wrong.
        :raises RemoteError: the call failed.
        """
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._tokens(studio, form)

    def refresh(self, studio: StudioSettings, refresh_token: str) -> GrantedTokens:
        """Get new tokens. **Both old ones die**: never call this twice at a time for one grant.

        :raises GrantRevoked: the refresh token is no longer honoured.
        :raises ServiceNotConfigured: the key is wrong.
        :raises RemoteError: the call failed; the grant may still be good.
        """
        return self._tokens(studio, {"grant_type": "refresh_token", "refresh_token": refresh_token})

    def _tokens(self, studio: StudioSettings, form: dict[str, str]) -> GrantedTokens:
        with studio_errors.about_studio():
            response = self._http.request(
                "POST",
                f"{self.origin(studio)}/api/public/oauth/token",
                form={**form, "client_id": studio.key.id, "client_secret": studio.key.secret},
                limit=_TOKEN_BYTES,
                repeat=Repeat.ONLY_IF_UNTOUCHED,  # a code and a refresh token are good once
                judge=_judge,
            )
            return read_tokens(response, self._clock())


def refused_studio_consent(error: str) -> GrantRefused | ServiceNotConfigured:
    """Give the error for what Studio brought back in place of a code."""
    kind = GrantRefused if error in _REFUSED else ServiceNotConfigured
    try:
        with studio_errors.about_studio():
            raise kind(f"consent: {error[:100]!r}")
    except (GrantRefused, ServiceNotConfigured) as worded:
        return worded


def studio_origin(studio: StudioSettings, insecure_hosts: frozenset[str]) -> str:
    """Give the origin of a Studio: https but for hosts that the installation names."""
    parts = split_host(studio.host)
    insecure = parts is not None and parts[0] in insecure_hosts
    return f"{'http' if insecure else 'https'}://{studio.host}"


class _Answer(msgspec.Struct):
    error: str


_ANSWER = msgspec.json.Decoder(_Answer)


def _judge(response: httpx.Response) -> None:
    if response.is_success:
        return
    try:
        error = _ANSWER.decode(response.content).error
    except UNREADABLE:
        error = ""
    detail = f"{where(response.request)}: {response.status_code} {error[:100]}".rstrip()
    if error == "invalid_grant":
        raise GrantRevoked(detail)
    if error in {"invalid_client", "unauthorized_client"} or (response.status_code == 401 and not error):
        raise ServiceNotConfigured(detail)
    if error and 400 <= response.status_code < 500 and response.status_code not in {408, 429}:
        raise RemoteRejected(detail)
    studio_errors.judge(response)
