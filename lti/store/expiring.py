"""How long rows live: a rule for every table, and the removal of what is over.

A test sees to it that no table is without a rule, and that ``docs/privacy.md`` says the same to people.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, delete, select, tuple_

from lti.store import schema
from lti.store.database import Database

_AT_ONCE = 500  # rows of one statement: no long lock
_MOST = 100_000  # rows of one table in one turn
_CACHED: Final = timedelta(days=400)  # a course that comes once a year finds its captions there still


class Life(enum.Enum):
    """What ends a row whose time is not in a column of its own."""

    CACHED = enum.auto()  # nobody asked for it in more than a year: the catalogue has it still
    HISTORY = enum.auto()  # who did what: as long as CUEDECK_HISTORY_DAYS says
    OWNER = enum.auto()  # goes with the row that it hangs on
    STANDS = enum.auto()  # until somebody removes it, or the person or the institution is erased
    WORK = enum.auto()  # what works with it ends it: uploads, by their state (``media.housekeeping``)


@dataclass(frozen=True, slots=True)
class Rule:
    """When a row is over.

    :param column: the time from which ``life`` counts; without a ``life``, the end itself.
    """

    life: Life | None
    column: Column[Any] | None = None


RULES: Final[Mapping[str, Rule]] = {
    "logins": Rule(None, schema.logins.c.expires_at),
    "deep_links": Rule(None, schema.deep_links.c.expires_at),
    "tickets": Rule(None, schema.tickets.c.expires_at),
    "cache_entries": Rule(None, schema.cache_entries.c.keep_until),
    "cache_leases": Rule(None, schema.cache_leases.c.leased_until),
    "captions": Rule(Life.CACHED, schema.captions.c.fetched_at),
    "track_grades": Rule(Life.CACHED, schema.track_grades.c.graded_at),
    "media_lengths": Rule(Life.CACHED, schema.media_lengths.c.found_at),
    "caption_versions": Rule(Life.HISTORY, schema.caption_versions.c.created_at),
    "caption_answers": Rule(Life.HISTORY, schema.caption_answers.c.begun_at),
    "invitations": Rule(Life.HISTORY, schema.invitations.c.expires_at),
    "uploads": Rule(Life.WORK),
    "upload_chunks": Rule(Life.OWNER),
    "upload_captions": Rule(Life.OWNER),
    "hand_ins": Rule(Life.OWNER),
    "deployments": Rule(Life.OWNER),
    "institutions": Rule(Life.OWNER),
    "platforms": Rule(Life.STANDS),
    "grants": Rule(Life.STANDS),
    "embeds": Rule(Life.STANDS),
    "signing_keys": Rule(Life.STANDS),
}


class Expiring:
    """Removes rows that are over, in small steps."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def remove_ended(self) -> dict[str, int]:
        """Remove the rows that say themselves when they end. The column has an index: this may be done often.

        :returns: how many, by table; those of which there were some.
        :raises StorageUnavailable: when the database does not answer.
        """
        return self._remove({None: timedelta(0)})

    def remove_old(self, history: timedelta) -> dict[str, int]:
        """Remove old history, and what nobody asked for any more. It reads whole tables: once a day is enough.

        :param history: how long it is kept who did what.
        :returns: how many, by table; those of which there were some.
        :raises StorageUnavailable: when the database does not answer.
        """
        return self._remove({Life.CACHED: _CACHED, Life.HISTORY: history})

    def _remove(self, lives: Mapping[Life | None, timedelta]) -> dict[str, int]:
        now = self._clock()
        removed = {}
        for name, rule in RULES.items():
            if rule.life in lives and rule.column is not None:
                count = self._remove_from(rule.column, rule.column < now - lives[rule.life])
                if count:
                    removed[name] = count
        return removed

    def _remove_from(self, column: Column[Any], over: ColumnElement[bool]) -> int:
        table = column.table
        keys = list(table.primary_key.columns)
        # SKIP LOCKED is for hosts that do this at the same moment; SQLite has no such clause.
        some = select(*keys).where(over).limit(_AT_ONCE).with_for_update(skip_locked=True)
        key = keys[0] if len(keys) == 1 else tuple_(*keys)
        statement = delete(table).where(key.in_(some))
        removed = 0
        while removed < _MOST:
            with self._database.transaction() as connection:
                count = connection.execute(statement).rowcount
            removed += count
            if count < _AT_ONCE:
                break
        return removed
