"""What pages are told of uploads and may do with them, over HTTP."""

from __future__ import annotations

import os
import socket
import threading
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lti.model import CaptionState, UploadState
from lti.store import Store
from lti.web.request_body import RequestBody

from .school import STUDENT, Browser, Page
from .test_tus import Tus, add_studio

SRT = "1\n00:00:01,000 --> 00:00:02,000\n<i>Grüße</i> &amp; Küsse\n"
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Ann><i>Gr&uuml;&szlig;e</i>\n"


@pytest.fixture
def tus(browser: Browser, store: Store) -> Tus:
    add_studio(store)
    return Tus(browser.press_button())


def made(tus: Tus, *, received: bool = False) -> str:
    upload = tus.create(4)
    if received:
        assert tus.patch(upload, 0, b"data").status_code == 204
    return upload.rsplit("/", 1)[1]


def shown(page: Page, upload: str) -> dict[str, Any]:
    answer = page.call("GET", f"/api/uploads/{upload}")
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.get_json()
    return body


def add_caption(page: Page, upload: str, content: bytes, language: str = "de") -> TestResponse:
    return page.browser.client.post(
        f"/api/uploads/{upload}/captions?language={language}&filename=a.srt",
        base_url="https://cuedeck.example.edu",
        headers={"Authorization": f"Bearer {page.config['token']}"},
        data=content,
    )


def refusal(answer: TestResponse) -> tuple[int, str]:
    return answer.status_code, answer.get_json()["error"]["code"]


def test_any_later_launch_shows_the_uploads_of_the_person(tus: Tus, other_browser: Browser) -> None:
    first, second = made(tus), made(tus, received=True)
    listed = other_browser.press_button().call("GET", "/api/uploads").get_json()
    assert {each["id"] for each in listed["uploads"]} == {first, second}
    assert "mp4" in listed["rules"]["formats"]
    assert listed["rules"]["largest"] == 10_000_000_000
    theirs = other_browser.press_button(STUDENT).call("GET", "/api/uploads").get_json()
    assert theirs["uploads"] == []


def test_an_upload_says_where_it_stands_and_what_can_be_done(tus: Tus) -> None:
    upload = shown(tus.page, made(tus))
    assert (upload["state"], upload["state_text"], upload["received"], upload["length"]) == (
        "receiving", "Uploading", 0, 4,
    )  # fmt: skip
    assert upload["can"] == {
        "resume": True, "edit": True, "cancel": True, "retry": False, "insert": False, "dismiss": False,
    }  # fmt: skip
    assert shown(tus.page, made(tus, received=True))["state"] == "received"
    assert "subject" not in upload
    assert "email" not in upload


def test_title_and_description_change_until_studio_has_them(tus: Tus, store: Store) -> None:
    upload = made(tus, received=True)
    page, path = tus.page, f"/api/uploads/{upload}"
    changed = page.call("PATCH", path, {"title": "  Two\n rivers ", "auto_captions": True}).get_json()
    assert (changed["title"], changed["description"], changed["auto_captions"]) == ("Two rivers", "", True)
    assert refusal(page.call("PATCH", path, {"title": "\u200b \n"})) == (422, "input_invalid")
    assert refusal(page.call("PATCH", path, {"state": "ready"})) == (422, "input_invalid")
    assert store.uploads.change(upload, {UploadState.RECEIVED}, state=UploadState.COMPLETING)
    assert refusal(page.call("PATCH", path, {"title": "Late"})) == (409, "upload_not_now")
    assert refusal(page.call("POST", f"{path}/cancel", {})) == (409, "upload_not_now")
    assert refusal(add_caption(page, upload, SRT.encode())) == (409, "upload_captions_sent")


def test_caption_files_are_read_and_kept_as_studio_takes_them(tus: Tus, store: Store) -> None:
    upload = made(tus)
    answer = add_caption(tus.page, upload, SRT.encode("utf-16"))
    assert answer.status_code == 201, answer.text
    assert answer.get_json()["language_name"] == "German"
    assert add_caption(tus.page, upload, VTT.encode(), "pt_br").get_json()["language"] == "pt-BR"
    texts = {each.language: each.text for each in store.uploads.captions.of_upload(upload)}
    assert texts["de"].split("\n")[1:3] == ["00:00:01,000 --> 00:00:02,000", "<i>Grüße</i> & Küsse"]
    assert "<i>Grüße</i>" in texts["pt-BR"]
    (first, _) = shown(tus.page, upload)["captions"]
    assert tus.page.call("DELETE", f"/api/uploads/{upload}/captions/{first['id']}").status_code == 200
    assert len(shown(tus.page, upload)["captions"]) == 1
    assert refusal(tus.page.call("DELETE", f"/api/uploads/{upload}/captions/{first['id']}")) == (404, "not_found")
    (kept,) = store.uploads.captions.of_upload(upload)
    assert kept.state is CaptionState.WAITING


def test_caption_file_in_any_format_is_converted_and_its_mends_are_shown(tus: Tus, store: Store) -> None:
    upload = made(tus)
    commas = b"WEBVTT\n\n00:01,000 --> 00:02,000 line:0\n<v Ann>Hallo\n\n00:03,000 --> 00:04,000\nWelt\n"
    answer = add_caption(tus.page, upload, commas).get_json()
    assert [(mend["line"], mend["count"]) for mend in answer["mends"]] == [(3, 2), (None, 1), (None, 1)]
    assert "no browser would have shown this cue" in answer["mends"][0]["message"]
    assert "SubRip cannot say who speaks" in answer["mends"][2]["message"]
    sbv = add_caption(tus.page, upload, b"0:00:01.000,0:00:02.000\nHola\n", "es")
    assert (sbv.status_code, sbv.get_json()["mends"]) == (201, [])
    ttml = b'<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="1s" end="2s">Salut</p></div></body></tt>'
    assert add_caption(tus.page, upload, ttml, "fr").status_code == 201
    texts = {each.language: each.text for each in store.uploads.captions.of_upload(upload)}
    assert {language: text.split("\n")[1:3] for language, text in texts.items()} == {
        "de": ["00:00:01,000 --> 00:00:02,000", "Hallo"],
        "es": ["00:00:01,000 --> 00:00:02,000", "Hola"],
        "fr": ["00:00:01,000 --> 00:00:02,000", "Salut"],
    }


def test_a_caption_file_that_cannot_be_read_is_told_line_and_cue(tus: Tus) -> None:
    answer = add_caption(tus.page, made(tus), b"1\n\n\n00:00:01,000 --> soon\nHello\n")
    assert refusal(answer) == (422, "caption_unreadable")
    assert "line 4, caption 1" in answer.get_json()["error"]["message"]
    assert "TTML" in answer.get_json()["error"]["next_step"]


@pytest.mark.parametrize(("content", "language"), [(b"no captions at all", "de"), (SRT.encode(), "no language!")])
def test_what_is_no_caption_file_is_refused_at_once(tus: Tus, content: bytes, language: str) -> None:
    upload = made(tus)
    answer = add_caption(tus.page, upload, content, language)
    assert refusal(answer) in {(422, "caption_unreadable"), (422, "input_invalid")}
    assert shown(tus.page, upload)["captions"] == []


def test_a_failed_upload_goes_on_where_it_failed_and_can_be_put_away(tus: Tus, store: Store) -> None:
    upload = made(tus, received=True)
    path = f"/api/uploads/{upload}"
    assert refusal(tus.page.call("DELETE", path)) == (409, "upload_not_now")
    failed = {"state": UploadState.FAILED, "failed_in": UploadState.SENDING, "next_try_at": None}
    store.uploads.change(upload, {UploadState.RECEIVED}, **failed)
    assert shown(tus.page, upload)["can"]["retry"] is True
    assert tus.page.call("POST", f"{path}/retry", {}).get_json()["state"] == "sending"
    store.uploads.change(upload, {UploadState.SENDING}, **failed)
    assert tus.page.call("DELETE", path).status_code == 200
    assert tus.page.call("GET", "/api/uploads").get_json()["uploads"] == []
    assert tus.page.call("GET", path).status_code == 404


# --- from the socket --------------------------------------------------------------------------------------------------


class Unread:
    """Gunicorn's reader of a connection, with what came together with the headers."""

    def __init__(self, early: bytes) -> None:
        self.early = early

    def take_buffered(self) -> bytes:
        early, self.early = self.early, b""
        return early

    def unread(self, data: bytes) -> None:
        self.early = data


@pytest.mark.parametrize("early", [b"", b"0123", b"0123456789", b"0123456789NEXT"])
def test_a_body_is_read_to_its_end_and_no_further(early: bytes) -> None:
    from gunicorn.http.body import Body, LengthReader  # type: ignore[import-untyped]

    ours, theirs = socket.socketpair()
    with ours, theirs:
        unreader = Unread(early)
        theirs.sendall((b"0123456789" + b"NEXT")[len(early) :])
        body = Body(LengthReader(unreader, 10))
        source = RequestBody({"wsgi.input": body, "gunicorn.socket": ours, "CONTENT_LENGTH": "10"})
        got = b"".join(iter(lambda: bytes(source.read(3)), b""))
        assert got == b"0123456789"
        assert body.reader.length == 0
        assert unreader.early + (b"" if len(early) > 10 else ours.recv(100)) == b"NEXT"


def test_a_body_that_is_cut_gives_what_came_and_the_connection_up() -> None:
    from gunicorn.http.body import Body, LengthReader

    ours, theirs = socket.socketpair()
    with ours:
        body = Body(LengthReader(Unread(b""), 100_000))
        source = RequestBody({"wsgi.input": body, "gunicorn.socket": ours, "CONTENT_LENGTH": "100000"})
        data = os.urandom(5000)

        def send() -> None:
            theirs.sendall(data)
            theirs.close()

        thread = threading.Thread(target=send)
        thread.start()
        got = b"".join(iter(lambda: bytes(source.read(1 << 20)), b""))
        thread.join()
        assert got == data
        assert body.failed
