"""Owners tag and delete their own media at Studio; nobody else does, by whichever account and handle."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lti.errors import AddressExpired, CuedeckError, InputError, NotAllowed, NotFound, RemoteGone, RemoteNotPermitted
from lti.media import StudioKeeping
from lti.model import Catalogue, Scope, StudioAccount, Viewer
from tests.unit.media.conftest import School
from tests.unit.media.studio_desk import CLOCK, COLLEAGUES, PRIVATE, SAMS, Desk, desk_of
from tests.unit.media.studio_school import STUDENT, TEACHER, THEO


@pytest.fixture(params=list(StudioAccount))
def desk(request: pytest.FixtureRequest, school: School, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(school, tmp_path) as made:
        made.act(request.param)
        yield made


@pytest.fixture
def keeping(desk: Desk) -> StudioKeeping:
    return StudioKeeping(desk.school.store, desk.studio.access, desk.school.signer)


def test_owner_sees_tags_places_people_and_embeds(desk: Desk, keeping: StudioKeeping) -> None:
    desk.embed(CLOCK, "en")
    desk.studio.went_out()
    about = keeping.about(TEACHER, desk.school.platform, desk.handle(CLOCK))
    assert [tag.name for tag in about.tags] == ["clocks", "first week"]
    assert about.places is not None
    assert [place.id for place in about.places] == ["7101", "5017"]
    assert about.people is not None
    assert {each.user.name: each.permission for each in about.people}["Sam Student"] == "view"
    assert "Tilda Teacher" not in {each.user.name for each in about.people}
    assert (about.embeds, about.more_people) == (1, 0)
    number = desk.number(CLOCK)
    assert [call for call in desk.studio.went_out() if "/search" not in call] == [
        f"GET /v1/media/{number}", f"GET /v1/media/{number}/tags",
        f"GET /v1/media/{number}/perspectives", f"GET /v1/media/{number}/users",
    ]  # fmt: skip


def test_what_studio_does_not_tell_of_places_and_people_hides_no_tags(desk: Desk, keeping: StudioKeeping) -> None:
    for route in ("GET /media/<media_id>/perspectives", "GET /media/<media_id>/users"):
        desk.studio.app.view_functions[f"api.{route}"] = lambda **_: ("no", 403)
    about = keeping.about(TEACHER, desk.school.platform, desk.handle(CLOCK))
    assert (about.places, about.people, len(about.tags)) == (None, None, 2)


def test_owner_adds_and_removes_tags_and_finds_by_them(desk: Desk, keeping: StudioKeeping) -> None:
    handle = desk.handle(SAMS, STUDENT)
    tags = keeping.add_tag(STUDENT, desk.school.platform, handle, "  My\n first ")
    assert [tag.name for tag in tags] == ["My first"]
    assert desk.titles(STUDENT, tag="My first") == [SAMS]
    assert keeping.remove_tag(STUDENT, desk.school.platform, handle, tags[0].id) == ()
    assert keeping.remove_tag(STUDENT, desk.school.platform, handle, tags[0].id) == ()  # the answer may be lost
    with pytest.raises(InputError):
        keeping.add_tag(STUDENT, desk.school.platform, handle, " \n")


def test_owner_deletes_and_viewers_are_told(desk: Desk, keeping: StudioKeeping) -> None:
    embed, handle = desk.embed(CLOCK, "en"), desk.handle(CLOCK)
    keeping.delete(TEACHER, desk.school.platform, handle)
    assert int(embed.media_id) not in desk.studio.world.media
    assert desk.school.store.captions.all(desk.school.platform.id, Catalogue.STUDIO, embed.media_id) == []
    assert isinstance(desk.watch(embed).problem, RemoteGone)
    keeping.delete(TEACHER, desk.school.platform, handle)  # the answer may be lost
    assert CLOCK not in desk.titles()


DEEDS: list[Callable[[StudioKeeping, Viewer, Desk, str], object]] = [
    lambda keeping, who, desk, handle: keeping.about(who, desk.school.platform, handle),
    lambda keeping, who, desk, handle: keeping.add_tag(who, desk.school.platform, handle, "mine now"),
    lambda keeping, who, desk, handle: keeping.remove_tag(who, desk.school.platform, handle, "701"),
    lambda keeping, who, desk, handle: keeping.delete(who, desk.school.platform, handle),
]


@pytest.mark.parametrize("deed", DEEDS)
def test_nobody_touches_what_is_not_theirs(
    desk: Desk, keeping: StudioKeeping, deed: Callable[[StudioKeeping, Viewer, Desk, str], object]
) -> None:
    of_course = desk.handle(COLLEAGUES, scope=Scope.COURSE)
    own = desk.handle(CLOCK)
    tried: list[tuple[Viewer, str, tuple[type[CuedeckError], ...]]] = [
        (TEACHER, of_course, (NotAllowed,)),  # a teacher may insert it, and not change it
        (TEACHER, desk.forged(PRIVATE, TEACHER), (NotAllowed, RemoteNotPermitted)),
        (TEACHER, desk.forged(SAMS, TEACHER, Scope.COURSE, "17"), (NotAllowed, RemoteNotPermitted)),
        (STUDENT, desk.forged(CLOCK, STUDENT), (NotAllowed,)),
        (STUDENT, desk.forged(CLOCK, STUDENT, Scope.COURSE, "17"), (NotAllowed,)),
        (STUDENT, own, (NotFound,)),
        (dataclasses.replace(TEACHER, subject=None), own, (NotAllowed,)),
        (dataclasses.replace(TEACHER, canvas_course_id="18"), of_course, (InputError,)),
        (TEACHER, f"{own}x", (NotFound,)),
    ]
    media = dict(desk.studio.world.media)
    tags = {number: dict(each.tags) for number, each in media.items()}
    for who, handle, kinds in tried:
        with pytest.raises(kinds):
            deed(keeping, who, desk, handle)
    desk.studio.world.media[int(desk.number(CLOCK))].owner_id = THEO  # handed on since it was listed
    with pytest.raises((NotAllowed, RemoteNotPermitted)):
        deed(keeping, TEACHER, desk, own)
    desk.studio.clock.pass_(13 * 3600)
    with pytest.raises(AddressExpired):
        deed(keeping, TEACHER, desk, own)
    assert desk.studio.world.media == media
    assert {number: each.tags for number, each in desk.studio.world.media.items()} == tags
