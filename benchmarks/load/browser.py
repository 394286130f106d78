"""One person's browser without a script: connections, cookies, forms that post themselves, what each answer took."""

from __future__ import annotations

import asyncio
import html
import json
import re
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from benchmarks.load.lines import Answer, Line

_FORM = re.compile(r'<form method="post" action="([^"]*)" data-submit')
_FIELD = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
_CONFIG = re.compile(rb'id="config">(.*?)</script>', re.DOTALL)
_MOST_STEPS = 12

Told = Callable[[str, float], None]  # the journey, and the seconds that the tool took for one answer


class Wrong(Exception):
    """Raised when an answer is not what a person came for."""


class Browser:
    """Asks one thing after the other, as a page does."""

    def __init__(self, canvas: str, tool: str, told: Told) -> None:
        """Open it.

        :param canvas: origin of the person's Canvas; ``tool``: of the tool.
        :param told: hears of each answer of the tool.
        """
        self.canvas, self.tool = canvas, tool
        self.told = told
        self.others = 0.0  # seconds that answers of others than the tool took until now
        self.paused = 0.0  # seconds of pauses that are part of the scene
        self._lines: dict[str, Line] = {}
        self._cookies: dict[str, dict[str, str]] = {}

    async def ask(
        self, journey: str, method: str, url: str, *, body: bytes = b"", headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Make a request; an answer of the tool counts for the journey.

        :raises Broken: there is no answer.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        line = self._lines.get(origin) or self._lines.setdefault(origin, Line("127.0.0.1", parts.port or 80))
        target = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
        lines = [f"{method} {target} HTTP/1.1", f"Host: {parts.netloc}", "User-Agent: bench", "Accept-Language: en"]
        cookies = self._cookies.get(origin)
        if cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in cookies.items()))
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        if body or method in {"POST", "PATCH"}:
            lines.append(f"Content-Length: {len(body)}")
        request = "\r\n".join([*lines, "", ""]).encode() + body
        began = time.perf_counter()
        answer = await line.ask(request)
        took = time.perf_counter() - began
        if origin == self.tool:
            self.told(journey, took)
        else:
            self.others += took
        self._keep_cookies(origin, answer)
        return answer

    async def post_form(self, journey: str, url: str, fields: Mapping[str, str]) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return await self.ask(journey, "POST", url, body=urlencode(fields).encode(), headers=headers)

    async def pause(self, seconds: float) -> None:
        """Do nothing for a while, as a line that is slow."""
        began = time.perf_counter()
        await asyncio.sleep(seconds)
        self.paused += time.perf_counter() - began

    async def log_in(self, person: int) -> None:
        """Be somebody at Canvas."""
        answer = await self.post_form("", f"{self.canvas}/login", {"person": str(person)})
        if answer.status not in {302, 303}:
            raise Wrong(f"Canvas does not let {person} in: {answer.status}")

    async def launch(self, journey: str, url: str) -> dict[str, Any]:
        """Open an address of Canvas that launches, and go on until a page of the tool stays: gives its config.

        Nothing is signed beforehand: Canvas makes each id_token when the browser asks for it.

        :raises Wrong: something else came of it.
        """
        answer = await self.ask(journey, "GET", url)
        for _ in range(_MOST_STEPS):
            location = answer.header("location")
            if answer.status in {302, 303} and location:
                answer = await self.ask(journey, "GET", location if "://" in location else f"{self.canvas}{location}")
                continue
            if answer.status != 200:
                raise Wrong(f"the launch ended with {answer.status}: {answer.body[:200]!r}")
            config = config_of(answer)
            if "authorize" in config:  # the tool's own page between login and launch
                answer = await self.ask(journey, "GET", config["authorize"])
                continue
            text = answer.body.decode()
            form = _FORM.search(text)
            if form is None:
                if "token" not in config:
                    raise Wrong("the launch ended with a page without a session")
                return config
            fields = {html.unescape(name): html.unescape(value) for name, value in _FIELD.findall(text)}
            answer = await self.post_form(journey, html.unescape(form[1]), fields)
        raise Wrong("the launch does not end")

    async def api(
        self, journey: str, method: str, path: str, token: str, content: Any = None, *, wanted: int = 200
    ) -> Any:
        """Call the tool's API with a page's token: gives what it says.

        :raises Wrong: it answers with another status.
        """
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        body = b"" if content is None else json.dumps(content).encode()
        answer = await self.ask(journey, method, f"{self.tool}{path}", body=body, headers=headers)
        if answer.status != wanted:
            raise Wrong(f"{method} {path.split('?')[0]} answered {answer.status}: {answer.body[:200]!r}")
        return json.loads(answer.body) if answer.body else None

    async def fetch(self, journey: str, path: str) -> bytes:
        """Fetch what needs no session."""
        answer = await self.ask(journey, "GET", f"{self.tool}{path}")
        if answer.status != 200:
            raise Wrong(f"GET {path.split('/')[1]} answered {answer.status}")
        return answer.body

    def close(self) -> None:
        for line in self._lines.values():
            line.close()

    def _keep_cookies(self, origin: str, answer: Answer) -> None:
        for name, text in answer.headers:
            if name == "set-cookie":
                (key, _, value), *attributes = (part.strip().partition("=") for part in text.split(";"))
                jar = self._cookies.setdefault(origin, {})
                jar[key] = value
                if ("Max-Age", "=", "0") in attributes:
                    del jar[key]


def config_of(answer: Answer) -> dict[str, Any]:
    """Read the JSON config of a page; nothing where it has none."""
    found = _CONFIG.search(answer.body)
    config: dict[str, Any] = json.loads(found[1]) if found else {}
    return config
