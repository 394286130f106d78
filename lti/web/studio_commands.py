"""What an administrator may type in place of the administration page: which Studio an institution has."""

from __future__ import annotations

import click
from flask import Flask

from lti.media import Administration, Checks
from lti.media.checks import Group
from lti.model import Platform, StudioAccount
from lti.store import Store
from lti.web.commands import CommandGroup
from lti.web.doctor_command import check_up


def register(app: Flask, store: Store, administration: Administration, checks: Checks) -> None:
    """Add the commands to ``flask --app app``."""

    @click.group("studio", cls=CommandGroup)
    def studio() -> None:
        """The Studio of an institution."""

    @studio.command("set")
    @click.option("--issuer", required=True)
    @click.option("--client-id", required=True, help="Number of the LTI key.")
    @click.option("--host", required=True, help="Such as school.instructuremedia.com")
    @click.option("--key-id", required=True, help="Client ID of the Studio developer key.")
    @click.option(
        "--key-secret",
        envvar="CUEDECK_STUDIO_KEY_SECRET",
        prompt="Secret of the Studio key",
        hide_input=True,
        help="Its secret; better left out: it is read from CUEDECK_STUDIO_KEY_SECRET, or asked for.",
    )
    @click.option(
        "--account",
        type=click.Choice([account.value for account in StudioAccount]),
        default=StudioAccount.OWN.value,
        help="Whose account acts: each person's own, or one service account.",
    )
    def enter(issuer: str, client_id: str, host: str, key_id: str, key_secret: str, account: str) -> None:
        """Set the Studio of a registered Canvas."""
        platform = _platform(store, issuer, client_id)
        administration.set_studio(platform, host=host, key_id=key_id, secret=key_secret, account=StudioAccount(account))
        click.echo(f"Studio is set: {host}.")

    @studio.command("show")
    @click.option("--issuer", required=True)
    @click.option("--client-id", required=True)
    def show(issuer: str, client_id: str) -> None:
        """Show it, without its secret."""
        found = administration.institution(_platform(store, issuer, client_id)).studio
        if found is None:
            click.echo("No Studio.")
        else:
            click.echo(f"{found.host}  key {found.key.id}  account {found.account}")

    @studio.command("remove")
    @click.option("--issuer", required=True)
    @click.option("--client-id", required=True)
    @click.confirmation_option(prompt="Everybody's consent at Studio goes with it. Remove?")
    def remove(issuer: str, client_id: str) -> None:
        """Take it away."""
        administration.remove_studio(_platform(store, issuer, client_id))
        click.echo("Removed.")

    @studio.command("doctor")
    @click.option("--issuer", required=True)
    @click.option("--client-id", required=True)
    def doctor(issuer: str, client_id: str) -> None:
        """Check it, as the administration page does; 1 is the exit code where something is wrong."""
        of_studio = [check for check in checks.all() if check.group is Group.STUDIO]
        if not check_up(checks, of_studio, _platform(store, issuer, client_id)):
            raise SystemExit(1)

    app.cli.add_command(studio)


def _platform(store: Store, issuer: str, client_id: str) -> Platform:
    found = store.platforms.find(issuer, client_id)
    if not found:
        raise click.ClickException(f"No platform {issuer} with client id {client_id}.")
    return found[0]
