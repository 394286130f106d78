"""Which upload a worker carries on next: claimed by a lease, so that a worker that dies holds nothing up for long."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import ColumnElement, Select, bindparam, case, delete, func, or_, select, update

from lti.model import Upload, UploadState
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import upload_chunks, uploads
from lti.store.upload_rows import from_row

_RECEIVING = UploadState.RECEIVING
_MOST_AHEAD = 2  # times that an upload is sent ahead: each that a connection fails costs Studio an address
# States in which nothing of what we hold is needed any more.
NEEDLESS = (UploadState.CANCELLED, UploadState.CAPTIONING, UploadState.TRANSCODING, UploadState.READY)


class UploadWork:
    """Claims, and what is to be cleared away."""

    def __init__(self, database: Database, box: SecretBox, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._box = box
        self._clock = clock
        now = bindparam("now", type_=uploads.c.next_try_at.type)
        holder = bindparam("holder", type_=uploads.c.leased_by.type)
        until = bindparam("until", type_=uploads.c.leased_until.type)
        queued = uploads.alias("queued")
        waits = (queued.c.next_try_at <= now) & _free(queued, now)
        # One school whose Studio hangs must not hold every thread of every worker.
        held = uploads.alias("held")
        crowded = (
            select(held.c.platform_id)
            .where(or_((held.c.leased_until > now) & (held.c.state != _RECEIVING), held.c.ahead_until > now))
            .group_by(held.c.platform_id)
            .having(func.count() >= bindparam("most"))
        )
        # SKIP LOCKED is PostgreSQL's; SQLite has one writer at a time, and does not know the clause.
        one = (
            select(queued.c.id)
            .where(waits, queued.c.platform_id.not_in(crowded))
            .order_by(queued.c.next_try_at)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        self._any = Prepared(database, select(queued.c.id).where(waits).limit(1))
        self._claim = Prepared(
            database,
            update(uploads)
            .where(uploads.c.id == one.scalar_subquery(), _free(uploads, now))
            .values(
                leased_by=_unless_receiving(holder, uploads.c.leased_by),
                leased_until=_unless_receiving(until, uploads.c.leased_until),
                ahead_by=_unless_receiving(None, holder),
                ahead_until=_unless_receiving(None, until),
            )
            .returning(*uploads.columns),
        )
        leased = uploads.c.leased_by == holder
        ahead = (uploads.c.ahead_by == holder) & (uploads.c.state == _RECEIVING)
        mine = (uploads.c.id == bindparam("this")) & (leased | ahead)
        longer = {
            "leased_until": case((leased, until), else_=uploads.c.leased_until),
            "ahead_until": case((ahead, until), else_=uploads.c.ahead_until),
        }
        self._renew = Prepared(database, update(uploads).where(mine).values(longer), relaxed=True)
        self._progress = Prepared(
            database, update(uploads).where(mine).values({**longer, "sent": bindparam("bytes")}), relaxed=True
        )
        self._release = Prepared(
            database,
            update(uploads)
            .where(mine)
            .values(
                leased_by=case((leased, None), else_=uploads.c.leased_by),
                leased_until=case((leased, None), else_=uploads.c.leased_until),
                ahead_by=case((ahead, None), else_=uploads.c.ahead_by),
                ahead_until=case((ahead, None), else_=uploads.c.ahead_until),
            ),
        )
        free = uploads.c.leased_until.is_(None) | (uploads.c.leased_until <= now)
        over = uploads.c.expires_at <= now
        self._over = Prepared(database, _some(select(uploads).where(over, free)))
        self._kept = Prepared(
            database,
            _some(select(uploads).where(uploads.c.has_chunks, or_(*(uploads.c.state == state for state in NEEDLESS)))),
        )
        self._forget_chunks = Prepared(
            database, delete(upload_chunks).where(upload_chunks.c.upload_id == bindparam("this"))
        )
        self._no_chunks = Prepared(
            database, update(uploads).where(uploads.c.id == bindparam("this")).values(has_chunks=False)
        )

        ready = (uploads.c.next_try_at <= now, uploads.c.state != _RECEIVING, free)
        every = (uploads.c.state, func.count().label("number"), func.min(uploads.c.created_at).label("oldest"))
        self._standing = Prepared(database, select(*every).group_by(uploads.c.state))
        waited = select(func.count().label("number"), func.min(uploads.c.next_try_at).label("oldest"))
        self._due = Prepared(database, cast("Select[Any]", waited.where(*ready)))

    def standing(self) -> dict[UploadState, tuple[int, datetime]]:
        """Tell how many uploads there are in each state, and when the oldest of them was made.

        :raises StorageUnavailable: when the database does not answer.
        """
        return {UploadState(row.state): (row.number, row.oldest) for row in self._standing.all()}

    def due(self) -> tuple[int, datetime | None]:
        """Tell how many uploads a worker could take now, and since when the longest has waited.

        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._due.one(now=self._clock())
        return (0, None) if row is None else (row.number, row.oldest)

    def claim(self, holder: str, seconds: float, most: int) -> Upload | None:
        """Take the upload that has waited longest, or one whose last bytes are about to come, to send it ahead.

        One that is ``receiving`` stays the connection's. When its last byte is here it becomes the claim's, which then
        is like any other.

        :param holder: a name for this claim that nobody else has.
        :param seconds: how long nobody else may have it, unless it is renewed.
        :param most: how many of one platform may be worked on at once.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        if self._any.one(now=now) is None:  # asking takes no lock; most of the time there is nothing
            return None
        row = self._claim.one(now=now, holder=holder, until=now + timedelta(seconds=seconds), most=most)
        return None if row is None else from_row(row, self._box)

    def renew(self, upload_id: str, holder: str, seconds: float, sent: int | None = None) -> bool:
        """Hold a claim longer.

        :param sent: bytes that Studio has taken, for the person who watches.
        :returns: False when it is another's by now.
        :raises StorageUnavailable: when the database does not answer.
        """
        until = self._clock() + timedelta(seconds=seconds)
        if sent is None:
            return self._renew.run(this=upload_id, holder=holder, until=until) == 1
        return self._progress.run(this=upload_id, holder=holder, until=until, bytes=sent) == 1

    def release(self, upload_id: str, holder: str) -> None:
        """Give a claim back.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._release.run(this=upload_id, holder=holder)

    def over(self) -> list[Upload]:
        """List uploads whose time is over and that nobody holds, a few of them.

        :raises StorageUnavailable: when the database does not answer.
        """
        return [from_row(row, self._box) for row in self._over.all(now=self._clock())]

    def with_needless_chunks(self) -> list[Upload]:
        """List uploads that need their chunks no more and still have them, a few of them.

        :raises StorageUnavailable: when the database does not answer.
        """
        return [from_row(row, self._box) for row in self._kept.all()]

    def without_chunks(self, upload_id: str) -> None:
        """Write down that the chunks of an upload are gone.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._forget_chunks.run(this=upload_id)
        self._no_chunks.run(this=upload_id)

    def known(self, upload_ids: Iterable[str]) -> set[str]:
        """Tell which of these uploads are there and may have chunks.

        :raises StorageUnavailable: when the database does not answer.
        """
        wanted = sorted(upload_ids)
        with self._database.transaction() as connection:
            rows = connection.execute(select(uploads.c.id).where(uploads.c.id.in_(wanted), uploads.c.has_chunks))
            return {row.id for row in rows}


def _free(table: Any, now: Any) -> ColumnElement[bool]:
    """Tell which uploads nobody carries; of those that come in, which ones somebody does send at this moment."""
    waiting = or_(table.c.leased_until.is_(None), table.c.leased_until <= now) & (table.c.state != _RECEIVING)
    coming = (table.c.state == _RECEIVING) & (table.c.leased_until > now) & (table.c.attempts < _MOST_AHEAD)
    return or_(waiting, coming & or_(table.c.ahead_until.is_(None), table.c.ahead_until <= now))


def _unless_receiving(then: Any, otherwise: Any) -> Any:
    return case((uploads.c.state != _RECEIVING, then), else_=otherwise)


def _some(statement: Select[tuple[object, ...]]) -> Select[tuple[object, ...]]:
    return statement.order_by(uploads.c.expires_at).limit(50)
