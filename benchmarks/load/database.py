"""What the database did: transactions, and the processor time of the processes that serve us, where they run here."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import clock_gettime

import psycopg

from benchmarks.served import clock_of


@dataclass(frozen=True)
class Used:
    """What was used since the watch began."""

    transactions: int
    seconds: float | None  # of the processor; None where the server runs elsewhere


class Watched:
    """One database, watched from now on."""

    def __init__(self, url: str) -> None:
        """Begin.

        :param url: as SQLAlchemy writes it.
        """
        self._url = url.replace("+psycopg", "")
        self._transactions, self._seconds = self._look()

    def used(self) -> Used:
        """Tell what was used until now."""
        transactions, seconds = self._look()
        same = [seconds[pid] - self._seconds.get(pid, 0.0) for pid in seconds]
        return Used(transactions - self._transactions, sum(same) if same else None)

    def _look(self) -> tuple[int, dict[int, float]]:
        with psycopg.connect(self._url, autocommit=True) as server:
            server.execute("SELECT pg_stat_force_next_flush()")
            row = server.execute(
                "SELECT xact_commit + xact_rollback FROM pg_stat_database WHERE datname = current_database()"
            ).fetchone()
            found = server.execute(
                "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
        seconds = {}
        for (pid,) in found:
            name = Path(f"/proc/{pid}/comm")
            if name.exists() and name.read_text().startswith("postgres"):
                seconds[pid] = clock_gettime(clock_of(pid))
        return (row[0] if row else 0), seconds
