"""Our signing keys, the private halves sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.prepared import Prepared
from lti.store.schema import signing_keys


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A signing key as it is kept."""

    kid: str
    private_pem: str = field(repr=False)
    public_jwk: dict[str, Any]
    created_at: datetime
    retired_at: datetime | None = None


class Keys:
    """Signing keys, oldest first."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._box = box
        this = signing_keys.c.kid == bindparam("this")
        self._all = Prepared(database, select(signing_keys).order_by(signing_keys.c.created_at, signing_keys.c.kid))
        self._insert = Prepared(database, insert(signing_keys))
        self._retire = Prepared(
            database,
            update(signing_keys).where(this, signing_keys.c.retired_at.is_(None)).values(retired_at=bindparam("at")),
        )
        self._delete = Prepared(database, delete(signing_keys).where(this))

    def all(self) -> list[StoredKey]:
        """List the keys, oldest first.

        :raises ConfigurationError: when a key was sealed with a secret that is no longer configured. Making a new one
            instead would leave the platforms with signatures that they cannot check, so a person must decide.
        :raises StorageUnavailable: when the database does not answer.
        """
        return [
            StoredKey(
                kid=row.kid,
                private_pem=self._box.open(row.private_pem),
                public_jwk=json.loads(row.public_jwk),
                created_at=row.created_at,
                retired_at=row.retired_at,
            )
            for row in self._all.all()
        ]

    def add(self, kid: str, private_pem: str, public_jwk: Mapping[str, Any], created_at: datetime) -> None:
        """Keep a new key.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._insert.run(
            kid=kid,
            private_pem=self._box.seal(private_pem),
            public_jwk=json.dumps(dict(public_jwk)),
            created_at=created_at,
        )

    def retire(self, kid: str, at: datetime) -> None:
        """Note that a key signs no more. The first such moment stays: when it may go depends on it.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._retire.run(this=kid, at=at)

    def delete(self, kid: str) -> None:
        """Forget a key.

        :raises StorageUnavailable: when the database does not answer.
        """
        self._delete.run(this=kid)
