"""A running stack with its people: the few steps that every flow begins with, and what every refusal must look like."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from lti.protocol.tokens import Tokens
from tests.flows.settling import settle
from tests.support.person import TILDA, Person, ToolPage, content_items
from tests.support.stack import Stack

CLOCK = "How the clock works"
UNTITLED = "Untitled"
# A Canvas token, anything in the form of a JWT, and what Python says of itself when nobody catches.
_NEVER_SHOWN = re.compile(r"10000~\w|eyJ[\w-]{8}|Traceback|File \"|sqlalchemy|psycopg|client_secret")


@dataclass
class School:
    """A stack, and browsers that are closed with it."""

    stack: Stack
    _browsers: list[Person] = field(default_factory=list)

    def __post_init__(self) -> None:
        settle(self.stack)

    def be(self, number: int) -> Person:
        """Log somebody in to Canvas, in a browser of their own."""
        person = Person(canvas=self.stack.canvas, tool=self.stack.tool, number=number)
        self._browsers.append(person)
        return person

    def picker(self, number: int = TILDA, place: str = "courses/17", *, anew: bool = False) -> ToolPage:
        """Press the button as somebody whose Canvas is connected.

        :param anew: connect again even if there is a grant that works.
        """
        page = self.be(number).press_button(place)
        assert page.answer.status_code == 200, page.answer.text
        if anew or not page.api("GET", "/api/canvas/media").is_success:
            assert page.person.connect(page).status_code == 200
        return page

    def embed(self, picker: ToolPage, title: str = CLOCK, languages: Iterable[str] = ("en",), **choices: Any) -> str:
        """Insert one captioned player: gives the lookup uuid of its resource link."""
        answer = picker.insert(choose(self.look(picker, title), *languages, **choices))
        assert answer.status_code == 200, answer.text
        uuid: str = content_items(answer)[0]["lookup_uuid"]
        return uuid

    def look(self, picker: ToolPage, title: str = CLOCK, scope: str = "own") -> dict[str, Any]:
        """Open the item with this title."""
        search = {} if title == UNTITLED else {"search": title}  # Canvas says it of what has no title to be found by
        items = picker.all_media(scope=scope, **search)
        return picker.detail(next(item["handle"] for item in items if item["title"] == title))

    def tokens(self, *, secret: str | None = None, hours: float = 0) -> Tokens:
        """Sign as the tool does, to see what it says to what it did not make itself.

        :param secret: in place of the tool's own.
        :param hours: how far that clock is from ours.
        """
        at = datetime.fromtimestamp(datetime.now(UTC).timestamp() + hours * 3600, UTC)
        return Tokens([secret or self.secret("tool")], self.stack.tool, lambda: at)

    def secret(self, name: str) -> str:
        """Give one of the stack's secrets: ``tool``, ``canvas`` or ``api_key``."""
        secrets: dict[str, str] = json.loads((self.stack.run_dir / "secrets.json").read_text())
        return secrets[name]

    def close(self) -> None:
        """Close all browsers."""
        for browser in self._browsers:
            browser.close()


def choose(detail: dict[str, Any], *languages: str, **choices: Any) -> dict[str, Any]:
    """Pick an item with its tracks in these languages, the first of them on."""
    ids = {track["language"]: track["id"] for track in detail["tracks"] if track["usable"]}
    tracks = [ids[language] for language in languages]
    plain = {"form": "captioned", "tracks": tracks, "default": tracks[0] if tracks else None, "width": 640}
    return {"handle": detail["handle"], **plain, "height": 360, **choices}


def check_harmless(answer: httpx.Response, *secrets: str) -> None:
    """Make sure that an answer is no crash and tells nothing that is nobody's business."""
    assert answer.status_code < 500 or answer.status_code in {502, 503}, f"{answer.status_code} {answer.text[:500]}"
    if not answer.is_success:
        assert not _NEVER_SHOWN.search(answer.text), answer.text[:2000]
    assert not [secret for secret in secrets if secret in answer.text]


def problem(answer: httpx.Response, status: int | None = None, code: str | None = None) -> dict[str, Any]:
    """Read the error of an API answer, whole."""
    check_harmless(answer)
    assert answer.headers["content-type"] == "application/json", answer.text
    error: dict[str, Any] = answer.json()["error"]
    assert {"code", "message", "next_step", "request_id"} <= error.keys() <= {
        "code", "message", "next_step", "request_id", "retry_after",
    }  # fmt: skip
    assert all(error[name] for name in ("code", "message", "next_step"))
    assert error["request_id"] == answer.headers["x-request-id"]
    if status is not None:
        assert (answer.status_code, error["code"]) == (status, code or error["code"]), answer.text
    return error


def error_page(answer: httpx.Response, status: int) -> str:
    """Read an error page: words, the next step and the request's number, and nothing else."""
    check_harmless(answer)
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1" in answer.text
    return answer.text
