from __future__ import annotations

import hashlib
import re
from base64 import urlsafe_b64decode

from lti.protocol import pkce


def test_challenge_is_the_hash_of_the_verifier() -> None:
    verifier, challenge = pkce.make()
    assert urlsafe_b64decode(challenge + "=") == hashlib.sha256(verifier.encode()).digest()
    assert re.fullmatch(r"[A-Za-z0-9_-]{43,128}", verifier)
    assert "=" not in challenge


def test_verifiers_are_new_each_time() -> None:
    assert len({pkce.make()[0] for _ in range(50)}) == 50
