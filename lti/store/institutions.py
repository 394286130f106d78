"""What administrators decided for their platform: its Studio, its captioning staff, its privacy."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from lti.errors import ConfigurationError
from lti.model import ApiKey, CaptioningHeader, Institution, StudioAccount, StudioSettings
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import institutions

_KEEP = timedelta(seconds=5)  # how long another process's change may go unnoticed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    taken_at: datetime
    by_platform: dict[int, Institution]


class Institutions:
    """Institutions by platform, all of them held in memory for five seconds, as platforms are."""

    def __init__(self, database: Database, box: SecretBox, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._select = Prepared(database, select(institutions))
        self._box = box
        self._clock = clock
        self._held: _Snapshot | None = None
        self._changes = 0  # grows with each change made here: a snapshot read before it must not be held after it

    def get(self, platform_id: int, *, fresh: bool = False) -> Institution:
        """Give what was decided for a platform; the defaults where nothing was.

        :param fresh: as it is now, for whoever may just have changed it in another process.
        :raises StorageUnavailable: when the database does not answer.
        """
        if fresh:
            self._forget()
        return self._snapshot().by_platform.get(platform_id) or Institution(platform_id)

    def save_studio(self, platform_id: int, studio: StudioSettings | None) -> None:
        """Set the platform's Studio.

        :param studio: None takes it away.
        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        self._save(
            platform_id,
            studio_host=studio.host if studio else None,
            studio_key_id=studio.key.id if studio else None,
            studio_key_secret=self._box.seal(studio.key.secret) if studio else None,
            studio_account=studio.account if studio else None,
        )

    def save_staff(self, platform_id: int, people: Iterable[str]) -> None:
        """Set who is captioning staff.

        :param people: Canvas user ids or e-mail addresses; these replace earlier ones.
        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        self._save(platform_id, captioning_staff=json.dumps(sorted({person.lower() for person in people})))

    def save_privacy(self, platform_id: int, *, use_email: bool) -> None:
        """Set the privacy choices.

        :param use_email: whether e-mail addresses may be used to find people's Studio accounts.
        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        self._save(platform_id, use_email=use_email)

    def save_captioning_header(self, platform_id: int, header: CaptioningHeader | None) -> None:
        """Set what the captioning service sends to Studio.

        :param header: None takes it away.
        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        self._save(
            platform_id,
            captioning_header_name=header.name if header else None,
            captioning_header_value=self._box.seal(header.value) if header else None,
        )

    def _save(self, platform_id: int, **values: object) -> None:
        defaults = {"captioning_staff": "[]", "use_email": True}
        statement = self._database.insert(institutions).values(platform_id=platform_id, **{**defaults, **values})
        with self._database.transaction() as connection:
            connection.execute(
                statement.on_conflict_do_update(index_elements=[institutions.c.platform_id], set_=values)
            )
        self._forget()

    def _forget(self) -> None:
        self._changes += 1
        self._held = None

    def _snapshot(self) -> _Snapshot:
        held = self._held
        if held is not None and timedelta(0) <= self._clock() - held.taken_at < _KEEP:
            return held
        changes = self._changes
        taken_at = self._clock()
        fresh = _Snapshot(taken_at, {row.platform_id: self._institution(row) for row in self._select.all()})
        if changes == self._changes:
            self._held = fresh
        return fresh

    def _institution(self, row: Any) -> Institution:
        return Institution(
            platform_id=row.platform_id,
            studio=self._studio(row),
            captioning_staff=frozenset(json.loads(row.captioning_staff)),
            use_email=row.use_email,
            captioning_header=self._captioning_header(row),
        )

    def _captioning_header(self, row: Any) -> CaptioningHeader | None:
        if row.captioning_header_name is None:
            return None
        try:
            return CaptioningHeader(row.captioning_header_name, self._box.open(row.captioning_header_value))
        except ConfigurationError as error:
            _log.error("the captioning header of platform %s is not usable: %s", row.platform_id, error)
            return None

    def _studio(self, row: Any) -> StudioSettings | None:
        if row.studio_host is None:
            return None
        try:
            key = ApiKey(row.studio_key_id, self._box.open(row.studio_key_secret))
        except ConfigurationError as error:
            # Launches and other schools need no Studio key: they go on, and this school is told that it is missing.
            _log.error("the Studio key of platform %s is not usable: %s", row.platform_id, error)
            return None
        return StudioSettings(row.studio_host, key, StudioAccount(row.studio_account))
