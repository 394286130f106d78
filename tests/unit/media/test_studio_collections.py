"""Media go into collections of the person's own, or into those that Studio or the course lets them fill: no others.

With each kind of account; the service account may do all, so what it may do for somebody is decided on our side.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest

from lti.errors import CuedeckError, GrantMissing, InputError, NotAllowed
from lti.media import Importing, NewImport, StudioCollections
from lti.model import Role, StudioAccount, Viewer
from sandbox.studio.seed import FILM_STUDIES, NAMELESS, SOUND_DESIGN
from sandbox.studio.world import Collection
from tests.unit.media.conftest import School
from tests.unit.media.studio_school import SAM, STELLA, STUDENT, TEACHER, THEO, TILDA, StudioSchool, studio_beside

FILE = NewImport("https://videos.example.org/lecture.mp4", "Lecture")
ELSEWHERE = dataclasses.replace(TEACHER, canvas_course_id="99")


@dataclasses.dataclass
class Desk:
    studio: StudioSchool
    collections: StudioCollections
    importing: Importing
    account: StudioAccount

    def add(self, number: int, owner: int, name: str | None = "Mine", **members: str) -> str:
        """Make a collection at Studio."""
        people = {int(user.removeprefix("u")): may for user, may in members.items()}
        self.studio.world.collections[number] = Collection(
            number, name, "shared", owner, self.studio.clock(), None, people
        )
        return str(number)

    def ids(self, who: Viewer = TEACHER) -> list[int]:
        return [int(each.id) for each in self.collections.listed(who, self.studio.platform)]

    def refused(self, collection_id: str, who: Viewer = STUDENT) -> CuedeckError:
        """Name a collection in vain, for an upload and for an import: nothing may come of it."""
        before = set(self.studio.world.media)
        with pytest.raises(CuedeckError) as caught:
            self.collections.target(who, self.studio.platform, collection_id)
        with pytest.raises(type(caught.value)):
            self.importing.fetch(who, self.studio.platform, dataclasses.replace(FILE, collection_id=collection_id))
        assert set(self.studio.world.media) == before
        return caught.value


@pytest.fixture(params=list(StudioAccount))
def desk(request: pytest.FixtureRequest, school: School, tmp_path: Path) -> Iterator[Desk]:
    with studio_beside(school, tmp_path) as studio:
        studio.use(request.param)
        for user, subject in ((TILDA, "tilda"), (SAM, "sam"), (STELLA, None)):
            studio.grant(user, subject)
        collections = StudioCollections(studio.access)
        yield Desk(studio, collections, Importing(school.store, studio.access), request.param)


def test_teacher_may_fill_their_own_collections_and_the_courses(desk: Desk) -> None:
    assert desk.ids() == [FILM_STUDIES]
    desk.add(9001, TILDA, None)
    desk.add(9002, TILDA, "Analyses")
    desk.add(9003, THEO, "Theo's", u8101="view")
    assert desk.ids() == [9002, FILM_STUDIES, 9001]  # by name; those without one at the end
    assert NAMELESS not in desk.ids()


def test_what_studio_lets_a_person_edit_counts_by_their_own_consent_alone(desk: Desk) -> None:
    number = desk.add(9004, THEO, "Shared", u8101="edit")
    if desk.account is StudioAccount.OWN:
        assert 9004 in desk.ids()
        assert desk.collections.target(ELSEWHERE, desk.studio.platform, number).id == number
    else:  # whose permission an administrator is told, nobody has written down
        assert desk.ids(ELSEWHERE) == []
        desk.refused(number, ELSEWHERE)


def test_student_may_fill_their_own_alone(desk: Desk) -> None:
    assert desk.ids(STUDENT) == []
    mine = desk.add(9005, SAM)
    assert desk.ids(STUDENT) == [9005]
    media = desk.importing.fetch(STUDENT, desk.studio.platform, dataclasses.replace(FILE, collection_id=mine))
    made = desk.studio.world.media[int(media.id)]
    assert (desk.studio.world.home(made).id, made.owner_id) == (9005, SAM)


def test_forged_and_borrowed_collections_are_all_refused_alike(desk: Desk) -> None:
    borrowed = desk.add(9006, TILDA)
    forged = [
        borrowed,
        str(FILM_STUDIES),
        str(SOUND_DESIGN),
        str(NAMELESS),
        "7101",
        "7102",
        "99",
        "x",
        "../users/8101",
        "..",
    ]
    said = {(error.code, error.message) for error in (desk.refused(each) for each in forged)}
    assert said == {("not_allowed", "You cannot add media to this collection in Studio.")}


def test_course_is_filled_by_those_who_teach_it_and_from_within(desk: Desk) -> None:
    desk.studio.use(StudioAccount.SERVICE)  # by their own consent Studio itself says who may
    course = str(FILM_STUDIES)
    assert desk.collections.target(TEACHER, desk.studio.platform, course).id == course
    others = [ELSEWHERE, dataclasses.replace(TEACHER, canvas_course_id=None),
              dataclasses.replace(TEACHER, roles=frozenset({Role.LEARNER})),
              dataclasses.replace(TEACHER, roles=frozenset())]  # fmt: skip
    for who in others:
        assert isinstance(desk.refused(course, who), NotAllowed)


def test_collection_that_is_made_is_the_persons_own(desk: Desk) -> None:
    made = desk.collections.create(STUDENT, desk.studio.platform, "  Week\n one ")
    assert (made.name, desk.studio.world.collections[int(made.id)].owner_id) == ("Week one", SAM)
    assert desk.ids(STUDENT) == [int(made.id)]
    desk.refused(made.id, TEACHER)
    with pytest.raises(InputError):
        desk.collections.create(STUDENT, desk.studio.platform, " \u200b\n")


def test_nobody_and_strangers_reach_no_collection(desk: Desk) -> None:
    for nobody in (dataclasses.replace(STUDENT, subject=None), dataclasses.replace(STUDENT, platform_id=99)):
        assert isinstance(desk.refused("7102", nobody), NotAllowed)
        with pytest.raises(NotAllowed):
            desk.collections.listed(nobody, desk.studio.platform)
    stranger = dataclasses.replace(STUDENT, subject="new", email="new@school.example")
    assert isinstance(desk.refused("7102", stranger), GrantMissing | NotAllowed)


def test_import_into_a_collection_asks_for_it_and_imports_and_no_more(desk: Desk) -> None:
    desk.ids()
    desk.studio.went_out()
    desk.importing.fetch(TEACHER, desk.studio.platform, dataclasses.replace(FILE, collection_id=str(FILM_STUDIES)))
    assert desk.studio.went_out() == [
        f"GET /v1/collections/{FILM_STUDIES}",
        f"POST /v1/collections/{FILM_STUDIES}/media",
    ]
