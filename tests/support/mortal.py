"""A tool in a process of its own that ends itself by SIGKILL just before the n-th thing that it would write.

What it writes: a statement that changes the database, an object of the chunk store, a call to Canvas or Studio that
changes something, and an answer to whoever had something changed by it. Between two of these nothing that outlives a
process happens: to die before each of them in turn is to die at every moment that there is. A transaction is written by
its COMMIT: whoever dies between its statements leaves what whoever dies before the first of them leaves, nothing.

The product knows nothing of this: drivers and transports are watched from outside, in that process alone.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import re
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import psycopg
from sqlalchemy import Engine, create_engine, event, update
from werkzeug.serving import WSGIRequestHandler, make_server

from app import create_app, uploads_worker
from config.settings import Settings
from lti.media import Carrier, Worker
from lti.store import chunks
from lti.store.schema import cache_leases, caption_answers, invitations, uploads

_PATIENCE = 60.0  # seconds
_STATEMENT = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|WITH|INSERT|UPDATE|DELETE)\b", re.IGNORECASE)
_WRITING = re.compile(r"\b(INSERT INTO|(?<!FOR )UPDATE|DELETE FROM) \w+")  # WITH may hide one
# Pauses of the worker, in seconds: nobody here waits for a real Studio.
_QUICKLY: dict[Any, dict[str, float]] = {Carrier: {"first_pause": 0.1, "first_look": 0.05}, Worker: {"idle": 0.02}}
_QUIET = {"GET", "HEAD", "OPTIONS"}


class Countdown:
    """Counts what is written, and ends the process before one of it."""

    def __init__(self, told: Path) -> None:
        """Take a file in which the thing is named that was not written."""
        self._left = -1
        self._told = told
        self._lock = threading.Lock()
        self._transactions: dict[object, list[str]] = {}  # what was written so far, by connection
        self._request = threading.local()

    def arm(self, die_at: int) -> None:
        """Say how much may be written; negative: everything."""
        self._left = die_at

    def before(self, what: str) -> None:
        """Die, if it is time."""
        with self._lock:
            if self._left == 0:
                self._told.write_text(what)
                os.kill(os.getpid(), signal.SIGKILL)
            self._left -= 1
            self._request.wrote = True

    def watch(self) -> None:
        """Watch everything that writes."""
        event.listen(Engine, "connect", self._watch_connection)
        for name in ("execute", "executemany"):
            self._watch_method(psycopg.Cursor, name, lambda at, query, *_, **__: self._statement(at.connection, query))
        self._watch_method(psycopg.Connection, "commit", lambda at: self._statement(at, "COMMIT"))
        self._watch_method(chunks._FileWriter, "commit", lambda _: "an object of the chunk store")
        self._watch_method(chunks.FolderChunks, "clear", lambda *_: "clearing chunks")
        self._watch_method(chunks.FolderChunks, "drop", lambda *_: "dropping chunks")
        self._watch_method(httpx.HTTPTransport, "handle_request", _call)

    def _watch_connection(self, raw: object, _entry: object) -> None:
        if isinstance(raw, sqlite3.Connection):
            raw.set_trace_callback(lambda statement: self._note(self._statement(raw, statement)))

    def _statement(self, connection: object, statement: object) -> str | None:
        """Name what is written by a statement at its end: nothing, if its transaction goes on."""
        words = str(statement)
        found = _STATEMENT.match(words)
        if found is None:
            return None
        name, open_ = " ".join(found[0].upper().split()), self._transactions
        if name == "BEGIN":
            open_[connection] = []
        elif name == "COMMIT":
            wrote = open_.pop(connection, [])
            return f"COMMIT of {', '.join(dict.fromkeys(wrote))}" if wrote else None
        elif name == "ROLLBACK":
            open_.pop(connection, None)
        elif (written := _WRITING.search(words)) is not None:
            if connection not in open_:
                return written[0]
            open_[connection].append(written[0])
        return None

    def _watch_method(self, kind: type, name: str, describe: Callable[..., str | None]) -> None:
        real = getattr(kind, name)

        def watched(*arguments: Any, **more: Any) -> Any:
            self._note(describe(*arguments, **more))
            return real(*arguments, **more)

        setattr(kind, name, watched)

    def _note(self, what: str | None) -> None:
        if what is not None:
            self.before(what)

    def around(self, application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
        """Count answers to those by whom something was written: they may not hear of it."""

        def answering(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
            def starting(*head: Any) -> Any:
                if self._request.wrote:
                    self.before(f"the answer to {environ['REQUEST_METHOD']} {environ['PATH_INFO'].split('/')[1]}")
                return start(*head)

            self._request.wrote = False
            return application(environ, starting)

        return answering


def _call(_transport: object, request: httpx.Request) -> str | None:
    return None if request.method in _QUIET else f"{request.method} at port {request.url.port}"


class _Silent(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *arguments: Any) -> None:
        pass


def bear(environ: dict[str, str], port: int, run_dir: Path, line: Connection) -> None:
    """Build the tool once, and fork a process that serves it whenever a moment of death comes in: the work of a mother.

    As gunicorn does with ``--preload``: a start costs milliseconds then.
    """
    log = os.open(run_dir / "tool.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    countdown = Countdown(run_dir / "not-written")
    countdown.watch()
    for kind, quick in _QUICKLY.items():
        kind.__init__.__kwdefaults__.update(quick)
    settings = Settings.from_environ(environ)
    app = create_app(settings)
    application = countdown.around(app.wsgi_app)
    while True:
        die_at = line.recv()
        server = make_server("127.0.0.1", port, application, threaded=True, request_handler=_Silent)
        pid = os.fork()
        if not pid:
            countdown.arm(die_at)
            if settings.worker == "inside":
                uploads_worker(app).start()
            server.serve_forever()
        server.socket.close()
        line.send(pid)
        line.send(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


@dataclass
class Mortal:
    """A tool that can be started again."""

    environ: dict[str, str]
    run_dir: Path
    deaths: int = 0
    _pid: int = 0
    _mother: Any = None
    _line: Any = None

    def start(self, die_at: int) -> None:
        """Start it: it listens then.

        :param die_at: how much it may write; negative: everything.
        """
        if self._mother is None:
            port = urlsplit(self.environ["CUEDECK_URL"]).port or 0
            context = multiprocessing.get_context("forkserver")
            context.set_forkserver_preload([__name__])
            self._line, theirs = context.Pipe()
            self._mother = context.Process(target=bear, args=(self.environ, port, self.run_dir, theirs), daemon=True)
            self._mother.start()
            theirs.close()
        self._line.send(die_at)
        self._pid = self._hear()

    def _hear(self) -> int:
        assert self._line.poll(_PATIENCE), "the tool does not start, or does not end"
        heard: int = self._line.recv()
        return heard

    def revive(self) -> None:
        """Start another that does not die, in place of one that has."""
        status = self._hear()
        assert status == -signal.SIGKILL, f"the tool ended with {status}"
        self.deaths += 1
        self._let_leases_end()
        self.start(-1)

    def died(self) -> bool:
        """Tell whether it has died by now."""
        return bool(self._line.poll(0))

    def last(self) -> str:
        """Name what was not written at the last death."""
        return (self.run_dir / "not-written").read_text()

    def stop(self) -> None:
        """End it."""
        if self._pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._pid, signal.SIGKILL)
            self._hear()
            self._pid = 0

    def close(self) -> None:
        """End it for ever."""
        if self._mother is not None:
            self.stop()
            self._mother.kill()
            self._mother.join(_PATIENCE)
            self._line.close()

    def _let_leases_end(self) -> None:
        """Let the minute pass for which a lease outlives its holder."""
        engine = create_engine(self.environ["DATABASE_URL"])
        leases = [table.c.leased_until for table in (uploads, cache_leases, caption_answers)]
        with engine.begin() as connection:
            for until in (*leases, uploads.c.ahead_until, invitations.c.claimed_until):
                over = {until.name: datetime(2000, 1, 1, tzinfo=UTC)}
                connection.execute(update(until.table).where(until.is_not(None)).values(over))
        engine.dispose()


class Refused(Exception):
    """The tool said in words, after a death, that somebody has to begin again."""


class Insistent(httpx.HTTPTransport):
    """A browser whose person reloads when the line to the tool breaks, once the tool is there again."""

    def __init__(self, tool: Mortal, check: Callable[[httpx.Response], None]) -> None:
        """Take the tool.

        :param check: fails for an answer that nobody should see.
        """
        super().__init__(verify=False)  # reading certificates takes longer than a journey
        self._tool = tool
        self._origin = tool.environ["CUEDECK_URL"]
        self._deaths = tool.deaths
        self._check = check

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send; once more if the tool died of it.

        :raises Refused: the tool died, then or before, and does not take this now.
        """
        request.read()
        if not str(request.url).startswith(self._origin):
            return super().handle_request(request)
        try:
            answer = self._send(request)
        except httpx.TransportError:
            self._tool.revive()
            answer = self._send(request)
        self._check(answer)
        if answer.status_code >= 400 and self._tool.deaths > self._deaths:
            raise Refused(answer.text)
        return answer

    def _send(self, request: httpx.Request) -> httpx.Response:
        answer = super().handle_request(request)
        answer.read()
        return answer
