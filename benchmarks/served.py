"""Cuedeck as gunicorn serves it, with a platform that signs launches: what its processes do, and what they cost."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from app import create_app
from benchmarks.floor import KEY
from benchmarks.installed import NEVER_REFUSED, migrate, register, settings_for
from benchmarks.launch import initiation
from benchmarks.platform import SigningPlatform
from config import gunicorn as ours
from tests.support.stack import ROOT, free_ports

_PATIENCE = 180  # seconds; a busy machine takes more than one minute to start
_RATES = ("PERSON_LAUNCHES", "INSTITUTION_LAUNCHES", "INSTITUTION_LOGINS")


@dataclass
class Server:
    """Gunicorn with some processes."""

    process: subprocess.Popen[bytes]
    port: int
    platform: SigningPlatform
    environ: Mapping[str, str]  # of the installation
    _kept: threading.local = field(default_factory=threading.local)

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"

    def workers(self) -> list[int]:
        """Name its web processes by their ids."""
        own = self.process.pid
        return [int(pid) for pid in Path(f"/proc/{own}/task/{own}/children").read_text().split()]

    def seconds(self) -> float:
        """Give the processor time of all its processes until now."""
        return sum(time.clock_gettime(clock_of(pid)) for pid in (self.process.pid, *self.workers()))

    def memory(self) -> int:
        """Give the memory (bytes) of its web processes that nothing else shares."""
        texts = [Path(f"/proc/{pid}/status").read_text() for pid in self.workers()]
        lines = [line for text in texts for line in text.splitlines() if line.startswith("RssAnon:")]
        return sum(int(line.split()[1]) << 10 for line in lines)

    def log_in(self, _: int = 0) -> tuple[str, str, str]:
        """Begin a launch: gives its state, its nonce and the cookie."""
        cookie, location, _body = self._post("/lti/login", initiation(self.origin), "")
        asked = parse_qs(urlsplit(location).query)
        return asked["state"][0], asked["nonce"][0], cookie

    def form(self, state: str, nonce: str) -> dict[str, str]:
        """Make what the platform posts then."""
        return {"state": state, "id_token": self.platform.id_token(nonce=nonce, tool_url=self.origin)}

    def finish(self, form: Mapping[str, str], cookie: str) -> bytes:
        """Post it: gives the page."""
        return self._post("/lti/launch", form, cookie)[2]

    def token(self) -> str:
        """Launch: gives the page's token."""
        self.hang_up()  # the last one may be long ago
        state, nonce, cookie = self.log_in()
        page = self.finish(self.form(state, nonce), cookie).decode()
        config: dict[str, Any] = json.loads(page.split('id="config">', 1)[1].split("</script>", 1)[0])
        token: str = config["token"]
        return token

    def _post(self, path: str, form: Mapping[str, str], cookie: str) -> tuple[str, str, bytes]:
        """Send a form; gives the cookie that came back, where it leads, and the page."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Host": f"localhost:{self.port}"}
        connection = self._connection()
        connection.request("POST", path, urlencode(form), {**headers, "Cookie": cookie})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status not in {200, 302}:
            raise RuntimeError(f"{path} answered {answer.status}: {body[:300]!r}")
        return answer.getheader("Set-Cookie", "").split(";")[0], answer.getheader("Location", ""), body

    def _connection(self) -> http.client.HTTPConnection:
        """Give this thread's own connection: a new one for each request would be most of its price."""
        kept: http.client.HTTPConnection | None = getattr(self._kept, "connection", None)
        if kept is None:
            kept = self._kept.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)
        return kept

    def hang_up(self) -> None:
        """Forget this thread's connection: one that failed cannot be used again."""
        self._kept.connection = None


def clock_of(pid: int) -> int:
    """Name the clock of a process's processor time, as Linux's clock_getcpuclockid does."""
    return (~pid << 3) | 2


@contextmanager
def server(folder: Path, database_url: str, platform: SigningPlatform, jwks_url: str, count: int) -> Iterator[Server]:
    """Run an installation on a new database. It carries no uploads.

    :param folder: for its log and for the data of uploads.
    :param count: web processes.
    """
    (port,) = free_ports(1)
    settings = settings_for(folder, database_url=database_url, tool=f"http://localhost:{port}")
    migrate(settings)
    register(create_app(settings), canvas="http://127.0.0.1", jwks_url=jwks_url)
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("CUEDECK_")},
        **{f"CUEDECK_{name}": str(NEVER_REFUSED) for name in _RATES},
        "CUEDECK_URL": settings.base_url,
        "CUEDECK_SECRET_KEYS": settings.secret_keys[0],
        "CUEDECK_INSECURE_HOSTS": "localhost,127.0.0.1",
        "CUEDECK_CHUNKS": f"file://{folder / 'chunks'}",
        "CUEDECK_WORKER": "own",
        "DATABASE_URL": database_url,
    }
    options = ["-c", "config/gunicorn.py", "-w", str(count), "app:create_app()"]
    with _gunicorn(options, folder / f"log-{count}", port, platform, environ) as running:
        yield running


@contextmanager
def floor_server(folder: Path, platform: SigningPlatform) -> Iterator[Server]:
    """Run the bare floor as an installation is run: the same server with the same threads, one process.

    :param folder: for its log.
    """
    (port,) = free_ports(1)
    environ = {**os.environ, KEY: platform.public_key()}
    options = ["-k", ours.worker_class, "--threads", str(ours.threads), "--keep-alive", str(ours.keepalive)]
    options += ["--no-control-socket", "-w", "1", "benchmarks.floor:served_app()"]
    with _gunicorn(options, folder / "log-floor", port, platform, environ) as running:
        yield running


@contextmanager
def _gunicorn(
    options: Sequence[str], log: Path, port: int, platform: SigningPlatform, environ: Mapping[str, str]
) -> Iterator[Server]:
    command = [sys.executable, "-m", "gunicorn", "-b", f"127.0.0.1:{port}", *options]
    with log.open("wb") as out:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(environ), stdout=out, stderr=out)
        try:
            running = Server(process, port, platform, environ)
            _wait_for(running, log)
            yield running
        finally:
            process.terminate()
            process.wait(_PATIENCE)


def _wait_for(running: Server, log: Path) -> None:
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            running.log_in()
            return
        except (OSError, http.client.HTTPException):
            running.hang_up()
            if running.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(log.read_text()) from None
            time.sleep(0.1)
