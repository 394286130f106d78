"""Letting somebody install Cuedeck, from the command line."""

from __future__ import annotations

import pytest
from click.testing import Result
from flask import Flask

from lti.errors import StorageUnavailable
from lti.store import Store
from tests.unit.store.conftest import register

from .school import CLIENT_ID, DEPLOYMENT, ISSUER, OURS, Clock


def run(app: Flask, *arguments: str, **environ: str) -> Result:
    return app.test_cli_runner().invoke(args=list(arguments), env=environ)


def token(result: Result) -> str:
    assert result.exit_code == 0, result.output
    address = result.stdout.strip()
    assert address.startswith(f"{OURS}/lti/register?invitation=")
    return address.partition("=")[2]


def test_invitation_is_an_address_that_is_good_for_three_days(app: Flask, store: Store, clock: Clock) -> None:
    made = token(run(app, "invite", "--note", "River School"))

    assert store.invitations.find(made) is not None
    clock.forward(72 * 3600)
    assert store.invitations.find(made) is None


def test_administrator_chooses_how_long_it_is_good(app: Flask, store: Store, clock: Clock) -> None:
    made = token(run(app, "invite", "--hours", "1"))
    clock.forward(3599)
    assert store.invitations.find(made) is not None
    assert run(app, "invite", "--hours", "0").exit_code == 2


def test_list_tells_what_became_of_each_without_their_tokens(app: Flask, store: Store, clock: Clock) -> None:
    used, revoked, over = (token(run(app, "invite", "--note", note, "--hours", "1")) for note in ("A", "B", "C"))
    claimed = store.invitations.claim(used, 60)
    assert claimed is not None
    register(store, invitation_id=claimed.id)
    assert run(app, "invitations", "revoke", str(claimed.id + 1)).output == "Revoked.\n"
    clock.forward(3600)
    good = token(run(app, "invite", "--note", "D"))

    lines = run(app, "invitations", "list").output.splitlines()

    assert [line.rsplit("  ", 1)[1] for line in lines] == ["D", "C", "B", "A"]
    assert [line.split("  ")[2].split()[0] for line in lines] == ["good", "over", "revoked", "used"]
    assert not any(secret in "\n".join(lines) for secret in (used, revoked, over, good))


def test_used_invitation_cannot_be_revoked(app: Flask, store: Store) -> None:
    claimed = store.invitations.claim(token(run(app, "invite")), 60)
    assert claimed is not None
    register(store, invitation_id=claimed.id)

    result = run(app, "invitations", "revoke", str(claimed.id))

    assert result.exit_code == 1
    assert "could still be used" in result.output


def test_failure_is_a_sentence(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise StorageUnavailable("the server is away")

    monkeypatch.setattr("lti.store.invitations.Invitations.make", away)
    assert run(app, "invite").output.strip() == "Error: the server is away"


def test_api_key_is_set_and_deployments_stay(app: Flask, store: Store, clock: Clock) -> None:
    names = ["platforms", "key", "--issuer", ISSUER, "--client-id"]
    result = run(app, *names, CLIENT_ID, "--canvas-key-id", "9", CUEDECK_CANVAS_KEY_SECRET="hush-hush")

    assert result.exit_code == 0, result.output
    assert "hush-hush" not in result.output
    clock.forward(10)
    (platform,) = store.platforms.all()
    assert platform.canvas_key is not None
    assert (platform.canvas_key.id, platform.canvas_key.secret) == ("9", "hush-hush")
    assert platform.deployments == {DEPLOYMENT}
    assert run(app, *names, "7", "--canvas-key-id", "9", CUEDECK_CANVAS_KEY_SECRET="x").exit_code == 1
