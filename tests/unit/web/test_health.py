from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from app import create_app, prepare
from config.settings import Settings

from .school import OURS, Browser


def test_process_that_lives_says_so(browser: Browser) -> None:
    assert browser.get("/healthz").json == {"alive": True}


def test_installation_without_a_signing_key_is_not_ready(browser: Browser) -> None:
    answer = browser.get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"ready": False, "checks": {"database": True, "signing_key": False}}


def test_installation_without_tables_is_alive_but_not_ready(tmp_path: Path) -> None:
    settings = Settings(base_url=OURS, secret_keys=("s" * 40,), database_url=f"sqlite:///{tmp_path / 'new.db'}")
    client = create_app(settings).test_client()

    assert client.get("/healthz", base_url=OURS).status_code == 200
    answer = client.get("/readyz", base_url=OURS)
    assert answer.status_code == 503
    assert answer.json == {"ready": False, "checks": {"database": False, "signing_key": False}}


def test_installation_whose_secrets_were_lost_is_not_ready(tmp_path: Path) -> None:
    settings = Settings(base_url=OURS, secret_keys=("s" * 40,), database_url=f"sqlite:///{tmp_path / 'new.db'}")
    prepare(settings)

    answer = create_app(replace(settings, secret_keys=("t" * 40,))).test_client().get("/readyz", base_url=OURS)

    assert answer.status_code == 503
    assert answer.json == {"ready": False, "checks": {"database": True, "signing_key": False}}


def test_prepared_installation_is_ready(tmp_path: Path) -> None:
    settings = Settings(base_url=OURS, secret_keys=("s" * 40,), database_url=f"sqlite:///{tmp_path / 'new.db'}")

    prepare(settings)
    prepare(settings)

    answer = create_app(settings).test_client().get("/readyz", base_url=OURS)
    assert answer.status_code == 200
    assert answer.json == {"ready": True, "checks": {"database": True, "signing_key": True}}
