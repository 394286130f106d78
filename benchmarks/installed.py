"""A Cuedeck in this process, registered with a platform by its own command, on a database file of its own."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from flask import Flask

from app import create_app, prepare
from benchmarks.databases import database
from benchmarks.platform import CLIENT_ID, DEPLOYMENT, ISSUER, SigningPlatform, served
from config.settings import Settings
from lti.remote import make_client
from lti.store import open_database

TOOL = "http://localhost:8000"
NEVER_REFUSED = 10_000_000


def settings_for(folder: Path, *, database_url: str | None = None, tool: str = TOOL) -> Settings:
    """Make the settings of an installation in a folder.

    :param database_url: a database file in the folder where none is given.
    :param tool: its own origin.
    """
    return Settings(
        base_url=tool,
        secret_keys=(secrets.token_urlsafe(48),),
        database_url=database_url or f"sqlite:///{folder / 'bench.db'}",
        insecure_hosts=frozenset({"localhost", "127.0.0.1"}),
        # Counted as in an installation, and never refused: one person launches all the time here.
        person_calls=NEVER_REFUSED,
        person_launches=NEVER_REFUSED,
        institution_calls=NEVER_REFUSED,
        institution_launches=NEVER_REFUSED,
        institution_logins=NEVER_REFUSED,
    )


def register(app: Flask, *, canvas: str, jwks_url: str, key: tuple[str, str] | None = None) -> None:
    """Register a platform as an administrator does.

    :param canvas: origin of the Canvas.
    :param key: id and secret of its API key.
    """
    command = [
        "platforms", "add", "--issuer", ISSUER, "--client-id", CLIENT_ID, "--deployment", DEPLOYMENT,
        "--authorization-url", f"{canvas}/api/lti/authorize_redirect", "--token-url", f"{canvas}/login/oauth2/token",
        "--jwks-url", jwks_url, "--canvas-url", canvas,
    ]  # fmt: skip
    if key is not None:
        command += ["--canvas-key-id", key[0], "--canvas-key-secret", key[1]]
    result = app.test_cli_runner().invoke(args=command)
    if result.exit_code:
        raise RuntimeError(result.output)


@contextmanager
def discarded_log() -> Iterator[None]:
    """Write the log as an installation does, to where nobody reads it."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere):
        yield


def migrate(settings: Settings) -> None:
    """Do what a deployment does before its processes start."""
    database = open_database(settings.database_url)
    database.upgrade()
    database.close()
    prepare(settings)


@dataclass
class Installed:
    """An application in this process and the platform that it trusts."""

    app: Flask
    platform: SigningPlatform
    fetched: list[str]  # every address that the application asked for
    database_url: str


class _Watched(httpx.HTTPTransport):
    """The way out, with a list of what went there."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self.fetched.append(str(request.url))
        return super().handle_request(request)


@contextmanager
def installed(engine: str = "SQLite", *, key_set_seconds: float = 0) -> Iterator[Installed]:
    """Give an installation.

    :param engine: of its database.
    :param key_set_seconds: how long the platform takes to give its keys.
    """
    platform, way_out = SigningPlatform(), _Watched()
    with (
        TemporaryDirectory() as folder,
        served(platform.key_set, seconds=key_set_seconds) as jwks_url,
        database(engine, Path(folder)) as database_url,
        discarded_log(),
    ):
        settings = settings_for(Path(folder), database_url=database_url)
        migrate(settings)
        http = make_client(timeout=10, insecure_hosts=settings.insecure_hosts, transport=way_out)
        app = create_app(settings, http=http)
        register(app, canvas="http://127.0.0.1", jwks_url=jwks_url)
        yield Installed(app, platform, way_out.fetched, database_url)
