"""Clearing away: rows whose time is over, uploads that nobody goes on with, data that nobody needs, objects of nobody.

How long rows live is said in ``lti.store.expiring``, and to people in ``docs/privacy.md``.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import timedelta

from lti.errors import ChunksUnavailable, UploadOver
from lti.media import upload_states
from lti.media.ports import Clock
from lti.media.receiving import KEPT
from lti.media.upload_desk import SHOWN
from lti.meter import Meter
from lti.model import Problem, Upload, UploadState
from lti.store import ChunkStore, Store

_log = logging.getLogger(__name__)

EVERY = 300.0  # seconds
EVERY_DAY = 86_400.0  # seconds
_ORPHAN_AGE = timedelta(days=1)  # younger ones may belong to an upload that another database knows of, after a restore
_LEASE = "uploads/housekeeping"
_DAILY_LEASE = "housekeeping/daily"
_EXPIRED = Problem(UploadOver.code, UploadOver.message, UploadOver.next_step)


class Housekeeping:
    """Done by one worker at a time, of all hosts."""

    def __init__(
        self,
        store: Store,
        chunks: ChunkStore,
        clock: Clock,
        *,
        history: timedelta = timedelta(days=730),
        meter: Meter | None = None,
    ) -> None:
        """Take the parts.

        :param history: how long it is kept who replaced captions and answered orders.
        :param meter: is told what was removed.
        """
        self._store = store
        self._uploads = store.uploads
        self._chunks = chunks
        self._clock = clock
        self._history = history
        self._meter = meter or Meter()

    def now_and_then(self) -> None:
        """Do what is due, unless somebody did within the last minutes (what is old: within the last day).

        :raises StorageUnavailable: when the database does not answer.
        """
        if self._store.cache.lease(_LEASE, EVERY):
            self.do(old=self._store.cache.lease(_DAILY_LEASE, EVERY_DAY))

    def do(self, *, old: bool = True) -> dict[str, int]:
        """Do it, and say in the log and to the meter what was done.

        What a chunk store that is away keeps, the next time removes.

        :param old: whether to look for old history and unused copies too, which reads whole tables.
        :returns: how many were removed, by kind.
        :raises StorageUnavailable: when the database does not answer.
        """
        removed = Counter(self._store.expiring.remove_ended())
        if old:
            removed.update(self._store.expiring.remove_old(self._history))
        try:
            for upload in self._uploads.work.over():
                removed[self._over(upload)] += 1
            for upload in self._uploads.work.with_needless_chunks():
                self._clear(upload)
                removed["upload_data"] += 1
            removed["orphaned_data"] += self._orphans()
        except ChunksUnavailable as error:
            _log.warning("upload data was not cleared away: %s", error.detail)
        done = {kind: count for kind, count in sorted(removed.items()) if count}
        if done:
            _log.info("housekeeping removed %s", ", ".join(f"{count} {kind}" for kind, count in done.items()))
        self._meter.cleared(done)
        return done

    def _over(self, upload: Upload) -> str:
        """End an upload whose time is over; gives what was done, as housekeeping names it."""
        now = self._clock()
        if upload.state is UploadState.RECEIVING:
            self._uploads.change(
                upload.id,
                {upload.state},
                state=UploadState.FAILED,
                failed_in=upload.state,
                problem=_EXPIRED,
                expires_at=now + SHOWN,
            )
            self._clear(upload)
            return "uploads_given_up"
        if upload.state in upload_states.WORK:  # it has waited for a week, for consent as a rule
            self._uploads.change(
                upload.id,
                {upload.state},
                state=UploadState.FAILED,
                failed_in=upload.state,
                problem=upload.problem or _EXPIRED,
                next_try_at=None,
                expires_at=now + KEPT,
            )
            return "uploads_given_up"
        self._clear(upload)
        self._uploads.remove(upload.id)
        return "uploads"

    def _clear(self, upload: Upload) -> None:
        if upload.has_chunks:
            self._chunks.clear(upload.id)
            self._uploads.work.without_chunks(upload.id)

    def _orphans(self) -> int:
        old = self._clock() - _ORPHAN_AGE
        found = [upload_id for upload_id, written in self._chunks.uploads().items() if written < old]
        orphans = set(found) - self._uploads.work.known(found)
        for upload_id in orphans:
            self._chunks.clear(upload_id)
        return len(orphans)
