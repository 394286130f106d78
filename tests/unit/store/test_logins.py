from __future__ import annotations

from sqlalchemy import func, select

from lti.model import LoginRecord, Platform
from lti.protocol.states import LOGIN_SECONDS
from lti.store import Database, Store
from lti.store.schema import deep_links, logins

from .conftest import Clock
from .samples import SETTINGS, login


def kept(database: Database) -> int:
    with database.transaction() as connection:
        return connection.execute(select(func.count()).select_from(logins)).scalar_one()


def test_a_launch_takes_its_login_once(store: Store, platform: Platform) -> None:
    assert store.logins.take("state", login(platform.id))
    assert not store.logins.take("state", login(platform.id))


def test_a_launch_takes_no_other_login(store: Store, platform: Platform) -> None:
    for state in ("state", "State", "", "\ud800"):
        assert store.logins.take(state, login(platform.id))


def test_a_login_stays_taken_for_longer_than_its_state_lives(
    store: Store, platform: Platform, clock: Clock, database: Database
) -> None:
    store.logins.take("state", login(platform.id))
    clock.move(LOGIN_SECONDS + 300)  # clocks of several hosts may differ
    for number in range(64):
        store.logins.take(f"new-{number}", login(platform.id))
    assert not store.logins.take("state", login(platform.id))


def test_login_stays_taken_where_the_clock_is_an_hour_ahead_for_a_while(
    store: Store, platform: Platform, clock: Clock
) -> None:
    store.logins.take("state", login(platform.id))
    clock.move(3600)
    for number in range(128):
        store.logins.take(f"new-{number}", login(platform.id))
    clock.move(-3600)
    assert not store.logins.take("state", login(platform.id)), "its state counts again"


def test_text_that_an_engine_cannot_store_does_not_stop_a_launch(store: Store, platform: Platform) -> None:
    assert store.logins.take("state", LoginRecord(platform.id, "n", "https://tool.example/\0\ud800é😀", "p"))


def test_a_launch_takes_its_login_and_keeps_its_request(store: Store, platform: Platform) -> None:
    link = store.deep_links.take_and_put("state", login(platform.id), "teacher", SETTINGS, "1:aa", "https://back")
    assert link is not None
    kept = store.deep_links.get(link, platform.id, "teacher")
    assert kept is not None
    assert (kept.settings, kept.deployment_id, kept.return_url) == (SETTINGS, "1:aa", "https://back")
    assert not store.logins.take("state", login(platform.id))
    assert store.deep_links.take_and_put("state", login(platform.id), "teacher", SETTINGS, "1:aa", None) is None
    assert store.deep_links.get(link, platform.id, "teacher") == kept


def test_a_request_stays_taken_for_longer_than_its_state_lives(store: Store, platform: Platform, clock: Clock) -> None:
    store.deep_links.take_and_put("state", login(platform.id), "teacher", SETTINGS, "1:aa", None)
    clock.move(3600)
    for number in range(128):
        store.deep_links.take_and_put(f"new-{number}", login(platform.id), "teacher", SETTINGS, "1:aa", None)
    clock.move(-3600)
    assert store.deep_links.take_and_put("state", login(platform.id), "teacher", SETTINGS, "1:aa", None) is None
    assert not store.logins.take("state", login(platform.id)), "its state counts again"


def test_a_request_whose_login_was_taken_is_not_kept(store: Store, platform: Platform, database: Database) -> None:
    store.logins.take("state", login(platform.id))
    assert store.deep_links.take_and_put("state", login(platform.id), "teacher", SETTINGS, "1:aa", None) is None
    with database.transaction() as connection:
        assert connection.execute(select(func.count()).select_from(deep_links)).scalar_one() == 0


def test_logins_that_were_taken_do_not_pile_up(
    store: Store, platform: Platform, clock: Clock, database: Database
) -> None:
    for number in range(300):
        store.logins.take(f"old-{number}", login(platform.id))
    clock.move(3 * 3600)
    for number in range(128):
        store.logins.take(f"new-{number}", login(platform.id))
    assert kept(database) == 128
    assert not store.logins.take("new-0", login(platform.id))


def test_one_purge_is_bounded(store: Store, platform: Platform, clock: Clock, database: Database) -> None:
    for number in range(384):
        store.logins.take(f"old-{number}", login(platform.id))
    clock.move(3 * 3600)
    for number in range(64):
        store.logins.take(f"new-{number}", login(platform.id))
    assert kept(database) == 384 + 64 - 256
