"""The chunk store in a folder and in a bucket: the same behaviour, whatever goes wrong."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from lti.errors import ChunksUnavailable, ConfigurationError, UploadDataLost
from lti.store import Chunk, ChunkStore, open_chunks
from lti.store.chunks import _FLUSH, PIECE

UPLOAD = "an-upload-id"


@pytest.fixture
def folder(tmp_path: Path) -> ChunkStore:
    return open_chunks(f"file://{tmp_path / 'chunks'}")


@pytest.fixture(params=["folder", "bucket"])
def chunks(request: pytest.FixtureRequest) -> ChunkStore:
    store: ChunkStore = request.getfixturevalue(request.param)
    return store


def keep(chunks: ChunkStore, first: int, data: bytes, upload: str = UPLOAD) -> Chunk:
    writer = chunks.begin(upload, first)
    for at in range(0, len(data), 100_000):
        writer.write(data[at : at + 100_000])
    return writer.commit()


def test_what_was_kept_comes_back_in_order_from_any_offset(chunks: ChunkStore) -> None:
    data = os.urandom(2 * PIECE + 12345)
    cuts = [0, 10, PIECE, PIECE + 1, 2 * PIECE, len(data)]
    kept = [keep(chunks, start, data[start:end]) for start, end in pairwise(cuts)]
    assert [(each.first, each.size) for each in kept] == [(start, end - start) for start, end in pairwise(cuts)]
    pieces = list(chunks.read(UPLOAD, kept))
    assert b"".join(pieces) == data
    assert max(map(len, pieces)) <= PIECE
    for start in (0, 5, 10, 11, PIECE, PIECE + 1, len(data) - 1, len(data)):
        assert b"".join(chunks.read(UPLOAD, kept, start)) == data[start:], start


def test_two_who_write_at_one_offset_do_not_touch_each_other(chunks: ChunkStore) -> None:
    late = chunks.begin(UPLOAD, 0)
    late.write(b"late")
    right = keep(chunks, 0, b"right")
    wrong = late.commit()
    assert b"".join(chunks.read(UPLOAD, [right])) == b"right"
    chunks.drop(UPLOAD, [wrong])
    chunks.drop(UPLOAD, [wrong])  # it is gone already
    assert b"".join(chunks.read(UPLOAD, [right])) == b"right"
    with pytest.raises(UploadDataLost):
        list(chunks.read(UPLOAD, [wrong]))


def test_nothing_is_left_of_an_upload_that_was_cleared(chunks: ChunkStore) -> None:
    assert chunks.uploads() == {}
    keep(chunks, 0, b"data")
    keep(chunks, 4, b"more")
    keep(chunks, 0, b"other", "another-upload")
    unfinished = chunks.begin(UPLOAD, 8)
    unfinished.write(b"never committed")
    assert chunks.uploads().keys() == {UPLOAD, "another-upload"}
    assert all(abs(written - datetime.now(UTC)) < timedelta(minutes=1) for written in chunks.uploads().values())
    chunks.clear(UPLOAD)
    chunks.clear(UPLOAD)
    unfinished.discard()
    assert chunks.uploads().keys() == {"another-upload"}


def test_a_discarded_object_leaves_nothing(folder: ChunkStore, tmp_path: Path) -> None:
    writer = folder.begin(UPLOAD, 0)
    writer.write(b"data")
    writer.discard()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_disk_is_told_to_begin_while_an_object_is_still_written(
    folder: ChunkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[tuple[int, int]] = []
    monkeypatch.setattr("lti.store.chunks._ADVISE", lambda handle, first, size, advice: told.append((first, size)))
    data = os.urandom(3 * _FLUSH)
    kept = keep(folder, 0, data)
    assert len(told) >= 2
    assert [first for first, _ in told] == [0, *(first + size for first, size in told[:-1])]
    assert b"".join(folder.read(UPLOAD, [kept])) == data


def test_an_object_that_was_cut_short_is_said_to_be_lost(folder: ChunkStore, tmp_path: Path) -> None:
    chunk = keep(folder, 0, b"0123456789")
    next(tmp_path.rglob(chunk.name)).write_bytes(b"0123")
    with pytest.raises(UploadDataLost):
        list(folder.read(UPLOAD, [chunk]))


def test_a_full_disk_can_be_waited_out() -> None:
    if not Path("/dev/full").exists():
        pytest.fail("no /dev/full on this machine")
    folder = open_chunks("file:///dev/full/chunks")
    with pytest.raises(ChunksUnavailable) as refused:
        folder.begin(UPLOAD, 0)
    assert refused.value.status == 503
    assert refused.value.retry_after


def test_a_disk_that_fills_up_while_an_object_is_written(
    folder: ChunkStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fsync

    def full(handle: int) -> None:
        if os.path.isdir(f"/proc/self/fd/{handle}"):
            return real(handle)
        raise OSError(28, "No space left on device")

    writer = folder.begin(UPLOAD, 0)
    writer.write(b"data")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ChunksUnavailable, match="No space left"):
        writer.commit()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_bucket_that_is_away_can_be_waited_out(bucket: ChunkStore, s3_server: str) -> None:
    nowhere = open_chunks("s3://no-such-bucket/uploads", endpoint=s3_server)
    writer = nowhere.begin(UPLOAD, 0)
    writer.write(b"data")
    with pytest.raises(ChunksUnavailable):
        writer.commit()


def test_first_object_of_a_bucket_may_come_while_it_is_listed(
    bucket: ChunkStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    import s3fs

    keep(bucket, 0, b"data")
    real = s3fs.S3FileSystem._lsdir

    async def before_it_came(*arguments: object, **options: object) -> list[object]:
        monkeypatch.setattr(s3fs.S3FileSystem, "_lsdir", real)
        return []

    monkeypatch.setattr(s3fs.S3FileSystem, "_lsdir", before_it_came)
    assert bucket.uploads() == {}
    assert bucket.uploads().keys() == {UPLOAD}


@pytest.mark.parametrize("url", ["", "chunks", "file://", "s3://", "ftp://host/chunks"])
def test_administrator_is_told_of_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ConfigurationError, match="CUEDECK_CHUNKS"):
        open_chunks(url)


@pytest.mark.parametrize("upload_id", ["../escape", "a/b/c/d/e/f", "", "."])
def test_an_id_is_never_a_way_out_of_the_store(folder: ChunkStore, upload_id: str) -> None:
    with pytest.raises(ValueError, match="not the id"):
        folder.begin(upload_id, 0)
