"""The token that lets a tool register in an account, for an hour (reference/canvas.md 5.2.2)."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

import jwt

from sandbox.canvas.places import ROOT_ACCOUNT_ID
from sandbox.canvas.platform import Platform
from sandbox.canvas.world import Person

LIFE = timedelta(hours=1)
_CLAIMS = {
    "uuid",
    "initiated_at",
    "user_id",
    "root_account_global_id",
    "root_account_domain",
    "registration_url",
    "exp",
}


def issue(platform: Platform, person: Person, registration_url: str, *, account: int = ROOT_ACCOUNT_ID) -> str:
    """Make the token of a registration that ``person`` begins."""
    now = platform.now()
    payload: dict[str, Any] = {
        "uuid": str(uuid.uuid4()),
        "initiated_at": now.isoformat(),
        "user_id": person.id,
        "root_account_global_id": platform.config.school.global_id(account),
        "root_account_domain": domain(platform),
        "registration_url": registration_url,
        "exp": int((now + LIFE).timestamp()),
    }
    return jwt.encode(payload, platform.config.secret, algorithm="HS256")


def read(platform: Platform, token: str) -> dict[str, Any] | None:
    """Read a token; None if it is not ours, of another kind, or too old by this Canvas's own clock."""
    options: Any = {"verify_exp": False}
    try:
        payload: dict[str, Any] = jwt.decode(token, platform.config.secret, algorithms=["HS256"], options=options)
    except jwt.PyJWTError:
        return None
    if set(payload) != _CLAIMS or payload["exp"] <= platform.now().timestamp():
        return None
    return payload


def domain(platform: Platform) -> str:
    """Give the account's domain: our own host and port."""
    return platform.config.url.partition("://")[2]
