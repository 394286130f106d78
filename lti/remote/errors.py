"""Turn what came back from Canvas, or did not, into the error tree.

Canvas says very different things with one status (``reference/canvas.md`` 1.11): 401 is a dead token, a missing scope
or a person without the right; 403 is a person without the right, or throttling. Only the body and two headers tell
them apart, and the difference decides whether we renew, wait, or ask the person to do something.
"""

from __future__ import annotations

import email.utils
import itertools
from collections.abc import Iterator

import httpx
import msgspec

from lti.errors import (
    CuedeckError,
    GrantRevoked,
    GrantScopeMissing,
    RemoteError,
    RemoteGone,
    RemoteNonsense,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteThrottled,
    RemoteUnavailable,
)

from .public import NotPublic

_DETAIL = 200  # characters of Canvas's own words that go to the log
_LONGEST_WAIT = 3600.0  # seconds; nobody is told to come back tomorrow because of a wrong header


class NotReached(RemoteUnavailable):
    """Raised when no connection came about: nothing was sent, so even a call with effects may be repeated."""


class TooSlow(RemoteUnavailable):
    """Raised when an answer took too long: asking a slow Canvas again only makes it slower."""


class HostBusy(RemoteUnavailable):
    """Raised when as many threads are busy with a host as may be: nothing was sent, and waiting here is no help."""


class HostNotPublic(RemoteError):
    """Raised when an address from outside leads into a private network: nothing was sent."""


class ReadRejected(RemoteRejected):
    """Raised when the other side found a question invalid: nobody wrote anything that they could change."""

    next_step = RemoteNonsense.next_step


class AnswerTooLarge(httpx.TransportError):
    """Raised by the transport when an answer is longer than its caller is ready to read."""


def transport_error(error: httpx.HTTPError, where: str) -> RemoteError:
    """Map a failed exchange.

    :param error: what httpx raised.
    :param where: method and address without its query, for the log.
    """
    detail = f"{where}: {type(error).__name__}: {error}"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return NotReached(detail)
    if isinstance(error, httpx.TimeoutException):
        return TooSlow(detail)
    if isinstance(error, NotPublic):
        return HostNotPublic(detail)
    if isinstance(error, AnswerTooLarge | httpx.DecodingError):
        return RemoteNonsense(detail)
    return RemoteUnavailable(detail)


def bad_redirect(error: httpx.InvalidURL, where: str) -> RemoteNonsense:
    """Map a redirect to what is no address: httpx reads ``Location`` even where redirects are not followed."""
    return RemoteNonsense(f"{where}: redirects to what is no address: {error}")


def judge(response: httpx.Response) -> None:
    """Raise the error that an answer of the REST API stands for, if it stands for one (``reference/canvas.md`` 1.11).

    :raises GrantScopeMissing: the developer key lacks a scope, or did when the person consented.
    :raises GrantRevoked: the token is dead, and (``auth.py``) renewing it was of no use or makes no sense.
    :raises RemoteError: the subclass that fits, for all else that is not a success.
    """
    if response.is_success:
        return
    raise error_of(response)


def error_of(response: httpx.Response) -> CuedeckError:
    """Give the error for an answer that is not a success."""
    status = response.status_code
    words = said(response)
    detail = f"{where(response.request)}: {status} {words[:_DETAIL]}".rstrip()
    if response.is_redirect or status < 400:
        # The API never redirects; what does is a login page or a proxy, and our token is not for where it leads.
        return RemoteNonsense(f"{detail} (unexpected redirect, not followed)")
    if throttled(response):
        return RemoteThrottled(detail, retry_after=retry_after(response))
    if status >= 500 or status == 408:
        return RemoteUnavailable(detail, retry_after=retry_after(response))
    if status in {401, 403}:
        return _refusal(response, words.lower(), detail)
    if status in {404, 410}:
        return RemoteGone(detail)
    return (ReadRejected if response.request.method == "GET" else RemoteRejected)(detail)


def _refusal(response: httpx.Response, words: str, detail: str) -> CuedeckError:
    if "insufficient scopes" in words:
        return GrantScopeMissing(detail)
    if _finally_dead(words) or token_is_stale(response):
        return GrantRevoked(detail)
    return RemoteNotPermitted(detail)


def token_is_stale(response: httpx.Response) -> bool:
    """Whether the access token is what was wrong, in a way that a refresh may mend.

    "Invalid access token." is what the ordinary hourly expiry says. ``WWW-Authenticate`` comes with every 401 that is
    about the token; a missing scope and a missing right come without it, and refreshing for them would never end.
    """
    if response.status_code != 401:
        return False
    words = said(response).lower()
    if "invalid access token" in words:
        return True
    if "insufficient scopes" in words or _finally_dead(words):
        return False
    return "www-authenticate" in response.headers


def _finally_dead(words: str) -> bool:
    """Whether Canvas says that the grant itself is over: revoked, or past its permanent expiry."""
    return "revoked access token" in words or "expired access token" in words


def throttled(response: httpx.Response) -> bool:
    """Whether this is the throttle's answer: Canvas uses 403 with a line of plain text; 429 is accepted as well."""
    if response.status_code == 429:
        return True
    return response.status_code == 403 and b"rate limit exceeded" in response.content[:1000].lower()


def retry_after(response: httpx.Response) -> float | None:
    """Read ``Retry-After`` as seconds; a date counts from the answer's own ``Date``, so that no clock need agree."""
    value = response.headers.get("retry-after", "").strip()
    if not value:
        return None
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), _LONGEST_WAIT)
    try:
        until = email.utils.parsedate_to_datetime(value)
        sent = email.utils.parsedate_to_datetime(response.headers.get("date", ""))
        return min(max((until - sent).total_seconds(), 0.0), _LONGEST_WAIT)
    except (ValueError, TypeError):  # not a date, or one of the two without a zone
        return None


def said(response: httpx.Response) -> str:
    """Collect the words of an error body, whichever of Canvas's several shapes it has; empty if it is not JSON."""
    try:
        body = msgspec.json.decode(response.content)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""
    return " | ".join(itertools.islice(_strings(body, 5), 10))


def _strings(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield "".join(character if character.isprintable() else " " for character in value[:_DETAIL])
    elif depth and isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _strings(inner, depth - 1)


def where(request: httpx.Request) -> str:
    """Name a request for the log: without its query, which may hold verifiers and what people searched for."""
    return f"{request.method} {request.url.host}{request.url.path}"
