"""Uploads that a worker sends to Studio while their last bytes still come in: whatever happens, once, and whole."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from lti.errors import CuedeckError, GrantMissing, RemoteThrottled, RemoteUnavailable
from lti.media import NewUpload
from lti.media.carrying import Carrier
from lti.media.claims import Claim
from lti.media.housekeeping import Housekeeping
from lti.media.intake import Intake
from lti.model import Upload, UploadSource
from tests.unit.media.carrying_desk import LEASE, Desk, Killed, S, make
from tests.unit.media.conftest import TEACHER
from tests.unit.media.fake_studio import FakeStudio

_OBJECT = 10_000  # bytes
DATA = os.urandom(5 * _OBJECT + 1)
_PATIENCE = 10.0  # seconds for what other threads do


class Tap:
    """A request's body, of which so much comes as was let through; a worker's turn is whenever it is dry."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._open = threading.Semaphore(0)
        self.dry = threading.Semaphore(0)
        self._cut = False
        self.is_open = False

    def read(self, size: int) -> bytes:
        """Give the next object's bytes when they were let through; none after a cut."""
        if self._at == len(self._data):
            return b""
        if self._at % _OBJECT == 0:
            self.dry.release()
            assert self._open.acquire(timeout=_PATIENCE), "nobody opens the tap"
            if self._cut:
                return b""
        piece = self._data[self._at : self._at + min(size, _OBJECT - self._at % _OBJECT)]
        self._at += len(piece)
        return piece

    def let(self, objects: int) -> None:
        """Let so many objects through, and wait until they count."""
        for _ in range(objects):
            self._open.release()
            assert self.dry.acquire(timeout=_PATIENCE), "nobody reads"

    def rest(self) -> None:
        """Let everything through."""
        self.is_open = True
        for _ in self._data:
            self._open.release()

    def cut(self) -> None:
        """Break the line."""
        self._cut = True
        self._open.release()


class AheadDesk(Desk):
    """A desk to which data comes while its workers are at work."""

    def carrier(self) -> Carrier:
        return Carrier(self.store, self.chunks, self.studio, self.clock, patience=0.3)

    def begin(self, length: int | None = len(DATA), **more: Any) -> str:
        upload, _ = self.receiving.create(TEACHER, self.platform, NewUpload("rivers.mp4", "video/mp4", length, **more))
        return upload.id

    @contextmanager
    def coming(self, upload_id: str, data: bytes = DATA, offset: int = 0) -> Iterator[Tap]:
        """Receive an upload's data in a thread of its own, from a tap."""
        tap, size = Tap(data[offset:]), len(data) - offset
        receiving = threading.Thread(
            target=self.receiving.receive,
            args=(TEACHER, self.platform, upload_id),
            kwargs={"offset": offset, "source": tap, "size": size},
        )
        receiving.start()
        try:
            assert tap.dry.acquire(timeout=_PATIENCE)
            yield tap
        finally:
            tap.rest()
            receiving.join(_PATIENCE)
        assert not receiving.is_alive()

    def take(self) -> tuple[Upload, Claim]:
        taken = self.claims().take()
        assert taken is not None
        return taken

    def check_once(self, data: bytes = DATA) -> None:
        Housekeeping(self.store, self.chunks, self.clock).do()
        self.check_arrived(data)


def on(url: str, tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Any, AheadDesk]:
    address = f"sqlite:///{tmp_path / 'c.db'}" if url == "sqlite" else request.getfixturevalue("postgres_url")
    database, made = make(address, tmp_path)
    made.chunks.limit = _OBJECT
    ahead = AheadDesk(made.store, made.database, made.chunks, made.folder, made.studio, made.clock, made.platform)
    return database, ahead


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AheadDesk]:
    database, made = on(request.param, tmp_path, request)
    yield made
    database.close()


@contextmanager
def thread(target: Callable[..., Any], *args: Any) -> Iterator[None]:
    """Have something done meanwhile, and wait for it."""
    running = threading.Thread(target=target, args=args)
    running.start()
    try:
        yield
    finally:
        running.join(_PATIENCE)
        assert not running.is_alive()


def watch(studio: FakeStudio, name: str) -> threading.Semaphore:
    """Count what happens at Studio."""
    seen = threading.Semaphore(0)
    studio.event = lambda event: seen.release() if event == name else None
    return seen


def test_studio_has_what_came_before_the_rest_has_come(desk: AheadDesk) -> None:
    upload_id, seen = desk.begin(), watch(desk.studio, "a piece")
    with desk.coming(upload_id) as tap:
        tap.let(2)
        taken = desk.take()
        assert taken[0].state is S.RECEIVING
        with thread(desk.carrier().carry, *taken):
            assert seen.acquire(timeout=_PATIENCE), "it waits for all of it"
            assert seen.acquire(timeout=_PATIENCE)
            assert desk.find(upload_id).offset == 2 * _OBJECT
            tap.rest()
    assert desk.find(upload_id).state is S.TRANSCODING, "another worker had to be found for it"
    desk.store.uploads.work.release(upload_id, taken[1].holder)
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_once()
    assert (desk.studio.puts, desk.studio.calls.count("begin")) == (1, 1)


@pytest.mark.parametrize(
    "about",
    [
        pytest.param({"length": None}, id="of a length that nobody knows"),
        pytest.param({"source": UploadSource.RECORDING}, id="a recording, which is to be mended"),
    ],
)
def test_it_is_not_begun_for(desk: AheadDesk, about: dict[str, Any]) -> None:
    with desk.coming(desk.begin(**about)) as tap:
        tap.let(2)
        assert desk.claims().take() is None


@pytest.mark.parametrize(("seconds", "is_near"), [(4, False), (3, True)])
def test_slow_line_holds_up_no_worker(
    desk: AheadDesk, seconds: int, is_near: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three objects are missing of five: nine seconds are near, twelve are not."""

    class Slow(Intake):
        def __init__(self, *args: Any, **values: Any) -> None:
            super().__init__(*args, **values, ticks=lambda: self._next / _OBJECT * seconds)

    monkeypatch.setattr("lti.media.receiving.Intake", Slow)
    with desk.coming(desk.begin()) as tap:
        tap.let(2)
        assert (desk.claims().take() is not None) == is_near


def test_line_that_is_gone_costs_an_address_and_a_third_one_is_not_asked_for(desk: AheadDesk) -> None:
    upload_id, at = desk.begin(), 0
    for tries in (1, 2):
        with desk.coming(upload_id, offset=at) as tap:
            tap.let(1)
            with thread(desk.carrier().carry, *(taken := desk.take())):
                tap.cut()
        upload = desk.find(upload_id)
        at = tries * _OBJECT
        assert (upload.state, upload.offset, upload.attempts) == (S.RECEIVING, at, tries)
        assert (upload.upload_url, upload.media_id, upload.sent, upload.problem) == (None, None, 0, None)
        desk.store.uploads.work.release(upload_id, taken[1].holder)
        assert desk.studio.calls.count("begin") == tries
    with desk.coming(upload_id, offset=at) as tap:
        tap.let(1)
        assert desk.claims().take() is None, "a line that breaks and breaks costs an address each time"
    upload = desk.find(upload_id)
    assert (upload.state, upload.attempts) == (S.RECEIVED, 0)
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_once()


@pytest.mark.parametrize("call", ["begin", "put"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("error", [RemoteUnavailable("500"), RemoteThrottled("429", retry_after=3)])
def test_trouble_at_studio_leaves_it_to_be_sent_as_any_other(
    desk: AheadDesk, call: str, when: str, error: CuedeckError
) -> None:
    upload_id = desk.begin()
    getattr(desk.studio, when)[call] = [error]
    with desk.coming(upload_id) as tap:
        tap.let(2)
        with thread(desk.carrier().carry, *(taken := desk.take())):
            tap.rest()
    desk.store.uploads.work.release(upload_id, taken[1].holder)
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_once()
    assert desk.studio.calls.count("complete") == 1


def test_missing_consent_is_not_told_before_it_matters(desk: AheadDesk) -> None:
    upload_id, desk.studio.consent = desk.begin(), GrantMissing("nobody consented")
    with desk.coming(upload_id) as tap:
        tap.let(2)
        desk.carrier().carry(*(taken := desk.take()))
        upload = desk.find(upload_id)
        assert (upload.state, upload.problem) == (S.RECEIVING, None)
        desk.store.uploads.work.release(upload_id, taken[1].holder)
    desk.studio.consent = None
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_once()


def test_what_is_cancelled_under_way_does_not_become_a_media(desk: AheadDesk) -> None:
    upload_id, seen = desk.begin(), watch(desk.studio, "a piece")
    with desk.coming(upload_id) as tap:
        tap.let(2)
        with thread(desk.carrier().carry, *(desk.take())):
            assert seen.acquire(timeout=_PATIENCE)
            desk.uploads.cancel(TEACHER, desk.platform, upload_id)
            others = [desk.receive() for _ in range(4)]
            assert {desk.take()[0].id for _ in others} == {*others}, "it still takes a worker's place"
        tap.cut()
    assert desk.find(upload_id).state is S.CANCELLED
    desk.clock.pass_(LEASE + 1)
    for other in others:
        desk.work_until_ended(other)
    assert desk.find(upload_id).state is S.CANCELLED
    assert len(desk.studio.media) == len(others)
    desk.clock.pass_(3 * 24 * 3600)
    Housekeeping(desk.store, desk.chunks, desk.clock).do()
    assert desk.left() == []


def test_one_school_s_uploads_that_come_in_do_not_get_every_worker(desk: AheadDesk) -> None:
    """Four may be worked on at once."""
    waiting = [desk.receive() for _ in range(2)]
    begun = [desk.begin() for _ in range(3)]
    with (
        desk.coming(begun[0]) as first,
        desk.coming(begun[1]) as second,
        desk.coming(begun[2]) as third,
    ):
        for tap in (first, second, third):
            tap.let(1)
        taken = [desk.claims().take() for _ in range(6)]
    claimed = {each[0].id for each in taken if each}
    assert len(claimed) == 4
    assert claimed <= {*waiting, *begun}


@pytest.mark.parametrize("rest", ["at once", "later"])
@pytest.mark.parametrize("url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_worker_may_die_at_any_moment(
    url: str, rest: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it sends ahead, at every moment in turn; the rest comes while its claim lasts, or after that."""
    database, desk = on(url, tmp_path, request)
    died = 0
    for moment in itertools.count():
        desk.studio = FakeStudio()
        upload_id = desk.begin()
        with desk.coming(upload_id) as tap:
            tap.let(2)
            if not die_at(desk, moment, tap, monkeypatch):
                break
            died, comes_in = died + 1, not tap.is_open
            if rest == "later":
                desk.clock.pass_(LEASE + 1)
        if comes_in:
            assert desk.find(upload_id).state is (S.RECEIVED if rest == "later" else S.SENDING), moment
        assert desk.work_until_ended(upload_id).state is S.READY, moment
        desk.check_once()
    database.close()
    assert died > 12, "the worker was not stopped at every step"


def die_at(desk: AheadDesk, moment: int, tap: Tap, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Carry until the so-many-eth thing that happens, and die there; gives whether it came to that.

    The rest comes in when Studio has had two objects: so some moments come before the last byte, and some after it.
    """
    left, pieces = itertools.count(moment, -1), itertools.count(1)

    def event(name: str) -> None:
        if name == "a piece" and next(pieces) == 2:
            tap.rest()
        if next(left) == 0:
            raise Killed(name)

    real = desk.store.uploads.change

    def watched(*args: Any, **values: Any) -> bool:
        event("before change")
        answer = real(*args, **values)
        event("after change")
        return answer

    taken = desk.take()
    with monkeypatch.context() as patched:
        patched.setattr(desk.studio, "event", event)
        patched.setattr(desk.store.uploads, "change", watched)
        try:
            desk.carrier().carry(*taken)
        except Killed:
            return True
    return False
