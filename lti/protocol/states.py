"""The ``state`` of a login: the login's record itself, signed by us, instead of the key to a stored one.

Beginning a login writes nothing, so nobody can fill the disk with logins, and no process has to find what another one
wrote. What must be stored is that a state was answered: that is done once, when its launch has been verified
(``lti.store.logins``). ``docs/decisions/0011-launch-cost.md`` says why this is no weaker.

A state is base64url of 24 random bytes, the platform's number, the second at which it is over, the path of its target
and a MAC of all that. The nonce and the browser's proof come from another MAC of the same: whoever has the state has
neither. The MACs are keyed BLAKE2b (RFC 7693): a fourth of the price of an HMAC by OpenSSL, and a launch needs four.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from struct import Struct
from typing import Final

from lti.model import LoginRecord
from lti.protocol.macs import decode64, derive, encode64

LOGIN_SECONDS: Final = 300  # how long a person may stay on the platform's log-in page
_RANDOM: Final = 24  # bytes
_MAC: Final = 32  # bytes
_FIXED: Final = Struct(f">{_RANDOM}sIQ")  # random, platform, over at
_LARGEST: Final = 4096  # characters; the target is at most 2048


@dataclass(frozen=True, slots=True)
class MadeState:
    """A new state and what belongs to it."""

    state: str
    nonce: str
    proof: str = field(repr=False)  # for the browser alone


class States:
    """Makes and opens states."""

    def __init__(self, secret_keys: Sequence[str], base_url: str, clock: Callable[[], datetime]) -> None:
        """Derive the keys.

        :param secret_keys: the installation's secrets, newest first: that one signs, all of them open.
        :param base_url: our own origin, without a trailing slash; every target lies there.
        """
        self._keys = tuple(derive(secret, f"login 2 {base_url}") for secret in secret_keys)
        self._base_url = base_url
        self._clock = clock

    def make(self, platform_id: int, target_link_uri: str) -> MadeState:
        """Begin a login.

        :param target_link_uri: an address of ours.
        """
        over = int(self._clock().timestamp()) + LOGIN_SECONDS
        body = _FIXED.pack(secrets.token_bytes(_RANDOM), platform_id, over)
        body += target_link_uri.removeprefix(self._base_url).encode()
        key = self._keys[0]
        return MadeState(encode64(body + _mac(key, body)), *_secrets(key, body))

    def open(self, state: str) -> LoginRecord | None:
        """Read a state that a platform gave back.

        :returns: None if we did not make it, or its time is over.
        """
        if len(state) > _LARGEST or not state.isascii():
            return None
        try:
            content = decode64(state)
        except ValueError:
            return None
        body, signature = content[:-_MAC], content[-_MAC:]
        # base64 has several spellings of one value, and a state is good once: one spelling is taken.
        if len(body) < _FIXED.size or encode64(content) != state:
            return None
        for key in self._keys:
            if hmac.compare_digest(_mac(key, body), signature):
                return self._read(key, body)
        return None

    def _read(self, key: bytes, body: bytes) -> LoginRecord | None:
        _, platform_id, over = _FIXED.unpack_from(body)
        if over <= self._clock().timestamp():
            return None
        nonce, proof = _secrets(key, body)
        return LoginRecord(
            platform_id=platform_id,
            nonce=nonce,
            target_link_uri=f"{self._base_url}{body[_FIXED.size :].decode()}",
            proof_hash=hash_proof(proof),
        )


def hash_proof(proof: str) -> str:
    """Hash what the browser holds: where a launch is kept for its proof, who reads that cannot finish it."""
    return hashlib.sha256(proof.encode("utf-8", "surrogatepass")).hexdigest()


def _mac(key: bytes, body: bytes) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=_MAC, person=b"state").digest()


def _secrets(key: bytes, body: bytes) -> tuple[str, str]:
    """Derive nonce and proof: the halves of one MAC, neither of which tells anything of the other."""
    both = hashlib.blake2b(body, key=key, digest_size=64, person=b"nonce and proof").digest()
    return encode64(both[:32]), encode64(both[32:])
