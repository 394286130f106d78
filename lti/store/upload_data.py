"""Data of an upload that comes in: one connection at a time, and which objects of the chunk store count.

Who receives data holds a lease that ends seconds after its last byte. A worker that sends the upload on while it comes
in has a claim of its own beside it (``ahead_by``), which becomes the lease when the last byte is here. An object counts
once a row names it, and the row is written in one transaction with the new offset, by nobody but the holder: a
connection that was believed dead and wakes up later changes nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, case, delete, insert, select, update

from lti.model import Problem, UploadState
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import upload_chunks, uploads
from lti.store.upload_rows import problem_text


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of an upload that lies in the chunk store, and never changes."""

    first: int  # offset of its first byte
    size: int  # bytes
    name: str


# Made once: an upload over a quick line runs them every few milliseconds, and making one costs as much as running it.
_THIS = uploads.c.id == bindparam("this")
_MOVED = (
    update(uploads)
    .where(
        _THIS,
        uploads.c.leased_by == bindparam("holder"),
        uploads.c.state == UploadState.RECEIVING,
        uploads.c.received == bindparam("at"),
    )
    .values(
        received=bindparam("end"),
        updated_at=bindparam("now"),
        expires_at=bindparam("expires"),
        leased_until=bindparam("until"),
        next_try_at=bindparam("look"),
    )
)
# A worker that sends it already goes on with it: the lease becomes its own.
_IS_SENT_AHEAD = uploads.c.ahead_until > bindparam("now")
_DONE = (
    update(uploads)
    .where(_THIS, uploads.c.length == bindparam("end"))  # never true of a length that is not known
    .values(
        state=case((_IS_SENT_AHEAD, UploadState.SENDING), else_=UploadState.RECEIVED),
        attempts=0,
        next_try_at=bindparam("now"),
        leased_by=case((_IS_SENT_AHEAD, uploads.c.ahead_by), else_=None),
        leased_until=case((_IS_SENT_AHEAD, uploads.c.ahead_until), else_=None),
        ahead_by=None,
        ahead_until=None,
    )
)


class UploadData:
    """Leases for receiving, and the chunks that count."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock
        self._begin = Prepared(
            database,
            update(uploads)
            .where(
                _THIS,
                uploads.c.state == UploadState.RECEIVING,
                uploads.c.received == bindparam("at"),
                uploads.c.leased_until.is_(None) | (uploads.c.leased_until <= bindparam("now")),
            )
            .values(leased_by=bindparam("holder"), leased_until=bindparam("until")),
            relaxed=True,  # a lease says who is alive: after a power cut, nobody
        )
        self._end = Prepared(
            database,
            update(uploads)
            .where(_THIS, uploads.c.leased_by == bindparam("holder"), uploads.c.state == UploadState.RECEIVING)
            .values(leased_by=None, leased_until=None),
            relaxed=True,
        )
        self._chunks = Prepared(
            database,
            select(upload_chunks.c.first, upload_chunks.c.size, upload_chunks.c.name)
            .where(upload_chunks.c.upload_id == bindparam("this"), upload_chunks.c.first >= bindparam("start"))
            .order_by(upload_chunks.c.first),
        )

    def begin(self, upload_id: str, offset: int, seconds: float) -> str | None:
        """Become the one connection that receives data, from an offset on.

        :param seconds: how long the lease lasts without another byte.
        :returns: the name of the lease; None when the upload stands elsewhere or somebody else receives.
        :raises StorageUnavailable: when the database does not answer.
        """
        holder = secrets.token_hex(12)
        now = self._clock()
        met = self._begin.run(this=upload_id, at=offset, now=now, holder=holder, until=now + timedelta(seconds=seconds))
        return holder if met == 1 else None

    def commit(
        self,
        upload_id: str,
        holder: str,
        chunks: Sequence[Chunk],
        *,
        seconds: float,
        expires_at: datetime,
        nearly: bool = False,
    ) -> bool:
        """Make stored objects count, move the offset behind them, and hold the lease longer.

        An upload whose announced length is reached is ``received``, and waits for a worker; or it is ``sending``, when
        one has begun to send it ahead, and still holds its claim.

        :param chunks: adjoining, the first of them at the upload's offset.
        :param nearly: all of it will be here so soon that a worker may begin to send it ahead.
        :returns: False when somebody else holds the lease by now, or the upload was cancelled: nothing was changed.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        end = chunks[-1].first + chunks[-1].size
        moved = {
            "holder": holder,
            "at": chunks[0].first,
            "until": now + timedelta(seconds=seconds),
            "look": now if nearly else None,
        }
        rows = [{"upload_id": upload_id, "first": each.first, "size": each.size, "name": each.name} for each in chunks]
        with self._database.transaction() as connection:
            more = {"this": upload_id, "end": end, "now": now}
            if connection.execute(_MOVED, {**more, **moved, "expires": expires_at}).rowcount != 1:
                return False
            connection.execute(insert(upload_chunks), rows)
            connection.execute(_DONE, more)
        return True

    def end(self, upload_id: str, holder: str) -> None:
        """Let others receive, if this is still the one who does.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._end.run(this=upload_id, holder=holder)

    def announce(self, upload_id: str, length: int, *, exactly: bool = False) -> bool:
        """Write down the length of an upload that was begun without one; where all is here already, it is received.

        :param exactly: only where just so much is here.
        :returns: False when it has a length already, is longer, or receives no more.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        this = (uploads.c.id == upload_id) & (uploads.c.state == UploadState.RECEIVING)
        with self._database.transaction() as connection:
            known = update(uploads).where(this, uploads.c.length.is_(None), uploads.c.received <= length)
            if exactly:
                known = known.where(uploads.c.received == length)
            if connection.execute(known.values(length=length, updated_at=now)).rowcount != 1:
                return False
            connection.execute(
                update(uploads)
                .where(this, uploads.c.received == length)
                .values(state=UploadState.RECEIVED, next_try_at=now, leased_by=None, leased_until=None)
            )
        return True

    def replace(
        self,
        upload_id: str,
        holder: str,
        was: UploadState,
        chunks: Sequence[Chunk],
        *,
        seconds: float | None,
        note: Problem | None,
    ) -> bool:
        """Have other objects count in place of those of a recording: it is mended, and to be sent.

        :param holder: of the claim; ``was``: the state that it must be in.
        :param seconds: how long it is now.
        :returns: False when it is another's by now: nothing was changed.
        :raises StorageUnavailable: when the database does not answer.
        """
        length = sum(each.size for each in chunks)
        rows = [{"upload_id": upload_id, "first": each.first, "size": each.size, "name": each.name} for each in chunks]
        mended = {
            "state": UploadState.SENDING,
            "received": length,
            "length": length,
            "seconds": seconds,
            "note": problem_text(note),
            "mended": True,
            "problem": None,
            "attempts": 0,
            "updated_at": self._clock(),
        }
        this = (uploads.c.id == upload_id) & (uploads.c.leased_by == holder) & (uploads.c.state == was)
        with self._database.transaction() as connection:
            if connection.execute(update(uploads).where(this).values(mended)).rowcount != 1:
                return False
            connection.execute(delete(upload_chunks).where(upload_chunks.c.upload_id == upload_id))
            connection.execute(insert(upload_chunks), rows)
        return True

    def chunks(self, upload_id: str, start: int = 0) -> list[Chunk]:
        """List the chunks that count, in order.

        :param start: offset from which on; where one begins.
        :raises StorageUnavailable: when the database does not answer.
        """
        return [Chunk(row.first, row.size, row.name) for row in self._chunks.all(this=upload_id, start=start)]
