"""Addresses that people have Studio fetch media from: refused here where Studio should not go, or could not.

Nothing is looked up and nothing is asked: only what the address itself says counts. Where a name leads is Studio's to
judge, from where Studio stands.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final
from urllib.parse import SplitResult, urlsplit

from lti.errors import N_, InputError
from lti.remote import is_public

_LONGEST: Final = 2048  # characters
_SITES: Final = {
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "youtube-nocookie.com": "YouTube",
    "vimeo.com": "Vimeo",
}
# Names that no public name server knows: reserved ones (RFC 2606, 6761, 6762, 8375), and those that schools make up.
_INWARD: Final = frozenset(
    {
        *("example", "home.arpa", "internal", "invalid", "local", "localhost", "onion", "test"),
        *("corp", "home", "intra", "intranet", "lan", "localdomain", "private"),
    }
)
_NUMBER: Final = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)  # what programs read as part of an IPv4 address
_HOST: Final = re.compile(r"[^\s/?#@\\:%\[\]]{1,253}")
_DOTS: Final = str.maketrans("\u3002", ".")
_WRITE: Final = N_("Write a whole address, like https://videos.example.org/lecture.mp4.")
_UPLOAD: Final = N_("Download the file, and upload it here instead.")


class AddressRefused(InputError):
    """Raised for an address that Studio cannot, or should not, fetch from."""

    code = "address_refused"
    status = 422
    message = N_("This is not a web address.")
    next_step = _WRITE


def check_address(text: str) -> str:
    """Look at an address that somebody entered.

    :returns: it, without the blanks around it.
    :raises AddressRefused: it is malformed, not http(s), or leads to a private network.
    """
    address = text.strip()
    if not address or len(address) > _LONGEST or re.search(r"[\s\\]", address) or not address.isprintable():
        raise AddressRefused("empty, too long, or with characters that no address has")
    parts = _split(address)
    if parts.scheme not in {"http", "https"}:
        raise AddressRefused(
            f"scheme {parts.scheme[:20]!r}",
            message=N_("Studio can only fetch from addresses that begin with https:// or http://."),
        )
    if "@" in parts.netloc:
        raise AddressRefused(
            "with a user",
            message=N_("This address has a user name or password in it, which should not be given away."),
            next_step=_UPLOAD,
        )
    host = _host(parts)
    if ":" not in host and not _HOST.fullmatch(host):
        raise AddressRefused("no host")
    if _is_private(host):
        raise AddressRefused(
            "a private network",
            message=N_("This address leads to a private network, where Studio cannot fetch anything."),
            next_step=_UPLOAD,
        )
    return address


def external_site(address: str) -> str | None:
    """Tell whether an address is of a site whose media stay there: "YouTube" or "Vimeo".

    :param address: that was checked.
    """
    labels = _host(urlsplit(address)).split(".")
    return _SITES.get(".".join(labels[-2:]))


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError as error:
        raise AddressRefused(f"malformed: {error}") from error
    if not parts.scheme or (parts.scheme in {"http", "https"} and not parts.hostname):
        raise AddressRefused("no scheme, or no host")
    return parts


def _host(parts: SplitResult) -> str:
    """Write a host as name servers are asked for it: wide digits and dots are plain ones then."""
    return unicodedata.normalize("NFKC", parts.hostname or "").translate(_DOTS).lower().rstrip(".")


def _is_private(host: str) -> bool:
    if ":" in host:
        return not is_public(host)
    labels = host.split(".")
    if _NUMBER.fullmatch(labels[-1]):  # an IPv4 address, or one of the many other ways to write one
        return not is_public(host)
    return len(labels) < 2 or labels[-1] in _INWARD or ".".join(labels[-2:]) in _INWARD
