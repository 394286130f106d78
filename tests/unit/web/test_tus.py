"""The tus 1.0 protocol, as its specification asks for it, over our HTTP."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from lti.model import ApiKey, StudioAccount, StudioSettings, UploadState
from lti.store import Store

from .school import OURS, STUDENT, TEACHER, Browser, Clock, Page

DATA = "application/offset+octet-stream"
MP4 = {"filename": "rivers.mp4", "filetype": "video/mp4", "title": "Flüsse"}


def pairs(**values: str) -> str:
    return ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in values.items())


class Tus:
    """A client that sends exactly what a test says."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def call(self, method: str, path: str = "", data: bytes = b"", **headers: str) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.page.config['token']}", "Tus-Resumable": "1.0.0"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        path = path.removeprefix(f"{OURS}/api/tus/")
        address = f"/api/tus/{path}" if path else "/api/tus"
        return self.page.browser.client.open(
            address, method=method, base_url=OURS, headers={k: v for k, v in sent.items() if v}, data=data
        )

    def create(self, length: int | None = 10, **headers: str) -> str:
        answer = self.call(
            "POST",
            "",
            b"",
            **{
                **({"Upload_Defer_Length": "1"} if length is None else {"Upload_Length": str(length)}),
                "Upload_Metadata": pairs(**MP4),
                **headers,
            },
        )
        assert answer.status_code == 201, answer.text
        return str(answer.headers["Location"])

    def patch(self, upload: str, offset: int, data: bytes, **headers: str) -> TestResponse:
        return self.call("PATCH", upload, data, **{"Upload_Offset": str(offset), "Content_Type": DATA, **headers})

    def offset(self, upload: str) -> int:
        answer = self.call("HEAD", upload)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        return int(answer.headers["Upload-Offset"])


def add_studio(store: Store) -> None:
    """Give the school a Studio; nobody asks it for anything here."""
    store.institutions.save_studio(1, StudioSettings("studio.test", ApiKey("1", "secret"), StudioAccount.OWN))


@pytest.fixture
def tus(browser: Browser, store: Store) -> Tus:
    add_studio(store)
    return Tus(browser.press_button())


def test_a_school_without_a_studio_takes_no_uploads(browser: Browser, store: Store) -> None:
    answer = Tus(browser.press_button()).call("POST", Upload_Length="10", Upload_Metadata=pairs(**MP4))
    assert (answer.status_code, code(answer)) == (409, "service_not_configured")
    assert "Studio" in answer.get_json()["error"]["message"]
    assert store.uploads.of_person(1, str(TEACHER.subject)) == []


def code(answer: TestResponse) -> str:
    body: dict[str, Any] = answer.get_json()
    error = body["error"]
    assert error["message"]
    assert error["next_step"]
    return str(error["code"])


def test_anyone_is_told_what_the_server_can_do(tus: Tus) -> None:
    answer = tus.page.browser.client.open("/api/tus", method="OPTIONS", base_url=OURS)
    assert answer.status_code == 204
    assert answer.headers["Tus-Version"] == answer.headers["Tus-Resumable"] == "1.0.0"
    assert set(answer.headers["Tus-Extension"].split(",")) == {
        "creation", "creation-with-upload", "creation-defer-length", "termination", "checksum", "expiration",
    }  # fmt: skip
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha1,sha256"
    assert int(answer.headers["Tus-Max-Size"]) > 5_000_000_000


def test_a_file_sent_in_parts_is_received_as_it_was(tus: Tus, store: Store, tmp_path: Path) -> None:
    upload = tus.create(10)
    assert tus.offset(upload) == 0
    first = tus.patch(upload, 0, b"0123")
    assert (first.status_code, first.headers["Upload-Offset"]) == (204, "4")
    assert first.headers["Upload-Expires"].endswith("GMT")
    assert tus.offset(upload) == 4
    last = tus.patch(upload, 4, b"456789")
    assert (last.status_code, last.headers["Upload-Offset"]) == (204, "10")
    kept = store.uploads.find(upload.rsplit("/", 1)[1])
    assert kept is not None
    assert (kept.state, kept.title, kept.filename) == (UploadState.RECEIVED, "Flüsse", "rivers.mp4")
    (folder,) = (tmp_path / "chunks").iterdir()
    assert b"".join(path.read_bytes() for path in sorted(folder.iterdir())) == b"0123456789"
    head = tus.call("HEAD", upload)
    assert (head.headers["Upload-Length"], head.headers["Upload-Offset"]) == ("10", "10")
    assert head.headers["Upload-Metadata"] == pairs(**MP4)


def test_the_first_data_may_come_with_the_creation(tus: Tus) -> None:
    answer = tus.call("POST", "", b"01234", Upload_Length="10", Upload_Metadata=pairs(**MP4), Content_Type=DATA)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "5")
    assert tus.offset(answer.headers["Location"]) == 5


def test_a_length_may_be_told_later(tus: Tus, store: Store) -> None:
    upload = tus.create(None)
    assert tus.call("HEAD", upload).headers["Upload-Defer-Length"] == "1"
    assert tus.patch(upload, 0, b"01234").status_code == 204
    assert tus.patch(upload, 5, b"567", Upload_Length="8").headers["Upload-Offset"] == "8"
    kept = store.uploads.find(upload.rsplit("/", 1)[1])
    assert kept is not None
    assert (kept.length, kept.state) == (8, UploadState.RECEIVED)
    assert tus.patch(upload, 8, b"", Upload_Length="9").status_code == 409


@pytest.mark.parametrize("algorithm", ["sha1", "sha256"])
def test_damaged_data_does_not_count(tus: Tus, algorithm: str) -> None:
    upload = tus.create(10)
    right = base64.b64encode(hashlib.new(algorithm, b"01234").digest()).decode()
    damaged = tus.patch(upload, 0, b"01x34", Upload_Checksum=f"{algorithm} {right}")
    assert (damaged.status_code, code(damaged)) == (460, "upload_checksum")
    assert tus.offset(upload) == 0
    assert tus.patch(upload, 0, b"01234", Upload_Checksum=f"{algorithm} {right}").status_code == 204
    assert tus.offset(upload) == 5


@pytest.mark.parametrize("text", ["md5 AAAA", "sha1 ***", "sha1"])
def test_a_checksum_that_is_none_is_refused(tus: Tus, text: str) -> None:
    upload = tus.create(10)
    answer = tus.patch(upload, 0, b"01234", Upload_Checksum=text)
    assert answer.status_code in {400, 460}
    assert tus.offset(upload) == 0


def test_data_for_another_place_is_refused(tus: Tus) -> None:
    upload = tus.create(10)
    tus.patch(upload, 0, b"0123")
    for offset in (0, 3, 5, 10):
        answer = tus.patch(upload, offset, b"4")
        assert (answer.status_code, code(answer)) == (409, "upload_offset"), offset
    assert tus.offset(upload) == 4


def test_more_than_was_announced_is_refused(tus: Tus) -> None:
    upload = tus.create(10)
    answer = tus.patch(upload, 0, b"0123456789+")
    assert (answer.status_code, code(answer)) == (413, "upload_too_large")
    assert tus.offset(upload) == 0


def test_a_second_connection_waits_for_the_first(tus: Tus, store: Store, clock: Clock) -> None:
    upload = tus.create(10)
    assert store.uploads.data.begin(upload.rsplit("/", 1)[1], 0, 6)
    answer = tus.patch(upload, 0, b"0123")
    assert (answer.status_code, code(answer)) == (423, "upload_busy")
    clock.forward(7)
    assert tus.patch(upload, 0, b"0123").status_code == 204


def test_a_client_of_another_version_is_told_ours(tus: Tus) -> None:
    upload = tus.create(10)
    for version in ("", "0.2.2"):
        answer = tus.patch(upload, 0, b"0", Tus_Resumable=version)
        assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


def test_what_is_no_upload_data_is_refused(tus: Tus) -> None:
    upload = tus.create(10)
    assert tus.patch(upload, 0, b"0", Content_Type="text/plain").status_code == 415
    assert tus.patch(upload, 0, b"0", Upload_Offset="").status_code == 400
    assert tus.patch(upload, 0, b"0", Upload_Offset="-1").status_code == 400
    assert tus.offset(upload) == 0


@pytest.mark.parametrize(
    ("headers", "status", "problem"),
    [
        ({"Upload_Metadata": pairs(filename="notes.pdf")}, 415, "upload_refused"),
        ({"Upload_Metadata": pairs(filename="film.mkv", filetype="video/x-matroska")}, 415, "upload_refused"),
        ({"Upload_Metadata": ""}, 415, "upload_refused"),
        ({"Upload_Length": "0"}, 415, "upload_refused"),
        ({"Upload_Length": "20000000000"}, 413, "upload_too_large"),
        ({"Upload_Length": "ten"}, 400, "tus_invalid"),
        ({"Upload_Length": ""}, 400, "tus_invalid"),
        ({"Upload_Defer_Length": "1"}, 400, "tus_invalid"),
        ({"Upload_Metadata": "filename ***"}, 400, "tus_invalid"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_before_a_byte_is_sent(
    tus: Tus, store: Store, headers: dict[str, str], status: int, problem: str
) -> None:
    answer = tus.call("POST", "", b"", **{"Upload_Length": "10", "Upload_Metadata": pairs(**MP4), **headers})
    assert (answer.status_code, code(answer)) == (status, problem)
    assert store.uploads.of_person(1, str(TEACHER.subject)) == []
    if problem == "upload_refused" and "Length" not in str(headers):
        assert "mp4" in answer.get_json()["error"]["next_step"]


def test_a_file_that_studio_may_not_like_comes_with_a_warning(tus: Tus) -> None:
    for name, length, warning in (
        ("a.webm", "10", "upload_webm"),
        ("a.mp4", "5000000001", "upload_large"),
        ("a.mp4", "10", None),
    ):
        answer = tus.call("POST", Upload_Length=length, Upload_Metadata=pairs(filename=name))
        assert [each["code"] for each in answer.get_json()["warnings"]] == ([warning] if warning else [])
    recorded = tus.call("POST", Upload_Defer_Length="1", Upload_Metadata=pairs(filetype="video/webm;codecs=vp9"))
    assert recorded.status_code == 201


def test_a_cancelled_upload_is_over_and_leaves_nothing(tus: Tus, tmp_path: Path) -> None:
    upload = tus.create(10)
    tus.patch(upload, 0, b"0123")
    assert tus.call("DELETE", upload).status_code == 204
    assert list((tmp_path / "chunks").iterdir()) == []
    assert tus.call("HEAD", upload).status_code == 410
    assert code(tus.patch(upload, 4, b"4")) == "upload_over"
    assert tus.call("DELETE", upload).status_code == 410


def test_clients_without_patch_say_it_in_a_header(tus: Tus) -> None:
    upload = tus.create(10)
    answer = tus.call("POST", upload, b"01", Upload_Offset="0", Content_Type=DATA, X_HTTP_Method_Override="PATCH")
    assert (answer.status_code, tus.offset(upload)) == (204, 2)
    assert tus.call("POST", upload, X_HTTP_Method_Override="DELETE").status_code == 204
    assert tus.call("POST", upload, X_HTTP_Method_Override="PUT").status_code == 400


def test_another_person_finds_no_upload(tus: Tus, other_browser: Browser) -> None:
    upload = tus.create(10)
    other = Tus(other_browser.press_button(STUDENT))
    for answer in (
        other.call("HEAD", upload),
        other.patch(upload, 0, b"0123"),
        other.call("DELETE", upload),
        other.patch("AAAAAAAAAAAAAAAAAAAAAAAA", 0, b"0123"),
        other.patch("..%2F..%2Fetc", 0, b"0123"),
    ):
        assert answer.status_code == 404
    assert tus.offset(upload) == 0


def test_nobody_uploads_without_a_session(browser: Browser) -> None:
    nobody = browser.client.post("/api/tus", base_url=OURS, headers={"Upload-Length": "1"})
    assert nobody.status_code == 401
    assert nobody.headers["Tus-Resumable"] == "1.0.0"


def test_a_store_that_is_full_is_said_so_and_what_arrived_is_kept(tus: Tus, tmp_path: Path) -> None:
    upload = tus.create(10)
    assert tus.patch(upload, 0, b"0123").status_code == 204
    (folder,) = (tmp_path / "chunks").iterdir()
    kept = tmp_path / "kept"
    folder.rename(kept)
    folder.write_text("no folder any more: as full, or read-only")
    answer = tus.patch(upload, 4, b"456789")
    assert (answer.status_code, code(answer)) == (503, "chunks_unavailable")
    assert answer.headers["Retry-After"]
    assert tus.offset(upload) == 4
    folder.unlink()
    kept.rename(folder)
    assert tus.patch(upload, 4, b"456789").status_code == 204
