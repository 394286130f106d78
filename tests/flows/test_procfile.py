"""The Procfile, under a Procfile runner, on each database: what a hosting service does with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.stack import ROOT, free_ports

_BIN = Path(sys.executable).parent
_START_SECONDS = 90
_STOP_SECONDS = 40  # gunicorn's graceful timeout, and some


def environment(database_url: str, port: int) -> dict[str, str]:
    """Give what a hosting service sets, and nothing of ours."""
    return {
        "PATH": f"{_BIN}{os.pathsep}{os.environ['PATH']}",
        "PORT": str(port),
        "WEB_CONCURRENCY": "1",
        "DATABASE_URL": database_url.replace("postgresql+psycopg://", "postgres://"),  # as such services write it
        "CUEDECK_URL": f"http://localhost:{port}",
        "CUEDECK_INSECURE_HOSTS": "localhost",
        "CUEDECK_SECRET_KEYS": "a-secret-of-the-test-" + "x" * 32,
    }


def honcho(process: str, environ: Mapping[str, str], folder: Path) -> subprocess.Popen[bytes]:
    nothing = folder / "none.env"  # no .env file of a developer may get in
    nothing.touch()
    command = [
        str(_BIN / "honcho"),
        "-f",
        str(ROOT / "Procfile"),
        "-d",
        str(ROOT),
        "-e",
        str(nothing),
        "start",
        process,
    ]
    with (folder / f"{process}.log").open("wb") as log:
        return subprocess.Popen(
            command, env=dict(environ), stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )


@contextmanager
def ended(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave nothing running."""
    try:
        yield
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)  # honcho's children are in sessions of their own: only it can end them
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait(10)


def wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> httpx.Response:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            return httpx.get(url, timeout=5)
        except httpx.TransportError:
            time.sleep(0.1)
    raise AssertionError(log.read_text())


def test_release_and_web_lines_work_under_a_procfile_runner(new_database_url: str, tmp_path: Path) -> None:
    (port,) = free_ports(1)
    environ = environment(new_database_url, port)
    release = honcho("release", environ, tmp_path)
    with ended(release):
        assert release.wait(60) == 0, (tmp_path / "release.log").read_text()
    assert "up to date" in (tmp_path / "release.log").read_text()

    web = honcho("web", environ, tmp_path)

    with ended(web):
        here = f"http://localhost:{port}"
        alive = wait_until_ready(web, f"{here}/healthz", tmp_path / "web.log")
        assert (alive.status_code, alive.json()) == (200, {"alive": True})
        ready = httpx.get(f"{here}/readyz", timeout=10)
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        assert httpx.get(f"{here}/.well-known/jwks.json", timeout=10).json()["keys"]
        web.send_signal(signal.SIGTERM)
        web.wait(_STOP_SECONDS)
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{here}/healthz", timeout=5)


def test_web_line_alone_serves_a_new_sqlite_installation(tmp_path: Path) -> None:
    (port,) = free_ports(1)
    web = honcho("web", environment(f"sqlite:///{tmp_path / 'new' / 'cuedeck.db'}", port), tmp_path)

    with ended(web):
        wait_until_ready(web, f"http://localhost:{port}/healthz", tmp_path / "web.log")
        assert httpx.get(f"http://localhost:{port}/readyz", timeout=10).json()["ready"] is True


@pytest.mark.parametrize(("name", "value"), [("CUEDECK_SECRET_KEYS", "too-few"), ("CUEDECK_URL", "")])
def test_start_stops_at_a_wrong_setting_and_names_it(tmp_path: Path, name: str, value: str) -> None:
    environ = {**environment(f"sqlite:///{tmp_path / 'cuedeck.db'}", 1), name: value}

    ended = subprocess.run(
        [str(_BIN / "flask"), "--app", "app", "db", "upgrade"],
        cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert ended.returncode != 0
    assert name in ended.stderr
    assert "too-few" not in ended.stderr
    assert not (tmp_path / "cuedeck.db").exists()
