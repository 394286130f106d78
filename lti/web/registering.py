"""An installation by one address, step by step (``reference/canvas.md`` 5.2): who may, what is said, what is kept.

The platform's registration token, and what it said of itself, stay on our side of the wire under a one-time ticket:
the page in the administrator's browser can change neither, and the token is gone after its hour.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from lti.errors import N_, AddressExpired, InvitationNeeded, RegistrationError
from lti.model import Platform
from lti.protocol.installation import PLACEMENTS, Placement, name_at_platform, placements_named, registration
from lti.remote import Description, Registered, Registrations, is_hosted
from lti.store import Store

_KIND: Final = "registration"
_LIFE: Final = timedelta(hours=1)  # that of Canvas's token
_CLAIM_SECONDS: Final = 120  # longer than a registration can take


class NothingChosen(RegistrationError):
    """Raised when every placement was left out, or one was named that is not offered."""

    code = "nothing_chosen"
    status = 422
    message = N_("Choose at least one place in which Cuedeck is to be found.")
    next_step = N_("Tick a box, then press Install.")


class InvitationInUse(RegistrationError):
    """Raised when a registration with the same invitation is under way, or died less than two minutes ago."""

    code = "invitation_in_use"
    status = 409
    message = N_("Another installation with this address is under way, or was interrupted.")
    next_step = N_("Wait two minutes. Then enter the address again in Canvas.")


_INSTALLED: Final = N_("Cuedeck was installed with this address.")
_SWITCH_ON: Final = N_(
    "Look at the developer keys in Canvas and switch the Cuedeck key on. "
    "If there is none, ask whoever runs Cuedeck for a new address."
)


@dataclass(frozen=True, slots=True)
class Pending:
    """A registration that an administrator is looking at."""

    described: Description
    token: str = field(repr=False)
    invitation: str | None = field(repr=False)
    until: datetime
    interrupted: bool = False  # one with this invitation was begun, and nobody knows how it ended

    @property
    def offers(self) -> tuple[Placement, ...]:
        """The placements that this Canvas has and Cuedeck has something for."""
        return tuple(each for each in PLACEMENTS if name_at_platform(each, self.described.placements) is not None)


class Registering:
    """The steps."""

    def __init__(
        self,
        store: Store,
        registrations: Registrations,
        clock: Callable[[], datetime],
        *,
        base_url: str,
        icon_url: str,
        open_hosts: frozenset[str],
    ) -> None:
        """Be ready.

        :param base_url: our own origin.
        :param icon_url: the picture of the button.
        :param open_hosts: Canvases, by host, that may register without an invitation.
        """
        self._store = store
        self._registrations = registrations
        self._clock = clock
        self._base_url = base_url
        self._icon_url = icon_url
        self._open_hosts = open_hosts

    def begin(self, configuration_url: str, token: str, invitation: str | None) -> Pending:
        """Find out who asks. Nobody is asked anything for somebody who may not register.

        :param configuration_url: the ``openid_configuration`` that the platform gave.
        :param token: its ``registration_token``.
        :raises InvitationNeeded: without a good invitation, from a Canvas that needs one.
        :raises RegistrationDistrusted: what the platform says of itself does not fit together.
        :raises RemoteError: it cannot be asked.
        """
        found = None
        if invitation is not None:
            found = self._store.invitations.find(invitation)
            if found is None:
                raise self._no_good(invitation)
        elif not self._may_be_open(configuration_url):
            raise InvitationNeeded("no invitation, and not from a host that needs none")
        described = self._registrations.describe(configuration_url, token)
        if invitation is None and urlsplit(described.canvas_url).netloc not in self._open_hosts:
            raise InvitationNeeded("no invitation, and this school needs one")
        return Pending(described, token, invitation, self._clock() + _LIFE, found is not None and found.claimed)

    def keep(self, pending: Pending) -> str:
        """Keep a registration while the administrator decides.

        :returns: the ticket for the page's form.
        """
        payload = {"pending": msgspec.json.encode(pending).decode()}
        return self._store.tickets.put(_KIND, payload, (pending.until - self._clock()).total_seconds())

    def take(self, ticket: str) -> Pending:
        """Take it back, once.

        :raises AddressExpired: it was taken before, or its hour is over.
        """
        payload = self._store.tickets.take(_KIND, ticket)
        if payload is None:
            raise AddressExpired("no such registration", next_step=RegistrationError.next_step)
        return msgspec.json.decode(payload["pending"], type=Pending)

    def finish(self, pending: Pending, names: Iterable[str]) -> Platform:
        """Register, and keep the platform. The invitation is used up by this alone.

        The deployment is not known yet: Canvas makes it later, and the first verified launch tells it.

        :param names: the placements that were chosen.
        :raises NothingChosen: none was, or one that is not offered.
        :raises InvitationNeeded: the invitation was used meanwhile.
        :raises InvitationInUse: another registration with it is under way, or was interrupted a moment ago.
        :raises RegistrationError: the platform did not take it, or is registered already.
        :raises RemoteError: the platform was not reached; nothing has happened.
        """
        chosen = self._chosen(pending, names)
        if pending.invitation is None:
            return self._keep(pending, self._ask(pending, chosen), None)
        claimed = self._store.invitations.claim(pending.invitation, _CLAIM_SECONDS)
        if claimed is None:
            raise self._no_good(pending.invitation)
        try:
            registered = self._ask(pending, chosen)
        except BaseException:
            self._store.invitations.release(claimed.id)
            raise
        # From here on Canvas has it. Where it cannot be kept, the claim stays: the next attempt says what to look for.
        return self._keep(pending, registered, claimed.id)

    def _no_good(self, invitation: str) -> RegistrationError:
        """Say why an invitation cannot be used: who was interrupted has to know how far they came."""
        if self._store.invitations.was_used(invitation):
            return InvitationNeeded("the invitation was used", message=_INSTALLED, next_step=_SWITCH_ON)
        if self._store.invitations.find(invitation) is not None:
            return InvitationInUse("claimed")
        return InvitationNeeded("the invitation is none, was revoked, or is over")

    def _may_be_open(self, configuration_url: str) -> bool:
        """Tell whether asking there may lead to a Canvas that needs no invitation."""
        try:
            return urlsplit(configuration_url).netloc.lower() in self._open_hosts or (
                bool(self._open_hosts) and is_hosted(configuration_url)
            )
        except ValueError:  # not an address
            return False

    def _chosen(self, pending: Pending, names: Iterable[str]) -> tuple[Placement, ...]:
        try:
            chosen = placements_named(names)
        except LookupError as error:
            raise NothingChosen(f"no placement {error}") from None
        if not chosen or not set(chosen) <= set(pending.offers):
            raise NothingChosen("no placement that this Canvas offers")
        return chosen

    def _ask(self, pending: Pending, chosen: tuple[Placement, ...]) -> Registered:
        described = pending.described
        body = registration(self._base_url, self._icon_url, chosen, described.placements, described.claims)
        return self._registrations.register(described.registration_url, pending.token, body)

    def _keep(self, pending: Pending, registered: Registered, invitation_id: int | None) -> Platform:
        described = pending.described
        return self._store.platforms.add(
            issuer=described.issuer,
            client_id=registered.client_id,
            authorization_url=described.authorization_url,
            token_url=described.token_url,
            jwks_url=described.jwks_url,
            canvas_url=described.canvas_url,
            canvas_key=None,
            deployments=[registered.deployment_id] if registered.deployment_id else [],
            trust_deployments=True,
            replace=False,
            invitation_id=invitation_id,
        )
