"""Sealing everything again after a new secret key was put in front, so that the old one can be removed."""

from __future__ import annotations

from sqlalchemy import and_, select, update

from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.schema import metadata


def reseal(database: Database, box: SecretBox) -> int:
    """Seal every stored secret with the newest key, all of them or none.

    :returns: how many were sealed again.
    :raises ConfigurationError: when one of them cannot be opened.
    :raises StorageUnavailable: when the database does not answer.
    """
    done = 0
    with database.transaction() as connection:
        for table in metadata.sorted_tables:
            keys = list(table.primary_key.columns)
            for column in table.columns:
                if not column.info.get("sealed"):
                    continue
                rows = connection.execute(select(column, *keys).where(column.is_not(None)).with_for_update()).all()
                for sealed, *key in rows:
                    this = and_(*(part == value for part, value in zip(keys, key, strict=True)))
                    connection.execute(update(table).where(this).values({column: box.reseal(sealed)}))
                done += len(rows)
    return done
