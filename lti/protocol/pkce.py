"""Proof Key for Code Exchange (RFC 7636), method S256."""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64encode


def make() -> tuple[str, str]:
    """Make a code verifier and its challenge.

    :return: the verifier (64 characters, 384 random bits; RFC 7636 section 4.1 asks for 43 to 128 characters) and the
        S256 challenge.
    """
    verifier = secrets.token_urlsafe(48)
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return verifier, urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
