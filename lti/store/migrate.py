"""Running the migrations in this process, without an ``alembic.ini``."""

from __future__ import annotations

import logging
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
_log = logging.getLogger(__name__)
_one_at_a_time = threading.Lock()  # Alembic keeps the running migration in module globals


def upgrade(connection: Connection) -> None:
    """Run the missing migrations inside the transaction of this connection.

    On SQLite that transaction already holds the only write lock; PostgreSQL needs a lock of our own, or two starting
    processes would both create the tables. Tables of a version after ours are left as they are: each is one step that
    the version before lives with (``docs/operations/upgrade.md``).
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK_NUMBER})
    if _is_newer(connection):
        _log.warning("the tables are of a newer version; they are left as they are")
        return
    config = _config()
    config.attributes["connection"] = connection
    with _one_at_a_time:
        command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether the tables are those of the newest migration, or of a version after ours.

    While a new version is rolled out the tables are its tables already: the processes that still run go on.
    """
    return set(MigrationContext.configure(connection).get_current_heads()) == _heads() or _is_newer(connection)


def _is_newer(connection: Connection) -> bool:
    heads = MigrationContext.configure(connection).get_current_heads()
    return bool(heads) and not _known() & set(heads)


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    return config


@cache
def _heads() -> frozenset[str]:
    return frozenset(ScriptDirectory.from_config(_config()).get_heads())


@cache
def _known() -> frozenset[str]:
    return frozenset(script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions())
