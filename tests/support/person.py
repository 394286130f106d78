"""A person at a browser that runs no script: posts the forms that pages post by themselves, keeps cookies.

What a page's script would do (send the bearer token, post the response to Canvas) is done here by hand, over HTTP.
Used where a real browser would only make a test slower: faults, wrong input, figures.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin

import httpx

TILDA, SAM, ADA, NOOR, OLLIE = 101, 102, 103, 104, 105
_MOST_STEPS = 12


@dataclass
class _Form:
    action: str
    method: str
    submits_itself: bool
    fields: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[_Form] = []
        self.tools: dict[str, str] = {}
        self.frames: list[str] = []
        self.data: dict[str, str] = {}
        self._data_id: str | None = None
        self._button: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.forms.append(_Form(has.get("action", ""), has.get("method", "get"), "data-submit" in has))
        elif tag in {"input", "textarea"} and has.get("name") and self.forms and not _unticked(has):
            self.forms[-1].fields[has["name"]] = has.get("value", "")
        elif tag == "iframe" and has.get("src"):
            self.frames.append(has["src"])
        elif tag == "script" and has.get("type") == "application/json":
            self._data_id = has.get("id", "")
        if tag == "button" and has.get("data-tool"):
            self._button = has["data-tool"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "script":
            self._data_id = None
        if tag == "button":
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._data_id is not None:
            self.data[self._data_id] = self.data.get(self._data_id, "") + data
        if self._button is not None and data.strip():
            self.tools[data.strip()] = self._button


def _unticked(has: dict[str, str]) -> bool:
    return has.get("type") in {"checkbox", "radio"} and "checked" not in has


def read(response: httpx.Response) -> _Reader:
    """Read a page."""
    reader = _Reader()
    reader.feed(response.text)
    return reader


@dataclass
class ToolPage:
    """A page of the tool as its script sees it: the answer, and the config in it."""

    person: Person
    answer: httpx.Response
    config: dict[str, Any]

    def api(self, method: str, path: str, *, json: Any = None, **parameters: str) -> httpx.Response:
        """Call the tool's API with the page's token."""
        headers = {"Authorization": f"Bearer {self.config.get('token', '')}"}
        return self.person.http.request(
            method, f"{self.person.tool}{path}", json=json, params=parameters or None, headers=headers
        )

    def media(self, **parameters: str) -> dict[str, Any]:
        """Ask for a page of media."""
        answer = self.api("GET", "/api/canvas/media", **parameters)
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content

    def all_media(self, **parameters: str) -> list[dict[str, Any]]:
        """Ask for all pages of a list."""
        page = self.media(**parameters)
        items = list(page["items"])
        while page["next"]:
            page = self.media(cursor=page["next"])
            items += page["items"]
        return items

    def detail(self, handle: str) -> dict[str, Any]:
        """Open a media item."""
        answer = self.api("POST", "/api/canvas/media/detail", json={"handle": handle})
        answer.raise_for_status()
        content: dict[str, Any] = answer.json()
        return content

    def insert(self, *picks: dict[str, Any]) -> httpx.Response:
        """Insert, and hand the response to Canvas: gives Canvas's answer."""
        answer = self.api("POST", "/api/insert", json={"picks": list(picks)})
        answer.raise_for_status()
        content = answer.json()
        return self.person.http.post(content["return_url"], data={"JWT": content["jwt"]})


class Person:
    """Someone who is logged in to the sandbox Canvas."""

    def __init__(self, *, canvas: str, tool: str, number: int, http: httpx.Client | None = None) -> None:
        self.canvas = canvas
        self.tool = tool
        self.http = http or httpx.Client(timeout=60)
        # As browsers do on localhost, send Secure cookies over http. httpx copies the jar for each request, which loses
        # its policy, so the header is made anew.
        self.http.cookies.jar.set_policy(DefaultCookiePolicy(secure_protocols=("https", "http")))
        self.http.event_hooks = {"request": [self._add_cookies]}
        answer = self.http.post(f"{canvas}/login", data={"person": str(number)})
        assert answer.is_redirect, answer.text

    def close(self) -> None:
        """Close the browser."""
        self.http.close()

    def follow(self, answer: httpx.Response, *, stop_at: str | None = None) -> httpx.Response:
        """Follow redirects and post the forms that post themselves, until a page stays.

        :param stop_at: give the page with the form that would be posted to this address, without posting it.
        """
        for _ in range(_MOST_STEPS):
            if answer.is_redirect:
                answer = self.http.get(urljoin(str(answer.url), answer.headers["location"]))
                continue
            page = read(answer)
            # The tool's own page between login and launch goes on by itself, whatever Canvas's storage says.
            if (on := json.loads(page.data.get("config", "{}")).get("authorize")) is not None:
                answer = self.http.get(on)
                continue
            form = next((form for form in page.forms if form.submits_itself), None)
            if form is None or form.action == stop_at:
                return answer
            answer = self.http.post(urljoin(str(answer.url), form.action), data=form.fields)
        raise AssertionError("the launch does not end")

    def press_button(self, place: str = "courses/17", selection: str = "") -> ToolPage:
        """Open the editor on a new page and press the tool's button."""
        return self.tool_page(self.follow(self.start_launch(place, selection)))

    def pause_launch(self, place: str = "courses/17") -> dict[str, str]:
        """Press the button, but keep what Canvas has the browser post to ``/lti/launch``: gives its fields."""
        answer = self.follow(self.start_launch(place), stop_at=f"{self.tool}/lti/launch")
        return next(form for form in read(answer).forms if form.submits_itself).fields

    def start_launch(self, place: str = "courses/17", selection: str = "") -> httpx.Response:
        """Press the button, and no more: gives Canvas's page that posts the login initiation."""
        edit = self.http.get(f"{self.canvas}/{place}/pages/new")
        edit.raise_for_status()
        tool = next(iter(read(edit).tools.values()))
        return self.http.post(
            f"{self.canvas}/{place}/external_tools/{tool}/resource_selection",
            data={"editor": "1", "selection": selection, "editor_contents": f"<p>{selection}</p>" if selection else ""},
        )

    def open_link(self, lookup_uuid: str, place: str = "courses/17") -> ToolPage:
        """Look at a resource link, as a page that embeds it does."""
        answer = self.http.get(
            f"{self.canvas}/{place}/external_tools/retrieve",
            params={"display": "in_rce", "resource_link_lookup_uuid": lookup_uuid},
        )
        return self.tool_page(self.follow(answer))

    def save_page(self, title: str, answer: httpx.Response, place: str = "courses/17") -> str:
        """Let the editor insert what Canvas's answer to a deep-linking response holds, and save: gives the address."""
        message = json.loads(read(answer).data["message"])
        made = self.http.post(
            f"{self.canvas}/sandbox/rce/content_items",
            json={"items": message["content_items"], "lti_endpoint": message["ltiEndpoint"]},
        ).json()
        assert made["warnings"] == []
        saved = self.http.post(f"{self.canvas}/{place}/pages", data={"title": title, "body": "\n".join(made["html"])})
        assert saved.is_redirect, saved.text
        return urljoin(self.canvas, saved.headers["location"])

    def open_frames(self, address: str) -> list[httpx.Response]:
        """Open what stands in frames in a page of Canvas, launches included."""
        page = self.http.get(address)
        page.raise_for_status()
        frames = [source for source in read(page).frames if "post_message_forwarding" not in source]
        return [self.follow(self.http.get(urljoin(address, source))) for source in frames]

    def ask_consent(self, page: ToolPage) -> httpx.Response:
        """Open the pop-up: gives Canvas's page that asks for consent."""
        answer = page.api("POST", "/api/connect/canvas")
        answer.raise_for_status()
        return self.follow(self.http.get(urljoin(self.tool, answer.json()["url"])))

    def consent(self, asked: httpx.Response, *, press: str = "accept") -> httpx.Response:
        """Answer that page with one of its buttons, ``accept`` or ``deny``: gives Canvas's redirect to the tool."""
        form = next(form for form in read(asked).forms if form.action.endswith("/accept"))
        answer = self.http.post(urljoin(str(asked.url), f"/login/oauth2/{press}"), data=form.fields)
        assert answer.is_redirect, answer.text
        return answer

    def connect(self, page: ToolPage) -> httpx.Response:
        """Consent in the pop-up: gives the last page of it."""
        return self.follow(self.consent(self.ask_consent(page)))

    def _add_cookies(self, request: httpx.Request) -> None:
        request.headers.pop("cookie", None)
        self.http.cookies.set_cookie_header(request)

    def tool_page(self, answer: httpx.Response) -> ToolPage:
        """Read the config of a page of the tool, as its script does."""
        return ToolPage(self, answer, json.loads(read(answer).data.get("config", "{}")))


def content_items(answer: httpx.Response) -> list[dict[str, Any]]:
    """Read what Canvas's answer to a deep-linking response hands to the editor."""
    items: list[dict[str, Any]] = json.loads(read(answer).data["message"])["content_items"]
    return items
