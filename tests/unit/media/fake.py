"""A Canvas of a few dozen lines, as ``reference/canvas.md`` 1 and 6 describe it: lists, tracks, files, tokens."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

import httpx

CANVAS = "https://canvas.school.test"
VTT = "WEBVTT\n\n00:00.000 --> 00:02.000\n{}\n"
DENIED = {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}
STALE = {"errors": [{"message": "Invalid access token."}]}
REALM = {"WWW-Authenticate": 'Bearer realm="canvas-lms"'}


@dataclass
class FakeTrack:
    id: int
    locale: str
    content: str
    kind: str = "subtitles"
    asr: bool = False
    workflow_state: str = "ready"
    updated_at: str = "2026-01-01T00:00:00Z"
    user: str = "1"

    def json(self, **more: Any) -> dict[str, Any]:
        names = ("id", "locale", "kind", "asr", "workflow_state")
        return {name: getattr(self, name) for name in names} | more


@dataclass
class FakeMedia:
    media_id: str
    title: str
    place: str = "users/1"  # or courses/7, groups/5
    media_type: str = "video/mp4"
    attachment: int | None = 501
    owner: str = "1"
    tracks: list[FakeTrack] = field(default_factory=list)
    sources: list[dict[str, Any]] | None = field(
        default_factory=lambda: [
            {"url": "https://cdn.test/low.mp4", "content_type": "video/mp4", "height": "360", "bitrate": "500"},
            {"url": "https://cdn.test/high.mp4", "content_type": "video/mp4", "height": "720", "bitrate": "1500"},
        ]
    )


class FakeCanvas:
    """Answers requests; remembers them in ``calls``."""

    def __init__(self) -> None:
        self.media: list[FakeMedia] = []
        self.tokens: dict[str, str] = {}  # access token -> user id
        self.refresh_tokens: dict[str, str] = {}  # refresh token -> its access token
        self.codes: dict[str, str] = {}  # code -> user id
        self.calls: list[str] = []
        self.revoked: list[str] = []
        self.written: list[list[dict[str, str]]] = []  # sets of tracks that were sent
        self.include_allowed = True
        self.remaining: float | None = None  # of the throttle's bucket, as answers say
        self.break_with: Callable[[httpx.Request], httpx.Response | None] = lambda request: None
        self._lock = threading.Lock()
        self._made = 0

    def connect(self, user: str) -> tuple[str, str]:
        """Make tokens for a user: access and refresh."""
        self._made += 1
        access, refresh = f"access-{self._made}", f"refresh-{self._made}"
        self.tokens[access] = user
        self.refresh_tokens[refresh] = access
        return access, refresh

    def __call__(self, request: httpx.Request) -> httpx.Response:
        with self._lock:
            self.calls.append(f"{request.method} {request.url.path}")
            broken = self.break_with(request)
            answer = broken if broken is not None else self._answer(request)
            if self.remaining is not None and "/api/v1/" in request.url.path:
                answer.headers["X-Rate-Limit-Remaining"] = str(self.remaining)
            return answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        path = request.url.path
        if path == "/login/oauth2/token":
            return self._token(request)
        if match := re.fullmatch(r"/media_objects/([^/]+)/media_tracks/([^/]+)", path):
            track = self._track(match[1], match[2])
            return httpx.Response(200, text=track.content) if track else httpx.Response(404)
        user = self.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if user is None:
            return httpx.Response(401, json=STALE, headers=REALM)
        return self._api(request, path.removeprefix("/api/v1/"), user)

    def _api(self, request: httpx.Request, path: str, user: str) -> httpx.Response:
        params = request.url.params
        if match := re.fullmatch(r"(?:(courses/\w+|groups/\w+)/)?media_(?:objects|attachments)", path):
            return self._list(params, match[1] or f"users/{user}", path)
        if match := re.fullmatch(r"media_(objects|attachments)/([^/]+)", path):
            return self._retitle(json.loads(request.content), by=match[1], key=match[2], user=user)
        if match := re.fullmatch(r"media_(objects|attachments)/([^/]+)/media_tracks", path):
            return self._tracks(request, by=match[1], key=match[2], user=user)
        if match := re.fullmatch(r"(users/self|courses/\w+|groups/\w+)/files", path):
            place = f"users/{user}" if match[1] == "users/self" else match[1]
            return httpx.Response(200, json=[_file(media) for media in self.media if media.place == place])
        if match := re.fullmatch(r"files/(\d+)/public_url", path):
            return httpx.Response(200, json={"public_url": f"https://files.test/{match[1]}?Expires=99999999999"})
        return httpx.Response(404, json={"errors": [{"message": "The specified resource does not exist."}]})

    def _list(self, params: httpx.QueryParams, place: str, path: str) -> httpx.Response:
        term = params.get("search_term", "").lower()
        found = [media for media in self.media if media.place == place and term in media.title.lower()]
        page, size = int(params.get("page", "1")), int(params.get("per_page", "10"))
        shown = found[(page - 1) * size : page * size]
        headers = {}
        if page * size < len(found):
            address = f"{CANVAS}/api/v1/{path.replace('objects', 'attachments')}"
            pages = {"next": page + 1, "last": -(-len(found) // size)}
            links = [f'<{address}?page={number}&per_page={size}>; rel="{rel}"' for rel, number in pages.items()]
            headers["Link"] = ",".join(links)
        excluded = params.get_list("exclude[]")
        return httpx.Response(200, json=[_media(media, excluded) for media in shown], headers=headers)

    def _tracks(self, request: httpx.Request, *, by: str, key: str, user: str) -> httpx.Response:
        params = request.url.params
        name = "media_id" if by == "objects" else "attachment"
        media = next((media for media in self.media if str(getattr(media, name)) == key), None)
        if media is None:
            return httpx.Response(403, json=DENIED)
        if request.method == "PUT":
            self._replace(media, json.loads(request.content), user)
        tracks = [track for track in media.tracks if by == "attachments" or track.user == user]
        included = params.get_list("include[]") if self.include_allowed else []
        return httpx.Response(
            200, json=[track.json(**{name: getattr(track, name) for name in included}) for track in tracks]
        )

    def _retitle(self, body: dict[str, str], *, by: str, key: str, user: str) -> httpx.Response:
        name = "media_id" if by == "objects" else "attachment"
        media = next((media for media in self.media if str(getattr(media, name)) == key), None)
        if media is None or (by == "objects" and media.owner != user):
            return httpx.Response(403, json=DENIED)
        media.title = body["user_entered_title"]
        return httpx.Response(200, json=_media(media, ["sources", "tracks"]))

    def _replace(self, media: FakeMedia, wanted: list[dict[str, str]], user: str) -> None:
        """Delete what is not named, then save what has a text (1.9)."""
        self.written.append(wanted)
        media.tracks = [track for track in media.tracks if track.locale in {each["locale"] for each in wanted}]
        for each in wanted:
            if not each.get("content", "").strip():
                continue
            found = next((track for track in media.tracks if track.locale == each["locale"]), None)
            if found is None:
                self._made += 1
                found = FakeTrack(1000 + self._made, each["locale"], "", user=user)
                media.tracks.append(found)
            found.content, found.kind = each["content"], each["kind"]
            found.asr, found.workflow_state = False, "ready"

    def _track(self, media_id: str, track_id: str) -> FakeTrack | None:
        tracks = (track for media in self.media if media.media_id == media_id for track in media.tracks)
        return next((track for track in tracks if str(track.id) == track_id), None)

    def _token(self, request: httpx.Request) -> httpx.Response:
        if request.method == "DELETE":
            token = request.headers["Authorization"].removeprefix("Bearer ")
            self.tokens.pop(token, None)
            self.revoked.append(token)
            return httpx.Response(200, json={})
        form = {name: values[0] for name, values in parse_qs(request.content.decode()).items()}
        if form["grant_type"] == "refresh_token":
            old = self.refresh_tokens.get(form["refresh_token"])
            if old is None:
                return httpx.Response(
                    400, json={"error": "invalid_request", "error_description": "refresh_token not found"}
                )
            self._made += 1
            new = f"access-{self._made}"
            self.tokens[new] = self.tokens.pop(old, "1")  # the old one dies at once
            self.refresh_tokens[form["refresh_token"]] = new
            return httpx.Response(200, json={"access_token": new, "expires_in": 3600, "user": {"id": 1}})
        user = self.codes.pop(form["code"], None)
        if user is None:
            return httpx.Response(400, json={"error": "invalid_grant"})
        access, refresh = self.connect(user)
        named = {"id": int(user), "name": f"User {user}"}
        return httpx.Response(
            200, json={"access_token": access, "refresh_token": refresh, "expires_in": 3600, "user": named}
        )


def _media(media: FakeMedia, excluded: list[str]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "media_id": media.media_id,
        "title": media.title,
        "media_type": media.media_type,
        "created_at": "2026-01-01T00:00:00Z",
        "can_add_captions": True,
    }
    if "sources" not in excluded:
        entry["media_sources"] = media.sources
    if "tracks" not in excluded:
        entry["media_tracks"] = [
            track.json(
                updated_at=track.updated_at, url=f"{CANVAS}/media_objects/{media.media_id}/media_tracks/{track.id}"
            )
            for track in media.tracks
        ]
    return entry


def _file(media: FakeMedia) -> dict[str, Any]:
    return {
        "id": media.attachment or 999,
        "display_name": media.title,
        "content-type": media.media_type,
        "media_entry_id": media.media_id if media.attachment else "maybe",
        "url": f"{CANVAS}/files/{media.attachment}/download?verifier=v3r1f13r",
    }
