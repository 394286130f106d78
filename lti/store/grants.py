"""Grants: people's consents at Canvas, the tokens sealed, refreshed by one process at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Insert, Text, bindparam, delete, func, select, update

from lti.errors import ConfigurationError, GrantMissing
from lti.model import Grant, GrantService
from lti.store.columns import to_micros
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.leases import Holder
from lti.store.prepared import Prepared
from lti.store.schema import grants

_log = logging.getLogger(__name__)


class Grants:
    """Grants by platform, subject and service.

    To refresh one: :meth:`lease` it at the version that is stale, ask the other side, :meth:`renew` it (or
    :meth:`release` it when the other side failed). Who gets no lease waits and reads again.
    """

    def __init__(self, database: Database, box: SecretBox, clock: Callable[[], datetime]) -> None:
        self._box = box
        self._clock = clock
        self._holder = Holder()
        this = (
            (grants.c.platform_id == bindparam("platform"))
            & (grants.c.subject == bindparam("who"))
            & (grants.c.service == bindparam("where"))
        )
        at_version = this & (grants.c.version == bindparam("at_version"))
        self._get = Prepared(database, select(grants).where(this))
        self._save = Prepared(database, _replacing(database))
        self._forget = Prepared(database, delete(grants).where(this))
        self._forget_all = Prepared(
            database,
            delete(grants).where(grants.c.platform_id == bindparam("platform"), grants.c.service == bindparam("where")),
        )
        self._lease = Prepared(
            database,
            update(grants)
            .where(at_version, grants.c.leased_until.is_(None) | (grants.c.leased_until <= bindparam("now")))
            .values(leased_by=bindparam("holder"), leased_until=bindparam("until")),
        )
        self._renew = Prepared(
            database,
            update(grants)
            .where(at_version)
            .values(
                access_token=bindparam("access"),
                refresh_token=func.coalesce(bindparam("refresh", type_=Text), grants.c.refresh_token),
                expires_at=bindparam("expires"),
                version=grants.c.version + 1,
                leased_by=None,
                leased_until=None,
            ),
        )
        self._release = Prepared(
            database,
            update(grants)
            .where(this, grants.c.leased_by == bindparam("holder"))
            .values(leased_by=None, leased_until=None),
        )

    def get(self, platform_id: int, subject: str, service: GrantService) -> Grant | None:
        """Find a grant.

        :returns: None when there is none, or when it was sealed with a secret key that is gone: consenting again
            mends both, and the log tells them apart.
        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._get.one(platform=platform_id, who=subject, where=service)
        return None if row is None else self._opened(row)

    def save(
        self,
        platform_id: int,
        subject: str,
        service: GrantService,
        *,
        account_id: str,
        access_token: str,
        refresh_token: str | None,
        expires_at: datetime,
    ) -> Grant:
        """Keep a new consent, in place of an earlier one; a refresh of the earlier one that still runs is dropped.

        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        row: Any = self._save.one(
            platform_id=platform_id,
            subject=subject,
            service=service,
            account_id=account_id,
            access_token=self._box.seal(access_token),
            refresh_token=None if refresh_token is None else self._box.seal(refresh_token),
            expires_at=expires_at,
            # The first version is the time, so that a grant which was forgotten and given again never repeats one.
            version=to_micros(self._clock()),
        )
        return Grant(platform_id, subject, service, account_id, access_token, refresh_token, expires_at, row.version)

    def forget(self, platform_id: int, subject: str, service: GrantService) -> bool:
        """Remove a grant.

        :returns: whether there was one.
        :raises StorageUnavailable: when the database does not answer.
        """
        return self._forget.run(platform=platform_id, who=subject, where=service) == 1

    def forget_all(self, platform_id: int, service: GrantService) -> int:
        """Remove every grant of a service: its key, or the service itself, is another one now.

        :returns: how many there were.
        :raises StorageUnavailable: when the database does not answer.
        """
        return self._forget_all.run(platform=platform_id, where=service)

    def lease(self, platform_id: int, subject: str, service: GrantService, version: int, seconds: float) -> bool:
        """Become the one who refreshes a grant.

        :param version: the version that was found stale.
        :param seconds: how long nobody else may; longer than the other side can take to answer.
        :returns: False when the grant has another version by now, or someone else is at it. Of any number of callers
            at once, in any processes, one is told True.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        return (
            self._lease.run(
                platform=platform_id,
                who=subject,
                where=service,
                at_version=version,
                now=now,
                holder=self._holder.name(),
                until=now + timedelta(seconds=seconds),
            )
            == 1
        )

    def renew(
        self,
        platform_id: int,
        subject: str,
        service: GrantService,
        *,
        version: int,
        access_token: str,
        refresh_token: str | None,
        expires_at: datetime,
    ) -> Grant:
        """Keep what a refresh gave, and end the lease.

        :param version: the version that was leased.
        :param refresh_token: None keeps the one that is there (Canvas sends none on refresh).
        :returns: the grant as it is now. That is a newer one when the person consented again meanwhile: its tokens
            count, and those given here are dropped.
        :raises GrantMissing: when the grant was forgotten meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        self._renew.run(
            platform=platform_id,
            who=subject,
            where=service,
            at_version=version,
            access=self._box.seal(access_token),
            refresh=None if refresh_token is None else self._box.seal(refresh_token),
            expires=expires_at,
        )
        grant = self.get(platform_id, subject, service)
        if grant is None:
            raise GrantMissing("the grant was forgotten while it was refreshed")
        return grant

    def release(self, platform_id: int, subject: str, service: GrantService) -> None:
        """End the lease that this thread has, if it still has it, without a new token.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._release.run(platform=platform_id, who=subject, where=service, holder=self._holder.name())

    def _opened(self, row: Any) -> Grant | None:
        try:
            return Grant(
                platform_id=row.platform_id,
                subject=row.subject,
                service=GrantService(row.service),
                account_id=row.account_id,
                access_token=self._box.open(row.access_token),
                refresh_token=None if row.refresh_token is None else self._box.open(row.refresh_token),
                expires_at=row.expires_at,
                version=row.version,
            )
        except ConfigurationError as error:
            _log.error("a grant of platform %s counts as not given: %s", row.platform_id, error)
            return None


def _replacing(database: Database) -> Insert:
    statement = database.insert(grants)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=list(grants.primary_key.columns),
        set_={
            "account_id": new.account_id,
            "access_token": new.access_token,
            "refresh_token": new.refresh_token,
            "expires_at": new.expires_at,
            "version": grants.c.version + 1,
            "leased_by": None,
            "leased_until": None,
        },
    ).returning(grants.c.version)
