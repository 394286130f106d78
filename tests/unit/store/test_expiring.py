"""How long rows live."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, insert, select

from lti.store import Database, SecretBox, Store
from lti.store.expiring import RULES, Life
from lti.store.schema import logins, metadata
from tests.support.rows import fill

from .conftest import OLD_KEY, Clock

ENDED = {name for name, rule in RULES.items() if rule.life is None}
OLD = {name for name, rule in RULES.items() if rule.life in {Life.CACHED, Life.HISTORY}}
YEARS = timedelta(days=730)


def counts(database: Database) -> dict[str, int]:
    with database.transaction() as connection:
        return {
            table.name: connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in metadata.sorted_tables
        }


def fill_at(database: Database, word: str, clock: Clock, ago: timedelta) -> None:
    with database.transaction() as connection:
        fill(connection, SecretBox([OLD_KEY]), word, clock() - ago)


def test_no_table_is_without_a_rule_and_each_rule_has_what_it_needs() -> None:
    assert RULES.keys() == metadata.tables.keys()
    for name, rule in RULES.items():
        counted = rule.life in {None, Life.CACHED, Life.HISTORY}
        assert (rule.column is not None) == counted, name
        assert rule.column is None or rule.column.table.name == name
    for name, table in metadata.tables.items():
        owned = any(key.ondelete == "CASCADE" for column in table.columns for key in column.foreign_keys)
        assert RULES[name].life is not Life.OWNER or owned, f"{name} hangs on nothing"


def test_often_used_rules_have_an_index() -> None:
    for name in ENDED:
        column = RULES[name].column
        assert column is not None
        assert column.index, name


def test_rows_that_are_over_go_and_others_stay(store: Store, database: Database, clock: Clock) -> None:
    fill_at(database, "over", clock, timedelta(seconds=1))
    fill_at(database, "good", clock, timedelta(seconds=-1))

    assert store.expiring.remove_ended() == dict.fromkeys(ENDED, 1)
    assert {name for name, count in counts(database).items() if count == 1} == ENDED
    assert store.expiring.remove_ended() == {}


@pytest.mark.parametrize(("ago", "gone"), [(401, 3), (399, 0), (731, 6), (729, 3)])
def test_old_rows_go_by_their_rule(store: Store, database: Database, clock: Clock, ago: int, gone: int) -> None:
    fill_at(database, "old", clock, timedelta(days=ago))
    fill_at(database, "new", clock, timedelta(days=1))

    removed = store.expiring.remove_old(YEARS)

    assert len(removed) == gone
    assert removed.keys() <= OLD
    assert set(removed.values()) <= {1}
    left = counts(database)
    assert all(left[name] == (1 if name in removed else 2) for name in metadata.tables)


def test_a_backlog_goes_in_small_steps(store: Store, database: Database, clock: Clock) -> None:
    values = {"platform_id": 1, "nonce": "", "target_link_uri": "", "proof_hash": "", "expires_at": clock()}
    with database.transaction() as connection:
        connection.execute(insert(logins), [values | {"state_hash": str(number)} for number in range(1201)])
    clock.move(1)

    assert store.expiring.remove_ended() == {"logins": 1201}
