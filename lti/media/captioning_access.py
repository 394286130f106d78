"""Who may work with orders for captions, and in whose name Studio is asked for them.

Cuedeck lets in administrators, and whom they listed as captioning staff. Studio lets in its administrators, and the
captioning service by a header of its own (``studio.md`` 2.6, 4.4); that header comes first where one was entered, then
the service account, then the consent of whoever works.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from lti.errors import N_, GrantError, GrantMissing, GrantRevoked, NotAllowed, RemoteNotPermitted, ServiceNotConfigured
from lti.media.grants import GrantTokens
from lti.media.ports import Clock
from lti.model import Institution, Platform, StudioAccount, StudioSettings, Viewer
from lti.remote import Http, StudioApi, StudioCaptioningApi, StudioOAuth, about_studio
from lti.store import Store

ADMINISTRATOR: Final = "administrator"  # no entry of the staff list looks like this
_ADMINISTRATORS_ONLY: Final = N_("Studio lets only its administrators, and the captioning service, do this.")
_ASK: Final = N_(
    "Log in to Studio as an administrator and connect again, or ask your Canvas administrator to set up a service "
    "account or the captioning service on Cuedeck's administration page."
)


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who works with the orders of an institution: a person, or a command (then without a subject)."""

    platform: Platform
    subject: str
    name: str = field(repr=False)


class CaptioningAccess:
    """Lets people in, and speaks to Studio for them."""

    def __init__(self, store: Store, http: Http, oauth: StudioOAuth, clock: Clock) -> None:
        """Take the parts."""
        self._store = store
        self._http = http
        self._oauth = oauth
        self._clock = clock

    def entry(
        self, platform: Platform, subject: str | None, *, administers: bool, user_id: str | None, email: str | None
    ) -> str | None:
        """Tell by what somebody is let in: None where they are not. It is kept in the page's session.

        :param user_id: Canvas's, and ``email``: as the launch says them.
        """
        if not subject:
            return None
        if administers:
            return ADMINISTRATOR
        institution = self._store.institutions.get(platform.id)
        if institution.studio is None:
            return None
        mine = (user_id, (email or "").strip().lower())
        return next((each for each in mine if each and each in institution.captioning_staff), None)

    def clerk(self, viewer: Viewer, platform: Platform) -> Clerk:
        """Give the person of a page, who must still be on the list.

        :raises NotAllowed: for anybody else.
        """
        staff = self._store.institutions.get(
            platform.id, fresh=True
        ).captioning_staff  # another process may know better
        if viewer.platform_id != platform.id or not viewer.subject or not viewer.captioning:
            raise NotAllowed("not let in to professional captioning")
        if viewer.captioning != ADMINISTRATOR and viewer.captioning not in staff:
            raise NotAllowed(
                "taken off the staff list",
                message=N_("You are not on the list of captioning staff any more."),
                next_step=N_("Ask your Canvas administrator."),
            )
        return Clerk(platform, viewer.subject, viewer.name or "")

    def host(self, platform: Platform) -> str:
        """Give the host of the institution's Studio.

        :raises ServiceNotConfigured: when it has none.
        """
        return self._studio(self._store.institutions.get(platform.id)).host

    @contextmanager
    def orders(self, clerk: Clerk) -> Iterator[StudioCaptioningApi]:
        """Speak for a clerk about orders and service types.

        :raises ServiceNotConfigured: when there is no Studio, no service account, or the header is not taken.
        :raises GrantError: when the person's own consent is needed, and cannot be used.
        """
        institution = self._store.institutions.get(clerk.platform.id)
        studio = self._studio(institution)
        origin = self._oauth.origin(studio)
        header = institution.captioning_header
        if header is None:
            with self._tokens(clerk, studio) as tokens:
                yield StudioCaptioningApi(self._http, origin, tokens)
            return
        try:
            with _administrators_only():
                yield StudioCaptioningApi(self._http, origin, header)
        except GrantRevoked as error:  # 401
            raise ServiceNotConfigured(
                str(error),
                message=N_("Studio does not take the header of the captioning service."),
                next_step=N_("Ask your Canvas administrator to enter it again on Cuedeck's administration page."),
            ) from error

    @contextmanager
    def library(self, clerk: Clerk) -> Iterator[StudioApi]:
        """Speak for a clerk about media: the captioning service's header does not open these.

        :raises GrantError: as :meth:`orders` does.
        """
        studio = self._studio(self._store.institutions.get(clerk.platform.id))
        with self._tokens(clerk, studio) as tokens:
            yield StudioApi(self._http, self._oauth.origin(studio), tokens)

    @contextmanager
    def _tokens(self, clerk: Clerk, studio: StudioSettings) -> Iterator[GrantTokens]:
        service = studio.account is StudioAccount.SERVICE
        if not service and not clerk.subject:
            raise ServiceNotConfigured(
                "a command, and each person acts with their own account",
                message=N_("At this school each person acts at Studio with their own account, so a command cannot."),
                next_step=N_("Enter the header of the captioning service, or connect a service account."),
            )
        subject = None if service else clerk.subject
        tokens = GrantTokens.at_studio(self._store, self._oauth, clerk.platform, studio, subject, self._clock)
        try:
            with about_studio(), _administrators_only():
                yield tokens
        except GrantError as error:
            if isinstance(error, GrantRevoked):
                tokens.refused()
            if service and isinstance(error, GrantRevoked | GrantMissing):
                raise ServiceNotConfigured(
                    str(error),
                    message=N_("The service account is not connected to Studio."),
                    next_step=N_("Ask your Canvas administrator to connect it on Cuedeck's administration page."),
                ) from error
            raise

    def _studio(self, institution: Institution) -> StudioSettings:
        if institution.studio is None:
            with about_studio():
                raise ServiceNotConfigured(f"platform {institution.platform_id} has no Studio")
        return institution.studio


@contextmanager
def _administrators_only() -> Iterator[None]:
    """Say what a 403 means here, which is always the same."""
    try:
        yield
    except RemoteNotPermitted as error:
        error.message, error.next_step = _ADMINISTRATORS_ONLY, _ASK
        raise
