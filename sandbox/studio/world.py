"""What the sandbox Studio knows: people, collections, media, captions, orders.

One process, in memory, behind one lock. Its media are not Canvas's media objects, and its numbers are not Canvas's.
"""

from __future__ import annotations

import itertools
import secrets
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

from sandbox.common.grants import Grants
from sandbox.common.signed_addresses import AddressSigner

TRANSCODING, FINISHED, FAILED = "transcoding_started", "transcoding_finished", "transcoding_failed"


@dataclass
class User:
    """Someone with an account."""

    id: int
    full_name: str
    email: str
    roles: tuple[str, ...]

    @property
    def admin(self) -> bool:
        """Tell whether this is a Studio administrator."""
        return "admin" in self.roles


@dataclass
class Collection:
    """A library (``user``), a course's collection (``course_wide``), or another."""

    id: int
    name: str | None
    type: str
    owner_id: int
    created_at: datetime
    course_id: int | None = None  # the Canvas course id
    members: dict[int, str] = field(default_factory=dict)  # user id: "view" or "edit"
    archived: bool = False


@dataclass
class Perspective:
    """A placement of a media in a collection."""

    uuid: str
    media_id: int
    collection_id: int
    title: str


@dataclass
class Media:
    """A video or a sound. Its bytes are clips of the sandbox, a file that somebody sent, or somebody else's."""

    id: int
    title: str
    description: str | None
    owner_id: int
    created_at: datetime
    source: str
    duration: float = 0.0
    size: int = 0
    clips: tuple[str, ...] = ()
    file: Path | None = None
    file_type: str = "video/mp4"
    external_url: str | None = None
    sound_only: bool = False
    status: str = FINISHED
    last_viewed: date | None = None
    last_viewed_by_student: date | None = None
    archived: bool = False
    tags: dict[int, str] = field(default_factory=dict)
    shares: dict[int, str] = field(default_factory=dict)  # user id: "access", "view" or "edit"
    due: datetime | None = None  # when transcoding ends, with ``fails`` as its end
    fails: bool = False
    auto_caption: bool = False
    captions_due: datetime | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(12))
    launch_uuid: str = field(default_factory=lambda: str(uuid.uuid4()))

    @property
    def lti_launch_id(self) -> str:
        """The ``custom_arc_media_id`` of embeds."""
        return f"{self.launch_uuid}-{self.id}"


@dataclass
class Caption:
    """A caption file, SubRip as stored."""

    id: int
    media_id: int
    srclang: str
    content: str
    status: str
    created_at: datetime
    provider: str | None = None
    key: str = field(default_factory=lambda: secrets.token_hex(16))


@dataclass
class Upload:
    """An upload address that was given out: the id is the media's to be."""

    id: int
    owner_id: int
    by_id: int  # whose token asked
    collection_id: int | None
    secret: str
    expires_at: datetime
    path: Path
    size: int | None = None  # bytes received whole; None before
    completed: bool = False


@dataclass
class CaptionOrder:
    """A professional caption file request."""

    id: int
    media_id: int
    service_key: str
    srclang: str
    ordered_by: int
    created_at: datetime
    status: str = "requested"
    message: str | None = None


@dataclass
class ServiceType:
    """What the captioning service offers."""

    id: int
    key: str
    label: str
    description: str
    is_asr: bool
    languages: tuple[str, ...] = ()


@dataclass
class DeveloperKey:
    """An OAuth2 client."""

    id: str
    secret: str
    name: str
    redirect_uris: tuple[str, ...]


@dataclass
class World:
    """Everything, and one lock for those who change it."""

    users: dict[int, User] = field(default_factory=dict)
    collections: dict[int, Collection] = field(default_factory=dict)
    media: dict[int, Media] = field(default_factory=dict)
    perspectives: dict[int, list[Perspective]] = field(default_factory=dict)  # by media
    waiting: set[int] = field(default_factory=set)  # media to which something will happen by itself
    captions: dict[int, Caption] = field(default_factory=dict)
    uploads: dict[int, Upload] = field(default_factory=dict)
    orders: dict[int, CaptionOrder] = field(default_factory=dict)
    service_types: dict[str, ServiceType] = field(default_factory=dict)
    keys: dict[str, DeveloperKey] = field(default_factory=dict)
    courses: dict[int, str] = field(default_factory=dict)  # the Canvas courses that there are
    grants: Grants = field(default_factory=Grants)
    addresses: AddressSigner = field(default_factory=AddressSigner)
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(500_001))

    def new_id(self) -> int:
        """Give the next number."""
        return next(self._ids)

    def user_by_email(self, email: str) -> User | None:
        """Find an account."""
        wanted = email.strip().lower()
        return next((user for user in list(self.users.values()) if user.email.lower() == wanted), None)

    def library(self, user: User) -> Collection:
        """Give the "My Library" of a user."""
        return next(c for c in list(self.collections.values()) if c.type == "user" and c.owner_id == user.id)

    def course_collection(self, course_id: int) -> Collection | None:
        """Give the collection of a Canvas course."""
        return next((c for c in list(self.collections.values()) if c.course_id == course_id), None)

    def placements(self, media_id: int) -> list[Perspective]:
        """List where a media is; its home comes first."""
        return self.perspectives.get(media_id, [])

    def home(self, media: Media) -> Collection:
        """Give the collection that a media was put into first."""
        return self.collections[self.placements(media.id)[0].collection_id]

    def place(self, media: Media, collection: Collection) -> Perspective:
        """Put a media into a collection, once."""
        for known in self.placements(media.id):
            if known.collection_id == collection.id:
                return known
        perspective = Perspective(str(uuid.uuid4()), media.id, collection.id, media.title)
        self.perspectives.setdefault(media.id, []).append(perspective)
        return perspective

    def media_in(self, collection: Collection) -> list[Media]:
        """List the media that are placed in a collection."""
        return [
            media
            for media in list(self.media.values())
            if any(each.collection_id == collection.id for each in self.placements(media.id))
        ]

    def captions_of(self, media_id: int) -> list[Caption]:
        """List the caption files of a media."""
        return [caption for caption in list(self.captions.values()) if caption.media_id == media_id]

    def add_user(self, user: User) -> User:
        """Add an account, with its library."""
        self.users[user.id] = user
        number = self.new_id()
        self.collections[number] = Collection(number, user.full_name, "user", user.id, self.now())
        return user
