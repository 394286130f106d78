"""What the sandbox Canvas knows: people, courses, developer keys, media, files, tracks, pages.

One process, in memory, behind one lock: the sandbox starts afresh each time. Row ids are small whole numbers as in
Canvas, ``media_id`` is a string.
"""

from __future__ import annotations

import itertools
import secrets
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sandbox.canvas.coursework import Assignment, Submission
from sandbox.common.grants import Grants
from sandbox.common.signed_addresses import AddressSigner


@dataclass(frozen=True)
class Person:
    """Someone to be. ``lti_uuid`` is the ``sub`` of launches, ``opaque`` the ``login_hint``.

    A test student has no e-mail address: it is who a teacher becomes in the student view.
    """

    id: int
    name: str
    email: str
    login: str
    locale: str
    lti_uuid: str
    opaque: str
    account_admin: bool = False
    test_student: bool = False
    high_contrast: bool = False  # "High contrast UI" of their settings


@dataclass(frozen=True)
class Course:
    """A course with its enrolments: person id to one of teacher, ta, designer, student, observer."""

    id: int
    name: str
    code: str
    opaque: str  # 40 hex digits: the context id of launches
    enrollments: dict[int, str]
    public: bool = False  # people who are not logged in see its pages


@dataclass(frozen=True)
class Group:
    """A group of a course."""

    id: int
    name: str
    course_id: int
    opaque: str
    members: frozenset[int]


@dataclass
class ApiKey:
    """A REST API developer key (OAuth2 client)."""

    client_id: str
    secret: str
    redirect_uris: tuple[str, ...]
    enforce_scopes: bool = True
    scopes: frozenset[str] = frozenset()
    allow_includes: bool = True
    trusted: bool = False  # consent is skipped
    name: str = "Cuedeck"  # what the administrator called it: shown on the consent page
    authorized: bool = True  # on in this account; else unauthorized_client


@dataclass
class Attachment:
    """A Canvas file; ``media_entry_id`` ties it to a media object."""

    id: int
    context: str  # "user_101", "course_17", "group_5"
    display_name: str
    content_type: str
    uuid: str  # the verifier
    size: int
    created_at: datetime
    media_entry_id: str | None  # may be "maybe"
    path: str | None = None  # the bytes on disk
    deleted: bool = False
    locked: bool = False  # not downloadable for students
    master_locked: bool = False  # blueprint restriction: captions cannot be changed (403)
    user_id: int | None = None  # who uploaded it
    clip: str | None = None  # the clip that is its bytes (see sandbox.media.clips)
    thumbnail: bool = True  # whether the Files API has a thumbnail_url


@dataclass
class MediaTrack:
    """A caption track row."""

    id: int
    media_id: str
    attachment_id: int | None
    user_id: int
    locale: str
    kind: str
    content: str
    webvtt_content: str | None
    created_at: datetime
    updated_at: datetime
    workflow_state: str = "ready"
    asr: bool = False


@dataclass
class MediaObject:
    """A Kaltura entry as Canvas sees it."""

    id: int
    media_id: str
    media_type: str  # "video", "video/*", "video/mp4", "audio" …: all occur
    title: str
    user_entered_title: str | None
    user_id: int
    attachment_id: int | None  # the default attachment
    created_at: datetime
    duration: float | None
    flavors: tuple[str, ...] | None  # clip names (see sandbox.media); None: sources are null
    old_media_id: str | None = None
    broken_thumbnail: bool = False
    title_due: datetime | None = None  # when the background job copies user_entered_title to title


@dataclass(frozen=True)
class Flavor:
    """A transcode as Kaltura lists it. ``size_kb`` and ``bitrate_kbps`` are what the list says, not exact."""

    name: str  # of the clip that holds the bytes
    width: int
    height: int
    content_type: str
    container: str
    extension: str
    bitrate_kbps: int
    size_kb: int
    original: bool


@dataclass
class Page:
    """A wiki page of a course (or group)."""

    slug: str
    context: str
    title: str
    body: str
    updated_at: datetime


@dataclass
class ResourceLink:
    """A stored LTI resource link: what a deep-linked item becomes."""

    lookup_uuid: str
    resource_link_id: str  # 40 hex digits
    context: str
    url: str
    title: str
    custom: dict[str, str]


@dataclass
class World:
    """Everything, and one lock for those who change it."""

    people: dict[int, Person] = field(default_factory=dict)
    courses: dict[int, Course] = field(default_factory=dict)
    groups: dict[int, Group] = field(default_factory=dict)
    api_keys: dict[str, ApiKey] = field(default_factory=dict)
    attachments: dict[int, Attachment] = field(default_factory=dict)
    media: dict[str, MediaObject] = field(default_factory=dict)
    tracks: dict[int, MediaTrack] = field(default_factory=dict)
    pages: dict[tuple[str, str], Page] = field(default_factory=dict)
    resource_links: dict[str, ResourceLink] = field(default_factory=dict)
    assignments: dict[int, Assignment] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)  # in the order of handing in
    flavors: dict[str, Flavor] = field(default_factory=dict)
    grants: Grants = field(default_factory=lambda: Grants(prefix="10000~"))
    addresses: AddressSigner = field(default_factory=AddressSigner)
    shard: int = 1  # what global ids begin with
    revision: int = 0  # of attachments, media and tracks: what sorted indexes are keyed by
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1000))

    def new_id(self) -> int:
        """Give the next row id."""
        return next(self._ids)

    def touch(self) -> None:
        """Say that attachments, media or tracks changed, so that the indexes over them are made anew."""
        with self.lock:
            self.revision += 1

    def role_in(self, person_id: int, context: str) -> str | None:
        """Tell the enrolment of a person in ``course_N``, ``group_N`` or ``user_N``; account administrators: admin."""
        kind, _, number = context.partition("_")
        person = self.people.get(person_id)
        if person is None:
            return None
        if kind == "user":
            return "owner" if int(number) == person_id else None
        if kind == "group":
            group = self.groups.get(int(number))
            if group is None:
                return None
            role = self.role_in(person_id, f"course_{group.course_id}")
            return role if role in {"teacher", "ta", "admin"} or person_id in group.members else None
        course = self.courses.get(int(number)) if kind == "course" else None
        if course is None:
            return None
        return course.enrollments.get(person_id) or ("admin" if person.account_admin else None)


def hex40() -> str:
    """Make an opaque id as Canvas does: 40 hex digits."""
    return secrets.token_hex(20)
