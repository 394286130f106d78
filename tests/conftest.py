"""What every test may use: a database of its own on each engine, and honest skips."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from hypothesis import settings
from psycopg import sql
from xdist.scheduler import LoadScopeScheduling

from lti.store import open_database
from lti.store.schema import metadata

pytest_plugins = ["tests.support.chromium", "tests.support.s3"]

REQUIRE_ALL = os.environ.get("CUEDECK_REQUIRE_ALL") == "1"
POSTGRES = os.environ.get("CUEDECK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")

REDIS = os.environ.get("CUEDECK_TEST_REDIS", "redis://127.0.0.1:6379/15")

# New examples are looked for on people's machines. In CI each run tries the same, so that red means a change.
settings.register_profile("people", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if REQUIRE_ALL else "people")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a browser test that fails run up to twice more; the summary names it (decision 0002)."""
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=2))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """Keep tests of one file in one process, and the flows of one database: what they share is started once.

    xdist's own groups know no node ids of pytest 9.2 and up.
    """
    return _ByStack(config, log)


class _ByStack(LoadScopeScheduling):  # type: ignore[misc] # xdist has no types
    def _split_scope(self, nodeid: str) -> str:
        file, _, test = nodeid.partition("::")
        if file.startswith("tests/flows/"):
            return "flows-postgres" if "postgres" in test.partition("[")[2] else "flows-sqlite"
        return file


def unavailable(reason: str) -> None:
    """Skip with a visible reason, or fail where nothing may skip (CI)."""
    if REQUIRE_ALL:
        pytest.fail(f"{reason} (CUEDECK_REQUIRE_ALL=1: nothing may skip)")
    pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_server() -> str:
    """Give the address of a PostgreSQL server that may make databases."""
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        unavailable("no PostgreSQL on 127.0.0.1:5432 (set CUEDECK_TEST_POSTGRES to use another)")
    return POSTGRES


@contextmanager
def postgres_database(server: str) -> Iterator[str]:
    """Give a fresh PostgreSQL database, dropped afterwards."""
    name = f"cuedeck_test_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield server.rsplit("/", 1)[0] + f"/{name}"
    finally:
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def _upgrade(url: str) -> None:
    database = open_database(url)
    database.upgrade()
    database.close()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """Give a fresh PostgreSQL database, dropped afterwards."""
    with postgres_database(postgres_server) as url:
        yield url.replace("postgresql://", "postgresql+psycopg://")


@pytest.fixture(scope="session")
def redis_server() -> str:
    """Give the address of a Redis server whose fifteenth database tests may write to."""
    try:
        with redis.Redis.from_url(REDIS, socket_timeout=3, socket_connect_timeout=3) as server:
            server.ping()
    except redis.RedisError:
        unavailable("no Redis on 127.0.0.1:6379 (set CUEDECK_TEST_REDIS to use another)")
    return REDIS


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def new_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an empty database, without tables, on each engine that Cuedeck supports."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return f"sqlite:///{tmp_path / 'cuedeck.db'}"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest) -> str:
    """Give a database that has its tables, and nothing in them, on each engine."""
    url: str = request.getfixturevalue("migrated_url" if request.param == "sqlite" else "emptied_postgres_url")
    return url


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty database once: copying it is faster than running the migrations for each test."""
    file = tmp_path_factory.mktemp("migrated") / "cuedeck.db"
    _upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def migrated_postgres_url(postgres_server: str) -> Iterator[str]:
    """Make a PostgreSQL database with our tables once: making and dropping one takes longer than a test."""
    with postgres_database(postgres_server) as plain:
        url = plain.replace("postgresql://", "postgresql+psycopg://")
        _upgrade(url)
        yield url


@pytest.fixture
def emptied_postgres_url(migrated_postgres_url: str) -> str:
    """Give the database with our tables, with nothing in them."""
    with psycopg.connect(migrated_postgres_url.replace("+psycopg", ""), autocommit=True) as connection:
        tables = sql.SQL(", ").join(sql.Identifier(table.name) for table in metadata.sorted_tables)
        connection.execute(sql.SQL("TRUNCATE {} RESTART IDENTITY CASCADE").format(tables))
    return migrated_postgres_url


@pytest.fixture
def migrated_url(migrated: Path, tmp_path: Path) -> str:
    """Give a fresh SQLite database that has its tables already."""
    file = tmp_path / "cuedeck.db"
    shutil.copy(migrated, file)
    return f"sqlite:///{file}"
