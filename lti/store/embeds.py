"""Embeds: what was inserted, for as long as its platform is registered."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, select

from lti.model import Catalogue, ChosenTrack, Embed, MediaType, Scope, TrackOrigin
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import embeds, hand_ins

_MOST_READ: Final = 1024  # rows of about 1 KB


class Embeds:
    """Embeds by their id. They never change: what was inserted stays what it was."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box
        self._get = Prepared(database, select(embeds).where(embeds.c.id == bindparam("this")))
        # The database is asked for each viewer; what one row says is read once for all of them.
        self._read = lru_cache(_MOST_READ)(self._embed)
        of_item = (
            (embeds.c.platform_id == bindparam("platform"))
            & (embeds.c.catalogue == bindparam("where"))
            & (embeds.c.media_id == bindparam("media"))
        )
        self._count = Prepared(database, select(func.count().label("number")).select_from(embeds).where(of_item))

    def add(self, new: Sequence[Embed], assignment_id: str | None = None) -> None:
        """Keep embeds: all of them, or none. Those that are handed in get their row among the hand-ins.

        :param assignment_id: the platform's number of what they are handed in for.
        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        if not new:
            return
        with self._database.transaction() as connection:
            connection.execute(insert(embeds), [self._row(embed) for embed in new])
            handed_in = [embed.id for embed in new if embed.handed_in_at is not None]
            if handed_in:
                rows = [{"embed_id": each, "assignment_id": assignment_id} for each in handed_in]
                connection.execute(insert(hand_ins), rows)

    def get(self, embed_id: str) -> Embed | None:
        """Find an embed.

        :raises ConfigurationError: when its verifier was sealed with a secret key that is no longer configured.
        :raises StorageUnavailable: when the database does not answer.
        """
        rows = self._get.raw(this=embed_id)
        return self._read(rows[0]) if rows else None

    def count(self, platform_id: int, catalogue: Catalogue, media_id: str) -> int:
        """Tell how often a media item was inserted.

        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._count.one(platform=platform_id, where=catalogue, media=media_id)
        return 0 if row is None else int(row.number)

    def _row(self, embed: Embed) -> dict[str, Any]:
        return {
            "id": embed.id,
            "platform_id": embed.platform_id,
            "deployment_id": embed.deployment_id,
            "context_id": embed.context_id,
            "made_by": embed.made_by,
            "catalogue": embed.catalogue,
            "media_id": embed.media_id,
            "attachment_id": embed.attachment_id,
            "verifier": None if embed.verifier is None else self._box.seal(embed.verifier),
            "scope": embed.scope,
            "scope_id": embed.scope_id,
            "title": embed.title,
            "media_type": embed.media_type,
            "tracks": json.dumps([dataclasses.asdict(track) for track in embed.tracks]),
            "default_track": embed.default_track,
            "start_seconds": embed.start,
            "end_seconds": embed.end,
            "show_transcript": embed.show_transcript,
            "created_at": embed.created_at,
            "handed_in_at": embed.handed_in_at,
        }

    def _embed(self, given: tuple[Any, ...]) -> Embed:
        row = self._get.read(given)
        return Embed(
            id=row.id,
            platform_id=row.platform_id,
            deployment_id=row.deployment_id,
            context_id=row.context_id,
            made_by=row.made_by,
            catalogue=Catalogue(row.catalogue),
            media_id=row.media_id,
            attachment_id=row.attachment_id,
            verifier=None if row.verifier is None else self._box.open(row.verifier),
            scope=Scope(row.scope),
            scope_id=row.scope_id,
            title=row.title,
            media_type=MediaType(row.media_type),
            tracks=tuple(
                ChosenTrack(track["id"], track["language"], track["kind"], TrackOrigin(track["origin"]))
                for track in json.loads(row.tracks)
            ),
            default_track=row.default_track,
            start=row.start_seconds,
            end=row.end_seconds,
            show_transcript=row.show_transcript,
            created_at=row.created_at,
            handed_in_at=row.handed_in_at,
        )
