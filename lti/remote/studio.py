"""Studio's media, people, collections and caption files for one account (``reference/studio.md`` 2)."""

from __future__ import annotations

from lti.errors import RemoteNonsense

from . import studio_errors, studio_json
from .auth import TokenSource
from .http import Http
from .studio_calls import MOST, StudioCalls, segment
from .studio_owned import all_collections
from .studio_values import (
    StudioCaption,
    StudioCollection,
    StudioMedia,
    StudioPage,
    StudioPerspective,
    StudioSource,
    StudioTag,
    StudioUser,
)

_TEXT_BYTES = 16 << 20  # one caption text
_LONGEST_SEARCH = 100  # characters

Params = list[tuple[str, str]]


class StudioApi:
    """What one account may see and do at one Studio. Cheap to make, one per request; the client beneath is shared.

    Every method raises ``GrantError`` (no usable token) and ``RemoteError`` (all else) subclasses, worded for Studio.
    """

    def __init__(self, http: Http, origin: str, tokens: TokenSource) -> None:
        """Act for the account whose tokens these are.

        :param origin: of the Studio.
        """
        self._calls = StudioCalls(http, origin, tokens)

    def search(
        self,
        *,
        title: str | None = None,
        owner: str | None = None,
        tag: str | None = None,
        page: int = 1,
        per_page: int = 30,
    ) -> StudioPage[StudioMedia]:
        """Search all media that the account may see (2.3). One call.

        :param title: part of it.
        :param owner: an e-mail address.
        :param tag: the whole name of one.
        :param per_page: 1 to 50.
        """
        params = _page(page, per_page)
        for name, value in (("title", title), ("owner", owner), ("tag", tag)):
            if value and value.strip():
                params.append((name, value.strip()[:_LONGEST_SEARCH]))
        return self._media_page("/media/search", params, page)

    def media(self, media_id: str) -> StudioMedia:
        """Get one media, with the collection that it is in. One call."""
        return studio_json.read_media(self._calls.get(f"/media/{segment(media_id)}"), self._calls.origin)

    def sources(self, media_id: str) -> tuple[StudioSource, ...]:
        """List the playable addresses of a media; none while it is transcoded. One call."""
        answer = self._calls.get(f"/media/{segment(media_id)}/sources")
        return studio_json.read_page(answer, "sources", studio_json.read_source).items

    def download_url(self, media_id: str) -> str:
        """Get an address of the file that is good for a day. One call; it is not followed.

        :raises RemoteRejected: external media have none.
        """
        answer = self._calls.call("GET", f"/media/{segment(media_id)}/download", judge=studio_errors.judge_redirect)
        if answer.next_request is None:
            with studio_errors.about_studio():
                raise RemoteNonsense("a download without an address")
        return str(answer.next_request.url)

    def perspectives(self, media_id: str) -> tuple[StudioPerspective, ...]:
        """List the placements of a media, with their collections. One call."""
        answer = self._calls.get(f"/media/{segment(media_id)}/perspectives")
        return studio_json.read_page(answer, "perspectives", studio_json.read_perspective).items

    def tags(self, media_id: str) -> tuple[StudioTag, ...]:
        """List the tags of a media. One call."""
        answer = self._calls.get(f"/media/{segment(media_id)}/tags")
        return studio_json.read_page(answer, "tags", studio_json.read_tag).items

    def collections(self) -> tuple[StudioCollection, ...]:
        """List the collections that the account may see, all pages."""
        return all_collections(self._calls, "/collections")

    def collection_media(self, collection_id: str, *, page: int = 1, per_page: int = 30) -> StudioPage[StudioMedia]:
        """List the media of a collection. One call."""
        return self._media_page(f"/collections/{segment(collection_id)}/media", _page(page, per_page), page)

    def course(self, course_id: str) -> StudioCollection:
        """Get the collection of a course. One call.

        :param course_id: of Canvas.
        :raises RemoteGone: nothing of Studio's was ever used in the course.
        """
        return studio_json.collection_of(self._calls.get(f"/courses/{segment(course_id)}"), "course")

    def user_by_email(self, email: str) -> StudioUser | None:
        """Find a person (2.9). One call; only administrators may.

        :return: None if Studio does not know them yet, which is normal for new people.
        """
        answer = self._calls.get("/users/search", [("email", email)])
        key = "user" if b'"user"' in answer.content[:20] else "users"
        if key == "user":
            found = studio_json.user_of(answer)
            return found if _same(found.email, email) else None
        users = studio_json.read_page(answer, "users", studio_json.read_user).items
        return next((user for user in users if _same(user.email, email)), None)

    def create_embed(self, media_id: str, course_id: str, *, tabs: bool = False, downloadable: bool = False) -> str:
        """Put a media into a course, and give the address that Canvas launches to show it (5.2). One call.

        :param course_id: of Canvas.
        :param tabs: with Studio's tabs, not the player alone.
        """
        body = {
            "course_id": int(course_id) if course_id.isdigit() else course_id,
            "embed_type": "embed" if tabs else "bare_embed",
            "downloadable": downloadable,
        }
        answer = self._calls.call("POST", f"/media/{segment(media_id)}/create_embed", json=body)
        return studio_json.read_launch_url(answer)

    def captions(self, media_id: str) -> tuple[StudioCaption, ...]:
        """List the caption files of a media (2.5). One call; the owner and administrators may."""
        answer = self._calls.get(f"/media/{segment(media_id)}/caption_files")
        read = studio_json.caption_reader(self._calls.origin)
        return studio_json.read_page(answer, "caption_files", read).items

    def caption_text(self, caption_id: str) -> bytes:
        """Get a caption file's text, as it lies there. One call."""
        path = f"/caption_files/{segment(caption_id)}/download"
        return self._calls.call("GET", path, accept="text/plain", limit=_TEXT_BYTES).content

    def _media_page(self, path: str, params: Params, page: int) -> StudioPage[StudioMedia]:
        answer = self._calls.get(path, params)
        return studio_json.read_page(answer, "media", studio_json.media_reader(self._calls.origin), page)


def _page(page: int, per_page: int) -> Params:
    return [("page", str(max(1, page))), ("per_page", str(max(1, min(per_page, MOST))))]


def _same(one: str | None, other: str) -> bool:
    return one is not None and one.strip().casefold() == other.strip().casefold()
