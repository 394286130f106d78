"""Running the migrations in this process, without an ``alembic.ini``."""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

_FOLDER = Path(__file__).parent / "migrations"
_LOCK_NUMBER = 0x43554544  # "CUED"; any number that nothing else in the database locks
_one_at_a_time = threading.Lock()  # Alembic keeps the running migration in module globals


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the transaction of this connection.

    On SQLite that transaction already holds the only write lock; PostgreSQL needs a lock of our own, or two starting
    processes would both create the tables.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
    config = _config()
    config.attributes["connection"] = connection
    with _one_at_a_time:
        command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of the newest migration."""
    return set(MigrationContext.configure(connection).get_current_heads()) == _heads()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


@cache
def _heads() -> frozenset[str]:
    return frozenset(ScriptDirectory.from_config(_config()).get_heads())
