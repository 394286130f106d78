"""What an administrator types to let somebody install Cuedeck in a Canvas."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

import click
from flask import Flask

from lti.store import Invitation, Store
from lti.web.commands import CommandGroup, told_in_words

_LONGEST = 24 * 90  # hours


def register(app: Flask, store: Store, base_url: str, clock: Callable[[], datetime]) -> None:
    """Add the commands to ``flask --app app``.

    :param base_url: our own origin.
    :param clock: gives the time, aware.
    """
    app.cli.add_command(_invite(store, base_url))
    app.cli.add_command(_invitations(store, clock))


def _invite(store: Store, base_url: str) -> click.Command:
    @click.command("invite")
    @click.option(
        "--hours", type=click.IntRange(1, _LONGEST), default=72, show_default=True, help="How long it is good."
    )
    @click.option("--note", default="", help="Who it is for; shown by `invitations list`.")
    def invite(hours: int, note: str) -> None:
        """Make an address that installs Cuedeck in one Canvas, once."""
        with told_in_words():
            invitation, token = store.invitations.make(note, hours * 3600)
        click.echo(f"{base_url}/lti/register?{urlencode({'invitation': token})}")
        click.echo(
            f"Invitation {invitation.id}, good once, until {_time(invitation.expires_at)}. "
            "Enter the address in Canvas where apps are added, or send it to who does. It is not shown again.",
            err=True,
        )

    return invite


def _invitations(store: Store, clock: Callable[[], datetime]) -> click.Group:
    @click.group("invitations", cls=CommandGroup)
    def invitations() -> None:
        """Addresses that install Cuedeck (`flask invite` makes them)."""

    @invitations.command("list")
    def show() -> None:
        """List them, newest first."""
        for each in store.invitations.all():
            note = f"  {each.note}" if each.note else ""
            click.echo(f"{each.id}  made {_time(each.created_at)}  {_state(each, clock())}{note}")

    @invitations.command("revoke")
    @click.argument("number", type=int)
    def revoke(number: int) -> None:
        """Take one back, by its number."""
        if not store.invitations.revoke(number):
            raise click.ClickException(f"No invitation {number} that could still be used.")
        click.echo("Revoked.")

    return invitations


def _state(invitation: Invitation, now: datetime) -> str:
    if invitation.used_at is not None:
        return f"used {_time(invitation.used_at)}"
    if invitation.revoked_at is not None:
        return f"revoked {_time(invitation.revoked_at)}"
    return f"{'good until' if invitation.expires_at > now else 'over since'} {_time(invitation.expires_at)}"


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
