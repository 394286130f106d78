"""Caption texts as they were before somebody changed them: the last twenty of each track."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select

from lti.model import Catalogue
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import caption_versions

KEPT = 20


@dataclass(frozen=True, slots=True)
class CaptionPlace:
    """Where tracks are kept: a media item, and in Canvas the attachment whose own tracks they are."""

    platform_id: int
    catalogue: Catalogue
    media_id: str
    place: str  # attachment id; empty where none is known, and for Studio


@dataclass(frozen=True, slots=True)
class CaptionVersion:
    """A text that was replaced or removed. In Canvas a language has one track, so the language names the track."""

    id: str
    language: str  # BCP 47
    locale: str  # as the catalogue writes it
    kind: str
    content: str = field(repr=False)  # as the catalogue had it
    reason: str  # what was done to it: edited, replaced, removed, restored
    subject: str  # who did it
    created_at: datetime


class CaptionVersions:
    """Old texts by place and language."""

    def __init__(self, database: Database) -> None:
        table = caption_versions.c
        here = (
            (table.platform_id == bindparam("platform"))
            & (table.catalogue == bindparam("where"))
            & (table.media_id == bindparam("media"))
            & (table.place == bindparam("at"))
        )
        newest = (table.created_at.desc(), table.id)
        self._insert = Prepared(database, insert(caption_versions))
        self._list = Prepared(
            database, select(caption_versions).where(here, table.language == bindparam("tag")).order_by(*newest)
        )
        self._get = Prepared(database, select(caption_versions).where(here, table.id == bindparam("this")))
        surplus = select(table.id).where(here, table.language == bindparam("tag")).order_by(*newest).offset(KEPT)
        self._trim = Prepared(database, delete(caption_versions).where(table.id.in_(surplus)))

    @staticmethod
    def new_id() -> str:
        """Make an id that cannot be guessed."""
        return secrets.token_urlsafe(12)

    def keep(self, where: CaptionPlace, version: CaptionVersion) -> None:
        """Keep a text; of one language the oldest beyond twenty go.

        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        self._insert.run(
            id=version.id,
            platform_id=where.platform_id,
            catalogue=where.catalogue,
            media_id=where.media_id,
            place=where.place,
            language=version.language,
            locale=version.locale,
            kind=version.kind,
            content=version.content,
            reason=version.reason,
            subject=version.subject,
            created_at=version.created_at,
        )
        self._trim.run(**_here(where), tag=version.language)

    def all(self, where: CaptionPlace, language: str) -> list[CaptionVersion]:
        """List the texts that captions in a language had before, newest first.

        :raises StorageUnavailable: when the database does not answer.
        """
        return [_version(row) for row in self._list.all(**_here(where), tag=language)]

    def get(self, where: CaptionPlace, version_id: str) -> CaptionVersion | None:
        """Find a text, if it is of this place.

        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._get.one(**_here(where), this=version_id)
        return None if row is None else _version(row)


def _here(where: CaptionPlace) -> dict[str, Any]:
    return {"platform": where.platform_id, "where": where.catalogue, "media": where.media_id, "at": where.place}


def _version(row: Any) -> CaptionVersion:
    return CaptionVersion(
        row.id, row.language, row.locale, row.kind, row.content, row.reason, row.subject, row.created_at
    )
