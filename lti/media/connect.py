"""Consent to act for a person at Canvas: from the button in our page, through a pop-up, to a kept grant.

Three one-time secrets hold it together. The *ticket* carries the person of the page into the pop-up, which has no
session of its own. The *state* carries them through Canvas and back. The *browser secret* (a cookie of the pop-up)
shows that the browser that comes back is the one that left. And before anything is kept, the account that consented is
compared with the person of the launch: otherwise a link sent to another person would hand their account to the sender.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field

from lti.errors import (
    N_,
    AddressExpired,
    BrowserNotProven,
    GrantError,
    GrantWrongAccount,
    RemoteError,
    ServiceNotConfigured,
)
from lti.media.grants import GrantTokens
from lti.media.ports import Clock
from lti.media.rights import person
from lti.model import GrantService, Platform, Viewer
from lti.remote import CanvasOAuth, GrantedTokens, refused_consent
from lti.store import Store

_log = logging.getLogger(__name__)

_TICKET = "connect"
_STATE = "consent"
_TICKET_SECONDS = 120
_STATE_SECONDS = 300
_AGAIN = N_("Close this window and press Connect Canvas again.")


@dataclass(frozen=True, slots=True)
class StartedConsent:
    """Where the pop-up goes, and what its browser has to hold until it comes back."""

    url: str
    browser_secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Connected:
    """Whose Canvas account is connected now."""

    platform_id: int
    subject: str
    account_name: str | None


class CanvasConnection:
    """The connection between people here and their Canvas accounts."""

    def __init__(
        self, store: Store, oauth: CanvasOAuth, base_url: str, clock: Clock, pkce: Callable[[], tuple[str, str]]
    ) -> None:
        """Take the parts.

        :param base_url: our own origin; the redirect address is ``{base_url}/connect/canvas/callback``.
        :param pkce: makes a verifier and its S256 challenge.
        """
        self._store = store
        self._oauth = oauth
        self._redirect_uri = f"{base_url}/connect/canvas/callback"
        self._clock = clock
        self._pkce = pkce

    def status(self, viewer: Viewer, platform: Platform) -> bool:
        """Whether there is a grant. Whether Canvas still honours it is known when it is used."""
        if platform.canvas_key is None or not viewer.subject or viewer.platform_id != platform.id:
            return False
        return self._store.grants.get(platform.id, viewer.subject, GrantService.CANVAS) is not None

    def ticket(self, viewer: Viewer, platform: Platform) -> str:
        """Give a ticket for the pop-up: good once, for two minutes.

        :raises ServiceNotConfigured: when no API key was entered, or launches do not carry the Canvas user id, without
            which the account could not be checked.
        :raises NotAllowed: for an anonymous viewer.
        """
        subject = person(viewer, platform)
        if platform.canvas_key is None:
            raise ServiceNotConfigured(f"platform {platform.id} has no Canvas API key")
        if not viewer.canvas_user_id:
            raise ServiceNotConfigured(
                "the launch had no custom field with $Canvas.user.id",
                message=N_("Canvas did not tell Cuedeck your user id, so your account cannot be connected safely."),
                next_step=N_("Ask your Canvas administrator to add the custom fields of the Cuedeck configuration."),
            )
        payload = {"platform_id": str(platform.id), "subject": subject, "canvas_user_id": viewer.canvas_user_id}
        return self._store.tickets.put(_TICKET, payload, _TICKET_SECONDS)

    def start(self, ticket: str) -> StartedConsent:
        """Begin a consent.

        :raises AddressExpired: when the ticket is over or was used.
        :raises ServiceNotConfigured: when the API key was removed meanwhile.
        """
        wanted = self._store.tickets.take(_TICKET, ticket)
        if wanted is None:
            raise AddressExpired("no such ticket", next_step=_AGAIN)
        platform = self._platform(wanted)
        verifier, challenge = self._pkce()
        browser_secret = secrets.token_urlsafe(32)
        payload = {**wanted, "verifier": verifier, "browser": _hash(browser_secret)}
        state = self._store.tickets.put(_STATE, payload, _STATE_SECONDS)
        url = self._oauth.authorize_url(platform, redirect_uri=self._redirect_uri, state=state, challenge=challenge)
        return StartedConsent(url, browser_secret)

    def finish(self, state: str, code: str | None, error: str | None, browser_secret: str | None) -> Connected:
        """Take what Canvas decided, and keep the grant if it is the right person's.

        :param state: from the redirect; good once.
        :param code: from the redirect, when the person agreed.
        :param error: from the redirect, when not.
        :param browser_secret: of :class:`StartedConsent`, as the browser still has it.
        :raises AddressExpired: when the state is over or was used.
        :raises BrowserNotProven: when another browser began this.
        :raises GrantWrongAccount: when another person consented; their tokens are revoked at once.
        :raises GrantError: when consent was refused, or the code is not honoured.
        :raises RemoteError: when Canvas cannot be asked.
        """
        begun = self._store.tickets.take(_STATE, state)
        if begun is None:
            raise AddressExpired("no such state", next_step=_AGAIN)
        if not hmac.compare_digest(_hash(browser_secret or ""), begun["browser"]):
            raise BrowserNotProven(
                "the consent came back to another browser",
                message=N_("Cuedeck could not confirm that this browser started connecting Canvas."),
                next_step=_AGAIN,
            )
        if error or not code:
            raise refused_consent(error or "access_denied")
        platform = self._platform(begun)
        tokens = self._oauth.exchange(platform, code=code, redirect_uri=self._redirect_uri, verifier=begun["verifier"])
        account = self._checked_account(platform, tokens, begun["canvas_user_id"])
        self._store.grants.save(
            platform.id,
            begun["subject"],
            GrantService.CANVAS,
            account_id=account,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=tokens.expires_at,
        )
        return Connected(platform.id, begun["subject"], tokens.account_name)

    def disconnect(self, viewer: Viewer, platform: Platform) -> None:
        """Give the consent back: at Canvas as far as it can be reached, here in any case.

        :raises NotAllowed: for an anonymous viewer.
        """
        self.give_back(platform, person(viewer, platform))

    def give_back(self, platform: Platform, subject: str) -> bool:
        """Give a person's consent back: at Canvas as far as it can be reached, here in any case.

        :returns: False when it was not ended at Canvas.
        """
        if self._store.grants.get(platform.id, subject, GrantService.CANVAS) is None:
            return True
        try:
            # Only a live access token can end its grant at Canvas; a dead one has to be refreshed for it.
            token = GrantTokens.at_canvas(self._store, self._oauth, platform, subject, self._clock).token()
            self._oauth.revoke(platform, token)
        except (GrantError, RemoteError) as error:
            _log.warning("a grant was given back here, but not at Canvas: %s", error)
            return False
        finally:
            self._store.grants.forget(platform.id, subject, GrantService.CANVAS)
        return True

    def _platform(self, payload: dict[str, str]) -> Platform:
        # Fresh: an administrator may connect right after entering the key in another process.
        platform = self._store.platforms.get(int(payload["platform_id"]), fresh=True)
        if platform is None:
            raise AddressExpired("the platform was removed meanwhile", next_step=_AGAIN)
        return platform

    def _checked_account(self, platform: Platform, tokens: GrantedTokens, canvas_user_id: str) -> str:
        """Give the account id, which must be that of the launch: as the school knows it, or as all of Canvas does."""
        if tokens.account_id and canvas_user_id in (tokens.account_id, tokens.global_account_id):
            return tokens.account_id
        try:
            self._oauth.revoke(platform, tokens.access_token)
        except RemoteError as error:
            _log.warning("the tokens of a wrong account could not be revoked: %s", error)
        raise GrantWrongAccount("the account that consented is not the person of the launch")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
