"""Everything around uploads on their way to Studio, with a Studio in memory: what tests of the carrying share."""

from __future__ import annotations

import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from lti.errors import NotAllowed
from lti.media import NewUpload, Receiving, UploadDesk, UploadRules, Worker
from lti.media.carrying import Carrier
from lti.media.claims import Claims
from lti.media.housekeeping import Housekeeping
from lti.model import ApiKey, Platform, StudioAccount, StudioSettings, Upload, UploadState, Viewer
from lti.remote import StudioCollection
from lti.store import ChunkStore, Database, SecretBox, Store, open_chunks, open_database
from tests.unit.media.conftest import SECRETS, TEACHER, Clock
from tests.unit.media.fake_studio import FakeStudio

S = UploadState
DATA = os.urandom(300_000)
SRT = b"1\n00:00:01,000 --> 00:00:02,000\nHola\n"
LEASE = 60.0


class Killed(BaseException):
    """SIGKILL, as far as one process can play it: nothing of ours runs after it."""


@dataclass
class Desk:
    """Everything around uploads, with a Studio in memory."""

    store: Store
    database: Database
    chunks: ChunkStore
    folder: Path
    studio: FakeStudio
    clock: Clock
    platform: Platform

    def __post_init__(self) -> None:
        self.limit()
        self.uploads = UploadDesk(self.store, self.chunks, self.clock)

    def target(self, viewer: Viewer, platform: Platform, collection_id: str) -> StudioCollection:
        """Find a collection that Tilda may put media into (a ``Targets``)."""
        if collection_id not in self.studio.collections:
            raise NotAllowed("not one for this person")
        return StudioCollection(collection_id, f"Collection {collection_id}", "shared")

    def limit(self, **quota: int) -> None:
        """Say how much one person may have on its way."""
        rules = UploadRules(frozenset({"mp4"}), 10**9, **quota)
        self.receiving = Receiving(self.store, self.chunks, rules, self.clock, self)

    def receive(self, *languages: str, data: bytes = DATA, **more: Any) -> str:
        new = NewUpload("rivers.mp4", "video/mp4", len(data), "Rivers", "About rivers.", **more)
        upload, _ = self.receiving.create(TEACHER, self.platform, new)
        for language in languages:
            self.uploads.add_caption(
                TEACHER, self.platform, upload.id, language=language, filename="c.srt", content=SRT
            )
        self.receiving.receive(TEACHER, self.platform, upload.id, offset=0, source=BytesIO(data), size=len(data))
        return upload.id

    def claims(self) -> Claims:
        return Claims(self.store, seconds=LEASE, most=4)

    def carrier(self) -> Carrier:
        return Carrier(self.store, self.chunks, self.studio, self.clock)

    def work(self) -> None:
        """Let a worker do what there is to do now."""
        housekeeping = Housekeeping(self.store, self.chunks, self.clock)
        worker = Worker(self.claims(), self.carrier(), housekeeping, threads=1)
        while worker.once():
            pass

    def work_until_ended(self, upload_id: str, most: int = 60) -> Upload:
        for _ in range(most):
            self.work()
            upload = self.find(upload_id)
            if upload.state in {S.READY, S.FAILED, S.CANCELLED}:
                return upload
            self.clock.pass_(LEASE + 1)
        raise AssertionError(f"it does not end: {self.find(upload_id)}")

    def find(self, upload_id: str) -> Upload:
        found = self.store.uploads.find(upload_id)
        assert found is not None
        return found

    def left(self) -> list[Path]:
        """List what lies in the chunk store."""
        return list(self.folder.iterdir()) if self.folder.exists() else []

    def check_arrived(self, data: bytes = DATA, languages: tuple[str, ...] = ()) -> None:
        (media,) = self.studio.media.values()
        assert media.data == data
        assert sorted(language for _, language, _ in media.captions) == sorted(languages)
        assert self.left() == []


def make(url: str, tmp_path: Path) -> tuple[Database, Desk]:
    database, clock = open_database(url), Clock()
    database.upgrade()
    store = Store(database, SecretBox(SECRETS), clock)
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
    studio = StudioSettings("studio.test", ApiKey("1", "key secret"), StudioAccount.OWN)
    store.institutions.save_studio(platform.id, studio)
    folder = tmp_path / "chunks"
    return database, Desk(store, database, open_chunks(f"file://{folder}"), folder, FakeStudio(), clock, platform)
