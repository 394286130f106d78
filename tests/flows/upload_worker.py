"""A worker's process for tests, which ends itself by SIGKILL at a moment that was chosen for it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lti.media import Carrier, Claims, Housekeeping, StudioAccess, StudioUploading, Worker
from lti.remote import StudioOAuth, make_client
from lti.store import Database, SecretBox, Store, open_chunks, open_database

SECRETS = ["a secret of the tests that is long enough"]
LOCAL = frozenset({"127.0.0.1"})
_LEASE = 0.4  # seconds


@dataclass(frozen=True)
class Place:
    """Where the data is; can be sent to another process."""

    database_url: str
    chunks_url: str

    def open(self) -> tuple[Database, Store]:
        database = open_database(self.database_url)
        return database, Store(database, SecretBox(SECRETS), now)


def now() -> datetime:
    return datetime.now(UTC)


def work(place: Place, die_at: int, timeout: float = 2) -> None:
    """Carry what there is to carry until it ends; 0 dies at the first moment, a negative number never.

    A moment is before and after whatever is written down, removed, or asked of Studio.

    :param timeout: seconds that Studio has for an answer.
    """
    database, store = place.open()
    left = die_at

    def moment() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **values: Any) -> Any:
            moment()
            answer = real(*args, **values)
            moment()
            return answer

        return call

    http = make_client(timeout=timeout, insecure_hosts=LOCAL)
    access = StudioAccess(store, http, StudioOAuth(http, now, LOCAL), now)
    chunks = open_chunks(place.chunks_url)
    uploads: Any = store.uploads
    uploads.change = watched(uploads.change)
    uploads.captions.mark = watched(uploads.captions.mark)
    uploads.work.without_chunks = watched(uploads.work.without_chunks)
    http_: Any = http
    http_.request, http_.put = watched(http.request), watched(http.put)
    carrier = Carrier(store, chunks, StudioUploading(store, access), now, first_pause=0.2, first_look=0.1)
    worker = Worker(Claims(store, seconds=_LEASE), carrier, Housekeeping(store, chunks, now), threads=1, idle=0.05)
    worker.start()
    while unfinished(store):
        time.sleep(0.03)
    worker.stop()
    http.close()
    database.close()


def unfinished(store: Store) -> bool:
    """Tell whether there is an upload that has not ended."""
    return any(each.state not in {"ready", "failed", "cancelled"} for each in store.uploads.of_person(1, "tilda"))
