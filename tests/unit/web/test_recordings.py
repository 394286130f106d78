"""Recordings over HTTP: offered, watched, kept; by their owner alone."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lti.model import UploadSource, UploadState
from lti.store import Store

from .school import CANVAS, OURS, STUDENT, Browser, Clock, Page
from .test_tus import Tus, add_studio, code, pairs
from .test_watch import insert, watch

ROOT = Path(__file__).parents[3]
DATA = bytes(range(256)) * 40
ABOUT = {"filename": "recording.webm", "filetype": "video/webm", "title": "Mine", "source": "recording"}


@pytest.fixture
def tus(browser: Browser, store: Store) -> Tus:
    add_studio(store)
    return Tus(browser.press_button())


@pytest.fixture
def recording(tus: Tus) -> str:
    """Ten kilobytes of one that was not kept."""
    made = tus.create(None, Upload_Metadata=pairs(**ABOUT))
    assert tus.patch(made, 0, DATA, Cuedeck_Seconds="12.5").status_code == 204
    return made.rsplit("/", 1)[1]


def unfinished(page: Page) -> list[dict[str, Any]]:
    answer = page.call("GET", "/api/recordings")
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.get_json()["recordings"]
    return found


def address(page: Page, recording: str) -> str:
    answer = page.call("POST", f"/api/recordings/{recording}/watch", {})
    assert answer.status_code == 200, answer.text
    return str(answer.get_json()["src"])


def test_any_later_launch_offers_what_was_not_kept(
    tus: Tus, recording: str, other_browser: Browser, clock: Clock
) -> None:
    clock.forward(11)
    (offered,) = unfinished(other_browser.press_button())
    assert (offered["id"], offered["title"], offered["seconds"], offered["received"]) == (
        recording,
        "Mine",
        12.5,
        len(DATA),
    )
    assert (offered["live"], offered["sound"], offered["source"]) == (False, False, "recording")
    limits = tus.page.call("GET", "/api/recordings").get_json()["limits"]
    assert limits == {"seconds": 10_800, "largest": 5_000_000_000}


def test_what_is_kept_is_an_upload_from_then_on(tus: Tus, recording: str, store: Store) -> None:
    wanted = {"length": len(DATA), "start": 1.5, "end": None}
    answer = tus.page.call("POST", f"/api/recordings/{recording}/keep", wanted)
    assert (answer.status_code, answer.get_json()["state"]) == (200, "received")
    assert unfinished(tus.page) == []
    kept = store.uploads.find(recording)
    assert kept is not None
    assert (kept.state, kept.source, kept.trim_start) == (UploadState.RECEIVED, UploadSource.RECORDING, 1.5)
    again = tus.page.call("POST", f"/api/recordings/{recording}/keep", wanted)  # the first answer may be lost
    assert (again.status_code, again.get_json()) == (200, answer.get_json())
    otherwise = tus.page.call("POST", f"/api/recordings/{recording}/keep", {**wanted, "start": 2.5})
    assert (otherwise.status_code, code(otherwise)) == (409, "upload_not_now")


@pytest.mark.parametrize(
    "wanted",
    [{"length": -1}, {"length": "9"}, {"start": -0.1}, {"end": 1e300}, {"start": 3, "end": 2}, {"what": 1}, [1]],
)
def test_nonsense_keeps_nothing(tus: Tus, recording: str, wanted: Any) -> None:
    answer = tus.page.call("POST", f"/api/recordings/{recording}/keep", wanted)
    assert 400 <= answer.status_code < 500
    assert len(unfinished(tus.page)) == 1


@pytest.mark.parametrize("seconds", ["", "-1", "1e5", "soon", "12345678", "٣"])
def test_a_length_that_is_none_is_refused(tus: Tus, recording: str, seconds: str) -> None:
    if not seconds.isascii():
        seconds = seconds.encode().decode("latin-1")
    answer = tus.patch(recording, len(DATA), b"more", Cuedeck_Seconds=seconds or " ")
    assert answer.status_code in {204, 400}
    assert unfinished(tus.page)[0]["seconds"] == 12.5


@pytest.mark.parametrize(
    ("asked", "status", "first", "last"),
    [
        (None, 200, 0, 10_239),
        ("bytes=0-", 206, 0, 10_239),
        ("bytes=100-199", 206, 100, 199),
        ("bytes=10000-99999", 206, 10_000, 10_239),
        ("bytes=-5", 200, 0, 10_239),
        ("bytes=9-5,7-8", 200, 0, 10_239),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    tus: Tus, recording: str, asked: str | None, status: int, first: int, last: int
) -> None:
    answer = tus.page.browser.get(address(tus.page, recording), headers={"Range": asked} if asked else {})
    assert answer.status_code == status
    assert answer.data == DATA[first : last + 1]
    assert answer.content_type == "video/webm"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Length"] == str(last + 1 - first)
    if status == 206:
        assert answer.headers["Content-Range"] == f"bytes {first}-{last}/{len(DATA)}"


@pytest.mark.parametrize("asked", ["bytes=10240-", "bytes=99999-999999", "bytes=200-100"])
def test_a_part_that_is_none_is_refused(tus: Tus, recording: str, asked: str) -> None:
    answer = tus.page.browser.get(address(tus.page, recording), headers={"Range": asked})
    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == f"bytes */{len(DATA)}"


def test_an_address_leads_nowhere_once_the_recording_is_thrown_away(tus: Tus, recording: str) -> None:
    src = address(tus.page, recording)
    assert tus.page.call("POST", f"/api/uploads/{recording}/cancel", {}).status_code == 200
    assert tus.page.browser.get(src).status_code == 404
    assert tus.page.call("POST", f"/api/recordings/{recording}/watch", {}).status_code == 404
    assert unfinished(tus.page) == []


def test_forged_and_borrowed_ids_are_nothing(tus: Tus, recording: str, other_browser: Browser) -> None:
    student = other_browser.press_button(STUDENT)
    assert unfinished(student) == []
    for each in (recording, "forged-forged-forged", "%2e%2e"):
        for what in ("keep", "watch"):
            answer = student.call("POST", f"/api/recordings/{each}/{what}", {})
            assert answer.status_code == 404, (each, what)
    src = address(tus.page, recording)
    token, rest = src.split("/")[2], "/media"
    for forged in (token[:-2] + "xx", token.partition(".")[0], "x." + token.partition(".")[2]):
        assert tus.page.browser.get(f"/recordings/{forged}{rest}").status_code == 404
    assert unfinished(tus.page)[0]["received"] == len(DATA)


def test_a_file_that_is_uploaded_is_no_recording(tus: Tus) -> None:
    upload = tus.create(None).rsplit("/", 1)[1]
    tus.patch(upload, 0, b"data", Cuedeck_Seconds="3")
    assert unfinished(tus.page) == []
    for what in ("keep", "watch"):
        assert tus.page.call("POST", f"/api/recordings/{upload}/{what}", {}).status_code == 404


def test_only_pages_that_record_may_use_the_camera(browser: Browser, tus: Tus) -> None:
    assert "camera=(self), display-capture=(self)" in tus.page.answer.headers["Permissions-Policy"]
    for answer in (browser.launch().answer, browser.get("/lti/config.json"), tus.page.call("GET", "/api/recordings")):
        assert "camera=(), display-capture=()" in answer.headers["Permissions-Policy"]
        assert len(answer.headers.getlist("Permissions-Policy")) == 1


def window(browser: Browser, token: str, origin: str = OURS) -> TestResponse:
    return browser.post("/record", data={"token": token}, headers={"Origin": origin})


def test_the_recorder_opens_in_a_window_of_its_own_for_whose_page_it_is(
    browser: Browser, tus: Tus, recording: str
) -> None:
    answer = window(browser, tus.page.config["token"])
    assert answer.status_code == 200
    assert "camera=(self)" in answer.headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    page = Page(browser, answer)
    assert [each["id"] for each in unfinished(page)] == [recording]
    assert page.call("POST", "/api/insert", {"picks": []}).status_code in {403, 422, 400}
    assert page.call("GET", "/api/canvas/media").status_code == 403


def test_no_other_page_opens_the_recorder(browser: Browser, tus: Tus, picker: Page) -> None:
    assert window(browser, tus.page.config["token"], CANVAS).status_code == 401
    assert window(browser, "forged").status_code == 401
    player = watch(browser, insert(picker), STUDENT)
    assert window(browser, player.config["token"]).status_code == 401


def test_recorder_has_every_text_that_its_modules_ask_for(tus: Tus) -> None:
    answer = tus.page.call("GET", "/api/recordings/tab").get_json()
    found = re.search(r'id="record-messages">(.*?)</script>', answer["html"], re.DOTALL)
    assert found
    texts = set(json.loads(found[1]))
    asked: set[str] = set()
    words: set[str] = set()
    for script in (ROOT / "lti" / "web" / "static" / "js").glob("record*.js"):
        text = script.read_text()
        asked |= set(re.findall(r'"(record_[a-z_]+)"', text))
        words |= set(re.findall(r'return "([a-z_]+)";', text)) | set(re.findall(r'\? "(refused_[a-z]+)"', text))
    words |= {"refused_camera", "refused_microphone"}
    words -= {"granted", "denied"}
    assert len(asked) > 15
    assert len(words) > 8
    assert asked | {f"record_{word}{end}" for word in words for end in ("", "_next")} <= texts


def test_what_is_a_recording_is_said_by_the_page_that_begins_it_alone(tus: Tus, store: Store) -> None:
    made = tus.create(None, Upload_Metadata=pairs(**{**ABOUT, "source": "anything else"}))
    found = store.uploads.find(made.rsplit("/", 1)[1])
    assert found is not None
    assert found.source is UploadSource.FILE
