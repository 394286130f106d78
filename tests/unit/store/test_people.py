"""What is kept of one person: found in every table, given to them, and gone when they are erased."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from sqlalchemy import insert, select, update

from lti.store import Database, SecretBox, Store
from lti.store.schema import ACTOR, OWNER, embeds, institutions, metadata, tickets
from tests.support.rows import fill, texts

from .conftest import OLD_KEY, Clock

BOX = SecretBox([OLD_KEY])
ROSA, TOM = "rosa-subject", "tom-subject"
# Words that would tell that somebody wrote down a person: every such column has to be marked.
PERSONAL = re.compile(r"subject|made_by|_by$|user|person|email|name$|account_id", re.ASCII)
# The rest of what the words find, and why it is about nobody.
NOBODY = {
    ("cache_leases", "leased_by"): "a thread of ours",
    ("grants", "leased_by"): "a thread of ours",
    ("uploads", "leased_by"): "a thread or connection of ours",
    ("uploads", "ahead_by"): "a thread of ours",
    ("institutions", "captioning_header_name"): "the name of an HTTP header",
    ("uploads", "collection_name"): "goes with its row",
    ("uploads", "filename"): "goes with its row",
    ("upload_captions", "filename"): "goes with its row",
    ("upload_chunks", "name"): "of an object in the store",
    ("caption_answers", "filename"): "of what the captioning company made",
    ("grants", "account_id"): "goes with its row",
    ("institutions", "use_email"): "a choice of the institution",
}


def of(person: str) -> dict[str, dict[str, Any]]:
    """Make every row that can be somebody's this person's."""
    marked: dict[str, dict[str, Any]] = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if column.info.get("person"):
                marked.setdefault(table.name, {})[column.name] = person
    marked["tickets"] = {"payload": BOX.seal(json.dumps({"platform_id": "0", "subject": person}))}
    return marked


@pytest.fixture
def filled(store: Store, database: Database, clock: Clock) -> int:
    """Two people of one platform, a row of each in every table; gives the platform."""
    with database.transaction() as connection:
        rosa = fill(connection, BOX, "Rosa", clock(), **of(ROSA))
        here: int = rosa["platforms"]["id"]
        connection.execute(update(institutions).values(captioning_staff='["4711","tom@school.edu"]'))
        held = json.dumps({"launch": json.dumps({"platform": here, "subject": ROSA}), "proof_hash": "x"})
        begun = json.dumps({"platform_id": str(here), "subject": ROSA, "verifier": "x"})
        kept = json.dumps({"platform_id": str(here), "subject": TOM, "verifier": "x"})
        for number, payload in enumerate((held, begun, kept)):
            values = {"ticket_hash": str(number), "kind": "k", "payload": BOX.seal(payload), "expires_at": clock()}
            connection.execute(insert(tickets).values(values))
        tom = fill(connection, BOX, "Tom", clock(), **of(TOM))
        for table in metadata.sorted_tables:  # he is at the same school
            if "platform_id" in table.c and table.name not in {"platforms", "deployments", "institutions"}:
                mine = [column == tom[table.name][column.name] for column in table.primary_key.columns]
                connection.execute(update(table).where(*mine).values(platform_id=here))
    return here


def test_every_column_about_a_person_is_marked() -> None:
    unmarked = {
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if PERSONAL.search(column.name)
        and not {"person", "says"} & column.info.keys()
        and not column.info.get("personal")
    }
    assert unmarked == NOBODY.keys()


def test_every_table_with_a_person_names_their_platform() -> None:
    marked = [
        (table, [column for column in table.columns if column.info.get("person")]) for table in metadata.sorted_tables
    ]
    found = [(table, columns) for table, columns in marked if columns]
    assert len(found) >= 6
    for table, columns in found:
        assert len(columns) == 1, table.name
        assert columns[0].info["person"] in {OWNER, ACTOR}
        assert "platform_id" in table.c, table.name


def test_nothing_of_an_erased_person_is_left_and_all_of_others(store: Store, database: Database, filled: int) -> None:
    with database.transaction() as connection:
        before = texts(connection, BOX)

    removed = store.people.erase(filled, ROSA, ["4711"])

    with database.transaction() as connection:
        after = texts(connection, BOX)
    assert [place for place, values in after.items() if any(ROSA in value for value in values)] == [
        ("tickets", "payload")  # one of another platform, in which somebody has the same name
    ]
    assert '["tom@school.edu"]' in after["institutions", "captioning_staff"]
    for place, values in before.items():
        if place[0] in {"cache_entries"}:
            continue
        toms = [value for value in values if TOM in value or value.startswith("Tom ")]
        assert set(toms) <= set(after.get(place, [])), place
    owned = {table.name for table in metadata.sorted_tables for c in table.columns if c.info.get("person") == OWNER}
    acted = {table.name for table in metadata.sorted_tables for c in table.columns if c.info.get("person") == ACTOR}
    assert owned | acted | {"upload_chunks", "upload_captions", "hand_ins"} <= removed.keys()
    said = [value for (table, _), values in after.items() for value in values if table in owned]
    assert not [value for value in said if value.startswith("Rosa ")]
    assert removed["tickets"] == 2


COPIES = ("captions", "track_grades", "media_lengths", "caption_versions")


@pytest.mark.parametrize("shared", [False, True])
def test_copies_of_media_go_only_where_nobody_else_inserted_them(
    store: Store, database: Database, filled: int, shared: bool
) -> None:
    with database.transaction() as connection:
        media_id = connection.execute(select(embeds.c.media_id).where(embeds.c.made_by == ROSA)).scalar_one()
        for name in COPIES:  # Rosa's were put in first
            table = metadata.tables[name]
            hers = select(table).where(table.c.media_id.like("Rosa%"))
            first = connection.execute(hers).mappings().first()
            assert first is not None
            key = [column == first[column.name] for column in table.primary_key.columns]
            connection.execute(update(table).where(*key).values(media_id=media_id, catalogue="canvas"))
        if shared:
            connection.execute(update(embeds).where(embeds.c.made_by == TOM).values(media_id=media_id))

    store.people.erase(filled, ROSA)

    with database.transaction() as connection:
        left = {name: len(connection.execute(select(metadata.tables[name])).all()) for name in COPIES}
    assert left == dict.fromkeys(COPIES, 2 if shared else 1)


def test_person_who_is_erased_twice_was_nobody_the_second_time(store: Store, filled: int) -> None:
    assert store.people.erase(filled, ROSA)
    assert store.people.erase(filled, ROSA).keys() <= {"cache_entries"}
    assert store.people.export(filled, ROSA) == {}


def test_nobody_has_no_name(store: Store, filled: int) -> None:
    store.people.erase(filled, ROSA)  # leaves rows of nobody
    assert store.people.export(filled, "") == {}


def test_export_has_all_tables_of_the_person_and_no_secret(store: Store, filled: int) -> None:
    found = store.people.export(filled, ROSA)

    text = json.dumps(found)
    marked = {table.name for table in metadata.sorted_tables for c in table.columns if c.info.get("person")}
    assert found.keys() == marked | {"upload_chunks", "upload_captions", "hand_ins"}
    assert TOM not in text
    assert "Tom " not in text
    for secret in ("access_token", "refresh_token", "verifier", "payload", "upload_url"):
        assert secret not in text
    assert "Rosa uploads email" in text  # theirs, though it is sealed
    assert found["embeds"][0]["created_at"] == "2026-03-01T12:00:00.123456+00:00"
