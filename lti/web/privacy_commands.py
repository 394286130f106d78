"""What an administrator types when a person asks for their data or for its end, or when an institution leaves."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from flask import Flask

from lti.media import Erased, Erasing
from lti.model import Platform
from lti.store import Store
from lti.web.commands import CommandGroup


def register(app: Flask, store: Store, erasing: Erasing) -> None:
    """Add the commands to ``flask --app app``."""
    app.cli.add_command(_person(store, erasing))
    app.cli.add_command(_institution(store, erasing))


def _person(store: Store, erasing: Erasing) -> click.Group:
    @click.group("person", cls=CommandGroup)
    def person() -> None:
        """What is kept of one person (docs/privacy.md)."""

    @person.command("export")
    @click.argument("issuer")
    @click.argument("sub")
    @click.option("--client-id", help="Only there; else wherever this issuer is registered.")
    @click.option("--output", type=click.Path(path_type=Path), help="A file that is made for it; else it is printed.")
    def export(issuer: str, sub: str, client_id: str | None, output: Path | None) -> None:
        """Print all that is kept of a person, as JSON. SUB is the `sub` of their launches."""
        found = {}
        for platform in _platforms(store, issuer, client_id):
            kept = erasing.export(platform, sub)
            if kept:
                found[f"{platform.canvas_url} client {platform.client_id}"] = kept
        text = msgspec.json.format(msgspec.json.encode(found), indent=2)
        if output is None:
            click.echo(text.decode())
            return
        try:
            with output.open("xb") as file:
                output.chmod(0o600)
                file.write(text + b"\n")
        except OSError as error:
            raise click.ClickException(f"{output}: {error.strerror}.") from error
        click.echo(f"Written to {output}.")

    @person.command("erase")
    @click.argument("issuer")
    @click.argument("sub")
    @click.option("--client-id", help="Only there; else wherever this issuer is registered.")
    @click.option(
        "--known-as", multiple=True, help="Canvas user id or e-mail address in the captioning staff; may be repeated."
    )
    @click.option("--yes", is_flag=True, help="Do not ask.")
    def erase(issuer: str, sub: str, client_id: str | None, known_as: tuple[str, ...], yes: bool) -> None:
        """Remove all that is kept of a person, what they inserted included. SUB is the `sub` of their launches."""
        wanted = _platforms(store, issuer, client_id)
        for platform in wanted:
            counts = {name: len(rows) for name, rows in erasing.export(platform, sub).items()}
            click.echo(f"{platform.canvas_url} client {platform.client_id}: {_listed(counts)}")
        if not yes:
            click.confirm("Videos that they inserted stop playing, work that they handed in too. Erase?", abort=True)
        for platform in wanted:
            _say(platform, erasing.person(platform, sub, known_as))

    return person


def _institution(store: Store, erasing: Erasing) -> click.Group:
    @click.group("institution", cls=CommandGroup)
    def institution() -> None:
        """What is kept of an institution (docs/privacy.md)."""

    @institution.command("erase")
    @click.argument("issuer")
    @click.argument("client_id")
    @click.option("--yes", is_flag=True, help="Do not ask.")
    def erase(issuer: str, client_id: str, yes: bool) -> None:
        """Remove a platform with everything of its people, and end their consents at Canvas."""
        (platform,) = _platforms(store, issuer, client_id)
        if not yes:
            click.confirm(f"All that was inserted in {platform.canvas_url} stops playing. Erase?", abort=True)
        _say(platform, erasing.institution(platform))

    return institution


def _platforms(store: Store, issuer: str, client_id: str | None) -> list[Platform]:
    found = store.platforms.find(issuer, client_id)
    if not found:
        which = f"{issuer} with client id {client_id}" if client_id else issuer
        raise click.ClickException(f"No platform {which}.")
    return found


def _say(platform: Platform, erased: Erased) -> None:
    click.echo(f"{platform.canvas_url} client {platform.client_id}: removed {_listed(erased.removed)}.")
    if erased.upload_data:
        click.echo(f"  The data of {erased.upload_data} uploads was cleared away.")
    if erased.not_ended:
        click.echo(
            f"  {erased.not_ended} consents could not be ended at Canvas: nobody has their tokens any more, and people "
            "can remove them in their Canvas settings, under Approved Integrations."
        )


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "nothing"
