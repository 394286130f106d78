"""Send a person's access token, renewing it once when Canvas no longer takes it."""

from __future__ import annotations

from collections.abc import Generator
from typing import Protocol

import httpx

from .errors import token_is_stale


class TokenSource(Protocol):
    """Who knows the person's token (``media.grants``)."""

    def token(self) -> str:
        """Give a token that should still be good.

        :raises GrantError: there is none to be had.
        """

    def renew(self, stale: str) -> str:
        """Give another one than ``stale``, which Canvas has just refused.

        :raises GrantError: there is none to be had.
        """


class BearerAuth(httpx.Auth):
    """Bearer token authentication as ``reference/canvas.md`` 1.11 and 6.4 need it."""

    requires_response_body = True

    def __init__(self, tokens: TokenSource) -> None:
        """Take tokens from a source."""
        self._tokens = tokens

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send; on a stale token, renew and send once more. A second refusal is the caller's to judge."""
        token = self._tokens.token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if token_is_stale(response):
            request.headers["Authorization"] = f"Bearer {self._tokens.renew(token)}"
            yield request


class FixedBearer(httpx.Auth):
    """One token, sent as it is."""

    def __init__(self, token: str) -> None:
        """Take the token."""
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send it."""
        request.headers["Authorization"] = f"Bearer {self._token}"
        yield request


class FixedHeader(httpx.Auth):
    """One header with a secret, sent as it is."""

    def __init__(self, name: str, value: str) -> None:
        """Take the header."""
        self._name = name
        self._value = value

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send it."""
        request.headers[self._name] = self._value
        yield request
