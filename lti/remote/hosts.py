"""Host names that people enter, before anything is asked there."""

from __future__ import annotations

import re
from typing import Final

from .public import Resolver, is_public, resolve

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST: Final = re.compile(rf"({_LABEL}(?:\.{_LABEL})*)(?::([0-9]{{1,5}}))?", re.ASCII)
_LONGEST: Final = 253


def split_host(text: str) -> tuple[str, int | None] | None:
    """Take a host name apart: its name in lower case, and its port where it has one.

    :returns: None if it is none: an address, a path, something with a user in it.
    """
    found = _HOST.fullmatch(text.lower())
    if found is None or len(found[1]) > _LONGEST:
        return None
    return found[1], int(found[2]) if found[2] else None


def is_public_host(name: str, resolver: Resolver = resolve) -> bool:
    """Tell whether every address of a host is on the public network.

    :raises OSError: it has no address, or the look-up failed.
    """
    addresses = resolver(name)
    return bool(addresses) and all(map(is_public, addresses))
