"""Addresses that Canvas hands us: which of them we may ask, and with a token."""

from __future__ import annotations

import re

import httpx

from lti.errors import RemoteNonsense

_MOST_DIGITS = 8  # of a page number that is one


def own_address(url: str, canvas_url: str, path: re.Pattern[str]) -> str:
    """Check that an address belongs to this Canvas and is of the expected kind, before a token is sent there.

    A Canvas behind a proxy that ends TLS may write ``http`` into its links: such an address on the same host is taken
    as ``https``. Nothing else is mended.

    :param url: absolute, or relative to ``canvas_url``.
    :param canvas_url: the platform's origin.
    :param path: what its decoded path must match, completely.
    :raises RemoteNonsense: it leads elsewhere.
    """
    try:
        origin = httpx.URL(canvas_url)
        address = origin.join(url)
    except (httpx.InvalidURL, ValueError) as error:
        raise RemoteNonsense(f"Canvas gave an address that is none: {error}") from None
    if address.scheme == "http" and origin.scheme == "https" and address.port is None:
        address = address.copy_with(scheme="https")
    if not same_origin(address, origin) or address.userinfo:
        raise RemoteNonsense(f"Canvas gave an address on another origin: {address.scheme}://{address.host}")
    if not path.fullmatch(address.path):
        raise RemoteNonsense(f"Canvas gave an address of another kind: {address.path[:200]}")
    return str(address.copy_with(fragment=None))


def same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Whether scheme, host and port agree (httpx drops default ports and writes hosts in lower case)."""
    return (one.scheme, one.host, one.port) == (other.scheme, other.host, other.port)


def next_link(response: httpx.Response) -> str | None:
    """Read the next page's address from the ``Link`` header (``reference/canvas.md`` 1.10), unchecked."""
    url = response.links.get("next", {}).get("url")
    return url or None


def pages_of(response: httpx.Response) -> int | None:
    """Read from the ``Link`` header how many pages there are (1.10); None where Canvas does not say.

    What it says is for progress only: lists change while they are read.
    """
    last = response.links.get("last", {}).get("url", "")
    try:
        page = httpx.URL(last).params.get("page", "")
    except httpx.InvalidURL:
        return None
    return int(page) if page.isascii() and page.isdigit() and 0 < len(page) < _MOST_DIGITS else None
