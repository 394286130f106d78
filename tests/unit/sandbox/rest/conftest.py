"""A sandbox Canvas of three blueprints, a clock that tests turn, and people with tokens."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.canvas.api import api_blueprint
from sandbox.canvas.faults import Faults
from sandbox.canvas.kaltura import kaltura_blueprint
from sandbox.canvas.oauth import oauth_blueprint
from sandbox.canvas.scopes import ALL_SCOPES
from sandbox.canvas.seed import API_CLIENT_ID, build_world
from sandbox.canvas.session import log_in
from sandbox.canvas.world import World
from sandbox.common.grants import AccessToken, Asked
from sandbox.media.clips import ClipStore

SECRET = "the secret of the API key"


@dataclass
class Clock:
    """A clock that stands still until it is turned."""

    time: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def turn(self, seconds: float) -> None:
        self.time += timedelta(seconds=seconds)


@dataclass
class Canvas:
    """The app, what it knows, and short ways to ask it."""

    app: Flask
    world: World
    faults: Faults
    clock: Clock
    clips: ClipStore
    tokens: dict[int, AccessToken] = field(default_factory=dict)

    def token(self, person: int, scopes: Iterable[str] = ALL_SCOPES) -> AccessToken:
        """Grant a token without the dance."""
        asked = Asked(API_CLIENT_ID, "x", tuple(scopes), None, None, person)
        return self.world.grants.issue(asked, self.clock() + timedelta(hours=1), replace=False)

    def call(self, person: int | None, method: str, path: str, **options: Any) -> TestResponse:
        """Call the API as a person; with None, as nobody."""
        headers = dict(options.pop("headers", {}))
        if person is not None:
            if person not in self.tokens:
                self.tokens[person] = self.token(person)
            headers["Authorization"] = f"Bearer {self.tokens[person].access}"
        return self.app.test_client().open(path, method=method, headers=headers, **options)

    def get(self, person: int | None, path: str, **options: Any) -> TestResponse:
        return self.call(person, "GET", path, **options)

    def put(self, person: int | None, path: str, **options: Any) -> TestResponse:
        return self.call(person, "PUT", path, **options)

    def browser(self, person: int | None = None) -> FlaskClient:
        """Give a browser, logged in as a person."""
        client = self.app.test_client()
        if person is not None:
            assert client.get(f"/be/{person}").status_code == 200
        return client


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> ClipStore:
    return ClipStore(tmp_path_factory.mktemp("clips"))


@pytest.fixture
def canvas(clips: ClipStore) -> Canvas:
    return make_canvas(clips)


def make_canvas(clips: ClipStore, extra_media: int = 0) -> Canvas:
    clock = Clock()
    world = build_world(clips, extra_media, clock, api_secret=SECRET)
    faults = Faults(clock=clock)
    app = Flask("sandbox.canvas")
    app.secret_key = "sessions"
    app.testing = True
    app.register_blueprint(api_blueprint(world, faults))
    app.register_blueprint(oauth_blueprint(world, faults))
    app.register_blueprint(kaltura_blueprint(world, clips))

    @app.get("/be/<int:person>")
    def be(person: int) -> Response:
        response = Response("you are")
        log_in(response, world.people[person])
        return response

    return Canvas(app, world, faults, clock, clips)


@pytest.fixture
def clips_folder(clips: ClipStore) -> Path:
    return clips.folder
