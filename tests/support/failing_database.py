"""A database of ours that can be taken away, or have no room: on either engine what a client really meets then."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import psycopg
from psycopg import sql
from sqlalchemy import Engine, event
from sqlalchemy.engine import make_url

from lti.store import database as databases
from lti.store.schema import metadata
from tests.support.forwarder import Forwarder


class FailingDatabase:
    """A database by its address. PostgreSQL is reached through a forwarder."""

    def __init__(self, url: str) -> None:
        """Stand before a database; ``url`` is where it is to be reached from then on."""
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self.url = url
        self._file = address.database or ""
        self._direct = url.replace("+psycopg", "")
        self._forwarder: Forwarder | None = None
        if not self.is_sqlite:
            self._forwarder = Forwarder([(address.host or "127.0.0.1", address.port or 5432)])
            self.url = address.set(port=self._forwarder.port).render_as_string(hide_password=False)

    def close(self) -> None:
        """Close what the application has open, and let go of the port."""
        self._connect_anew()
        if self._forwarder is not None:
            self._forwarder.go_away()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Cut all connections and refuse others; a file is held by somebody who lets nobody write."""
        if self._forwarder is not None:
            self._forwarder.go_away()
            try:
                yield
            finally:
                self._forwarder.come_back()
            return
        with closing(sqlite3.connect(self._file, isolation_level=None)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            yield

    @contextmanager
    def full(self) -> Iterator[None]:
        """Have what is written refused as a server or a file without room refuses it."""
        with self._full_file() if self.is_sqlite else self._full_server():
            yield

    @contextmanager
    def _full_file(self) -> Iterator[None]:
        """Let the file have no page more than it has: what fits in these is still taken."""

        def limit(raw: sqlite3.Connection, _entry: object) -> None:
            raw.execute("PRAGMA max_page_count = 1")

        event.listen(Engine, "connect", limit)
        self._connect_anew()
        try:
            yield
        finally:
            event.remove(Engine, "connect", limit)
            self._connect_anew()

    def _connect_anew(self) -> None:
        for database in list(databases._open):
            if database.engine.url.set(drivername="") == make_url(self.url).set(drivername=""):
                database.close()

    @contextmanager
    def _full_server(self) -> Iterator[None]:
        """Have a trigger raise what PostgreSQL does (SQLSTATE 53100): a disk of its own to fill is too much to ask."""
        raising = (
            "CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$"
        )
        firing = "CREATE TRIGGER no_room BEFORE INSERT OR UPDATE ON {} EXECUTE FUNCTION no_room()"
        with psycopg.connect(self._direct, autocommit=True) as other:
            other.execute(sql.SQL(raising))
            for table in metadata.sorted_tables:
                other.execute(sql.SQL(firing).format(sql.Identifier(table.name)))
            try:
                yield
            finally:
                other.execute("DROP FUNCTION no_room CASCADE")
