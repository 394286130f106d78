"""A Studio that answers what a test tells it to, and fails the test on any call that was not foreseen."""

from __future__ import annotations

from typing import Any

import httpx

from lti.model import ApiKey, StudioAccount, StudioSettings
from lti.remote import StudioApi, StudioOAuth, StudioOwnedApi, StudioUploadApi

from .fake import NOW, Fake, Reply

STUDIO = "https://school.instructuremedia.com"
ROOT = f"{STUDIO}/api/public/v1"
TOKEN = "/api/public/oauth/token"
SETTINGS = StudioSettings("school.instructuremedia.com", ApiKey("cuedeck-key", "hush"), StudioAccount.OWN)


class FakeStudio(Fake):
    """Replies are set for calls below the API's root; others are given as whole addresses."""

    def __init__(self) -> None:
        super().__init__()
        self.studio = StudioApi(self.http, STUDIO, self.tokens)
        self.uploads = StudioUploadApi(self.http, STUDIO, self.tokens)
        self.owned = StudioOwnedApi(self.http, STUDIO, self.tokens)
        self.studio_oauth = StudioOAuth(self.http, lambda: NOW, frozenset())

    def on(self, call: str, *replies: Reply) -> None:
        method, _, path = call.partition(" ")
        super().on(call if path.startswith("https://") else f"{method} {ROOT}{path}", *replies)

    @property
    def queries(self) -> list[dict[str, str]]:
        return [dict(request.url.params.multi_items()) for request in self.requests]


def ok(value: object, status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=value)


def refusal(status: int, words: str = "Something is wrong.") -> httpx.Response:
    return httpx.Response(status, json={"error": words})


def owner(number: int = 8101, email: str = "tilda@school.example") -> dict[str, Any]:
    return {"id": number, "full_name": "Tilda Teacher", "display_name": "Tilda", "email": email}


def studio_media(number: int = 260101, **more: object) -> dict[str, Any]:
    """A media as studio.md 2.2 has it."""
    return {
        "id": number,
        "title": f"Title of {number}",
        "description": None,
        "duration": 3.042,
        "created_at": "2026-01-15T09:30:00.000Z",
        "thumbnail_url": "https://nv.instructuremedia.com/api/media/m-1/thumbnail?width=540&height=320",
        "transcoding_status": "transcoding_finished",
        "owner": owner(),
        "size": 12345,
        "source": "upload",
        "embed_id": "abc",
        "lti_launch_id": f"e348ffa5-0000-4000-8000-db50f0aade22-{number}",
        **more,
    }


def collection(number: int = 7101, **more: object) -> dict[str, Any]:
    return {
        "id": number, "name": "Tilda", "type": "user", "permission": "edit", "owner": owner(),
        "created_at": "2026-01-15T09:30:00.000Z", "course_id": None, **more,
    }  # fmt: skip


def caption(number: int = 6001, **more: object) -> dict[str, Any]:
    return {
        "id": number, "url": "/captions/6001.srt", "srclang": "en", "subtitle_format": "srt", "label": "English",
        "status": "published", "created_at": "2026-01-15T09:30:00.000Z", **more,
    }  # fmt: skip


def meta(current: int, last: int, total: int = 100) -> dict[str, int]:
    return {"current_page": current, "last_page": last, "total_count": total}
