"""Signed addresses that end, as file stores hand them out: whoever holds one may fetch."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime


@dataclass
class AddressSigner:
    """Makes and checks the proof in an address (Kaltura's ``ks``, a presigned signature)."""

    _secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def sign(self, what: str, expires: datetime) -> str:
        """Make a URL-safe proof for ``what`` that ends at ``expires``."""
        payload = f"{int(expires.timestamp())}"
        return base64.urlsafe_b64encode(f"{payload}|{self._mac(what, payload)}".encode()).decode().rstrip("=")

    def valid(self, what: str, proof: str, now: datetime) -> bool:
        """Tell whether ``proof`` is for ``what`` and has not ended."""
        try:
            text = base64.urlsafe_b64decode(proof + "=" * (-len(proof) % 4)).decode("ascii")
            payload, _, mac = text.partition("|")
            expires = int(payload)
        except (ValueError, UnicodeError):
            return False
        return hmac.compare_digest(mac, self._mac(what, payload)) and now.timestamp() < expires

    def _mac(self, what: str, payload: str) -> str:
        return hmac.new(self._secret, f"{what}|{payload}".encode(), hashlib.sha256).hexdigest()[:32]
