"""All that is kept of one person, found by the marks of the schema: a table that is new is covered by its marks."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Select, Table, delete, false, select, update

from lti.errors import ConfigurationError
from lti.model import Catalogue, GrantService
from lti.store.crypto import SecretBox
from lti.store.database import Database
from lti.store.schema import (
    ACTOR,
    OWNER,
    cache_entries,
    caption_versions,
    captions,
    embeds,
    grants,
    institutions,
    logins,
    media_lengths,
    metadata,
    tickets,
    track_grades,
    uploads,
)

_COPIES = (captions, track_grades, media_lengths)  # of what the catalogue has


class People:
    """What is kept of a person: as they may have it, and its end."""

    def __init__(self, database: Database, box: SecretBox) -> None:
        self._database = database
        self._box = box

    def export(self, platform_id: int, subject: str) -> dict[str, list[dict[str, Any]]]:
        """Give what is kept of a person, by table. Tokens and other secrets are left out.

        :raises ConfigurationError: when something was sealed with a secret key that is gone.
        :raises StorageUnavailable: when the database does not answer.
        """
        found: dict[str, list[dict[str, Any]]] = {}
        with self._database.transaction() as connection:
            for table, column in _marked(OWNER, ACTOR):
                rows = connection.execute(select(table).where(*_of(table, column, platform_id, subject))).mappings()
                found[table.name] = [self._readable(table, dict(row)) for row in rows]
            for child, reference in _children():
                rows = connection.execute(select(child).where(_hangs_on(reference, platform_id, subject))).mappings()
                found[child.name] = [self._readable(child, dict(row)) for row in rows]
            for staff in self._staff(connection, platform_id, self._known_as(connection, platform_id, subject)):
                found.setdefault("institutions", []).append({"captioning_staff": sorted(staff[1])})
        return {name: rows for name, rows in found.items() if rows}

    def uploads(self, platform_id: int, subject: str | None = None) -> list[str]:
        """List the uploads of a person, or of a whole platform, that may have data in the chunk store.

        :raises StorageUnavailable: when the database does not answer.
        """
        wanted = select(uploads.c.id).where(uploads.c.platform_id == platform_id)
        if subject is not None:
            wanted = wanted.where(uploads.c.subject == subject)
        with self._database.transaction() as connection:
            return list(connection.execute(wanted).scalars())

    def connected(self, platform_id: int) -> list[str]:
        """List who of a platform consented at Canvas.

        :raises StorageUnavailable: when the database does not answer.
        """
        wanted = select(grants.c.subject).where(
            grants.c.platform_id == platform_id, grants.c.service == GrantService.CANVAS
        )
        with self._database.transaction() as connection:
            return list(connection.execute(wanted).scalars())

    def erase(self, platform_id: int, subject: str, known_as: Iterable[str] = ()) -> dict[str, int]:
        """Remove a person: their rows, their name from what others share, and copies of what was theirs alone.

        The cache is emptied as a whole: its keys are hashes, and each look that it spares is made again.

        :param known_as: further entries of the captioning staff that are this person.
        :returns: how many rows were removed or changed, by table.
        :raises StorageUnavailable: when the database does not answer; nothing is changed then.
        """
        done: Counter[str] = Counter()
        with self._database.transaction() as connection:
            names = self._known_as(connection, platform_id, subject) | {name.strip().lower() for name in known_as}
            for entries, theirs in self._staff(connection, platform_id, names):
                left = json.dumps([entry for entry in entries if entry not in theirs])
                here = institutions.c.platform_id == platform_id
                connection.execute(update(institutions).where(here).values(captioning_staff=left))
                done["institutions"] += 1
            media = self._media(connection, platform_id, subject)
            for child, reference in _children():
                theirs_too = _hangs_on(reference, platform_id, subject)
                done[child.name] += connection.execute(delete(child).where(theirs_too)).rowcount
            for table, column in _marked(OWNER):
                theirs_here = _of(table, column, platform_id, subject)
                done[table.name] += connection.execute(delete(table).where(*theirs_here)).rowcount
            self._remove_copies(connection, platform_id, subject, media, done)
            for table, column in _marked(ACTOR):
                blank = {column.name: ""} | {each.name: "" for each in table.columns if each.info.get("says")}
                statement = update(table).where(*_of(table, column, platform_id, subject)).values(blank)
                done[table.name] += connection.execute(statement).rowcount
            done["tickets"] += self._end_tickets(connection, platform_id, subject)
            done["cache_entries"] += connection.execute(delete(cache_entries)).rowcount
        return {name: count for name, count in done.items() if count}

    def forget_platform(self, platform_id: int) -> None:
        """Remove what is left of a platform that was removed, and hangs on nothing.

        :raises StorageUnavailable: when the database does not answer.
        """
        with self._database.transaction() as connection:
            connection.execute(delete(logins).where(logins.c.platform_id == platform_id))
            connection.execute(delete(cache_entries))
            self._end_tickets(connection, platform_id, None)

    def _known_as(self, connection: Connection, platform_id: int, subject: str) -> set[str]:
        """Give the names by which the captioning staff may list a person: the Canvas user id, e-mail addresses."""
        whose = (grants.c.platform_id == platform_id, grants.c.subject == subject)
        at_canvas = select(grants.c.account_id).where(*whose, grants.c.service == GrantService.CANVAS)
        addresses = select(uploads.c.email).where(
            uploads.c.platform_id == platform_id, uploads.c.subject == subject, uploads.c.email.is_not(None)
        )
        sealed = connection.execute(addresses).scalars().all()
        names = {*connection.execute(at_canvas).scalars(), *(self._box.open(each) for each in sealed if each)}
        return {name.strip().lower() for name in names}

    def _staff(self, connection: Connection, platform_id: int, names: set[str]) -> Iterator[tuple[list[str], set[str]]]:
        """Give the captioning staff and who of them is meant, where somebody is."""
        wanted = select(institutions.c.captioning_staff).where(institutions.c.platform_id == platform_id)
        for text in connection.execute(wanted.with_for_update()).scalars().all():
            entries: list[str] = json.loads(text)
            meant = {entry for entry in entries if entry.lower() in names}
            if meant:
                yield entries, meant

    def _media(self, connection: Connection, platform_id: int, subject: str) -> set[tuple[str, str]]:
        """Give the media that a person inserted or uploaded: catalogue and id."""
        inserted = select(embeds.c.catalogue, embeds.c.media_id).where(
            embeds.c.platform_id == platform_id, embeds.c.made_by == subject
        )
        uploaded = select(uploads.c.media_id).where(
            uploads.c.platform_id == platform_id, uploads.c.subject == subject, uploads.c.media_id.is_not(None)
        )
        found = {(row.catalogue, row.media_id) for row in connection.execute(inserted)}
        return found | {(Catalogue.STUDIO.value, each) for each in connection.execute(uploaded).scalars() if each}

    def _remove_copies(
        self,
        connection: Connection,
        platform_id: int,
        subject: str,
        media: Iterable[tuple[str, str]],
        done: Counter[str],
    ) -> None:
        """Remove copies of media that nobody else inserted; of what others replaced in them, their part stays."""
        for catalogue, media_id in sorted(media):
            others = select(embeds.c.id).where(
                embeds.c.platform_id == platform_id, embeds.c.catalogue == catalogue, embeds.c.media_id == media_id
            )
            if connection.execute(others.limit(1)).first() is not None:
                continue
            for table in (*_COPIES, caption_versions):
                this = (
                    (table.c.platform_id == platform_id)
                    & (table.c.catalogue == catalogue)
                    & (table.c.media_id == media_id)
                )
                if table is caption_versions:
                    this &= table.c.subject == subject
                done[table.name] += connection.execute(delete(table).where(this)).rowcount

    def _end_tickets(self, connection: Connection, platform_id: int, subject: str | None) -> int:
        """End one-time tickets of a person, or a platform: these are few, and live for minutes."""
        ended = []
        for row in connection.execute(select(tickets.c.ticket_hash, tickets.c.payload)):
            try:
                payload = json.loads(self._box.open(row.payload))
            except ConfigurationError:
                ended.append(row.ticket_hash)  # sealed with a key that is gone: of no use to anybody
                continue
            launch = json.loads(payload.get("launch", "{}"))
            about = str(payload.get("platform_id", launch.get("platform")))
            whose = payload.get("subject", launch.get("subject"))
            if about == str(platform_id) and subject in (None, whose):
                ended.append(row.ticket_hash)
        for ticket_hash in ended:
            connection.execute(delete(tickets).where(tickets.c.ticket_hash == ticket_hash))
        return len(ended)

    def _readable(self, table: Table, row: dict[str, Any]) -> dict[str, Any]:
        readable = {}
        for column in table.columns:
            value = row[column.name]
            if column.info.get("sealed"):
                if not column.info.get("personal"):
                    continue
                value = None if value is None else self._box.open(value)
            readable[column.name] = value.isoformat() if isinstance(value, datetime) else value
        return readable


def _marked(*relations: str) -> Iterator[tuple[Table, Column[Any]]]:
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("person") in relations:
                yield table, column


def _children() -> Iterator[tuple[Table, Column[Any]]]:
    """Give the tables whose rows hang on rows of a person, with the column that says on which."""
    owned = {table for table, _ in _marked(OWNER)}
    for table in metadata.sorted_tables:
        for column in table.columns:
            for key in column.foreign_keys:
                if key.column.table in owned:
                    yield table, column


def _of(table: Table, column: Column[Any], platform_id: int, subject: str) -> tuple[ColumnElement[bool], ...]:
    if not subject:  # whose name was taken out is nobody
        return (false(),)
    return (table.c.platform_id == platform_id, column == subject)


def _hangs_on(reference: Column[Any], platform_id: int, subject: str) -> ColumnElement[bool]:
    (key,) = reference.foreign_keys
    owner = key.column.table
    ((_, column),) = [marked for marked in _marked(OWNER) if marked[0] is owner]
    of_them: Select[Any] = select(key.column).where(*_of(owner, column, platform_id, subject))
    return reference.in_(of_them)
