from __future__ import annotations

from sqlalchemy import func, select

from lti.store import CacheEntry, Database, SecretBox, Store
from lti.store.schema import cache_entries, cache_leases

from .conftest import NEW_KEY, OLD_KEY, Clock


def test_a_value_is_fresh_then_stale_then_gone(store: Store, clock: Clock) -> None:
    stored_at = clock()
    store.cache.put("key", b"value \x00\xff", 60, keep_seconds=600)
    assert store.cache.get("key") == CacheEntry(b"value \x00\xff", True, stored_at)
    clock.move(60)
    assert store.cache.get("key") == CacheEntry(b"value \x00\xff", False, stored_at)
    clock.move(540)
    assert store.cache.get("key") is None


def test_a_new_value_replaces_the_old_one(store: Store, clock: Clock) -> None:
    store.cache.put("key", b"old", 1)
    clock.move(5)
    store.cache.put("key", b"new", 60)
    entry = store.cache.get("key")
    assert entry == CacheEntry(b"new", True, clock())


def test_a_value_is_kept_at_least_as_long_as_it_is_fresh(store: Store, clock: Clock) -> None:
    store.cache.put("key", b"value", 60, keep_seconds=1)
    clock.move(59)
    assert store.cache.get("key") is not None


def test_a_deleted_value_is_gone(store: Store) -> None:
    store.cache.put("key", b"value", 60)
    store.cache.put("other", b"", 60)
    store.cache.delete("key")
    store.cache.delete("key")
    assert store.cache.get("key") is None
    other = store.cache.get("other")
    assert other is not None
    assert other.value == b""


def test_keys_of_any_kind_are_taken(store: Store) -> None:
    for key in ("", "\0", "\ud800", "ü" * 10_000):
        store.cache.put(key, key.encode("utf-8", "surrogatepass"), 60)
    found = store.cache.get("\ud800")
    assert found is not None
    assert found.value == b"\xed\xa0\x80"


def test_a_large_value_is_kept(store: Store) -> None:
    store.cache.put("key", bytes(range(256)) * 8192, 60)
    entry = store.cache.get("key")
    assert entry is not None
    assert entry.value == bytes(range(256)) * 8192


def test_one_fetches_while_the_others_wait(store: Store, clock: Clock) -> None:
    assert store.cache.lease("key", 10)
    assert not store.cache.lease("key", 10)
    assert store.cache.lease("other", 10)
    clock.move(10)
    assert store.cache.lease("key", 10)
    store.cache.release("key")
    assert store.cache.lease("key", 10)


def test_a_lease_is_ended_by_its_holder_only(store: Store, database: Database, clock: Clock) -> None:
    other_process = Store(database, SecretBox([OLD_KEY]), clock)
    assert store.cache.lease("key", 10)
    other_process.cache.release("key")
    assert not other_process.cache.lease("key", 10)


def test_a_value_sealed_with_a_lost_key_is_missing(store: Store, database: Database, clock: Clock) -> None:
    store.cache.put("key", b"value", 60)
    assert Store(database, SecretBox([NEW_KEY]), clock).cache.get("key") is None


def test_old_values_and_leases_do_not_pile_up(store: Store, database: Database, clock: Clock) -> None:
    for number in range(100):
        store.cache.put(f"old-{number}", b"value", 1, keep_seconds=10)
        store.cache.lease(f"old-{number}", 10)
    clock.move(11)
    for number in range(64):
        store.cache.put(f"new-{number}", b"value", 60)
        store.cache.lease(f"new-{number}", 10)
    with database.transaction() as connection:
        assert connection.execute(select(func.count()).select_from(cache_entries)).scalar_one() < 128
        assert connection.execute(select(func.count()).select_from(cache_leases)).scalar_one() < 128
