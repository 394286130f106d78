"""How the application is served: by gunicorn, behind proxies."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from app import create_app
from config import gunicorn
from config.settings import Settings
from lti.store import Store

from .school import OURS

ROOT = Path(__file__).parents[3]


def test_gunicorn_takes_its_configuration(tmp_path: Path) -> None:
    environ = {
        "PATH": os.environ["PATH"],
        "CUEDECK_URL": OURS,
        "CUEDECK_SECRET_KEYS": "s" * 40,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'new.db'}",
    }
    command = [sys.executable, "-m", "gunicorn", "--check-config", "-c", "config/gunicorn.py", "app:create_app()"]

    result = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("workers", "url", "warned"), [(3, "", True), (1, "", False), (3, "redis://127.0.0.1:6379/15", False)]
)
def test_processes_that_count_each_for_itself_are_said_at_the_start(
    workers: int,
    url: str,
    warned: bool,
    settings: Settings,
    store: Store,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("CUEDECK_URL", settings.base_url)
    monkeypatch.setenv("CUEDECK_SECRET_KEYS", settings.secret_keys[0])
    monkeypatch.setenv("DATABASE_URL", settings.database_url)
    monkeypatch.setenv("CUEDECK_LIMITS_URL", url)

    gunicorn.on_starting(SimpleNamespace(cfg=SimpleNamespace(workers=workers), log=logging.getLogger("gunicorn.error")))

    assert ("3 processes count requests, each for itself" in caplog.text) is warned


def test_procfile_names_what_is_served() -> None:
    lines = dict(line.split(": ", 1) for line in (ROOT / "Procfile").read_text().splitlines())

    assert lines == {
        "web": "gunicorn -c config/gunicorn.py 'app:create_app()'",
        "release": "flask --app app db upgrade",
        "worker": "flask --app app worker",
    }


def test_host_that_a_trusted_proxy_forwards_counts(settings: Settings, store: Store) -> None:
    headers = {"X-Forwarded-Host": "cuedeck.example.edu", "X-Forwarded-Proto": "https"}
    behind, alone = create_app(replace(settings, proxies=1)), create_app(settings)

    for app, status in ((behind, 200), (alone, 421)):
        answer = app.test_client().get("/lti/config.json", base_url="http://10.0.0.7:8000", headers=headers)
        assert answer.status_code == status


def test_plain_http_of_the_sandbox_promises_no_https(settings: Settings, store: Store) -> None:
    sandbox = replace(settings, base_url="http://localhost:8000", insecure_hosts=frozenset({"localhost"}))

    answer = create_app(sandbox).test_client().get("/healthz", base_url="http://localhost:8000")

    assert "Strict-Transport-Security" not in answer.headers
