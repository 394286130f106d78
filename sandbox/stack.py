"""The sandbox Canvas, the sandbox Studio and the tool: how each is started, and how they come to know each other."""

from __future__ import annotations

import os
import shlex
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from sandbox.canvas.config import CanvasConfig
from sandbox.canvas.tool import DEPLOYMENT_ID
from sandbox.children import Child, Died
from sandbox.secrets_file import Secrets, load_secrets
from sandbox.studio.config import StudioConfig

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 240  # a machine may have much else to do
COMMAND_SECONDS = 180


@dataclass
class Stack:
    """Everything that ``make run`` starts."""

    run_dir: Path
    tool_port: int
    canvas_port: int
    studio_port: int = 8002
    database: str | None = None
    media: int = 0
    strict: bool = False  # the Canvas refuses also what Canvas itself lets pass
    empty: bool = False  # the tool is not installed: that is what is to be tried
    settings: dict[str, str] = field(default_factory=dict)  # of the tool, in place of ours
    without_tool: bool = False  # it is registered, and somebody else runs it
    students: int = 0  # of course 17, beside the seeded people
    teachers: int = 0
    _children: list[Child] = field(default_factory=list)

    @property
    def canvas_url(self) -> str:
        """The one address to open."""
        return f"http://127.0.0.1:{self.canvas_port}"

    @property
    def studio_url(self) -> str:
        """Where the Studio answers."""
        return f"http://127.0.0.1:{self.studio_port}"

    @property
    def tool_url(self) -> str:
        """Another site than the Canvas, for the browser: localhost, not 127.0.0.1."""
        return f"http://localhost:{self.tool_port}"

    def start(self) -> list[Child]:
        """Start Canvas and Studio, register them with the tool, start the tool, and wait until all answer.

        :raises Died: a process ended, or something took too long.
        """
        secrets = load_secrets(self.run_dir)
        environ = self.environ(secrets)
        self._start("canvas", self._canvas_command(), dict(os.environ))
        self._start("studio", self._studio_command(), dict(os.environ))
        self._command("database", ["db", "upgrade"], environ)
        if not self.empty:
            self._command("register", self._registration(), environ)
            self._command("studio-key", self._studio_registration(), environ)
        if not self.without_tool:
            self._start("tool", procfile_command("web"), environ)
            if environ["CUEDECK_WORKER"] == "own":
                self._start("worker", procfile_command("worker"), environ)
        self._wait(f"{self.canvas_url}/api/lti/security/jwks")
        self._wait(f"{self.studio_url}/login")
        if not self.without_tool:
            self._wait(f"{self.tool_url}/readyz")
        return list(self._children)

    def stop(self) -> None:
        """Stop whatever runs, the tool first."""
        for child in reversed(self._children):
            child.stop()

    def welcome(self) -> str:
        """Say where to look."""
        if self.empty:
            return (
                f"\n  Open  {self.canvas_url}\n\n"
                "  The tool is not installed. In another terminal, make invite EMPTY=1 prints an address; then be\n"
                "  Ada Administrator, open Apps, and enter it there.\n\n"
                f"  The tool itself is at {self.tool_url}; logs are in {self.run_dir}. Ctrl-C stops everything.\n"
            )
        return (
            f"\n  Open  {self.canvas_url}\n\n"
            "  Be Tilda Teacher, open Film Studies, edit the page Welcome, and press Cuedeck in the toolbar.\n"
            "  Then log out, be Sam Student, and watch the page.\n\n"
            f"  The Studio beside it is at {self.studio_url}: be Stella Studio there to act as its administrator.\n"
            f"  The tool itself is at {self.tool_url}; logs are in {self.run_dir}. Ctrl-C stops everything.\n"
        )

    def environ(self, secrets: Secrets) -> dict[str, str]:
        """Give the tool's environment."""
        environ = {name: value for name, value in os.environ.items() if not name.startswith("CUEDECK_")}
        return environ | {
            "CUEDECK_URL": self.tool_url,
            "CUEDECK_INSECURE_HOSTS": "localhost,127.0.0.1",
            "CUEDECK_SECRET_KEYS": secrets.tool,
            "CUEDECK_CANVAS_KEY_SECRET": secrets.api_key,
            "CUEDECK_STUDIO_KEY_SECRET": secrets.studio_key,
            "DATABASE_URL": self.database or f"sqlite:///{self.run_dir / 'cuedeck.db'}",
            "CUEDECK_CHUNKS": f"file://{self.run_dir / 'chunks'}",
            "CUEDECK_WORKER": "own",
            "GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{self.tool_port} --workers 2",
            **self.settings,
        }

    def _canvas_command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "sandbox.canvas"),
            *("--port", str(self.canvas_port)),
            *("--tool", self.tool_url),
            *("--studio", self.studio_url),
            *("--media", str(self.media)),
            *("--students", str(self.students), "--teachers", str(self.teachers)),
            *("--run-dir", str(self.run_dir)),
            *(["--strict"] if self.strict else []),
            *(["--empty"] if self.empty else []),
        ]

    def _studio_command(self) -> list[str]:
        return [
            *(sys.executable, "-m", "sandbox.studio"),
            *("--port", str(self.studio_port)),
            *("--canvas", self.canvas_url),
            *("--tool", self.tool_url),
            *("--media", str(self.media)),
            *("--run-dir", str(self.run_dir)),
        ]

    def _registration(self) -> list[str]:
        known = CanvasConfig()
        return [
            *("platforms", "add"),
            *("--issuer", known.issuer),
            *("--client-id", known.client_id),
            *("--authorization-url", f"{self.canvas_url}/api/lti/authorize_redirect"),
            *("--token-url", f"{self.canvas_url}/login/oauth2/token"),
            *("--jwks-url", f"{self.canvas_url}/api/lti/security/jwks"),
            *("--deployment", DEPLOYMENT_ID),
            *("--canvas-url", self.canvas_url),
            *("--canvas-key-id", known.api_client_id),
        ]

    def _studio_registration(self) -> list[str]:
        known = CanvasConfig()
        return [
            *("studio", "set"),
            *("--issuer", known.issuer),
            *("--client-id", known.client_id),
            *("--host", f"127.0.0.1:{self.studio_port}"),
            *("--key-id", StudioConfig.key_id),
            *("--account", "own"),
        ]

    def _start(self, name: str, command: list[str], environ: dict[str, str]) -> None:
        self._children.append(Child.start(name, command, self.run_dir, cwd=ROOT, environ=environ))

    def _command(self, name: str, arguments: list[str], environ: dict[str, str]) -> None:
        command = [sys.executable, "-m", "flask", "--app", "app", *arguments]
        child = Child.start(name, command, self.run_dir, cwd=ROOT, environ=environ)
        try:
            child.finish(COMMAND_SECONDS)
        finally:
            child.stop()

    def _wait(self, url: str) -> None:
        deadline = time.monotonic() + START_SECONDS
        while True:
            for child in self._children:
                child.check()
            try:
                if httpx.get(url, timeout=5).status_code == 200:
                    return
            except httpx.HTTPError:
                pass  # not there yet
            if time.monotonic() > deadline:
                tails = "\n".join(child.tail() for child in self._children)
                raise Died(f"{url} did not answer within {START_SECONDS} seconds.\n{tails}")
            time.sleep(0.1)


def procfile_command(process: str) -> list[str]:
    """Give the command of a line of the Procfile, so that the sandbox runs what an installation runs."""
    for line in (ROOT / "Procfile").read_text().splitlines():
        name, _, command = line.partition(":")
        if name.strip() == process:
            program, *arguments = shlex.split(command)
            return [sys.executable, "-m", program, *arguments]
    raise LookupError(f"the Procfile has no line {process!r}")
