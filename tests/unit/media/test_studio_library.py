"""What people find at Studio, and how it looks; who reaches what is in ``test_studio_rights``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lti.errors import (
    InputError,
)
from lti.media import (
    StudioQuery,
)
from lti.model import Catalogue, EmbedForm, Scope, StudioAccount, TrackState
from tests.unit.media.conftest import School
from tests.unit.media.studio_desk import CLOCK, COLLEAGUES, INTERVIEW, YOUTUBE, Desk, desk_of
from tests.unit.media.studio_school import TEACHER


@pytest.fixture
def desk(school: School, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(school, tmp_path) as made:
        yield made


@pytest.fixture(params=list(StudioAccount))
def each_desk(request: pytest.FixtureRequest, desk: Desk) -> Desk:
    """The same, whichever account acts."""
    desk.act(request.param)
    return desk


def test_library_is_newest_first_over_all_pages(desk: Desk) -> None:
    titles = desk.titles()

    assert len(titles) == len(set(titles)) > 10
    assert titles.index("Recorded a moment ago") < titles.index(INTERVIEW) < titles.index(CLOCK)


def test_library_is_searched_by_title_and_tag(desk: Desk) -> None:
    assert desk.titles(title="CLOCK, exp") == [CLOCK]
    assert desk.titles(tag="first week") == [CLOCK]
    assert desk.titles(title="interview", tag="first week") == []


def test_course_is_searched_by_title_and_owner(desk: Desk) -> None:
    assert desk.titles(scope=Scope.COURSE, title="framing") == [COLLEAGUES]
    assert desk.titles(scope=Scope.COURSE, owner="theo") == [COLLEAGUES]
    assert desk.titles(scope=Scope.COURSE, owner="TILDA@school") == [CLOCK]


def test_external_media_are_marked_in_the_list(desk: Desk) -> None:
    [listed] = desk.library.page(TEACHER, desk.school.platform, query=StudioQuery(title=YOUTUBE)).items

    assert (listed.item.external, listed.item.captioned) == ("YouTube", False)


def test_teacher_looks_at_a_media_with_its_texts(desk: Desk) -> None:
    detail = desk.look()

    assert [view.track.language for view in detail.tracks] == ["en", "es", "fr", "ar"]
    assert all(view.usable for view in detail.tracks)
    assert [source.content_type for source in detail.sources] == ["video/mp4", "video/mp4"]
    assert detail.notes == ()
    kept = desk.school.store.captions.all(1, Catalogue.STUDIO, detail.item.id)
    assert all(text.vtt.startswith("WEBVTT") for text in kept)


def test_unpublished_captions_cannot_be_chosen_and_the_reason_is_told(desk: Desk) -> None:
    detail = desk.look(INTERVIEW)

    [view] = detail.tracks
    assert (view.usable, view.track.origin.value, view.track.state) == (False, "machine", TrackState.PROCESSING)
    assert "not published" in (view.reason or "")
    with pytest.raises(InputError):
        desk.insert(detail.handle, tracks=(view.track.id,))


def test_external_media_can_only_be_inserted_with_studios_player(desk: Desk) -> None:
    detail = desk.look(YOUTUBE)

    assert (detail.forms, detail.sources, detail.tracks) == ((EmbedForm.NATIVE,), (), ())
    assert "YouTube" in detail.notes[0]
    with pytest.raises(InputError, match="not to be had"):
        desk.insert(detail.handle)


def test_own_account_cannot_have_the_captions_of_a_colleague(desk: Desk) -> None:
    detail = desk.look(COLLEAGUES, scope=Scope.COURSE)

    assert detail.forms == (EmbedForm.NATIVE,)
    assert "owner alone" in detail.notes[0]


def test_service_account_has_the_captions_of_a_colleagues_media_in_the_course(desk: Desk) -> None:
    desk.act(StudioAccount.SERVICE)

    detail = desk.look(COLLEAGUES, scope=Scope.COURSE)

    assert detail.forms == tuple(EmbedForm)
    assert [view.usable for view in detail.tracks] == [True]
