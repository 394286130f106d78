"""How Studio's API is called: its root, a token that is renewed once, and every error in Studio's name."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Mapping, Sequence

import httpx

from lti.errors import RemoteGone

from . import studio_errors
from .auth import TokenSource
from .http import ANSWER_BYTES, Http, Repeat

ROOT = "/api/public/v1"
MOST = 50  # entries of a page: what Studio gives at most (2.1)
_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.~-]{0,127}", re.ASCII)


class StudioAuth(httpx.Auth):
    """Bearer token authentication: any 401 is a reason to renew (``reference/studio.md`` 1.4)."""

    requires_response_body = True

    def __init__(self, tokens: TokenSource) -> None:
        """Take tokens from a source."""
        self._tokens = tokens

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send; on a stale token, renew and send once more. A second refusal is the caller's to judge."""
        token = self._tokens.token()
        request.headers["Authorization"] = f"Bearer {token}"
        response = yield request
        if response.status_code == 401:
            request.headers["Authorization"] = f"Bearer {self._tokens.renew(token)}"
            yield request


class StudioCalls:
    """Calls in the name of one account."""

    def __init__(self, http: Http, origin: str, tokens: TokenSource | httpx.Auth) -> None:
        """Act for the account whose tokens these are, or by what is sent in their place."""
        self.http = http
        self.origin = origin
        self._auth = tokens if isinstance(tokens, httpx.Auth) else StudioAuth(tokens)

    def get(self, path: str, params: Sequence[tuple[str, str]] = (), *, limit: int = ANSWER_BYTES) -> httpx.Response:
        """Get something under the API's root."""
        return self.call("GET", path, params=params, limit=limit)

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Sequence[tuple[str, str]] = (),
        json: Mapping[str, object] | None = None,
        form: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        accept: str = "application/json",
        root: str = ROOT,
        limit: int = ANSWER_BYTES,
        repeat: Repeat | None = None,
        judge: Callable[[httpx.Response], None] = studio_errors.judge,
    ) -> httpx.Response:
        """Call the API, or what is under another root; see ``Http.request``.

        What changes something is repeated only if it certainly did not arrive.

        :raises GrantError: there is no usable token.
        :raises RemoteError: all else.
        """
        if repeat is None:
            repeat = Repeat.FREELY if method == "GET" else Repeat.ONLY_IF_UNTOUCHED
        with studio_errors.about_studio():
            return self.http.request(
                method,
                f"{self.origin}{root}{path}",
                params=params,
                json=json,
                form=form,
                files=files,
                accept=accept,
                auth=self._auth,
                limit=limit,
                repeat=repeat,
                judge=judge,
            )


def segment(value: str) -> str:
    """Give an id as one part of a path.

    :raises RemoteGone: no such id can have come from Studio. Nothing is asked: "..", say, would lead elsewhere.
    """
    if _ID.fullmatch(value):
        return value
    with studio_errors.about_studio():
        raise RemoteGone(f"no id of Studio's: {value[:100]!r}")
