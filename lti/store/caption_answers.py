"""Answers to orders for professional captions: who holds an order, and the history of all that was sent."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select, update

from lti.model import AnswerState, CaptionAnswer, OrderAnswer, Problem
from lti.store.database import Database
from lti.store.schema import caption_answers as table
from lti.store.upload_rows import problem_of, problem_text

_HELD = 1  # by an answer that ends the order
_IN_WORK = 2  # by the newest mark that somebody is at work; it stops nobody
_MOST = 500  # orders that are neither listed nor at their end
_SHOWN = [column for column in table.columns if column.name != "srt"]  # a text may have a megabyte


@dataclass(frozen=True, slots=True)
class NewAnswer:
    """What somebody is about to send."""

    platform_id: int
    host: str
    order_id: str
    fields: Mapping[str, Any]
    outcome: OrderAnswer
    subject: str
    name: str
    message: str = ""
    filename: str = ""
    srt: str | None = field(default=None, repr=False)


class CaptionAnswers:
    """Answers by order. Who has taken an order sends; nobody else can, until it is known that nothing was sent."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def take(self, new: NewAnswer, seconds: float) -> CaptionAnswer | None:
        """Write an answer down before it is sent: of any number of callers at once, one gets to send an end.

        :param seconds: after which the sender counts as gone, and what it did as unknown.
        :returns: None when another answer holds the order.
        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        ends = new.outcome is not OrderAnswer.PROCESSING
        statement = self._database.insert(table).values(self._row(new, seconds, ends=ends))
        with self._database.transaction() as connection:
            if not ends:
                if connection.execute(select(table.c.id).where(_of(new), _holding())).first() is not None:
                    return None
                connection.execute(update(table).where(_of(new), table.c.holds == _IN_WORK).values(holds=None))
            row = connection.execute(statement.on_conflict_do_nothing().returning(*_SHOWN)).one_or_none()
        return None if row is None else self._answer(row)

    def take_again(self, new: NewAnswer, unknown_id: int, seconds: float) -> CaptionAnswer | None:
        """Take an order over from an answer of which nobody knows whether Studio took it.

        :param unknown_id: that answer, as it was shown to the person who dares.
        :returns: None when it does not hold the order any more, or is being sent.
        :raises StorageUnavailable: when the database does not answer.
        """
        over = update(table).where(
            _of(new), table.c.id == unknown_id, _holding(), or_(table.c.state == AnswerState.UNKNOWN, self._gone())
        )
        insert = self._database.insert(table).values(self._row(new, seconds, ends=True)).on_conflict_do_nothing()
        with self._database.transaction() as connection:
            if connection.execute(over.values(holds=None, state=AnswerState.UNKNOWN)).rowcount != 1:
                return None
            row = connection.execute(insert.returning(*_SHOWN)).one_or_none()
        return None if row is None else self._answer(row)

    def settle(self, answer_id: int, state: AnswerState, problem: Problem | None = None) -> None:
        """Write down what became of an answer. One that was refused holds the order no longer.

        :raises StorageUnavailable: when the database does not answer.
        """
        open_still = or_(table.c.state == AnswerState.SENDING, table.c.state == AnswerState.UNKNOWN)
        values: dict[str, Any] = {"state": state, "problem": problem_text(problem), "ended_at": self._clock()}
        if state is AnswerState.REFUSED:
            values["holds"] = None
        with self._database.transaction() as connection:
            connection.execute(update(table).where(table.c.id == answer_id, open_still).values(values))

    def end_work(self, platform_id: int, host: str, order_id: str) -> None:
        """Forget that an order is in work: it has its end, or is no longer there.

        :raises StorageUnavailable: when the database does not answer.
        """
        here = (table.c.platform_id == platform_id, table.c.host == host, table.c.order_id == order_id)
        with self._database.transaction() as connection:
            connection.execute(update(table).where(*here, table.c.holds == _IN_WORK).values(holds=None))

    def holder(self, platform_id: int, host: str, order_id: str) -> CaptionAnswer | None:
        """Find the answer that holds an order.

        :raises StorageUnavailable: when the database does not answer.
        """
        here = (table.c.platform_id == platform_id, table.c.host == host, table.c.order_id == order_id)
        with self._database.transaction() as connection:
            row = connection.execute(select(*_SHOWN).where(*here, _holding())).one_or_none()
        return None if row is None else self._answer(row)

    def standing(self, platform_id: int, host: str, listed: Collection[str]) -> list[CaptionAnswer]:
        """List what says how orders stand: answers that hold listed ones, and all orders in work or in doubt.

        :param listed: ids of the orders that Studio lists.
        :returns: oldest first; at most 500 that are not listed.
        :raises StorageUnavailable: when the database does not answer.
        """
        here = and_(table.c.platform_id == platform_id, table.c.host == host)
        in_work = and_(table.c.holds == _IN_WORK, or_(table.c.state != AnswerState.SENDING, self._gone()))
        in_doubt = and_(_holding(), table.c.state.in_([AnswerState.SENDING, AnswerState.UNKNOWN]))
        with self._database.transaction() as connection:
            rows = {
                row.id: row
                for statement in (
                    select(*_SHOWN).where(here, _holding(), table.c.order_id.in_(sorted(listed))),
                    select(*_SHOWN).where(here, or_(in_work, in_doubt)).order_by(table.c.id.desc()).limit(_MOST),
                )
                for row in connection.execute(statement)
            }
        return [self._answer(rows[number]) for number in sorted(rows)]

    def last_fields(self, platform_id: int, host: str, order_id: str) -> dict[str, Any] | None:
        """Give an order as it was described when it was last answered.

        :raises StorageUnavailable: when the database does not answer.
        """
        here = (table.c.platform_id == platform_id, table.c.host == host, table.c.order_id == order_id)
        newest = select(table.c.fields).where(*here).order_by(table.c.id.desc()).limit(1)
        with self._database.transaction() as connection:
            found = connection.execute(newest).scalar_one_or_none()
        return None if found is None else dict(json.loads(found))

    def history(self, platform_id: int, *, before: int | None = None, most: int = 50) -> list[CaptionAnswer]:
        """List answers, newest first.

        :param before: only those that are older than this one.
        :raises StorageUnavailable: when the database does not answer.
        """
        statement = select(*_SHOWN).where(table.c.platform_id == platform_id)
        if before is not None:
            statement = statement.where(table.c.id < before)
        with self._database.transaction() as connection:
            rows = connection.execute(statement.order_by(table.c.id.desc()).limit(most)).all()
        return [self._answer(row) for row in rows]

    def text(self, platform_id: int, answer_id: int) -> tuple[str, str] | None:
        """Give the captions of an answer.

        :returns: SubRip, and the name of the file that they came in; None where there are none.
        :raises StorageUnavailable: when the database does not answer.
        """
        this = (table.c.platform_id == platform_id, table.c.id == answer_id, table.c.srt.is_not(None))
        with self._database.transaction() as connection:
            row = connection.execute(select(table.c.srt, table.c.filename).where(*this)).one_or_none()
        return None if row is None else (row.srt, row.filename)

    def _row(self, new: NewAnswer, seconds: float, *, ends: bool) -> dict[str, Any]:
        now = self._clock()
        return {
            "platform_id": new.platform_id,
            "host": new.host,
            "order_id": new.order_id,
            "fields": json.dumps(dict(new.fields)),
            "outcome": new.outcome,
            "state": AnswerState.SENDING,
            "holds": _HELD if ends else _IN_WORK,
            "subject": new.subject,
            "name": new.name,
            "message": new.message,
            "filename": new.filename,
            "srt": new.srt,
            "begun_at": now,
            "leased_until": now + timedelta(seconds=seconds),
        }

    def _gone(self) -> Any:
        """Meet answers whose sender did not come back."""
        return and_(table.c.state == AnswerState.SENDING, table.c.leased_until <= self._clock())

    def _answer(self, row: Any) -> CaptionAnswer:
        state = AnswerState(row.state)
        if state is AnswerState.SENDING and row.leased_until <= self._clock():
            state = AnswerState.UNKNOWN  # whoever was sending it is gone
        return CaptionAnswer(
            id=row.id,
            platform_id=row.platform_id,
            host=row.host,
            order_id=row.order_id,
            fields=json.loads(row.fields),
            outcome=OrderAnswer(row.outcome),
            state=state,
            subject=row.subject,
            name=row.name,
            message=row.message,
            filename=row.filename,
            problem=problem_of(row.problem),
            begun_at=row.begun_at,
            ended_at=row.ended_at,
        )


def _holding() -> Any:
    return table.c.holds == _HELD


def _of(new: NewAnswer) -> Any:
    return and_(table.c.platform_id == new.platform_id, table.c.host == new.host, table.c.order_id == new.order_id)
