"""What Studio's API gives (``reference/studio.md`` 2.2), as far as Cuedeck uses it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, TypeVar

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class StudioUser:
    """A person at Studio."""

    id: str
    name: str
    email: str | None = field(default=None, repr=False)
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StudioCollection:
    """A collection: a person's library (type ``user``), a course's, or one that people made."""

    id: str
    name: str | None  # may be missing
    type: str
    permission: str | None = None
    owner: StudioUser | None = None
    course_id: str | None = None  # of Canvas


@dataclass(frozen=True, slots=True)
class StudioMedia:
    """A media of Studio's."""

    id: str
    title: str
    description: str = ""
    duration: float | None = None  # seconds
    created_at: datetime | None = None
    thumbnail_url: str | None = None
    transcoding_status: str = ""  # Studio's own word; the values are not documented
    owner: StudioUser | None = None
    size: int | None = None  # bytes
    source: str = ""  # Studio's own word for where it came from
    launch_id: str | None = None  # what an embed names it by
    collection: StudioCollection | None = None  # where one media was asked for


@dataclass(frozen=True, slots=True)
class StudioCaption:
    """A caption file."""

    id: str
    language: str  # as Studio writes it
    label: str
    status: str  # ``published`` and ``generated`` are known
    url: str | None = field(default=None, repr=False)
    format: str = ""
    provider: str = ""
    created_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StudioSource:
    """A playable address of a media."""

    url: str = field(repr=False)
    definition: str
    content_type: str


@dataclass(frozen=True, slots=True)
class StudioTag:
    """A tag of a media."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class StudioPerspective:
    """One placement of a media in a collection."""

    uuid: str
    title: str
    collection: StudioCollection


@dataclass(frozen=True, slots=True)
class StudioSharing:
    """Somebody who has access to a media."""

    user: StudioUser
    permission: str  # ``access``, ``view`` or ``edit``, as far as is known


@dataclass(frozen=True, slots=True)
class StudioSlotAddress:
    """Where Studio wants the bytes of a new media."""

    media_id: str
    url: str = field(repr=False)  # presigned: whoever has it may write


@dataclass(frozen=True, slots=True)
class CaptionRequest:
    """An order for professional captions. Its fields are not documented: those that came are all kept."""

    id: str
    fields: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ServiceType:
    """A kind of captioning that can be ordered."""

    key: str
    label: str
    description: str = ""
    is_asr: bool = False
    languages: tuple[str, ...] = ()  # IETF tags


@dataclass(frozen=True, slots=True)
class StudioPage(Generic[Entry]):
    """One page of a list."""

    items: tuple[Entry, ...]
    page: int
    last_page: int
    total: int | None = None

    @property
    def next(self) -> int | None:
        """The number of the page after this one."""
        return self.page + 1 if self.page < self.last_page else None
