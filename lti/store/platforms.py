"""Registered platforms and their deployments."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from lti.errors import ConfigurationError, RegistrationTaken
from lti.model import ApiKey, Platform
from lti.store.columns import SafeText
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import deployments as _deployments
from lti.store.schema import invitations, logins, platforms

_KEEP = timedelta(seconds=5)  # how long another process's change may go unnoticed

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Snapshot:
    taken_at: datetime
    by_id: dict[int, Platform]
    by_issuer: dict[str, list[Platform]]


class Platforms:
    """Platforms, all of them held in memory for five seconds: there are few, and every request asks for one.

    Holding all also makes a request with a made-up issuer cost nothing.
    """

    def __init__(self, database: Database, box: SecretBox, clock: Callable[[], datetime]) -> None:
        self._database = database
        # One statement, so that a change between two cannot tear a platform from its deployments.
        self._select = Prepared(
            database, select(platforms, _deployments.c.deployment_id).outerjoin(_deployments).order_by(platforms.c.id)
        )
        trusting = select(platforms.c.id, bindparam("name", type_=SafeText)).where(
            platforms.c.id == bindparam("platform"), platforms.c.trust_deployments
        )
        pin = database.insert(_deployments).from_select(["platform_id", "deployment_id"], trusting)
        self._pin = Prepared(database, pin.on_conflict_do_nothing())
        self._box = box
        self._clock = clock
        self._held: _Snapshot | None = None
        self._changes = 0  # grows with each change made here: a snapshot read before it must not be held after it

    def add(
        self,
        *,
        issuer: str,
        client_id: str,
        authorization_url: str,
        token_url: str,
        jwks_url: str,
        canvas_url: str,
        canvas_key: ApiKey | None,
        deployments: Iterable[str],
        trust_deployments: bool,
        replace: bool = True,
        invitation_id: int | None = None,
    ) -> Platform:
        """Register a platform. One with the same issuer and client id keeps its id and gets all these values instead.

        :param canvas_url: origin of the REST API and the pages.
        :param deployments: the deployments that may launch; these replace earlier ones.
        :param trust_deployments: pin unknown deployments at their first launch.
        :param replace: whether one that is there may be changed.
        :param invitation_id: an invitation that is used up in the same moment: who dies has done both, or none.
        :raises RegistrationTaken: when it may not, and is there.
        :raises StorageUnavailable: when the database does not answer.
        """
        values = {
            "authorization_url": authorization_url,
            "token_url": token_url,
            "jwks_url": jwks_url,
            "canvas_url": canvas_url.rstrip("/"),
            "canvas_key_id": None if canvas_key is None else canvas_key.id,
            "canvas_key_secret": None if canvas_key is None else self._box.seal(canvas_key.secret),
            "trust_deployments": trust_deployments,
        }
        statement = self._database.insert(platforms).values(issuer=issuer, client_id=client_id, **values)
        names = [platforms.c.issuer, platforms.c.client_id]
        if replace:
            statement = statement.on_conflict_do_update(index_elements=names, set_=values)
        else:
            statement = statement.on_conflict_do_nothing(index_elements=names)
        with self._database.transaction() as connection:
            platform_id = connection.execute(statement.returning(platforms.c.id)).scalar_one_or_none()
            if platform_id is None:
                raise RegistrationTaken(f"{issuer} with client id {client_id}")
            connection.execute(delete(_deployments).where(_deployments.c.platform_id == platform_id))
            rows = [{"platform_id": platform_id, "deployment_id": name} for name in sorted(set(deployments))]
            if rows:
                connection.execute(insert(_deployments), rows)
            if invitation_id is not None:
                used = update(invitations).where(invitations.c.id == invitation_id)
                connection.execute(used.values(used_at=self._clock()))
        return self._read_again().by_id[platform_id]

    def find(self, issuer: str, client_id: str | None) -> list[Platform]:
        """Find the platforms of an issuer: hosted Canvas shares one issuer between all schools.

        :param client_id: None finds all of them.
        :raises StorageUnavailable: when the database does not answer.
        """
        candidates = self._snapshot().by_issuer.get(issuer, ())
        return [platform for platform in candidates if client_id is None or platform.client_id == client_id]

    def get(self, platform_id: int, *, fresh: bool = False) -> Platform | None:
        """Find a platform by our own number for it.

        :param fresh: as it is now, for whoever may just have changed it in another process.
        :raises StorageUnavailable: when the database does not answer.
        """
        return (self._read_again() if fresh else self._snapshot()).by_id.get(platform_id)

    def all(self) -> list[Platform]:
        """List the platforms, in the order of their registration.

        :raises StorageUnavailable: when the database does not answer.
        """
        return list(self._snapshot().by_id.values())

    def remove(self, issuer: str, client_id: str) -> bool:
        """Remove a platform and everything that hangs on it: grants, embeds, captions, open logins.

        :returns: whether there was one.
        :raises StorageUnavailable: when the database does not answer.
        """
        gone = delete(platforms).where(platforms.c.issuer == issuer, platforms.c.client_id == client_id)
        with self._database.transaction() as connection:
            platform_id = connection.execute(gone.returning(platforms.c.id)).scalar_one_or_none()
            if platform_id is not None:
                connection.execute(delete(logins).where(logins.c.platform_id == platform_id))
        self._read_again()
        return platform_id is not None

    def set_key(self, platform_id: int, key: ApiKey | None) -> bool:
        """Set the platform's API key, leaving all else as it is.

        :param key: None takes it away.
        :returns: whether there is such a platform.
        :raises StorageUnavailable: when the database does not answer.
        """
        change = update(platforms).where(platforms.c.id == platform_id)
        with self._database.transaction() as connection:
            changed = connection.execute(
                change.values(
                    canvas_key_id=key.id if key else None,
                    canvas_key_secret=self._box.seal(key.secret) if key else None,
                )
            ).rowcount
        self._read_again()
        return bool(changed)

    def pin_deployment(self, platform_id: int, deployment_id: str) -> None:
        """Accept a deployment from now on, if its platform trusts new ones.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._pin.run(platform=platform_id, name=deployment_id)
        self._read_again()

    def _snapshot(self) -> _Snapshot:
        held = self._held
        if held is not None and timedelta(0) <= self._clock() - held.taken_at < _KEEP:
            return held
        changes = self._changes
        fresh = self._read()
        if changes == self._changes:
            self._held = fresh
        return fresh

    def _read_again(self) -> _Snapshot:
        self._changes += 1
        self._held = None
        return self._snapshot()

    def _read(self) -> _Snapshot:
        taken_at = self._clock()
        rows = self._select.all()
        names: dict[int, set[str]] = defaultdict(set)
        for row in rows:
            if row.deployment_id is not None:
                names[row.id].add(row.deployment_id)
        by_id = {row.id: self._platform(row, frozenset(names[row.id])) for row in rows}
        by_issuer: dict[str, list[Platform]] = defaultdict(list)
        for platform in by_id.values():
            by_issuer[platform.issuer].append(platform)
        return _Snapshot(taken_at, by_id, dict(by_issuer))

    def _platform(self, row: Any, names: frozenset[str]) -> Platform:
        return Platform(
            id=row.id,
            issuer=row.issuer,
            client_id=row.client_id,
            authorization_url=row.authorization_url,
            token_url=row.token_url,
            jwks_url=row.jwks_url,
            canvas_url=row.canvas_url,
            canvas_key=self._canvas_key(row),
            trust_deployments=row.trust_deployments,
            deployments=names,
        )

    def _canvas_key(self, row: Any) -> ApiKey | None:
        if row.canvas_key_id is None or row.canvas_key_secret is None:
            return None
        try:
            return ApiKey(row.canvas_key_id, self._box.open(row.canvas_key_secret))
        except ConfigurationError as error:
            # Launches and other schools need no API key: they go on, and this school is told that its key is missing.
            _log.error("the API key of platform %s (%s) is not usable: %s", row.id, row.issuer, error)
            return None
