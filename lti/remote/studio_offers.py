"""What a Studio says that its API offers (``reference/studio.md`` 1.1): Swagger, of which only the paths are read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import httpx
import msgspec

from lti.errors import RemoteNonsense

from .auth import TokenSource
from .errors import where
from .http import Http
from .reading import text, whole
from .studio_calls import ROOT, StudioCalls
from .studio_errors import about_studio

_BYTES = 8 << 20  # of the whole description
_DOCUMENT = msgspec.json.Decoder(dict[str, Any])
_PARAMETER = re.compile(r"\{[^{}/]*\}")
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})

# Every call under the API's root that Cuedeck makes; a test compares this with what our clients really ask for.
USED: Final = frozenset(
    {
        "DELETE /captioning_service_types/{}",
        "DELETE /media/{}",
        "DELETE /media/{}/tags/{}",
        "GET /caption_file_requests",
        "GET /caption_files/{}/download",
        "GET /captioning_service_types",
        "GET /collections",
        "GET /collections/{}",
        "GET /collections/{}/media",
        "GET /courses/{}",
        "GET /media/search",
        "GET /media/{}",
        "GET /media/{}/caption_files",
        "GET /media/{}/download",
        "GET /media/{}/perspectives",
        "GET /media/{}/sources",
        "GET /media/{}/tags",
        "GET /media/{}/users",
        "GET /ping",
        "GET /users/search",
        "GET /users/{}/collections",
        "PATCH /caption_file_requests/{}",
        "POST /collections",
        "POST /collections/{}/media",
        "POST /media",
        "POST /media/uploads",
        "POST /media/uploads/{}/complete",
        "POST /media/{}/caption_files",
        "POST /media/{}/create_embed",
        "POST /media/{}/tags",
        "PUT /captioning_service_types/{}",
    }
)


@dataclass(frozen=True, slots=True)
class StudioOffers:
    """A Studio's description of itself."""

    version: str
    calls: frozenset[str]  # such as ``GET /media/{}``, under the API's root

    @property
    def missing(self) -> list[str]:
        """What Cuedeck calls and this Studio does not offer."""
        return sorted(USED - self.calls)


def fetch_offers(http: Http, origin: str, tokens: TokenSource) -> StudioOffers:
    """Ask a Studio what it offers. One call.

    :raises GrantError: there is no usable token.
    :raises RemoteError: all else.
    """
    answer = StudioCalls(http, origin, tokens).call("GET", "/api/public/apidocs", root="", limit=_BYTES)
    return read_offers(answer)


@about_studio()
def read_offers(answer: httpx.Response) -> StudioOffers:
    """Read the description. Paths are named from the root of the site, or from a ``basePath``.

    :raises RemoteNonsense: it names no path.
    """
    document = whole(answer, _DOCUMENT)
    base, paths, info = text(document.get("basePath")).rstrip("/"), document.get("paths"), document.get("info")
    if not isinstance(paths, dict) or not paths:
        raise RemoteNonsense(f"{where(answer.request)}: no paths")
    calls = {
        f"{method.upper()} {_under_root(f'{base}{path}')}"
        for path, methods in paths.items()
        if isinstance(methods, dict)
        for method in methods
        if method.upper() in _METHODS
    }
    return StudioOffers(text(info.get("version")) if isinstance(info, dict) else "", frozenset(calls))


def _under_root(path: str) -> str:
    path = _PARAMETER.sub("{}", path)
    return path.partition(ROOT)[2] or path
