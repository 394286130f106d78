"""A sandbox Studio in this process, a clock that tests turn, and people with tokens."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.common.grants import AccessToken, Asked
from sandbox.media.clips import ClipStore
from sandbox.studio.app import create_studio
from sandbox.studio.config import StudioConfig
from sandbox.studio.faults import Faults
from sandbox.studio.seed import build_world
from sandbox.studio.world import World
from tests.unit.sandbox.rest.conftest import Clock

CLOCK, MACHINE, SOUND, YOUTUBE, FAILED, UNDER_WAY = 260101, 260102, 260105, 260108, 260110, 260111
COLLEAGUES, NAMELESS_ONE, PRIVATE, SAMS = 260113, 260114, 260115, 260116
SRT = "1\n00:00:01,000 --> 00:00:02,000\nHello\n"


@dataclass
class Studio:
    """The app, what it knows, and short ways to ask it."""

    app: Flask
    config: StudioConfig
    world: World
    faults: Faults
    clock: Clock
    tokens: dict[int, AccessToken] = field(default_factory=dict)

    def token(self, user: int) -> AccessToken:
        """Grant a token without the dance."""
        asked = Asked(self.config.key_id, "x", (), None, None, user)
        seconds = self.faults.behaviour.access_token_seconds
        return self.world.grants.issue(asked, self.clock() + timedelta(seconds=seconds), replace=False)

    def call(self, user: int | None, method: str, path: str, **options: Any) -> TestResponse:
        """Call the API as a person; with None, as nobody."""
        headers = dict(options.pop("headers", {}))
        if user is not None:
            if user not in self.tokens:
                self.tokens[user] = self.token(user)
            headers["Authorization"] = f"Bearer {self.tokens[user].access}"
        return self.app.test_client().open(f"/api/public/v1{path}", method=method, headers=headers, **options)

    def get(self, user: int | None, path: str, **options: Any) -> TestResponse:
        return self.call(user, "GET", path, **options)

    def post(self, user: int | None, path: str, **options: Any) -> TestResponse:
        return self.call(user, "POST", path, **options)

    def send_captions(self, user: int, media: int, language: str, text: str = SRT, name: str = "a.srt") -> TestResponse:
        part = (io.BytesIO(text.encode()), name)
        return self.post(user, f"/media/{media}/caption_files?srclang={language}", data={"caption_file": part})

    def browser(self, user: int | None = None) -> FlaskClient:
        """Give a browser, logged in as a person."""
        client = self.app.test_client()
        if user is not None:
            assert client.post("/login", data={"user": user}).status_code == 303
        return client


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> ClipStore:
    return ClipStore(tmp_path_factory.mktemp("clips"))


def make_studio(folder: Path, clips_dir: Path | None = None, **config: Any) -> Studio:
    clock = Clock()
    known = StudioConfig(clips_dir=clips_dir or folder / "clips", uploads_dir=folder / "studio", **config)
    world = build_world(known, clock)
    faults = Faults(clock=clock)
    app = create_studio(known, world, faults)
    app.testing = True
    return Studio(app, known, world, faults, clock)


@pytest.fixture
def studio(tmp_path: Path, clips: ClipStore) -> Studio:
    return make_studio(tmp_path, clips.folder)


def ids(answer: TestResponse, name: str = "media") -> list[int]:
    body = answer.json
    assert body is not None
    assert answer.status_code == 200, body
    return [each["id"] for each in body[name]]
