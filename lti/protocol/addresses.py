"""Which addresses out of a message may be used, and for what."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Final

# Scheme, host (a name, or an IPv6 address in brackets), port, then anything without space, control character or
# backslash: browsers read a backslash as a slash, so a host hidden behind one would be reached. User names before the
# host are refused with it ("@" is not in the host's characters).
_WEB_ADDRESS: Final = re.compile(
    r"https?://(?:[A-Za-z0-9._\-]+|\[(?P<v6>[0-9A-Fa-f:.]+)\])(?::(?P<port>[0-9]{1,5}))?(?:[/?#][^\x00-\x20\x7f\\]*)?",
    re.ASCII,
)
_LONGEST: Final = 8192  # characters; Canvas's return address carries a token of its own in the query


def is_web_address(url: str) -> bool:
    """Tell whether this is an absolute http or https address that a browser reads the same way as we do."""
    found = _WEB_ADDRESS.fullmatch(url) if len(url) <= _LONGEST else None
    if found is None:
        return False
    # What would be an error where the address is used is refused here: ports out of range, things like [::::].
    return (found["port"] is None or 0 < int(found["port"]) <= 65535) and (found["v6"] is None or _is_ipv6(found["v6"]))


def is_ours(url: str, our_origin: str) -> bool:
    """Tell whether an address lies on our own origin.

    The comparison is one of text, not of parsed parts: what follows the origin must begin a path, query or fragment, so
    no other host can be meant (``https://tool.example.evil``, ``https://tool.example@evil`` and the like fail).

    :param our_origin: scheme, host and port, without a trailing slash.
    """
    return url.startswith(our_origin) and url[len(our_origin) :][:1] in {"", "/", "?", "#"} and is_web_address(url)


def _is_ipv6(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return ":" in text
