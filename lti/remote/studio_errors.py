"""What Studio's answers stand for (``reference/studio.md`` 1.4 and 2), and the words for it.

The errors are those of Canvas's API; only what people read names the right place.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from lti.errors import (
    N_,
    AutoCaptionsUnavailable,
    CuedeckError,
    GrantError,
    GrantMissing,
    GrantRefused,
    GrantRevoked,
    GrantWrongAccount,
    RemoteError,
    RemoteGone,
    RemoteNonsense,
    RemoteNotPermitted,
    RemoteRejected,
    RemoteThrottled,
    RemoteUnavailable,
    ServiceNotConfigured,
)

from .errors import ReadRejected, retry_after, said, throttled, where

_DETAIL = 200  # characters of Studio's own words that go to the log
_AGAIN = N_("Try again. If it happens again, tell your administrator.")
_REJECTED = N_("Studio did not accept this.")
_CONNECT = N_("Connect Studio, then try again.")
_WORDS: dict[type[CuedeckError], tuple[str, str]] = {
    GrantMissing: (N_("Cuedeck is not connected to your Studio account."), _CONNECT),
    GrantRevoked: (N_("The connection to your Studio account has ended."), N_("Connect Studio again, then try again.")),
    GrantRefused: (
        N_("Studio was not connected, because access was not granted."),
        N_("Press Connect Studio again and give access."),
    ),
    GrantWrongAccount: (
        N_("The Studio account that gave access is not the one of the person who opened Cuedeck."),
        N_("Log out of Studio in this browser, log in as yourself, and connect again."),
    ),
    ServiceNotConfigured: (
        N_("Cuedeck has no Studio key for this school yet, or Studio does not take it."),
        N_("Ask your Canvas administrator to look at Studio on Cuedeck's administration page."),
    ),
    RemoteNotPermitted: (
        N_("Studio does not let you see or do this."),
        N_("If you think you should, ask the owner of the media or your administrator."),
    ),
    RemoteGone: (N_("Studio does not have this any more."), N_("Choose something else.")),
    ReadRejected: (_REJECTED, _AGAIN),
    RemoteRejected: (_REJECTED, N_("Change it and try again.")),
    RemoteThrottled: (N_("Studio is receiving too many requests just now."), N_("Wait a moment and try again.")),
    RemoteUnavailable: (N_("Studio does not answer just now."), N_("Wait a moment and try again.")),
    RemoteNonsense: (
        N_("Studio answered something that Cuedeck does not understand."),
        _AGAIN,
    ),
    RemoteError: (N_("Studio could not be asked."), N_("Wait a moment and try again.")),
}


class AlreadyCompleted(RemoteRejected):
    """Raised when an upload was completed before (409): what was wanted is so."""


@contextmanager
def about_studio() -> Iterator[None]:
    """Say "Studio" in the errors that come from within, where they say only what their class says of Canvas."""
    try:
        yield
    except (RemoteError, GrantError) as error:
        if error.message == type(error).message:
            for kind in type(error).__mro__:
                if kind in _WORDS:
                    error.message, error.next_step = _WORDS[kind]
                    break
        raise


def judge(response: httpx.Response) -> None:
    """Raise the error that an answer of the API stands for, if it stands for one.

    :raises GrantRevoked: the token is not taken, and renewing it was of no use.
    :raises AutoCaptionsUnavailable: 501.
    :raises AlreadyCompleted: 409.
    :raises RemoteError: the subclass that fits, for all else that is not a success.
    """
    if response.is_success:
        return
    status = response.status_code
    detail = f"{where(response.request)}: {status} {said(response)[:_DETAIL]}".rstrip()
    if status < 400:
        raise RemoteNonsense(f"{detail} (unexpected redirect, not followed)")
    if throttled(response):
        raise RemoteThrottled(detail, retry_after=retry_after(response))
    if status == 501:
        raise AutoCaptionsUnavailable(detail)
    if status >= 500 or status == 408:
        raise RemoteUnavailable(detail, retry_after=retry_after(response))
    kinds: dict[int, type[CuedeckError]] = {
        401: GrantRevoked,
        403: RemoteNotPermitted,
        404: RemoteGone,
        409: AlreadyCompleted,
        410: RemoteGone,
    }
    kind = kinds.get(status, RemoteRejected)
    if response.request.method == "GET" and issubclass(kind, RemoteRejected):
        kind = ReadRejected
    raise kind(detail)


def judge_upload(response: httpx.Response) -> None:
    """Raise what the answer of an upload address stands for: it is a storage's, not Studio's own.

    :raises RemoteNotPermitted: the address has ended (3.8).
    :raises RemoteError: the subclass that fits, for all else that is not a success.
    """
    if response.is_success:
        return
    status = response.status_code
    detail = f"upload address at {response.request.url.host}: {status}"  # its path and query are a secret
    if status in {400, 401, 403, 404, 410}:
        raise RemoteNotPermitted(detail)
    if status == 429 or status >= 500 or status == 408:
        raise RemoteUnavailable(detail, retry_after=retry_after(response))
    raise RemoteRejected(detail)


def judge_redirect(response: httpx.Response) -> None:
    """Let a redirect pass, which is what a download answers."""
    if response.status_code not in {302, 303, 307}:
        judge(response)
