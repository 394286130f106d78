"""What `make run` stands on: secrets, processes, ports."""

from __future__ import annotations

import os
import socket
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from sandbox.__main__ import main
from sandbox.children import Child, Died
from sandbox.secrets_file import load_secrets
from sandbox.stack import Stack, procfile_command


def child(run_dir: Path, code: str) -> Child:
    return Child.start("child", [sys.executable, "-c", code], run_dir, cwd=run_dir, environ=os.environ)


def test_secrets_are_made_once_and_kept_from_others(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first = load_secrets(folder)
    assert load_secrets(folder) == first
    assert len(set(asdict(first).values())) == 6
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert [path.name for path in folder.iterdir()] == ["secrets.json"]


def test_dying_process_shows_the_end_of_its_log(tmp_path: Path) -> None:
    dying = child(tmp_path, "print('went wrong'); raise SystemExit(3)")
    dying.process.wait()
    with pytest.raises(Died, match=r"child stopped \(status 3\)[\s\S]*went wrong"):
        dying.check()


def test_command_that_fails_or_hangs_is_told(tmp_path: Path) -> None:
    with pytest.raises(Died, match=r"failed \(status 1\)"):
        child(tmp_path, "raise SystemExit(1)").finish(20)
    with pytest.raises(Died, match="did not end within"):
        child(tmp_path, "import time; time.sleep(60)").finish(0.2)


def test_running_process_is_stopped(tmp_path: Path) -> None:
    running = child(tmp_path, "import time; time.sleep(60)")
    running.check()
    running.stop()
    assert running.process.returncode is not None


def test_taken_port_is_said_plainly(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert (
            main(["--canvas-port", str(port), "--tool-port", "0", "--studio-port", "0", "--run-dir", str(tmp_path)])
            == 1
        )
    assert "is taken by another program" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_tool_runs_as_the_procfile_says() -> None:
    command = procfile_command("web")
    assert command[:3] == [sys.executable, "-m", "gunicorn"]
    assert command[-1] == "app:create_app()"
    with pytest.raises(LookupError):
        procfile_command("nothing")


def test_welcome_names_the_one_address_to_open() -> None:
    stack = Stack(Path("/nowhere"), 8000, 8001)
    assert (stack.canvas_url, stack.tool_url) == ("http://127.0.0.1:8001", "http://localhost:8000")
    assert "Open  http://127.0.0.1:8001\n" in stack.welcome()
    assert "http://127.0.0.1:8002: be Stella Studio" in stack.welcome()
