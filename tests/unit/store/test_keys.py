from __future__ import annotations

from datetime import timedelta

import pytest

from lti.errors import ConfigurationError
from lti.store import Database, SecretBox, Store, StoredKey

from .conftest import NEW_KEY, Clock
from .samples import THEN

JWK = {"kty": "RSA", "kid": "k1", "n": "abc", "e": "AQAB", "alg": "RS256", "use": "sig"}


def test_keys_are_listed_oldest_first(store: Store) -> None:
    store.keys.add("k2", "pem-2", {**JWK, "kid": "k2"}, THEN + timedelta(days=1))
    store.keys.add("k1", "pem-1", JWK, THEN)
    assert store.keys.all() == [
        StoredKey("k1", "pem-1", JWK, THEN, None),
        StoredKey("k2", "pem-2", {**JWK, "kid": "k2"}, THEN + timedelta(days=1), None),
    ]


def test_a_key_stays_retired_since_the_first_time(store: Store) -> None:
    store.keys.add("k1", "pem-1", JWK, THEN)
    store.keys.retire("k1", THEN + timedelta(days=1))
    store.keys.retire("k1", THEN + timedelta(days=2))
    assert store.keys.all()[0].retired_at == THEN + timedelta(days=1)


def test_a_deleted_key_is_gone(store: Store) -> None:
    store.keys.add("k1", "pem-1", JWK, THEN)
    store.keys.delete("k1")
    assert store.keys.all() == []


def test_a_private_key_is_not_in_the_repr(store: Store) -> None:
    store.keys.add("k1", "pem-1", JWK, THEN)
    assert "pem-1" not in repr(store.keys.all())


def test_administrator_who_lost_the_secret_key_is_told_which_setting(
    store: Store, database: Database, clock: Clock
) -> None:
    store.keys.add("k1", "pem-1", JWK, THEN)
    with pytest.raises(ConfigurationError, match="CUEDECK_SECRET_KEYS"):
        Store(database, SecretBox([NEW_KEY]), clock).keys.all()
