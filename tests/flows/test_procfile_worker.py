"""Who carries uploads: the web processes themselves, or the Procfile's worker; a Procfile runner starts either."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import httpx
import pytest
from tusclient.client import TusClient

from lti.model import Upload, UploadState
from lti.protocol.tokens import Tokens
from lti.store import Store, open_chunks
from tests.flows.lone_studio import TILDA, check_once, furnish, receive
from tests.flows.test_procfile import ended, environment, honcho, wait_until_ready
from tests.flows.upload_worker import SECRETS, Place, now
from tests.flows.uploading import until
from tests.support.s3 import ACCESS, make_bucket
from tests.support.stack import free_ports

_STOP_SECONDS = 40


def settings(place: Place, port: int, worker: str) -> dict[str, str]:
    return environment(place.database_url, port) | {
        "CUEDECK_CHUNKS": place.chunks_url,
        "CUEDECK_INSECURE_HOSTS": "localhost,127.0.0.1",
        "CUEDECK_SECRET_KEYS": SECRETS[0],
        "CUEDECK_WORKER": worker,
    }


def arrived(store: Store, upload_id: str, log: Path) -> Upload:
    """Wait until Studio has made a media of it."""

    def found() -> Upload:
        upload = store.uploads.find(upload_id)
        assert upload is not None
        assert upload.state is not UploadState.FAILED, log.read_text()
        return upload

    until(lambda: found().state is UploadState.READY, f"{found()}")
    return found()


def test_web_line_alone_takes_an_upload_and_carries_it_to_studio(
    lone_studio: tuple[str, str], s3_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On SQLite, with the data of uploads in a bucket."""
    for name, value in ACCESS.items():
        monkeypatch.setenv(name, value)
    (port,) = free_ports(1)
    here = f"http://localhost:{port}"
    place = Place(f"sqlite:///{tmp_path / 'c.db'}", make_bucket(s3_server))
    chunks = open_chunks(place.chunks_url, endpoint=s3_server)
    database, store = place.open()
    database.upgrade()
    furnish(store, *lone_studio)
    film = tmp_path / "Rivers.mp4"
    film.write_bytes(os.urandom(300_000))
    token = Tokens(SECRETS, here, now).issue(TILDA, 600)
    client = TusClient(f"{here}/api/tus", headers={"Authorization": f"Bearer {token}"})
    log = tmp_path / "web.log"

    bucket = {**ACCESS, "CUEDECK_CHUNKS_ENDPOINT": s3_server}
    web = honcho("web", settings(place, port, "inside") | bucket, tmp_path)

    with ended(web):
        wait_until_ready(web, f"{here}/healthz", log)
        with film.open("rb") as stream:
            metadata = {"filename": film.name, "title": "By the web line alone"}
            made = client.uploader(file_stream=stream, metadata=metadata, chunk_size=100_000)
            made.upload(stop_at=100_000)
            assert chunks.uploads().keys() == {str(made.url).rsplit("/", 1)[1]}
            made.upload()
        upload = arrived(store, str(made.url).rsplit("/", 1)[1], log)
        check_once(store, lone_studio[0], "By the web line alone", film.read_bytes(), captions=[])
        assert chunks.uploads() == {}
        shown = httpx.get(f"{here}/api/uploads/{upload.id}", headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert shown.json()["can"]["insert"] is True
        web.send_signal(signal.SIGTERM)
        web.wait(_STOP_SECONDS)
    assert "Traceback" not in log.read_text()
    database.close()


@pytest.mark.postgres
def test_worker_line_carries_what_web_processes_took(
    postgres_url: str, lone_studio: tuple[str, str], tmp_path: Path
) -> None:
    place = Place(postgres_url, f"file://{tmp_path / 'chunks'}")
    database, store = place.open()
    database.upgrade()
    platform = furnish(store, *lone_studio)
    title, data = "By the worker line", os.urandom(300_000)
    upload_id = receive(store, place.chunks_url, platform, title, data)
    log = tmp_path / "worker.log"

    worker = honcho("worker", settings(place, 1, "own"), tmp_path)

    with ended(worker):
        arrived(store, upload_id, log)
        check_once(store, lone_studio[0], title, data)
        assert list((tmp_path / "chunks").iterdir()) == []
        worker.send_signal(signal.SIGTERM)
        worker.wait(_STOP_SECONDS)
    assert "Carrying uploads to Studio" in log.read_text()
    assert "Traceback" not in log.read_text()
    database.close()
