"""Recordings: what a browser left is mended, trimmed and sent, whenever it died and whenever a worker dies."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from io import BytesIO
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from lti.errors import (
    ChunksUnavailable,
    GrantMissing,
    InputError,
    NotFound,
    RemoteGone,
    UploadNotNow,
    UploadRefused,
    UploadTooLarge,
)
from lti.media import Carrier, Claims, Housekeeping, NewUpload, RecordingLimits, Recordings, UploadRules
from lti.media.recording_mending import RecordingMending
from lti.model import Upload, UploadSource, UploadState
from lti.protocol.tokens import Tokens
from tests.support.recordings import RATE, has_index_in_front, play, recorded, winds
from tests.unit.media.carrying_desk import LEASE, Desk, Killed, make
from tests.unit.media.conftest import OURS, SECRETS, STUDENT, TEACHER

S = UploadState
KINDS = [("mp4", True), ("webm", True), ("mp4", False), ("webm", False)]
SEED = 6


class Booth(Desk):
    """A desk at which recordings are made."""

    def __post_init__(self) -> None:
        super().__post_init__()
        tokens = Tokens(SECRETS, OURS, self.clock)
        self.recordings = Recordings(self.store, self.chunks, tokens, self.clock, RecordingLimits(3600, 10**9))

    def begin(self, kind: str = "mp4", *, pictures: bool = True) -> str:
        new = NewUpload(
            f"recording.{kind}", f"{'video' if pictures else 'audio'}/{kind}", None, source=UploadSource.RECORDING
        )
        upload, _ = self.receiving.create(TEACHER, self.platform, new)
        return upload.id

    def send(self, upload_id: str, data: bytes, seconds: float | None = None, pieces: int = 3) -> None:
        at, step = self.find(upload_id).offset, -(-len(data) // pieces)
        for first in range(0, len(data), step):
            piece = data[first : first + step]
            self.receiving.receive(
                TEACHER,
                self.platform,
                upload_id,
                offset=at + first,
                source=BytesIO(piece),
                size=len(piece),
                seconds=seconds,
            )

    def keep(self, upload_id: str, **more: Any) -> None:
        self.recordings.keep(TEACHER, self.platform, upload_id, **more)

    def recorded(self, data: bytes, kind: str = "mp4", *, pictures: bool = True, **more: Any) -> str:
        upload_id = self.begin(kind, pictures=pictures)
        self.send(upload_id, data)
        self.keep(upload_id, **more)
        return upload_id

    def arrived(self) -> bytes:
        """Give what Studio got, once, with nothing left behind."""
        (media,) = self.studio.media.values()
        assert self.left() == []
        return media.data


def booth_at(url: str, tmp_path: Path) -> tuple[Any, Booth]:
    database, desk = make(url, tmp_path)
    return database, Booth(desk.store, database, desk.chunks, desk.folder, desk.studio, desk.clock, desk.platform)


@pytest.fixture
def booth(tmp_path: Path) -> Iterator[Booth]:
    database, made = booth_at(f"sqlite:///{tmp_path / 'cuedeck.db'}", tmp_path)
    yield made
    database.close()


def mender(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str) -> None:
    """Have another program run in place of the one that mends."""
    path = tmp_path / "mender.py"
    path.write_text(program)
    real = RecordingMending.__init__
    monkeypatch.setattr(RecordingMending, "__init__", lambda self, *parts: real(self, *parts, mender=path))


@pytest.mark.parametrize(("kind", "pictures"), KINDS)
def test_a_recording_gets_its_length_and_can_be_wound(booth: Booth, kind: str, pictures: bool) -> None:
    data = recorded(kind, pictures=pictures)
    upload = booth.work_until_ended(booth.recorded(data, kind, pictures=pictures))
    sent = booth.arrived()
    assert (upload.state, upload.problem, upload.note, upload.length) == (S.READY, None, None, len(sent))
    played = play(sent)
    assert played.seconds == pytest.approx(6, abs=0.1)
    assert upload.seconds == pytest.approx(6, abs=0.1)
    assert 0 <= play(data).frames - played.frames <= 1  # a WebM of sound alone may lose its first 20 milliseconds
    assert played.begins_whole
    assert has_index_in_front(sent)
    assert winds(sent, 4.5) == pytest.approx(4, abs=0.6)


@pytest.mark.parametrize(("kind", "pictures"), KINDS)
def test_wherever_a_recording_was_torn_what_came_before_plays(booth: Booth, kind: str, pictures: bool) -> None:
    data, luck = recorded(kind, pictures=pictures), random.Random(SEED)
    for _ in range(6):
        booth.studio.media.clear()
        torn = data[: luck.randrange(len(data) // 3, len(data))]
        upload = booth.work_until_ended(booth.recorded(torn, kind, pictures=pictures))
        assert (upload.state, upload.note) == (S.READY, None)
        played = play(booth.arrived())
        # A fragment of MP4 that was torn keeps what of it is whole; so at most one second of pictures is missing.
        assert played.last >= 6 * len(torn) / len(data) - 1.5
        assert played.begins_whole
        assert played.seconds == pytest.approx(played.last, abs=0.15)


@pytest.mark.parametrize(("kind", "pictures"), KINDS)
def test_beginning_and_end_are_left_out(booth: Booth, kind: str, pictures: bool) -> None:
    data = recorded(kind, pictures=pictures)
    upload = booth.work_until_ended(booth.recorded(data, kind, pictures=pictures, start=2.4, end=4.6))
    played = play(booth.arrived())
    assert upload.state is S.READY
    begins = 2.0 if pictures else 2.4
    assert played.seconds == pytest.approx(4.6 - begins, abs=0.15)
    assert played.first == pytest.approx(0, abs=0.05)
    assert played.begins_whole
    assert not pictures or abs(played.frames - (4.6 - begins) * RATE) <= 1


def test_a_trim_is_applied_once_though_sending_begins_anew(booth: Booth) -> None:
    booth.studio.before["complete"] = [RemoteGone("it knows nothing of it")]
    upload = booth.work_until_ended(booth.recorded(recorded(), start=2.2))
    assert (upload.state, upload.failed_in, upload.mended) == (S.FAILED, S.RECEIVED, True)
    booth.uploads.retry(TEACHER, booth.platform, upload.id)
    assert booth.work_until_ended(upload.id).state is S.READY
    assert play(booth.arrived()).seconds == pytest.approx(4, abs=0.15)


@pytest.mark.parametrize(
    "data", [b"no recording at all", b"\0\0\0\x20ftypisom" + bytes(500), b"\x1a\x45\xdf\xa3" + b"x" * 99]
)
def test_what_cannot_be_read_goes_as_it_is_and_says_so(booth: Booth, data: bytes) -> None:
    upload = booth.work_until_ended(booth.recorded(data))
    assert upload.state is S.READY
    assert upload.note is not None
    assert upload.note.code == "recording_not_mended"
    assert booth.arrived() == data


def test_what_was_to_be_left_out_is_never_sent(booth: Booth) -> None:
    upload = booth.work_until_ended(booth.recorded(b"no recording at all", start=1.0))
    assert (upload.state, upload.failed_in) == (S.FAILED, S.MENDING)
    assert upload.problem is not None
    assert upload.problem.code == "recording_not_trimmed"
    assert booth.studio.media == {}
    assert booth.left() != []


def test_foreign_bytes_are_read_where_no_secret_is(
    booth: Booth, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("CUEDECK_SECRET_KEYS", "secret")
    program = "import os, sys; sys.stdin.buffer.read(); open('mended', 'w').write(repr(dict(os.environ)))"
    mender(monkeypatch, tmp_path, program + "; print('{\"seconds\": 1}')")
    booth.work_until_ended(booth.recorded(recorded()))
    assert b"CUEDECK" not in booth.arrived()


@pytest.mark.parametrize("dies", ["os.kill(os.getpid(), 9)", "sys.stdin.buffer.read(9); os.kill(os.getpid(), 9)"])
def test_a_child_that_is_killed_is_tried_again_and_then_done_without(
    booth: Booth, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, dies: str
) -> None:
    mender(monkeypatch, tmp_path, f"import os, sys; {dies}")
    data = os.urandom(3_000_000)
    upload_id = booth.recorded(data)
    booth.work()
    waiting = booth.find(upload_id)
    assert (waiting.state, waiting.attempts) == (S.MENDING, 1)
    assert booth.work_until_ended(upload_id).state is S.READY
    assert booth.arrived() == data


def test_a_child_that_does_not_end_is_ended(booth: Booth, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    path = tmp_path / "mender.py"
    path.write_text("import time; time.sleep(60)")
    mending = RecordingMending(booth.store, booth.chunks, mender=path, longest=0.5)
    upload_id = booth.recorded(recorded())
    upload, claim = taken(booth)
    booth.store.uploads.change(upload_id, {S.RECEIVED}, held_by=claim.holder, state=S.MENDING)
    with pytest.raises(ChunksUnavailable):
        mending.mend(booth.find(upload.id), claim)


def taken(booth: Booth) -> tuple[Upload, Any]:
    found = Claims(booth.store, seconds=LEASE, most=4).take()
    assert found is not None
    return found


def test_a_worker_may_die_at_any_moment_of_mending(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before and after each thing that is written, kept or removed; whoever comes after finishes it."""
    database, booth = booth_at(database_url, tmp_path)
    data = recorded("webm", 2)
    moments = 0
    for moment in count():
        booth.studio.media.clear()
        upload_id = booth.recorded(data, "webm", start=1.2)
        died = _die(booth, moment, monkeypatch)
        assert booth.work_until_ended(upload_id).state is S.READY, moment
        Housekeeping(booth.store, booth.chunks, booth.clock).do()
        assert play(booth.arrived()).seconds == pytest.approx(1, abs=0.15)
        if not died:
            break
        moments += 1
    database.close()
    assert moments >= 10, "the worker was not stopped at every step"


def _die(booth: Booth, moment: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    left = count(moment, -1)

    def watched(real: Any) -> Any:
        def call(*args: Any, **values: Any) -> Any:
            if next(left) == 0:
                raise Killed
            answer = real(*args, **values)
            if next(left) == 0:
                if hasattr(answer, "_file"):
                    answer._file.close()  # a death closes it, and nothing else
                raise Killed
            return answer

        return call

    upload, claim = taken(booth)
    with monkeypatch.context() as patched:
        for part, name in (
            (booth.store.uploads, "change"),
            (booth.store.uploads.data, "replace"),
            (booth.chunks, "begin"),
            (booth.chunks, "drop"),
        ):
            patched.setattr(part, name, watched(getattr(part, name)))
        try:
            Carrier(booth.store, booth.chunks, booth.studio, booth.clock).carry(upload, claim)
        except Killed:
            return True
    booth.store.uploads.work.release(upload.id, claim.holder)
    return False


def test_who_lost_the_claim_while_mending_changes_nothing(booth: Booth) -> None:
    upload_id = booth.recorded(recorded())
    _, claim = taken(booth)
    booth.store.uploads.change(upload_id, {S.RECEIVED}, held_by=claim.holder, state=S.MENDING)
    before = booth.store.uploads.data.chunks(upload_id)
    booth.store.uploads.change(upload_id, {S.MENDING}, leased_by="somebody else")
    carrier = Carrier(booth.store, booth.chunks, booth.studio, booth.clock)
    carrier.carry(booth.find(upload_id), claim)
    assert booth.store.uploads.data.chunks(upload_id) == before
    assert booth.find(upload_id).state is S.MENDING
    assert b"".join(booth.chunks.read(upload_id, before)) == recorded()


def test_mending_waits_for_nobodys_consent(booth: Booth) -> None:
    upload_id = booth.recorded(recorded())
    booth.studio.consent = GrantMissing("nobody")
    booth.work()
    waiting = booth.find(upload_id)
    assert (waiting.state, waiting.mended) == (S.SENDING, True)
    assert waiting.problem is not None
    assert waiting.problem.code == "grant_missing"


def test_a_recording_by_way_of_a_bucket(booth: Booth, bucket: Any) -> None:
    booth.chunks = bucket
    booth.__post_init__()
    upload_id = booth.recorded(recorded())
    assert booth.work_until_ended(upload_id).state is S.READY
    assert play(next(iter(booth.studio.media.values())).data).seconds == pytest.approx(6, abs=0.1)
    assert bucket.uploads() == {}


# --- until it is kept -------------------------------------------------------------------------------------------------


def test_what_a_dead_browser_left_is_offered_with_how_long_it_is(booth: Booth) -> None:
    upload_id = booth.begin()
    booth.send(upload_id, recorded()[:5000], seconds=2.5)
    ((upload, live),) = booth.recordings.unfinished(TEACHER, booth.platform)
    assert (upload.id, upload.seconds, live) == (upload_id, 2.5, True)
    booth.clock.pass_(11)
    ((_, live),) = booth.recordings.unfinished(TEACHER, booth.platform)
    assert not live
    booth.work()
    assert booth.find(upload_id).state is S.RECEIVING
    booth.keep(upload_id)
    assert booth.recordings.unfinished(TEACHER, booth.platform) == []
    assert booth.find(upload_id).length == 5000


def test_a_page_that_believes_that_more_was_sent_keeps_nothing_yet(booth: Booth) -> None:
    upload_id = booth.begin()
    booth.send(upload_id, b"0123456789")
    with pytest.raises(UploadNotNow):
        booth.keep(upload_id, length=12)
    assert booth.find(upload_id).state is S.RECEIVING
    booth.keep(upload_id, length=10)
    assert booth.find(upload_id).state is S.RECEIVED


def test_keeping_twice_is_no_matter_but_in_another_way_it_is(booth: Booth) -> None:
    data = recorded("mp4")
    upload_id = booth.begin()
    booth.send(upload_id, data)
    same: dict[str, Any] = {"length": len(data), "start": 1.5}
    booth.keep(upload_id, **same)
    for _ in range(2):  # while it waits, and once Studio has it
        before = booth.find(upload_id)
        booth.keep(upload_id, **same)
        assert booth.find(upload_id) == before
        for otherwise in ({**same, "start": 2.5}, {"length": len(data)}, {**same, "end": 2.0}):
            with pytest.raises((UploadNotNow, NotFound)):
                booth.keep(upload_id, **otherwise)
        assert booth.work_until_ended(upload_id).state is S.READY


def test_a_recording_of_nothing_is_refused(booth: Booth) -> None:
    with pytest.raises(UploadRefused):
        booth.keep(booth.begin())


@pytest.mark.parametrize(("start", "end"), [(3.0, 2.0), (2.0, 2.0), (-1.0, None), (0.0, 0.0), (None, 10.0**7)])
def test_an_end_before_the_start_is_refused(booth: Booth, start: float | None, end: float | None) -> None:
    upload_id = booth.begin()
    booth.send(upload_id, b"0123456789")
    with pytest.raises(InputError):
        booth.keep(upload_id, start=start, end=end)
    assert booth.find(upload_id).state is S.RECEIVING


def test_a_recording_may_not_grow_for_ever(booth: Booth) -> None:
    booth.receiving._rules = UploadRules(frozenset({"mp4"}), 10**9, largest_recording=1000)
    upload_id = booth.begin()
    booth.send(upload_id, bytes(900))
    with pytest.raises(UploadTooLarge):
        booth.send(upload_id, bytes(200), pieces=1)
    booth.keep(upload_id)
    assert booth.find(upload_id).length == 900


def test_another_person_reaches_no_recording(booth: Booth) -> None:
    upload_id = booth.begin()
    booth.send(upload_id, b"0123456789")
    assert booth.recordings.unfinished(STUDENT, booth.platform) == []
    for call in (booth.recordings.keep, booth.recordings.address):
        with pytest.raises(NotFound):
            call(STUDENT, booth.platform, upload_id)


def test_an_upload_of_a_file_is_no_recording(booth: Booth) -> None:
    new = NewUpload("rivers.mp4", "video/mp4", None)
    upload, _ = booth.receiving.create(TEACHER, booth.platform, new)
    booth.send(upload.id, b"0123456789", seconds=3.0)
    assert booth.find(upload.id).seconds is None
    with pytest.raises(NotFound):
        booth.keep(upload.id)
