"""Nobody reaches another person's media at Studio, by whatever id they forged, guessed or borrowed.

Everything is tried with each kind of account. The service account is the one that matters: Studio lets it see all.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lti.errors import AddressExpired, CuedeckError, InputError, NotAllowed, NotFound, RemoteGone, RemoteNotPermitted
from lti.media import StudioLibrary
from lti.media.handles import Handles, NextPage, Shown
from lti.media.studio_library import StudioQuery
from lti.model import Catalogue, MediaItem, MediaType, Role, Scope, StudioAccount, Viewer
from lti.protocol.tokens import Tokens
from tests.unit.media.conftest import OURS, School
from tests.unit.media.studio_school import (
    SAM,
    STELLA,
    STUDENT,
    TEACHER,
    THEO,
    TILDA,
    StudioSchool,
    studio_beside,
)

CLOCK, OF_COURSE, NAMELESS, PRIVATE, SAMS = "260101", "260113", "260114", "260115", "260116"
ELSEWHERE = dataclasses.replace(TEACHER, canvas_course_id="18")


@dataclasses.dataclass
class Case:
    studio: StudioSchool
    library: StudioLibrary
    handles: Handles
    account: StudioAccount

    def ids(self, who: Viewer, scope: Scope = Scope.OWN, *, owner: str = "") -> list[str]:
        """List all pages."""
        page = self.library.page(who, self.studio.platform, scope=scope, query=StudioQuery(owner=owner))
        found = list(page.items)
        while page.next_cursor:
            page = self.library.page(who, self.studio.platform, cursor=page.next_cursor)
            found += page.items
        return [listed.item.id for listed in found]

    def handle(self, who: Viewer, media_id: str, scope: Scope = Scope.OWN) -> str:
        """Give the handle of a listed item."""
        page = self.library.page(who, self.studio.platform, scope=scope)
        while True:
            for listed in page.items:
                if listed.item.id == media_id:
                    return listed.handle
            assert page.next_cursor, "not listed"
            page = self.library.page(who, self.studio.platform, cursor=page.next_cursor)

    def signed(self, who: Viewer, media_id: str, scope: Scope = Scope.OWN, place: str | None = None) -> str:
        """Give a handle that we would never have given: as if a guess had been signed."""
        item = MediaItem(Catalogue.STUDIO, media_id, "Guessed", MediaType.VIDEO)
        return self.handles.sign(self.studio.platform, who.subject or "", Shown(item, scope, place))

    def refused(self, who: Viewer, handle: str) -> CuedeckError:
        """Look at an item in vain: gives why, and makes sure that nothing of it was fetched."""
        self.studio.went_out()
        with pytest.raises((InputError, NotAllowed, RemoteNotPermitted, RemoteGone)) as caught:
            self.library.detail(who, self.studio.platform, handle)
        assert [call for call in self.studio.went_out() if "sources" in call or "caption" in call] == []
        return caught.value

    def answer(self, route: str, body: Any) -> None:
        """Have Studio answer something else."""
        assert f"api.{route}" in self.studio.app.view_functions
        self.studio.app.view_functions[f"api.{route}"] = lambda **_: body


@pytest.fixture(params=list(StudioAccount))
def case(request: pytest.FixtureRequest, school: School, tmp_path: Path) -> Iterator[Case]:
    with studio_beside(school, tmp_path) as studio:
        studio.use(request.param)
        for user, subject in ((TILDA, "tilda"), (SAM, "sam"), (STELLA, None)):
            studio.grant(user, subject)
        library = StudioLibrary(school.store, studio.access, school.signer, school.clock, page_size=5)
        yield Case(studio, library, Handles(school.signer), request.param)


def test_people_list_their_own_media_and_no_others(case: Case) -> None:
    tildas = case.ids(TEACHER)
    assert len(tildas) == len(set(tildas)) == 11
    assert CLOCK in tildas
    assert case.ids(STUDENT) == [SAMS]


def test_a_page_of_own_media_costs_one_call(case: Case) -> None:
    case.ids(TEACHER)
    case.studio.went_out()
    case.library.page(TEACHER, case.studio.platform, query=StudioQuery(title="clock", tag="clocks"))
    assert case.studio.went_out() == ["GET /v1/media/search"]


def test_no_filter_leads_to_the_media_of_another_owner(case: Case) -> None:
    own = set(case.ids(TEACHER))
    for owner in ("theo@school.example", "sam@school.example", "*", ""):
        assert set(case.ids(TEACHER, owner=owner)) <= own, owner


def test_what_studio_lists_too_much_is_left_out(case: Case) -> None:
    theos = {"id": THEO, "email": "tilda@school.example", "display_name": "Tilda Teacher"}  # an address can change
    case.answer(
        "GET /media/search",
        {
            "media": [
                {"id": 1, "title": "a", "owner": theos},
                {"id": 2, "title": "b"},
                {"id": 3, "owner": {"id": TILDA}},
            ]
        },
    )
    assert case.ids(TEACHER) == ["3"]


def test_teacher_lists_the_media_of_the_course_of_the_launch(case: Case) -> None:
    assert set(case.ids(TEACHER, Scope.COURSE)) == {CLOCK, OF_COURSE}


def test_course_in_which_nothing_of_studio_was_used_is_empty(case: Case) -> None:
    assert case.ids(dataclasses.replace(TEACHER, canvas_course_id="99"), Scope.COURSE) == []


def test_course_that_studio_gives_must_be_the_one_that_was_asked_for(case: Case) -> None:
    case.answer("GET /courses/<course_id>", {"course": {"id": 5018, "type": "course_wide", "course_id": 18}})
    with pytest.raises(NotAllowed):
        case.ids(TEACHER, Scope.COURSE)


def test_only_a_teacher_in_a_course_lists_its_media_and_for_others_nothing_is_asked(case: Case) -> None:
    others = [
        STUDENT,
        dataclasses.replace(TEACHER, roles=frozenset({Role.LEARNER})),
        dataclasses.replace(TEACHER, roles=frozenset()),
        dataclasses.replace(TEACHER, roles=frozenset({Role.OBSERVER})),
        dataclasses.replace(TEACHER, canvas_course_id=None),
        dataclasses.replace(TEACHER, subject=None),
        dataclasses.replace(TEACHER, platform_id=99),
    ]
    for who in others:
        with pytest.raises(NotAllowed):
            case.library.page(who, case.studio.platform, scope=Scope.COURSE)
    assert case.studio.went_out() == []


def test_groups_have_no_media_at_studio(case: Case) -> None:
    with pytest.raises(NotAllowed):
        case.library.page(dataclasses.replace(TEACHER, canvas_group_id="7"), case.studio.platform, scope=Scope.GROUP)
    assert case.studio.went_out() == []


def test_people_look_at_their_own_media_and_teachers_at_the_courses(case: Case) -> None:
    detail = case.library.detail(TEACHER, case.studio.platform, case.handle(TEACHER, CLOCK))
    assert (detail.item.id, len(detail.sources), len(detail.tracks)) == (CLOCK, 2, 4)
    assert case.library.detail(STUDENT, case.studio.platform, case.handle(STUDENT, SAMS)).item.id == SAMS
    of_course = case.library.detail(TEACHER, case.studio.platform, case.handle(TEACHER, OF_COURSE, Scope.COURSE))
    assert of_course.item.id == OF_COURSE
    # Studio itself gives captions to the owner alone; the service account is let through.
    assert bool(of_course.tracks) is (case.account is StudioAccount.SERVICE)


def test_guessed_media_is_refused_though_the_guess_were_signed(case: Case) -> None:
    for media_id in (CLOCK, OF_COURSE, NAMELESS, PRIVATE, "999999", "../users/8101", ".."):
        case.refused(STUDENT, case.signed(STUDENT, media_id))


def test_teacher_reaches_no_media_outside_the_course(case: Case) -> None:
    for media_id in (NAMELESS, PRIVATE, SAMS):
        case.refused(TEACHER, case.signed(TEACHER, media_id))
        case.refused(TEACHER, case.signed(TEACHER, media_id, Scope.COURSE, "17"))


def test_student_reaches_no_media_of_the_course_by_a_teachers_kind_of_handle(case: Case) -> None:
    assert isinstance(case.refused(STUDENT, case.signed(STUDENT, CLOCK, Scope.COURSE, "17")), NotAllowed)
    assert case.studio.went_out() == []


def test_borrowed_handle_is_nothing(case: Case) -> None:
    borrowed = case.handle(TEACHER, CLOCK)
    assert isinstance(case.refused(STUDENT, borrowed), NotFound)
    assert isinstance(case.refused(dataclasses.replace(TEACHER, subject="theo"), borrowed), NotFound)


def test_handle_of_one_course_is_nothing_in_another(case: Case) -> None:
    handle = case.handle(TEACHER, OF_COURSE, Scope.COURSE)
    case.refused(ELSEWHERE, handle)
    case.refused(dataclasses.replace(TEACHER, canvas_course_id=None), handle)
    case.refused(dataclasses.replace(TEACHER, roles=frozenset({Role.LEARNER})), handle)


def test_handle_of_one_school_is_nothing_at_another(case: Case) -> None:
    handle = case.handle(TEACHER, CLOCK)
    values = case.studio.platform
    other = case.studio.store.platforms.add(
        issuer=values.issuer, client_id="20000000000019", authorization_url=values.authorization_url,
        token_url=values.token_url, jwks_url=values.jwks_url, canvas_url="https://other.test", canvas_key=None,
        deployments=[], trust_deployments=True,
    )  # fmt: skip
    with pytest.raises(NotFound):
        case.library.detail(dataclasses.replace(TEACHER, platform_id=other.id), other, handle)
    with pytest.raises(NotAllowed):
        case.library.detail(TEACHER, other, handle)


def test_forged_handles_are_nothing(case: Case) -> None:
    good = case.handle(TEACHER, CLOCK)
    strangers = Handles(Tokens(["another secret that is long enough, too"], OURS, case.studio.clock))
    item = MediaItem(Catalogue.STUDIO, PRIVATE, "Forged", MediaType.VIDEO)
    canvas = MediaItem(Catalogue.CANVAS, CLOCK, "Of Canvas", MediaType.VIDEO)
    cursor = case.library.page(TEACHER, case.studio.platform).next_cursor
    assert cursor is not None
    forged = [
        "", "x", good[:-2], f"A{good[1:]}", good.replace(".", ".."), cursor,
        strangers.sign(case.studio.platform, "tilda", Shown(item, Scope.OWN, None)),
        case.handles.sign(case.studio.platform, "tilda", Shown(canvas, Scope.OWN, None)),
    ]  # fmt: skip
    for handle in forged:
        assert isinstance(case.refused(TEACHER, handle), NotFound), handle
    case.studio.clock.pass_(13 * 3600)
    assert isinstance(case.refused(TEACHER, good), AddressExpired)


def test_forged_and_borrowed_cursors_are_nothing(case: Case) -> None:
    cursor = case.library.page(TEACHER, case.studio.platform).next_cursor
    assert cursor is not None
    place = NextPage(Scope.COURSE, "17", "title=&owner=&tag=&page=2", Catalogue.STUDIO)
    of_course = case.handles.sign_cursor(case.studio.platform, "tilda", place)
    of_student = case.handles.sign_cursor(case.studio.platform, "sam", place)
    of_canvas = case.handles.sign_cursor(case.studio.platform, "tilda", NextPage(Scope.OWN, None, "https://x.test/"))
    case.studio.went_out()
    wrong: list[tuple[Viewer, str]] = [
        (STUDENT, cursor), (STUDENT, of_student), (ELSEWHERE, of_course), (TEACHER, of_canvas), (TEACHER, f"{cursor}x"),
        (TEACHER, case.signed(TEACHER, CLOCK)),
    ]  # fmt: skip
    for who, text in wrong:
        with pytest.raises((InputError, NotAllowed)):
            case.library.page(who, case.studio.platform, cursor=text)
    assert case.studio.went_out() == []


def test_own_media_that_was_handed_on_is_out_of_reach_at_once(case: Case) -> None:
    handle = case.handle(STUDENT, SAMS)
    case.studio.world.media[int(SAMS)].owner_id = THEO
    case.refused(STUDENT, handle)
    assert case.ids(STUDENT) == []


def test_media_that_was_taken_out_of_the_course_is_out_of_reach_at_once(case: Case) -> None:
    handle = case.handle(TEACHER, OF_COURSE, Scope.COURSE)
    library = case.studio.world.library(case.studio.world.users[THEO])
    del case.studio.world.perspectives[int(OF_COURSE)]
    case.studio.world.place(case.studio.world.media[int(OF_COURSE)], library)
    case.refused(TEACHER, handle)
    assert case.ids(TEACHER, Scope.COURSE) == [CLOCK]


def test_studio_that_gives_another_media_than_was_asked_for_is_not_believed(case: Case) -> None:
    handle = case.handle(TEACHER, CLOCK)
    case.answer("GET /media/<media_id>", {"media": {"id": int(PRIVATE), "owner": {"id": TILDA}}})
    assert isinstance(case.refused(TEACHER, handle), NotAllowed)


def test_refusal_tells_nothing_of_what_was_refused(case: Case) -> None:
    for handle in (case.signed(STUDENT, PRIVATE), case.signed(STUDENT, CLOCK, Scope.COURSE, "17"), "forged"):
        error = case.refused(STUDENT, handle)
        shown = f"{error.message} {error.next_step} {error.values}".lower()
        assert not [word for word in ("private notes", "theo", PRIVATE, "clock") if word in shown]
