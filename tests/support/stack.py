"""The processes of `make run`, started on ports of their own: the tool, the sandbox Canvas and the sandbox Studio."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from sandbox.secrets_file import load_secrets
from sandbox.stack import Stack as SandboxStack

ROOT = Path(__file__).resolve().parents[2]
_START_SECONDS = 600


@dataclass(frozen=True)
class Stack:
    """A running tool, Canvas and Studio."""

    tool: str  # origins
    canvas: str
    studio: str
    run_dir: Path

    def misbehave(self, **wishes: object) -> None:
        """Tell the sandbox Canvas what to do wrong (see ``sandbox/canvas/switchboard.py``)."""
        httpx.post(f"{self.canvas}/sandbox/faults", json=wishes, timeout=10).raise_for_status()

    def heal(self) -> None:
        """End all faults."""
        self.misbehave(clear=True)

    def forget_requests(self) -> None:
        """Empty the log of what Canvas was asked."""
        httpx.delete(f"{self.canvas}/sandbox/requests", timeout=10).raise_for_status()

    def asked(self, prefix: str = "/api/v1/") -> list[str]:
        """List what Canvas was asked for since then, below a path: ``GET /api/v1/…``."""
        log = httpx.get(f"{self.canvas}/sandbox/requests", timeout=10).json()
        entries = log["requests"] if isinstance(log, dict) else log
        return [f"{each['method']} {each['path']}" for each in entries if each["path"].startswith(prefix)]

    def log(self) -> str:
        """Give everything that the processes wrote."""
        return "\n".join(path.read_text(errors="replace") for path in sorted(self.run_dir.glob("*.log")))


def tool_environment(stack: Stack, database_url: str | None = None, **settings: str) -> dict[str, str]:
    """Give the environment of the tool of a stack, for whoever runs one.

    :param settings: in place of the sandbox's.
    """
    tool, canvas, studio = (urlsplit(origin).port or 0 for origin in (stack.tool, stack.canvas, stack.studio))
    made = SandboxStack(stack.run_dir, tool, canvas, studio, database_url, settings=settings)
    return made.environ(load_secrets(stack.run_dir))


def free_ports(count: int) -> list[int]:
    """Find ports that nothing listens on."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]
    finally:
        for each in sockets:
            each.close()


@contextmanager
def running(
    run_dir: Path,
    *,
    database_url: str | None = None,
    media: int = 0,
    strict: bool = False,
    empty: bool = False,
    settings: Mapping[str, str] | None = None,
    without_tool: bool = False,
) -> Iterator[Stack]:
    """Start what `make run` starts, wait until it is ready, and stop it afterwards.

    :param settings: of the tool, in place of the sandbox's.
    :param empty: the tool is not installed in the Canvas.
    :param without_tool: the tool is installed there, and not started.
    :param strict: the Canvas refuses also what the specification forbids and Canvas itself lets pass.
    """
    run_dir.mkdir(parents=True, exist_ok=True)
    tool_port, canvas_port, studio_port = free_ports(3)
    ready = run_dir / "ready.json"
    ready.unlink(missing_ok=True)
    command = [
        sys.executable, "-m", "sandbox",
        "--tool-port", str(tool_port), "--canvas-port", str(canvas_port), "--studio-port", str(studio_port),
        "--media", str(media), "--run-dir", str(run_dir), "--ready-file", str(ready),
    ]  # fmt: skip
    if database_url is not None:
        command += ["--database", database_url]
    if strict:
        command += ["--strict"]
    if empty:
        command += ["--empty"]
    if without_tool:
        command += ["--without-tool"]
    for name, value in (settings or {}).items():
        command += ["--set", f"{name}={value}"]
    output = (run_dir / "sandbox-output.log").open("wb")
    process = subprocess.Popen(
        command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT, env=dict(os.environ), start_new_session=True
    )
    stack = Stack(
        f"http://localhost:{tool_port}", f"http://127.0.0.1:{canvas_port}", f"http://127.0.0.1:{studio_port}", run_dir
    )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not ready.exists():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"the stack did not start:\n{stack.log()}")
            time.sleep(0.1)
        json.loads(ready.read_text())
        yield stack
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)
        output.close()
