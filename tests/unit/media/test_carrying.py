"""Uploads on their way to Studio: whatever goes wrong, whenever a worker dies, the file arrives as it was, once."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from lti.errors import (
    ChunksUnavailable,
    CuedeckError,
    GrantMissing,
    InputError,
    NotAllowed,
    NotFound,
    RemoteNonsense,
    RemoteNotPermitted,
    RemoteThrottled,
    RemoteUnavailable,
    StorageUnavailable,
    UploadNotNow,
)
from lti.media import NewUpload
from lti.media.housekeeping import Housekeeping
from lti.model import CaptionState
from lti.store import ChunkStore
from tests.unit.media.carrying_desk import DATA, LEASE, SRT, Desk, Killed, S, make
from tests.unit.media.conftest import STUDENT, TEACHER
from tests.unit.media.fake_studio import FakeStudio


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    database, made = make(f"sqlite:///{tmp_path / 'cuedeck.db'}", tmp_path)
    yield made
    database.close()


def test_a_file_arrives_with_its_title_and_captions(desk: Desk) -> None:
    upload_id = desk.receive("es", "de", auto_captions=True)
    upload = desk.work_until_ended(upload_id)
    assert (upload.state, upload.studio_status, upload.problem) == (S.READY, "finished", None)
    desk.check_arrived(languages=("es", "de"))
    (media,) = desk.studio.media.values()
    assert (media.title, media.description, media.auto_captions) == ("Rivers", "About rivers.", True)
    assert media.captions[0][2] == SRT.decode()
    assert {caption.state for caption in desk.store.uploads.captions.of_upload(upload_id)} == {CaptionState.SENT}
    assert desk.studio.puts == 1


def test_auto_captions_that_are_off_are_done_without_and_said_so(desk: Desk) -> None:
    desk.studio.auto_captions = False
    upload = desk.work_until_ended(desk.receive(auto_captions=True))
    assert (upload.state, upload.auto_captions, upload.auto_captions_refused) == (S.READY, False, True)
    desk.check_arrived()
    assert desk.studio.puts == 1


def test_an_address_that_has_ended_is_replaced(desk: Desk) -> None:
    upload_id = desk.receive()
    desk.studio.before["put"] = [RemoteNotPermitted("Request has expired")]
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_arrived()
    assert desk.studio.calls.count("begin") == 2


@pytest.mark.parametrize("call", ["begin", "put", "complete", "captions", "caption", "progress"])
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    "error",
    [RemoteUnavailable("500"), RemoteThrottled("429", retry_after=30), RemoteNonsense("half a body")],
    ids=["500", "429", "cut"],
)
def test_trouble_that_passes_is_waited_out(desk: Desk, call: str, when: str, error: CuedeckError) -> None:
    """Also where Studio did what it was asked and the answer was lost."""
    upload_id = desk.receive("es")
    trouble = desk.studio.before if when == "before" else desk.studio.after
    trouble[call] = [error, error]
    desk.work()
    waiting = desk.find(upload_id)
    assert waiting.problem is not None or call == "progress"
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_arrived(languages=("es",))


def test_an_upload_waits_for_consent_and_says_so(desk: Desk) -> None:
    upload_id = desk.receive()
    desk.studio.consent = GrantMissing("nobody")
    for _ in range(100):
        desk.work()
        desk.clock.pass_(61)
    waiting = desk.find(upload_id)
    assert (waiting.state, waiting.attempts) == (S.RECEIVED, 0)
    assert waiting.problem is not None
    assert waiting.problem.code == "grant_missing"
    desk.studio.consent = None
    desk.uploads.retry(TEACHER, desk.platform, upload_id)
    desk.work()
    assert desk.find(upload_id).state is S.TRANSCODING
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_arrived()


def test_what_studio_forbids_fails_and_goes_on_at_a_retry_without_the_person_sending_again(desk: Desk) -> None:
    upload_id = desk.receive()
    desk.studio.before["begin"] = [RemoteNotPermitted("403")]
    failed = desk.work_until_ended(upload_id)
    assert (failed.state, failed.failed_in) == (S.FAILED, S.SENDING)
    assert failed.problem is not None
    assert desk.left() != []
    desk.uploads.retry(TEACHER, desk.platform, upload_id)
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_arrived()


def test_a_storage_that_takes_nothing_is_not_asked_without_a_pause(desk: Desk) -> None:
    upload_id = desk.receive()
    desk.studio.before["put"] = [RemoteNotPermitted("403")] * 4
    desk.work()
    assert desk.studio.calls.count("put") == 2
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_arrived()


def test_a_caption_that_studio_refuses_does_not_hold_the_others_up(desk: Desk) -> None:
    desk.studio.refused_languages = {"de"}
    upload_id = desk.receive("de", "es")
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_arrived(languages=("es",))
    states = {each.language: each.state for each in desk.store.uploads.captions.of_upload(upload_id)}
    assert states == {"de": CaptionState.FAILED, "es": CaptionState.SENT}


def test_a_file_that_studio_cannot_prepare_is_said_so(desk: Desk) -> None:
    desk.studio.fails = True
    upload = desk.work_until_ended(desk.receive())
    assert (upload.state, upload.studio_status) == (S.FAILED, "errored")
    assert upload.problem is not None
    assert upload.problem.code == "studio_processing"
    assert desk.left() == []


def test_data_that_is_gone_is_said_so(desk: Desk) -> None:
    upload_id = desk.receive()
    desk.chunks.clear(upload_id)
    upload = desk.work_until_ended(upload_id)
    assert upload.state is S.FAILED
    assert upload.problem is not None
    assert upload.problem.code == "upload_data_lost"
    assert desk.studio.media == {}


def test_chunks_that_cannot_be_read_or_removed_just_now_are_waited_for(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload_id = desk.receive()
    away = iter([True, True, False])
    real = desk.chunks.read

    def read(*args: Any) -> Iterator[bytes]:
        if next(away, False):
            raise ChunksUnavailable("away")
        return real(*args)

    def clear(upload_id: str) -> None:
        raise ChunksUnavailable("read-only")

    with monkeypatch.context() as patched:
        patched.setattr(desk.chunks, "read", read)
        patched.setattr(desk.chunks, "clear", clear)
        assert desk.work_until_ended(upload_id).state is S.READY
    assert desk.left() != []
    Housekeeping(desk.store, desk.chunks, desk.clock).do()
    desk.check_arrived()


def test_a_cancelled_upload_stops_on_its_way(desk: Desk) -> None:
    upload_id = desk.receive()

    def cancel(name: str) -> None:
        if name == "before put":
            desk.uploads.cancel(TEACHER, desk.platform, upload_id)

    desk.studio.event = cancel
    assert desk.work_until_ended(upload_id).state is S.CANCELLED
    assert desk.studio.media == {}
    assert desk.left() == []


def test_what_studio_has_cannot_be_called_back(desk: Desk) -> None:
    upload_id = desk.receive()
    desk.work()
    assert desk.find(upload_id).state is S.TRANSCODING
    with pytest.raises(UploadNotNow):
        desk.uploads.cancel(TEACHER, desk.platform, upload_id)
    with pytest.raises(UploadNotNow):
        desk.uploads.edit(TEACHER, desk.platform, upload_id, title="Too late")


def test_another_person_can_do_nothing_with_an_upload(desk: Desk) -> None:
    upload_id = desk.receive()
    mine, other = (STUDENT, desk.platform, upload_id), desk.uploads
    calls: list[Callable[[], object]] = [
        lambda: other.one(*mine),
        lambda: other.edit(*mine, title="Mine"),
        lambda: other.cancel(*mine),
        lambda: other.retry(*mine),
        lambda: other.dismiss(*mine),
        lambda: other.add_caption(*mine, language="es", filename="a.srt", content=SRT),
        lambda: other.remove_caption(*mine, "any"),
    ]
    for call in calls:
        with pytest.raises(NotFound):
            call()
    assert other.listed(STUDENT, desk.platform) == []


def test_a_caption_without_a_language_is_refused(desk: Desk) -> None:
    upload_id = desk.receive()
    with pytest.raises(InputError):
        desk.uploads.add_caption(
            TEACHER, desk.platform, upload_id, language="not a language", filename="a.srt", content=SRT
        )


def test_a_file_goes_by_way_of_a_bucket_too(desk: Desk, bucket: ChunkStore) -> None:
    desk.chunks = bucket
    desk.__post_init__()
    data = os.urandom(2_500_000)
    upload_id = desk.receive("es", data=data)
    assert bucket.uploads().keys() == {upload_id}
    assert len(desk.store.uploads.data.chunks(upload_id)) == 3
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_arrived(data, ("es",))
    assert bucket.uploads() == {}


# --- workers that die -------------------------------------------------------------------------------------------------


def die_at(desk: Desk, moment: int, monkeypatch: pytest.MonkeyPatch) -> bool:
    """Work until the so-many-eth thing that happens, and die there; gives whether it came to that."""
    left = itertools.count(moment, -1)

    def event(name: str) -> None:
        if next(left) == 0:
            raise Killed(name)

    def watched(real: Callable[..., Any], name: str) -> Callable[..., Any]:
        def call(*args: Any, **values: Any) -> Any:
            event(f"before {name}")
            answer = real(*args, **values)
            event(f"after {name}")
            return answer

        return call

    uploads = desk.store.uploads
    taken = desk.claims().take()
    if taken is None:
        return False
    with monkeypatch.context() as patched:
        patched.setattr(desk.studio, "event", event)
        patched.setattr(uploads, "change", watched(uploads.change, "change"))
        patched.setattr(uploads.captions, "mark", watched(uploads.captions.mark, "mark"))
        patched.setattr(desk.chunks, "clear", watched(desk.chunks.clear, "clear"))
        try:
            desk.carrier().carry(*taken)
        except Killed:
            return True
    desk.store.uploads.work.release(taken[0].id, taken[1].holder)
    return False


@pytest.mark.parametrize("url", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_a_worker_may_die_at_any_moment(
    url: str, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every moment of a whole upload in turn; whoever comes after finishes it, and Studio has it once."""
    if url == "postgres":
        address: str = request.getfixturevalue("postgres_url")
    else:
        address = f"sqlite:///{tmp_path / 'cuedeck.db'}"
    database, desk = make(address, tmp_path)
    moments = 0
    try:
        for moment in itertools.count():
            desk.studio = FakeStudio()
            upload_id = desk.receive("es", "de", data=DATA[: 1000 + moment])
            died = die_at(desk, moment, monkeypatch)
            assert desk.work_until_ended(upload_id).state is S.READY, moment
            Housekeeping(desk.store, desk.chunks, desk.clock).do()
            desk.check_arrived(DATA[: 1000 + moment], ("es", "de"))
            if not died:
                break
            moments += 1
    finally:
        database.close()
    assert moments > 30, "the worker was not stopped at every step"


def test_workers_that_die_again_and_again_get_an_upload_done(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = desk.receive("es")
    for moment in itertools.count(3, 2):
        if desk.find(upload_id).state in {S.READY, S.FAILED}:
            break
        die_at(desk, moment % 9 + 3, monkeypatch)
        desk.clock.pass_(LEASE + 61)
        assert moment < 200
    assert desk.find(upload_id).state is S.READY
    Housekeeping(desk.store, desk.chunks, desk.clock).do()
    desk.check_arrived(languages=("es",))


def test_a_database_that_is_locked_leaves_the_upload_where_it_is(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    upload_id = desk.receive()
    real, calls = desk.store.uploads.change, itertools.count()

    def locked(*args: Any, **values: Any) -> bool:
        if next(calls) % 3 == 1:
            raise StorageUnavailable("database is locked")
        return real(*args, **values)

    monkeypatch.setattr(desk.store.uploads, "change", locked)
    assert desk.work_until_ended(upload_id).state is S.READY
    desk.check_arrived()


# --- housekeeping -----------------------------------------------------------------------------------------------------


def test_an_upload_that_nobody_goes_on_with_is_cleared_away(desk: Desk) -> None:
    new = NewUpload("rivers.mp4", "video/mp4", 10)
    upload, _ = desk.receiving.create(TEACHER, desk.platform, new)
    desk.receiving.receive(TEACHER, desk.platform, upload.id, offset=0, source=BytesIO(b"0123"), size=4)
    housekeeping = Housekeeping(desk.store, desk.chunks, desk.clock)
    housekeeping.do()
    assert desk.left() != []
    desk.clock.pass_(timedelta(days=7, seconds=1).total_seconds())
    housekeeping.do()
    assert desk.left() == []
    expired = desk.find(upload.id)
    assert expired.state is S.FAILED
    with pytest.raises(UploadNotNow):
        desk.uploads.retry(TEACHER, desk.platform, upload.id)
    desk.clock.pass_(timedelta(days=31).total_seconds())
    housekeeping.do()
    assert desk.store.uploads.find(upload.id) is None


def test_data_of_no_upload_is_removed_when_it_is_old(desk: Desk) -> None:
    writer = desk.chunks.begin("an-upload-of-nobody", 0)
    writer.write(b"data")
    writer.commit()
    upload_id = desk.receive()
    long_ago = desk.clock.now.timestamp() - 2 * 86400
    os.utime(desk.folder / "an-upload-of-nobody", (long_ago, long_ago))
    os.utime(desk.folder / upload_id, (long_ago, long_ago))
    Housekeeping(desk.store, desk.chunks, desk.clock).do()
    assert [path.name for path in desk.left()] == [upload_id]


def test_upload_comes_into_the_collection_that_was_chosen(desk: Desk) -> None:
    desk.studio.collections = {"7", "8"}
    upload = desk.work_until_ended(desk.receive(collection_id="8"))
    assert (upload.collection_name, upload.collection_refused) == ("Collection 8", False)
    assert [slot.collection_id for slot in desk.studio.slots.values()] == ["8"]
    desk.check_arrived()


def test_upload_whose_collection_is_gone_comes_to_the_library_and_says_so(desk: Desk) -> None:
    desk.studio.collections = {"8"}
    upload_id = desk.receive(collection_id="8")
    desk.studio.collections.clear()
    upload = desk.work_until_ended(upload_id)
    assert (upload.state, upload.collection_id, upload.collection_refused) == (S.READY, None, True)
    assert upload.collection_name == "Collection 8"
    desk.check_arrived()


def test_studio_that_heeds_no_collection_is_found_out(desk: Desk) -> None:
    desk.studio.collections, desk.studio.heeds_collections = {"8"}, False
    upload = desk.work_until_ended(desk.receive(collection_id="8"))
    assert (upload.state, upload.collection_refused) == (S.READY, True)
    desk.studio.before["places"] = [RemoteUnavailable("not now")]
    assert desk.work_until_ended(desk.receive(collection_id="8")).collection_refused is False


def test_nothing_is_begun_for_a_collection_that_is_not_the_persons(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.receive(collection_id="9")
    assert desk.store.uploads.of_person(desk.platform.id, "tilda") == []
