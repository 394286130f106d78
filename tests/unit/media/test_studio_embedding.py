"""Inserting Studio's media: nobody else's, and Studio's own player to the letter."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from lti.errors import (
    CuedeckError,
    GrantMissing,
    InputError,
    NotAllowed,
    NotFound,
    ServiceNotConfigured,
)
from lti.media import (
    NativeItem,
    StudioOptions,
)
from lti.model import EmbedForm, Role, Scope, StudioAccount
from tests.unit.media.conftest import School, viewer
from tests.unit.media.studio_desk import CLOCK, COLLEAGUES, INTERVIEW, PRIVATE, SAMS, Desk, desk_of
from tests.unit.media.studio_school import STUDENT, TEACHER


@pytest.fixture
def desk(school: School, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(school, tmp_path) as made:
        yield made


@pytest.fixture(params=list(StudioAccount))
def each_desk(request: pytest.FixtureRequest, desk: Desk) -> Desk:
    """The same, whichever account acts."""
    desk.act(request.param)
    return desk


@pytest.mark.parametrize("title", [CLOCK, PRIVATE, COLLEAGUES])
def test_student_with_a_guessed_media_gets_nothing(each_desk: Desk, title: str) -> None:
    handle = each_desk.forged(title, STUDENT)

    with pytest.raises(CuedeckError) as inserted:
        each_desk.insert(handle, STUDENT, form=EmbedForm.NATIVE)

    assert inserted.value.code in {"not_allowed", "remote_not_permitted"}


def test_student_with_a_handle_of_the_course_gets_nothing(each_desk: Desk) -> None:
    handle = each_desk.forged(CLOCK, STUDENT, Scope.COURSE, "17")

    with pytest.raises(NotAllowed):
        each_desk.insert(handle, STUDENT)


def test_borrowed_handle_is_nothing_to_another_person(each_desk: Desk) -> None:
    handle = each_desk.handle(CLOCK)

    with pytest.raises(NotFound):
        each_desk.insert(handle, STUDENT)


def test_handle_of_one_course_is_nothing_in_another(each_desk: Desk) -> None:
    handle = each_desk.handle(COLLEAGUES, scope=Scope.COURSE)
    elsewhere = dataclasses.replace(TEACHER, canvas_course_id="18")

    with pytest.raises(InputError):
        each_desk.insert(handle, elsewhere, form=EmbedForm.NATIVE)


def test_handle_of_one_catalogue_is_nothing_to_the_other(desk: Desk) -> None:
    with pytest.raises(NotFound, match="other catalogue"):
        desk.school.library.detail(TEACHER, desk.school.platform, desk.handle(CLOCK))


def test_person_without_consent_is_asked_for_it(desk: Desk) -> None:
    someone = dataclasses.replace(viewer("noor", Role.TEACHER, course="17"), email="noor@school.example")

    with pytest.raises(GrantMissing) as asked:
        desk.titles(someone)

    assert "Studio" in asked.value.message


def test_missing_service_account_is_the_administrators_business(desk: Desk) -> None:
    desk.studio.use(StudioAccount.SERVICE)

    with pytest.raises(ServiceNotConfigured) as told:
        desk.titles()

    assert "administrator" in told.value.next_step


def test_studios_own_player_is_written_to_the_letter(desk: Desk) -> None:
    item = desk.insert(desk.handle(CLOCK), form=EmbedForm.NATIVE, width=720, height=405)

    assert isinstance(item, NativeItem)
    launch_id = desk.studio.world.media[int(desk.number(CLOCK))].lti_launch_id
    assert item.html == (
        '<iframe class="lti-embed" style="width: 720px; height: 405px; display: inline-block;" '
        'title="The clock, explained" src="/courses/17/external_tools/retrieve?display=borderless&amp;'
        "url=http%3A%2F%2F127.0.0.1%3A8002%2Flti%2Flaunch%3Fcustom_arc_launch_type%3Dbare_embed"
        f'%26custom_arc_media_id%3D{launch_id}%26custom_arc_start_at%3D0" width="720" height="405" '
        'allowfullscreen="allowfullscreen" webkitallowfullscreen="webkitallowfullscreen" '
        'mozallowfullscreen="mozallowfullscreen" allow="geolocation *; microphone *; camera *; midi *; '
        'encrypted-media *; autoplay *; clipboard-write *; display-capture *" data-studio-resizable="true" '
        'data-studio-tray-enabled="true" data-studio-convertible-to-link="true"></iframe>'
    )
    assert (item.title, item.note) == (CLOCK, None)


def test_studios_own_player_is_told_start_and_options(desk: Desk) -> None:
    options = StudioOptions(tabs=True, download=True, transcript_download=True, lock_speed=True)

    item = desk.insert(desk.handle(CLOCK), form=EmbedForm.NATIVE, start=61.5, studio=options)

    assert isinstance(item, NativeItem)
    launch = parse_qs(urlsplit(unquote(re.findall(r"url=([^\"]*)", item.html)[0])).query)
    assert launch.pop("custom_arc_media_id")
    assert launch == {
        "custom_arc_launch_type": ["embed"],
        "custom_arc_start_at": ["61"],
        "custom_arc_display_download": ["true"],
        "custom_arc_transcript_downloadable": ["true"],
        "custom_arc_lock_speed": ["true"],
    }


def test_studios_own_player_puts_the_media_into_the_course(each_desk: Desk) -> None:
    number = int(each_desk.number(INTERVIEW))
    each_desk.insert(each_desk.handle(INTERVIEW), form=EmbedForm.NATIVE)

    course = each_desk.studio.world.course_collection(17)
    assert course in [
        each_desk.studio.world.collections[p.collection_id] for p in each_desk.studio.world.placements(number)
    ]


def test_student_who_may_not_add_to_the_course_is_told_and_gets_the_player(desk: Desk) -> None:
    item = desk.insert(desk.handle(SAMS, STUDENT), STUDENT, form=EmbedForm.NATIVE)

    assert isinstance(item, NativeItem)
    launch_id = desk.studio.world.media[int(desk.number(SAMS))].lti_launch_id
    assert f"custom_arc_media_id%3D{launch_id}%26custom_arc_start_at%3D0" in item.html
    assert "did not let Cuedeck add" in (item.note or "")


def test_studios_own_player_needs_a_course(desk: Desk) -> None:
    nowhere = dataclasses.replace(TEACHER, canvas_course_id=None)

    with pytest.raises(InputError, match="no course"):
        desk.insert(desk.handle(CLOCK), nowhere, form=EmbedForm.NATIVE)
