"""The public keys of platforms: fetched seldom, held as objects, served stale when a platform does not answer.

Keys are kept as key objects, because building one costs more than the whole signature check that follows (228 against
92 microseconds, ``reference/lti-launch.md`` section 1). They are lost with the process: a restart costs one fetch.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm

from lti.errors import CuedeckError, LaunchRefused, PlatformKeysUnavailable, RemoteUnavailable

_log = logging.getLogger(__name__)

_LARGEST_SET: Final = 256 * 1024  # bytes; Canvas's is about 2 KB
_MOST_KEYS: Final = 100
_LEAST_BITS: Final = 2048
_MOST_BITS: Final = 8192  # verifying takes time in the square of this: a larger key is a way to keep us busy
_BURST: Final = 5  # refetches for unknown keys before the cool-down is felt: real rotations come one at a time
_PATIENCE: Final = 15.0  # seconds to wait for a fetch that another thread has begun; longer than one fetch may take


class _Jwk(msgspec.Struct, frozen=True):
    kty: str
    kid: str
    n: str
    e: str
    use: str | None = None
    alg: str | None = None
    key_ops: list[str] | None = None


class _JwkSet(msgspec.Struct, frozen=True):
    keys: list[msgspec.Raw]


@dataclass(slots=True)
class _Held:
    """What is held of one key set."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    keys: Mapping[str, RSAPublicKey] = field(default_factory=dict)
    fresh_until: float = 0.0
    failure: str | None = None  # what went wrong with the last fetch
    allowance: float = _BURST
    counted_at: float = 0.0


class PlatformKeys:
    """Find the key that a platform signed with.

    A known key is answered from memory without a lock. Once ``ttl`` is over, one thread fetches the set again while the
    others go on with the known key; if that fails, the known key stays in use and the next try is ``cool_down`` later.
    An unknown ``kid`` causes a fetch at once (platforms rotate), but strangers can write any ``kid`` into a forged
    token: these fetches are limited to a burst of five and one more for each ``cool_down``.
    """

    def __init__(
        self,
        fetch: Callable[[str], bytes],
        clock: Callable[[], datetime],
        ttl: float = 3600.0,
        cool_down: float = 10.0,
        busy_with: Callable[[str], AbstractContextManager[object]] = nullcontext,
    ) -> None:
        """Hold nothing yet.

        :param fetch: gets the document at an address, within a time and size limit; raises a ``CuedeckError``.
        :param ttl: seconds for which a fetched set is used without asking again.
        :param cool_down: seconds, see above.
        :param busy_with: held while an address is fetched or waited for; raises ``RemoteUnavailable`` where too
            many threads are busy with its host already.
        """
        self._fetch = fetch
        self._clock = clock
        self._ttl = ttl
        self._cool_down = cool_down
        self._busy_with = busy_with
        self._held: dict[str, _Held] = {}

    def key(self, jwks_url: str, kid: str) -> RSAPublicKey:
        """Give the key object of a key id.

        :raises PlatformKeysUnavailable: if the key is not known and the set cannot be had.
        :raises LaunchRefused: if the set is there, and holds no such key, or not one that may be used: only RSA keys of
            2048 bits and more, meant for RS256 signatures, are taken.
        """
        held = self._held.get(jwks_url) or self._held.setdefault(jwks_url, _Held())
        now = self._clock().timestamp()
        known = held.keys.get(kid)
        if known is None:
            try:
                with self._busy_with(jwks_url):
                    return self._look_up(held, jwks_url, kid)
            except RemoteUnavailable as error:  # too many wait: what a fetch raises does not come out
                raise PlatformKeysUnavailable(str(error), retry_after=error.retry_after) from error
        if now >= held.fresh_until and held.lock.acquire(blocking=False):
            try:
                self._refresh(held, jwks_url)
            finally:
                held.lock.release()
            known = held.keys.get(kid)
            if known is None:
                raise LaunchRefused("the platform has withdrawn this key")
        return known

    def _look_up(self, held: _Held, jwks_url: str, kid: str) -> RSAPublicKey:
        """Fetch for a key that is not known, one thread at a time."""
        if not held.lock.acquire(timeout=_PATIENCE):
            raise PlatformKeysUnavailable("the key set is still being fetched", retry_after=self._cool_down)
        try:
            if kid not in held.keys and self._may_fetch(held):
                self._refresh(held, jwks_url)
            key = held.keys.get(kid)
            failure = held.failure
        finally:
            held.lock.release()
        if key is not None:
            return key
        if failure is not None:
            raise PlatformKeysUnavailable(failure, retry_after=self._cool_down)
        raise LaunchRefused("the platform's key set holds no usable key of this kid")

    def _may_fetch(self, held: _Held) -> bool:
        now = self._clock().timestamp()
        if held.counted_at:
            held.allowance = min(_BURST, held.allowance + (now - held.counted_at) / self._cool_down)
        held.counted_at = now
        if held.allowance < 1:
            return False
        held.allowance -= 1
        return True

    def _refresh(self, held: _Held, jwks_url: str) -> None:
        """Fetch and keep a key set; on failure keep the one before."""
        try:
            keys = read_key_set(self._fetch(jwks_url))
        except (CuedeckError, OSError) as error:
            held.failure = f"the key set cannot be had: {error or type(error).__name__}"
            _log.warning("%s: %s (%d keys known)", jwks_url, held.failure, len(held.keys))
            held.fresh_until = self._clock().timestamp() + self._cool_down
        else:
            held.failure = None
            held.keys = keys
            held.fresh_until = self._clock().timestamp() + self._ttl


def read_key_set(document: bytes) -> dict[str, RSAPublicKey]:
    """Read a JWK set (RFC 7517).

    Keys that may not be used are left out; a document that is no key set at all is an error.

    :raises PlatformKeysUnavailable: if this is an error document, empty, or oversized.
    """
    if len(document) > _LARGEST_SET:
        raise PlatformKeysUnavailable("the key set is too large")
    try:
        raw_keys = msgspec.json.decode(document, type=_JwkSet).keys
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise PlatformKeysUnavailable("the answer is not a key set") from None
    if not 0 < len(raw_keys) <= _MOST_KEYS:
        raise PlatformKeysUnavailable(f"the key set holds {len(raw_keys)} keys")
    keys: dict[str, RSAPublicKey] = {}
    for raw in raw_keys:
        try:
            jwk = msgspec.json.decode(raw, type=_Jwk)
        except (msgspec.MsgspecError, ValueError, RecursionError):
            continue  # a key of another type, which is no error: sets may mix them
        key = _usable(jwk)
        if key is not None:
            keys.setdefault(jwk.kid, key)
    return keys


def _usable(jwk: _Jwk) -> RSAPublicKey | None:
    meant_for_us = (
        jwk.kty == "RSA"
        and jwk.use in {None, "sig"}
        and jwk.alg in {None, "RS256"}  # a key marked HS256 invites an HMAC made with the public key
        and (jwk.key_ops is None or "verify" in jwk.key_ops)
        and len(jwk.n) <= _MOST_BITS // 4
        and len(jwk.e) <= 8
    )
    if not meant_for_us:
        return None
    try:
        key = RSAAlgorithm.from_jwk({"kty": jwk.kty, "n": jwk.n, "e": jwk.e})
    except (jwt.PyJWTError, ValueError):
        return None
    return key if isinstance(key, RSAPublicKey) and _LEAST_BITS <= key.key_size <= _MOST_BITS else None
