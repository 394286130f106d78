"""Another institution beside the stack's own: a Canvas of its own, and what its administrator and ours do."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urljoin

import httpx

from tests.support.person import ADA, Person, read
from tests.support.stack import ROOT, Stack, free_ports

_START_SECONDS = 120
_COMMAND_SECONDS = 60
PLACEMENTS = ("editor_button", "homework_submission", "course_navigation", "account_navigation")
HARBOUR_API_KEY = "20000000000021"


@contextmanager
def another_canvas(run_dir: Path, tool: str) -> Iterator[tuple[str, int]]:
    """Start the Canvas of Harbour School, with no tool in it: gives its origin, and the id of its first process."""
    run_dir.mkdir(parents=True, exist_ok=True)
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "sandbox.canvas", "--school", "harbour", "--empty", "--strict",
        "--port", str(port), "--tool", tool, "--run-dir", str(run_dir),
    ]  # fmt: skip
    with (run_dir / "canvas.log").open("wb") as output:
        process = subprocess.Popen(command, cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait(f"{url}/api/lti/security/jwks", process)
        yield url, process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)


def type_command(stack: Stack, *arguments: str, **more: str) -> str:
    """Type ``flask --app app …`` where the stack's tool runs: gives what it prints."""
    secrets = json.loads((stack.run_dir / "secrets.json").read_text())
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CUEDECK_")}
    environ |= {
        "CUEDECK_URL": stack.tool,
        "CUEDECK_INSECURE_HOSTS": "localhost,127.0.0.1",
        "CUEDECK_SECRET_KEYS": secrets["tool"],
        "DATABASE_URL": f"sqlite:///{stack.run_dir / 'cuedeck.db'}",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "app", *arguments],
        cwd=ROOT, env=environ | more, capture_output=True, text=True, timeout=_COMMAND_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def invite(stack: Stack, *options: str) -> str:
    """Make an invitation: gives the address to enter in Canvas."""
    return type_command(stack, "invite", *options).strip()


def api_secret(run_dir: Path) -> str:
    """Give the secret of the Canvas's API key."""
    secret: str = json.loads((run_dir / "secrets.json").read_text())["api_key"]
    return secret


class Administrator(Person):
    """The administrator of a Canvas, at a browser that runs no script."""

    def __init__(self, *, canvas: str, tool: str, http: httpx.Client | None = None) -> None:
        super().__init__(canvas=canvas, tool=tool, number=ADA, http=http)

    def enter(self, address: str) -> httpx.Response:
        """Enter a registration address in Canvas: gives what its frame shows."""
        return self.follow(self.http.get(self.frame_of(address)))

    def frame_of(self, address: str) -> str:
        """Enter a registration address: gives where its frame begins."""
        page = self.http.post(f"{self.canvas}/accounts/1/apps/new", data={"address": address})
        page.raise_for_status()
        return next(urljoin(self.canvas, frame) for frame in read(page).frames if "post_message" not in frame)

    def install(self, page: httpx.Response, *placements: str) -> httpx.Response:
        """Press Install, leaving only these placements ticked; all of them unless some are named."""
        ticket = read(page).forms[0].fields["ticket"]
        chosen = list(placements or PLACEMENTS)
        return self.follow(self.http.post(f"{self.tool}/lti/register", data={"ticket": ticket, "placement": chosen}))

    def enable(self, client_id: str, *placements: str) -> None:
        """Switch a key on."""
        chosen = list(placements or PLACEMENTS)
        self._change(client_id, action="enable", placement=chosen)

    def disable(self, client_id: str) -> None:
        """Switch a key off."""
        self._change(client_id, action="disable")

    def remove(self, client_id: str) -> None:
        """Take a key away."""
        self._change(client_id, action="remove")

    def _change(self, client_id: str, **fields: str | list[str]) -> None:
        answer = self.http.post(f"{self.canvas}/accounts/1/apps/{int(client_id) % 10**13}", data=fields)
        assert answer.is_redirect, answer.text


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            if httpx.get(url, timeout=5).status_code == 200:
                return
        except httpx.HTTPError:
            pass  # not there yet
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"{url} does not answer")
        time.sleep(0.1)
