"""Which Studio an institution has, from the command line."""

from __future__ import annotations

import socket
from typing import Any

import httpx
import pytest
from click.testing import Result
from flask import Flask

from lti.model import GrantService, StudioAccount, StudioSettings
from lti.store import Store

from .school import CLIENT_ID, ISSUER, Clock, School

WHICH = ("--issuer", ISSUER, "--client-id", CLIENT_ID)
STUDIO = ("--host", "School.instructuremedia.com", "--key-id", "4711")


@pytest.fixture(autouse=True)
def names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Know two hosts, one of them of a network of our own."""
    known = {"school.instructuremedia.com": "93.184.216.34", "inside.example.org": "10.0.0.7"}

    def look_up(host: str, *_: Any, **__: Any) -> list[Any]:
        if host not in known:
            raise socket.gaierror("no such host")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (known[host], 0))]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def run(app: Flask, *arguments: str, secret: str | None = "hush-hush", answer: str = "") -> Result:
    environ = {"CUEDECK_STUDIO_KEY_SECRET": secret}
    return app.test_cli_runner().invoke(args=["studio", *arguments], env=environ, input=answer)


def kept(store: Store, clock: Clock) -> StudioSettings | None:
    clock.forward(10)  # another process notices within seconds
    return store.institutions.get(store.platforms.all()[0].id).studio


def test_administrator_sets_a_studio_and_its_secret_is_not_shown(app: Flask, store: Store, clock: Clock) -> None:
    result = run(app, "set", *WHICH, *STUDIO)

    assert result.exit_code == 0, result.output
    studio = kept(store, clock)
    assert studio is not None
    assert (studio.host, studio.key.id, studio.key.secret) == ("school.instructuremedia.com", "4711", "hush-hush")
    assert studio.account is StudioAccount.OWN
    shown = run(app, "show", *WHICH).output
    assert "school.instructuremedia.com  key 4711  account own" in shown
    assert "hush-hush" not in result.output + shown


def test_secret_is_asked_for_where_it_is_not_in_the_environment(app: Flask, store: Store, clock: Clock) -> None:
    result = run(app, "set", *WHICH, *STUDIO, "--account", "service", secret=None, answer="typed-in\n")

    assert result.exit_code == 0, result.output
    assert "typed-in" not in result.output
    studio = kept(store, clock)
    assert studio is not None
    assert (studio.key.secret, studio.account) == ("typed-in", StudioAccount.SERVICE)


def test_studio_is_taken_away_with_everybodys_consent(app: Flask, store: Store, clock: Clock) -> None:
    run(app, "set", *WHICH, *STUDIO)
    platform = store.platforms.all()[0].id
    for subject, service in (("tilda", GrantService.STUDIO), ("", GrantService.STUDIO_SERVICE)):
        store.grants.save(
            platform, subject, service, account_id="1", access_token="a", refresh_token="r", expires_at=clock()
        )

    assert run(app, "remove", *WHICH, answer="n\n").exit_code != 0
    assert kept(store, clock) is not None
    assert run(app, "remove", *WHICH, answer="y\n").exit_code == 0

    assert kept(store, clock) is None
    assert store.grants.get(platform, "tilda", GrantService.STUDIO) is None
    assert store.grants.get(platform, "", GrantService.STUDIO_SERVICE) is None
    assert run(app, "show", *WHICH).output == "No Studio.\n"


@pytest.mark.parametrize(
    "host", ["https://school.instructuremedia.com", "inside.example.org", "nowhere.example.org", "x"]
)
def test_host_that_cannot_be_a_studio_is_refused_in_words(app: Flask, store: Store, clock: Clock, host: str) -> None:
    result = run(app, "set", *WHICH, "--host", host, "--key-id", "4711")

    assert result.exit_code == 1
    assert "Traceback" not in result.output
    assert result.output.startswith("Error: ")
    assert kept(store, clock) is None


def test_doctor_looks_at_studio_as_the_check_page_does(app: Flask, school: School) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("nothing answers at this host")

    school.broken = silent
    result = run(app, "doctor", *WHICH)
    assert result.exit_code == 0
    assert "unknown What Studio offers: No Studio is set up." in result.output
    assert len(result.output.splitlines()) == 7  # the platform, the group, and five checks

    assert run(app, "set", *WHICH, *STUDIO).exit_code == 0
    result = run(app, "doctor", *WHICH)
    assert result.exit_code == 1
    assert "bad     Studio: school.instructuremedia.com does not answer." in result.output


@pytest.mark.parametrize("command", [("set", *STUDIO), ("show",), ("doctor",), ("remove", "--yes")])
def test_platform_that_is_not_registered_is_said_so(app: Flask, command: tuple[str, ...]) -> None:
    result = run(app, *command, "--issuer", ISSUER, "--client-id", "999")

    assert result.exit_code == 1
    assert "No platform" in result.output


def test_command_without_what_it_needs_says_what(app: Flask) -> None:
    result = run(app, "set", "--issuer", ISSUER)
    assert result.exit_code == 2
    assert "Missing option" in result.output
