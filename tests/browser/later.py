"""Time passes for what the tool has kept, so that no test has to wait for minutes."""

from __future__ import annotations

import sqlite3
from contextlib import closing

from tests.support.stack import Stack

_HOUR = 3_600_000_000  # microseconds


def an_hour_later(stack: Stack) -> None:
    """Make all cached addresses and caption texts an hour older. For the stack on SQLite."""
    with closing(sqlite3.connect(stack.run_dir / "cuedeck.db", timeout=20)) as database, database:
        database.execute(
            "UPDATE cache_entries SET stored_at = stored_at - ?, expires_at = expires_at - ?", (_HOUR, _HOUR)
        )
        database.execute("UPDATE captions SET fetched_at = fetched_at - ?", (_HOUR,))
