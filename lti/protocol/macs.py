"""What our own tokens are made with: keys derived from the installation's secrets, MACs, base64url."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def derive(secret: str, use: str) -> bytes:
    """Derive the key for one use: what is made for one can never pass for what is made for another."""
    label = f"cuedeck token {use}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label).derive(secret.encode())


def mac(key: bytes, message: bytes) -> bytes:
    """Give the HMAC-SHA256 of a message."""
    return hmac.digest(key, message, hashlib.sha256)


def encode64(data: bytes) -> str:
    """Write bytes as base64url without padding."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode64(text: str) -> bytes:
    """Read what :func:`encode64` wrote.

    :raises ValueError: if it cannot be.
    """
    return urlsafe_b64decode(f"{text}==")
