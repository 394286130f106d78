"""The token endpoint's answer as JSON (``reference/canvas.md`` 6.2), into our values."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import httpx
import msgspec
from msgspec import Struct

from lti.errors import RemoteNonsense

from .reading import number, text, whole
from .values import GrantedTokens

_USUAL_LIFE = 3600  # seconds; what Canvas gives
_LONGEST_LIFE = 366 * 86400  # seconds
_SENDABLE = re.compile(r"[\x21-\x7e]{1,4096}")  # what can stand in a header


class _User(Struct):
    id: int | str
    name: Any = None
    global_id: Any = None


class _Tokens(Struct):
    access_token: str
    refresh_token: Any = None
    expires_in: Any = None
    user: _User | None = None


_TOKENS = msgspec.json.Decoder(_Tokens)


def read_tokens(response: httpx.Response, now: datetime) -> GrantedTokens:
    """Read tokens.

    :param now: what ``expires_in`` counts from.
    :raises RemoteNonsense: it does not fit. What was wrong is said without the values: they are secrets.
    """
    read = whole(response, _TOKENS)
    if not _SENDABLE.fullmatch(read.access_token):
        raise RemoteNonsense("the access token cannot be sent in a header")
    life = min(number(read.expires_in) or _USUAL_LIFE, _LONGEST_LIFE)
    return GrantedTokens(
        access_token=read.access_token,
        refresh_token=text(read.refresh_token) or None,
        expires_at=now + timedelta(seconds=life),
        account_id=(text(read.user.id) or None) if read.user else None,
        account_name=(text(read.user.name) or None) if read.user else None,
        global_account_id=(text(read.user.global_id) or None) if read.user else None,
    )
