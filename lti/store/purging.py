"""Clearing out of rows whose time is over: a little at a time, by those who add new ones."""

from __future__ import annotations

import itertools
import logging
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, bindparam, delete, select

from lti.errors import StorageUnavailable
from lti.store.database import Database
from lti.store.prepared import Prepared

_EVERY = 64  # puts
_AT_MOST = 256  # rows; more than are put meanwhile, so that a backlog shrinks

_log = logging.getLogger(__name__)


class Purge:
    """Deletes rows that are over, on every 64th call and at most 256 of them: no job to run, no long lock."""

    def __init__(self, database: Database, table: Table, over: Column[Any]) -> None:
        """Prepare the statement.

        :param over: the indexed column that says until when a row counts.
        """
        (key,) = table.primary_key.columns
        old = select(key).where(over < bindparam("now")).order_by(over).limit(_AT_MOST)
        # Two processes purging at once would wait for each other's rows on PostgreSQL; SQLite has no such clause.
        rows = key.in_(old.with_for_update(skip_locked=True))
        self._delete = Prepared(database, delete(table).where(rows), relaxed=True)
        self._name = table.name
        self._calls = itertools.count(1)  # next() on it is atomic

    def now_and_then(self, now: datetime) -> None:
        """Purge if it is time to. What was put before is done already, so a failure here is only logged."""
        if next(self._calls) % _EVERY:
            return
        try:
            self._delete.run(now=now)
        except StorageUnavailable as error:
            _log.warning("expired rows of %s were not purged: %s", self._name, error.detail)
