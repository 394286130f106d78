"""What carrying uploads asks of Studio, in the name of the owner alone: by their consent or the service account's."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti.errors import (
    AutoCaptionsUnavailable,
    GrantMissing,
    GrantRevoked,
    NotAllowed,
    RemoteGone,
    RemoteNotPermitted,
    RemoteRejected,
    ServiceNotConfigured,
)
from lti.media import StudioUploading
from lti.media.studio_access import StudioPersonUnknown
from lti.model import StudioAccount, Upload, UploadState
from sandbox.studio.seed import NAMELESS, SOUND_DESIGN
from sandbox.studio.world import FAILED, FINISHED, TRANSCODING, Collection
from tests.unit.media.conftest import School
from tests.unit.media.studio_school import SAM, STELLA, THEO, TILDA, StudioSchool, studio_beside

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"
DATA = b"\x00\x01data of a clip" * 999


@dataclasses.dataclass
class Desk:
    studio: StudioSchool
    uploading: StudioUploading

    def upload(self, subject: str = "sam", email: str | None = "sam@school.example") -> Upload:
        now = self.studio.clock()
        return Upload(
            id="u", platform_id=self.studio.platform.id, subject=subject, context_id=None, course_id="17", title="Clip",
            description="", filename="clip.mp4", content_type="video/mp4", length=len(DATA), offset=len(DATA),
            state=UploadState.RECEIVED, created_at=now, updated_at=now, expires_at=now, email=email,
        )  # fmt: skip

    def begun(self, collection: int) -> int:
        """Ask for an address in a collection: gives what Studio wrote down for it."""
        with self.uploading.for_upload(self.upload()) as owner:
            slot = owner.begin_upload(str(collection))
        found = self.studio.world.uploads[int(slot.media_id)].collection_id
        assert found is not None
        return found

    def sent(self, *, auto_captions: bool = False) -> str:
        """Take an upload as far as Studio's word for it: gives the number of the media."""
        with self.uploading.for_upload(self.upload()) as owner:
            slot = owner.begin_upload(None)
            owner.put_upload(slot.url, len(DATA), iter([DATA[:10], DATA[10:]]))
            owner.complete_upload(slot.media_id, title="Clip", description="", auto_captions=auto_captions)
        return slot.media_id


@pytest.fixture(params=list(StudioAccount))
def desk(request: pytest.FixtureRequest, school: School, tmp_path: Path) -> Iterator[Desk]:
    with studio_beside(school, tmp_path) as studio:
        studio.use(request.param)
        studio.grant(SAM, "sam") if request.param is StudioAccount.OWN else studio.grant(STELLA, None)
        yield Desk(studio, StudioUploading(school.store, studio.access))


def test_file_comes_to_its_owners_library_byte_for_byte(desk: Desk) -> None:
    media = desk.studio.world.media[int(desk.sent())]
    assert (media.owner_id, media.title) == (SAM, "Clip")
    assert desk.studio.world.home(media).owner_id == SAM
    assert media.file is not None
    assert hashlib.sha256(media.file.read_bytes()).digest() == hashlib.sha256(DATA).digest()


def test_saying_twice_that_the_bytes_are_there_is_a_success(desk: Desk) -> None:
    media_id = desk.sent()
    with desk.uploading.for_upload(desk.upload()) as owner:
        owner.complete_upload(media_id, title="Another", description="", auto_captions=False)
    assert desk.studio.world.media[int(media_id)].title == "Clip"


def test_account_without_automatic_captions_has_completed_nothing(desk: Desk) -> None:
    desk.studio.faults.behaviour.auto_captions = False
    with pytest.raises(AutoCaptionsUnavailable):
        desk.sent(auto_captions=True)
    (upload,) = desk.studio.world.uploads.values()
    assert not upload.completed


def test_address_that_has_ended_is_told_apart_from_trouble(desk: Desk) -> None:
    with desk.uploading.for_upload(desk.upload()) as owner:
        slot = owner.begin_upload(None)
        desk.studio.clock.pass_(3601)
        with pytest.raises(RemoteNotPermitted):
            owner.put_upload(slot.url, len(DATA), iter([DATA]))


def test_captions_of_people_are_known_from_those_of_machines(desk: Desk) -> None:
    media_id = desk.sent(auto_captions=True)
    media = desk.studio.world.media[int(media_id)]
    with desk.uploading.for_upload(desk.upload()) as owner:
        assert owner.caption_ids(media_id, "en") == frozenset()
        owner.add_caption(media_id, "en", SRT)
        owner.add_caption(media_id, "pt-BR", SRT)
        media.status, media.due, media.captions_due = FINISHED, None, desk.studio.clock()
        assert len(owner.caption_ids(media_id, "EN")) == 1
        assert len(owner.caption_ids(media_id, "pt-br")) == 1
        with pytest.raises(RemoteRejected):
            owner.add_caption(media_id, "en", "no captions at all")
    assert len(desk.studio.world.captions_of(int(media_id))) == 3


@pytest.mark.parametrize(
    ("word", "ready", "failed"),
    [
        (TRANSCODING, False, False),
        (FINISHED, True, False),
        (FAILED, False, True),
        ("Completed", True, False),
        ("a_word_of_next_year", False, False),
        ("", False, False),
    ],
)
def test_progress_is_read_from_words_that_nobody_documented(desk: Desk, word: str, ready: bool, failed: bool) -> None:
    media_id = desk.sent()
    media = desk.studio.world.media[int(media_id)]
    media.status, media.due = word, None
    with desk.uploading.for_upload(desk.upload()) as owner:
        progress = owner.progress(media_id)
    assert (progress.status, progress.ready, progress.failed) == (word, ready, failed)


def test_nobody_else_speaks_for_the_owner(desk: Desk) -> None:
    stranger = desk.upload("tilda", "nobody@school.example")
    with pytest.raises((GrantMissing, StudioPersonUnknown)), desk.uploading.for_upload(stranger):
        pass
    assert "POST /v1/media/uploads" not in desk.studio.went_out()


def test_other_persons_upload_is_not_completed_by_its_number(desk: Desk) -> None:
    with desk.uploading.for_upload(desk.upload()) as owner:
        slot = owner.begin_upload(None)
        owner.put_upload(slot.url, len(DATA), iter([DATA]))
    desk.studio.use(StudioAccount.OWN)
    desk.studio.grant(TILDA, "tilda")
    with (
        desk.uploading.for_upload(desk.upload("tilda", "tilda@school.example")) as other,
        pytest.raises(RemoteNotPermitted),
    ):
        other.complete_upload(slot.media_id, title="Mine now", description="", auto_captions=False)


def test_removed_platform_or_studio_is_said_and_nothing_asked(desk: Desk) -> None:
    upload = desk.upload()
    gone = dataclasses.replace(upload, platform_id=99)
    desk.studio.store.institutions.save_studio(desk.studio.platform.id, None)
    for each in (upload, gone):
        with pytest.raises(ServiceNotConfigured), desk.uploading.for_upload(each):
            pass
    assert desk.studio.went_out() == []


def test_owner_is_not_asked_to_connect_where_the_schools_account_is_missing(desk: Desk) -> None:
    desk.studio.world.grants.revoke_all()
    own = desk.studio.store.institutions.get(desk.studio.platform.id).studio
    assert own is not None
    wanted = GrantRevoked if own.account is StudioAccount.OWN else ServiceNotConfigured
    with pytest.raises(wanted) as caught, desk.uploading.for_upload(desk.upload()) as owner:
        owner.begin_upload(None)
    assert (caught.value.code == "service_not_configured") is (own.account is StudioAccount.SERVICE)


def test_own_collection_is_asked_for_together_with_the_owner(desk: Desk) -> None:
    made = Collection(9000, "Sam's", "shared", SAM, desk.studio.clock())
    desk.studio.world.collections[made.id] = made
    assert desk.begun(made.id) == made.id
    made.owner_id = THEO  # handed on before the worker came to it
    with pytest.raises((NotAllowed, RemoteNotPermitted)):
        desk.begun(made.id)


def test_service_account_gives_no_address_in_collections_of_others(desk: Desk) -> None:
    for collection in (NAMELESS, SOUND_DESIGN, 7101, 7104, 99):
        with pytest.raises((NotAllowed, RemoteNotPermitted, RemoteGone)):
            desk.begun(collection)
