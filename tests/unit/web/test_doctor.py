"""``flask --app app doctor``."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from lti.store import Store

from .school import CANVAS, CLIENT_ID, Page
from .test_checks import TOKEN, Answers, answers, page, unreachable

__all__ = ["answers", "page"]  # fixtures

SEEN_THERE = "This is seen only when Canvas opens Cuedeck. Look at the check page, in Canvas."


def doctor(app: Flask, *arguments: str) -> Result:
    return app.test_cli_runner().invoke(args=["doctor", *arguments])


@pytest.mark.usefixtures("answers")
def test_administrator_reads_in_the_terminal_what_the_check_page_shows(app: Flask, page: Page) -> None:
    shown: dict[str, Any] = {
        check["title"]: page.call("POST", f"/api/administration/checks/{check['name']}", {}).json
        for check in page.config["checks"]
    }

    result = doctor(app)

    assert len(shown) > 20
    lines = {line.strip() for line in result.output.splitlines()}
    for title, found in shown.items():
        if title in {"Deployment", "What Canvas tells at a launch"}:
            assert f"unknown {title}: {SEEN_THERE}" in lines
        else:
            assert f"{found['verdict']:8}{title}: {found['message']} {found['mend'] or ''}".strip() in lines
    assert "bad" not in {found["verdict"] for found in shown.values()}
    assert result.exit_code == 0


def test_doctor_ends_with_1_when_something_is_red(app: Flask, answers: Answers) -> None:
    answers[TOKEN] = unreachable
    result = doctor(app)
    assert result.exit_code == 1
    assert "bad     API key: " in result.output
    assert "Traceback" not in result.output


@pytest.mark.usefixtures("answers")
@pytest.mark.parametrize("named", [CANVAS, CANVAS.removeprefix("https://"), CLIENT_ID])
def test_doctor_looks_at_the_institution_that_is_named(app: Flask, store: Store, named: str) -> None:
    first = store.platforms.all()[0]
    store.platforms.add(
        issuer=first.issuer, client_id="2", authorization_url=first.authorization_url, token_url=first.token_url,
        jwks_url=first.jwks_url, canvas_url="https://other.example", canvas_key=None, deployments=["1"],
        trust_deployments=False,
    )  # fmt: skip

    assert "https://other.example" not in doctor(app, named).output
    assert CANVAS in doctor(app, named).output
    both = doctor(app).output
    assert CANVAS in both
    assert "https://other.example" in both


def test_institution_that_is_not_registered_is_said_so(app: Flask) -> None:
    result = doctor(app, "nowhere.example")
    assert result.exit_code == 1
    assert result.output == "Error: No institution nowhere.example.\n"


@pytest.mark.usefixtures("answers")
def test_doctor_tells_no_secret(app: Flask, store: Store) -> None:
    key = store.platforms.all()[0].canvas_key
    assert key is not None
    assert key.secret not in doctor(app).output
