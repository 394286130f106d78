"""A token of Canvas or Studio, refreshed by exactly one of all who need it.

A refresh at Canvas kills the access token that was good until then (``reference/canvas.md`` 6.2), one at Studio the
refresh token as well (``reference/studio.md`` 1.4), so two at once would each kill the other's. Whoever takes the lease
on the stale version refreshes; all others, in whatever thread or process, wait a moment and read what the first wrote.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from lti.errors import GrantMissing, GrantRevoked, RemoteUnavailable, StorageUnavailable
from lti.media.ports import Clock
from lti.model import Grant, GrantService, Platform, StudioSettings
from lti.remote import CanvasOAuth, GrantedTokens, StudioOAuth
from lti.store import Store

_EARLY = timedelta(seconds=60)  # refresh this long before the end: a token must not die under way
_LEASE_SECONDS = 30.0  # longer than a refresh with all its tries; a process that died holds the others up this long
_PATIENCE = 10.0  # seconds that the others wait
_PAUSES = (0.05, 0.1, 0.2)  # seconds between two looks; the last one repeats


class GrantTokens:
    """The tokens of one grant; made for one request (a ``remote.TokenSource``)."""

    def __init__(
        self,
        store: Store,
        key: tuple[int, str, GrantService],
        refresh: Callable[[str], GrantedTokens],
        clock: Clock,
        sleep: Callable[[float], None],
    ) -> None:
        """Speak by a grant.

        :param key: of the grant in the store.
        :param refresh: turns a refresh token into new tokens.
        :param sleep: waits between two looks.
        """
        self._grants = store.grants
        self._key = key
        self._ask = refresh
        self._clock = clock
        self._sleep = sleep
        self._grant: Grant | None = None  # as last handed out

    @classmethod
    def at_canvas(
        cls,
        store: Store,
        oauth: CanvasOAuth,
        platform: Platform,
        subject: str,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> GrantTokens:
        """Speak for a person at their Canvas."""
        key = (platform.id, subject, GrantService.CANVAS)
        return cls(store, key, partial(oauth.refresh, platform), clock, sleep)

    @classmethod
    def at_studio(
        cls,
        store: Store,
        oauth: StudioOAuth,
        platform: Platform,
        studio: StudioSettings,
        subject: str | None,
        clock: Clock,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> GrantTokens:
        """Speak at the institution's Studio.

        :param subject: for a person; None is the service account.
        """
        service = GrantService.STUDIO_SERVICE if subject is None else GrantService.STUDIO
        return cls(store, (platform.id, subject or "", service), partial(oauth.refresh, studio), clock, sleep)

    def token(self) -> str:
        """Give a token that is good for another minute at least.

        :raises GrantMissing: when the person never consented, or took it back.
        :raises GrantRevoked: when the other side no longer honours the consent; it is forgotten then.
        :raises RemoteError: when the other side cannot be asked; the consent stays.
        """
        grant = self._grant or self._load()
        if grant.expires_at - self._clock() <= _EARLY:
            grant = self._refreshed(grant)
        self._grant = grant
        return grant.access_token

    def renew(self, stale: str) -> str:
        """Give another token than one that was just refused; raises as :meth:`token` does."""
        grant = self._load()
        if grant.access_token == stale:  # else someone else has refreshed already
            grant = self._refreshed(grant)
        self._grant = grant
        return grant.access_token

    def refused(self) -> None:
        """Forget the grant after it was refused for good, unless there is a newer one by now."""
        if self._grant is not None:
            self._forget(self._grant)

    def _load(self) -> Grant:
        grant = self._grants.get(*self._key)
        if grant is None:
            raise GrantMissing("no grant for this person")
        return grant

    def _refreshed(self, grant: Grant) -> Grant:
        """Refresh a grant, or wait for whoever does."""
        waited, looks = 0.0, 0
        while True:
            if self._grants.lease(*self._key, grant.version, _LEASE_SECONDS):
                return self._refresh(grant)
            current = self._grants.get(*self._key)
            if current is None:
                raise GrantRevoked("the grant ended while another request refreshed it")
            if current.version != grant.version:
                return current
            if waited >= _PATIENCE:
                raise RemoteUnavailable("another request still refreshes this grant", retry_after=5)
            pause = _PAUSES[min(looks, len(_PAUSES) - 1)]
            self._sleep(pause)
            waited, looks = waited + pause, looks + 1

    def _refresh(self, grant: Grant) -> Grant:
        """Ask the other side, with the lease held; every way out ends it."""
        try:
            if grant.refresh_token is None:
                raise GrantRevoked("the access token is over and there is no refresh token")
            fresh = self._ask(grant.refresh_token)
            return self._grants.renew(
                *self._key,
                version=grant.version,
                access_token=fresh.access_token,
                refresh_token=fresh.refresh_token,
                expires_at=fresh.expires_at,
            )
        except GrantRevoked:
            self._forget(grant)
            raise
        except BaseException:
            with contextlib.suppress(StorageUnavailable):  # the lease then ends by itself
                self._grants.release(*self._key)
            raise

    def _forget(self, grant: Grant) -> None:
        current = self._grants.get(*self._key)
        if current is not None and current.version == grant.version:  # not one that was given meanwhile
            self._grants.forget(*self._key)
