"""Driver connections for single statements: borrowed from the pool once, then handed from one statement to the next.

A pool asks a connection whether it is alive each time (a round trip on PostgreSQL), and resets it afterwards. Between
single statements in autocommit there is nothing to reset, and a server that has closed a connection has said so: that
can be read on the socket, at the price of one system call. Only a connection that lay idle goes back to the pool,
which asks properly.
"""

from __future__ import annotations

import select
import time
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.pool import PoolProxiedConnection

_IDLE: float = 5.0  # seconds; what forgets connections silently (firewalls) takes minutes
_AT_HAND = 8  # connections of the pool's 32; the rest is for transactions, and for more statements at once

# SQLite's words, with WAL. A killed process loses nothing with either, and a power cut never breaks the file.
DURABLE = "FULL"  # a power cut takes nothing back that was said to be done
RELAXED = "NORMAL"  # it may take back what came last

_inherited: list[object] = []  # of a parent process: never touched, never closed


class Handed:
    """A borrowed connection, with a cursor that is kept as well: making one is a seventh of a statement's price."""

    __slots__ = ("_relaxed", "connection", "cursor", "since")

    def __init__(self, connection: PoolProxiedConnection, *, relaxed: bool = False) -> None:
        """Take a connection.

        :param relaxed: SQLite's only: do not wait for the disk at the end of each statement.
        """
        self.connection = connection
        self.cursor: Any = connection.cursor()
        self.since = 0.0  # when it was put on the stack
        self._relaxed = relaxed
        if relaxed:
            self.cursor.execute(f"PRAGMA synchronous = {RELAXED}")

    def give_up(self) -> None:
        """Give it back to the pool, as it was."""
        if self._relaxed:
            self.cursor.execute(f"PRAGMA synchronous = {DURABLE}")
        self.cursor.close()
        self.connection.close()


class Connections:
    """A stack of connections, so that few are in use and these stay warm. Safe to share between threads."""

    def __init__(self, engine: Engine, *, relaxed: bool = False) -> None:
        """Begin with none.

        :param relaxed: a power cut may take back what these wrote last; on SQLite alone, where that is cheaper.
        """
        self._engine = engine
        self._relaxed = relaxed
        self._has_server = engine.dialect.name != "sqlite"
        self._idle: list[Handed] = []  # appending and popping are atomic

    def take(self) -> Handed:
        """Give a connection that is not in use, alive as far as can be seen."""
        while True:
            try:
                handed = self._idle.pop()
            except IndexError:
                return Handed(self._engine.raw_connection(), relaxed=self._relaxed)
            if time.monotonic() - handed.since > _IDLE:
                handed.give_up()
            elif self._has_server and _has_news(handed.connection.dbapi_connection):
                handed.connection.invalidate()
            else:
                return handed

    def give(self, handed: Handed) -> None:
        """Take back a connection that is in order."""
        if len(self._idle) < _AT_HAND:
            handed.since = time.monotonic()
            self._idle.append(handed)
        else:
            handed.give_up()

    def close(self) -> None:
        """Give every connection back to the pool."""
        while self._idle:
            self._idle.pop().give_up()

    def forget(self) -> None:
        """Leave the connections to the process that this one was forked from."""
        _inherited.extend(self._idle)
        self._idle = []


def _has_news(connection: Any) -> bool:
    """Tell whether a server has said something that nobody asked for: that the connection is over, as a rule."""
    poll = select.poll()
    poll.register(connection.pgconn.socket, select.POLLIN | select.POLLPRI)
    return bool(poll.poll(0))
