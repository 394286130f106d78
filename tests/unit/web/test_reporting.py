"""What a Sentry is told of mistakes of ours: a real server on this machine is the Sentry."""

from __future__ import annotations

import dataclasses
import gzip
import json
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest
import sentry_sdk

from app import create_app
from config.settings import Settings
from lti.errors import ConfigurationError
from lti.remote import make_client
from lti.store import Store
from lti.web.reporting import reporter

from .school import Browser, Clock, School, register

TOKEN = "eyJhbGciOiJSUzI1NiJ9.secret-claims.secret-signature"
SECRETS = (TOKEN, "secret-access-token", "secret-search", "rosa@school.edu")


class Sentry:
    """Takes what is sent to it."""

    def __init__(self) -> None:
        self.bodies: queue.Queue[str] = queue.Queue()
        sentry = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                sentry.bodies.put(body.decode())
                self.send_response(200)
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.dsn = f"http://public@127.0.0.1:{self.server.server_address[1]}/1"

    def told(self) -> str:
        """Wait for what comes next."""
        return self.bodies.get(timeout=20)


@pytest.fixture
def sentry() -> Iterator[Sentry]:
    made = Sentry()
    yield made
    sentry_sdk.get_client().close(timeout=5)
    sentry_sdk.get_global_scope().set_client(None)
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def watched(settings: Settings, store: Store, school: School, clock: Clock, sentry: Sentry) -> Iterator[Browser]:
    register(store)
    http = make_client(timeout=5, transport=httpx.MockTransport(school.answer), sleep=lambda _: None)
    app = create_app(dataclasses.replace(settings, sentry_dsn=sentry.dsn), http=http, clock=clock)

    def break_down() -> str:
        very_secret = SECRETS[1]
        raise RuntimeError(f"it broke, with Bearer {very_secret} and {SECRETS[0]}")

    app.view_functions["health.alive"] = break_down
    yield Browser(app, school)
    http.close()


def test_mistake_in_a_request_is_told_without_anything_of_the_person(watched: Browser, sentry: Sentry) -> None:
    answer = watched.get(
        "/healthz?search=secret-search&email=rosa@school.edu",
        headers={"Authorization": f"Bearer {SECRETS[1]}", "Cookie": f"proof={SECRETS[1]}", "X-Request-ID": "abcdefgh1"},
    )
    assert answer.status_code == 500

    told = sentry.told()

    assert '"RuntimeError"' in told
    assert "it broke, with Bearer [hidden]" in told
    assert '"function":"break_down"' in told.replace(": ", ":")
    assert "abcdefgh1" in told
    for secret in (*SECRETS, "secret-claims", "healthz", "Cookie", "very_secret"):
        assert secret not in told
    event = json.loads(told.splitlines()[2])
    assert event.keys() <= {
        "event_id", "timestamp", "platform", "level", "exception", "tags", "logger", "release", "environment", "sdk",
    }  # fmt: skip


def test_error_that_a_person_is_shown_on_purpose_is_no_mistake(watched: Browser, sentry: Sentry) -> None:
    assert watched.post("/lti/launch", data={"state": "x", "id_token": SECRETS[0]}).status_code >= 400
    assert watched.get("/nowhere").status_code == 404
    logging.getLogger("lti.media.worker").error("a line without an exception: %s", SECRETS[1])
    watched.get("/healthz")

    assert "RuntimeError" in sentry.told()  # the first thing that came
    sentry_sdk.flush(5)
    assert sentry.bodies.empty()


def test_mistake_in_a_worker_is_told(watched: Browser, sentry: Sentry) -> None:
    try:
        raise KeyError("a worker's")
    except KeyError:
        logging.getLogger("lti.media.worker").exception("housekeeping met a mistake of ours")

    assert '"KeyError"' in sentry.told()


def test_sentry_that_is_away_stops_nothing(settings: Settings, store: Store, school: School, clock: Clock) -> None:
    tell = reporter("http://public@127.0.0.1:1/1")
    tell(RuntimeError("nobody listens"))
    sentry_sdk.get_client().close(timeout=0.1)
    sentry_sdk.get_global_scope().set_client(None)


def test_address_that_is_none_is_said_at_the_start() -> None:
    with pytest.raises(ConfigurationError, match="SENTRY_DSN"):
        reporter("not an address")


def test_library_is_not_loaded_where_nobody_is_told() -> None:
    code = (
        "import sys\nfrom lti.web.reporting import reporter\nreporter(None)(ValueError())\n"
        "assert 'sentry_sdk' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
