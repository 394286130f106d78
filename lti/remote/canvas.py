"""Canvas's media and files for one person (``reference/canvas.md`` 1)."""

from __future__ import annotations

import contextlib
import math
import re
from collections.abc import Sequence
from urllib.parse import quote

import httpx

from lti.errors import RemoteNonsense, RemoteNotPermitted, RemoteRejected
from lti.model import Platform, Scope

from . import errors
from .addresses import next_link, own_address, pages_of
from .auth import BearerAuth, TokenSource
from .file_json import read_files, read_public_url
from .http import ANSWER_BYTES, Http, Repeat
from .media_json import check_object, read_media, read_tracks, read_whole_tracks
from .values import CanvasFile, CanvasMedia, CanvasTrack, MediaPage, TrackWrite

_TEXT_BYTES = 16 << 20  # one caption text
_TEXTS_BYTES = 64 << 20  # all caption texts of one item
_LONGEST_SEARCH = 100  # characters: a search is for a part of the title, and addresses have limits
_SHORTEST_FILE_SEARCH = 2  # characters: Canvas refuses shorter ones
_MOST = 100  # entries of a page: what Canvas gives at most
_FILE_PAGES = 3
_FRESH = 50  # entries asked for where one is looked for by its title; each may cost Canvas a question to Kaltura
_HOPS = 3

_MEDIA_LIST = re.compile(r"/api/v1/(?:(?:courses|groups)/[^/]+/)?media_(?:objects|attachments)")
_FILE_LIST = re.compile(r"/api/v1/(?:users|courses|groups)/[^/]+/files")
_ANY_PAGE = re.compile(r"/.*", re.DOTALL)

Params = list[tuple[str, str]]
_TRACKS: Params = [("include[]", "content"), ("include[]", "updated_at")]


class CanvasApi:
    """What one person may see at one Canvas. Cheap to make, one per request; the client beneath is shared.

    Every method raises ``GrantError`` (no usable token, missing scope) and ``RemoteError`` (all else) subclasses.
    """

    def __init__(self, http: Http, platform: Platform, tokens: TokenSource) -> None:
        """Act for the person whose tokens these are."""
        self._http = http
        self._canvas = platform.canvas_url
        self._auth = BearerAuth(tokens)
        #: What the last answer said is left of the person's throttle bucket (6.5), in Canvas's units; None: nothing.
        self.remaining: float | None = None

    def list_media(
        self,
        scope: Scope,
        scope_id: str | None,
        *,
        sort: str = "title",
        order: str = "asc",
        search: str | None = None,
        per_page: int = 30,
        sources: bool = False,
        tracks: bool = True,
    ) -> MediaPage:
        """List media: of the person's own files, a course or a group (1.4). One call.

        :param scope_id: the Canvas course or group id; not used for the person's own.
        :param sort: ``title`` or ``created_at``.
        :param order: ``asc`` or ``desc``.
        :param search: part of the title.
        :param per_page: 1 to 100.
        :param sources: with playable addresses; costs Canvas a question to Kaltura for each.
        :param tracks: with caption tracks (without their texts).
        """
        params: Params = [("sort", sort), ("order", order), ("per_page", str(max(1, min(per_page, _MOST))))]
        if search and search.strip():
            params.append(("search_term", search.strip()[:_LONGEST_SEARCH]))
        params += [("exclude[]", name) for name, wanted in (("sources", sources), ("tracks", tracks)) if not wanted]
        return self._media_page(self._get(f"/api/v1/{_owner(scope, scope_id)}media_objects", params))

    def media_page(self, next_url: str) -> MediaPage:
        """Get the page that :attr:`MediaPage.next` names. One call.

        :raises RemoteNonsense: the address is not of this Canvas's media lists; nothing was sent.
        """
        url = own_address(next_url, self._canvas, _MEDIA_LIST)
        return self._media_page(self._get(url))

    def find_media(
        self, scope: Scope, scope_id: str | None, *, media_id: str, search: str | None, sources: bool = True
    ) -> CanvasMedia | None:
        """Get one media object, which Canvas's API cannot give by its id, by searching for its title. One call.

        :param search: its title.
        :return: None if it is not on the first page of what was found.
        """
        page = self.list_media(scope, scope_id, search=search, per_page=_FRESH, sources=sources)
        return next((media for media in page.items if media.item.id == media_id), None)

    def tracks(
        self, media_id: str, attachment_id: str | None = None, *, to_write: bool = False
    ) -> tuple[CanvasTrack, ...]:
        """List the tracks of a media object with their texts (1.8). One call.

        By attachment all tracks are seen; by media object only the caller's own. Without "Allow Include Parameters" on
        the API key Canvas leaves the texts out and says nothing: ``content`` is then None although the state is ready.

        :param to_write: whether the set is to be replaced then.
        :raises RemoteNonsense: also for a list with an odd entry, if so: elsewhere that one is left out.
        """
        path = f"{_entry(media_id, attachment_id)}/media_tracks"
        read = read_whole_tracks if to_write else read_tracks
        return read(self._get(path, _TRACKS, limit=_TEXTS_BYTES), self._canvas, media_id)

    def replace_tracks(
        self, media_id: str, attachment_id: str | None, tracks: Sequence[TrackWrite]
    ) -> tuple[CanvasTrack, ...]:
        """Replace the set of tracks (1.9), and give it as it is then. One call, sent again only if it did not arrive.

        Canvas **deletes every track whose locale is not named**, saves the others one after the other and not together:
        after any error but :class:`RemoteNotPermitted` some of it may have happened.

        :param tracks: those that are to be there.
        :raises RemoteNotPermitted: also where Canvas says so with an empty answer.
        """
        body = [
            {"locale": each.locale}
            if each.content is None
            else {"locale": each.locale, "content": each.content, "kind": each.kind}
            for each in tracks
        ]
        url = f"{self._canvas}{_entry(media_id, attachment_id)}/media_tracks"
        response = self._http.request(
            "PUT",
            url,
            params=_TRACKS,
            json=body,
            auth=self._auth,
            limit=_TEXTS_BYTES,
            repeat=Repeat.ONLY_IF_UNTOUCHED,
        )
        if response.status_code == 204:
            raise RemoteNotPermitted(f"{errors.where(response.request)}: 204, which is how it refuses this")
        return read_whole_tracks(response, self._canvas, media_id)

    def retitle(self, media_id: str, attachment_id: str | None, title: str) -> None:
        """Give a media object another title (1.5). One call. Searches find it by the new one only after a while.

        :param title: not blank; Canvas keeps 255 characters.
        """
        response = self._http.request(
            "PUT",
            f"{self._canvas}{_entry(media_id, attachment_id)}",
            json={"user_entered_title": title},
            auth=self._auth,
        )
        check_object(response)

    def track_body(self, url: str) -> str:
        """Get a caption text from its web address (1.8). No token is sent: Canvas ignores it there.

        :param url: :attr:`CanvasTrack.url`.
        :raises RemoteNotPermitted: it takes a login (the addresses by attachment do).
        :raises RemoteNonsense: the address, or where it redirects to, is not of this Canvas; nothing was sent there.
        """
        for _ in range(_HOPS):
            url = own_address(url, self._canvas, _ANY_PAGE)
            response = self._http.request(
                "GET", url, accept="text/vtt, text/plain", limit=_TEXT_BYTES, judge=_judge_page
            )
            if response.next_request:
                url = str(response.next_request.url)
                continue
            if "html" in response.headers.get("content-type", ""):
                raise RemoteNonsense(f"{errors.where(response.request)}: a page instead of a caption text")
            return response.content.decode("utf-8-sig", "replace")
        raise RemoteNonsense("a caption text's address redirects without end")

    def find_file(
        self, scope: Scope, scope_id: str | None, *, media_id: str, search: str | None = None
    ) -> CanvasFile | None:
        """Find the file behind a media object (1.12): at most three calls.

        :param search: a name to try first; the file need not have the media object's title.
        :return: None if it is not among the files that were looked at.
        """
        path = f"/api/v1/{_owner(scope, scope_id) or 'users/self/'}files"
        params: Params = [
            ("content_types[]", "video"),
            ("content_types[]", "audio"),
            ("sort", "created_at"),
            ("order", "desc"),
            ("per_page", str(_MOST)),
        ]
        pages = _FILE_PAGES
        term = (search or "").strip()[:_LONGEST_SEARCH]
        if len(term) >= _SHORTEST_FILE_SEARCH:
            pages -= 1
            # A search that Canvas refuses (too short for a newer limit, say) has found nothing.
            with contextlib.suppress(RemoteRejected):
                found, _ = self._files(path, [*params, ("search_term", term)], media_id)
                if found:
                    return found
        found, following = self._files(path, params, media_id)
        while found is None and following and (pages := pages - 1):
            found, following = self._files(own_address(following, self._canvas, _FILE_LIST), [], media_id)
        return found

    def public_url(self, attachment_id: str) -> str:
        """Get an address at which anyone can fetch the file's bytes for a while (1.12). One call.

        :raises RemoteNonsense: what came is no address for a page.
        """
        url = read_public_url(self._get(f"/api/v1/files/{_segment(attachment_id)}/public_url"))
        try:
            allowed = self._http.allows(httpx.URL(url))
        except httpx.InvalidURL:
            allowed = False
        if not allowed:
            raise RemoteNonsense("the public address of a file is not an https address")
        return url

    def try_route(self, path: str, method: str = "GET") -> None:
        """Call a route, to see whether the API key may use it. What it answers is not looked at. One call.

        :param path: of the API; for anything but GET with values in its places that nothing has.
        """
        self._http.request(
            method,
            f"{self._canvas}{path}",
            params=[("per_page", "1")],
            auth=self._auth,
            repeat=Repeat.ONLY_IF_UNTOUCHED,
        )

    def _files(self, address: str, params: Params, media_id: str) -> tuple[CanvasFile | None, str | None]:
        """Look at one page of files: give the one that is meant, and the next page's address."""
        response = self._get(address, params)
        found = next((file for file in read_files(response) if file.media_id == media_id), None)
        return found, next_link(response)

    def _media_page(self, response: httpx.Response) -> MediaPage:
        following = next_link(response)
        return MediaPage(
            read_media(response, self._canvas),
            own_address(following, self._canvas, _MEDIA_LIST) if following else None,
            pages_of(response),
        )

    def _get(self, address: str, params: Params | None = None, limit: int = ANSWER_BYTES) -> httpx.Response:
        url = f"{self._canvas}{address}" if address.startswith("/") else address
        response = self._http.request("GET", url, params=params or [], auth=self._auth, limit=limit)
        self.remaining = _remaining(response)
        return response


def _judge_page(response: httpx.Response) -> None:
    """Let redirects pass, but for the one that means "log in first". No token was sent, so none can be wrong."""
    if response.next_request:
        if response.next_request.url.path.startswith("/login"):
            raise RemoteNotPermitted(f"{errors.where(response.request)}: asks for a login")
        return
    if response.status_code == 401:
        raise RemoteNotPermitted(f"{errors.where(response.request)}: asks for a login")
    errors.judge(response)


def _remaining(response: httpx.Response) -> float | None:
    try:
        left = float(response.headers.get("x-rate-limit-remaining", ""))
    except ValueError:
        return None
    return left if math.isfinite(left) else None


def _owner(scope: Scope, scope_id: str | None) -> str:
    """Give the path's beginning for a scope; empty for the person's own."""
    if scope is Scope.OWN:
        return ""
    if not scope_id:
        raise ValueError(f"a {scope} list needs its id")
    return f"{'courses' if scope is Scope.COURSE else 'groups'}/{_segment(scope_id)}/"


def _entry(media_id: str, attachment_id: str | None) -> str:
    """Give the path of a media object, by its attachment where that is known."""
    if attachment_id:
        return f"/api/v1/media_attachments/{_segment(attachment_id)}"
    return f"/api/v1/media_objects/{_segment(media_id)}"


def _segment(value: str) -> str:
    return quote(value, safe="")
