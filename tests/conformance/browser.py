"""A browser that runs no script, and its pages: over HTTP to a server, or straight into the application."""

from __future__ import annotations

import html
import io
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any, Protocol
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit
from wsgiref.types import WSGIApplication

from .canvas import ADMINISTRATOR, TEACHER, Canvas, Person

Fields = Mapping[str, str] | Iterable[tuple[str, str]]
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What came back, read as a person or a script reads it."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def headline(self) -> str:
        return self._find(r"<h1[^>]*>(.*?)</h1>")

    @property
    def next_step(self) -> str:
        return self._find(r"</h1>\s*<p>(.*?)</p>")

    @property
    def code(self) -> str | None:
        """The code of the error that this tells about, on a page or in JSON."""
        if (self.header("Content-Type") or "").startswith("application/json"):
            code = self.json.get("error", {}).get("code")
            return None if code is None else str(code)
        found = re.search(r"<dt>Error</dt><dd><code>(.*?)</code>", self.text)
        return found[1] if found else None

    @property
    def config(self) -> dict[str, Any]:
        """What a page gives to its scripts; its session is there, if it has one."""
        config: dict[str, Any] = json.loads(self._find(r'id="config">(.*?)</script>', plain=True))
        return config

    @property
    def summary(self) -> str:
        """What there is to say of it when a test fails."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.text, re.DOTALL)
        return f"{self.status} {self.code} {html.unescape(found[1]).strip() if found else self.text[:500]!r}"

    @property
    def opened(self) -> bool:
        """Whether a launch got through: all errors that come after it are about what it asked for."""
        if self.status == 200:
            return not self.waits
        return (self.status, self.code) in {(403, "not_allowed"), (404, "not_found")}

    @property
    def waits(self) -> bool:
        """Whether this page has yet to prove its browser, by Platform Storage."""
        return self.status == 200 and "launch" in self.config

    def _find(self, pattern: str, *, plain: bool = False) -> str:
        found = re.search(pattern, self.text, re.DOTALL)
        assert found, self.text[:2000]
        return found[1] if plain else html.unescape(found[1]).strip()


class Way(Protocol):
    """How requests get to the tool."""

    def __call__(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer: ...


def over_http(port: int) -> Way:
    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return Answer(answer.status, answer.getheaders(), answer.read())
        finally:
            connection.close()

    return send


def into(app: WSGIApplication) -> Way:
    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        where, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "SCRIPT_NAME": "", "PATH_INFO": where, "QUERY_STRING": query,
            "SERVER_NAME": "tool", "SERVER_PORT": "443", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "127.0.0.1",
            "CONTENT_LENGTH": str(len(body)), "wsgi.input": io.BytesIO(body), "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0), "wsgi.url_scheme": "https",
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        begun: list[Any] = []
        result = app(environ, lambda status, headers, _=None: begun.extend((status, headers)))  # type: ignore[arg-type]
        try:
            return Answer(int(begun[0][:3]), begun[1], b"".join(result))
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()

    return send


@dataclass(frozen=True)
class Login:
    """A login that was begun: what Canvas is asked to sign."""

    answer: Answer
    state: str
    nonce: str

    @classmethod
    def of(cls, answer: Answer, asked: str) -> Login:
        """Read it from the address that Canvas is asked by."""
        query = dict(parse_qsl(urlsplit(asked).query))
        return cls(answer, query["state"], query["nonce"])


class Browser:
    """Keeps cookies, and goes through launches as a person does."""

    def __init__(self, way: Way, origin: str, canvas: Canvas) -> None:
        self._way = way
        self._host = urlsplit(origin).netloc
        self.canvas = canvas
        self.cookies: dict[str, str] = {}
        self.keeps_cookies = True

    def send(
        self,
        method: str,
        path: str,
        *,
        form: Fields | None = None,
        value: object = None,
        body: bytes = b"",
        **headers: str,
    ) -> Answer:
        """Send a request with a form, a JSON ``value``, or any body; ``content_type`` and the like are headers."""
        sent = {"Host": self._host, **{name.replace("_", "-").title(): text for name, text in headers.items()}}
        if form is not None:
            body = urlencode(list(form.items()) if isinstance(form, Mapping) else list(form)).encode()
            sent.setdefault("Content-Type", _FORM)
        if value is not None:
            body, _ = json.dumps(value).encode(), sent.setdefault("Content-Type", "application/json")
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={text}" for name, text in self.cookies.items())
        answer = self._way(method, path, sent, body)
        for name, text in answer.headers:
            if name.lower() == "set-cookie" and self.keeps_cookies:
                self._keep(text)
        return answer

    def _keep(self, cookie: str) -> None:
        pair, _, attributes = cookie.partition(";")
        name, _, text = pair.partition("=")
        if "Max-Age=0" in attributes:
            self.cookies.pop(name, None)
        else:
            self.cookies[name] = text

    def begin(self, **changes: str) -> Login:
        answer = self.send("POST", "/lti/login", form=self.canvas.initiation(**changes))
        assert answer.status == 302, answer.summary
        return Login.of(answer, answer.header("Location") or "")

    def finish(self, login: Login, id_token: str) -> Answer:
        return self.send("POST", "/lti/launch", form={"state": login.state, "id_token": id_token})

    def launch(self, person: Person = TEACHER, **changes: Any) -> Answer:
        """Open a resource link."""
        login = self.begin()
        return self.finish(login, self.canvas.sign(self.canvas.claims(login.nonce, person, **changes)))

    def press_button(self, person: Person = TEACHER, **changes: Any) -> Page:
        """Open the picker from the editor."""
        login = self.begin()
        answer = self.finish(login, self.canvas.sign(self.canvas.deep_linking(login.nonce, person, **changes)))
        return Page(self, answer)

    def administer(self, person: Person = ADMINISTRATOR) -> Page:
        """Open the administration from the account's menu."""
        login = self.begin()
        return Page(self, self.finish(login, self.canvas.sign(self.canvas.administration(login.nonce, person))))

    def watch(self, embed: str, person: Person = TEACHER) -> Page:
        """Open the player."""
        custom = {"canvas_user_id": person.id, "canvas_course_id": "17", "embed": embed}
        return Page(self, self.launch(person, lti_custom=custom))


class Page:
    """A page that was opened, with its session."""

    def __init__(self, browser: Browser, answer: Answer) -> None:
        assert answer.status == 200, answer.summary
        self.browser = browser
        self.answer = answer
        self.token: str = answer.config["token"]

    def call(self, method: str, path: str, value: object = None, **options: Any) -> Answer:
        return self.browser.send(method, path, value=value, authorization=f"Bearer {self.token}", **options)

    def leave_for_consent(self) -> str:
        """Open the pop-up; gives the state with which Canvas sends it back."""
        address = self.call("POST", "/api/connect/canvas").json["url"]
        answer = self.browser.send("GET", address)
        assert answer.status == 302, answer.summary
        return parse_qs(urlsplit(answer.header("Location") or "").query)["state"][0]

    def connect(self, person: Person = TEACHER) -> Page:
        """Go through the consent pop-up as the person whose page this is."""
        self.browser.canvas.consenting = person
        state = self.leave_for_consent()
        answer = self.browser.send("GET", f"/connect/canvas/callback?code=authorization-code&state={state}")
        assert answer.status == 200, answer.summary
        return self

    def first_item(self) -> dict[str, Any]:
        """Look at the first item of the person's own media."""
        item = self.call("GET", "/api/canvas/media").json["items"][0]
        detail: dict[str, Any] = self.call("POST", "/api/canvas/media/detail", {"handle": item["handle"]}).json
        return detail

    def insert(self, detail: Mapping[str, Any]) -> Answer:
        return self.call("POST", "/api/insert", {"picks": [pick(detail)]})


def pick(detail: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """Give a pick of everything that an item has."""
    tracks = [track["id"] for track in detail["tracks"]]
    size = {"width": 640, "height": 480}
    return {
        "handle": detail["handle"], "form": "captioned", "tracks": tracks, "default": tracks[0],
        "start": None, "end": None, **size, "transcript": True, "as_link": False, **changes,
    }  # fmt: skip
