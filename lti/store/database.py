"""The connection to the database: one pool, and the rules for transactions on either engine.

The driver never opens a transaction by itself. One statement (:class:`lti.store.prepared.Prepared`) is a transaction of
its own: one round trip on PostgreSQL, one lock on SQLite. :meth:`Database.transaction` is for several. On SQLite it
begins with ``BEGIN IMMEDIATE``: a transaction that reads first and writes later would fail at once, without waiting,
when another process wrote in between.
"""

from __future__ import annotations

import os
import sqlite3
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, Engine, Table, create_engine, event, exc
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from lti.errors import ConfigurationError, CuedeckError, PlatformUnknown, StorageUnavailable
from lti.store import migrate
from lti.store.connections import DURABLE, Connections

_PATIENCE = 10.0  # seconds to wait for a lock (SQLite) or for a pooled connection
_CONNECT_PATIENCE = 5  # whole seconds to wait for a server to accept us
_POOL = 16  # connections kept; as many again may be open for a moment
_RETRY_AFTER = 5.0  # seconds

# The server or the file is away, locked for too long, full, or (a standby after a fail-over) read-only.
_AWAY = (
    sqlite3.OperationalError,
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.ReadOnlySqlTransaction,
    exc.TimeoutError,
)

STORAGE_ERRORS = (exc.SQLAlchemyError, sqlite3.Error, psycopg.Error)

_open: weakref.WeakSet[Database] = weakref.WeakSet()


class Database:
    """A database at the address it was opened with. Safe to share between threads, and to inherit over a fork."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self.connections = Connections(engine)
        self.relaxed = Connections(engine, relaxed=True) if self.is_sqlite else self.connections
        _open.add(self)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection whose statements happen together, or not at all when the block raises.

        :raises StorageUnavailable: when the database does not answer.
        """
        with (
            storage_errors(),
            self.engine.connect().execution_options(cuedeck_transaction=True) as connection,
            connection.begin(),
        ):
            yield connection

    def insert(self, table: Table) -> sqlite.Insert | postgresql.Insert:
        """Begin an INSERT that may say ``on_conflict_do_update``: the engines write it alike, SQLAlchemy does not."""
        return sqlite.insert(table) if self.is_sqlite else postgresql.insert(table)

    def upgrade(self) -> None:
        """Bring the tables to the newest migration. Several processes may do this at once: one works, the others wait.

        :raises StorageUnavailable: when the database does not answer.
        """
        with self.transaction() as connection:
            migrate.upgrade(connection)

    def ready(self) -> bool:
        """Whether the database answers and its tables are those of the newest migration."""
        try:
            with storage_errors(), self.engine.connect() as connection:
                return migrate.is_current(connection)
        except StorageUnavailable:
            return False

    def close(self) -> None:
        """Close all connections."""
        self.connections.close()
        self.relaxed.close()
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open a database; nothing is asked of it yet.

    :param url: ``sqlite:///path`` (the folder is made where it is missing) or ``postgresql+psycopg://…``.
    :raises ConfigurationError: when the address is none of the two, or the folder cannot be made.
    """
    try:
        address = make_url(url)
    except exc.ArgumentError as error:
        raise ConfigurationError("DATABASE_URL is not an address such as sqlite:///var/cuedeck.db.") from error
    kind = address.get_backend_name()
    if kind == "sqlite":
        return Database(_open_sqlite(address))
    if kind == "postgresql":
        return Database(_open_postgres(address))
    raise ConfigurationError(f"DATABASE_URL names {kind!r}: Cuedeck keeps its data in SQLite or PostgreSQL.")


@contextmanager
def storage_errors() -> Iterator[None]:
    """Turn the errors of SQLAlchemy and of the drivers into ours, where there is one for it."""
    try:
        yield
    except STORAGE_ERRORS as error:
        raise_ours(error)
        raise


def raise_ours(error: Exception) -> None:
    """Raise our error for one of theirs, where there is one."""
    ours = _translated(error)
    if ours is not None:
        raise ours from error


def _translated(error: Exception) -> CuedeckError | None:
    """Give None for a mistake of our own, such as a statement that the engine does not understand."""
    cause = getattr(error, "orig", None) or error
    if isinstance(cause, _AWAY):
        lines = str(cause).splitlines() or [""]  # what follows the first may quote the statement
        return StorageUnavailable(f"{type(cause).__name__}: {lines[0]}", retry_after=_RETRY_AFTER)
    if isinstance(cause, psycopg.errors.ForeignKeyViolation) or (
        getattr(cause, "sqlite_errorname", None) == "SQLITE_CONSTRAINT_FOREIGNKEY"
    ):
        # All our foreign keys lead to platforms, some by way of an upload.
        return PlatformUnknown("the platform was removed while someone who came from it was at work")
    return None


def _open_sqlite(address: URL) -> Engine:
    if not address.database or address.database == ":memory:" or address.database.startswith("file:"):
        raise ConfigurationError("DATABASE_URL: SQLite needs a plain file, such as sqlite:///var/cuedeck.db.")
    try:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigurationError(f"DATABASE_URL: the folder of {address.database} cannot be made: {error}") from error
    engine = create_engine(
        address,
        hide_parameters=True,
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_timeout=_PATIENCE,
        connect_args={"timeout": _PATIENCE, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
        raw.isolation_level = None
        _use_wal(raw)
        raw.execute(f"PRAGMA synchronous = {DURABLE}")
        raw.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("cuedeck_transaction"):
            connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _use_wal(raw: sqlite3.Connection) -> None:
    """Switch a new file to WAL; SQLite does not wait by itself when two processes do this at the same moment."""
    give_up = time.monotonic() + _PATIENCE
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL").fetchone()
            return
        except sqlite3.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.02)


def _open_postgres(address: URL) -> Engine:
    engine = create_engine(
        address.set(drivername="postgresql+psycopg"),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=_POOL,
        max_overflow=_POOL,
        pool_timeout=_PATIENCE,
        connect_args={"connect_timeout": _CONNECT_PATIENCE},
        use_native_hstore=False,  # saves a query at each connection
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: psycopg.Connection[Any], _entry: ConnectionPoolEntry) -> None:
        raw.autocommit = True

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if connection.get_execution_options().get("cuedeck_transaction"):
            connection.exec_driver_sql("BEGIN")

    return engine


def _forget_connections() -> None:
    """Let a forked child open connections of its own: sharing one breaks both engines' protocols."""
    for database in list(_open):
        database.connections.forget()
        database.relaxed.forget()
        database.engine.dispose(close=False)


os.register_at_fork(after_in_child=_forget_connections)
