"""Login records: each is taken once, by the launch that answers it.

The record itself travels in the state, signed (``lti.protocol.states``). What is kept is that it was taken: here, or by
a deep linking request that is kept under a name made of the state (``lti.store.deep_links``). Each looks for the other;
only a platform that signs two messages of different kinds for one nonce could have both in the same moment.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, bindparam, exists, literal_column, select

from lti.model import LoginRecord
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.purging import Purge
from lti.store.schema import deep_links, logins

# Longer than any state lives, even where a clock is set forward an hour, purges, and is set back: what was forgotten
# could be taken a second time then.
_KEEP: Final = timedelta(hours=2)
_NOTHING: Final[ColumnElement[str]] = literal_column("''")


class Logins:
    """Login records that were taken, by the SHA-256 of their state."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        names = [column.name for column in logins.c]
        taking = database.insert(logins).from_select(names, _row()).on_conflict_do_nothing()
        self._insert = Prepared(database, taking, relaxed=True)  # a state lives for minutes, a host is away for longer
        self._purge = Purge(database, logins, logins.c.expires_at)

    def take(self, state: str, record: LoginRecord) -> bool:
        """Take a record: of any number of callers at once, in any processes, one is told True.

        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        state_hash, link_id = names_of(state)
        taken = self._insert.run(
            state_hash=state_hash, platform_id=record.platform_id, expires_at=now + _KEEP, link_id=link_id
        )
        self._purge.now_and_then(now)
        return taken == 1


def names_of(state: str) -> tuple[str, str]:
    """Give the names under which a state is remembered: here, and as the deep linking request that it led to."""
    digest = hashlib.sha256(state.encode("utf-8", "surrogatepass"))
    return digest.hexdigest(), urlsafe_b64encode(digest.digest()[:16])[:-2].decode()


def _row() -> Select[tuple[object, ...]]:
    """Give the row of a record that was taken, unless it was by a deep linking request.

    The other columns are of versions that kept whole records, and still run beside this one while it is rolled out.
    """
    given = {name: bindparam(name, type_=logins.c[name].type) for name in ("state_hash", "platform_id", "expires_at")}
    requested = exists().where(deep_links.c.id == bindparam("link_id", type_=deep_links.c.id.type))
    return select(*(given.get(column.name, _NOTHING) for column in logins.c)).where(~requested)
