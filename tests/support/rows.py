"""Rows for every table, made from the schema: a table that is new is filled without anybody thinking of it."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Connection, Float, Integer, Table, insert
from sqlalchemy.sql.sqltypes import Text
from sqlalchemy.types import TypeDecorator

from lti.model import GrantService, UploadState
from lti.store import SecretBox
from lti.store.columns import Instant
from lti.store.schema import metadata
from lti.store.uploads import Uploads

_numbers = itertools.count(1000)
# What the product must be able to read back.
_READABLE: Mapping[tuple[str, str], Any] = {
    ("uploads", "state"): UploadState.RECEIVING.value,
    ("uploads", "failed_in"): None,
    ("uploads", "problem"): None,
    ("uploads", "note"): None,
    ("uploads", "source"): "file",
    ("uploads", "has_chunks"): True,
    ("embeds", "tracks"): "[]",
    ("embeds", "catalogue"): "canvas",
    ("embeds", "media_type"): "video",
    ("embeds", "scope"): "own",
    ("caption_answers", "fields"): "{}",
    ("caption_answers", "outcome"): "completed",
    ("caption_answers", "state"): "sent",
    ("caption_answers", "problem"): None,
    ("institutions", "captioning_staff"): "[]",
    ("institutions", "studio_account"): "own",
    ("grants", "service"): GrantService.CANVAS.value,
}


def fill(
    connection: Connection, box: SecretBox, word: str, moment: datetime, **more: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """Put one row into every table; all of them hang together, on a platform of their own.

    :param word: is in every text, sealed ones too.
    :param moment: is every time.
    :param more: values of columns, by table.
    :returns: the rows, by table.
    """
    made: dict[str, dict[str, Any]] = {}
    for table in sorted(metadata.sorted_tables, key=lambda table: table.name != "platforms"):  # logins name it too
        values = _row(table, box, word, moment, made) | dict(more.get(table.name, {}))
        done = connection.execute(insert(table).values(values))
        keys = zip(table.primary_key.columns, done.inserted_primary_key or (), strict=True)
        made[table.name] = values | {column.name: value for column, value in keys}
    return made


def _row(
    table: Table, box: SecretBox, word: str, moment: datetime, made: Mapping[str, dict[str, Any]]
) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column in table.columns:
        kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
        if column.foreign_keys:
            (parent,) = column.foreign_keys
            values[column.name] = made[parent.column.table.name][parent.column.name]
        elif (table.name, column.name) in _READABLE:
            values[column.name] = _READABLE[table.name, column.name]
        elif (table.name, column.name) == ("uploads", "id"):
            values[column.name] = Uploads.new_id()  # it is part of a path: others are refused
        elif column.name == "platform_id":
            values[column.name] = made["platforms"]["id"]
        elif isinstance(column.type, Instant):
            values[column.name] = moment
        elif isinstance(kind, Boolean):
            values[column.name] = False
        elif isinstance(kind, Float):
            values[column.name] = 1.0
        elif isinstance(kind, Integer):
            if not (column.primary_key and len(table.primary_key.columns) == 1):  # the database numbers these
                values[column.name] = 1
        elif isinstance(kind, Text):
            text = f"{word} {table.name} {column.name} {next(_numbers)}"
            values[column.name] = box.seal(text) if column.info.get("sealed") else text
        else:
            raise AssertionError(f"{table.name}.{column.name}: {column.type!r}")
    return values


def texts(connection: Connection, box: SecretBox) -> dict[tuple[str, str], list[str]]:
    """Give every text of every table, opened where it is sealed, by table and column."""
    found: dict[tuple[str, str], list[str]] = {}
    for table in metadata.sorted_tables:
        for row in connection.execute(table.select()).mappings():
            for column in table.columns:
                value = row[column.name]
                if isinstance(value, str):
                    opened = box.open(value) if column.info.get("sealed") else value
                    found.setdefault((table.name, column.name), []).append(opened)
    return found
