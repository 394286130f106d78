"""What was handed in: what the recording was like then, so that another in its place can be seen."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select, update

from lti.model import HandIn, MediaChange, MediaFacts
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import hand_ins


class HandIns:
    """Work that was handed in, by its embed. Rows are made together with their embeds (:meth:`Embeds.add`)."""

    def __init__(self, database: Database) -> None:
        this = hand_ins.c.embed_id == bindparam("this")
        self._get = Prepared(database, select(hand_ins).where(this))
        self._learn = Prepared(
            database,
            update(hand_ins)
            .where(this, hand_ins.c.changed_at.is_(None))
            .values(
                seconds=bindparam("new_seconds"),
                size=bindparam("new_size"),
                media_created_at=bindparam("new_created_at"),
            ),
        )
        self._note = Prepared(
            database,
            update(hand_ins)
            .where(this, hand_ins.c.changed_at.is_(None))
            .values(changed_at=bindparam("now"), change=bindparam("what")),
        )

    def get(self, embed_id: str) -> HandIn | None:
        """Find what was handed in with an embed.

        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._get.one(this=embed_id)
        if row is None:
            return None
        return HandIn(
            embed_id=row.embed_id,
            assignment_id=row.assignment_id,
            facts=MediaFacts(row.seconds, row.size, row.media_created_at),
            changed_at=row.changed_at,
            change=None if row.change is None else MediaChange(row.change),
        )

    def learn(self, embed_id: str, facts: MediaFacts) -> None:
        """Keep facts that were not known before; not once another recording was seen.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._learn.run(this=embed_id, new_seconds=facts.seconds, new_size=facts.size, new_created_at=facts.created_at)

    def note_change(self, embed_id: str, change: MediaChange, now: datetime) -> None:
        """Keep that another recording was seen in its place. What was seen first stays.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._note.run(this=embed_id, now=now, what=change.value)
