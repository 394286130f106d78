"""Uploads through the running tool by tus clients, and on to Studio by its worker."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tusclient.exceptions import TusCommunicationError

from tests.flows.school import School, problem
from tests.flows.tus_client import upload_id, uploader
from tests.flows.uploading import SECONDS, check_at_studio, connected, quick, wait
from tests.support.person import SAM, TILDA

_CUTS = 200
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHola\n"


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Give a file of random bytes: what the sandbox Studio makes of it does not matter here."""
    file = tmp_path / "Rivers.mp4"
    file.write_bytes(os.urandom(1_000_000))
    return file


@pytest.fixture
def quick_studio(each_school: School) -> Iterator[None]:
    """Have Studio prepare anything at once."""
    with quick(each_school.stack.studio):
        yield


def test_teacher_s_upload_is_interrupted_resumed_and_arrives(
    each_school: School, quick_studio: None, film: Path
) -> None:
    page = connected(each_school)
    first = uploader(page, film, title="Rivers and seas")
    first.upload(stop_at=300_000)
    again = each_school.be(TILDA).press_button()  # the page was closed; this is another launch
    (listed,) = [each for each in again.api("GET", "/api/uploads").json()["uploads"] if each["id"] == upload_id(first)]
    assert (listed["state"], listed["received"], listed["length"]) == ("receiving", 300_000, 1_000_000)
    edited = again.api("PATCH", f"/api/uploads/{listed['id']}", json={"description": "With two captions."})
    assert edited.json()["description"] == "With two captions."
    for language in ("es", "de"):
        added = again.person.http.post(
            f"{again.person.tool}/api/uploads/{listed['id']}/captions",
            params={"language": language, "filename": f"{language}.srt"},
            content=SRT.encode(),
            headers={"Authorization": f"Bearer {again.config['token']}"},
        )
        assert added.status_code == 201, added.text

    second = uploader(again, film)
    second.set_url(str(first.url))
    second.offset = second.get_offset()
    assert second.offset == 300_000
    second.upload()

    shown = wait(again, listed["id"], "ready", "failed")
    assert shown["state"] == "ready", shown
    assert [(each["language"], each["state"]) for each in shown["captions"]] == [("de", "sent"), ("es", "sent")]
    assert shown["can"]["insert"] is True
    check_at_studio(each_school.stack, shown, film.read_bytes())
    assert again.api("DELETE", f"/api/uploads/{listed['id']}").status_code == 200
    problem(again.api("GET", f"/api/uploads/{listed['id']}"), 404)


def test_an_upload_is_whole_after_two_hundred_cuts(school: School, film: Path) -> None:
    page = school.be(TILDA).press_button()
    page.api("DELETE", "/api/connect/studio")  # without consent nothing leaves our store, where it can be looked at
    data = film.read_bytes()
    made = uploader(page, film)
    made.set_url(made.create_url())
    address = urlsplit(str(made.url))
    token = page.config["token"]
    luck = random.Random(4)
    offsets = [0]
    for _ in range(_CUTS):
        offset = made.get_offset()
        some = luck.randrange(1, 2 * (len(data) - offset) // _CUTS + 2)
        with socket.create_connection((str(address.hostname), address.port or 80), timeout=10) as line:
            head = (
                f"PATCH {address.path} HTTP/1.1\r\nHost: {address.netloc}\r\nAuthorization: Bearer {token}\r\n"
                f"Tus-Resumable: 1.0.0\r\nUpload-Offset: {offset}\r\nContent-Type: application/offset+octet-stream\r\n"
                f"Content-Length: {len(data) - offset}\r\n\r\n"
            )
            line.sendall(head.encode() + data[offset : offset + some])
            if luck.random() < 0.3:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")  # reset, not closed
        if luck.random() < 0.9:  # else at once: the tool may not even have seen the end of the other connection
            time.sleep(0.01)
        offsets.append(made.get_offset())
    assert offsets == sorted(offsets)
    assert len(set(offsets)) > _CUTS / 4, "hardly a cut left anything behind"
    deadline = time.monotonic() + 15
    while True:
        try:
            made.offset = made.get_offset()
            made.upload()
            break
        except TusCommunicationError:
            assert time.monotonic() < deadline
            time.sleep(0.2)
    kept = b"".join(path.read_bytes() for path in sorted((school.stack.run_dir / "chunks" / upload_id(made)).iterdir()))
    assert kept == data
    assert page.api("POST", f"/api/uploads/{upload_id(made)}/cancel", json={}).json()["state"] == "cancelled"
    assert not (school.stack.run_dir / "chunks" / upload_id(made)).exists()


def test_killed_web_processes_hold_an_upload_up_and_no_more(school: School, film: Path) -> None:
    page = connected(school)
    master = json.loads((school.stack.run_dir / "ready.json").read_text())["pids"]["tool"]
    made = uploader(page, film, piece=50_000)
    made.upload(stop_at=100_000)
    for at in (400_000, 700_000, 1_000_000):
        for child in Path(f"/proc/{master}/task/{master}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
        made.upload(stop_at=at)
    deadline = time.monotonic() + SECONDS
    while True:
        try:
            shown = wait(page, upload_id(made), "transcoding", "ready", "failed")
            break
        except httpx.TransportError:
            assert time.monotonic() < deadline
    check_at_studio(school.stack, shown, film.read_bytes())


def test_an_upload_without_consent_waits_and_says_what_to_do(school: School, film: Path) -> None:
    page = school.be(TILDA).press_button()
    page.api("DELETE", "/api/connect/studio")
    made = uploader(page, film, piece=1_000_000)
    made.upload()
    deadline = time.monotonic() + SECONDS
    while (shown := page.api("GET", f"/api/uploads/{upload_id(made)}").json())["problem"] is None:
        assert time.monotonic() < deadline, shown
        time.sleep(0.1)
    assert shown["state"] == "received"
    assert shown["problem"]["code"] == "grant_missing"
    assert "Studio" in shown["problem"]["next_step"]
    assert shown["can"]["retry"] is True
    page.api("POST", f"/api/uploads/{shown['id']}/cancel", json={})


def test_a_student_reaches_no_upload_of_a_teacher(school: School, film: Path) -> None:
    made = uploader(school.be(TILDA).press_button(), film)
    made.upload(stop_at=100_000)
    student = school.be(SAM).press_button("groups/5")
    for method, path in (
        ("GET", ""), ("PATCH", ""), ("DELETE", ""), ("POST", "/cancel"), ("POST", "/retry"), ("DELETE", "/captions/x"),
    ):  # fmt: skip
        body: dict[str, str] | None = {} if method in {"POST", "PATCH"} else None
        problem(student.api(method, f"/api/uploads/{upload_id(made)}{path}", json=body), 404, "not_found")
    theirs = uploader(student, film)
    theirs.set_url(str(made.url))
    with pytest.raises(TusCommunicationError) as refused:
        theirs.get_offset()
    assert refused.value.status_code == 404
