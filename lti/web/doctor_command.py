"""The check page, for whoever has a terminal and no browser: an administrator of the server, or a watchman's script."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import click
from flask import Flask

from lti.media import Checks
from lti.media.checks import Check, Group, Verdict
from lti.model import Platform, Viewer
from lti.store import Store
from lti.web.commands import told_in_words
from lti.web.localization import ENGLISH

_TITLES = {
    Group.INSTALLATION: "This installation",
    Group.CANVAS: "Canvas API key",
    Group.SCOPES: "Scopes of the API key",
    Group.STUDIO: "Canvas Studio",
}


def register(app: Flask, store: Store, checks: Checks) -> None:
    """Add the command to ``flask --app app``."""

    @app.cli.command("doctor")
    @click.argument("institution", required=False)
    def doctor(institution: str | None) -> None:
        """Check everything, as the check page does; 1 is the exit code where something is wrong.

        INSTITUTION is the host of its Canvas, or the client id of its LTI key; all of them where none is given.
        """
        with told_in_words():
            found = [each for each in store.platforms.all() if institution is None or _is(each, institution)]
            if not found:
                raise click.ClickException(
                    "No Canvas is registered." if institution is None else f"No institution {institution}."
                )
            verdicts = [check_up(checks, checks.all(), platform) for platform in found]
        if not all(verdicts):
            raise SystemExit(1)


def check_up(checks: Checks, which: Iterable[Check], platform: Platform) -> bool:
    """Look at things, and print what was found, as nobody in particular: no person's consent is used.

    :returns: whether nothing is wrong.
    """
    click.echo(f"{platform.canvas_url}  client {platform.client_id}")
    nobody = Viewer(platform.id, "", "", frozenset(), "en")
    group, well = None, True
    for check in which:
        if check.group is not group:
            group = check.group
            click.echo(f"  {_TITLES[group]}")
        found = checks.run(check.name, nobody, platform)
        well = well and found.verdict is not Verdict.BAD
        said = ENGLISH.gettext(f"{found.message} {found.mend}".rstrip(), **found.values)
        click.echo(f"    {found.verdict:8}{check.title}: {said}")
    return well


def _is(platform: Platform, named: str) -> bool:
    return named in (platform.client_id, platform.canvas_url, urlsplit(platform.canvas_url).hostname)
