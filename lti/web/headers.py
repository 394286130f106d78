"""The headers that tell browsers what our pages may do and who may frame them.

The content security policy has neither ``unsafe-inline`` nor a nonce: no template holds an inline script or style.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

NO_STORE: Final = "no-store"
# What carries no page of ours: JSON, captions, redirects, and pages that nobody frames.
CLOSED: Final = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

_PERMISSIONS: Final = (
    "accelerometer=(), autoplay=(self), browsing-topics=(), camera={devices}, display-capture={devices}, "
    "fullscreen=(self), geolocation=(), gyroscope=(), magnetometer=(), microphone={devices}, midi=(), payment=(), "
    "usb=()"
)
NO_DEVICES: Final = ("Permissions-Policy", _PERMISSIONS.format(devices="()"))
# Of the pages that record alone; the frame that Canvas puts them in has to pass these on (reference/canvas.md).
DEVICES: Final = ("Permissions-Policy", _PERMISSIONS.format(devices="(self)"))
ALWAYS: Final = (
    ("X-Content-Type-Options", "nosniff"),
    # The origin alone. Not "no-referrer": that would make the form post to Canvas one from origin "null".
    ("Referrer-Policy", "strict-origin"),
)
_BEGINNING: Final = re.compile(r"https?://[^/?#\\]+")
HTTPS_ONLY: Final = ("Strict-Transport-Security", "max-age=31536000")


@lru_cache(maxsize=1024)
def page_policy(*, framed_by: tuple[str, ...], media_from: tuple[str, ...] = (), posts_to: tuple[str, ...] = ()) -> str:
    """Write the policy of a page.

    :param framed_by: origins that may frame it; none means that it stands alone, ``("*",)`` that anyone may.
    :param media_from: origins of media and thumbnails, beside ourselves and anything on https: catalogues hand out
        addresses on content delivery networks that nobody lists.
    :param posts_to: origins that its form is sent to.
    """
    media = " ".join(("'self'", "https:", *media_from))
    forms = " ".join(("'self'", *posts_to))
    framers = " ".join(framed_by) or "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        f"img-src {media}; media-src {media}; "
        f"form-action {forms}; "
        f"frame-ancestors {framers}; base-uri 'none'"
    )


def origin(url: str | None) -> str | None:
    """Give the origin of a web address, or None of anything that is not one.

    What is returned goes into a header: nothing but scheme, host and port, all of the plain sort.
    """
    # Return addresses are different at each launch, their beginnings are not: only these are worth keeping.
    found = _BEGINNING.match(url) if url else None
    return _origin(found[0]) if found else None


@lru_cache(maxsize=1024)
def _origin(beginning: str) -> str | None:
    try:
        parts = urlsplit(beginning)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    if not host or not host.isascii():
        return None
    if not all(character.isalnum() or character in "-._:" for character in host):
        return None
    if ":" in host:
        host = f"[{host}]"
    return f"{parts.scheme}://{host}" if port is None else f"{parts.scheme}://{host}:{port}"


def origins(urls: Iterable[str | None]) -> tuple[str, ...]:
    """Give the different origins of some addresses, in their order."""
    return tuple(dict.fromkeys(found for found in map(origin, urls) if found))
