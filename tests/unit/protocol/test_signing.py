"""Our signing keys and their rotation."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import jwt
import pytest

from lti.protocol import signing
from lti.protocol.signing import SigningKeys

from .platform import Clock


@dataclass(frozen=True)
class Kept:
    kid: str
    private_pem: str
    public_jwk: dict[str, Any]
    created_at: datetime
    retired_at: datetime | None = None


@dataclass
class KeyShelf:
    """A store of keys in memory, shared by as many processes as a test likes."""

    kept: dict[str, Kept] = field(default_factory=dict)
    reads: int = 0

    def all(self) -> list[Kept]:
        self.reads += 1
        return list(self.kept.values())

    def add(self, kid: str, private_pem: str, public_jwk: dict[str, Any], created_at: datetime) -> None:
        self.kept[kid] = Kept(kid, private_pem, public_jwk, created_at)

    def retire(self, kid: str, at: datetime) -> None:
        self.kept[kid] = replace(self.kept[kid], retired_at=at)

    def delete(self, kid: str) -> None:
        del self.kept[kid]


@pytest.fixture
def shelf() -> KeyShelf:
    return KeyShelf()


@pytest.fixture
def keys(shelf: KeyShelf, clock: Clock) -> SigningKeys:
    return SigningKeys(shelf, clock)


def signed_with(keys: SigningKeys) -> str:
    kid, key = keys.current()
    return jwt.encode({"a": "b"}, key, algorithm="RS256", headers={"kid": kid})


def can_be_checked(token: str, keys: SigningKeys) -> bool:
    kid = jwt.get_unverified_header(token)["kid"]
    found = [key for key in keys.jwks()["keys"] if key["kid"] == kid]
    return bool(found) and jwt.decode(token, jwt.PyJWK(found[0]), algorithms=["RS256"]) == {"a": "b"}


def test_first_key_is_made_once(keys: SigningKeys, shelf: KeyShelf) -> None:
    first = keys.ensure()
    assert keys.ensure() == first
    assert list(shelf.kept) == [first]
    assert shelf.kept[first].private_pem.startswith("-----BEGIN PRIVATE KEY-----")


def test_key_is_made_when_it_is_first_needed(keys: SigningKeys) -> None:
    assert can_be_checked(signed_with(keys), keys)


def test_published_set_holds_no_private_part(keys: SigningKeys) -> None:
    keys.ensure()
    (published,) = keys.jwks()["keys"]
    assert set(published) == {"kty", "n", "e", "alg", "use", "kid"}
    assert (published["kty"], published["alg"], published["use"]) == ("RSA", "RS256", "sig")


def test_key_object_is_held(keys: SigningKeys, shelf: KeyShelf) -> None:
    keys.ensure()
    first = keys.current()[1]
    reads = shelf.reads
    assert keys.current()[1] is first
    assert shelf.reads == reads


def test_rotated_key_signs_at_once_and_the_old_one_is_still_found(keys: SigningKeys, clock: Clock) -> None:
    old = signed_with(keys)
    clock.forward(1)
    new_kid = keys.rotate()
    new = signed_with(keys)
    assert jwt.get_unverified_header(new)["kid"] == new_kid
    assert can_be_checked(old, keys)
    assert can_be_checked(new, keys)


def test_retired_key_leaves_the_set_when_nothing_signed_with_it_can_live(
    keys: SigningKeys, shelf: KeyShelf, clock: Clock
) -> None:
    old = signed_with(keys)
    clock.forward(1)
    keys.rotate()
    clock.forward(3599)
    assert can_be_checked(old, keys)
    clock.forward(1)
    assert not can_be_checked(old, keys)
    assert len(shelf.kept) == 2
    keys.rotate()
    assert len(shelf.kept) == 2  # the oldest is forgotten
    keys.rotate()
    assert len(shelf.kept) == 3  # the one retired a moment ago is kept


def test_other_process_finds_the_new_key_at_once_and_signs_with_it_within_a_minute(
    keys: SigningKeys, shelf: KeyShelf, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = SigningKeys(shelf, clock)
    signed_with(other)
    clock.forward(1)
    new_kid = keys.rotate()
    assert can_be_checked(signed_with(keys), other)
    assert can_be_checked(signed_with(other), keys)
    monkeypatch.setattr(signing, "_REREAD", 0.0)
    assert other.current()[0] == new_kid


def test_keys_are_listed_newest_first_without_secrets(keys: SigningKeys, clock: Clock) -> None:
    first = keys.ensure()
    clock.forward(5)
    second = keys.rotate()
    listed = keys.list()
    assert [key.kid for key in listed] == [second, first]
    assert [key.retired_at for key in listed] == [None, clock.now]
    assert "PRIVATE" not in repr(listed)


def test_store_that_keeps_nothing_is_noticed(shelf: KeyShelf, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "add", lambda *args: None)
    with pytest.raises(LookupError):
        SigningKeys(shelf, clock).current()
