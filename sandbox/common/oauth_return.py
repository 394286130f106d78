"""Sending a browser back to the client of OAuth2."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from flask import redirect
from werkzeug.wrappers import Response as AnyResponse

OUT_OF_BAND = "urn:ietf:wg:oauth:2.0:oob"


def final_redirect(redirect_uri: str, values: Mapping[str, str | None], own_page: str) -> AnyResponse:
    """Send the browser back with ``values`` added to the query; out of band: to ``own_page``."""
    added = [(name, value) for name, value in values.items() if value is not None]
    if redirect_uri == OUT_OF_BAND:
        return redirect(f"{own_page}?{urlencode(added)}", 302)
    parts = urlsplit(redirect_uri)
    query = urlencode(parse_qsl(parts.query, keep_blank_values=True) + added)
    return redirect(urlunsplit(parts._replace(query=query)), 302)
