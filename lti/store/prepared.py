"""Statements that are compiled once and then handed straight to the driver.

A launch costs two of them, and the time that a launch may take is a small multiple of what verifying its token takes.
SQLAlchemy's own way of running one (connection, transaction and result objects, the look-up of the compiled form)
costs several times what SQLite's work does: the numbers are in ``docs/decisions/0003-database.md``. The pool, the
compiler and the column types stay SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import psycopg
from sqlalchemy import Delete, Dialect, Insert, Select, Update
from sqlalchemy.engine.interfaces import DBAPICursor

from lti.store.connections import Handed
from lti.store.database import STORAGE_ERRORS, Database, raise_ours


class _Plan:
    """A statement as the driver takes it, and how its values are turned into the driver's."""

    __slots__ = ("defaults", "into_driver", "order", "sql")

    def __init__(self, statement: Select[Any] | Insert | Update | Delete, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self.sql = str(compiled)
        self.defaults = dict(compiled.params)  # constants such as a LIMIT; None for what must be given
        self.order: list[str] | None = getattr(compiled, "positiontup", None)
        self.into_driver = [
            (name, convert)
            for bound, name in compiled.bind_names.items()
            if (convert := bound.type.dialect_impl(dialect).bind_processor(dialect)) is not None
        ]


class Prepared:
    """One statement, run as a transaction of its own; its values are its bound parameters by name."""

    def __init__(
        self, database: Database, statement: Select[Any] | Insert | Update | Delete, *, relaxed: bool = False
    ) -> None:
        """Keep the statement; it is compiled when it is first run, for the engine of this database.

        :param relaxed: nobody is harmed when a power cut takes back what it wrote a moment ago: SQLite need not wait
            for the disk then, which costs more than the statement. PostgreSQL always does.
        """
        self._engine = database.engine
        self._connections = database.relaxed if relaxed else database.connections
        self._statement = statement
        self._plan: _Plan | None = None
        self._shape: list[tuple[str, Callable[[Any], Any] | None]] | None = None

    def run(self, **values: Any) -> int:
        """Run it.

        :returns: how many rows were met.
        :raises StorageUnavailable: when the database does not answer.
        :raises PlatformUnknown: when a row was to hang on a platform that is not there.
        """
        return self._execute(values)[0]

    def one(self, **values: Any) -> Any | None:
        """Run it, and give the one row that came back, if any.

        :raises StorageUnavailable: when the database does not answer.
        :raises PlatformUnknown: when a row was to hang on a platform that is not there.
        """
        rows = self.all(**values)
        return rows[0] if rows else None

    def all(self, **values: Any) -> list[Any]:
        """Run it, and give the rows that came back.

        :raises StorageUnavailable: when the database does not answer.
        """
        return [self.read(row) for row in self.raw(**values)]

    def raw(self, **values: Any) -> list[tuple[Any, ...]]:
        """Run it, and give the rows as the driver does: for who keeps what it made of the same row before.

        :raises StorageUnavailable: when the database does not answer.
        """
        return self._execute(values)[1]

    def read(self, row: tuple[Any, ...]) -> SimpleNamespace:
        """Read a row that :meth:`raw` gave: values by the names of their columns, as the columns' types have them."""
        shape = self._shape or []
        return SimpleNamespace(
            **{
                name: value if convert is None else convert(value)
                for (name, convert), value in zip(shape, row, strict=True)
            }
        )

    def _execute(self, values: dict[str, Any]) -> tuple[int, list[tuple[Any, ...]]]:
        plan = self._plan
        if plan is None:  # several threads may do this at once: they make the same
            plan = self._plan = _Plan(self._statement, self._engine.dialect)
        given = {**plan.defaults, **values}
        for name, convert in plan.into_driver:
            given[name] = convert(given[name])
        arguments = given if plan.order is None else [given[name] for name in plan.order]
        try:
            try:
                return self._run_on(self._connections.take(), plan.sql, arguments)
            except psycopg.errors.AdminShutdown:
                # The server is going, and says that this statement was not done. All that it had given us goes with it.
                self._connections.close()
                return self._run_on(self._connections.take(), plan.sql, arguments)
        except STORAGE_ERRORS as error:
            raise_ours(error)
            raise

    def _run_on(self, borrowed: Handed, sql: str, arguments: Any) -> tuple[int, list[tuple[Any, ...]]]:
        cursor = borrowed.cursor
        try:
            cursor.execute(sql, arguments)
            rows = self._rows(cursor) if cursor.description else []
            count = cursor.rowcount
        except BaseException as error:
            self._settle(borrowed, error)
            raise
        self._connections.give(borrowed)
        return count, rows

    def _settle(self, borrowed: Handed, error: BaseException) -> None:
        """Hand a connection on after an error, unless it is of no more use."""
        dialect, connection = self._engine.dialect, borrowed.connection
        if not isinstance(error, dialect.loaded_dbapi.Error):
            connection.invalidate()  # interrupted: nobody knows where it stands
        elif dialect.is_disconnect(error, connection.dbapi_connection, None):
            connection.invalidate(error)
        else:
            self._connections.give(borrowed)

    def _rows(self, cursor: DBAPICursor) -> list[tuple[Any, ...]]:
        if self._shape is None:  # how to convert depends on what the driver says that it returns
            dialect = self._engine.dialect
            self._shape = [
                (column.name, column.type.dialect_impl(dialect).result_processor(dialect, described[1]))
                for column, described in zip(self._statement.exported_columns, cursor.description, strict=True)
            ]
        return list(cursor.fetchall())
