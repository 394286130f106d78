"""The running application: made by ``create_app`` from settings as an installation has them, on a database file."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app, prepare
from config.settings import Settings

from .browser import Browser, Way, into, over_http
from .canvas import DEPLOYMENT, Canvas

ROOT = Path(__file__).parents[2]
_RATES = ("PERSON_CALLS", "PERSON_LAUNCHES", "INSTITUTION_CALLS", "INSTITUTION_LAUNCHES", "INSTITUTION_LOGINS")


class Clock:
    """The time, which can be put forward: hours of waiting are not waited for."""

    def __init__(self, *, still: bool = False) -> None:
        self._ahead = 0.0
        self._stopped = time.time() if still else None

    def forward(self, seconds: float) -> None:
        self._ahead += seconds

    def seconds(self) -> float:
        return (self._stopped or time.time()) + self._ahead

    def __call__(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(), UTC)


@dataclass
class Tool:
    """An application that runs, and the ways to it."""

    app: Flask
    origin: str
    environ: Mapping[str, str]
    clock: Clock
    way: Way

    def browser(self, canvas: Canvas) -> Browser:
        canvas.tool = self.origin
        return Browser(self.way, self.origin, canvas)

    def register(self, canvas: Canvas, *deployments: str) -> None:
        """Register an institution by the flask command; without deployments named, any is trusted."""
        result = self.app.test_cli_runner().invoke(args=canvas.registration(*deployments))
        assert result.exit_code == 0, result.output

    def command(self, *words: str) -> str:
        """Type a flask command in a process of its own, as an administrator does."""
        return flask(self.environ, *words)


def environment(origin: str, folder: Path) -> dict[str, str]:
    """Give the settings of an installation in a folder, by their names in the environment."""
    return {
        "CUEDECK_URL": origin,
        "CUEDECK_SECRET_KEYS": secrets.token_urlsafe(48),
        "DATABASE_URL": f"sqlite:///{folder / 'cuedeck.db'}",
        "CUEDECK_INSECURE_HOSTS": "localhost,127.0.0.1",
        "CUEDECK_OUTGOING_TIMEOUT": "3",
        "CUEDECK_LOG_LEVEL": "WARNING",
        # Thousands of launches and calls a minute by one person: their rates are tested elsewhere.
        **{f"CUEDECK_{name}": "0" for name in _RATES},
    }


def flask(environ: Mapping[str, str], *words: str) -> str:
    command = [sys.executable, "-m", "flask", "--app", "app", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **environ}, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def made(origin: str, folder: Path, clock: Clock) -> Iterator[Tool]:
    """Make the application; requests go straight into it."""
    environ = environment(origin, folder)
    handlers, level = logging.root.handlers[:], logging.root.level
    settings = Settings.from_environ(environ)
    prepare(settings)
    app = create_app(settings, clock=clock)
    try:
        yield Tool(app, origin, environ, clock, into(app))
    finally:
        logging.root.handlers, logging.root.level = handlers, level


@contextmanager
def served(folder: Path, clock: Clock) -> Iterator[Tool]:
    """Make it and serve it over HTTP, a thread for each request."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        with made(f"http://localhost:{port}", folder, clock) as tool:
            server = make_server(
                "127.0.0.1", port, tool.app, threaded=True, request_handler=_Quiet, fd=listening.fileno()
            )
            thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
            thread.start()
            tool.way = over_http(port)
            try:
                yield tool
            finally:
                server.shutdown()
                server.server_close()
                thread.join()


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        return


def register_by_command(tool: Tool, canvas: Canvas) -> None:
    """Register from outside, as an administrator of a running installation does."""
    tool.command(*canvas.registration(DEPLOYMENT))
    tool.clock.forward(6)  # what another process wrote is noticed within five seconds
