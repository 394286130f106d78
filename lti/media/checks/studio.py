"""Whether the institution's Studio answers, and takes its key."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from http import HTTPStatus

from lti.errors import (
    N_,
    Filling,
    GrantMissing,
    GrantRevoked,
    RemoteError,
    RemoteGone,
    RemoteNonsense,
    RemoteNotPermitted,
    ServiceNotConfigured,
)
from lti.media.checks.checking import Check, Finding, Group, bad, good, unknown
from lti.media.grants import GrantTokens
from lti.media.ports import Clock
from lti.model import Platform, StudioAccount, StudioSettings, Viewer
from lti.remote import Http, StudioApi, StudioOAuth, about_studio, fetch_offers, look
from lti.store import Store

_COMPARE = N_("Compare the host with the Launch URL of the Studio app in Canvas (Admin, Settings, Apps).")
_NOBODY = "nobody@cuedeck.invalid"  # no such address can exist (RFC 2606)
_NOT_SET_UP = N_("No Studio is set up. Cuedeck works with Canvas's own media.")


@dataclass(frozen=True, slots=True)
class StudioChecks:
    """The checks.

    :param http: asks public hosts only: administrators name the host.
    """

    http: Http
    oauth: StudioOAuth
    store: Store
    clock: Clock

    def all(self) -> list[Check]:
        """List them."""
        return [
            Check("studio", Group.STUDIO, N_("Studio"), self.studio),
            Check("studio-key", Group.STUDIO, N_("Studio key"), self.key),
            Check("studio-account", Group.STUDIO, N_("Account that acts at Studio"), self.account),
            Check("studio-api", Group.STUDIO, N_("What Studio offers"), self.api),
            Check("auto-captions", Group.STUDIO, N_("Automatic captions"), self.auto_captions),
        ]

    def studio(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether Studio answers its ping (``reference/studio.md`` 2.8), which without a token is a refusal."""
        settings = self._settings(platform)
        if settings is None:
            return unknown(_NOT_SET_UP)
        try:
            seen = look(self.http, f"{self.oauth.origin(settings)}/api/public/v1/ping")
        except RemoteError:
            return bad(N_("%(host)s does not answer."), _COMPARE, host=settings.host)
        ponged = seen.status == HTTPStatus.OK and b"pong" in seen.body[:100]
        if ponged or (seen.status == HTTPStatus.UNAUTHORIZED and b"error" in seen.body[:1000]):
            return good(N_("Studio answers at %(host)s."), host=settings.host)
        return bad(N_("%(host)s answers, but not as Studio does."), _COMPARE, host=settings.host)

    def key(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether Studio accepts id and secret."""
        settings = self._settings(platform)
        if settings is None:
            return unknown(_NOT_SET_UP)
        try:
            self.oauth.refresh(settings, f"cuedeck-check-{secrets.token_hex(16)}")
        except GrantRevoked:
            return good(N_("Studio accepts the key %(id)s."), id=settings.key.id)
        except ServiceNotConfigured:
            pass
        return bad(
            N_("Studio does not accept the id and secret of the key."),
            N_("Compare both with the key in Studio (Settings, Developer Keys), and enter them again below."),
        )

    def account(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether the account that acts is there."""
        settings = self._settings(platform)
        if settings is None:
            return unknown(_NOT_SET_UP)
        if settings.account is StudioAccount.OWN:
            return unknown(N_("Each person acts with their own account, and connects it when they first use Studio."))
        tokens = GrantTokens.at_studio(self.store, self.oauth, platform, settings, None, self.clock)
        api = StudioApi(self.http, self.oauth.origin(settings), tokens)
        mend = N_("Connect it below, logged in to Studio as the administrator that is to act.")
        try:
            with about_studio():
                api.user_by_email(_NOBODY)
        except GrantMissing:
            return bad(N_("The service account is not connected."), mend)
        except GrantRevoked:
            return bad(N_("Studio does not honour the service account's consent any more."), mend)
        except RemoteNotPermitted:
            return bad(N_("The service account is not an administrator of Studio, so it can act for nobody."), mend)
        return good(N_("The service account is connected, and may look people up."))

    def api(self, viewer: Viewer, platform: Platform) -> Finding:
        """Whether Studio's description of its API has all that Cuedeck calls (``reference/studio.md`` 1.1)."""
        settings = self._settings(platform)
        if settings is None:
            return unknown(_NOT_SET_UP)
        subject = (viewer.subject or "") if settings.account is StudioAccount.OWN else None
        tokens = GrantTokens.at_studio(self.store, self.oauth, platform, settings, subject, self.clock)
        try:
            with about_studio():
                offers = fetch_offers(self.http, self.oauth.origin(settings), tokens)
        except (GrantMissing, GrantRevoked):
            return unknown(
                N_("Studio tells only a connected account what it offers."),
                N_("Connect Studio as yourself in the picker, or the service account below."),
            )
        except (RemoteGone, RemoteNotPermitted, RemoteNonsense):
            return unknown(N_("Studio does not say what it offers, or not so that Cuedeck understands it."))
        values: dict[str, Filling] = {"version": offers.version or "?", "count": len(offers.calls)}
        if offers.missing:
            return bad(
                N_("Studio (version %(version)s) does not offer: %(missing)s"),
                N_("What needs these calls will fail. Tell whoever runs Cuedeck."),
                missing=list(offers.missing),
                **values,
            )
        return good(N_("Studio (version %(version)s) offers %(count)s calls, and all that Cuedeck makes."), **values)

    def auto_captions(self, viewer: Viewer, platform: Platform) -> Finding:
        """Say why this cannot be told: Studio has no question for it."""
        if self._settings(platform) is None:
            return unknown(_NOT_SET_UP)
        return unknown(
            N_("Studio says only at the end of an upload whether it makes captions by itself."),
            N_("In Studio, look at Settings, Captions. An upload that asks in vain goes on without them."),
        )

    def _settings(self, platform: Platform) -> StudioSettings | None:
        return self.store.institutions.get(platform.id, fresh=True).studio
