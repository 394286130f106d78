"""The tool is killed before each thing that it writes of an upload, in turn: it arrives at Studio, whole and once."""

from __future__ import annotations

import hashlib
import os
from base64 import b64encode
from typing import Any

import httpx

from lti.media import Housekeeping
from lti.model import GrantService, Upload, UploadState
from lti.store import open_chunks
from tests.flows.mortal_town import Town, each_moment
from tests.flows.upload_worker import now
from tests.flows.uploading import quick, until
from tests.support.person import TILDA, ToolPage
from tests.support.recordings import recorded

SRT = "1\n00:00:01,000 --> 00:00:02,000\nHola\n"


def upload(town: Town, moment: int) -> None:
    """A teacher uploads a film with captions, and leaves."""
    title, data = f"Film {moment} {os.urandom(4).hex()}", os.urandom(100_000)
    page = town.be(TILDA).press_button()
    bearer = {"Authorization": f"Bearer {page.config['token']}", "Tus-Resumable": "1.0.0"}
    words = {"filename": "rivers.mp4", "filetype": "video/mp4", "title": title}
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in words.items())
    announced = {**bearer, "Upload-Length": str(len(data)), "Upload-Metadata": metadata}
    http, tool = page.person.http, town.stack.tool
    made = http.post(f"{tool}/api/tus", headers=announced)
    address = made.headers["location"]
    upload_id = address.rsplit("/", 1)[1]
    where = f"{tool}/api/uploads/{upload_id}"
    captions = {"language": "es", "filename": "es.srt"}
    http.post(f"{where}/captions", params=captions, content=SRT.encode(), headers=bearer)
    for extra in page.api("GET", f"/api/uploads/{upload_id}").json()["captions"][
        1:
    ]:  # seen twice: a person removes one
        http.delete(f"{where}/captions/{extra['id']}", headers=bearer)
    patching = {**bearer, "Content-Type": "application/offset+octet-stream"}
    while (at := int(http.head(address, headers=bearer).headers["upload-offset"])) < len(data):
        http.patch(address, content=data[at:], headers={**patching, "Upload-Offset": str(at)})

    until(lambda: state(page, upload_id) == UploadState.READY, title)
    check_once(town, upload_id, data)


def check_once(town: Town, upload_id: str, data: bytes) -> None:
    """Make sure that Studio has one such file, whole, with its captions, and that nothing of it is left with us."""
    upload, found, files = at_studio(town, upload_id)
    assert [str(each["id"]) for each in found] == [upload.media_id]
    told = httpx.get(f"{town.stack.studio}/sandbox/studio/media/{upload.media_id}/sha256", timeout=20).json()
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    assert [file["srclang"] for file in files] == ["es"]


def at_studio(town: Town, upload_id: str) -> tuple[Upload, list[dict[str, Any]], list[dict[str, Any]]]:
    """Look an upload up: gives it, the media of its title at Studio, and the caption files that it has there."""
    with town.store() as store:
        chunks = open_chunks(town.tool.environ["CUEDECK_CHUNKS"])
        Housekeeping(store, chunks, now).do()  # what a death left is removed by the next round
        upload = store.uploads.find(upload_id)
        assert upload is not None
        grant = store.grants.get(upload.platform_id, upload.subject, GrantService.STUDIO)
        assert grant is not None
        assert upload_id not in chunks.uploads()
    bearer, api = {"Authorization": f"Bearer {grant.access_token}"}, f"{town.stack.studio}/api/public/v1/media"
    found = httpx.get(f"{api}/search", params={"title": upload.title}, headers=bearer, timeout=20).json()["media"]
    files = httpx.get(f"{api}/{upload.media_id}/caption_files", headers=bearer, timeout=20).json()["caption_files"]
    return upload, [each for each in found if each["title"] == upload.title], files


def test_film_arrives_at_studio_once_whenever_the_tool_is_killed(town: Town) -> None:
    with quick(town.stack.studio):
        each_moment(town, upload, "a film is uploaded", 25)


def record(town: Town, moment: int) -> None:
    """A student records and keeps it; whoever was interrupted finds in a later launch what has come so far."""
    page = town.be(TILDA).press_button()
    http, tool, data = page.person.http, town.stack.tool, recorded("mp4", 2)
    title = f"Recording {moment} of {town.stack.tool}"
    bearer = {"Authorization": f"Bearer {page.config['token']}", "Tus-Resumable": "1.0.0"}
    unfinished = page.api("GET", "/api/recordings").json()["recordings"]
    begun = [each["id"] for each in unfinished if each["title"] == title]
    kept = [each["id"] for each in page.api("GET", "/api/uploads").json()["uploads"] if each["title"] == title]
    upload_id = next(iter(begun or kept), None)
    if upload_id is None:
        words = {"filename": "recording.mp4", "filetype": "video/mp4", "title": title, "source": "recording"}
        metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in words.items())
        announced = {**bearer, "Upload-Defer-Length": "1", "Upload-Metadata": metadata}
        upload_id = http.post(f"{tool}/api/tus", headers=announced).headers["location"].rsplit("/", 1)[1]
    if begun or not kept:
        address, patching = f"{tool}/api/tus/{upload_id}", {**bearer, "Content-Type": "application/offset+octet-stream"}
        while (at := int(http.head(address, headers=bearer).headers["upload-offset"])) < len(data):
            http.patch(address, content=data[at:], headers={**patching, "Upload-Offset": str(at)})
        page.api("POST", f"/api/recordings/{upload_id}/keep", json={"length": len(data)})
    until(lambda: state(page, upload_id) == UploadState.READY, title)
    kept_as, (only,), _ = at_studio(town, upload_id)
    assert kept_as.mended
    assert 1.5 < only["duration"] < 2.5


def state(page: ToolPage, upload_id: str) -> str:
    shown = page.api("GET", f"/api/uploads/{upload_id}").json()
    assert shown["state"] != UploadState.FAILED, shown
    return str(shown["state"])


def test_recording_is_mended_and_arrives_whenever_the_tool_is_killed(town: Town) -> None:
    with quick(town.stack.studio):
        each_moment(town, record, "a recording is made and kept", 25)
