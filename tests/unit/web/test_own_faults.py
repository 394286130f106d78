"""Faults of our own parts: what people are told, what is kept, and that it goes on when the fault is over."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from config.settings import Settings
from lti.store import SecretBox, Store, open_chunks, open_database
from lti.store import database as databases
from tests.support.failing_database import FailingDatabase
from tests.support.own_faults import Row, on, rows
from tests.support.s3 import ACCESS, make_bucket

from .school import OURS, TEACHER, Browser, Clock, Page, School, pick
from .test_api import first_detail
from .test_tus import Tus, add_studio
from .test_watch import insert, watch

DATA = b"0123456789"
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHola\n"
_LONG = 10.0  # seconds
_MANY = 500  # launches: more than fit in what a file has


@pytest.fixture
def failing(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[FailingDatabase]:
    monkeypatch.setattr(databases, "_PATIENCE", 0.2)
    made = FailingDatabase(database_url)
    yield made
    made.close()


class Folder:
    """Where chunks are kept on a disk that can be taken away."""

    endpoint = ""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.url = f"file://{folder}"

    def leave(self) -> None:
        self._folder.rename(self._folder.with_name("elsewhere"))
        self._folder.write_text("")  # root may write to what is read-only, and would make a folder that is missing

    def come_back(self) -> None:
        self._folder.unlink()
        self._folder.with_name("elsewhere").rename(self._folder)


class Bucket:
    """A bucket whose server can be stopped. What it holds outlives that."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self._port = int(free.getsockname()[1])
        self.endpoint = f"http://127.0.0.1:{self._port}"
        self.come_back()
        self.url = make_bucket(self.endpoint)

    def leave(self) -> None:
        self._server.stop()

    def come_back(self) -> None:
        from moto.server import ThreadedMotoServer  # here, not above: it takes a second

        self._server = ThreadedMotoServer(ip_address="127.0.0.1", port=self._port, verbose=False)
        self._server.start()


@pytest.fixture
def chunks(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Folder | Bucket]:
    if getattr(request, "param", "folder") == "folder":
        yield Folder(tmp_path / "chunks")
        return
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)
    made = Bucket()
    yield made
    made.leave()


@pytest.fixture
def settings(failing: FailingDatabase, chunks: Folder | Bucket) -> Settings:
    return Settings(
        base_url=OURS,
        secret_keys=("a-secret-key-of-forty-characters-or-more!",),
        database_url=failing.url,
        chunks_url=chunks.url,
        chunks_endpoint=chunks.endpoint,
        person_launches=0,
    )


@pytest.fixture
def store(settings: Settings, clock: Clock) -> Iterator[Store]:
    database = open_database(settings.database_url)
    yield Store(database, SecretBox(settings.secret_keys), clock)
    database.close()


def give_studio(store: Store, clock: Clock) -> None:
    add_studio(store)
    clock.forward(6)  # until the application has heard of it


def captioned(page: Page, upload: str) -> TestResponse:
    """Send a caption file along with an upload."""
    address = f"/api/uploads/{upload.rsplit('/', 1)[1]}/captions"
    return page.call("POST", address, query_string={"language": "es", "filename": "es.srt"}, data=SRT)


def told(row: Row, answer: TestResponse, code: str = "storage_unavailable") -> None:
    """Make sure that a script is told in words: what is, what to do, and when to try again."""
    assert answer.status_code == 503, answer.text
    error = answer.get_json()["error"]
    assert (error["code"], bool(error["message"]), bool(error["next_step"])) == (code, True, True)
    assert int(answer.headers["Retry-After"]) == error["retry_after"] > 0
    row.told(answer.text)


def shown(row: Row, page: Page) -> None:
    """Make sure that a person is: with a sentence, and no word of what a database says."""
    assert page.answer.status_code == 503, page.answer.text
    assert "Cuedeck cannot reach its own data just now." in page.answer.text
    assert "Nothing that was saved is lost." in page.answer.text
    for word in ("Traceback", "psycopg", "sqlite", "disk", "extend"):
        assert word not in page.answer.text
    row.told(page.answer.text)


def test_people_are_told_that_the_database_is_away_and_go_on_where_they_were(
    failing: FailingDatabase, browser: Browser, picker: Page, store: Store, clock: Clock
) -> None:
    give_studio(store, clock)
    watched = watch(browser, insert(picker))
    again = browser.press_button()
    detail = first_detail(again)
    tus = Tus(again)
    upload = tus.create(10)
    asked = browser.begin()
    row, before = Row(f"database away for 10 s while people are at work, {on(failing.url)}"), rows(failing.url)
    with failing.away():
        back_at = time.monotonic() + _LONG
        shown(row, browser.press_button())
        late = browser.finish(asked["state"], browser.school.claims(TEACHER, asked["nonce"]))
        assert late.status_code == 503
        told(row, again.call("POST", "/api/insert", {"picks": [pick(detail)]}))
        told(row, tus.patch(upload, 0, DATA))
        told(row, tus.call("POST", Upload_Length="10", Upload_Metadata="filename YS5tcDQ="))
        assert browser.get("/healthz").status_code == 200
        if not failing.is_sqlite:  # who only reads a file is not held up by one that writes it
            assert browser.get("/readyz").status_code == 503
            told(row, watched.call("POST", "/api/watch", {}))
        while time.monotonic() < back_at:  # they go on trying, and hear the same
            time.sleep(1)
            shown(row, browser.press_button())
            told(row, tus.patch(upload, 0, DATA))
    row.keeps(before, rows(failing.url))
    assert browser.get("/readyz").status_code == 200
    # The very launch that was turned away, posted once more: nothing of it was used up.
    late = browser.finish(asked["state"], browser.school.claims(TEACHER, asked["nonce"]))
    row.comes("the same launch", late, 200)
    row.comes("insert", again.call("POST", "/api/insert", {"picks": [pick(detail)]}), 200)
    row.comes("the same piece of an upload", tus.patch(upload, 0, DATA), 204)
    assert tus.offset(upload) == 10
    row.comes("watch", watched.call("POST", "/api/watch", {}), 200)
    assert browser.press_button().answer.status_code == 200
    row.check()


def test_people_are_told_that_the_database_is_full_and_nothing_is_half_done(
    failing: FailingDatabase, browser: Browser, picker: Page, store: Store, clock: Clock
) -> None:
    give_studio(store, clock)
    watched = watch(browser, insert(picker))
    watched.call("POST", "/api/watch", {})
    again = browser.press_button()
    detail, tus = first_detail(again), Tus(again)
    upload = tus.create(10)
    row, before = Row(f"database full, {on(failing.url)}"), rows(failing.url)
    with failing.full():
        for _ in range(_MANY):
            page = browser.press_button()
            if page.answer.status_code != 200:
                break
        shown(row, page)
        row.keeps(before, rows(failing.url))
        answers = [
            again.call("POST", "/api/insert", {"picks": [pick(detail)]}),
            tus.patch(upload, 0, DATA),
            captioned(again, upload),
        ]
        for answer in answers:
            if not failing.is_sqlite or not answer.status_code < 300:  # a file may have room for a little
                told(row, answer)
        assert watched.call("POST", "/api/watch", {}).get_json()["tracks"], "what was watched needs no room"
    later = browser.press_button()
    row.comes("launch", later.answer, 200)
    row.comes("insert", later.call("POST", "/api/insert", {"picks": [pick(first_detail(later))]}), 200)
    if answers[0].status_code == 503:
        assert again.call("POST", "/api/insert", {"picks": [pick(detail)]}).status_code == 200
    offset = tus.offset(upload)
    assert offset == (10 if answers[1].status_code == 204 else 0)
    row.comes("the same piece of an upload", tus.patch(upload, offset, DATA[offset:]), 204)
    assert tus.offset(upload) == 10
    row.check()


@pytest.mark.parametrize("chunks", ["folder", "bucket"], indirect=True)
def test_upload_waits_for_a_chunk_store_that_is_away_and_goes_on(
    chunks: Folder | Bucket, settings: Settings, browser: Browser, picker: Page, store: Store, clock: Clock
) -> None:
    """Its disk or its server is not there any more: launches and inserting do not mind."""
    give_studio(store, clock)
    tus = Tus(picker)
    upload = tus.create(10)
    assert tus.patch(upload, 0, DATA[:4]).status_code == 204
    row = Row(f"chunk store away, {type(chunks).__name__.lower()}")
    before = rows(settings.database_url)
    chunks.leave()
    told(row, tus.patch(upload, 4, DATA[4:]), "chunks_unavailable")
    assert browser.press_button().answer.status_code == 200
    row.keeps(before, rows(settings.database_url))
    assert insert(picker)
    chunks.come_back()
    assert tus.offset(upload) == 4
    row.comes("the same piece of an upload", tus.patch(upload, 4, DATA[4:]), 204)
    row.check()
    upload_id = upload.rsplit("/", 1)[1]
    kept = open_chunks(settings.chunks_url, endpoint=settings.chunks_endpoint)
    assert b"".join(kept.read(upload_id, store.uploads.data.chunks(upload_id))) == DATA


@pytest.mark.parametrize("hours", [1, -1])
def test_clock_that_is_set_wrong_and_right_again_lets_nothing_happen_twice(
    hours: int, settings: Settings, browser: Browser, picker: Page, school: School, store: Store, clock: Clock
) -> None:
    """Canvas's clock stays right; ours is an hour off for a while, in which hundreds launch who are in time."""
    school.clock = right = Clock()
    asked = browser.begin()
    used = {"state": asked["state"], "id_token": school.sign(school.deep_linking_claims(TEACHER, asked["nonce"]))}
    page = Page(browser, browser.post("/lti/launch", data=used))
    detail = first_detail(page)
    embed = insert(page)
    other = browser.press_button()
    ticket = other.call("POST", "/api/connect/canvas").get_json()["url"]
    assert browser.get(ticket).status_code == 302

    row = Row(f"our clock an hour {'ahead' if hours > 0 else 'behind'}")
    before = rows(settings.database_url)
    clock.forward(3600 * hours)
    wrong = browser.press_button()
    assert wrong.answer.status_code == 401, "Canvas's tokens are of another hour"
    assert "press the button again" in wrong.answer.text
    row.told(wrong.answer.text)
    school.clock = clock  # schools whose clock is wrong in the same way: what is over by it is forgotten
    for _ in range(130):
        assert browser.press_button().answer.status_code == 200
    assert browser.post("/lti/launch", data=used).status_code >= 400
    assert browser.get(ticket).status_code >= 400

    clock.forward(-3600 * hours)
    school.clock = right
    row.keeps(before, rows(settings.database_url))
    row.comes("a launch that was taken", browser.post("/lti/launch", data=used), 409)
    row.comes("a ticket that was taken", browser.get(ticket), 410)
    row.comes("insert", other.call("POST", "/api/insert", {"picks": [pick(detail)]}), 200)
    watched = watch(browser, embed).call("POST", "/api/watch", {})
    assert watched.get_json()["sources"]
    row.comes("watch", watched, 200)
    row.check()
