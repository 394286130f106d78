"""Dynamic registration over HTTP (``reference/canvas.md`` 5.2): read what a platform is, and register with it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

import httpx

from lti.errors import (
    N_,
    RegistrationDistrusted,
    RegistrationRefused,
    RemoteError,
    RemoteNonsense,
    RemoteUnavailable,
)

from . import errors
from .auth import FixedBearer
from .http import Http, Repeat
from .registration_hosts import check_hosts
from .registration_json import Description, Registered, read_description, read_registered

__all__ = ["Description", "Registered", "Registrations"]

_DOCUMENT_BYTES = 256 << 10  # a live Canvas's document is 12 KB
_ANSWER_BYTES = 256 << 10


class Registrations:
    """The two calls of a registration. Both addresses come from outside, so the client should ask public hosts only."""

    def __init__(self, http: Http) -> None:
        """Be ready.

        :param http: a client made with ``public_only``.
        """
        self._http = http

    def describe(self, url: str, token: str) -> Description:
        """Fetch a platform's OpenID configuration, and check that its addresses belong together.

        :param url: the ``openid_configuration`` that the platform sent the browser here with.
        :param token: its ``registration_token``.
        :raises RegistrationDistrusted: not an address that we ask, or what it says does not fit together.
        :raises RemoteError: it cannot be had, or is not understood.
        """
        address = self._address(url)
        with _public_hosts():
            response = self._http.request(
                "GET", str(address), auth=FixedBearer(token), limit=_DOCUMENT_BYTES, judge=_judge
            )
        return check_hosts(read_description(response), address, self._http.allows)

    def register(self, url: str, token: str, body: Mapping[str, object]) -> Registered:
        """Register. Not repeated where the platform may have taken it up: each registration makes a key in Canvas.

        :param url: the description's ``registration_url``.
        :raises RegistrationRefused: the platform does not take it (with its own words where it has some), or it is not
            known whether it did.
        :raises RemoteError: the platform was not reached, or asks to come later: this may be tried again.
        """
        try:
            with _public_hosts():
                response = self._http.request(
                    "POST",
                    url,
                    json=body,
                    auth=FixedBearer(token),
                    limit=_ANSWER_BYTES,
                    repeat=Repeat.ONLY_IF_UNTOUCHED,
                    judge=_judge,
                )
        except errors.NotReached:
            raise
        except (RemoteUnavailable, RemoteNonsense) as error:
            raise _uncertain(error) from error
        try:
            return read_registered(response)
        except RemoteNonsense as error:
            raise _uncertain(error) from error

    def _address(self, url: str) -> httpx.URL:
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise RegistrationDistrusted(f"openid_configuration is no address: {error}") from None
        if not self._http.allows(address) or address.userinfo:
            raise RegistrationDistrusted(
                f"openid_configuration is not https: {address.scheme}://{address.host}", next_step=_HTTPS_ONLY
            )
        return address.copy_with(fragment=None)


@contextlib.contextmanager
def _public_hosts() -> Iterator[None]:
    try:
        yield
    except errors.HostNotPublic as error:
        raise RegistrationDistrusted(error.detail, next_step=_PUBLIC_ONLY) from error


_HTTPS_ONLY = N_("The address of Canvas must begin with https. Ask whoever runs Cuedeck.")
_PUBLIC_ONLY = N_("The address of Canvas lies on a private network. Ask whoever runs Cuedeck to register it by hand.")


def _judge(response: httpx.Response) -> None:
    """Raise what an answer to a registration stands for: 401 is the token, 404 the account (5.2.5)."""
    status = response.status_code
    if response.is_success:
        return
    if errors.throttled(response) or status < 400 or status >= 500 or status == 408:
        raise errors.error_of(response)
    words = errors.said(response)
    detail = f"{errors.where(response.request)}: {status} {words[:200]}".rstrip()
    if status in {401, 403}:
        raise RegistrationRefused(
            detail, message=N_("Canvas says that the time for this installation is over."), next_step=_AGAIN
        )
    if status == 404:
        raise RegistrationRefused(
            detail, message=N_("Canvas does not know the account that this installation is for."), next_step=_AGAIN
        )
    if words:
        raise RegistrationRefused(
            detail, message=N_("Canvas did not accept the installation. It says: %(words)s"), values={"words": words}
        )
    raise RegistrationRefused(detail)


def _uncertain(error: RemoteError) -> RegistrationRefused:
    return RegistrationRefused(
        error.detail,
        message=N_("Canvas did not say clearly whether Cuedeck was installed."),
        next_step=N_(
            "Look at the developer keys in Canvas: if Cuedeck is there, remove it. Then enter the address again."
        ),
    )


_AGAIN = N_("Close this, and in Canvas enter the registration address again: it is good for one hour.")
