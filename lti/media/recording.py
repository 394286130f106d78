"""A person's recordings until they are kept: sent while they are made, offered again after a crash, watched, trimmed.

A recording is an upload whose length nobody knows before it is kept. So what a browser that died left behind is an
upload that is ``receiving``, like one that is being made: keeping it says that this was all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from lti.errors import InputError, NotFound, UploadNotNow, UploadRefused
from lti.media.ports import Clock, Signer
from lti.media.rights import person
from lti.model import Platform, Upload, UploadSource, UploadState, Viewer
from lti.store import ChunkStore, Store

PURPOSE: Final = "recording"
_WATCHED: Final = 3600  # seconds that an address holds
_LIVE: Final = timedelta(seconds=10)  # since the last byte: another page may still be recording it
_TYPES: Final = {"mp4": "video/mp4", "webm": "video/webm"}
_LONGEST: Final = 10**6  # seconds that a page may claim


@dataclass(frozen=True, slots=True)
class RecordingLimits:
    """What pages are told to stop at."""

    seconds: int
    largest: int  # bytes


@dataclass(frozen=True, slots=True)
class RecordedFile:
    """What is here of a recording, to be watched."""

    content_type: str
    length: int  # bytes
    upload_id: str


class Recordings:
    """A person's recordings, and nobody else's."""

    def __init__(self, store: Store, chunks: ChunkStore, signer: Signer, clock: Clock, limits: RecordingLimits) -> None:
        """Take the parts."""
        self._uploads = store.uploads
        self._chunks = chunks
        self._signer = signer
        self._clock = clock
        self.limits = limits

    def unfinished(self, viewer: Viewer, platform: Platform) -> list[tuple[Upload, bool]]:
        """List what was begun and not kept, newest first; each with whether it may still be going on elsewhere."""
        now = self._clock()
        return [
            (each, now - each.updated_at < _LIVE)
            for each in self._uploads.of_person(platform.id, person(viewer, platform))
            if each.source is UploadSource.RECORDING and each.state is UploadState.RECEIVING
        ]

    def keep(
        self,
        viewer: Viewer,
        platform: Platform,
        upload_id: str,
        *,
        length: int | None = None,
        start: float | None = None,
        end: float | None = None,
    ) -> None:
        """Say that a recording is whole, and is to be had without what comes before and after.

        Said a second time in the same words it changes nothing: the first answer may have been lost on its way.

        :param length: bytes that the page has sent; None: it does not know, and what is here counts.
        :param start: seconds from its beginning; ``end``: likewise, None for its very end.
        :raises NotFound: when there is none, or it is someone else's.
        :raises UploadRefused: when nothing of it is here.
        :raises UploadNotNow: when not all of that is here, or it was kept before in another way.
        :raises InputError: when start and end are in no order.
        """
        upload = self._mine(viewer, platform, upload_id)
        if (start is not None and not 0 <= start < _LONGEST) or (
            end is not None and not (start or 0.0) < end < _LONGEST
        ):
            raise InputError("start and end are in no order")
        if _was_kept(upload, length) and (upload.trim_start, upload.trim_end) == (start or None, end):
            return
        if not _here(upload):
            raise NotFound("the recording is over")
        if not upload.offset:
            raise UploadRefused("nothing of the recording is here")
        if upload.state is not UploadState.RECEIVING or (length is not None and length != upload.offset):
            raise UploadNotNow(f"{upload.state} with {upload.offset} bytes, not {length}")
        # What comes in this very moment makes the two differ: then nothing is kept, and the page asks again.
        self._uploads.change(upload_id, {UploadState.RECEIVING}, trim_start=start or None, trim_end=end)
        if not self._uploads.data.announce(upload_id, upload.offset, exactly=True):
            raise UploadNotNow("more has come meanwhile")

    def address(self, viewer: Viewer, platform: Platform, upload_id: str) -> str:
        """Sign for watching what is here of a recording.

        :raises NotFound: when there is none, it is someone else's, or Studio has it.
        """
        upload = self._look(viewer, platform, upload_id)
        return self._signer.sign(
            PURPOSE, {"upload": upload.id, "platform": platform.id, "subject": upload.subject}, _WATCHED
        )

    def file(self, payload: dict[str, Any]) -> RecordedFile:
        """Find what an address was signed for.

        :raises NotFound: when it is gone.
        """
        upload = self._uploads.get(payload["platform"], payload["subject"], payload["upload"])
        if upload is None or not _here(upload):
            raise NotFound("the recording is gone")
        kind = _TYPES["mp4" if "mp4" in upload.content_type else "webm"]
        return RecordedFile(kind, sum(each.size for each in self._uploads.data.chunks(upload.id)), upload.id)

    def read(self, file: RecordedFile, first: int, last: int) -> Iterator[bytes]:
        """Give its bytes from one to another, both included.

        :raises ChunksUnavailable: when the store does not answer.
        :raises UploadDataLost: when something of it is gone.
        """
        left = last + 1 - first
        for piece in self._chunks.read(file.upload_id, self._uploads.data.chunks(file.upload_id), first):
            yield piece[:left]
            left -= len(piece)
            if left <= 0:
                return

    def _look(self, viewer: Viewer, platform: Platform, upload_id: str) -> Upload:
        upload = self._mine(viewer, platform, upload_id)
        if not _here(upload):
            raise NotFound("the recording is over")
        return upload

    def _mine(self, viewer: Viewer, platform: Platform, upload_id: str) -> Upload:
        upload = self._uploads.get(platform.id, person(viewer, platform), upload_id)
        if upload is None or upload.source is not UploadSource.RECORDING:
            raise NotFound("no such recording of this person")
        return upload


def _here(upload: Upload) -> bool:
    return (
        upload.source is UploadSource.RECORDING
        and upload.has_chunks
        and upload.state in {UploadState.RECEIVING, UploadState.RECEIVED, UploadState.MENDING}
    )


def _was_kept(upload: Upload, length: int | None) -> bool:
    if upload.state in {UploadState.RECEIVING, UploadState.CANCELLED} or upload.failed_in is UploadState.RECEIVING:
        return False
    return upload.mended or length in {None, upload.offset}  # a mended one has another length
