"""What a page may answer: the deep linking settings of its launch, kept on our side of the wire."""

from __future__ import annotations

import json
import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import Select, bindparam, exists, insert, select, update

from lti.errors import ConfigurationError
from lti.model import DeepLinkingSettings, LoginRecord
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.logins import names_of
from lti.store.prepared import Prepared
from lti.store.purging import Purge
from lti.store.schema import deep_links, logins

_log = logging.getLogger(__name__)

_COLUMNS: Final = ("id", "platform_id", "subject", "payload", "expires_at")


@dataclass(frozen=True, slots=True)
class StoredDeepLink:
    """A deep linking request that waits for its answer."""

    settings: DeepLinkingSettings = field(repr=False)  # the return address carries the platform's signed state
    deployment_id: str
    return_url: str | None = field(repr=False)  # where cancelling leads


class DeepLinks:
    """Deep linking requests, each good for one answer by the person who made it."""

    def __init__(self, database: Database, box: SecretBox, clock: Callable[[], datetime]) -> None:
        self._box = box
        self._clock = clock
        this = deep_links.c.id == bindparam("this")
        self._insert = Prepared(database, insert(deep_links), relaxed=True)  # gone: press the button again
        taking = database.insert(deep_links).from_select(_COLUMNS, _unless_taken()).on_conflict_do_nothing()
        self._take_and_insert = Prepared(database, taking, relaxed=True)
        self._get = Prepared(
            database,
            select(deep_links.c.payload).where(
                this,
                deep_links.c.platform_id == bindparam("platform"),
                deep_links.c.subject.is_not_distinct_from(bindparam("who")),
                deep_links.c.expires_at > bindparam("now"),
            ),
        )
        self._finish = Prepared(
            database,
            update(deep_links).where(this, deep_links.c.finished_at.is_(None)).values(finished_at=bindparam("now")),
        )
        self._purge = Purge(database, deep_links, deep_links.c.expires_at)

    def put(
        self,
        viewer_subject: str | None,
        platform_id: int,
        settings: DeepLinkingSettings,
        deployment_id: str,
        return_url: str | None,
        seconds: float = 86400,
    ) -> str:
        """Keep a request.

        :param viewer_subject: who may answer it.
        :param return_url: where cancelling leads, if the platform said.
        :param seconds: how long it may be answered.
        :returns: its random id.
        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        values = self._values(viewer_subject, platform_id, settings, deployment_id, return_url, now, seconds)
        link_id = secrets.token_urlsafe(16)
        self._insert.run(id=link_id, **values)
        self._purge.now_and_then(now)
        return link_id

    def take_and_put(
        self,
        state: str,
        record: LoginRecord,
        viewer_subject: str | None,
        settings: DeepLinkingSettings,
        deployment_id: str,
        return_url: str | None,
        seconds: float = 86400,
    ) -> str | None:
        """Take a login's record, and keep the request that its launch is: one row says both.

        Of any number of callers at once, in any processes, this and :meth:`Logins.take` together let one have it.

        :returns: the id, as :meth:`put` does, made of the state; None when the record was taken already.
        :raises PlatformUnknown: when the platform was removed meanwhile.
        :raises StorageUnavailable: when the database does not answer.
        """
        now = self._clock()
        values = self._values(viewer_subject, record.platform_id, settings, deployment_id, return_url, now, seconds)
        state_hash, link_id = names_of(state)
        if self._take_and_insert.run(id=link_id, state_hash=state_hash, **values) != 1:
            return None
        self._purge.now_and_then(now)
        return link_id

    def _values(
        self,
        viewer_subject: str | None,
        platform_id: int,
        settings: DeepLinkingSettings,
        deployment_id: str,
        return_url: str | None,
        now: datetime,
        seconds: float,
    ) -> dict[str, Any]:
        payload = {
            "return_url": settings.return_url,
            "accept_types": sorted(settings.accept_types),
            "targets": sorted(settings.accept_presentation_document_targets),
            "multiple": settings.accept_multiple,
            "data": settings.data,
            "deployment_id": deployment_id,
            "cancel_url": return_url,
        }
        return {
            "platform_id": platform_id,
            "subject": viewer_subject,
            "payload": self._box.seal_bytes(msgspec.json.encode(payload)),
            "expires_at": now + timedelta(seconds=seconds),
        }

    def get(self, link_id: str, platform_id: int, subject: str | None) -> StoredDeepLink | None:
        """Find a request, answered or not.

        :returns: None when there is none, it is someone else's, or its time is over.
        :raises StorageUnavailable: when the database does not answer.
        """
        row = self._get.one(this=link_id, platform=platform_id, who=subject, now=self._clock())
        if row is None:
            return None
        try:
            payload = json.loads(self._box.open(row.payload))
        except ConfigurationError as error:
            _log.error("a deep linking request was lost: %s", error)
            return None
        return StoredDeepLink(
            settings=DeepLinkingSettings(
                return_url=payload["return_url"],
                accept_types=frozenset(payload["accept_types"]),
                accept_presentation_document_targets=frozenset(payload["targets"]),
                accept_multiple=payload["multiple"],
                data=payload["data"],
            ),
            deployment_id=payload["deployment_id"],
            return_url=payload["cancel_url"],
        )

    def finish(self, link_id: str) -> bool:
        """Mark a request as answered: of any number of callers at once, in any processes, one is told True.

        :raises StorageUnavailable: when the database does not answer.
        """
        return self._finish.run(this=link_id, now=self._clock()) == 1


def _unless_taken() -> Select[tuple[object, ...]]:
    """Give the row of a request whose state was not taken by anything else (``lti.store.logins``)."""
    taken = exists().where(logins.c.state_hash == bindparam("state_hash", type_=logins.c.state_hash.type))
    return select(*(bindparam(name, type_=deep_links.c[name].type) for name in _COLUMNS)).where(~taken)
