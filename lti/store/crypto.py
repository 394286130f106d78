"""Sealing of secrets at rest, with keys that can be replaced."""

from __future__ import annotations

import base64
import os
from collections.abc import Sequence
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lti.errors import ConfigurationError

# Other parts derive their keys from the same secrets; the label keeps one's key from being the other's.
_LABEL_FERNET: Final = b"cuedeck/store/seal/1"
_LABEL: Final = b"cuedeck/store/seal/2"

_SEALED: Final = "2."  # what a Fernet token never begins with
_NONCE: Final = (
    12  # random bytes: good for 2**32 sealings with one key, a million a day for eleven years (NIST SP 800-38D)
)


class SecretBox:
    """Seals with the newest secret key and opens with any of them.

    By AES-256-GCM; what versions before this one sealed by Fernet is still opened. To replace a key: put the new one in
    front of the old one, run :meth:`lti.store.Store.reseal`, remove the old one.
    """

    def __init__(self, secret_keys: Sequence[str]) -> None:
        """Derive the sealing keys.

        :param secret_keys: long random strings, newest first.
        :raises ConfigurationError: when there is none.
        """
        if not secret_keys:
            raise ConfigurationError("CUEDECK_SECRET_KEYS: at least one key is needed.")
        self._ciphers = [AESGCM(_derive(key, _LABEL)) for key in secret_keys]
        self._fernet = MultiFernet([Fernet(_fernet_key(key)) for key in secret_keys])

    def seal(self, text: str) -> str:
        """Seal a text with the newest key."""
        return self.seal_bytes(text.encode("utf-8", "surrogatepass"))

    def open(self, sealed: str) -> str:
        """Open what :meth:`seal` made.

        :raises ConfigurationError: when none of the keys opens it.
        """
        return self.open_bytes(sealed).decode("utf-8", "surrogatepass")

    def seal_bytes(self, value: bytes) -> str:
        """Seal bytes with the newest key."""
        nonce = os.urandom(_NONCE)
        content = nonce + self._ciphers[0].encrypt(nonce, value, None)
        return _SEALED + base64.b64encode(content).decode("ascii")

    def open_bytes(self, sealed: str) -> bytes:
        """Open what :meth:`seal_bytes` made.

        :raises ConfigurationError: when none of the keys opens it.
        """
        if sealed.startswith(_SEALED):
            return self._open(sealed.removeprefix(_SEALED))
        try:
            return self._fernet.decrypt(sealed)
        except InvalidToken as error:
            raise _unopened() from error

    def _open(self, encoded: str) -> bytes:
        try:
            content = base64.b64decode(encoded, validate=True)
        except ValueError as error:
            raise _unopened() from error
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(content[:_NONCE], content[_NONCE:], None)
            except (InvalidTag, ValueError):  # another key's; or cut off
                continue
        raise _unopened()

    def reseal(self, sealed: str) -> str:
        """Seal again with the newest key what any of the keys sealed.

        :raises ConfigurationError: when none of the keys opens it.
        """
        return self.seal_bytes(self.open_bytes(sealed))


def _derive(secret_key: str, label: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret_key.encode("utf-8"))


def _fernet_key(secret_key: str) -> bytes:
    return base64.urlsafe_b64encode(_derive(secret_key, _LABEL_FERNET))


def _unopened() -> ConfigurationError:
    return ConfigurationError(
        "A stored secret was sealed with a key that is no longer in CUEDECK_SECRET_KEYS: put the old key back, last."
    )
