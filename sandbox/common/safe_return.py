"""Where a form may lead on to."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_return(path: str | None) -> str | None:
    """Give ``path`` back if it leads to a page of this service, else None."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")):
        return None
    parts = urlsplit(path)
    return None if parts.scheme or parts.netloc else path
