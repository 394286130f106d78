"""Housekeeping does by itself what is due, once for all hosts, and says what it did."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from lti.media import Carrier, Claims, Housekeeping, Worker
from lti.meter import Meter
from lti.store import ChunkStore, Database, SecretBox, Store, open_chunks, open_database
from tests.support.rows import fill
from tests.unit.store.conftest import OLD_KEY, Clock


class Told(Meter):
    def __init__(self) -> None:
        self.turns: list[dict[str, int]] = []
        self.done = threading.Event()

    def cleared(self, removed: Mapping[str, int]) -> None:
        self.turns.append(dict(removed))
        self.done.set()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def database(migrated_url: str) -> Database:
    return open_database(migrated_url)


@pytest.fixture
def store(database: Database, clock: Clock) -> Store:
    return Store(database, SecretBox([OLD_KEY]), clock)


@pytest.fixture
def chunks(tmp_path: Path) -> ChunkStore:
    return open_chunks(f"file://{tmp_path / 'chunks'}")


def fill_old(database: Database, clock: Clock, days: int) -> None:
    with database.transaction() as connection:
        fill(connection, SecretBox([OLD_KEY]), "old", clock() - timedelta(days=days))


def test_what_was_removed_is_one_line_of_the_log_and_counted(
    database: Database, store: Store, chunks: ChunkStore, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    fill_old(database, clock, 1000)
    told = Told()

    with caplog.at_level(logging.INFO):
        removed = Housekeeping(store, chunks, clock, meter=told).do()

    assert told.turns == [removed]
    assert removed["logins"] == removed["tickets"] == removed["captions"] == removed["caption_answers"] == 1
    assert removed["uploads_given_up"] == 1
    said = [record.getMessage() for record in caplog.records if "housekeeping" in record.getMessage()]
    assert said == ["housekeeping removed " + ", ".join(f"{count} {kind}" for kind, count in removed.items())]
    assert "old" not in said[0]  # no word of any row


def test_history_is_kept_as_long_as_the_setting_says(
    database: Database, store: Store, chunks: ChunkStore, clock: Clock
) -> None:
    fill_old(database, clock, 100)

    assert "caption_versions" not in Housekeeping(store, chunks, clock, history=timedelta(days=101)).do()
    assert Housekeeping(store, chunks, clock, history=timedelta(days=99)).do()["caption_versions"] == 1


def test_two_hosts_do_it_once(database: Database, store: Store, chunks: ChunkStore, clock: Clock) -> None:
    told = Told()
    hosts = [Housekeeping(Store(database, SecretBox([OLD_KEY]), clock), chunks, clock, meter=told) for _ in range(2)]
    fill_old(database, clock, 1000)
    for host in hosts:
        host.now_and_then()
    assert len(told.turns) == 1
    assert told.turns[0]["captions"] == 1

    fill_old(database, clock, 1000)
    clock.move(301)
    for host in hosts:
        host.now_and_then()
    assert len(told.turns) == 2
    assert "captions" not in told.turns[1]  # what reads whole tables is done once a day
    assert told.turns[1]["logins"] == 1

    clock.move(86_400)
    hosts[1].now_and_then()
    assert told.turns[2]["captions"] == 1


def test_worker_keeps_house_by_itself(store: Store, chunks: ChunkStore, clock: Clock) -> None:
    told = Told()
    uploading: object = None
    carrier = Carrier(store, chunks, uploading, clock)  # type: ignore[arg-type]
    worker = Worker(Claims(store), carrier, Housekeeping(store, chunks, clock, meter=told), threads=1)
    worker.start()
    try:
        assert told.done.wait(20)
    finally:
        worker.stop()
