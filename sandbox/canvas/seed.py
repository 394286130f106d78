"""The world that the sandbox starts with: people, courses, a group, pages, keys and media."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from sandbox.canvas.coursework import Assignment
from sandbox.canvas.school import SANDBOX, School
from sandbox.canvas.scopes import ALL_SCOPES
from sandbox.canvas.seed_media import add_extra_media, add_media
from sandbox.canvas.world import ApiKey, Course, Group, Page, Person, World
from sandbox.media.clips import ClipStore

TILDA, SAM, ADA, NOOR, OLLIE, TEST_STUDENT = 101, 102, 103, 104, 105, 106
FILM_STUDIES, OTHER_COURSE, CAMERA_CREW = 17, 18, 5
FIRST_OF = MappingProxyType({"student": 1001, "teacher": 5001})  # of the crowd: their numbers go on from here
DIARY, ESSAY, REFLECTION = 31, 32, 33
API_CLIENT_ID = "10000000000021"
TOOL_CALLBACK = "http://localhost:8000/connect/canvas/callback"


def build_world(
    clips: ClipStore,
    extra_media: int = 0,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    *,
    api_client_id: str = API_CLIENT_ID,
    api_secret: str | None = None,
    redirect_uris: tuple[str, ...] = (TOOL_CALLBACK,),
    school: School = SANDBOX,
    crowd: Mapping[str, int] = MappingProxyType({}),
) -> World:
    """Make a fresh world.

    :param clips: where the media's bytes are; nothing is encoded by this call.
    :param extra_media: how many more media items there are in Tilda's files and in course 17.
    :param api_secret: of the REST API key; made up when None (``world.api_keys[api_client_id].secret``).
    :param redirect_uris: where OAuth2 may return to.
    :param school: whose people and courses these are.
    :param crowd: how many more people course 17 has of each role.
    """
    world = World(now=now, shard=school.shard)
    for number, name in zip((TILDA, SAM, ADA, NOOR, OLLIE), school.people, strict=True):
        world.people[number] = _person(school, number, name)
    world.people[TEST_STUDENT] = _test_student(school)
    film = {TILDA: "teacher", SAM: "student", NOOR: "ta", OLLIE: "observer", TEST_STUDENT: "student"}
    for role, count in crowd.items():
        for number in range(FIRST_OF[role], FIRST_OF[role] + count):
            world.people[number] = _person(school, number, f"{role.title()}{number} Crowd")
            film[number] = role
    world.courses[FILM_STUDIES] = Course(
        FILM_STUDIES, school.courses[0], "FILM-101", _opaque(school, "course 17"), film
    )
    world.courses[OTHER_COURSE] = Course(
        OTHER_COURSE, school.courses[1], "SOUND-201", _opaque(school, "course 18"), {NOOR: "teacher"}, public=True
    )
    world.groups[CAMERA_CREW] = Group(
        CAMERA_CREW, "Camera crew", FILM_STUDIES, _opaque(school, "group 5"), frozenset({SAM})
    )
    for context, body in (
        ("course_17", "<p>Welcome to <strong>{course}</strong>. The first clips are on this page.</p>"),
        ("course_18", "<p>Welcome to <strong>{other}</strong>, which is open to everybody.</p>"),
        ("group_5", "<p>Welcome, camera crew. Put your rehearsals here.</p>"),
    ):
        text = body.format(course=school.courses[0], other=school.courses[1])
        world.pages[context, "welcome"] = Page("welcome", context, "Welcome", text, now())
    for assignment in _assignments(now()):
        world.assignments[assignment.id] = assignment
    world.api_keys[api_client_id] = ApiKey(
        api_client_id, api_secret or secrets.token_urlsafe(32), redirect_uris, scopes=ALL_SCOPES
    )
    add_media(world, clips)
    add_extra_media(world, extra_media)
    for media in world.media.values():
        media.title = f"{media.title}{school.mark}"
        if media.user_entered_title:
            media.user_entered_title = f"{media.user_entered_title}{school.mark}"
    world.touch()
    return world


def _person(school: School, number: int, name: str) -> Person:
    digest, login = _opaque(school, f"person {number}"), name.split()[0].lower()
    uuid = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
    return Person(
        number, name, f"{login}@school.example", login, "en", uuid, _opaque(school, f"login {number}"), number == ADA
    )


def _test_student(school: School) -> Person:
    digest = _opaque(school, "test student")
    uuid = f"{digest[:8]}-{digest[8:12]}-4{digest[13:16]}-a{digest[17:20]}-{digest[20:32]}"
    return Person(TEST_STUDENT, "Test Student", "", "", "en", uuid, digest, test_student=True)


def _assignments(now: datetime) -> list[Assignment]:
    due = now.replace(minute=0, second=0, microsecond=0) + timedelta(days=7)
    return [
        Assignment(
            DIARY,
            FILM_STUDIES,
            "Video diary",
            "<p>Film a minute of your day, with captions.</p>",
            frozenset({"online_upload", "online_text_entry"}),
            allowed_extensions=("mp4", "mov", "webm"),
            due_at=due,
        ),
        Assignment(
            ESSAY,
            FILM_STUDIES,
            "Essay",
            "<p>Write about a film.</p>",
            frozenset({"online_upload"}),
            allowed_extensions=("docx", "pdf"),
        ),
        Assignment(
            REFLECTION,
            FILM_STUDIES,
            "Reflection",
            "<p>What did you learn? You may hand in twice.</p>",
            frozenset({"online_text_entry"}),
            allowed_attempts=2,
        ),
    ]


def _opaque(school: School, what: str) -> str:
    """Make a 40 digit opaque id that is the same at each start, so that kept state of the tool still fits."""
    return hashlib.sha1(f"{school.salt}{what}".encode(), usedforsecurity=False).hexdigest()
