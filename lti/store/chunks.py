"""Where the data of uploads lies until Studio has it: immutable objects in a store that is named by a URL.

A folder (``file:///…``) or a bucket (``s3://bucket/prefix``), through fsspec. An object is named by its upload, the
offset of its first byte and a random word: whoever lost the right to write leaves an object behind that nobody reads,
never one that replaces another. Nobody knows the name before the object is durable, so half of one needs no other name.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import fsspec

from lti.errors import ChunksUnavailable, ConfigurationError, UploadDataLost
from lti.store.upload_data import Chunk

PIECE = 1 << 20  # bytes read at a time
_FOLDER_CHUNK = 64 << 20  # bytes; each costs two syncs and a transaction, and a slow line's ends by its age before that
_FLUSH = 4 << 20  # bytes after which a disk is told to begin
_OBJECT_CHUNK = 1 << 20  # bytes; held in memory until it is sent
_RETRY_AFTER = 5.0  # seconds
_ADVISE = getattr(os, "posix_fadvise", None)  # not on macOS
_UPLOAD_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")


class ChunkWriter(Protocol):
    """An object that is being written."""

    def write(self, data: bytes | memoryview) -> None:
        """Add bytes.

        :raises ChunksUnavailable: when they cannot be kept.
        """

    def commit(self) -> Chunk:
        """Make it durable, whole.

        :raises ChunksUnavailable: when it cannot be kept; nothing of it is left then.
        """

    def discard(self) -> None:
        """Leave nothing of it behind."""


class ChunkStore(Protocol):
    """Objects by upload. Safe to share between threads."""

    limit: int  # most bytes of one object

    def begin(self, upload_id: str, first: int) -> ChunkWriter:
        """Begin an object.

        :raises ChunksUnavailable: when there is no room, or no store.
        """

    def drop(self, upload_id: str, chunks: Sequence[Chunk]) -> None:
        """Remove objects that turned out not to count; what is not there is no matter.

        :raises ChunksUnavailable: when the store does not answer.
        """

    def read(self, upload_id: str, chunks: Sequence[Chunk], start: int = 0) -> Iterator[bytes]:
        """Give the data of adjoining chunks from an offset on, at most a mebibyte at a time.

        :raises UploadDataLost: when an object is gone or shorter than it was.
        :raises ChunksUnavailable: when the store does not answer.
        """

    def clear(self, upload_id: str) -> None:
        """Remove everything of an upload; what is not there is no matter.

        :raises ChunksUnavailable: when the store does not answer.
        """

    def uploads(self) -> dict[str, datetime]:
        """List the uploads that have anything here, and when the newest of it was written.

        :raises ChunksUnavailable: when the store does not answer.
        """


def open_chunks(url: str, *, endpoint: str = "") -> ChunkStore:
    """Open a chunk store; nothing is asked of it yet.

    :param url: ``file:///absolute/folder``, ``file://folder`` below the working folder, or ``s3://bucket/prefix``.
    :param endpoint: of an S3-compatible service that is not Amazon's.
    :raises ConfigurationError: when the address is none of these.
    """
    scheme, _, rest = url.partition("://")
    if scheme == "file" and rest.strip("/"):
        return FolderChunks(Path(rest))
    if scheme == "s3" and rest.strip("/"):
        return BucketChunks(rest.strip("/"), endpoint)
    raise ConfigurationError(f"CUEDECK_CHUNKS is {url!r}: it takes file:///folder or s3://bucket/prefix.")


@contextmanager
def _away(doing: str) -> Iterator[None]:
    """Turn what a store raises when it is full, read-only or away into an error that a client can wait out."""
    try:
        yield
    except _errors() as error:
        raise ChunksUnavailable(f"{doing}: {type(error).__name__}: {error}", retry_after=_RETRY_AFTER) from error


def _errors() -> tuple[type[Exception], ...]:
    """Give what the stores raise. botocore is there only where s3fs is, and its errors are no ``OSError``."""
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        return (OSError,)
    return (OSError, BotoCoreError, ClientError)


def _name(first: int) -> str:
    return f"{first:015d}-{secrets.token_hex(6)}"


def _check(upload_id: str) -> str:
    if not _UPLOAD_ID.fullmatch(upload_id):  # it becomes a path: ours are such, and nothing else gets here
        raise ValueError("not the id of an upload")
    return upload_id


class FolderChunks:
    """A folder on this machine, or one that several machines share."""

    def __init__(self, root: Path) -> None:
        self.limit = _FOLDER_CHUNK
        self._root = root

    def begin(self, upload_id: str, first: int) -> ChunkWriter:
        """Begin an object."""
        with _away("begin a chunk"):
            folder = self._folder(upload_id)
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
                _sync_folder(self._root)
            return _FileWriter(folder, first)

    def drop(self, upload_id: str, chunks: Sequence[Chunk]) -> None:
        """Remove some objects."""
        with _away("remove chunks"):
            for chunk in chunks:
                (self._folder(upload_id) / chunk.name).unlink(missing_ok=True)

    def read(self, upload_id: str, chunks: Sequence[Chunk], start: int = 0) -> Iterator[bytes]:
        """Give data in order."""
        for chunk in chunks:
            skip = max(start - chunk.first, 0)
            if skip >= chunk.size:
                continue
            left = chunk.size - skip
            with _away("read a chunk"):
                try:
                    file = (self._folder(upload_id) / chunk.name).open("rb", buffering=0)
                except FileNotFoundError as error:
                    raise UploadDataLost(f"chunk {chunk.name} of {upload_id} is gone") from error
            with file:
                file.seek(skip)
                while left:
                    with _away("read a chunk"):
                        piece = file.read(min(PIECE, left))
                    if not piece:
                        raise UploadDataLost(f"chunk {chunk.name} of {upload_id} is cut short")
                    left -= len(piece)
                    yield piece
                if _ADVISE is not None:  # it is read once: its pages in memory are of more use to others
                    _ADVISE(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)

    def clear(self, upload_id: str) -> None:
        """Remove everything of an upload."""
        with _away("remove an upload"):
            folder = self._folder(upload_id)
            try:
                names = list(folder.iterdir())
            except FileNotFoundError:
                return
            for path in names:
                path.unlink(missing_ok=True)
            folder.rmdir()

    def uploads(self) -> dict[str, datetime]:
        """List what lies here."""
        found = {}
        with _away("list uploads"):
            try:
                folders = list(self._root.iterdir())
            except FileNotFoundError:
                return {}
            for folder in folders:
                if _UPLOAD_ID.fullmatch(folder.name) and folder.is_dir():
                    # Adding a file changes the folder's own time.
                    found[folder.name] = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
        return found

    def _folder(self, upload_id: str) -> Path:
        return self._root / _check(upload_id)


class _FileWriter:
    """A file that nobody is told of until it is whole and durable."""

    def __init__(self, folder: Path, first: int) -> None:
        self._folder = folder
        self._first = first
        self._size = 0
        self._name = _name(first)
        self._flushed = 0
        self._file = (folder / self._name).open("xb", buffering=0)

    def write(self, data: bytes | memoryview) -> None:
        """Add bytes."""
        with _away("write a chunk"):
            left = memoryview(data)
            while left:
                written = self._file.write(left)  # a disk that fills up takes part of it first
                self._size += written
                left = left[written:]
            if self._size - self._flushed >= _FLUSH:
                self._flush()

    def _flush(self) -> None:
        """Have the disk begin with what is here, while more comes in: the sync at the end waits for less.

        Of pages that are dirty, Linux takes this for "write them soon" and keeps them, for the worker to read.
        """
        if _ADVISE is not None:
            _ADVISE(self._file.fileno(), self._flushed, self._size - self._flushed, os.POSIX_FADV_DONTNEED)
        self._flushed = self._size

    def commit(self) -> Chunk:
        """Sync it, then the folder."""
        try:
            with _away("finish a chunk"):
                os.fsync(self._file.fileno())
                self._file.close()
                _sync_folder(self._folder)
        except ChunksUnavailable:
            self.discard()
            raise
        return Chunk(self._first, self._size, self._name)

    def discard(self) -> None:
        """Remove it; where that fails the whole folder goes later."""
        try:
            self._file.close()
            (self._folder / self._name).unlink(missing_ok=True)
        except OSError:
            return


def _sync_folder(folder: Path) -> None:
    """Make the names in a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class BucketChunks:
    """A bucket of an S3-compatible service; access and region come from the usual environment of such services."""

    def __init__(self, root: str, endpoint: str) -> None:
        self.limit = _OBJECT_CHUNK
        self._root = root
        self._endpoint = endpoint

    def begin(self, upload_id: str, first: int) -> ChunkWriter:
        """Begin an object."""
        return _ObjectWriter(self._files(), self._folder(upload_id), first)

    def drop(self, upload_id: str, chunks: Sequence[Chunk]) -> None:
        """Remove some objects."""
        with _away("remove chunks"):
            for chunk in chunks:
                self._remove(f"{self._folder(upload_id)}/{chunk.name}")

    def read(self, upload_id: str, chunks: Sequence[Chunk], start: int = 0) -> Iterator[bytes]:
        """Give data in order."""
        for chunk in chunks:
            skip = max(start - chunk.first, 0)
            if skip >= chunk.size:
                continue
            with _away("read a chunk"):
                try:
                    data: bytes = self._files().cat_file(f"{self._folder(upload_id)}/{chunk.name}", start=skip)
                except FileNotFoundError as error:
                    raise UploadDataLost(f"chunk {chunk.name} of {upload_id} is gone") from error
            if len(data) != chunk.size - skip:
                raise UploadDataLost(f"chunk {chunk.name} of {upload_id} has another size")
            yield data

    def clear(self, upload_id: str) -> None:
        """Remove everything of an upload."""
        with _away("remove an upload"):
            self._remove(self._folder(upload_id), recursive=True)

    def uploads(self) -> dict[str, datetime]:
        """List what lies here."""
        found: dict[str, datetime] = {}
        with _away("list uploads"):
            objects = self._files().find(self._root, detail=True)
        for path, facts in objects.items():
            # Where the first object comes in the middle of the question, s3fs answers with the prefix, as a folder.
            upload_id = path.removeprefix(f"{self._root}/").partition("/")[0] if path != self._root else ""
            if _UPLOAD_ID.fullmatch(upload_id):
                written = facts["LastModified"]
                found[upload_id] = max(written, found.get(upload_id, written))
        return found

    def _remove(self, path: str, *, recursive: bool = False) -> None:
        try:
            self._files().rm(path, recursive=recursive)
        except FileNotFoundError:
            return

    def _folder(self, upload_id: str) -> str:
        return f"{self._root}/{_check(upload_id)}"

    def _files(self) -> Any:
        """Give the file system: made by the first need of a process, because it does not outlive a fork."""
        options: dict[str, Any] = {"use_listings_cache": False}
        if self._endpoint:
            options["endpoint_url"] = self._endpoint
        return fsspec.filesystem("s3", **options)  # one instance for a process


class _ObjectWriter:
    """An object in memory, until it is whole."""

    def __init__(self, files: Any, folder: str, first: int) -> None:
        self._files = files
        self._folder = folder
        self._first = first
        self._name = _name(first)
        self._data = bytearray()

    def write(self, data: bytes | memoryview) -> None:
        """Add bytes."""
        self._data += data

    def commit(self) -> Chunk:
        """Send it."""
        with _away("store a chunk"):
            self._files.pipe_file(f"{self._folder}/{self._name}", bytes(self._data))
        return Chunk(self._first, len(self._data), self._name)

    def discard(self) -> None:
        """Forget it."""
        self._data.clear()
