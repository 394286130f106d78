"""Who may do what (design section 10): each role, in each place that Canvas launches us from, at every API route.

The launches are signed as Canvas signs them there. What a launch opens is in ``OPENS``; which calls a page may make is
in ``ALLOWED``, a row for each route of the application. Calls are made directly, with the session of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from .browser import Answer, Browser, Page
from .canvas import (
    ADMINISTRATOR,
    ANONYMOUS,
    MEMBERSHIP,
    OBSERVER,
    PLACEMENT,
    STUDENT,
    TEACHER,
    VOCABULARY,
    Canvas,
    Person,
)
from .jose import read
from .test_sessions import ADMINISTRATION, BOTH, CAPTIONING, CAPTIONS, PICKER, PLAYER, REPORT, STUDIO, UPLOADS
from .tool import Tool

INSTITUTION = f"{VOCABULARY}institution/person#"
TESTER = Person("tester-0007", "47", "Learner")
OUTSIDER = Person("omar-0008", "48", None)  # a person of the school who is not in the course

# What the pages may call, by the page.
CHOOSING, WATCHING, REPORTING, ADMINISTERING, CLERKING = "picker", "player", "report", "administration", "captioning"
_LISTS = {"/api/canvas/media", "/api/canvas/media/detail", "/api/studio/media", "/api/studio/media/detail"}
_CONNECTION = "/api/connect/canvas"
_CONNECTION_TO_STUDIO = "/api/connect/studio"


def _pages(path: str, group: str) -> frozenset[str]:
    if path in _LISTS:
        return frozenset({CHOOSING, REPORTING})
    if path == _CONNECTION:
        return frozenset({CHOOSING, REPORTING, ADMINISTERING})
    if path == _CONNECTION_TO_STUDIO:
        return frozenset({CHOOSING, REPORTING, CLERKING})
    return _GROUPS[group]


_GROUPS = {
    "picker": frozenset({CHOOSING}),
    "captions": frozenset({CHOOSING, REPORTING}),
    "report": frozenset({REPORTING}),
    "studio": frozenset({CHOOSING}),
    "uploads": frozenset({CHOOSING, REPORTING, ADMINISTERING, CLERKING}),
    "administration": frozenset({ADMINISTERING}),
    "captioning": frozenset({CLERKING}),
    "player": frozenset({WATCHING}),
    "both": frozenset({CHOOSING, WATCHING, REPORTING, ADMINISTERING, CLERKING}),
}
ALLOWED: dict[tuple[str, str], frozenset[str]] = {
    (method, path): _pages(path, group)
    for group, routes in {
        "picker": PICKER,
        "captions": CAPTIONS,
        "report": REPORT,
        "studio": STUDIO,
        "uploads": UPLOADS,
        "administration": ADMINISTRATION,
        "captioning": CAPTIONING,
        "player": PLAYER,
        "both": BOTH,
    }.items()
    for method, path, _ in routes
}


@dataclass(frozen=True)
class Place:
    """Where in Canvas somebody is, and how Canvas launches us from there."""

    name: str
    page: str | None  # what it opens for who may
    course: str = "$Canvas.course.id"
    returns: str = "courses/17"
    placement: str = "editor_button"
    membership: bool = False  # whether its launches say what somebody is there
    custom: dict[str, Any] = field(default_factory=dict)


EDITOR = Place("editor in a course", CHOOSING, course="17", membership=True)
GROUP = Place("editor in a group", CHOOSING, returns="groups/5")
PORTFOLIO = Place("editor in a portfolio", CHOOSING, returns="users/42")
ACCOUNT = Place("editor in the account", CHOOSING, returns="accounts/1")
HOMEWORK = Place("handing in", CHOOSING, course="17", placement="homework_submission", membership=True)
EMBED = Place("an embed in a course", WATCHING, course="17", placement="", membership=True)
COPY = Place("an embed elsewhere", WATCHING, placement="")
WORK = Place("what a student handed in", WATCHING, course="17", placement="", membership=True)
MENU = Place("the course's menu", REPORTING, course="17", placement="course_navigation", membership=True)
SETTINGS = Place("the account's menu", ADMINISTERING, placement="account_navigation")

LEARNS = {f"{INSTITUTION}Student"}
WHO: dict[str, tuple[Person, list[str]]] = {
    "student": (STUDENT, [f"{MEMBERSHIP}Learner"]),
    "teacher": (TEACHER, [f"{MEMBERSHIP}Instructor"]),
    "assistant": (
        TEACHER,
        [f"{VOCABULARY}membership/Instructor#TeachingAssistant", f"{MEMBERSHIP}Instructor"],
    ),
    "designer": (TEACHER, [f"{MEMBERSHIP}ContentDeveloper"]),
    "administrator": (ADMINISTRATOR, []),
    "observer": (OBSERVER, [f"{MEMBERSHIP}Mentor"]),
    "outsider": (OUTSIDER, []),
    "test student": (TESTER, [f"{MEMBERSHIP}Learner"]),
    "anonymous": (ANONYMOUS, []),
}
# Beside what somebody is in a course, Canvas says what they are in the school: the same in every launch.
SCHOOL = {
    "teacher": [f"{INSTITUTION}Instructor"],
    "assistant": [f"{INSTITUTION}Instructor", f"{INSTITUTION}Student"],
    "administrator": [f"{INSTITUTION}Administrator"],
    "observer": [f"{INSTITUTION}Observer"],
    "test student": ["http://purl.imsglobal.org/vocab/lti/system/person#TestUser"],
    "anonymous": [f"{VOCABULARY}person#None"],
}
_STAFF = {"teacher", "assistant", "designer"}
_CHOOSERS = set(WHO) - {"anonymous"}
# Who gets in. Where a launch says nothing of membership, Canvas has let the person into its editor.
OPENS: dict[str, set[str]] = {
    EDITOR.name: _CHOOSERS - {"observer"},
    GROUP.name: _CHOOSERS,
    PORTFOLIO.name: _CHOOSERS,
    ACCOUNT.name: _CHOOSERS,
    HOMEWORK.name: _CHOOSERS - {"observer"},
    EMBED.name: set(WHO),
    COPY.name: set(WHO),
    WORK.name: set(WHO),
    MENU.name: _STAFF | {"administrator"},
    SETTINGS.name: {"administrator"},
}
# What of the course's and the group's media they list. Their own everybody lists who gets in.
LISTS: dict[str, dict[str, set[str]]] = {
    EDITOR.name: {"course": _STAFF | {"administrator"}, "group": set()},
    GROUP.name: {"course": set(), "group": {"administrator"}},
    PORTFOLIO.name: {"course": set(), "group": set()},
    ACCOUNT.name: {"course": set(), "group": set()},
    HOMEWORK.name: {"course": set(), "group": set()},  # only one's own is handed in
    MENU.name: {"course": _STAFF | {"administrator"}, "group": set()},
}
PLACES = [EDITOR, GROUP, PORTFOLIO, ACCOUNT, HOMEWORK, EMBED, COPY, WORK, MENU, SETTINGS]


@dataclass
class School:
    """An institution of these tests' own: its administration is called as well."""

    browser: Browser
    canvas: Canvas
    embeds: dict[str, str]

    def launch(self, who: str, place: Place) -> Answer:
        person, membership = WHO[who]
        login = self.browser.begin()
        roles = [*(membership if place.membership else []), *SCHOOL.get(who, [f"{INSTITUTION}Student"])]
        custom = {
            "canvas_user_id": person.id,
            "canvas_course_id": place.course,
            "embed": self.embeds.get(place.name, "$embed"),
            "student_view": who == "test student",
            "canvas_root_admin": who == "administrator",
        }
        changes: dict[str, Any] = {"lti_roles": roles, "lti_custom": custom, PLACEMENT: place.placement or None}
        if place.page == CHOOSING:
            settings = self.canvas.settings(
                deep_link_return_url=f"{self.canvas.origin}/{place.returns}/deep_linking_response?data=x"
            )
            if place is HOMEWORK:
                settings |= {"accept_types": ["file", "ltiResourceLink"], "accept_multiple": False}
            changes["dl_deep_linking_settings"] = settings
            claims = self.canvas.deep_linking(login.nonce, person, **changes)
        else:
            claims = self.canvas.claims(login.nonce, person, **changes)
        if not place.membership:
            claims.pop("https://purl.imsglobal.org/spec/lti/claim/context")
        return self.browser.finish(login, self.canvas.sign(claims))


@pytest.fixture(scope="module")
def school(tool: Tool) -> Iterator[School]:
    from .canvas import open_canvas

    with open_canvas("10000000000777", tool.clock.seconds) as canvas:
        canvas.tool = tool.origin
        tool.register(canvas, "5:0123456789abcdef0123456789abcdef01234567")
        tool.clock.forward(6)
        made = School(tool.browser(canvas), canvas, {})
        inserted = _embed(made, "teacher", EDITOR, TEACHER)
        made.embeds = {EMBED.name: inserted, COPY.name: inserted, WORK.name: _embed(made, "student", HOMEWORK, STUDENT)}
        yield made


def _embed(school: School, who: str, place: Place, person: Person) -> str:
    page = Page(school.browser, school.launch(who, place)).connect(person)
    answer = page.insert(page.first_item())
    assert answer.status == 200, answer.text
    (item,) = read(answer.json["jwt"])["https://purl.imsglobal.org/spec/lti-dl/claim/content_items"]
    return str(item["custom"]["embed"])


def _may(answer: Answer) -> bool:
    return not (answer.status == 403 and answer.code == "not_allowed")


def test_every_route_has_its_row(tool: Tool) -> None:
    routes = {
        (method, rule.rule)
        for rule in tool.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith("/api/")
    }

    assert routes == ALLOWED.keys()


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_each_role_gets_in_where_it_may_and_calls_what_the_page_may(school: School, place: Place) -> None:
    for who in WHO:
        answer = school.launch(who, place)
        if who not in OPENS[place.name]:
            assert answer.status in {401, 403}, f"{who} in {place.name}: {answer.summary}"
            continue
        assert answer.status == 200, f"{who} in {place.name}: {answer.summary}"
        page = Page(school.browser, answer)
        for (method, path), pages in ALLOWED.items():
            # Nobody takes such a body: what is refused for what it says was let in first.
            body = None if method in {"GET", "DELETE"} else {"no such member": True}
            address = path.replace("<int(max=2147483647):answer_id>", "1")
            if place.page == ADMINISTERING and method == "DELETE" and path.startswith("/api/administration/"):
                continue  # these are done: tests of the administration call them
            called = page.call(method, address, body)
            assert _may(called) == (place.page in pages), f"{who} in {place.name}: {method} {path}: {called.summary}"


@pytest.mark.parametrize("place", [each for each in PLACES if each.name in LISTS], ids=lambda place: place.name)
def test_each_role_lists_what_it_may(school: School, place: Place) -> None:
    for who in sorted(OPENS[place.name]):
        page = Page(school.browser, school.launch(who, place))
        assert _may(page.call("GET", "/api/canvas/media?scope=own"))
        for scope in ("course", "group"):
            listed = page.call("GET", f"/api/canvas/media?scope={scope}")
            assert _may(listed) == (who in LISTS[place.name][scope]), f"{who} in {place.name}: {scope}"


def test_nobody_but_who_made_it_uses_a_handle_to_hand_something_in(school: School) -> None:
    theirs = Page(school.browser, school.launch("student", HOMEWORK)).connect(STUDENT).first_item()

    for who in sorted(OPENS[HOMEWORK.name] - {"student"}):
        answer = Page(school.browser, school.launch(who, HOMEWORK)).insert(theirs)
        assert answer.status == 404, f"{who}: {answer.summary}"


@pytest.mark.parametrize("embed", ["", "x" * 32, "../embeds", "1"])
def test_forged_embed_opens_nothing(school: School, embed: str) -> None:
    school.embeds["forged"] = embed

    for who in ("teacher", "student", "anonymous"):
        answer = school.launch(who, Place("forged", WATCHING, course="17", membership=True, placement=""))
        assert answer.status == 404, f"{who}: {answer.summary}"


def test_work_that_was_handed_in_opens_in_its_own_course_alone(school: School, another: Callable[[], Browser]) -> None:
    work = school.embeds[WORK.name]
    custom = {"canvas_user_id": "41", "canvas_course_id": "18", "embed": work}

    in_its_course = school.browser.launch(TEACHER, lti_custom={**custom, "canvas_course_id": "17"})
    in_another = school.browser.launch(
        TEACHER, lti_custom=custom, lti_context={"id": "course-18", "title": "Elsewhere"}
    )
    at_another_school = another().launch(TEACHER, lti_custom=custom)

    assert in_its_course.status == 200
    assert (in_another.status, at_another_school.status) == (404, 404)


@pytest.fixture
def another(tool: Tool, another_canvas: Callable[..., Canvas]) -> Callable[[], Browser]:
    return lambda: tool.browser(another_canvas())


def test_grader_reaches_nothing_else_of_the_student(school: School) -> None:
    page = Page(school.browser, school.launch("teacher", WORK))

    watched = page.call("POST", "/api/watch", {"refresh": False}).json

    assert watched["title"] == "Rivers m-0"
    for path in ("/api/canvas/media", "/api/canvas/media?scope=course", "/api/uploads", "/api/studio/media"):
        assert not _may(page.call("GET", path))
