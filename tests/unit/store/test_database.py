from __future__ import annotations

import multiprocessing
import os
import sqlite3
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import func, insert, inspect, literal, select, text
from sqlalchemy.exc import IntegrityError

from lti.errors import ConfigurationError, CuedeckError, StorageUnavailable
from lti.model import Platform
from lti.store import Database, SecretBox, Store, migrate, open_database
from lti.store import database as database_module
from lti.store.prepared import Prepared
from lti.store.purging import Purge
from lti.store.schema import logins, metadata, platforms, signing_keys

from .conftest import OLD_KEY, Clock, register
from .crowd import PROCESSES, THREADS, in_processes, in_threads, real_clock
from .samples import SETTINGS, login

UNREACHABLE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def upgrade(url: str) -> bool:
    database = open_database(url)
    try:
        database.upgrade()
        return database.ready()
    finally:
        database.close()


def test_the_migrations_make_the_tables_that_the_code_uses(database: Database) -> None:
    with database.transaction() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []
        inspector = inspect(connection)
        for table in metadata.sorted_tables:  # what compare_metadata does not look at
            primary = inspector.get_pk_constraint(table.name)
            assert primary["constrained_columns"] == [column.name for column in table.primary_key.columns]
            for found in inspector.get_foreign_keys(table.name):
                assert found["referred_table"] in {"platforms", "uploads", "embeds"}
                assert found["options"] == {"ondelete": "CASCADE"}


def test_a_new_database_is_ready_after_the_upgrade(new_database_url: str) -> None:
    database = open_database(new_database_url)
    assert not database.ready()
    database.upgrade()
    assert database.ready()
    database.upgrade()
    assert database.ready()
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    assert not database.ready()
    database.close()


def test_version_before_goes_on_with_the_tables_of_the_one_after(new_database_url: str) -> None:
    database = open_database(new_database_url)
    database.upgrade()
    with database.transaction() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))

    assert database.ready()
    database.upgrade()  # as the web process of one machine does when it starts

    with database.transaction() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "9999"
    database.close()


def test_an_upgrade_can_be_taken_back(database: Database) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrate.__file__).parent / "migrations"))
    with database.transaction() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
    database.upgrade()
    assert database.ready()


def test_several_processes_start_on_a_new_database(new_database_url: str) -> None:
    with ProcessPoolExecutor(4, mp_context=multiprocessing.get_context("forkserver")) as pool:
        assert list(pool.map(upgrade, [new_database_url] * 4)) == [True] * 4


def test_several_threads_start_on_a_new_database(new_database_url: str) -> None:
    assert in_threads(lambda _caller: upgrade(new_database_url), 4) == [True] * 4


def test_the_folder_of_a_new_database_is_made(tmp_path: Path) -> None:
    assert upgrade(f"sqlite:///{tmp_path / 'var' / 'data 100%' / 'cuedeck.db'}")


@pytest.mark.parametrize("url", ["", "nonsense", "mysql://localhost/x", "sqlite://", "sqlite:///:memory:"])
def test_administrator_is_told_when_the_address_is_not_one(url: str) -> None:
    with pytest.raises(ConfigurationError, match="DATABASE_URL"):
        open_database(url)


def test_an_address_is_not_quoted_when_it_is_wrong() -> None:
    with pytest.raises(ConfigurationError) as refused:
        open_database("postgresql//person:the-password@host/x")
    assert "the-password" not in str(refused.value)


def every_operation(store: Store) -> list[CuedeckError]:
    raised: list[CuedeckError] = []
    for operation in (
        lambda: store.logins.take("state", login(1)),
        lambda: store.deep_links.take_and_put("state", login(1), "teacher", SETTINGS, "1:aa", None),
        lambda: store.platforms.find("issuer", None),
        lambda: register(store),
        lambda: store.tickets.put("kind", {}, 1),
        lambda: store.cache.get("key"),
        lambda: store.embeds.get("id"),
        lambda: store.keys.all(),
        lambda: store.reseal(),
    ):
        with pytest.raises(StorageUnavailable) as away:
            operation()
        raised.append(away.value)
    return raised


def test_a_server_that_is_away_is_said_in_words(clock: Clock) -> None:
    database = open_database(UNREACHABLE)
    assert not database.ready()
    store = Store(database, SecretBox([OLD_KEY]), clock)
    for error in every_operation(store):
        assert (error.status, error.retry_after) == (503, 5.0)
    with pytest.raises(StorageUnavailable):
        database.upgrade()
    database.close()


def test_a_file_that_cannot_be_opened_is_said_in_words(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_PATIENCE", 0.1)
    (tmp_path / "cuedeck.db").mkdir()
    database = open_database(f"sqlite:///{tmp_path / 'cuedeck.db'}")
    assert not database.ready()
    every_operation(Store(database, SecretBox([OLD_KEY]), clock))
    database.close()


def test_a_file_that_stays_locked_is_said_in_words(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_PATIENCE", 0.1)
    database = open_database(f"sqlite:///{tmp_path / 'cuedeck.db'}")
    database.upgrade()
    store = Store(database, SecretBox([OLD_KEY]), clock)
    platform = register(store)
    blocker = sqlite3.connect(tmp_path / "cuedeck.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StorageUnavailable, match="locked"):
        store.logins.take("state", login(platform.id))
    with pytest.raises(StorageUnavailable, match="locked"):
        register(store)
    assert store.embeds.get("unknown") is None  # readers go on
    blocker.execute("ROLLBACK")
    blocker.close()
    assert store.logins.take("state", login(platform.id))
    database.close()


def test_values_do_not_reach_the_error(tmp_path: Path, clock: Clock) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'cuedeck.db'}")  # no tables
    store = Store(database, SecretBox([OLD_KEY]), clock)
    with pytest.raises(StorageUnavailable) as away:
        store.tickets.put("the-kind", {}, 1)
    chain = f"{away.value!r} {away.value.__cause__!r}"
    assert "the-kind" not in chain
    with pytest.raises(StorageUnavailable) as away:
        register(store, client_id="the-client")
    assert "the-client" not in f"{away.value!r} {away.value.__cause__!r} {away.value.__cause__}"
    database.close()


@pytest.mark.postgres
def test_connections_that_the_server_dropped_are_replaced(postgres_url: str, clock: Clock) -> None:
    database = open_database(postgres_url)
    database.upgrade()
    store = Store(database, SecretBox([OLD_KEY]), clock)
    platform = register(store)
    with psycopg.connect(postgres_url.replace("+psycopg", ""), autocommit=True) as other:
        other.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert store.logins.take("state", login(platform.id))
    assert register(store, client_id="2").id != platform.id
    database.close()


def test_a_new_file_that_another_process_holds_is_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "_PATIENCE", 0.2)
    blocker = sqlite3.connect(tmp_path / "cuedeck.db", isolation_level=None, check_same_thread=False)
    blocker.execute("BEGIN EXCLUSIVE")
    database = open_database(f"sqlite:///{tmp_path / 'cuedeck.db'}")
    with pytest.raises(StorageUnavailable, match="locked"):
        database.upgrade()
    monkeypatch.setattr(database_module, "_PATIENCE", 10.0)
    release = threading.Timer(0.5, blocker.close)
    release.start()
    database.upgrade()
    release.join()
    assert database.ready()
    database.close()


def test_a_folder_that_cannot_be_made_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigurationError, match="folder"):
        open_database(f"sqlite:///{tmp_path / 'file' / 'cuedeck.db'}")


def test_what_was_put_counts_when_the_purge_after_it_fails(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(database_module, "_PATIENCE", 0.1)
    database = open_database(f"sqlite:///{tmp_path / 'cuedeck.db'}")
    database.upgrade()
    purge = Purge(database, logins, logins.c.expires_at)
    blocker = sqlite3.connect(tmp_path / "cuedeck.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    for _ in range(64):
        purge.now_and_then(clock())
    assert "expired rows of logins were not purged" in caplog.text
    blocker.close()
    database.close()


@pytest.mark.postgres
def test_a_statement_whose_connection_dies_is_said_in_words(postgres_url: str) -> None:
    database = open_database(postgres_url)
    fatal = Prepared(database, select(func.pg_terminate_backend(func.pg_backend_pid())))
    for _ in range(2):
        with pytest.raises(StorageUnavailable):
            fatal.run()
    assert Prepared(database, select(literal(7).label("seven"))).all()[0].seven == 7
    database.close()


@pytest.mark.postgres
def test_a_connection_that_dies_at_work_is_not_used_again(postgres_url: str) -> None:
    database = open_database(postgres_url)
    with pytest.raises(StorageUnavailable), database.transaction() as connection:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
    with database.transaction() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    database.close()


def test_a_transaction_that_fails_leaves_nothing_behind(store: Store, platform: Platform, database: Database) -> None:
    def half_done() -> None:
        with database.transaction() as connection:
            connection.execute(platforms.delete())
            connection.execute(insert(signing_keys), {"kid": "incomplete"})

    with pytest.raises(IntegrityError):
        half_done()
    with database.transaction() as connection:
        assert connection.execute(select(platforms.c.id)).scalars().all() == [platform.id]


def write_much(store: Store, caller: int) -> int:
    """Everything that a busy process does: single statements, transactions, reads, purges."""
    for number in range(20):
        state = f"{caller}-{number}"
        store.cache.put(f"shared-{number % 3}", b"value", 60)
        register(store, client_id=f"client-{number % 3}", trust=True)
        store.platforms.pin_deployment(1, state)
        assert store.logins.take(state, login(1))
    return 20


def test_many_writers_in_many_processes_all_get_through(store: Store, database_url: str) -> None:
    assert in_processes(database_url, write_much) == [20] * (PROCESSES * THREADS)


def child(database: Database) -> int:
    """Use in a forked child what the parent has open."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        done = b"bad"
        try:
            Store(database, SecretBox([OLD_KEY]), real_clock).tickets.put("from-the-child", {}, 60)
            done = b"yes"
        finally:
            os.write(writer, done)
            os._exit(0)
    os.waitpid(pid, 0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        return answer.read() == b"yes"


def test_a_forked_worker_has_connections_of_its_own(store: Store, database: Database) -> None:
    ticket = store.tickets.put("from-the-parent", {}, 60)
    assert child(database)
    assert store.tickets.take("from-the-parent", ticket) == {}
