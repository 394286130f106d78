"""Sending an upload to Studio while its last bytes still come in, so that it is there when they are.

Only ever tried: where anything goes wrong, nothing was lost but Studio's address, and the upload is sent from its
beginning when all of it is here. What counts never changes (``store.upload_data``), so what was sent is what will be.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from typing import Any, Final

from lti.errors import ChunksUnavailable, CuedeckError, StorageUnavailable, UploadDataLost
from lti.media import upload_states
from lti.media.claims import Claim, ClaimLost
from lti.media.ports import StudioForUploads
from lti.model import Upload, UploadState
from lti.store import ChunkStore, Store

_log = logging.getLogger(__name__)

_S = UploadState
_LOOK: Final = 0.02  # seconds between two looks whether more is here


class SendingAhead:
    """Tries to send what still comes in."""

    def __init__(self, store: Store, chunks: ChunkStore, studio: StudioForUploads, *, patience: float) -> None:
        """Take the parts.

        :param patience: seconds without anything new, after which the connection is believed to be gone.
        """
        self._uploads = store.uploads
        self._chunks = chunks
        self._studio = studio
        self._patience = patience

    def send(self, upload: Upload, claim: Claim) -> Upload:
        """Send an upload that is being received, as it comes in.

        :returns: it as it stands then: sent; or ``receiving``, if that came to nothing; or to be sent like any other.
        :raises ClaimLost: it is another's by now, was cancelled, or this worker is to stop.
        :raises StorageUnavailable: when the database does not answer.
        """
        length = upload.length or 0
        try:
            with self._studio.for_upload(upload) as studio:
                slot = studio.begin_upload(upload.collection_id)
                self._write(upload, claim, {_S.RECEIVING, _S.SENDING}, media_id=slot.media_id, upload_url=slot.url)
                studio.put_upload(slot.url, length, claim.counted(self._coming(upload.id, length)))
        except CuedeckError as error:
            if isinstance(error, StorageUnavailable) and not isinstance(error, ChunksUnavailable):
                raise
            _log.info("upload %s is not sent ahead: %s", upload.id, error)
            return self._without(upload, claim)
        finally:
            claim.sent = None
        upload_states.check(_S.SENDING, _S.SENT)
        self._write(upload, claim, {_S.SENDING}, state=_S.SENT, sent=length, attempts=0, problem=None)
        return self._now(upload)

    def _coming(self, upload_id: str, length: int) -> Iterator[bytes]:
        """Give the data in order, waiting for what is not here yet."""
        at, heard = 0, time.monotonic()
        while at < length:
            chunks = self._uploads.data.chunks(upload_id, at)
            if chunks:
                yield from self._chunks.read(upload_id, chunks)
                at, heard = chunks[-1].first + chunks[-1].size, time.monotonic()
            elif time.monotonic() - heard > self._patience:
                raise UploadDataLost(f"nothing comes after {at} bytes of {length}")
            else:
                time.sleep(_LOOK)

    def _without(self, upload: Upload, claim: Claim) -> Upload:
        """Leave Studio's address; while the upload still comes in, the next tries are counted."""
        none: dict[str, Any] = {"media_id": None, "upload_url": None, "sent": 0}
        tries = {"attempts": upload.attempts + 1, "next_try_at": None}
        if not self._uploads.change(upload.id, {_S.RECEIVING}, held_by=claim.holder, **none, **tries):
            self._write(upload, claim, {_S.SENDING}, **none)
        return self._now(upload)

    def _write(self, upload: Upload, claim: Claim, was: set[UploadState], **members: Any) -> None:
        if not self._uploads.change(upload.id, was, held_by=claim.holder, **members):
            raise ClaimLost(upload.id)

    def _now(self, upload: Upload) -> Upload:
        found = self._uploads.find(upload.id)
        if found is None:
            raise ClaimLost(upload.id)
        return found
