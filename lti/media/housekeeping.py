"""Clearing away what uploads leave behind: those whose time is over, data that nobody needs, objects of nobody."""

from __future__ import annotations

import logging
from datetime import timedelta

from lti.errors import ChunksUnavailable, UploadOver
from lti.media import upload_states
from lti.media.ports import Clock
from lti.media.receiving import KEPT
from lti.media.upload_desk import SHOWN
from lti.model import Problem, Upload, UploadState
from lti.store import ChunkStore, Store

_log = logging.getLogger(__name__)

EVERY = 300.0  # seconds
_ORPHAN_AGE = timedelta(days=1)  # younger ones may belong to an upload that another database knows of, after a restore
_LEASE = "uploads/housekeeping"
_EXPIRED = Problem(UploadOver.code, UploadOver.message, UploadOver.next_step)


class Housekeeping:
    """Done by one worker at a time."""

    def __init__(self, store: Store, chunks: ChunkStore, clock: Clock) -> None:
        """Take the parts."""
        self._store = store
        self._uploads = store.uploads
        self._chunks = chunks
        self._clock = clock

    def now_and_then(self) -> None:
        """Do it, unless somebody did within the last minutes.

        :raises StorageUnavailable: when the database does not answer.
        """
        if self._store.cache.lease(_LEASE, EVERY):
            self.do()

    def do(self) -> None:
        """Do it. What a chunk store that is away keeps, the next time removes.

        :raises StorageUnavailable: when the database does not answer.
        """
        try:
            for upload in self._uploads.work.over():
                self._over(upload)
            for upload in self._uploads.work.with_needless_chunks():
                self._clear(upload)
            self._orphans()
        except ChunksUnavailable as error:
            _log.warning("upload data was not cleared away: %s", error.detail)

    def _over(self, upload: Upload) -> None:
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
        elif upload.state in upload_states.WORK:  # it has waited for a week, for consent as a rule
            self._uploads.change(
                upload.id,
                {upload.state},
                state=UploadState.FAILED,
                failed_in=upload.state,
                problem=upload.problem or _EXPIRED,
                next_try_at=None,
                expires_at=now + KEPT,
            )
        else:
            self._clear(upload)
            self._uploads.remove(upload.id)

    def _clear(self, upload: Upload) -> None:
        if upload.has_chunks:
            self._chunks.clear(upload.id)
            self._uploads.work.without_chunks(upload.id)

    def _orphans(self) -> None:
        old = self._clock() - _ORPHAN_AGE
        found = [upload_id for upload_id, written in self._chunks.uploads().items() if written < old]
        for upload_id in set(found) - self._uploads.work.known(found):
            _log.info("data of an upload that is not known was removed: %s", upload_id)
            self._chunks.clear(upload_id)
