"""What caption reports have found out: grades of tracks and lengths of media, so that the next visit need not."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Table, select

from lti.model import Catalogue
from lti.store.database import Database, storage_errors
from lti.store.schema import media_lengths, track_grades

_AT_ONCE = 200  # values of an IN list


@dataclass(frozen=True, slots=True)
class TrackGrade:
    """What the checks made of one text. It counts while language, rules and the time of the last change agree."""

    track_id: str
    updated_at: datetime | None  # when the catalogue's list said that the text had changed last
    language: str
    rules: int  # names the checks, and the limits that they had
    verdict: str
    grade: str | None
    cues: int
    covered: float  # seconds of the media that have captions, up to ``ends``
    ends: float  # seconds: end of the last cue
    graded_at: datetime
    findings: Mapping[str, int] = field(default_factory=dict)  # how many by rule


class Reports:
    """Grades by media item and track, lengths by media item; whoever found them out, they are those of the media."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def grades(
        self, platform_id: int, catalogue: Catalogue, media_ids: Sequence[str]
    ) -> dict[str, dict[str, TrackGrade]]:
        """Find the grades of media: by media id, then by track id.

        :raises StorageUnavailable: when the database does not answer.
        """
        found: dict[str, dict[str, TrackGrade]] = defaultdict(dict)
        for row in self._rows(track_grades, platform_id, catalogue, media_ids):
            found[row.media_id][row.track_id] = _grade(row)
        return found

    def lengths(self, platform_id: int, catalogue: Catalogue, media_ids: Sequence[str]) -> dict[str, float]:
        """Find the lengths of media, in seconds; 0 where it was asked for and is not known.

        :raises StorageUnavailable: when the database does not answer.
        """
        rows = self._rows(media_lengths, platform_id, catalogue, media_ids)
        return {row.media_id: row.seconds for row in rows}

    def put_grades(self, platform_id: int, catalogue: Catalogue, media_id: str, grades: Sequence[TrackGrade]) -> None:
        """Keep grades, in place of earlier ones of the same tracks.

        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        key = {"platform_id": platform_id, "catalogue": catalogue.value, "media_id": media_id}
        self._put(track_grades, [key | _row(grade) for grade in sorted(grades, key=lambda grade: grade.track_id)])

    def put_lengths(
        self, platform_id: int, catalogue: Catalogue, lengths: Mapping[str, float], found_at: datetime
    ) -> None:
        """Keep lengths (seconds; 0: not known to the catalogue) by media id.

        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        key = {"platform_id": platform_id, "catalogue": catalogue.value, "found_at": found_at}
        # One order for all: two processes that write the same rows in different orders would lock each other out.
        self._put(media_lengths, [key | {"media_id": name, "seconds": lengths[name]} for name in sorted(lengths)])

    def _rows(self, table: Table, platform_id: int, catalogue: Catalogue, media_ids: Sequence[str]) -> list[Any]:
        rows: list[Any] = []
        if not media_ids:
            return rows
        with storage_errors(), self._database.engine.connect() as connection:
            for start in range(0, len(media_ids), _AT_ONCE):
                of_these = (
                    (table.c.platform_id == platform_id)
                    & (table.c.catalogue == catalogue.value)
                    & table.c.media_id.in_(media_ids[start : start + _AT_ONCE])
                )
                rows += connection.execute(select(table).where(of_these)).all()
        return rows

    def _put(self, table: Table, rows: list[dict[str, Any]]) -> None:
        if not rows:
            return
        statement = self._database.insert(table)
        keys = list(table.primary_key.columns)
        statement = statement.on_conflict_do_update(
            index_elements=keys,
            set_={column.name: statement.excluded[column.name] for column in table.columns if column not in keys},
        )
        with self._database.transaction() as connection:
            connection.execute(statement, rows)


def _row(grade: TrackGrade) -> dict[str, Any]:
    return {
        "track_id": grade.track_id,
        "updated_at": grade.updated_at,
        "language": grade.language,
        "rules": grade.rules,
        "verdict": grade.verdict,
        "grade": grade.grade,
        "cues": grade.cues,
        "findings": json.dumps(dict(grade.findings), separators=(",", ":")),
        "covered": grade.covered,
        "ends": grade.ends,
        "graded_at": grade.graded_at,
    }


def _grade(row: Any) -> TrackGrade:
    return TrackGrade(
        track_id=row.track_id,
        updated_at=row.updated_at,
        language=row.language,
        rules=row.rules,
        verdict=row.verdict,
        grade=row.grade,
        cues=row.cues,
        covered=row.covered,
        ends=row.ends,
        graded_at=row.graded_at,
        findings=json.loads(row.findings),
    )
