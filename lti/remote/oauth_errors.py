"""What errors at Canvas's authorization and token endpoints mean (``reference/canvas.md`` 6.1 to 6.3).

They come as JSON, or, on older installations, as a redirect with the error in its query, which is read and never
followed. A dead refresh token is ``invalid_request``, not ``invalid_grant``.
"""

from __future__ import annotations

import httpx
import msgspec

from lti.errors import (
    N_,
    CuedeckError,
    GrantError,
    GrantRefused,
    GrantRevoked,
    GrantScopeMissing,
    RemoteRejected,
    ServiceNotConfigured,
)

from .errors import error_of, throttled, where
from .reading import UNREADABLE

_BAD_KEY = N_("Canvas does not accept the API key that was entered for Cuedeck.")
_CHECK_KEY = N_(
    "Ask your Canvas administrator to check the id, the secret and the redirect address of the Cuedeck API key, "
    "and that the key is switched on."
)
_STALE_CONSENT = N_("Canvas was not connected, because the confirmation took too long or was used before.")


class _Answer(msgspec.Struct):
    error: str
    error_description: str | None = None


_ANSWER = msgspec.json.Decoder(_Answer)


def refused_consent(error: str, description: str | None = None) -> GrantError:
    """Give the error for what Canvas brought back in place of a code (6.1).

    :param error: the ``error`` parameter of the redirect.
    :param description: its ``error_description``, for the log.
    """
    detail = f"consent: {error[:100]!r} {(description or '')[:200]!r}"
    if error == "invalid_scope":
        return GrantScopeMissing(detail)
    if error in {"unauthorized_client", "invalid_client", "unsupported_response_type", "invalid_request"}:
        return _bad_key(detail)
    return GrantRefused(detail)


def judge_exchange(response: httpx.Response) -> None:
    """Raise what the answer to an authorization code stands for."""
    if response.is_success:
        return
    error, description, detail = _read(response)
    if error == "invalid_grant":  # used, older than ten minutes, or not the verifier of its challenge
        raise GrantRevoked(detail, message=_STALE_CONSENT)
    if error == "invalid_request" and "redirect_uri" in description:
        raise _bad_key(detail)
    raise _other(response, error, detail)


def judge_refresh(response: httpx.Response) -> None:
    """Raise what the answer to a refresh token stands for."""
    if response.is_success:
        return
    error, description, detail = _read(response)
    if error == "invalid_grant" or (error == "invalid_request" and "not found" in description):
        raise GrantRevoked(detail)
    raise _other(response, error, detail)


def judge_revoke(response: httpx.Response) -> None:
    """Raise what the answer to a revocation stands for; 401 means that there is nothing left to revoke."""
    if not response.is_success and response.status_code != 401:
        raise error_of(response)


def _other(response: httpx.Response, error: str, detail: str) -> CuedeckError:
    if response.status_code == 401 or error in {"invalid_client", "unauthorized_client"}:
        return _bad_key(detail)
    if error == "access_denied":
        return GrantRefused(detail)
    if error == "invalid_scope":
        return GrantScopeMissing(detail)
    if error and response.status_code < 500 and response.status_code != 408 and not throttled(response):
        return RemoteRejected(detail)
    return error_of(response)


def _read(response: httpx.Response) -> tuple[str, str, str]:
    """Give error, description (lower case) and a detail for the log; empty texts where the answer says none."""
    redirect = response.next_request
    error, description = _from_query(redirect.url.params) if redirect else _from_body(response)
    detail = f"{where(response.request)}: {response.status_code} {error[:100]} {description[:200]}".rstrip()
    return error, description.lower(), detail


def _from_query(query: httpx.QueryParams) -> tuple[str, str]:
    return query.get("error", ""), query.get("error_description", "")


def _from_body(response: httpx.Response) -> tuple[str, str]:
    try:
        answer = _ANSWER.decode(response.content)
    except UNREADABLE:
        return "", ""
    return answer.error, answer.error_description or ""


def _bad_key(detail: str) -> ServiceNotConfigured:
    return ServiceNotConfigured(detail, message=_BAD_KEY, next_step=_CHECK_KEY)
