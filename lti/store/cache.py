"""A cache that all processes share, with leases so that one of them fetches what many want."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Insert, bindparam, delete, select

from lti.errors import ConfigurationError
from lti.meter import Meter
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.leases import Holder
from lti.store.prepared import Prepared
from lti.store.purging import Purge
from lti.store.schema import cache_entries, cache_leases

_log = logging.getLogger(__name__)
_NAME = re.compile(r"[a-z]+")


@dataclass(frozen=True, slots=True)
class CacheEntry:
    """A value, and whether it still counts; one that does not may be served when nothing better can be had."""

    value: bytes = field(repr=False)
    fresh: bool
    stored_at: datetime


class Cache:
    """Values by key. Keys are stored as their SHA-256 and values sealed: a media source address opens the media."""

    def __init__(
        self, database: Database, box: SecretBox, clock: Callable[[], datetime], meter: Meter | None = None
    ) -> None:
        self._box = box
        self._meter = meter or Meter()
        self._clock = clock
        self._holder = Holder()
        this = cache_entries.c.key_hash == bindparam("hashed")
        self._get = Prepared(database, select(cache_entries).where(this, cache_entries.c.keep_until > bindparam("now")))
        self._put = Prepared(database, _replacing(database), relaxed=True)  # gone: it is asked for anew
        self._delete = Prepared(database, delete(cache_entries).where(this))
        self._lease = Prepared(database, _leasing(database), relaxed=True)
        self._release = Prepared(
            database,
            delete(cache_leases).where(
                cache_leases.c.key_hash == bindparam("hashed"), cache_leases.c.leased_by == bindparam("holder")
            ),
            relaxed=True,
        )
        self._purge = Purge(database, cache_entries, cache_entries.c.keep_until)
        self._purge_leases = Purge(database, cache_leases, cache_leases.c.leased_until)

    def get(self, key: str, *, counted: bool = True) -> CacheEntry | None:
        """Find a value.

        :param key: its first word names what is kept there, for whoever measures.
        :param counted: whether it is a look of its own, and not one while somebody else fetches.
        :returns: None when there is none, when even its keeping time is over, or when no secret key opens it any more.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        row = self._get.one(hashed=_hash(key), now=now)
        if counted:
            result = "miss" if row is None else "hit" if row.expires_at > now else "stale"
            named = _NAME.match(key)
            self._meter.looked_up(named[0] if named else "other", result)
        if row is None:
            return None
        try:
            value = self._box.open_bytes(row.value)
        except ConfigurationError as error:
            _log.warning("a cached value counts as missing: %s", error)
            return None
        return CacheEntry(value, fresh=row.expires_at > now, stored_at=row.stored_at)

    def put(self, key: str, value: bytes, seconds: float, keep_seconds: float = 86400) -> None:
        """Keep a value, in place of an earlier one.

        :param seconds: how long it is fresh.
        :param keep_seconds: how long it may be served stale, counted from now; at least ``seconds``.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        self._put.run(
            key_hash=_hash(key),
            value=self._box.seal_bytes(value),
            stored_at=now,
            expires_at=now + timedelta(seconds=seconds),
            keep_until=now + timedelta(seconds=max(seconds, keep_seconds)),
        )
        self._purge.now_and_then(now)

    def delete(self, key: str) -> None:
        """Forget a value.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._delete.run(hashed=_hash(key))

    def lease(self, key: str, seconds: float) -> bool:
        """Become the one who fetches a value.

        :param seconds: how long nobody else may; longer than the fetch can take.
        :returns: False when someone is at it. Of any number of callers at once, in any processes, one is told True.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        row = self._lease.one(
            key_hash=_hash(key), leased_by=self._holder.name(), leased_until=now + timedelta(seconds=seconds), now=now
        )
        self._purge_leases.now_and_then(now)
        return row is not None

    def release(self, key: str) -> None:
        """End the lease that this thread has, if it still has it.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._release.run(hashed=_hash(key), holder=self._holder.name())


def _replacing(database: Database) -> Insert:
    statement = database.insert(cache_entries)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[cache_entries.c.key_hash],
        set_={
            "value": new.value,
            "stored_at": new.stored_at,
            "expires_at": new.expires_at,
            "keep_until": new.keep_until,
        },
    )


def _leasing(database: Database) -> Insert:
    statement = database.insert(cache_leases)
    new = statement.excluded
    return statement.on_conflict_do_update(
        index_elements=[cache_leases.c.key_hash],
        set_={"leased_by": new.leased_by, "leased_until": new.leased_until},
        where=cache_leases.c.leased_until <= bindparam("now"),
    ).returning(cache_leases.c.key_hash)


def _hash(key: str) -> str:
    return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()
