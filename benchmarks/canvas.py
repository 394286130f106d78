"""A sandbox Canvas in a process of its own, and a Cuedeck in this one that a teacher has connected to it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from flask import Flask

from app import create_app, prepare
from benchmarks.installed import TOOL, discarded_log, register, settings_for
from benchmarks.launch import launch
from benchmarks.platform import SigningPlatform, served
from benchmarks.wire import Answer, call
from sandbox.canvas.config import CanvasConfig
from tests.support.person import TILDA, Person, ToolPage
from tests.support.stack import ROOT, free_ports

_START_SECONDS = 60


@dataclass
class Classroom:
    """A connected installation."""

    app: Flask
    platform: SigningPlatform
    canvas: str  # origin of the sandbox Canvas
    person: Person

    def page(self, embed: str | None = None, placement: str | None = None) -> tuple[dict[str, Any], bytes]:
        """Launch; gives the page's config and the page."""
        body = launch(self.app, self.platform, embed, placement).body
        text = body.split(b'id="config">', 1)[1].split(b"</script>", 1)[0]
        config: dict[str, Any] = json.loads(text)
        return config, body

    def api(self, method: str, path: str, token: str, content: Any = None) -> Answer:
        """Call the tool's API."""
        headers = {"Authorization": f"Bearer {token}"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        body = b"" if content is None else json.dumps(content).encode()
        answer = call(self.app, method, f"{TOOL}{path}", body=body, headers=headers)
        if answer.status != 200:
            raise RuntimeError(f"{method} {path} answered {answer.status}: {answer.body[:500]!r}")
        return answer

    def asked(self) -> int:
        """Count what Canvas was asked since the last time: every request but ours here."""
        log = httpx.get(f"{self.canvas}/sandbox/requests").json()
        entries = log["requests"] if isinstance(log, dict) else log
        httpx.delete(f"{self.canvas}/sandbox/requests")
        return sum(1 for each in entries if not each["path"].startswith("/sandbox/"))


@contextmanager
def classroom(media: int) -> Iterator[Classroom]:
    """Give a connected installation.

    :param media: how many media items the teacher has beside the seeded ones.
    """
    platform = SigningPlatform()
    with TemporaryDirectory() as folder, served(platform.key_set) as jwks_url, discarded_log():
        (port,) = free_ports(1)
        canvas = f"http://127.0.0.1:{port}"
        secret = CanvasConfig().api_secret
        with _canvas(Path(folder), port, media) as secrets:
            secret = secrets["api_key"]
            settings = settings_for(Path(folder))
            prepare(settings)
            app = create_app(settings)
            register(app, canvas=canvas, jwks_url=jwks_url, key=(CanvasConfig().api_client_id, secret))
            http = httpx.Client(timeout=60, mounts={TOOL: httpx.WSGITransport(app=app)})
            room = Classroom(app, platform, canvas, Person(canvas=canvas, tool=TOOL, number=TILDA, http=http))
            config, _ = room.page()
            room.person.connect(ToolPage(room.person, httpx.Response(200), config))
            room.asked()
            yield room


@contextmanager
def _canvas(folder: Path, port: int, media: int) -> Iterator[dict[str, str]]:
    command = [sys.executable, "-m", "sandbox.canvas", "--port", str(port), "--tool", TOOL, "--media", str(media)]
    log = (folder / "canvas.log").open("wb")
    process = subprocess.Popen(
        [*command, "--run-dir", str(folder / "run")], cwd=ROOT, stdout=log, stderr=subprocess.STDOUT
    )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}/login").raise_for_status()
                break
            except httpx.HTTPError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((folder / "canvas.log").read_text()) from None
                time.sleep(0.1)
        secrets: dict[str, str] = json.loads((folder / "run" / "secrets.json").read_text())
        yield secrets
    finally:
        process.terminate()
        process.wait(20)
        log.close()
