"""The school of these tests with a Studio: the sandbox's, in this process, reached by our real client."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
from flask import Flask

from lti.media import StudioAccess, StudioConnection
from lti.model import ApiKey, GrantService, Platform, Role, StudioAccount, StudioSettings
from lti.remote import Http, StudioOAuth, make_client
from lti.store import Store
from sandbox.common.grants import Asked
from sandbox.studio.app import create_studio
from sandbox.studio.config import StudioConfig
from sandbox.studio.faults import Faults
from sandbox.studio.seed import build_world
from sandbox.studio.world import World
from tests.unit.media.conftest import Clock, School, no_waiting, viewer

TILDA, SAM, ADA, THEO, STELLA = 8101, 8102, 8103, 8104, 8190
OURS = "http://localhost:8000"  # as the sandbox's developer key knows us
HOST = "127.0.0.1:8002"
TEACHER = dataclasses.replace(viewer("tilda", Role.TEACHER, course="17"), email="Tilda@School.example")
STUDENT = dataclasses.replace(viewer("sam", Role.LEARNER, user="2", course="17"), email="sam@school.example")
ADMINISTRATOR = dataclasses.replace(viewer("ada", Role.ADMINISTRATOR, user="3"), email="ada@school.example")


@dataclass
class StudioSchool:
    """What the tests act on, and look at."""

    app: Flask
    config: StudioConfig
    world: World
    faults: Faults
    clock: Clock
    store: Store
    platform: Platform
    http: Http
    oauth: StudioOAuth
    connection: StudioConnection
    access: StudioAccess
    asked: list[str]  # what went out: method and path

    def use(self, account: StudioAccount, host: str = HOST) -> None:
        """Say which account acts."""
        key = ApiKey(self.config.key_id, self.config.key_secret)
        self.store.institutions.save_studio(self.platform.id, StudioSettings(host, key, account))

    def grant(self, user: int, subject: str | None, seconds: float = 7200) -> None:
        """Give a consent without the dance; for None the service account's."""
        asked = Asked(self.config.key_id, "x", (), None, None, user)
        token = self.world.grants.issue(asked, self.clock() + timedelta(seconds=seconds), replace=False)
        self.store.grants.save(
            self.platform.id,
            subject or "",
            GrantService.STUDIO if subject else GrantService.STUDIO_SERVICE,
            account_id=str(user),
            access_token=token.access,
            refresh_token=token.refresh,
            expires_at=self.clock() + timedelta(seconds=seconds),
        )

    def kept(self, subject: str | None) -> str | None:
        """Tell whose account a consent opens."""
        service = GrantService.STUDIO if subject else GrantService.STUDIO_SERVICE
        found = self.store.grants.get(self.platform.id, subject or "", service)
        return found.account_id if found else None

    def consent(self, address: str, user: int, decision: str = "allow") -> dict[str, str]:
        """Answer Studio's page as a person there: gives what comes back to us."""
        browser = self.app.test_client()
        assert browser.post("/login", data={"user": user}).status_code == 303
        parts = urlsplit(address)
        page = browser.get(f"{parts.path}?{parts.query}")
        number = re.search(r'name="request" value="(\w+)"', page.text)
        assert number, page.text
        answer = browser.post(parts.path, data={"request": number[1], "decision": decision})
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    def went_out(self) -> list[str]:
        """Give the calls since the last time."""
        made, self.asked[:] = list(self.asked), []
        return made


class _Noting(httpx.WSGITransport):
    def __init__(self, app: Flask, asked: list[str]) -> None:
        super().__init__(app=app)
        self._asked = asked

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._asked.append(f"{request.method} {request.url.path.removeprefix('/api/public')}")
        return super().handle_request(request)


@contextmanager
def studio_beside(school: School, folder: Path) -> Iterator[StudioSchool]:
    """Put a Studio beside the school's Canvas; each person's own account acts."""
    config = StudioConfig(clips_dir=folder / "clips", uploads_dir=folder / "studio")
    world = build_world(config, school.clock)
    faults = Faults(clock=school.clock)
    app = create_studio(config, world, faults)
    asked: list[str] = []
    insecure = frozenset({"127.0.0.1"})
    http = make_client(timeout=5, insecure_hosts=insecure, transport=_Noting(app, asked), sleep=no_waiting)
    oauth = StudioOAuth(http, school.clock, insecure)
    made = StudioSchool(
        app, config, world, faults, school.clock, school.store, school.platform, http, oauth,
        StudioConnection(school.store, http, oauth, OURS),
        StudioAccess(school.store, http, oauth, school.clock),
        asked,
    )  # fmt: skip
    made.use(StudioAccount.OWN)
    yield made
    http.close()
