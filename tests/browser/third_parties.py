"""Browsers that treat the tool in its frame as browsers do: with its cookies, or without."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Playwright

_HOP = {"connection", "proxy-connection", "keep-alive", "transfer-encoding", "host"}


def with_setting(
    playwright: Playwright, executable: str, arguments: list[str], profile: Path, *, block: bool
) -> BrowserContext:
    """Start a chromium in which a person has chosen "Block third-party cookies", or has allowed them.

    A profile of its own: a context without one is as private browsing is, and blocks them in any case.
    """
    (profile / "Default").mkdir(parents=True)
    chosen = {"profile": {"cookie_controls_mode": 1 if block else 0}}
    (profile / "Default" / "Preferences").write_text(json.dumps(chosen))
    return playwright.chromium.launch_persistent_context(
        profile, executable_path=executable, args=arguments, viewport={"width": 1280, "height": 900}, locale="en-US"
    )


@dataclass
class Proxy:
    """A proxy that keeps the tool's cookies away from every frame, as older Safaris do.

    The browser stores what it is given: so it is given none, and then has none to send. What it would have sent all the
    same is written down.
    """

    tool: str
    address: str = ""
    withheld: int = 0  # cookies that the tool tried to set in a frame
    sent: list[str] = field(default_factory=list)  # framed requests that brought one


@contextmanager
def without_cookies_in_frames(tool: str) -> Iterator[Proxy]:
    """Run such a proxy; documents of windows of their own pass with their cookies."""
    proxy = Proxy(tool)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            framed = self.path.startswith(f"{tool}/") and self.headers.get("Sec-Fetch-Dest") == "iframe"
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP}
            if framed and headers.pop("Cookie", ""):
                proxy.sent.append(self.path)
            url = urlsplit(self.path)
            there = HTTPConnection(url.hostname or "", url.port or 80, timeout=60)
            try:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                where = f"{url.path}?{url.query}" if url.query else url.path
                there.request(self.command, where, body or None, {**headers, "Host": url.netloc})
                answer = there.getresponse()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if framed and name.lower() == "set-cookie":
                        proxy.withheld += 1
                    elif name.lower() not in _HOP:
                        self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                while piece := answer.read(65536):
                    self.wfile.write(piece)
            except OSError:
                self.close_connection = True  # the browser has gone on, as it does with media
            finally:
                there.close()

        do_POST = do_DELETE = do_HEAD = do_GET  # noqa: N815 - the base class's names

        def log_message(self, format: str, *args: object) -> None:
            return

    with _served(Handler) as proxy.address:
        yield proxy


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve the files of a folder, as a site that has nothing to do with us; gives its origin."""

    class Handler(SimpleHTTPRequestHandler):
        def __init__(self, *args: Any) -> None:
            super().__init__(*args, directory=str(folder))

        def log_message(self, format: str, *args: object) -> None:
            return

    with _served(Handler) as origin:
        yield origin


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


@contextmanager
def _served(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
