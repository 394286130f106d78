"""The other institution of the stall: a Canvas with the same issuer and people of its own, and pages that are open."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.flows.harbour import HEARD, client_id
from tests.support.institution import HARBOUR_API_KEY, Administrator, api_secret, type_command
from tests.support.person import TILDA, Person
from tests.support.stack import ROOT, Stack, free_ports

_START_SECONDS = 120
_ISSUER = "https://canvas.instructure.com"


@dataclass(frozen=True)
class Second:
    """The institution, and what its people's open pages call the tool with."""

    canvas: str
    pid: int
    token: str  # of a teacher's page, whose Canvas is connected


@contextmanager
def second_school(folder: Path, stack: Stack, database_url: str) -> Iterator[Second]:
    """Run its Canvas, install the tool there as its administrator does, and open a teacher's picker."""
    folder.mkdir(parents=True)
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable, "-m", "sandbox.canvas", "--school", "harbour", "--empty",
        "--port", str(port), "--tool", stack.tool, "--run-dir", str(folder),
    ]  # fmt: skip
    with (folder / "canvas.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait(url, process)
        _install(stack, url, folder, database_url)
        # gunicorn's worker is what answers, and what is stopped
        (worker,) = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield Second(url, int(worker), _open_picker(stack, url))
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        try:
            httpx.get(f"{url}/login", timeout=5).raise_for_status()
            return
        except httpx.HTTPError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{url} does not answer") from None
            time.sleep(0.1)


def _install(stack: Stack, canvas: str, folder: Path, database_url: str) -> None:
    ada = Administrator(canvas=canvas, tool=stack.tool)
    try:
        address = type_command(stack, "invite", "--note", "Second", DATABASE_URL=database_url).strip()
        number = client_id(ada.install(ada.enter(address)))
        ada.enable(number)
    finally:
        ada.close()
    type_command(
        stack,
        *("platforms", "key", "--issuer", _ISSUER, "--client-id", number, "--canvas-key-id", HARBOUR_API_KEY),
        CUEDECK_CANVAS_KEY_SECRET=api_secret(folder),
        DATABASE_URL=database_url,
    )


def _open_picker(stack: Stack, canvas: str) -> str:
    """Open the picker as a teacher who consents; every process has heard of the key by then."""
    time.sleep(HEARD / 2)
    person = Person(canvas=canvas, tool=stack.tool, number=TILDA)
    try:
        deadline = time.monotonic() + HEARD
        while (page := person.press_button()).answer.status_code != 200:
            if time.monotonic() > deadline:
                raise RuntimeError(page.answer.text)
            time.sleep(0.5)
        if person.connect(page).status_code != 200:
            raise RuntimeError("the second school could not connect")
        token: str = page.config["token"]
        return token
    finally:
        person.close()
