"""Caption texts as they were last fetched; kept when a newer fetch fails, so that players never lose them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import bindparam, delete, select

from lti.model import Catalogue, TrackOrigin, TrackState
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import captions

_MOST_READ: Final = 4096  # rows, without their texts


@dataclass(frozen=True, slots=True)
class KeptTrack:
    """What is kept of one track, without its text."""

    track_id: str
    language: str
    kind: str
    origin: TrackOrigin
    state: TrackState
    has_text: bool
    updated_at: datetime | None  # when the catalogue says it changed


@dataclass(frozen=True, slots=True)
class CaptionText:
    """The text of one track, as WebVTT."""

    track_id: str
    language: str
    kind: str
    origin: TrackOrigin
    state: TrackState
    vtt: str = field(repr=False)
    updated_at: datetime | None  # when the catalogue says it changed
    fetched_at: datetime


class Captions:
    """Caption texts by media item and track."""

    def __init__(self, database: Database) -> None:
        self._database = database
        item = (
            (captions.c.platform_id == bindparam("platform"))
            & (captions.c.catalogue == bindparam("where"))
            & (captions.c.media_id == bindparam("media"))
        )
        self._get = Prepared(database, select(captions).where(item, captions.c.track_id == bindparam("track")))
        self._remove = Prepared(database, delete(captions).where(item))
        self._all = Prepared(database, select(captions).where(item).order_by(captions.c.track_id))
        kept = [captions.c[name] for name in ("track_id", "language", "kind", "origin", "state", "updated_at")]
        has_text = (captions.c.vtt != "").label("has_text")
        self._tracks = Prepared(database, select(*kept, has_text).where(item).order_by(captions.c.track_id))
        # Asked for each viewer; what one row says is read once for all of them.
        self._read = lru_cache(_MOST_READ)(self._kept)

    def put_many(self, platform_id: int, catalogue: Catalogue, media_id: str, texts: Sequence[CaptionText]) -> None:
        """Keep texts, in place of earlier ones of the same tracks; texts of other tracks stay.

        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        if not texts:
            return
        statement = self._database.insert(captions)
        keys = list(captions.primary_key.columns)
        statement = statement.on_conflict_do_update(
            index_elements=keys,
            set_={column.name: statement.excluded[column.name] for column in captions.columns if column not in keys},
        )
        # One order for all: two processes that write the same rows in different orders would lock each other out.
        rows = [_row(platform_id, catalogue, media_id, text) for text in sorted(texts, key=lambda text: text.track_id)]
        with self._database.transaction() as connection:
            connection.execute(statement, rows)

    def get(self, platform_id: int, catalogue: Catalogue, media_id: str, track_id: str) -> CaptionText | None:
        """Find the text of a track.

        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._get.one(platform=platform_id, where=catalogue, media=media_id, track=track_id)
        return None if row is None else _text(row)

    def all(self, platform_id: int, catalogue: Catalogue, media_id: str) -> list[CaptionText]:
        """List the texts of a media item, by track id.

        :raises StorageUnavailable: when the database does not answer.
        """
        rows = self._all.all(platform=platform_id, where=catalogue, media=media_id)
        return [_text(row) for row in rows]

    def tracks(self, platform_id: int, catalogue: Catalogue, media_id: str) -> list[KeptTrack]:
        """List the tracks of a media item whose texts are kept, by track id: without the texts, which can be long.

        :raises StorageUnavailable: when the database does not answer.
        """
        return [self._read(row) for row in self._tracks.raw(platform=platform_id, where=catalogue, media=media_id)]

    def remove(self, platform_id: int, catalogue: Catalogue, media_id: str) -> None:
        """Forget the texts of a media item.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._remove.run(platform=platform_id, where=catalogue, media=media_id)

    def _kept(self, given: tuple[Any, ...]) -> KeptTrack:
        row = self._tracks.read(given)
        return KeptTrack(
            track_id=row.track_id,
            language=row.language,
            kind=row.kind,
            origin=TrackOrigin(row.origin),
            state=TrackState(row.state),
            has_text=bool(row.has_text),
            updated_at=row.updated_at,
        )


def _row(platform_id: int, catalogue: Catalogue, media_id: str, text: CaptionText) -> dict[str, Any]:
    return {
        "platform_id": platform_id,
        "catalogue": catalogue,
        "media_id": media_id,
        "track_id": text.track_id,
        "language": text.language,
        "kind": text.kind,
        "origin": text.origin,
        "state": text.state,
        "vtt": text.vtt,
        "updated_at": text.updated_at,
        "fetched_at": text.fetched_at,
    }


def _text(row: Any) -> CaptionText:
    return CaptionText(
        track_id=row.track_id,
        language=row.language,
        kind=row.kind,
        origin=TrackOrigin(row.origin),
        state=TrackState(row.state),
        vtt=row.vtt,
        updated_at=row.updated_at,
        fetched_at=row.fetched_at,
    )
