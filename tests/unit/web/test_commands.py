"""What an administrator types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask

from app import create_app
from config.settings import Settings
from lti.errors import StorageUnavailable
from lti.store import Store

from .school import CLIENT_ID, ISSUER, Browser, Clock

ADD = [
    "platforms", "add", "--issuer", "https://canvas.test.instructure.com", "--client-id", "7",
    "--authorization-url", "https://sso.test.canvaslms.com/api/lti/authorize_redirect",
    "--token-url", "https://sso.test.canvaslms.com/login/oauth2/token",
    "--jwks-url", "https://sso.test.canvaslms.com/api/lti/security/jwks",
    "--canvas-url", "https://school.test.instructure.com/",
]  # fmt: skip


def run(app: Flask, *arguments: str, **options: Any) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), **options)


def test_administrator_adds_a_platform_and_the_secret_is_not_shown(app: Flask, store: Store, clock: Clock) -> None:
    result = run(app, *ADD, "--deployment", "1:a", "--deployment", "1:b", "--canvas-key-id", "9", input="hush-hush\n")

    assert result.exit_code == 0, result.output
    clock.forward(10)  # another process notices within seconds
    platform = next(found for found in store.platforms.all() if found.client_id == "7")
    assert platform.deployments == {"1:a", "1:b"}
    assert platform.canvas_url == "https://school.test.instructure.com"
    assert platform.canvas_key is not None
    assert platform.canvas_key.secret == "hush-hush"
    assert "hush-hush" not in result.output + run(app, "platforms", "list").output


def test_secret_is_read_from_the_environment(app: Flask, store: Store, clock: Clock) -> None:
    env = {"CUEDECK_CANVAS_KEY_SECRET": "from-the-environment"}

    result = run(app, *ADD, "--trust-deployments", "--canvas-key-id", "9", env=env)

    assert result.exit_code == 0, result.output
    clock.forward(10)  # another process notices within seconds
    platform = next(found for found in store.platforms.all() if found.client_id == "7")
    assert platform.canvas_key is not None
    assert platform.canvas_key.secret == "from-the-environment"
    assert platform.trust_deployments


def test_platform_without_an_api_key_is_added_with_a_warning(app: Flask) -> None:
    assert "No API key" in run(app, *ADD, "--trust-deployments").output


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--authorization-url", "http://sso.canvaslms.com/x"),
        ("--token-url", "sso.canvaslms.com/x"),
        ("--jwks-url", "file:///etc/passwd"),
        ("--jwks-url", "https://user@sso.canvaslms.com/"),
        ("--canvas-url", "https://school.example/courses"),
        ("--canvas-url", "https://"),
        ("--canvas-url", "https://[::1"),
    ],
)
def test_address_that_cannot_be_meant_is_refused(app: Flask, store: Store, option: str, value: str) -> None:
    result = run(app, *ADD, "--trust-deployments", option, value)

    assert result.exit_code == 2
    assert option in result.output
    assert len(store.platforms.all()) == 1


def test_platform_that_nothing_could_launch_is_refused(app: Flask) -> None:
    result = run(app, *ADD)

    assert result.exit_code == 2
    assert "--trust-deployments" in result.output


def test_administrator_lists_and_removes_platforms(app: Flask, store: Store, clock: Clock) -> None:
    assert CLIENT_ID in run(app, "platforms", "list").output

    removed = run(app, "platforms", "remove", "--issuer", ISSUER, "--client-id", CLIENT_ID, "--yes")
    again = run(app, "platforms", "remove", "--issuer", ISSUER, "--client-id", CLIENT_ID, "--yes")

    assert removed.exit_code == 0
    clock.forward(10)
    assert store.platforms.all() == []
    assert again.exit_code == 1
    assert "No platform" in again.output


def test_administrator_rotates_keys_and_both_stay_published(app: Flask, browser: Browser) -> None:
    first = run(app, "keys", "rotate").output.split()[-1]
    second = run(app, "keys", "rotate").output.split()[-1]

    listed = run(app, "keys", "list").output.splitlines()

    assert [line.split()[0] for line in listed] in ([first, second], [second, first])
    assert [line.endswith("signs") for line in listed].count(True) == 1
    keys = (browser.get("/.well-known/jwks.json").json or {})["keys"]
    assert {key["kid"] for key in keys} == {first, second}
    assert not {"d", "p", "q"} & set(keys[0])


def test_database_upgrade_can_be_repeated(app: Flask) -> None:
    assert run(app, "db", "upgrade").exit_code == 0
    assert "up to date" in run(app, "db", "upgrade").output


def test_failure_is_a_sentence(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StorageUnavailable("the server is away")

    monkeypatch.setattr("lti.store.platforms.Platforms.all", away)

    result = run(app, "platforms", "list")

    assert result.exit_code == 1
    assert result.output.strip() == "Error: the server is away"


def test_administrator_replaces_the_secret_key(app: Flask, settings: Settings) -> None:
    run(app, "keys", "rotate")
    newest = "a newer secret key of the installation, long enough"
    between = create_app(replace(settings, secret_keys=(newest, *settings.secret_keys)))
    assert "sealed with the newest key" in run(between, "db", "reseal").output

    after = create_app(replace(settings, secret_keys=(newest,)))

    assert run(after, "keys", "list").exit_code == 0
    assert run(app, "keys", "list").exit_code != 0
