"""The database goes away while a worker carries an upload, at each call of Studio's in turn: the file arrives once."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from lti.media import Carrier, Claims, Housekeeping, StudioAccess, StudioUploading, Worker, worker
from lti.model import UploadState
from lti.remote import StudioOAuth, make_client
from lti.store import Store, open_chunks
from lti.store import database as databases
from tests.flows.lone_studio import check_once, furnish, receive
from tests.flows.upload_worker import LOCAL, Place, now
from tests.flows.uploading import until
from tests.support.failing_database import FailingDatabase
from tests.support.own_faults import Row, on, rows

_LONG = 10.0  # seconds that the first outage lasts; the others end once the worker has met them
_CALLS = 5  # of Studio's, at least: an address for the file, the file, its end, its captions, how far it is


class Outage:
    """Takes the database away during the n-th call, until the worker has laid the upload down."""

    def __init__(self, failing: FailingDatabase) -> None:
        self._failing = failing
        self._left, self._long = -1, False
        self._away = ExitStack()
        self.met = False

    def arm(self, call: int) -> None:
        """Say during which call; the first is a long outage."""
        self._left, self._long, self.met = call, call == 0, False

    def during(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Watch a way to Studio."""

        def call(*args: Any, **values: Any) -> Any:
            if self._left == 0:
                self._away.enter_context(self._failing.away())
                self.met = True
            self._left -= 1
            return real(*args, **values)

        return call

    def until_laid_down(self, real: Callable[..., Any]) -> Callable[..., Any]:
        """Watch a worker that carries an upload until it can go no further."""

        def carry(*args: Any) -> None:
            try:
                real(*args)
                if self.met and self._long:
                    time.sleep(_LONG)  # another thread looks for work meanwhile, and finds no database
            finally:
                self._away.close()

        return carry


@pytest.fixture
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(databases, "_PATIENCE", 0.2)
    monkeypatch.setattr(worker, "_TROUBLE", 0.1)


@pytest.mark.usefixtures("quickly")
def test_upload_arrives_once_when_the_database_was_away_under_way(
    database_url: str, lone_studio: tuple[str, str], tmp_path: Path
) -> None:
    failing, chunks_url = FailingDatabase(database_url), f"file://{tmp_path / 'chunks'}"
    place, outage = Place(failing.url, chunks_url), Outage(failing)
    database, store = place.open()
    others, seen = Place(database_url, chunks_url).open()  # those of people, whom nobody takes the database from
    platform = furnish(store, *lone_studio)
    http: Any = make_client(timeout=5, insecure_hosts=LOCAL)
    http.request, http.put = outage.during(http.request), outage.during(http.put)
    access, chunks = StudioAccess(store, http, StudioOAuth(http, now, LOCAL), now), open_chunks(chunks_url)
    carrier: Any = Carrier(store, chunks, StudioUploading(store, access), now, first_pause=0.2, first_look=0.1)
    carrier.carry = outage.until_laid_down(carrier.carry)
    keeping = Housekeeping(store, chunks, now)
    working = Worker(Claims(store, seconds=0.4), carrier, keeping, threads=2, idle=0.05)
    working.start()
    row = Row(f"database away for 10 s while a worker carries an upload, {on(database_url)}")
    before = rows(database_url)
    for call in itertools.count():
        data, title = os.urandom(200_000), f"{on(database_url)} away at {call}"
        outage.arm(call)
        upload_id = receive(seen, chunks_url, platform, title, data)
        until(lambda upload=upload_id: ended(seen, upload), title)  # type: ignore[misc]
        check_once(seen, lone_studio[0], title, data)
        row.retried("by itself, at Studio", "once")
        if not outage.met:
            break
    working.stop()
    keeping.do()
    assert chunks.uploads() == {}
    assert call >= _CALLS
    row.keeps(before, rows(database_url))
    row.check()
    http.close()
    database.close()
    others.close()
    failing.close()


def ended(store: Store, upload_id: str) -> bool:
    """Tell whether an upload is ready, and that nobody was told of a problem."""
    upload = store.uploads.find(upload_id)
    assert upload is not None
    assert upload.problem is None, upload.problem
    assert upload.state != UploadState.FAILED
    return upload.state == UploadState.READY
