"""Our signing keys: made at the first start, rotated by command, found by platforms in our JWK set.

A rotated key stays in the set until nothing signed with it can be alive. Processes that have not noticed a rotation yet
sign with the old key for up to a minute, and that is all right for the same reason. The set itself is read from the
store each time, so that a key which another process made a second ago is in it when Canvas asks.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, Protocol, cast

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from jwt.algorithms import RSAAlgorithm

_BITS: Final = 2048
_REREAD: Final = 60.0  # seconds
# How long a retired key stays published: far longer than the minute of notice and the five minutes of a response.
_OVERLAP: Final = timedelta(hours=1)


class StoredKey(Protocol):
    """A signing key as the store gives it."""

    @property
    def kid(self) -> str: ...  # noqa: D102
    @property
    def private_pem(self) -> str: ...  # noqa: D102
    @property
    def public_jwk(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def created_at(self) -> datetime: ...  # noqa: D102
    @property
    def retired_at(self) -> datetime | None: ...  # noqa: D102


class KeyStore(Protocol):
    """Where signing keys are kept, private halves encrypted."""

    def all(self) -> Sequence[StoredKey]:
        """Give every key."""

    def add(self, kid: str, private_pem: str, public_jwk: dict[str, Any], created_at: datetime) -> None:
        """Keep a new key."""

    def retire(self, kid: str, at: datetime) -> None:
        """Note that a key signs no more."""

    def delete(self, kid: str) -> None:
        """Forget a key."""


@dataclass(frozen=True, slots=True)
class KeyState:
    """What may be told about a signing key."""

    kid: str
    created_at: datetime
    retired_at: datetime | None


class SigningKeys:
    """Gives the key to sign with and the set to publish. Key objects are held: reading one from PEM takes 40 ms."""

    def __init__(self, store: KeyStore, clock: Callable[[], datetime]) -> None:
        """Be ready; nothing is read or made before it is needed."""
        self._store = store
        self._clock = clock
        self._lock = threading.Lock()
        self._current: tuple[str, rsa.RSAPrivateKey] | None = None
        self._read_at = 0.0

    def ensure(self) -> str:
        """Make the first key if there is none that signs.

        Two processes that start together may each make one: both are published, the newer one signs.

        :return: the id of the key that signs.
        """
        key = _newest(self._store.all())
        return key.kid if key is not None else self._make()

    def rotate(self) -> str:
        """Make a new key, retire the ones before it, and forget those that were retired long ago.

        :return: the id of the new key.
        """
        now = self._clock()
        before = self._store.all()
        kid = self._make()
        for key in before:
            if key.retired_at is None:
                self._store.retire(key.kid, now)
            elif key.retired_at + _OVERLAP <= now:
                self._store.delete(key.kid)
        with self._lock:
            self._current = None
        return kid

    def current(self) -> tuple[str, rsa.RSAPrivateKey]:
        """Give the id and the key object to sign with."""
        with self._lock:
            if self._current is None or time.monotonic() - self._read_at >= _REREAD:
                key = _newest(self._store.all())
                if key is None:
                    self.ensure()
                    key = _newest(self._store.all())
                if key is not None and (self._current is None or self._current[0] != key.kid):
                    private = load_pem_private_key(key.private_pem.encode("ascii"), password=None)
                    self._current = (key.kid, cast(rsa.RSAPrivateKey, private))
                self._read_at = time.monotonic()
            if self._current is None:
                raise LookupError("the store does not keep signing keys")
            return self._current

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """Give the public JWK set (RFC 7517): the key that signs, and retired ones that may still be met."""
        now = self._clock()
        return {
            "keys": [
                key.public_jwk for key in self._store.all() if key.retired_at is None or key.retired_at + _OVERLAP > now
            ]
        }

    def list(self) -> tuple[KeyState, ...]:
        """Tell which keys there are, newest first."""
        keys = sorted(self._store.all(), key=lambda key: key.created_at, reverse=True)
        return tuple(KeyState(key.kid, key.created_at, key.retired_at) for key in keys)

    def _make(self) -> str:
        private = rsa.generate_private_key(public_exponent=65537, key_size=_BITS)
        kid = secrets.token_urlsafe(16)
        numbers = RSAAlgorithm.to_jwk(private.public_key(), as_dict=True)
        self._store.add(
            kid,
            private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode("ascii"),
            {"kty": "RSA", "n": numbers["n"], "e": numbers["e"], "alg": "RS256", "use": "sig", "kid": kid},
            self._clock(),
        )
        return kid


def _newest(keys: Sequence[StoredKey]) -> StoredKey | None:
    return max((key for key in keys if key.retired_at is None), key=lambda key: (key.created_at, key.kid), default=None)
