"""A database of its own for each figure, on each engine that there is."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

SERVER = os.environ.get("CUEDECK_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def engines() -> list[str]:
    """Name the engines; PostgreSQL only where a server answers."""
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        print("No PostgreSQL on 127.0.0.1:5432 (or CUEDECK_TEST_POSTGRES): its figures are left out.")
        return ["SQLite"]
    return ["SQLite", "PostgreSQL"]


@contextmanager
def database(engine: str, folder: Path) -> Iterator[str]:
    """Give the address of a new database; it is gone afterwards."""
    if engine == "SQLite":
        yield f"sqlite:///{folder / 'bench.db'}"
        return
    name = f"cuedeck_bench_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}"'.encode())
    try:
        yield f"{SERVER.rsplit('/', 1)[0]}/{name}".replace("postgresql://", "postgresql+psycopg://")
    finally:
        with psycopg.connect(SERVER, autocommit=True) as server:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())
