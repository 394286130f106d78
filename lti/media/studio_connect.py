"""Consent to act at Studio: a person's own, or an administrator's for the service account.

As ``connect`` is for Canvas, with two differences (``reference/studio.md`` section 1). Studio loses ``state`` on the
way back, so the pop-up's own cookie carries it. And Studio does not say whose tokens it gave: the owner of the library
that the tokens open is asked for, and compared with the e-mail address of the launch.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from typing import Final

from lti.errors import (
    N_,
    AddressExpired,
    BrowserNotProven,
    GrantRevoked,
    GrantWrongAccount,
    RemoteNotPermitted,
    ServiceNotConfigured,
)
from lti.media.rights import person
from lti.model import GrantService, Platform, StudioAccount, StudioSettings, Viewer
from lti.remote import GrantedTokens, Http, StudioApi, StudioOAuth, StudioUser, about_studio, refused_studio_consent
from lti.store import Store

_TICKET: Final = "connect-studio"
_STATE: Final = "consent-studio"
_TICKET_SECONDS: Final = 120
_STATE_SECONDS: Final = 300
_LIBRARY: Final = "user"  # the type of a person's own collection
_AGAIN: Final = N_("Close this window and press Connect Studio again.")


@dataclass(frozen=True, slots=True)
class StartedStudioConsent:
    """Where the pop-up goes, and what its browser has to hold until it comes back."""

    url: str
    state: str
    browser_secret: str = field(repr=False)


class StudioConnection:
    """The connection between people here, or the whole institution, and accounts at Studio."""

    def __init__(self, store: Store, http: Http, oauth: StudioOAuth, base_url: str) -> None:
        """Take the parts.

        :param base_url: our own origin; the redirect address is ``{base_url}/connect/studio/callback``.
        """
        self._store = store
        self._http = http
        self._oauth = oauth
        self.redirect_uri = f"{base_url}/connect/studio/callback"

    def status(self, viewer: Viewer, platform: Platform, *, service: bool = False) -> bool:
        """Whether there is a consent to act by. Whether Studio still honours it is known when it is used.

        :param service: the service account's, even where people act with their own.
        """
        studio = self._store.institutions.get(platform.id, fresh=True).studio
        if studio is None or not viewer.subject or viewer.platform_id != platform.id:
            return False
        of_all = service or studio.account is StudioAccount.SERVICE
        key = ("", GrantService.STUDIO_SERVICE) if of_all else (viewer.subject, GrantService.STUDIO)
        return self._store.grants.get(platform.id, *key) is not None

    def ticket(self, viewer: Viewer, platform: Platform, *, service: bool = False) -> str:
        """Give a ticket for the pop-up: good once, for two minutes.

        :param service: for the service account; who may, the caller has decided.
        :raises ServiceNotConfigured: when the institution has no Studio, or none where people connect themselves, or
            launches carry no e-mail address, without which the account could not be checked.
        :raises NotAllowed: for an anonymous viewer.
        """
        subject = person(viewer, platform)
        studio = self._studio(platform)
        if service is not (studio.account is StudioAccount.SERVICE):
            raise ServiceNotConfigured(
                "the other kind of account acts",
                message=N_("At this school, Studio is connected in another way."),
                next_step=N_("Open Cuedeck again from Canvas."),
            )
        if not service and not viewer.email:
            raise ServiceNotConfigured(
                "the launch had no e-mail address",
                message=N_(
                    "Cuedeck was not told your e-mail address, so your Studio account cannot be connected safely."
                ),
                next_step=N_("Ask your Canvas administrator to look at Cuedeck's privacy choices."),
            )
        payload = {
            "platform_id": str(platform.id),
            "subject": "" if service else subject,
            "email": "" if service else (viewer.email or ""),
        }
        return self._store.tickets.put(_TICKET, payload, _TICKET_SECONDS)

    def start(self, ticket: str) -> StartedStudioConsent:
        """Begin a consent.

        :raises AddressExpired: when the ticket is over or was used.
        :raises ServiceNotConfigured: when the Studio was removed meanwhile.
        """
        wanted = self._store.tickets.take(_TICKET, ticket)
        if wanted is None:
            raise AddressExpired("no such ticket", next_step=_AGAIN)
        studio = self._studio(self._platform(wanted))
        browser_secret = secrets.token_urlsafe(32)
        payload = {**wanted, "browser": _hash(browser_secret), "host": studio.host}
        state = self._store.tickets.put(_STATE, payload, _STATE_SECONDS)
        url = self._oauth.authorize_url(studio, redirect_uri=self.redirect_uri, state=state)
        return StartedStudioConsent(url, state, browser_secret)

    def finish(
        self, state: str, code: str | None, error: str | None, *, browser_secret: str, echoed: str | None = None
    ) -> None:
        """Take what Studio decided, and keep the grant if it is the right person's.

        :param state: as the browser kept it; good once.
        :param code: from the redirect, when the person agreed.
        :param error: from the redirect, when not.
        :param browser_secret: of :class:`StartedStudioConsent`, as the browser still has it.
        :param echoed: the state from the redirect, should Studio ever give it back.
        :raises AddressExpired: when the state is over or was used.
        :raises BrowserNotProven: when another browser, or another consent, began this.
        :raises GrantWrongAccount: when another person consented.
        :raises GrantError: when consent was refused, or the code is not honoured.
        :raises RemoteError: when Studio cannot be asked.
        """
        begun = self._store.tickets.take(_STATE, state)
        if begun is None:
            raise AddressExpired("no such state", next_step=_AGAIN)
        same = echoed is None or hmac.compare_digest(echoed.encode(), state.encode())
        if not same or not hmac.compare_digest(_hash(browser_secret), begun["browser"]):
            raise BrowserNotProven(
                "the consent came back to another browser",
                message=N_("Cuedeck could not confirm that this browser started connecting Studio."),
                next_step=_AGAIN,
            )
        if error or not code:
            raise refused_studio_consent(error or "access_denied")
        platform = self._platform(begun)
        studio = self._studio(platform)
        if studio.host != begun["host"]:
            raise AddressExpired("the Studio is another one meanwhile", next_step=_AGAIN)
        tokens = self._oauth.exchange(studio, code=code, redirect_uri=self.redirect_uri)
        with about_studio():
            account = self._checked_account(studio, tokens, begun)
        service = GrantService.STUDIO if begun["subject"] else GrantService.STUDIO_SERVICE
        self._store.grants.save(
            platform.id,
            begun["subject"],
            service,
            account_id=account.id,
            access_token=tokens.access_token,
            refresh_token=tokens.refresh_token,
            expires_at=tokens.expires_at,
        )

    def disconnect(self, viewer: Viewer, platform: Platform, *, service: bool = False) -> None:
        """Forget the consent. Studio has no way to give it back there.

        :raises NotAllowed: for an anonymous viewer.
        """
        subject = person(viewer, platform)
        key = ("", GrantService.STUDIO_SERVICE) if service else (subject, GrantService.STUDIO)
        self._store.grants.forget(platform.id, *key)

    def _checked_account(self, studio: StudioSettings, tokens: GrantedTokens, begun: dict[str, str]) -> StudioUser:
        """Give the account whose tokens these are: the person of the launch, or somebody who may look people up."""
        api = StudioApi(self._http, self._oauth.origin(studio), _Given(tokens.access_token))
        owners = [each.owner for each in api.collections() if each.type == _LIBRARY and each.owner is not None]
        if not begun["subject"]:
            return self._checked_administrator(api, owners)
        mine = begun["email"].strip().casefold()
        for owner in owners:
            if owner.email is not None and owner.email.strip().casefold() == mine and len({o.id for o in owners}) == 1:
                return owner
        raise GrantWrongAccount("the account that consented is not the person of the launch")

    def _checked_administrator(self, api: StudioApi, owners: list[StudioUser]) -> StudioUser:
        """Only administrators may look people up, which is what a service account is for."""
        for owner in owners:
            try:
                found = api.user_by_email(owner.email or "")
            except RemoteNotPermitted:
                break
            if found is not None and found.id == owner.id:
                return owner
        raise GrantWrongAccount(
            "the account may not look people up",
            message=N_("This Studio account is not an administrator's, so it cannot act for other people."),
            next_step=N_("Log in to Studio as an administrator, and connect again."),
        )

    def _platform(self, payload: dict[str, str]) -> Platform:
        platform = self._store.platforms.get(int(payload["platform_id"]))
        if platform is None:
            raise AddressExpired("the platform was removed meanwhile", next_step=_AGAIN)
        return platform

    def _studio(self, platform: Platform) -> StudioSettings:
        studio = self._store.institutions.get(platform.id, fresh=True).studio
        if studio is None:
            with about_studio():
                raise ServiceNotConfigured(f"platform {platform.id} has no Studio")
        return studio


class _Given:
    """A token that was just given, and cannot be renewed."""

    def __init__(self, token: str) -> None:
        self._token = token

    def token(self) -> str:
        return self._token

    def renew(self, stale: str) -> str:
        raise GrantRevoked("a token that was just given is not taken")


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
