"""Uploads on both engines: whose they are, which data counts, who carries one on."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import update

from lti.model import CaptionState, Platform, Problem, Upload, UploadCaption, UploadState
from lti.store import Chunk, Database, SecretBox, Store
from lti.store.schema import uploads

from .conftest import OLD_KEY, Clock, register
from .crowd import in_processes, real_clock

ROUNDS = 12
S = UploadState


def sample(store: Store, platform: Platform, clock: Clock, **members: object) -> Upload:
    upload = Upload(
        id=store.uploads.new_id(),
        platform_id=platform.id,
        subject="tilda",
        context_id="c0ffee",
        course_id="17",
        title="Rivers",
        description="",
        filename="rivers.mp4",
        content_type="video/mp4",
        length=10,
        offset=0,
        state=S.RECEIVING,
        created_at=clock(),
        updated_at=clock(),
        expires_at=clock() + timedelta(days=7),
    )
    upload = dataclasses.replace(upload, **members)  # type: ignore[arg-type]
    store.uploads.add(upload)
    return upload


def test_an_upload_comes_back_as_it_was_kept(store: Store, platform: Platform, clock: Clock) -> None:
    kept = sample(
        store,
        platform,
        clock,
        state=S.FAILED,
        failed_in=S.SENDING,
        problem=Problem("remote", "Studio said %(what)s.", "Try again.", {"what": "no"}),
        upload_url="https://storage.example/put?signature=secret",
        media_id="77",
        attempts=3,
        next_try_at=clock(),
        auto_captions=True,
    )
    assert store.uploads.find(kept.id) == kept
    assert "secret" not in repr(kept)


def test_another_person_finds_no_upload_of_mine(store: Store, platform: Platform, clock: Clock) -> None:
    mine = sample(store, platform, clock)
    other = register(store, client_id="2")
    assert store.uploads.get(platform.id, "tilda", mine.id) == mine
    assert store.uploads.get(platform.id, "sam", mine.id) is None
    assert store.uploads.get(other.id, "tilda", mine.id) is None
    assert store.uploads.of_person(other.id, "tilda") == []
    assert store.uploads.of_person(platform.id, "tilda") == [mine]


def test_data_counts_from_the_one_who_receives_only(store: Store, platform: Platform, clock: Clock) -> None:
    upload, data = sample(store, platform, clock), store.uploads.data
    first = data.begin(upload.id, 0, 6)
    assert first is not None
    assert data.begin(upload.id, 0, 6) is None, "two connections may send at once"
    clock.move(6)
    second = data.begin(upload.id, 0, 6)
    assert second is not None, "a silent connection holds an upload up for ever"
    week = clock() + timedelta(days=7)
    assert not data.commit(upload.id, first, [Chunk(0, 4, "old")], seconds=6, expires_at=week)
    assert data.commit(upload.id, second, [Chunk(0, 3, "a"), Chunk(3, 3, "b")], seconds=6, expires_at=week)
    assert not data.commit(upload.id, second, [Chunk(0, 3, "a")], seconds=6, expires_at=week)
    now = store.uploads.find(upload.id)
    assert now is not None
    assert (now.offset, now.state) == (6, S.RECEIVING)
    assert data.commit(upload.id, second, [Chunk(6, 4, "c")], seconds=6, expires_at=week)
    now = store.uploads.find(upload.id)
    assert now is not None
    assert (now.offset, now.state, now.next_try_at) == (10, S.RECEIVED, clock())
    assert data.chunks(upload.id) == [Chunk(0, 3, "a"), Chunk(3, 3, "b"), Chunk(6, 4, "c")]
    assert data.begin(upload.id, 10, 6) is None


def test_a_length_is_announced_once(store: Store, platform: Platform, clock: Clock) -> None:
    upload, data = sample(store, platform, clock, length=None), store.uploads.data
    holder = data.begin(upload.id, 0, 6)
    assert holder is not None
    data.commit(upload.id, holder, [Chunk(0, 5, "a")], seconds=6, expires_at=clock())
    assert not data.announce(upload.id, 4), "shorter than what is here"
    assert data.announce(upload.id, 5)
    assert not data.announce(upload.id, 6)
    now = store.uploads.find(upload.id)
    assert now is not None
    assert now.state is S.RECEIVED


def test_a_worker_claims_what_waited_longest_and_loses_it_with_its_lease(
    store: Store, platform: Platform, clock: Clock
) -> None:
    work = store.uploads.work
    sample(store, platform, clock)  # still receiving
    sample(store, platform, clock, state=S.SENT, next_try_at=clock() + timedelta(seconds=60))
    late = sample(store, platform, clock, state=S.RECEIVED, next_try_at=clock() - timedelta(seconds=1))
    early = sample(store, platform, clock, state=S.SENDING, next_try_at=clock() - timedelta(seconds=2))
    claimed = [work.claim(name, 30, 9) for name in ("w1", "w2", "w3")]
    assert [each and each.id for each in claimed] == [early.id, late.id, None]
    assert work.renew(early.id, "w1", 60, sent=3)
    assert not work.renew(early.id, "w2", 60)
    clock.move(31)
    again = work.claim("w4", 30, 9)
    assert again is not None
    assert again.id == late.id
    assert not store.uploads.change(late.id, {S.RECEIVED}, held_by="w2", state=S.SENDING)
    assert store.uploads.change(late.id, {S.RECEIVED}, held_by="w4", state=S.SENDING)
    assert not store.uploads.change(late.id, {S.RECEIVED}, held_by="w4", state=S.SENDING)
    work.release(early.id, "w1")
    back = work.claim("w5", 30, 9)
    assert back is not None
    assert (back.id, back.sent) == (early.id, 3)


def test_worker_may_send_ahead_what_a_connection_nearly_has(store: Store, platform: Platform, clock: Clock) -> None:
    upload, work, data = sample(store, platform, clock), store.uploads.work, store.uploads.data
    week = clock() + timedelta(days=7)
    line = data.begin(upload.id, 0, 6)
    assert line is not None
    assert data.commit(upload.id, line, [Chunk(0, 3, "a")], seconds=6, expires_at=week)
    assert work.claim("w1", 30, 9) is None, "nobody said that it is nearly here"
    assert data.commit(upload.id, line, [Chunk(3, 3, "b")], seconds=6, expires_at=week, nearly=True)
    data.end(upload.id, line)
    assert work.claim("w1", 30, 9) is None, "nobody sends at this moment"
    line = data.begin(upload.id, 6, 6)
    assert line is not None
    claimed = work.claim("w1", 30, 9)
    assert claimed is not None
    assert (claimed.id, claimed.state) == (upload.id, S.RECEIVING)
    assert work.claim("w2", 30, 9) is None
    assert store.uploads.change(upload.id, {S.RECEIVING}, held_by="w1", media_id="7")
    assert not store.uploads.change(upload.id, {S.RECEIVING}, held_by="w2", media_id="8")
    assert work.renew(upload.id, "w1", 60, sent=3)
    assert not work.renew(upload.id, "w2", 60)
    assert data.chunks(upload.id, 3) == [Chunk(3, 3, "b")]
    assert data.commit(upload.id, line, [Chunk(6, 2, "c")], seconds=6, expires_at=week), "the claim is the connection's"
    clock.move(59)
    assert data.commit(upload.id, line, [Chunk(8, 2, "d")], seconds=6, expires_at=week)
    now = store.uploads.find(upload.id)
    assert now is not None
    assert (now.state, now.media_id, now.sent) == (S.SENDING, "7", 3)
    assert work.claim("w3", 30, 9) is None, "it is being sent by the first already"
    assert store.uploads.change(upload.id, {S.SENDING}, held_by="w1", state=S.SENT)
    work.release(upload.id, "w1")
    assert work.claim("w3", 30, 9) is not None


def test_claim_that_has_ended_is_not_handed_on_to_its_worker(store: Store, platform: Platform, clock: Clock) -> None:
    upload, work, data = sample(store, platform, clock), store.uploads.work, store.uploads.data
    week = clock() + timedelta(days=7)
    line = data.begin(upload.id, 0, 90)
    assert line is not None
    assert data.commit(upload.id, line, [Chunk(0, 3, "a")], seconds=90, expires_at=week, nearly=True)
    assert work.claim("dead", 30, 9) is not None
    clock.move(31)
    assert data.commit(upload.id, line, [Chunk(3, 7, "b")], seconds=90, expires_at=week)
    now = store.uploads.find(upload.id)
    assert now is not None
    assert now.state is S.RECEIVED
    assert not store.uploads.change(upload.id, {S.RECEIVED}, held_by="dead", media_id="7")
    assert not work.renew(upload.id, "dead", 60)
    assert work.claim("w1", 30, 9) is not None


def test_claim_is_none_once_an_older_version_has_received_the_rest(
    database: Database, store: Store, platform: Platform, clock: Clock
) -> None:
    """It knows nothing of such claims: so it leaves them, and whichever worker comes first has the upload."""
    upload, work, data = sample(store, platform, clock), store.uploads.work, store.uploads.data
    line = data.begin(upload.id, 0, 6)
    assert line is not None
    assert data.commit(upload.id, line, [Chunk(0, 3, "a")], seconds=6, expires_at=clock(), nearly=True)
    assert work.claim("w1", 30, 9) is not None
    older = {"state": S.RECEIVED, "received": 10, "leased_by": None, "leased_until": None, "next_try_at": clock()}
    with database.transaction() as connection:
        connection.execute(update(uploads).where(uploads.c.id == upload.id).values(older))
    assert not work.renew(upload.id, "w1", 60)
    assert not store.uploads.change(upload.id, {S.RECEIVED}, held_by="w1", state=S.SENDING)
    assert work.claim("w2", 30, 9) is not None
    assert store.uploads.change(upload.id, {S.RECEIVED}, held_by="w2", state=S.SENDING)


def test_one_school_does_not_get_every_worker(store: Store, platform: Platform, clock: Clock) -> None:
    for _ in range(3):
        sample(store, platform, clock, state=S.RECEIVED, next_try_at=clock())
    clock.move(1)
    other = sample(store, register(store, client_id="2"), clock, state=S.RECEIVED, next_try_at=clock())
    claimed = [store.uploads.work.claim(f"w{number}", 30, 2) for number in range(4)]
    assert [each and each.platform_id for each in claimed] == [platform.id, platform.id, other.platform_id, None]


def claim_all(store: Store, caller: int) -> list[str]:
    claims = (store.uploads.work.claim(f"{caller}-{number}", 60, 1000) for number in range(ROUNDS))
    return [claim.id for claim in claims if claim is not None]


def test_each_upload_is_claimed_by_one_of_many_processes(
    database: Database, platform: Platform, database_url: str
) -> None:
    store = Store(database, SecretBox([OLD_KEY]), real_clock)
    clock = Clock()
    clock.now = real_clock()
    wanted = {sample(store, platform, clock, state=S.RECEIVED, next_try_at=clock()).id for _ in range(ROUNDS)}
    answers: Sequence[list[str]] = in_processes(database_url, claim_all)
    claimed = [upload_id for answer in answers for upload_id in answer]
    assert len(claimed) == ROUNDS
    assert set(claimed) == wanted


def test_chunks_are_needless_once_studio_has_the_media(store: Store, platform: Platform, clock: Clock) -> None:
    done = sample(store, platform, clock, state=S.CAPTIONING)
    sample(store, platform, clock, state=S.COMPLETING)
    work = store.uploads.work
    assert [each.id for each in work.with_needless_chunks()] == [done.id]
    assert work.known([done.id, "unknown-upload"]) == {done.id}
    work.without_chunks(done.id)
    assert work.with_needless_chunks() == []
    assert work.known([done.id]) == set()
    assert work.over() == []
    clock.move(8 * 86400)
    assert {each.state for each in work.over()} == {S.CAPTIONING, S.COMPLETING}


def test_captions_wait_with_their_upload(store: Store, platform: Platform, clock: Clock) -> None:
    upload, captions = sample(store, platform, clock), store.uploads.captions
    caption = UploadCaption("1", upload.id, "es-419", "es.srt", "1\n…", CaptionState.WAITING)
    assert captions.add(caption, {S.RECEIVING})
    assert captions.of_upload(upload.id) == captions.of_person(platform.id, "tilda") == [caption]
    assert captions.of_person(platform.id, "sam") == []
    assert store.uploads.remove(upload.id)
    assert captions.of_upload(upload.id) == []
    assert not captions.add(caption, {S.RECEIVING}), "there is no such upload any more"


def test_captions_are_marked_by_the_one_worker_that_has_their_upload(
    store: Store, platform: Platform, clock: Clock
) -> None:
    upload, captions = sample(store, platform, clock, state=S.SENT, next_try_at=clock()), store.uploads.captions
    caption = UploadCaption("1", upload.id, "es", "es.srt", "1\n…", CaptionState.WAITING)
    assert not captions.add(caption, {S.RECEIVING}), "it is past that"
    assert captions.add(caption, {S.RECEIVING, S.SENT})
    assert store.uploads.work.claim("worker", 30, 9) is not None
    sent = dataclasses.replace(caption, state=CaptionState.SENDING, known=frozenset({"7", "8"}))
    assert not captions.mark(sent, CaptionState.WAITING, "another")
    assert captions.mark(sent, CaptionState.WAITING, "worker")
    assert not captions.mark(sent, CaptionState.WAITING, "worker"), "it waits no more"
    assert captions.of_upload(upload.id) == [sent]
    assert not captions.remove(upload.id, "1"), "it is on its way"


@pytest.mark.parametrize("state", [S.RECEIVING, S.RECEIVED, S.TRANSCODING])
def test_uploads_go_with_their_platform(store: Store, platform: Platform, clock: Clock, state: UploadState) -> None:
    upload = sample(store, platform, clock, state=state)
    store.platforms.remove(platform.issuer, platform.client_id)
    assert store.uploads.find(upload.id) is None
