"""What measuring costs a launch: the same installation with ``/metrics`` and without, in turn, in one run."""

from __future__ import annotations

import dataclasses
import statistics
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from app import create_app
from benchmarks.databases import database
from benchmarks.installed import discarded_log, migrate, register, settings_for
from benchmarks.launch import seconds_per_launch
from benchmarks.platform import SigningPlatform, served
from benchmarks.report import Figure
from lti.remote import make_client

_ROUNDS = 20


def figures() -> Iterator[Figure]:
    platform = SigningPlatform()
    with (
        TemporaryDirectory() as name,
        served(platform.key_set) as jwks_url,
        database("SQLite", Path(name)) as address,
        discarded_log(),
    ):
        plain = settings_for(Path(name), database_url=address)
        migrate(plain)
        measured = dataclasses.replace(plain, metrics_token="t" * 40, metrics_folder=str(Path(name) / "metrics"))
        http = make_client(timeout=10, insecure_hosts=plain.insecure_hosts)
        without, with_metrics = create_app(plain, http=http), create_app(measured, http=http)
        register(without, canvas="http://127.0.0.1", jwks_url=jwks_url)
        for app in (without, with_metrics):
            seconds_per_launch(app, platform)
        ratios = []
        for number in range(_ROUNDS):  # each goes first as often as the other
            pair = (without, with_metrics) if number % 2 else (with_metrics, without)
            took = {app: seconds_per_launch(app, platform) for app in pair}
            ratios.append(took[with_metrics] / took[without])
        http.close()
    yield Figure("launch with /metrics against without: processor time", statistics.median(ratios), "ratio", 1.05)
