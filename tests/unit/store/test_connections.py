"""Connections that single statements hand from one to the next."""

from __future__ import annotations

import threading
from typing import Any

import psycopg
import pytest

from lti.store import Database, open_database
from lti.store import connections as module

_TERMINATE = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
    " AND pid <> pg_backend_pid()"
)


def test_one_statement_after_another_has_the_same_connection(database: Database) -> None:
    first = database.connections.take()
    database.connections.give(first)
    assert database.connections.take() is first
    database.connections.give(first)


def test_two_at_once_have_two(database: Database) -> None:
    first, second = database.connections.take(), database.connections.take()
    assert first.connection.dbapi_connection is not second.connection.dbapi_connection
    database.connections.give(first)
    database.connections.give(second)


def test_connection_that_lay_idle_is_asked_by_the_pool(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    first = database.connections.take()
    database.connections.give(first)
    monkeypatch.setattr(module, "_IDLE", -1.0)
    second = database.connections.take()
    assert second is not first
    monkeypatch.undo()
    database.connections.give(second)


def test_no_more_are_at_hand_than_threads_can_use(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AT_HAND", 1)
    several = [database.connections.take() for _ in range(3)]
    for each in several:
        database.connections.give(each)
    assert database.engine.pool.checkedout() == 1  # type: ignore[attr-defined]


def test_power_cut_takes_back_only_what_was_written_as_such(database: Database) -> None:
    """SQLite's word for it is 2: the disk has a transaction before it is said to be done. 1: it may have it later."""
    if not database.is_sqlite:
        assert database.relaxed is database.connections
        return
    durable, relaxed = database.connections.take(), database.relaxed.take()
    assert [_synchronous(durable.cursor), _synchronous(relaxed.cursor)] == [2, 1]
    relaxed.give_up()
    durable.give_up()
    with database.transaction() as connection:  # of the same pool: what one was for must not stay with it
        assert _synchronous(connection.connection.cursor()) == 2
    with database.transaction() as one, database.engine.connect() as other:
        assert [_synchronous(each.connection.cursor()) for each in (one, other)] == [2, 2]


def _synchronous(cursor: Any) -> int:
    (value,) = cursor.execute("PRAGMA synchronous").fetchone()
    return int(value)


def test_threads_never_share_one(database: Database) -> None:
    used: set[int] = set()
    shared: list[int] = []

    def use() -> None:
        for _ in range(300):
            mine = database.connections.take()
            number = id(mine.connection.dbapi_connection)
            if number in used:
                shared.append(number)
            used.add(number)
            used.discard(number)
            database.connections.give(mine)

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not shared


@pytest.mark.postgres
def test_connection_that_the_server_closed_is_not_used(postgres_url: str) -> None:
    database = open_database(postgres_url)
    first = database.connections.take()
    raw = first.connection.dbapi_connection
    database.connections.give(first)
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(_TERMINATE)
        sessions = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        for _ in range(1000):
            if other.execute(sessions).fetchone() == (1,):
                break
    second = database.connections.take()
    assert second.connection.dbapi_connection is not raw
    database.connections.give(second)
    database.close()
