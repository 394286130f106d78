"""Tokens by hand, without a JOSE library: a library would refuse to write most of what is tried here."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

_HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def read(token: str) -> dict[str, Any]:
    """Give the claims of a token, unverified."""
    claims: dict[str, Any] = json.loads(decode(token.split(".")[1]))
    return claims


def jwk(key: rsa.RSAPrivateKey, kid: str) -> dict[str, Any]:
    numbers = key.public_key().public_numbers()
    return {
        "kty": "RSA", "alg": "RS256", "use": "sig", "kid": kid,
        "n": encode(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")),
        "e": encode(numbers.e.to_bytes(3, "big")),
    }  # fmt: skip


def signing_input(header: object, claims: object) -> str:
    """Join header and claims; bytes go in as they are."""
    parts = (part if isinstance(part, bytes) else json.dumps(part).encode() for part in (header, claims))
    return ".".join(map(encode, parts))


def compact(header: object, claims: object, key: rsa.RSAPrivateKey, algorithm: str = "RS256") -> str:
    """Sign with an RSA key, by the algorithm named here, whatever the header says."""
    message = signing_input(header, claims)
    digest = _HASHES[algorithm[2:]]
    pad = padding.PKCS1v15() if algorithm[:2] == "RS" else padding.PSS(padding.MGF1(digest), digest.digest_size)
    return f"{message}.{encode(key.sign(message.encode(), pad, digest))}"


def with_mac(header: object, claims: object, secret: bytes) -> str:
    """Sign with HMAC SHA-256."""
    message = signing_input(header, claims)
    return f"{message}.{encode(hmac.digest(secret, message.encode(), hashlib.sha256))}"


def unsigned(header: object, claims: object) -> str:
    return f"{signing_input(header, claims)}."


def public_pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def public_der(key: rsa.RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
