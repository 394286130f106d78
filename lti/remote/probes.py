"""Single looks at what an installation depends on, for the check page: no retries, and no answer is an error here.

A probe says what it saw. What that means, and how to mend it, the check page knows (``media.checks``).
"""

from __future__ import annotations

import email.utils
from dataclasses import dataclass
from datetime import datetime

import httpx
import msgspec

from lti.model import Platform

from .canvas import Params
from .errors import error_of, throttled
from .http import Http, Repeat
from .oauth_errors import refused_consent

_BYTES = 256 << 10


@dataclass(frozen=True, slots=True)
class Seen:
    """An answer, as far as it matters here."""

    status: int
    body: bytes
    date: datetime | None  # by the other side's clock, aware


def look(http: Http, url: str) -> Seen:
    """Get an address, whatever it answers.

    :raises RemoteError: there is no answer.
    :raises ConfigurationError: plain http to a host that is not named as insecure.
    """
    response = _get(http, url)
    return Seen(response.status_code, response.content, _date(response))


def look_at_consent(http: Http, platform: Platform, url: str, redirect_uri: str) -> None:
    """Open the page that asks people for consent, as a browser without a session does (``reference/canvas.md`` 6.1).

    Canvas looks at the key, the redirect address and the scopes before it asks anybody to log in.

    :param url: what ``CanvasOAuth.authorize_url`` gave.
    :param redirect_uri: the one in it.
    :raises GrantError: what is wrong with the key, as for a person who consents.
    :raises RemoteError: there is no usable answer.
    """
    response = _get(http, url)
    error, description = "", ""
    if response.next_request is not None:
        target = response.next_request.url
        if str(target).startswith(redirect_uri):
            error, description = target.params.get("error", ""), target.params.get("error_description", "")
    elif not response.is_success:
        if response.status_code >= 500 or throttled(response):
            raise error_of(response)
        error, description = _named(response)
    if error:
        raise refused_consent(error, description)


def _get(http: Http, url: str, params: Params | None = None) -> httpx.Response:
    return http.request(
        "GET", url, params=params or [], limit=_BYTES, repeat=Repeat.ONLY_IF_UNTOUCHED, judge=lambda _: None
    )


def _date(response: httpx.Response) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(response.headers.get("date", ""))
    except (ValueError, TypeError):
        return None
    return date if date.tzinfo is not None else None


class _Named(msgspec.Struct):
    error: str
    error_description: str = ""


def _named(response: httpx.Response) -> tuple[str, str]:
    try:
        answer = msgspec.json.decode(response.content, type=_Named)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise error_of(response) from None
    return answer.error, answer.error_description
