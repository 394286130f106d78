"""What owners do with their media and collections at Studio (``reference/studio.md`` 2.3, 2.7, 2.9)."""

from __future__ import annotations

import msgspec
from msgspec import Raw

from . import studio_json
from .auth import TokenSource
from .http import Http
from .reading import text
from .studio_calls import MOST, StudioCalls, segment
from .studio_values import StudioCollection, StudioPage, StudioSharing

_PAGES = 40  # of a list that is read to its end
_MEMBERS = msgspec.json.Decoder(dict[str, Raw])
_VALUE = msgspec.json.Decoder()


class StudioOwnedApi:
    """Collections, tags, shares and removal, in the name of one account. Errors are those of ``StudioApi``."""

    def __init__(self, http: Http, origin: str, tokens: TokenSource) -> None:
        """Act for the account whose tokens these are.

        :param origin: of the Studio.
        """
        self._calls = StudioCalls(http, origin, tokens)

    def collections(self, user_id: str | None = None) -> tuple[StudioCollection, ...]:
        """List collections, all pages: what the account may see.

        :param user_id: those of a person instead; only administrators may.
        """
        path = "/collections" if user_id is None else f"/users/{segment(user_id)}/collections"
        return all_collections(self._calls, path)

    def collection(self, collection_id: str) -> StudioCollection:
        """Get one collection. One call."""
        return studio_json.collection_of(self._calls.get(f"/collections/{segment(collection_id)}"), "collection")

    def create_collection(self, name: str, user_id: str | None = None) -> StudioCollection:
        """Make a collection. One call.

        :param user_id: whose it is to be, for a service account.
        """
        params = [("name", name)] + ([] if user_id is None else [("user_id", user_id)])
        return studio_json.collection_of(self._calls.call("POST", "/collections", params=params), "collection")

    def add_tag(self, media_id: str, name: str) -> None:
        """Add a tag to a media. One call; what it answers is not documented, so it is not looked at."""
        self._calls.call("POST", f"/media/{segment(media_id)}/tags", params=[("name", name)])

    def remove_tag(self, media_id: str, tag_id: str) -> None:
        """Take a tag off a media. One call.

        :raises RemoteGone: it has no such tag.
        """
        self._calls.call("DELETE", f"/media/{segment(media_id)}/tags/{segment(tag_id)}")

    def sharing(self, media_id: str) -> StudioPage[StudioSharing]:
        """List who has access to a media, directly or by a collection: the first page. One call."""
        answer = self._calls.get(f"/media/{segment(media_id)}/users", [("page", "1"), ("per_page", str(MOST))])
        return studio_json.read_page(answer, "user_permissions", _sharing)

    def delete(self, media_id: str) -> None:
        """Delete a media, its captions and its placements, for good. One call.

        :raises RemoteGone: it is not there any more.
        """
        self._calls.call("DELETE", f"/media/{segment(media_id)}")


def all_collections(calls: StudioCalls, path: str) -> tuple[StudioCollection, ...]:
    """Read a list of collections to its end."""
    found: list[StudioCollection] = []
    for page in range(1, _PAGES + 1):
        answer = calls.get(path, [("page", str(page)), ("per_page", str(MOST))])
        read = studio_json.read_page(answer, "collections", studio_json.read_collection, page)
        found += read.items
        if read.next is None:
            break
    return tuple(found)


def _sharing(raw: Raw) -> StudioSharing | None:
    """Read one entry. Its shape is not documented: the person is a member of it, or it is the person."""
    entry = _MEMBERS.decode(raw)
    user = studio_json.read_user(entry.get("user", raw))
    return None if user is None else StudioSharing(user, text(_VALUE.decode(entry.get("permission", Raw(b"null")))))
