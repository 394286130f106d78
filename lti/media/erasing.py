"""The end of what is kept of a person or an institution: here, in the chunk store, and at Canvas where it answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lti.model import GrantService, Platform
from lti.store import ChunkStore, Store

_MOST_FAILURES = 3  # in a row, after which Canvas is not asked any more: the institution may be gone


@dataclass(frozen=True, slots=True)
class Erased:
    """What was done."""

    removed: dict[str, int]  # rows by table
    upload_data: int  # uploads whose data was cleared away
    not_ended: int  # consents that go on at Canvas, without anybody who has their tokens


class Erasing:
    """Exports and erases."""

    def __init__(self, store: Store, chunks: ChunkStore, give_back: Callable[[Platform, str], bool]) -> None:
        """Take the parts.

        :param give_back: ends a consent at Canvas and forgets it; gives False where Canvas did not take it.
        """
        self._store = store
        self._chunks = chunks
        self._give_back = give_back

    def export(self, platform: Platform, subject: str) -> dict[str, list[dict[str, Any]]]:
        """Give what is kept of a person, by table, without secrets.

        :raises StorageUnavailable: when the database does not answer.
        """
        return self._store.people.export(platform.id, subject)

    def person(self, platform: Platform, subject: str, known_as: Iterable[str] = ()) -> Erased:
        """Erase a person. What fails half way can be done again.

        :param known_as: Canvas user ids and e-mail addresses by which the captioning staff may list them.
        :raises ChunksUnavailable: when the data of their uploads cannot be removed.
        :raises StorageUnavailable: when the database does not answer.
        """
        names = [*known_as]
        # Before the consent goes: it knows the Canvas user id, by which the staff may list them.
        grants = self.export(platform, subject).get("grants", [])
        names += [row["account_id"] for row in grants if row["service"] == GrantService.CANVAS]
        ended = self._give_back(platform, subject)
        with_data = self._clear(self._store.people.uploads(platform.id, subject))
        return Erased(self._store.people.erase(platform.id, subject, names), with_data, 0 if ended else 1)

    def institution(self, platform: Platform) -> Erased:
        """Erase an institution: everything that hangs on its platform, and consents at Canvas.

        :raises ChunksUnavailable: when the data of uploads cannot be removed.
        :raises StorageUnavailable: when the database does not answer.
        """
        failures = not_ended = 0
        for subject in self._store.people.connected(platform.id):
            if failures < _MOST_FAILURES and self._give_back(platform, subject):
                failures = 0
            else:
                failures, not_ended = failures + 1, not_ended + 1
        with_data = self._clear(self._store.people.uploads(platform.id))
        self._store.platforms.remove(platform.issuer, platform.client_id)
        self._store.people.forget_platform(platform.id)
        return Erased({"platforms": 1}, with_data, not_ended)

    def _clear(self, upload_ids: Iterable[str]) -> int:
        cleared = 0
        for upload_id in upload_ids:
            self._chunks.clear(upload_id)
            cleared += 1
        return cleared
