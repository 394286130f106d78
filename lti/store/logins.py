"""Login records: each is taken once, by the launch that answers it.

The record itself travels in the state, signed (``lti.protocol.states``). What is kept here is that it was taken.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, literal_column

from lti.model import LoginRecord
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.purging import Purge
from lti.store.schema import logins

# Longer than any state lives, even where a clock is set forward an hour, purges, and is set back: what was forgotten
# could be taken a second time then.
_KEEP: Final = timedelta(hours=2)

_NAMES: Final = ("state_hash", "platform_id", "expires_at")
_NOTHING: Final[ColumnElement[str]] = literal_column("''")


def taken_columns(prefix: str = "") -> dict[str, Any]:
    """Give the columns of a row that says that a record was taken: bound parameters, named with a prefix.

    The other columns are of versions that kept whole records, and still run beside this one while it is rolled out.
    """
    given = {name: bindparam(f"{prefix}{name}", type_=logins.c[name].type) for name in _NAMES}
    return {column.name: given.get(column.name, _NOTHING) for column in logins.c}


class Logins:
    """Login records that were taken, by the SHA-256 of their state."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        taking = database.insert(logins).values(taken_columns()).on_conflict_do_nothing()
        self._insert = Prepared(database, taking, relaxed=True)  # a state lives for minutes, a host is away for longer
        self._purge = Purge(database, logins, logins.c.expires_at)

    def take(self, state: str, record: LoginRecord) -> bool:
        """Take a record: of any number of callers at once, in any processes, one is told True.

        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        taken = self._insert.run(**taken_values(state, record, now)) == 1
        self.purge_now_and_then(now)
        return taken

    def purge_now_and_then(self, now: datetime) -> None:
        """Count a record that was taken, and delete old ones if it is time to."""
        self._purge.now_and_then(now)


def taken_values(state: str, record: LoginRecord, now: datetime) -> dict[str, Any]:
    """Give what :func:`taken_columns` asks for."""
    return {
        "state_hash": hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest(),
        "platform_id": record.platform_id,
        "expires_at": now + _KEEP,
    }
