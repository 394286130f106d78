"""Invitations: who may install Cuedeck in a Canvas, once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, select, update

from lti.store.database import Database
from lti.store.schema import invitations


@dataclass(frozen=True, slots=True)
class Invitation:
    """What is known of an invitation; the invitation itself is not."""

    id: int
    note: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None
    claimed: bool  # by a registration that is under way, or was interrupted


class Invitations:
    """Invitations by their token, which is stored as its SHA-256: a copied database installs nothing.

    An installation asks another side, so it may fail half way, and an invitation is used up by its success only. It is
    therefore claimed first, for a while; then used (``Platforms.add``), or released. Of any number of callers at once
    one has the claim. A claim that ended by itself stays to be seen: whoever had it died, at an unknown point.
    """

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def make(self, note: str, seconds: float) -> tuple[Invitation, str]:
        """Make an invitation.

        :param note: who it is for, in the words of whoever makes it.
        :param seconds: how long it is good.
        :returns: it, and its token: 256 random bits in URL-safe text, which cannot be read back from here.
        :raises StorageUnavailable: when the database does not answer.
        """
        token = secrets.token_urlsafe(32)
        now = self._clock()
        values = {
            "token_hash": _hash(token),
            "note": note,
            "created_at": now,
            "expires_at": now + timedelta(seconds=seconds),
        }
        with self._database.transaction() as connection:
            row = connection.execute(insert(invitations).values(values).returning(invitations)).one()
        return _invitation(row), token

    def find(self, token: str) -> Invitation | None:
        """Find an invitation that can be used now.

        :returns: None when there is none, or it was used, was revoked, or is over.
        :raises StorageUnavailable: when the database does not answer.
        """
        with self._database.transaction() as connection:
            row = connection.execute(select(invitations).where(self._good(token))).one_or_none()
        return None if row is None else _invitation(row)

    def claim(self, token: str, seconds: float) -> Invitation | None:
        """Claim an invitation: nobody else can, for a while.

        :returns: None when it cannot be used, or somebody else has claimed it.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        free = invitations.c.claimed_until.is_(None) | (invitations.c.claimed_until <= now)
        claim = (
            update(invitations).where(self._good(token), free).values(claimed_until=now + timedelta(seconds=seconds))
        )
        with self._database.transaction() as connection:
            row = connection.execute(claim.returning(invitations)).one_or_none()
        return None if row is None else _invitation(row)

    def release(self, invitation_id: int) -> None:
        """Give a claim back: the installation failed, and may be tried again.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._set(invitations.c.id == invitation_id, claimed_until=None)

    def was_used(self, token: str) -> bool:
        """Tell whether something was installed with an invitation.

        :raises StorageUnavailable: when the database does not answer.
        """
        used = and_(invitations.c.token_hash == _hash(token), invitations.c.used_at.is_not(None))
        with self._database.transaction() as connection:
            return connection.execute(select(invitations.c.id).where(used)).one_or_none() is not None

    def revoke(self, invitation_id: int) -> bool:
        """Take an invitation back.

        :returns: whether there was one that had not been used.
        :raises StorageUnavailable: when the database does not answer.
        """
        unused = and_(
            invitations.c.id == invitation_id, invitations.c.used_at.is_(None), invitations.c.revoked_at.is_(None)
        )
        return self._set(unused, revoked_at=self._clock())

    def all(self) -> list[Invitation]:
        """List them all, the newest first.

        :raises StorageUnavailable: when the database does not answer.
        """
        with self._database.transaction() as connection:
            rows = connection.execute(select(invitations).order_by(invitations.c.id.desc())).all()
        return [_invitation(row) for row in rows]

    def _good(self, token: str) -> ColumnElement[bool]:
        return and_(
            invitations.c.token_hash == _hash(token),
            invitations.c.expires_at > self._clock(),
            invitations.c.used_at.is_(None),
            invitations.c.revoked_at.is_(None),
        )

    def _set(self, which: ColumnElement[bool], **values: datetime | None) -> bool:
        with self._database.transaction() as connection:
            return bool(connection.execute(update(invitations).where(which).values(**values)).rowcount)


def _invitation(row: Any) -> Invitation:
    return Invitation(
        row.id, row.note, row.created_at, row.expires_at, row.used_at, row.revoked_at, row.claimed_until is not None
    )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
