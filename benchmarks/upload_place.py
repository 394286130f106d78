"""A Cuedeck with one web process and a sandbox Studio beside it, and the ways of a file to either."""

from __future__ import annotations

import base64
import hashlib
import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from benchmarks.databases import database
from benchmarks.installed import discarded_log
from benchmarks.platform import PERSON, SigningPlatform, served
from benchmarks.served import Server, server
from lti.media import StudioAccess, StudioUploading
from lti.model import ApiKey, GrantService, StudioAccount, StudioSettings, Upload, UploadState
from lti.remote import StudioOAuth, make_client
from lti.store import SecretBox, Store, open_chunks, open_database
from tests.flows.lone_studio import KEY, a_studio, consent
from tests.flows.upload_worker import now
from tests.support.stack import ROOT
from tests.support.studio import TILDA_AT_STUDIO

_FIRST_PART, _LARGEST_PART = 8 << 20, 64 << 20  # bytes, as in js/tus.js
_LOCAL = frozenset({"localhost", "127.0.0.1"})
_PATIENCE = 600  # seconds
_AT_STUDIO = frozenset({UploadState.CAPTIONING, UploadState.TRANSCODING, UploadState.READY})


@dataclass
class UploadPlace:
    """All that an upload passes."""

    server: Server
    store: Store
    chunks: Path  # where the chunk store lies
    studio: str  # origin
    arrived: Path  # where Studio keeps what arrives, by the id of the media
    uploading: StudioUploading

    def create(self, token: str, length: int | None, **about: str) -> str:
        """Begin an upload: gives its id.

        :param length: in bytes; None while nobody knows it.
        :param about: what the page says of the file beside its name.
        """
        told = {"filename": "rivers.mp4", **about}.items()
        headers = {
            "Authorization": f"Bearer {token}",
            "Tus-Resumable": "1.0.0",
            **({"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}),
            "Upload-Metadata": ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in told),
        }
        answer = httpx.post(f"{self.server.origin}/api/tus", headers=headers, timeout=60).raise_for_status()
        upload_id: str = answer.json()["upload"]["id"]
        return upload_id

    def send(self, token: str, upload_id: str, file: Path) -> None:
        """Send a file to the tool in parts, as the page does: larger ones while they are quick.

        The kernel takes the bytes from the file, so that this side's own work is not measured.
        """
        offset, length, most = 0, file.stat().st_size, _FIRST_PART
        with file.open("rb", buffering=0) as source, self.line() as line:
            while offset < length:
                size = min(most, length - offset)
                line.putrequest("PATCH", f"/api/tus/{upload_id}", skip_host=True, skip_accept_encoding=True)
                for name, value in {**self.patching(token, offset), "Content-Length": str(size)}.items():
                    line.putheader(name, value)
                line.endheaders()
                line.sock.sendfile(source, offset, size)
                finish(line)
                offset, most = offset + size, min(most * 2, _LARGEST_PART)

    def cancel(self, token: str, upload_id: str) -> None:
        """Call an upload back: its data is removed."""
        address = f"{self.server.origin}/api/uploads/{upload_id}/cancel"
        headers = {"Authorization": f"Bearer {token}"}
        httpx.post(address, json={}, headers=headers, timeout=60).raise_for_status()

    @contextmanager
    def line(self) -> Iterator[http.client.HTTPConnection]:
        """Connect to the tool."""
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=_PATIENCE)
        try:
            yield line
        finally:
            line.close()

    def patching(self, token: str, offset: int) -> dict[str, str]:
        """Give the headers of a part."""
        return {
            "Host": f"localhost:{self.server.port}",
            "Authorization": f"Bearer {token}",
            "Tus-Resumable": "1.0.0",
            "Upload-Offset": str(offset),
            "Content-Type": "application/offset+octet-stream",
        }

    def find(self, upload_id: str) -> Upload:
        """Look an upload up."""
        upload = self.store.uploads.find(upload_id)
        if upload is None or upload.state is UploadState.FAILED:
            raise RuntimeError(f"the upload did not arrive: {upload}")
        return upload

    def wait(self, upload_id: str) -> Upload:
        """Wait until Studio has an upload and was told so."""
        deadline = time.monotonic() + _PATIENCE
        while (upload := self.find(upload_id)).state not in _AT_STUDIO:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the upload stays {upload.state}")
            time.sleep(0.02)
        return upload

    def asked(self) -> int:
        """Count what Studio was asked since the last time."""
        log = httpx.get(f"{self.studio}/sandbox/requests", timeout=60).json()
        httpx.delete(f"{self.studio}/sandbox/requests", timeout=60).raise_for_status()
        return len(log["requests"] if isinstance(log, dict) else log)

    def curl(self, owner: Upload, file: Path) -> float:
        """Send a file straight to Studio's storage by curl; gives the seconds."""
        with self.uploading.for_upload(owner) as studio:
            slot = studio.begin_upload(None)
        began = time.monotonic()
        subprocess.run(["curl", "-sSf", "-T", file, slot.url], check=True, stdout=subprocess.DEVNULL)
        seconds = time.monotonic() - began
        self._forget(slot.media_id, file)
        return seconds

    def carry(self, upload: Upload, file: Path) -> float:
        """Send an upload from the chunk store to Studio's storage, as the worker does; gives the seconds.

        :param file: that was uploaded.
        """
        chunks = self.store.uploads.data.chunks(upload.id)
        with self.uploading.for_upload(upload) as studio:
            slot = studio.begin_upload(None)
            began = time.monotonic()
            pieces = open_chunks(f"file://{self.chunks}").read(upload.id, chunks)
            studio.put_upload(slot.url, file.stat().st_size, pieces)
            seconds = time.monotonic() - began
        self._forget(slot.media_id, file)
        return seconds

    def _forget(self, media_id: str, file: Path) -> None:
        """Remove what Studio has: a few of these files fill a disk."""
        file_there = self.arrived / media_id
        if file_there.stat().st_size != file.stat().st_size:
            raise RuntimeError("the file did not arrive whole")
        file_there.unlink()

    def check(self, upload: Upload, file: Path) -> None:
        """Make sure that Studio has the very bytes, and that nothing of them is left with us; then remove them."""
        told = httpx.get(f"{self.studio}/sandbox/studio/media/{upload.media_id}/sha256", timeout=60).json()
        with file.open("rb") as sent:
            if told["sha256"] != hashlib.file_digest(sent, "sha256").hexdigest():
                raise RuntimeError("other bytes arrived than were sent")
        if (self.chunks / upload.id).exists():
            raise RuntimeError("data is left in the chunk store")
        self._forget(upload.media_id or "", file)

    @contextmanager
    def worker(self) -> Iterator[None]:
        """Run a worker, as the Procfile does."""
        command = [sys.executable, "-m", "flask", "--app", "app", "worker"]
        process = subprocess.Popen(command, cwd=ROOT, env=dict(self.server.environ), stdout=subprocess.DEVNULL)
        try:
            yield
        finally:
            process.terminate()
            process.wait(60)


def finish(line: http.client.HTTPConnection) -> None:
    """Read the answer to a part.

    :raises RuntimeError: it was not taken.
    """
    answer = line.getresponse()
    text = answer.read()
    if answer.status != 204:
        raise RuntimeError(f"a part was answered {answer.status}: {text[:300]!r}")


@contextmanager
def upload_place(folder: Path) -> Iterator[UploadPlace]:
    """Run everything but a worker.

    :param folder: for all data: what is sent, what we keep and what Studio keeps lie on one medium.
    """
    platform = SigningPlatform()
    studio_dir = folder / "studio"
    studio_dir.mkdir()
    with (
        served(platform.key_set) as jwks_url,
        database("SQLite", folder) as address,
        discarded_log(),
        a_studio(studio_dir) as (studio, secret),
        server(folder, address, platform, jwks_url, 1) as running,
    ):
        opened = open_database(address)
        store = Store(opened, SecretBox([running.environ["CUEDECK_SECRET_KEYS"]]), now)
        _connect(store, studio, secret)
        http_ = make_client(timeout=10, insecure_hosts=_LOCAL)
        access = StudioAccess(store, http_, StudioOAuth(http_, now, _LOCAL), now)
        try:
            yield UploadPlace(
                running, store, folder / "chunks", studio, studio_dir / "studio", StudioUploading(store, access)
            )
        finally:
            http_.close()
            opened.close()


def _connect(store: Store, url: str, secret: str) -> None:
    """Give the one school this Studio, and keep Tilda's consent there as that of whoever launches here."""
    (platform,) = store.platforms.all()
    settings = StudioSettings(urlsplit(url).netloc, ApiKey(KEY, secret), StudioAccount.OWN)
    store.institutions.save_studio(platform.id, settings)
    tokens = consent(url, secret)
    store.grants.save(
        platform.id,
        PERSON,
        GrantService.STUDIO,
        account_id=str(TILDA_AT_STUDIO),
        access_token=tokens["access_token"],
        refresh_token=tokens["refresh_token"],
        expires_at=now() + timedelta(hours=2),
    )
