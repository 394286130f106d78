"""Bytes of an upload from a connection into the chunk store, so that a connection which ends takes little with it.

What arrived counts as soon as its object is durable, and an object is made every few seconds or mebibytes: a browser
that crashes, a cut connection, a killed process of ours lose no more than that. Memory holds one piece at a time.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from lti.errors import UploadBusy, UploadChecksumWrong, UploadTooLarge
from lti.store import Chunk, ChunkStore, ChunkWriter, Store

LEASE_SECONDS = 6.0  # without a byte; after that another connection may go on
_OBJECT_SECONDS = 2.0  # an object is finished at this age at the latest
_PIECE = 256 << 10  # most bytes taken at once
_NEAR = 10.0  # seconds before its last byte an upload may be sent ahead


class Source(Protocol):
    """Where bytes come from: the body of a request."""

    def read(self, size: int) -> bytes | memoryview:
        """Wait for some bytes, at most so many; none at the end. A connection that was cut has ended.

        What is given may be overwritten by the next read.
        """


@dataclass(frozen=True, slots=True)
class Checksum:
    """What the data of one request must hash to."""

    algorithm: str  # of hashlib
    digest: bytes


class Intake:
    """One request's data on its way into one upload, with the lease held."""

    def __init__(
        self,
        store: Store,
        chunks: ChunkStore,
        upload_id: str,
        holder: str,
        *,
        offset: int,
        room: int,
        whole: int | None,
        checksum: Checksum | None,
        expires: Callable[[], datetime],
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Begin at an offset.

        :param room: most bytes that may come.
        :param whole: bytes that the upload has at its end, if a worker may begin to send it before.
        :param checksum: nothing counts before all of it was compared.
        :param expires: tells until when the upload is kept, from now on.
        """
        self._data = store.uploads.data
        self._work = store.uploads.work
        self._chunks = chunks
        self._upload_id = upload_id
        self._holder = holder
        self._next = offset
        self._room = room
        self._whole = whole
        self._start = offset
        self._checksum = checksum
        self._hash: Any = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._expires = expires
        self._ticks = ticks
        self._writer: ChunkWriter | None = None
        self._begun = 0.0
        self._started = 0.0
        self._written = 0
        self._waiting: list[Chunk] = []

    def take(self, source: Source, size: int | None) -> None:
        """Take everything that comes.

        :param size: bytes that were announced; None where the end says it itself.
        :raises UploadTooLarge: when more comes than there is room for; what fits is kept.
        :raises UploadChecksumWrong: when it is not what was sent.
        :raises UploadBusy: when another connection has gone on meanwhile.
        :raises StorageUnavailable: when it cannot be kept; what could be is.
        """
        self._started = self._ticks()
        try:
            got, over = self._read(source, size)
            self._finish_object()
        except BaseException:
            self._abandon()
            raise
        if self._checksum is not None:
            self._compare(complete=size is None or got == size)
        if over:
            raise UploadTooLarge("more data than was announced")

    def _read(self, source: Source, size: int | None) -> tuple[int, bool]:
        """Read to the end.

        :returns: bytes taken, and whether there was more than there is room for.
        """
        got = 0
        while size is None or got < size:
            fits = min(_PIECE, self._chunks.limit - self._written)
            piece = source.read(fits if size is None else min(fits, size - got))
            if not piece:
                return got, False
            kept = piece[: self._room - got]
            self._write(kept)
            got += len(kept)
            if len(kept) < len(piece):
                return got, True
        return got, False

    def _write(self, piece: bytes | memoryview) -> None:
        if self._hash is not None:
            self._hash.update(piece)
        if self._writer is None:
            self._writer = self._chunks.begin(self._upload_id, self._next)
            self._begun = self._ticks()
            self._written = 0
        self._writer.write(piece)
        self._written += len(piece)
        if self._written >= self._chunks.limit or self._ticks() - self._begun >= _OBJECT_SECONDS:
            self._finish_object()

    def _finish_object(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None or not self._written:
            return
        self._written = 0
        chunk = writer.commit()
        self._next += chunk.size
        self._waiting.append(chunk)
        if self._checksum is None:
            self._count()
        elif not self._work.renew(self._upload_id, self._holder, LEASE_SECONDS):
            self._lost()

    def _count(self) -> None:
        chunks, self._waiting = self._waiting, []
        if chunks and not self._data.commit(
            self._upload_id,
            self._holder,
            chunks,
            seconds=LEASE_SECONDS,
            expires_at=self._expires(),
            nearly=self._is_near(),
        ):
            self._waiting = chunks
            self._lost()

    def _is_near(self) -> bool:
        """Tell whether the whole upload is here in a few seconds, if it goes on as in this request."""
        if self._whole is None:
            return False
        taken = self._next - self._start
        return (self._whole - self._next) * (self._ticks() - self._started) <= _NEAR * taken

    def _compare(self, *, complete: bool) -> None:
        if not complete or self._hash.digest() != (self._checksum.digest if self._checksum else b""):
            self._drop()
            raise UploadChecksumWrong("the connection was cut" if not complete else "the data has another checksum")
        self._count()

    def _lost(self) -> None:
        self._drop()
        raise UploadBusy("another connection has taken over", retry_after=LEASE_SECONDS)

    def _abandon(self) -> None:
        if self._writer is not None:
            self._writer.discard()

    def _drop(self) -> None:
        chunks, self._waiting = self._waiting, []
        self._chunks.drop(self._upload_id, chunks)
