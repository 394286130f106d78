"""A Studio without a Canvas, and a teacher in a store who is connected to it: for what happens behind the pages."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from lti.errors import NotAllowed
from lti.media import NewUpload, Receiving, UploadDesk, UploadRules
from lti.model import ApiKey, GrantService, Platform, Role, StudioAccount, StudioSettings, Viewer
from lti.remote import StudioCollection
from lti.store import ChunkStore, Store, open_chunks
from tests.flows.upload_worker import now
from tests.support.person import read
from tests.support.stack import ROOT, free_ports
from tests.support.studio import TILDA_AT_STUDIO

KEY = "cuedeck-studio-key"
BACK = "http://localhost:8000/connect/studio/callback"
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHola\n"
QUICK = {"transcoding_seconds": 0.1, "check_uploads": False}
_BITS = 8  # in which an upload comes in
_BETWEEN = 0.02  # seconds between two of them
_PATIENCE = 60.0
TILDA = Viewer(1, "1:abc", "tilda", frozenset({Role.TEACHER}), "en")


class NoCollections:
    """Nobody puts anything into a collection here."""

    def target(self, viewer: Viewer, platform: Platform, collection_id: str) -> StudioCollection:
        raise NotAllowed(collection_id)


@contextmanager
def a_studio(run_dir: Path, *options: str) -> Iterator[tuple[str, str]]:
    """Start a sandbox Studio that takes any file for a film: gives its origin, and the secret of its key."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "sandbox.studio", "--port", str(port), "--run-dir", str(run_dir), *options]
    with (run_dir / "studio.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/login", timeout=5).raise_for_status()
                break
            except httpx.HTTPError:
                assert process.poll() is None
                assert time.monotonic() < deadline, (run_dir / "studio.log").read_text()
                time.sleep(0.1)
        httpx.post(f"{url}/sandbox/faults", json={"behaviour": QUICK}, timeout=10).raise_for_status()
        yield url, json.loads((run_dir / "secrets.json").read_text())["studio_key"]
    finally:
        process.terminate()
        process.wait(20)


def consent(url: str, secret: str) -> dict[str, str]:
    """Be Tilda at Studio, and let the tool in: gives its tokens."""
    with httpx.Client(base_url=url, timeout=10) as browser:
        browser.post("/login", data={"user": str(TILDA_AT_STUDIO)})
        query = {"client_id": KEY, "response_type": "code", "redirect_uri": BACK}
        page = browser.get("/api/public/oauth/authorize", params=query)
        form = next(form for form in read(page).forms if "request" in form.fields)
        back = browser.post(form.action, data={**form.fields, "decision": "allow"})
        code = parse_qs(urlsplit(back.headers["location"]).query)["code"][0]
        wish = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
        answer = browser.post("/api/public/oauth/token", data={**wish, "client_id": KEY, "client_secret": secret})
        tokens: dict[str, str] = answer.raise_for_status().json()
        return tokens


def furnish(store: Store, url: str, secret: str) -> Platform:
    """Make a school with this Studio, and a teacher who is connected."""
    platform = store.platforms.add(
        issuer="https://canvas.instructure.com",
        client_id="1",
        authorization_url="https://sso.test/a",
        token_url="https://sso.test/t",
        jwks_url="https://sso.test/j",
        canvas_url="https://canvas.test",
        canvas_key=None,
        deployments=["1:abc"],
        trust_deployments=False,
    )
    settings = StudioSettings(urlsplit(url).netloc, ApiKey(KEY, secret), StudioAccount.OWN)
    store.institutions.save_studio(platform.id, settings)
    tokens = consent(url, secret)
    store.grants.save(
        platform.id,
        "tilda",
        GrantService.STUDIO,
        account_id=str(TILDA_AT_STUDIO),
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        expires_at=now() + timedelta(hours=2),
    )
    return platform


def receive(
    store: Store, chunks_url: str, platform: Platform, title: str, data: bytes, *, auto_captions: bool = False
) -> str:
    chunks = open_chunks(chunks_url)
    receiving, upload_id = _begin(store, chunks, platform, title, len(data), auto_captions=auto_captions)
    receiving.receive(TILDA, platform, upload_id, offset=0, source=BytesIO(data), size=len(data))
    return upload_id


@contextmanager
def coming_in(store: Store, chunks_url: str, platform: Platform, title: str, data: bytes) -> Iterator[str]:
    """Receive an upload bit by bit: its last bytes come once a worker sends the first of them, or at the end of this.

    Gives its id, as soon as a worker may begin.
    """
    chunks: Any = open_chunks(chunks_url)
    chunks.limit = -(-len(data) // _BITS)
    receiving, upload_id = _begin(store, chunks, platform, title, len(data))
    bits = _Bits(store, upload_id, data, chunks.limit)
    thread = threading.Thread(
        target=receiving.receive,
        args=(TILDA, platform, upload_id),
        kwargs={"offset": 0, "source": bits, "size": len(data)},
    )
    thread.start()
    assert bits.waits.wait(_PATIENCE)
    try:
        yield upload_id
    finally:
        bits.go.set()
        thread.join(_PATIENCE)
    assert not thread.is_alive(), "it does not come in"


class _Bits:
    """A request's body, of which two bits come at once and the others after a worker has begun."""

    def __init__(self, store: Store, upload_id: str, data: bytes, size: int) -> None:
        self._store = store
        self._upload_id = upload_id
        self._data = data
        self._size = size
        self._given = 0
        self.waits = threading.Event()
        self.go = threading.Event()

    def read(self, size: int) -> bytes:
        """Give a bit."""
        if self._given == 2 * self._size:
            self.waits.set()
            self._wait()
        if self._given > 2 * self._size:
            time.sleep(_BETWEEN)
        bit = self._data[self._given : self._given + min(size, self._size)]
        self._given += len(bit)
        return bit

    def _wait(self) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not self.go.wait(_BETWEEN) and time.monotonic() < deadline:
            upload = self._store.uploads.find(self._upload_id)
            if upload is None or upload.media_id is not None:
                return


def _begin(
    store: Store, chunks: ChunkStore, platform: Platform, title: str, length: int, *, auto_captions: bool = False
) -> tuple[Receiving, str]:
    receiving = Receiving(store, chunks, UploadRules(frozenset({"mp4"}), 10**9), now, NoCollections())
    upload, _ = receiving.create(
        TILDA, platform, NewUpload("rivers.mp4", "video/mp4", length, title, "", auto_captions)
    )
    desk = UploadDesk(store, chunks, now)
    desk.add_caption(TILDA, platform, upload.id, language="es", filename="es.srt", content=SRT)
    return receiving, upload.id


def check_once(store: Store, url: str, title: str, data: bytes, captions: Sequence[str] = ("es",)) -> None:
    """Make sure that Studio has the file once, whole, with its caption files in these languages."""
    grant = store.grants.get(1, "tilda", GrantService.STUDIO)
    assert grant is not None
    bearer = {"Authorization": f"Bearer {grant.access_token}"}
    api = f"{url}/api/public/v1/media"
    found = httpx.get(f"{api}/search", params={"title": title}, headers=bearer, timeout=10).json()["media"]
    (media,) = [each for each in found if each["title"] == title]
    told = httpx.get(f"{url}/sandbox/studio/media/{media['id']}/sha256", timeout=10).json()
    assert told["sha256"] == hashlib.sha256(data).hexdigest()
    files = httpx.get(f"{api}/{media['id']}/caption_files", headers=bearer, timeout=10).json()["caption_files"]
    assert [file["srclang"] for file in files] == list(captions), files
