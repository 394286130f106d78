"""Fetch a platform's key set (the document only; ``protocol.platform_keys`` reads it)."""

from __future__ import annotations

from .http import Http

KEY_SET_BYTES = 256 << 10  # Canvas publishes three keys in 1.5 KB


def fetch_key_set(http: Http, url: str) -> bytes:
    """Get the key set document.

    :param url: the platform's registered ``jwks_url``.
    :raises RemoteError: it cannot be had. Redirects are not followed: keys come from where the administrator said.
    :raises ConfigurationError: the address is plain http.
    """
    return http.request("GET", url, limit=KEY_SET_BYTES).content
