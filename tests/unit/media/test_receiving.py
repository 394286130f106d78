"""Data of uploads as it comes: in any pieces, cut anywhere, from two connections, with store or database away."""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lti.errors import (
    ChunksUnavailable,
    StorageUnavailable,
    UploadBusy,
    UploadChecksumWrong,
    UploadOffsetWrong,
    UploadQuota,
    UploadTooLarge,
)
from lti.media import Checksum, NewUpload
from lti.model import Upload, UploadState
from tests.unit.media.carrying_desk import Desk, make
from tests.unit.media.conftest import TEACHER

DATA = os.urandom(5000)


class Line:
    """A connection that brings data in such pieces, and is cut after the last."""

    def __init__(self, *pieces: bytes, then: Any = None) -> None:
        self.pieces = list(pieces)
        self.then = then

    def read(self, size: int) -> bytes:
        if not self.pieces:
            if self.then is not None:
                self.then()
                self.then = None
            return b""
        piece, self.pieces[0] = self.pieces[0][:size], self.pieces[0][size:]
        if not self.pieces[0]:
            self.pieces.pop(0)
        return piece


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database, made = make(f"sqlite:///{tmp_path / 'cuedeck.db'}", tmp_path)
    made.chunks.limit = 700
    yield made
    database.close()


def begin(desk: Desk, length: int | None = len(DATA)) -> str:
    return desk.receiving.create(TEACHER, desk.platform, NewUpload("a.mp4", "video/mp4", length))[0].id


def send(desk: Desk, upload_id: str, line: Line | BytesIO, size: int | None, **more: Any) -> Upload:
    offset = more.pop("offset", None)
    at = desk.find(upload_id).offset if offset is None else offset
    return desk.receiving.receive(TEACHER, desk.platform, upload_id, offset=at, source=line, size=size, **more)


def kept(desk: Desk, upload_id: str) -> bytes:
    return b"".join(desk.chunks.read(upload_id, desk.store.uploads.data.chunks(upload_id)))


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 2500), st.integers(1, 900)), max_size=12))
def test_a_file_is_whole_however_it_came(desk: Desk, cuts: list[tuple[int, int]]) -> None:
    upload_id = begin(desk)
    for length, piece in [*cuts, (len(DATA), 800)]:
        offset = desk.find(upload_id).offset
        if offset == len(DATA):
            break
        data = DATA[offset : offset + length]
        pieces = [data[at : at + piece] for at in range(0, len(data), piece)]
        now = send(desk, upload_id, Line(*pieces), len(DATA) - offset)
        assert now.offset == offset + len(data), "what came before the cut is not kept"
        assert kept(desk, upload_id) == DATA[: now.offset]
    assert desk.find(upload_id).state is UploadState.RECEIVED
    assert max(each.size for each in desk.store.uploads.data.chunks(upload_id)) <= 700


def test_a_connection_that_was_thought_dead_changes_nothing(desk: Desk) -> None:
    upload_id = begin(desk)

    def another_goes_on() -> None:
        desk.clock.pass_(7)
        assert send(desk, upload_id, BytesIO(DATA[700:]), len(DATA) - 700).offset == len(DATA)

    with pytest.raises(UploadBusy):
        send(desk, upload_id, Line(DATA[:700], b"late", then=another_goes_on), len(DATA))
    assert kept(desk, upload_id) == DATA
    assert len(list((desk.folder / upload_id).iterdir())) == len(desk.store.uploads.data.chunks(upload_id))


def test_two_connections_do_not_send_at_once(desk: Desk) -> None:
    upload_id = begin(desk)

    def another() -> None:
        with pytest.raises(UploadBusy):
            send(desk, upload_id, BytesIO(DATA), len(DATA), offset=0)

    send(desk, upload_id, Line(DATA[:100], then=another), len(DATA))
    with pytest.raises(UploadOffsetWrong):
        send(desk, upload_id, BytesIO(DATA), len(DATA), offset=0)
    assert kept(desk, upload_id) == DATA[:100]


def test_nothing_of_a_cut_request_with_a_checksum_counts(desk: Desk) -> None:
    upload_id = begin(desk)
    right = Checksum("sha256", hashlib.sha256(DATA).digest())
    with pytest.raises(UploadChecksumWrong):
        send(desk, upload_id, Line(DATA[:4000]), len(DATA), checksum=right)
    assert desk.find(upload_id).offset == 0
    assert list((desk.folder / upload_id).iterdir()) == []
    assert send(desk, upload_id, BytesIO(DATA), len(DATA), checksum=right).state is UploadState.RECEIVED
    assert kept(desk, upload_id) == DATA


def test_a_store_that_fills_up_keeps_what_it_has(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = begin(desk)
    real, room = desk.chunks.begin, iter([True, True])

    def full(*args: Any) -> Any:
        if not next(room, False):
            raise ChunksUnavailable("No space left on device", retry_after=5)
        return real(*args)

    with monkeypatch.context() as patched:
        patched.setattr(desk.chunks, "begin", full)
        with pytest.raises(ChunksUnavailable):
            send(desk, upload_id, BytesIO(DATA), len(DATA))
    assert desk.find(upload_id).offset == 1400
    assert send(desk, upload_id, BytesIO(DATA[1400:]), len(DATA) - 1400).state is UploadState.RECEIVED
    assert kept(desk, upload_id) == DATA


def test_a_database_that_is_locked_loses_no_byte_that_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = begin(desk)
    real, calls = desk.store.uploads.data.commit, iter([False, False, True])

    def locked(*args: Any, **values: Any) -> bool:
        if next(calls, False):
            raise StorageUnavailable("database is locked")
        return real(*args, **values)

    monkeypatch.setattr(desk.store.uploads.data, "commit", locked)
    with pytest.raises(StorageUnavailable):
        send(desk, upload_id, BytesIO(DATA), len(DATA))
    assert desk.find(upload_id).offset == 1400
    assert send(desk, upload_id, BytesIO(DATA[1400:]), len(DATA) - 1400).state is UploadState.RECEIVED
    assert desk.work_until_ended(upload_id).state is UploadState.READY
    desk.check_arrived(DATA)


def test_data_without_an_end_stops_where_there_is_no_more_room(desk: Desk) -> None:
    upload_id = begin(desk, 1000)
    with pytest.raises(UploadTooLarge):
        send(desk, upload_id, BytesIO(DATA), None)
    assert desk.find(upload_id).state is UploadState.RECEIVED
    assert kept(desk, upload_id) == DATA[:1000]


def test_a_recording_ends_when_its_length_is_told(desk: Desk) -> None:
    upload_id = begin(desk, None)
    assert send(desk, upload_id, BytesIO(DATA), None).state is UploadState.RECEIVING
    desk.receiving.announce(TEACHER, desk.platform, upload_id, len(DATA))
    assert desk.work_until_ended(upload_id).state is UploadState.READY
    desk.check_arrived(DATA)


def test_who_has_as_much_on_its_way_as_one_may_is_refused_before_a_byte(desk: Desk) -> None:
    desk.limit(most_unfinished=2, most_bytes=2 * len(DATA))
    first, second = begin(desk), begin(desk, 100)
    for length in (1, None):
        with pytest.raises(UploadQuota) as caught:
            begin(desk, length)
        assert caught.value.values == {"count": 2, "size": 0.0}
    other = dataclasses.replace(TEACHER, subject="somebody else")
    assert desk.receiving.create(other, desk.platform, NewUpload("a.mp4", "video/mp4", 1))
    desk.uploads.cancel(TEACHER, desk.platform, first)
    assert begin(desk, 2 * len(DATA) - 100)
    desk.uploads.cancel(TEACHER, desk.platform, second)
    with pytest.raises(UploadQuota):
        begin(desk, 101)


def test_file_of_unknown_length_ends_where_the_quota_does(desk: Desk) -> None:
    desk.limit(most_bytes=1000)
    upload_id = begin(desk, None)
    assert send(desk, upload_id, BytesIO(DATA[:900]), 900).offset == 900
    with pytest.raises(UploadQuota):
        desk.receiving.announce(TEACHER, desk.platform, upload_id, 1001)
    with pytest.raises(UploadQuota):
        send(desk, upload_id, BytesIO(DATA[900:1001]), 101)
    assert send(desk, upload_id, BytesIO(DATA[900:1000]), 100).offset == 1000
    desk.receiving.announce(TEACHER, desk.platform, upload_id, 1000)
    assert kept(desk, upload_id) == DATA[:1000]
