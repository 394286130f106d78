"""Studio's API in the name of a person, by their own consent or the service account's (design of both: ``docs``).

A service account may see everything, so nothing that a request says decides whom it acts for: the person is found by
the e-mail address that Canvas signed into the launch, and what they may reach is decided by ``studio_rights``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lti.errors import N_, GrantMissing, GrantRevoked, NotAllowed, ServiceNotConfigured
from lti.media.grants import GrantTokens
from lti.media.ports import Clock
from lti.model import GrantService, Platform, StudioAccount, StudioSettings
from lti.remote import Http, StudioApi, StudioOAuth, StudioOwnedApi, StudioUploadApi, about_studio
from lti.store import Store

_KNOWN_SECONDS = 3600.0  # how long we remember whose e-mail address is whose account


class StudioPersonUnknown(NotAllowed):
    """Raised when Studio has no account for a person yet, which is normal for new people (``studio.md`` 2.9)."""

    code = "studio_person_unknown"
    message = N_("Studio does not know you yet.")
    next_step = N_("Open Studio once in Canvas, or watch a Studio video in one of your courses. Then try again.")


@dataclass(frozen=True, slots=True)
class StudioActor:
    """One person at Studio."""

    api: StudioApi
    uploads: StudioUploadApi
    owned: StudioOwnedApi
    user_id: str  # the person's own, at Studio
    on_behalf: str | None  # the user id that calls of the service account name; None for an own account


class StudioAccess:
    """Opens Studio for people and for what they made."""

    def __init__(self, store: Store, http: Http, oauth: StudioOAuth, clock: Clock) -> None:
        """Take the parts."""
        self._store = store
        self._http = http
        self._oauth = oauth
        self._clock = clock

    def settings(self, platform: Platform) -> StudioSettings | None:
        """Give the institution's Studio, if it has one."""
        return self._store.institutions.get(platform.id).studio

    def origin(self, platform: Platform) -> str | None:
        """Give the origin of the institution's Studio, if it has one."""
        studio = self.settings(platform)
        return None if studio is None else self._oauth.origin(studio)

    @contextmanager
    def acting_for(self, platform: Platform, subject: str, email: str | None) -> Iterator[StudioActor]:
        """Speak for a person.

        :param email: of the launch; only a service account needs it.
        :raises ServiceNotConfigured: when the institution has no Studio.
        :raises StudioPersonUnknown: when Studio does not know the person.
        :raises GrantError: when there is no consent to speak by.
        """
        studio = self._studio(platform)
        if studio.account is StudioAccount.OWN:
            with about_studio():
                grant = self._store.grants.get(platform.id, subject, GrantService.STUDIO)
                if grant is None:
                    raise GrantMissing("no Studio grant for this person")
            with self._speaking(platform, studio, subject) as apis:
                yield StudioActor(*apis, grant.account_id, None)
        else:
            with self._speaking(platform, studio, None) as apis:
                user_id = self._known(platform, subject, email, lambda address: self._find(apis[0], address))
                yield StudioActor(*apis, user_id, user_id)

    @contextmanager
    def acting_for_maker(self, platform: Platform, subject: str) -> Iterator[StudioApi]:
        """Fetch what an embed shows, by the consent of whoever made it, or the service account's.

        :raises ServiceNotConfigured: when the institution has no Studio any more.
        :raises GrantError: when there is no consent to speak by.
        """
        studio = self._studio(platform)
        own = studio.account is StudioAccount.OWN
        with self._speaking(platform, studio, subject if own else None) as (api, *_):
            yield api

    @contextmanager
    def _speaking(
        self, platform: Platform, studio: StudioSettings, subject: str | None
    ) -> Iterator[tuple[StudioApi, StudioUploadApi, StudioOwnedApi]]:
        tokens = GrantTokens.at_studio(self._store, self._oauth, platform, studio, subject, self._clock)
        origin = self._oauth.origin(studio)
        try:
            with about_studio():
                which = (self._http, origin, tokens)
                yield StudioApi(*which), StudioUploadApi(*which), StudioOwnedApi(*which)
        except GrantRevoked:
            tokens.refused()
            raise

    def _studio(self, platform: Platform) -> StudioSettings:
        studio = self.settings(platform)
        if studio is None:
            with about_studio():
                raise ServiceNotConfigured(f"platform {platform.id} has no Studio")
        return studio

    def _find(self, api: StudioApi, email: str) -> str | None:
        found = api.user_by_email(email)
        return found.id if found else None

    def _known(self, platform: Platform, subject: str, email: str | None, find: Callable[[str], str | None]) -> str:
        """Find the person's account by their e-mail address; who was found is remembered for an hour."""
        if not email:
            raise StudioPersonUnknown(
                "no e-mail address",
                message=N_("Cuedeck finds your Studio account by your e-mail address, and does not have it."),
                next_step=N_("Ask your Canvas administrator to look at Cuedeck's privacy choices."),
            )
        studio = self._studio(platform)
        key = f"studio user {platform.id} {studio.host} {subject} {email.casefold()}"
        kept = self._store.cache.get(key)
        if kept is not None and kept.fresh:
            return kept.value.decode()
        found = find(email)
        if found is None:
            raise StudioPersonUnknown("no account with this e-mail address")
        self._store.cache.put(key, found.encode(), _KNOWN_SECONDS, _KNOWN_SECONDS)
        return found
