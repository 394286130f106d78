"""Studio fetches what a person names, into their own uploads; what has just come is an item, for its owner alone."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti.errors import (
    AutoCaptionsUnavailable,
    CuedeckError,
    GrantMissing,
    InputError,
    NotAllowed,
    NotFound,
    RemoteGone,
    RemoteNotPermitted,
    RemoteRejected,
    UploadNotNow,
)
from lti.media import FreshItems, Importing, NewImport, StudioLibrary
from lti.media.auto_captions import AutoCaptions
from lti.media.web_addresses import AddressRefused
from lti.model import Role, StudioAccount, Upload, UploadState, Viewer
from sandbox.common.faults import Fault
from sandbox.studio.world import Media
from tests.unit.media.conftest import School
from tests.unit.media.studio_school import SAM, STELLA, STUDENT, TEACHER, THEO, TILDA, StudioSchool, studio_beside

FILE = NewImport("https://videos.example.org/lecture.mp4", "Lecture", "The first one.")
YOUTUBE = NewImport("https://www.youtube.com/watch?v=dQw4w9WgXcQ")


@dataclasses.dataclass
class Desk:
    studio: StudioSchool
    importing: Importing
    fresh: FreshItems
    library: StudioLibrary
    auto_captions: AutoCaptions

    def fetch(self, new: NewImport, who: Viewer = STUDENT) -> Media:
        """Import: gives what Studio has of it."""
        made = self.importing.fetch(who, self.studio.platform, new)
        return self.studio.world.media[int(made.id)]

    def refused(self, new: NewImport, who: Viewer = STUDENT) -> CuedeckError:
        """Import in vain: gives why, and makes sure that nothing came of it."""
        before = set(self.studio.world.media)
        with pytest.raises(CuedeckError) as caught:
            self.importing.fetch(who, self.studio.platform, new)
        assert set(self.studio.world.media) == before
        assert caught.value.message
        assert caught.value.next_step
        return caught.value

    def upload(self, media_id: str | None, state: UploadState = UploadState.TRANSCODING, subject: str = "sam") -> str:
        """Keep an upload that has come so far."""
        now = self.studio.clock()
        upload = Upload(
            id=self.studio.store.uploads.new_id(), platform_id=self.studio.platform.id, subject=subject,
            context_id=None, course_id="17", title="Clip", description="", filename="c.mp4", content_type="video/mp4",
            length=1, offset=1, state=state, created_at=now, updated_at=now, expires_at=now, media_id=media_id,
        )  # fmt: skip
        self.studio.store.uploads.add(upload)
        return upload.id


@pytest.fixture(params=list(StudioAccount))
def desk(request: pytest.FixtureRequest, school: School, tmp_path: Path) -> Iterator[Desk]:
    with studio_beside(school, tmp_path) as studio:
        studio.use(request.param)
        for user, subject in (
            ((TILDA, "tilda"), (SAM, "sam")) if request.param is StudioAccount.OWN else ((STELLA, None),)
        ):
            studio.grant(user, subject)
        yield Desk(
            studio,
            Importing(school.store, studio.access),
            FreshItems(school.store, studio.access, school.signer),
            StudioLibrary(school.store, studio.access, school.signer, school.clock),
            AutoCaptions(school.store),
        )


@pytest.mark.parametrize(("who", "owner"), [(STUDENT, SAM), (TEACHER, TILDA)])
def test_file_is_fetched_into_the_persons_own_uploads(desk: Desk, who: Viewer, owner: int) -> None:
    media = desk.fetch(FILE, who)
    assert (media.owner_id, media.title, media.description) == (owner, "Lecture", "The first one.")
    assert desk.studio.world.home(media).owner_id == owner


def test_youtube_stays_there_and_needs_no_title(desk: Desk) -> None:
    media = desk.fetch(dataclasses.replace(YOUTUBE, auto_captions=True))
    assert (media.external_url, media.owner_id, media.auto_caption) == (YOUTUBE.address, SAM, False)


def test_nothing_is_fetched_by_ourselves(desk: Desk) -> None:
    desk.fetch(FILE)
    assert [call for call in desk.studio.went_out() if "users/search" not in call] == ["POST /v1/media"]


@pytest.mark.parametrize(
    ("new", "kind"),
    [
        (dataclasses.replace(FILE, title="  \n "), InputError),
        (dataclasses.replace(FILE, address="http://169.254.169.254/latest/meta-data"), AddressRefused),
        (dataclasses.replace(FILE, address="lecture.mp4"), AddressRefused),
    ],
)
def test_what_cannot_be_imported_is_refused_before_studio_is_asked(
    desk: Desk, new: NewImport, kind: type[CuedeckError]
) -> None:
    assert isinstance(desk.refused(new), kind)
    assert desk.studio.went_out() == []


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, RemoteNotPermitted), (404, RemoteGone), (422, RemoteRejected)],
)
def test_studios_refusals_are_told_apart_in_words_about_importing(
    desk: Desk, status: int, kind: type[CuedeckError]
) -> None:
    desk.studio.faults.add(Fault("status", "/api/public/v1/media", "POST", None, status))
    error = desk.refused(FILE)
    assert isinstance(error, kind)
    assert error.message != kind.message
    assert "Canvas" not in error.message


def test_automatic_captions_that_are_off_are_said_and_not_offered_for_a_day(desk: Desk) -> None:
    desk.studio.faults.behaviour.auto_captions = False
    platform = desk.studio.platform.id
    assert desk.auto_captions.offered(platform)
    assert isinstance(desk.refused(dataclasses.replace(FILE, auto_captions=True)), AutoCaptionsUnavailable)
    assert not desk.auto_captions.offered(platform)
    assert desk.fetch(FILE).owner_id == SAM
    desk.studio.clock.pass_(86401)
    assert desk.auto_captions.offered(platform)


def test_who_has_no_account_at_studio_imports_nothing(desk: Desk) -> None:
    stranger = dataclasses.replace(STUDENT, subject="new", email="new@school.example")
    assert isinstance(desk.refused(FILE, stranger), GrantMissing | NotAllowed)
    for nobody in (dataclasses.replace(STUDENT, subject=None), dataclasses.replace(STUDENT, platform_id=99)):
        assert isinstance(desk.refused(FILE, nobody), NotAllowed)


def test_import_is_an_item_for_its_owner_and_nothing_to_others(desk: Desk) -> None:
    made = desk.importing.fetch(STUDENT, desk.studio.platform, FILE)
    listed = desk.fresh.of_media(STUDENT, desk.studio.platform, made)
    assert listed.item.title == "Lecture"
    assert desk.library.detail(STUDENT, desk.studio.platform, listed.handle).item.id == made.id
    with pytest.raises(NotFound):
        desk.library.detail(TEACHER, desk.studio.platform, listed.handle)


def test_upload_is_an_item_once_studio_has_it(desk: Desk) -> None:
    media = desk.fetch(FILE)
    listed = desk.fresh.of_upload(STUDENT, desk.studio.platform, desk.upload(str(media.id)))
    assert listed.item.id == str(media.id)
    for early in (UploadState.RECEIVING, UploadState.SENDING, UploadState.COMPLETING, UploadState.CANCELLED):
        with pytest.raises(UploadNotNow):
            desk.fresh.of_upload(STUDENT, desk.studio.platform, desk.upload(str(media.id), early))
    with pytest.raises(UploadNotNow):
        desk.fresh.of_upload(STUDENT, desk.studio.platform, desk.upload(None))


def test_upload_of_another_person_is_nothing_by_its_number(desk: Desk) -> None:
    upload_id = desk.upload(str(desk.fetch(FILE).id))
    teacher_elsewhere = dataclasses.replace(TEACHER, roles=frozenset({Role.ADMINISTRATOR}))
    desk.studio.went_out()
    for who in (TEACHER, teacher_elsewhere):
        for guessed in (upload_id, "", "../x", "1"):
            with pytest.raises(NotFound):
                desk.fresh.of_upload(who, desk.studio.platform, guessed)
    assert desk.studio.went_out() == []


def test_upload_whose_media_is_another_persons_by_now_is_out_of_reach(desk: Desk) -> None:
    media = desk.fetch(FILE)
    upload_id = desk.upload(str(media.id))
    media.owner_id = THEO
    with pytest.raises((NotAllowed, RemoteNotPermitted)):
        desk.fresh.of_upload(STUDENT, desk.studio.platform, upload_id)
