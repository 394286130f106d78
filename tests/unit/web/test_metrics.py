"""What ``/metrics`` tells, and to whom."""

from __future__ import annotations

import contextlib
import dataclasses
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families

from app import create_app
from config.settings import Settings
from lti.errors import RemoteError
from lti.meter import Meter
from lti.model import UploadState
from lti.remote import make_client
from lti.store import SecretBox, Store, open_database
from lti.store.cache import Cache
from lti.web.metering import PrometheusMeter, clear_dead
from tests.unit.store.samples import upload

from .school import OURS, STUDENT, TEACHER, Browser, Clock, School, register

TOKEN = "a-secret-for-prometheus-of-forty-characters"


@pytest.fixture
def measured(settings: Settings, store: Store, school: School, clock: Clock) -> Iterator[Browser]:
    """A browser at an installation that measures."""
    register(store)
    http = make_client(timeout=5, transport=httpx.MockTransport(school.answer), sleep=lambda _: None, ticks=lambda: 0.0)
    app = create_app(dataclasses.replace(settings, metrics_token=TOKEN), http=http, clock=clock)
    yield Browser(app, school)
    http.close()


def samples(browser: Browser) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    answer = browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200, answer.text
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def value(browser: Browser, name: str, **labels: str) -> float:
    return samples(browser).get((name, tuple(sorted(labels.items()))), 0.0)


@pytest.mark.parametrize("given", [None, "", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x"])
def test_stranger_gets_no_measurements(measured: Browser, given: str | None) -> None:
    answer = measured.get("/metrics", headers={} if given is None else {"Authorization": given})

    assert answer.status_code == 401
    assert "cuedeck_" not in answer.text
    assert TOKEN not in answer.text


def test_nothing_is_there_where_no_secret_is_set(browser: Browser) -> None:
    assert browser.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 404


def test_prometheus_may_come_by_an_address_that_is_not_our_name(measured: Browser) -> None:
    answer = measured.client.get(
        "/metrics", base_url="http://10.0.0.7:8000", headers={"Authorization": f"Bearer {TOKEN}"}
    )
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"


def test_launches_are_counted_by_what_became_of_them(measured: Browser, school: School) -> None:
    asked = measured.begin()
    claims = school.deep_linking_claims(TEACHER, asked["nonce"])
    assert measured.finish(asked["state"], claims).status_code == 200
    assert measured.finish(asked["state"], claims).status_code == 409  # a reload
    measured.post("/lti/launch", data={"state": "x", "id_token": "forged"})
    measured.post("/lti/login", data={"iss": "https://unknown.example"})

    assert value(measured, "cuedeck_launches_total", step="login", outcome="ok") == 1
    assert value(measured, "cuedeck_launches_total", step="launch", outcome="opened") == 1
    assert value(measured, "cuedeck_launches_total", step="launch", outcome="launch_consumed") == 1
    assert value(measured, "cuedeck_errors_total", code="launch_consumed", status="409") == 1
    launched = [labels for name, labels in samples(measured) if name == "cuedeck_launches_total"]
    assert len(launched) == 5  # the two others have outcomes of their own


def test_looks_into_the_cache_are_told_by_their_kind(settings: Settings, store: Store, clock: Clock) -> None:
    told: list[tuple[str, str]] = []

    class Listening(Meter):
        def looked_up(self, cache: str, result: str) -> None:
            told.append((cache, result))

    database = open_database(settings.database_url)
    cache = Cache(database, SecretBox(settings.secret_keys), clock, Listening())
    cache.get("playback [1]")
    cache.put("playback [1]", b"x", 60)
    cache.get("playback [1]")
    cache.get("playback [1]", counted=False)
    cache.get("report/studio/1/all/2")
    clock.forward(61)
    cache.get("playback [1]")
    database.close()

    assert told == [("playback", "miss"), ("playback", "hit"), ("report", "miss"), ("playback", "stale")]


def test_outgoing_calls_are_counted_by_host_status_and_time() -> None:
    meter, clock = PrometheusMeter(), iter(range(0, 1000, 3))

    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "slow.example":
            raise httpx.ReadTimeout("too slow")
        if request.url.host == "away.example":
            raise httpx.ConnectError("away")
        if request.url.host == "large.example":
            return httpx.Response(200, content=b"x" * 100)
        return httpx.Response(299 if request.url.host == "odd.example" else 503)

    http = make_client(
        timeout=60, transport=httpx.MockTransport(answer), sleep=lambda _: None, ticks=lambda: next(clock), meter=meter
    )
    for host in ("slow", "away", "large", "odd", "busy"):
        with contextlib.suppress(RemoteError):
            http.request("POST", f"https://{host}.example/secret-path?token=secret", limit=10)

    text = _text(meter)
    for host, status in (
        ("slow", "timeout"), ("away", "unreachable"), ("large", "too_large"), ("odd", "other"), ("busy", "503"),
    ):  # fmt: skip
        assert f'cuedeck_outgoing_calls_total{{host="{host}.example",status="{status}"}}' in text
    assert 'cuedeck_outgoing_seconds_bucket{host="slow.example",le="5.0"}' in text
    assert "secret" not in text


def test_hosts_of_strangers_do_not_fill_the_memory() -> None:
    meter = PrometheusMeter()
    for number in range(1000):
        meter.called(f"host-{number}.example", "200", 0.1)

    lines = [line for line in _text(meter).splitlines() if line.startswith("cuedeck_outgoing_calls_total")]
    assert len(lines) == 201
    assert 'cuedeck_outgoing_calls_total{host="other",status="200"} 800.0' in lines


def test_addresses_that_strangers_make_up_do_not_fill_the_memory(measured: Browser) -> None:
    before = len(samples(measured))
    for number in range(50):
        measured.get(f"/made-up/{number}")
        measured.client.open("/healthz", method=f"M{number}", base_url=OURS)

    assert value(measured, "cuedeck_request_seconds_count", route="other", method="other", status="4xx") == 100
    assert len(samples(measured)) < before + 30  # one more histogram, and the errors


def test_no_person_and_no_id_is_in_the_measurements(measured: Browser) -> None:
    page = measured.press_button()
    measured.connect(page)
    page.call("GET", "/api/canvas/media?scope=own&sort=title&order=asc&search=whales")

    text = measured.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).text
    for private in (str(TEACHER.subject), str(STUDENT.subject), "whales", "course-17", page.config["token"]):
        assert private not in text
    assert 'route="/api/canvas/media"' in text


def test_uploads_and_the_lag_of_the_worker_are_read_when_asked(measured: Browser, store: Store, clock: Clock) -> None:
    platform = store.platforms.all()[0]

    def keep(state: UploadState, next_try_at: datetime | None) -> None:
        new = upload(platform.id, store.uploads.new_id())
        store.uploads.add(dataclasses.replace(new, created_at=clock(), state=state, next_try_at=next_try_at))

    keep(UploadState.RECEIVING, None)
    keep(UploadState.RECEIVED, clock.now)
    clock.forward(90)
    keep(UploadState.RECEIVED, clock.now)

    assert value(measured, "cuedeck_uploads", state="received") == 2
    assert value(measured, "cuedeck_upload_oldest_seconds", state="received") == 90
    assert value(measured, "cuedeck_uploads", state="receiving") == 1
    assert value(measured, "cuedeck_uploads", state="ready") == 0
    assert value(measured, "cuedeck_worker_due") == 2
    assert value(measured, "cuedeck_worker_lag_seconds") == 90
    assert value(measured, "cuedeck_database_up") == 1


def test_database_that_is_away_is_told_and_the_rest_goes_on(settings: Settings, school: School, tmp_path: Path) -> None:
    broken = dataclasses.replace(settings, metrics_token=TOKEN, database_url="postgresql://nobody@127.0.0.1:1/none")
    browser = Browser(create_app(broken), school)

    assert value(browser, "cuedeck_database_up") == 0
    assert value(browser, "cuedeck_request_seconds_count", route="/metrics", method="GET", status="2xx") == 1


def test_counts_of_processes_that_are_gone_are_cleared(tmp_path: Path) -> None:
    alive, gone = tmp_path / f"counter_{os.getpid()}.db", tmp_path / "counter_99999999.db"
    for file in (alive, gone, tmp_path / "notes.txt"):
        file.touch()

    clear_dead(tmp_path)

    assert sorted(file.name for file in tmp_path.iterdir()) == [alive.name, "notes.txt"]


def _text(meter: PrometheusMeter) -> str:
    return generate_latest(meter.registry).decode()
