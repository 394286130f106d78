"""The command that the Procfile's ``worker`` runs, and one for a single turn of its housekeeping."""

from __future__ import annotations

import signal
import threading

import click
from flask import Flask

from lti.media import Worker
from lti.web.commands import told_in_words


def register(app: Flask, worker: Worker) -> None:
    """Add the command to ``flask --app app``."""

    @app.cli.command("housekeeping")
    def keep_house() -> None:
        """Clear away all that is over, now; workers do it by themselves every few minutes."""
        with told_in_words():
            removed = worker.keep_house()
        for kind, count in removed.items():
            click.echo(f"{count:8} {kind}")
        if not removed:
            click.echo("Nothing was over.")

    @app.cli.command("worker")
    def work() -> None:
        """Carry uploads to Studio until told to stop."""
        stop = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        with told_in_words():
            click.echo("Carrying uploads to Studio. Ctrl-C stops.")
            worker.run(stop)
