"""The platform's signing keys: past, present, next.

Canvas publishes the next key before it is used and the past one after, so an ordinary rotation never meets a tool
that has read the set within the hour. ``replace`` is the other case: every key is new at once, and a tool must read the
set again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

BITS = 2048


class SigningKey:
    """One RSA key and the name it goes by. Made when it is first needed: that takes a tenth of a second."""

    def __init__(self, kid: str) -> None:
        self.kid = kid
        self._lock = threading.Lock()
        self._private: rsa.RSAPrivateKey | None = None

    @property
    def private(self) -> rsa.RSAPrivateKey:
        """The private key."""
        with self._lock:
            if self._private is None:
                self._private = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
            return self._private

    def jwk(self) -> dict[str, Any]:
        """Give the public half as Canvas publishes it."""
        public = jwt.algorithms.RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return {"kty": "RSA", "e": public["e"], "n": public["n"], "kid": self.kid, "alg": "RS256", "use": "sig"}


class KeyRing:
    """Three keys that move up one place at a rotation."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._made = 0
        self._keys = [self._make(), self._make(), self._make()]

    @property
    def present(self) -> SigningKey:
        """The key that signs."""
        with self._lock:
            return self._keys[1]

    def rotate(self) -> None:
        """Put the next key to use, as Canvas does about once a month."""
        fresh = self._make()
        with self._lock:
            self._keys = [*self._keys[1:], fresh]

    def replace(self) -> None:
        """Throw all keys away and start with new ones: what was read of the key set before is worth nothing."""
        fresh = [self._make(), self._make(), self._make()]
        with self._lock:
            self._keys = fresh

    def jwks(self) -> dict[str, list[dict[str, Any]]]:
        """Give the document of ``/api/lti/security/jwks``."""
        with self._lock:
            return {"keys": [key.jwk() for key in self._keys]}

    def sign(self, claims: dict[str, Any]) -> str:
        """Make a JWS of ``claims`` with the present key, RS256, ``kid`` in the header."""
        key = self.present
        return jwt.encode(claims, key.private, algorithm="RS256", headers={"kid": key.kid})

    def _make(self) -> SigningKey:
        self._made += 1
        kid = f"{self._clock():%Y-%m-%dT%H:%M:%SZ}_{self._made}"
        return SigningKey(kid)
