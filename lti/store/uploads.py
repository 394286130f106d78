"""Uploads: whose they are, how far they have come, and what each step wrote down before it was taken."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, delete, func, insert, or_, select, update

from lti.model import Upload, UploadState
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import uploads
from lti.store.upload_captions import UploadCaptions
from lti.store.upload_data import UploadData
from lti.store.upload_rows import columns, from_row, to_row
from lti.store.upload_work import NEEDLESS, UploadWork

_MOST_LISTED = 200


class Uploads:
    """Uploads by their id; what a person asks for is looked up by platform and subject as well."""

    def __init__(self, database: Database, box: SecretBox, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._box = box
        self._clock = clock
        self.data = UploadData(database, clock)
        self.work = UploadWork(database, box, clock)
        self.captions = UploadCaptions(database)
        self._insert = Prepared(database, insert(uploads))
        self._find = Prepared(database, select(uploads).where(uploads.c.id == bindparam("this")))
        owned = (uploads.c.platform_id == bindparam("platform")) & (uploads.c.subject == bindparam("who"))
        self._get = Prepared(database, select(uploads).where(owned, uploads.c.id == bindparam("this")))
        self._list = Prepared(
            database,
            select(uploads).where(owned).order_by(uploads.c.created_at.desc(), uploads.c.id).limit(_MOST_LISTED),
        )
        held = func.coalesce(func.sum(func.coalesce(uploads.c.length, uploads.c.received)), 0)
        totals: list[Any] = [func.count().label("number"), cast(held, BigInteger).label("bytes")]
        self._unfinished = Prepared(
            database,
            select(*totals).where(owned, uploads.c.has_chunks, *(uploads.c.state != each for each in NEEDLESS)),
        )
        self._delete = Prepared(database, delete(uploads).where(uploads.c.id == bindparam("this")))

    @staticmethod
    def new_id() -> str:
        """Make an id that cannot be guessed."""
        return secrets.token_urlsafe(18)

    def add(self, upload: Upload) -> None:
        """Keep a new upload.

        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        nobody = dict.fromkeys(("leased_by", "leased_until", "ahead_by", "ahead_until"))
        self._insert.run(**to_row(upload, self._box), **nobody)

    def find(self, upload_id: str) -> Upload | None:
        """Find an upload, whoever's it is: for the worker, never for a page.

        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._find.one(this=upload_id)
        return None if row is None else from_row(row, self._box)

    def get(self, platform_id: int, subject: str, upload_id: str) -> Upload | None:
        """Find an upload of a person.

        :returns: None when there is none, or it is someone else's.
        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._get.one(platform=platform_id, who=subject, this=upload_id)
        return None if row is None else from_row(row, self._box)

    def of_person(self, platform_id: int, subject: str) -> list[Upload]:
        """List the uploads of a person, the newest 200, newest first.

        :raises StorageUnavailable: when the database does not answer.
        """
        rows = self._list.all(platform=platform_id, who=subject)
        return [from_row(row, self._box) for row in rows]

    def unfinished(self, platform_id: int, subject: str) -> tuple[int, int]:
        """Tell how many uploads of a person lie here that Studio has not got, and how many bytes these have or will.

        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._unfinished.one(platform=platform_id, who=subject)
        return (row.number, row.bytes) if row is not None else (0, 0)

    def change(self, upload_id: str, was: Iterable[UploadState], *, held_by: str | None = None, **members: Any) -> bool:
        """Change members of an upload, if it still stands where the caller saw it.

        :param was: the states that it may be in.
        :param held_by: the lease or claim that the caller has; without one, a lease of somebody else does not matter.
        :param members: members of :class:`~lti.model.Upload` by name; never ``offset``, which only data moves.
        :returns: whether it was changed.
        :raises StorageUnavailable: when the database does not answer.
        """
        statement = update(uploads).where(uploads.c.id == upload_id, uploads.c.state.in_(sorted(was)))
        if held_by is not None:
            ahead = (uploads.c.ahead_by == held_by) & (uploads.c.state == UploadState.RECEIVING)
            statement = statement.where(or_(uploads.c.leased_by == held_by, ahead))
        values = {**columns(members, self._box), "updated_at": self._clock()}
        with self._database.transaction() as connection:
            return connection.execute(statement.values(values)).rowcount == 1

    def remove(self, upload_id: str) -> bool:
        """Remove an upload with its captions; its chunks must be gone already.

        :raises StorageUnavailable: when the database does not answer.
        """
        return self._delete.run(this=upload_id) == 1
