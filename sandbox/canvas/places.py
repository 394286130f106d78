"""The places of a Canvas that hold pages and launch tools: courses and groups; and the account."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from sandbox.canvas.school import School
from sandbox.canvas.world import Course, Group, Person, World

ROOT_ACCOUNT_ID = 1
# Canvas launches people who are not logged in, in public courses, as this one (reference/canvas.md 2.1).
ANONYMOUS = Person(0, "", "", "", "en", "", "535fa085f22b4655f48cd5a36a9215f64c062838")
EDITORS = frozenset({"teacher", "ta", "designer", "admin"})


@dataclass(frozen=True)
class Place:
    """A course, a group or a person's own place, as pages and launches see it. ``key`` is the context string."""

    key: str  # "course_17"
    kind: str  # "course", "group", "user" or "account"
    id: int
    name: str
    label: str | None  # course code; others have none
    opaque: str  # 40 hex digits: the context id of launches
    path: str  # "/courses/17"
    course: Course | None  # None elsewhere than in a course: variables of the course do not resolve there
    group: Group | None = None


def find_place(world: World, collection: str, number: int) -> Place | None:
    """Find ``courses``/17, ``groups``/5 or ``users``/101 (a person's portfolio), None if there is none."""
    if collection == "courses" and (course := world.courses.get(number)):
        key = f"course_{number}"
        return Place(key, "course", number, course.name, course.code, course.opaque, f"/courses/{number}", course)
    if collection == "groups" and (group := world.groups.get(number)):
        return Place(
            f"group_{number}", "group", number, group.name, None, group.opaque, f"/groups/{number}", None, group
        )
    if collection == "users" and (person := world.people.get(number)):
        name = f"Portfolio of {person.name}"
        return Place(f"user_{number}", "user", number, name, None, person.opaque, f"/users/{number}", None)
    return None


def account_place(school: School) -> Place:
    """Give the root account."""
    path, opaque = f"/accounts/{ROOT_ACCOUNT_ID}", hashlib.sha1(school.uuid.encode(), usedforsecurity=False).hexdigest()
    return Place(f"account_{ROOT_ACCOUNT_ID}", "account", ROOT_ACCOUNT_ID, school.name, None, opaque, path, None)


def place_of(world: World, key: str) -> Place | None:
    """Find a place by its context string."""
    kind, _, number = key.partition("_")
    return find_place(world, f"{kind}s", int(number)) if number.isdigit() else None


def role_of(world: World, person: Person | None, place: Place) -> str | None:
    """Tell what somebody is in a place, ``anonymous`` for who is not logged in in a public course; None: nothing."""
    is_open = place.course is not None and place.course.public
    role = world.role_in(person.id, place.key) if person is not None else None
    return role or ("anonymous" if is_open else None)


def may_edit(world: World, person_id: int, place: Place) -> bool:
    """Tell whether a person may edit pages: staff in a course, every member in a group, people their own portfolio."""
    role = world.role_in(person_id, place.key)
    return role is not None and (place.kind in {"group", "user"} or role in EDITORS)
