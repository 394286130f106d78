"""One-time tickets: a random string that stands for a few values, once."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, insert

from lti.errors import ConfigurationError
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.purging import Purge
from lti.store.schema import tickets

_log = logging.getLogger(__name__)


class Tickets:
    """Tickets by kind. The ticket is stored as its SHA-256, the values sealed."""

    def __init__(self, database: Database, box: SecretBox, clock: Callable[[], datetime]) -> None:
        self._box = box
        self._clock = clock
        self._insert = Prepared(database, insert(tickets))
        this = (tickets.c.ticket_hash == bindparam("hashed")) & (tickets.c.kind == bindparam("of_kind"))
        self._take = Prepared(database, delete(tickets).where(this).returning(tickets))
        self._purge = Purge(database, tickets, tickets.c.expires_at)

    def put(self, kind: str, payload: Mapping[str, str], seconds: float) -> str:
        """Make a ticket.

        :param kind: what it is good for; it cannot be taken as anything else.
        :param payload: the values that it stands for.
        :param seconds: how long it is good.
        :returns: the ticket, 256 random bits in URL-safe text; it cannot be read back from here.
        :raises StorageUnavailable: when the database does not answer.
        """
        ticket = secrets.token_urlsafe(32)
        now = self._clock()
        self._insert.run(
            ticket_hash=_hash(ticket),
            kind=kind,
            payload=self._box.seal(json.dumps(dict(payload))),
            expires_at=now + timedelta(seconds=seconds),
        )
        self._purge.now_and_then(now)
        return ticket

    def take(self, kind: str, ticket: str) -> dict[str, str] | None:
        """Take a ticket: of any number of callers at once, in any processes, one gets its values.

        :returns: None when there is none of this kind, or its time is over.
        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._take.one(hashed=_hash(ticket), of_kind=kind)
        if row is None or row.expires_at <= self._clock():
            return None
        try:
            payload: dict[str, str] = json.loads(self._box.open(row.payload))
        except ConfigurationError as error:
            _log.error("a ticket was lost: %s", error)
            return None
        return payload


def _hash(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()
