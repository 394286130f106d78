"""What an administrator types: platforms, signing keys, the database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import click
from flask import Flask

from lti.errors import CuedeckError
from lti.model import ApiKey, Platform
from lti.protocol.signing import SigningKeys
from lti.store import Store


@contextmanager
def told_in_words() -> Iterator[None]:
    """Tell a failure as a sentence instead of a traceback."""
    try:
        yield
    except CuedeckError as error:
        raise click.ClickException(error.detail or f"{error.message} {error.next_step}") from error


class CommandGroup(click.Group):
    """Commands whose failures are told in words."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command that was typed."""
        with told_in_words():
            return super().invoke(ctx)


def register(
    app: Flask, store: Store, keys: SigningKeys, upgrade: Callable[[], None], insecure_hosts: frozenset[str]
) -> None:
    """Add the commands to ``flask --app app``.

    :param upgrade: brings the database to the newest migration.
    :param insecure_hosts: hosts that may be named with http (the sandbox's).
    """
    app.cli.add_command(_platforms(store, _Address(insecure_hosts)))
    app.cli.add_command(_keys(keys))
    app.cli.add_command(_database(store, upgrade))


class _Address(click.ParamType[str]):
    """An https address (http where the host is named in CUEDECK_INSECURE_HOSTS)."""

    name = "url"

    def __init__(self, insecure_hosts: frozenset[str]) -> None:
        self._insecure_hosts = insecure_hosts

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            parts = urlsplit(value.strip())
            host = parts.hostname
        except ValueError:
            self.fail(f"{value!r} is not an address.", param, ctx)
        if not host or parts.username or parts.fragment or not value.isascii() or not value.isprintable():
            self.fail(f"{value!r} is not an address such as https://canvas.example.edu/path.", param, ctx)
        if parts.scheme != "https" and not (parts.scheme == "http" and host in self._insecure_hosts):
            self.fail(f"{value!r} is not https. Only hosts in CUEDECK_INSECURE_HOSTS may be http.", param, ctx)
        return value.strip()


def _platforms(store: Store, address: _Address) -> click.Group:
    @click.group("platforms", cls=CommandGroup)
    def platforms() -> None:
        """Canvas installations that may launch us."""

    @platforms.command("add")
    @click.option("--issuer", required=True, help="The iss of launches; hosted: https://canvas.instructure.com")
    @click.option("--client-id", required=True, help="Number of the LTI key.")
    @click.option("--authorization-url", required=True, type=address, help="…/api/lti/authorize_redirect")
    @click.option("--token-url", required=True, type=address, help="…/login/oauth2/token")
    @click.option("--jwks-url", required=True, type=address, help="…/api/lti/security/jwks")
    @click.option("--deployment", "deployments", multiple=True, help="Deployment id; may be repeated.")
    @click.option("--trust-deployments", is_flag=True, help="Accept each deployment at its first verified launch.")
    @click.option("--canvas-url", required=True, type=address, help="Where people use Canvas; no path.")
    @click.option("--canvas-key-id", help="Number of the API key.")
    @click.option(
        "--canvas-key-secret",
        envvar="CUEDECK_CANVAS_KEY_SECRET",
        help="Its secret; better left out: it is read from CUEDECK_CANVAS_KEY_SECRET, or asked for.",
    )
    def add(
        issuer: str,
        client_id: str,
        authorization_url: str,
        token_url: str,
        jwks_url: str,
        deployments: tuple[str, ...],
        trust_deployments: bool,
        canvas_url: str,
        canvas_key_id: str | None,
        canvas_key_secret: str | None,
    ) -> None:
        """Register a Canvas, or change the one with the same issuer and client id."""
        if not deployments and not trust_deployments:
            raise click.UsageError("Give --deployment (as often as needed) or --trust-deployments.")
        if urlsplit(canvas_url).path.strip("/") or urlsplit(canvas_url).query:
            raise click.BadParameter("it takes an origin without a path.", param_hint="--canvas-url")
        if canvas_key_id and not canvas_key_secret:
            canvas_key_secret = click.prompt("Secret of the API key", hide_input=True)
        key = ApiKey(canvas_key_id, canvas_key_secret) if canvas_key_id and canvas_key_secret else None
        platform = store.platforms.add(
            issuer=issuer,
            client_id=client_id,
            authorization_url=authorization_url,
            token_url=token_url,
            jwks_url=jwks_url,
            canvas_url=canvas_url.rstrip("/"),
            canvas_key=key,
            deployments=deployments,
            trust_deployments=trust_deployments,
        )
        click.echo(_line(platform))
        if key is None:
            click.echo("No API key: people can launch and watch, but not choose media (--canvas-key-id).")

    @platforms.command("key")
    @click.option("--issuer", required=True)
    @click.option("--client-id", required=True, help="Number of the LTI key.")
    @click.option("--canvas-key-id", required=True, help="Number of the API key.")
    @click.option(
        "--canvas-key-secret",
        envvar="CUEDECK_CANVAS_KEY_SECRET",
        prompt="Secret of the API key",
        hide_input=True,
        help="Its secret; better left out: it is read from CUEDECK_CANVAS_KEY_SECRET, or asked for.",
    )
    def key(issuer: str, client_id: str, canvas_key_id: str, canvas_key_secret: str) -> None:
        """Set the API key of a registered Canvas; all else stays as it is."""
        found = store.platforms.find(issuer, client_id)
        if not found or not store.platforms.set_key(found[0].id, ApiKey(canvas_key_id, canvas_key_secret)):
            raise click.ClickException(f"No platform {issuer} with client id {client_id}.")
        click.echo("The API key is set.")

    @platforms.command("list")
    def show() -> None:
        """List them, without secrets."""
        for platform in store.platforms.all():
            click.echo(_line(platform))

    @platforms.command("remove")
    @click.option("--issuer", required=True)
    @click.option("--client-id", required=True)
    @click.confirmation_option(prompt="Its embeds and everybody's consent go with it. Remove?")
    def remove(issuer: str, client_id: str) -> None:
        """Remove one with everything that hangs on it: embeds, consents, captions."""
        if not store.platforms.remove(issuer, client_id):
            raise click.ClickException(f"No platform {issuer} with client id {client_id}.")
        click.echo("Removed.")

    return platforms


def _line(platform: Platform) -> str:
    deployments = [*sorted(platform.deployments), *(["(new ones are trusted)"] if platform.trust_deployments else [])]
    key = platform.canvas_key.id if platform.canvas_key else "none"
    return (
        f"{platform.issuer}  client {platform.client_id}  canvas {platform.canvas_url}  API key {key}\n"
        f"  authorization {platform.authorization_url}\n  token         {platform.token_url}\n"
        f"  key set       {platform.jwks_url}\n  deployments   {', '.join(deployments) or 'none'}"
    )


def _keys(signing: SigningKeys) -> click.Group:
    @click.group("keys", cls=CommandGroup)
    def keys() -> None:
        """Our own signing keys."""

    @keys.command("list")
    def show() -> None:
        """List them, newest first."""
        for key in signing.list():
            state = f"retired {key.retired_at:%Y-%m-%d %H:%M}" if key.retired_at else "signs"
            click.echo(f"{key.kid}  made {key.created_at:%Y-%m-%d %H:%M} UTC  {state}")

    @keys.command("rotate")
    def rotate() -> None:
        """Make a new key. The old one stays published until nothing that it signed can be alive."""
        click.echo(f"New key: {signing.rotate()}")

    return keys


def _database(store: Store, upgrade: Callable[[], None]) -> click.Group:
    @click.group("db", cls=CommandGroup)
    def db() -> None:
        """The database."""

    @db.command("upgrade")
    def bring_up() -> None:
        """Bring the tables to the newest migration."""
        upgrade()
        click.echo("The database is up to date.")

    @db.command("reseal")
    def reseal() -> None:
        """Seal everything again with the newest of CUEDECK_SECRET_KEYS, so that older ones can be removed."""
        click.echo(f"{store.reseal()} secrets are sealed with the newest key.")

    return db
