"""Around every request: its id, its limits, its headers and its one line in the log.

Done where WSGI hands over a list of headers, not in flask's hooks: a launch is two requests, this is paid in both, and
werkzeug's header objects made it several times as expensive (measured: 60 against 15 microseconds).
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from flask import Flask, Request, Response, request
from flask.sessions import NullSession, SessionInterface
from structlog.typing import EventDict
from werkzeug.routing import MapAdapter

from lti.errors import N_, CuedeckError, InputError
from lti.meter import Meter
from lti.model import Platform
from lti.web.forms import MOST_FIELDS
from lti.web.headers import ALWAYS, CLOSED, HTTPS_ONLY, NO_DEVICES, NO_STORE
from lti.web.localization import Localization
from lti.web.look import OWN, Look

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

LARGEST_BODY: Final = 1024 * 1024  # bytes
LARGEST_LAUNCH: Final = 256 * 1024  # bytes; Canvas's largest observed id_token is below 10 KB
_GIVEN_ID: Final = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_PROBES: Final = frozenset({"/healthz", "/readyz", "/metrics"})  # probes come by address, not by name
_STEPS: Final = {f"/lti/{step}": step for step in ("login", "launch", "proof", "open")}
_DEFAULTS: Final = (("Content-Security-Policy", CLOSED), ("Cache-Control", NO_STORE), NO_DEVICES)


class WrongHost(InputError):
    """Raised when a request names a host that is not ours: a proxy that is not set up, or DNS rebinding."""

    code = "wrong_host"
    status = 421
    message = N_("This address is not the one that Cuedeck is installed at.")
    next_step = N_("Ask your administrator to compare it with CUEDECK_URL.")


@dataclass(slots=True)
class Facts:
    """What is known of the request that is being answered; the rest is found out on the way."""

    id: str
    started: float
    refusal: CuedeckError | None = None  # known before the request was even looked at
    platform: Platform | None = None  # set as soon as it is certain
    language: Localization | None = None  # likewise
    look: Look = OWN
    more_headers: tuple[tuple[str, str], ...] = ()  # of its answer, whatever that turns out to be
    outcome: str = "ok"  # the code of the error that it ended with, or what a step of a launch came to
    elsewhere: str | None = None  # where the page of an error lets a person go on, in a new window
    framed_by: tuple[str, ...] = ()  # origins that may frame its page; none are known before a launch is verified


_facts: ContextVar[Facts] = ContextVar("facts")


def facts() -> Facts:
    """Give the facts of the current request."""
    return _facts.get()


def this_request() -> Request:
    """Give the current request itself, for who looks at it often.

    A look through flask's ``request`` takes half a microsecond, thirty times as long as one at what is behind it; a
    launch took twenty.
    """
    return request._get_current_object()  # type: ignore[attr-defined,no-any-return]


def request_id() -> str | None:
    """Give the id of the current request, if there is one."""
    found = _facts.get(None)
    return None if found is None else found.id


def add_request_id(logger: object, method: str, event: EventDict) -> EventDict:
    """Add the id of the current request, if there is one, to a line of the log."""
    current = request_id()
    if current is not None:
        event["request_id"] = current
    return event


class _NoSession(SessionInterface):
    """Flask's sessions live in a cookie: there are none."""

    _none = NullSession()

    def open_session(self, app: Flask, request: Request) -> NullSession:
        return self._none


class Application(Flask):
    """Flask, with what every request needs and without what none does."""

    session_interface = _NoSession()

    def __init__(self, base_url: str, log: Callable[[EventDict], None], meter: Meter) -> None:
        """Make it, without any address yet.

        :param log: writes the line of each request.
        :param meter: is told of each request.
        """
        super().__init__("cuedeck", static_folder=None, template_folder=None)
        self.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
        self.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_LAUNCH
        self.config["MAX_FORM_PARTS"] = MOST_FIELDS
        self.config["PROVIDE_AUTOMATIC_OPTIONS"] = False  # nobody else's pages call us
        self.wsgi_app = _Envelope(self.wsgi_app, base_url, log, meter)  # type: ignore[method-assign]
        origin = urlsplit(base_url)
        self._scheme, self._host = origin.scheme, origin.netloc

    def full_dispatch_request(self) -> Response:
        """Answer a request, unless it came to the wrong host. There are no hooks or signals around it."""
        try:
            refusal = facts().refusal
            if refusal is not None:
                raise refusal
            answer = self.dispatch_request()
            return answer if isinstance(answer, Response) else self.make_response(answer)
        except Exception as error:  # noqa: BLE001 - flask's own way: the handlers of web.problems answer it
            return self.make_response(self.handle_user_exception(error))

    def do_teardown_request(self, exc: BaseException | None = None) -> None:
        """Do nothing: there are no hooks here either."""

    def do_teardown_appcontext(self, exc: BaseException | None = None) -> None:
        """Do nothing, likewise."""

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Match addresses by their path alone. The envelope has compared the host, and nobody else's is ours."""
        if request is None:
            return None
        environ = request.environ
        path = environ.get("PATH_INFO", "").encode("latin-1").decode(errors="replace")
        method, query = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
        script = environ.get("SCRIPT_NAME", "")
        return MapAdapter(self.url_map, self._host, script, "", self._scheme, path, method, query)

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the view itself: none is a coroutine, and asking each time has its price."""
        return func


class _Envelope:
    """The WSGI application around flask's."""

    def __init__(self, inside: WSGIApplication, base_url: str, log: Callable[[EventDict], None], meter: Meter) -> None:
        self._inside = inside
        self._meter = meter
        self._hosts = _hosts(base_url)
        self._always = [*ALWAYS, HTTPS_ONLY] if base_url.startswith("https://") else list(ALWAYS)
        self._log = log

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        found = Facts(given if _GIVEN_ID.fullmatch(given) else secrets.token_hex(8), time.perf_counter())
        if environ.get("HTTP_HOST", "").lower() not in self._hosts and environ.get("PATH_INFO") not in _PROBES:
            found.refusal = WrongHost("the Host header is not ours")
        _facts.set(found)

        def respond(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
            names = {name for name, _ in headers}
            complete = [
                *headers,
                *found.more_headers,
                *self._always,
                *(default for default in _DEFAULTS if default[0] not in names),
                ("X-Request-ID", found.id),
            ]
            self._write(environ, found, int(status[:3]))
            return start_response(status, complete, exc_info)

        return self._inside(environ, respond)

    def _write(self, environ: WSGIEnvironment, found: Facts, status: int) -> None:
        inside: Request | None = environ.get("werkzeug.request")
        rule = inside.url_rule if inside is not None else None
        route = rule.rule if rule is not None else None  # never the address: it may hold a signed token
        method, seconds = environ["REQUEST_METHOD"], time.perf_counter() - found.started
        self._meter.answered(route, method, status, seconds)
        if route in _STEPS:
            self._meter.launched(_STEPS[route], found.outcome)
        self._log(
            {
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                "platform": found.platform.id if found.platform is not None else None,
                "event": "request",
                "request_id": found.id,
            }
        )


def _hosts(base_url: str) -> frozenset[str]:
    parts = urlsplit(base_url)
    usual = {"https": 443, "http": 80}[parts.scheme]
    port = parts.port or usual
    return frozenset({f"{parts.hostname}:{port}", *([str(parts.hostname)] if port == usual else [])})
