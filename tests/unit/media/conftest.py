"""A school with the fake Canvas, a real store on SQLite, and the product on top of both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from lti.media import (
    CanvasConnection,
    CaptionCare,
    CourseReport,
    Embedding,
    Library,
    StudioAccess,
    StudioEmbedding,
    Watching,
)
from lti.media.access import CanvasAccess
from lti.model import ApiKey, Embed, GrantService, Platform, Role, Viewer
from lti.protocol import pkce
from lti.protocol.tokens import Tokens
from lti.remote import CanvasOAuth, Http, StudioOAuth, make_client
from lti.store import SecretBox, Store, open_database
from tests.unit.media.fake import CANVAS, VTT, FakeCanvas, FakeMedia, FakeTrack

OURS = "https://tool.test"
SECRETS = ["a secret of the tests that is long enough"]


@dataclass
class Clock:
    """Stands still until it is moved."""

    now: datetime = field(default_factory=lambda: datetime(2026, 3, 1, 12, tzinfo=UTC))

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class School:
    canvas: FakeCanvas
    clock: Clock
    store: Store
    http: Http
    oauth: CanvasOAuth
    signer: Tokens
    platform: Platform
    library: Library
    report: CourseReport
    embedding: Embedding
    watching: Watching
    connection: CanvasConnection
    care: CaptionCare

    def connect(self, subject: str = "tilda", user: str = "1", seconds: float = 3600) -> None:
        """Give a person a grant."""
        access, refresh = self.canvas.connect(user)
        self.store.grants.save(
            self.platform.id,
            subject,
            GrantService.CANVAS,
            account_id=user,
            access_token=access,
            refresh_token=refresh,
            expires_at=self.clock() + timedelta(seconds=seconds),
        )

    def calls(self) -> list[str]:
        """Give the calls since the last time."""
        made, self.canvas.calls[:] = list(self.canvas.calls), []
        return made

    def embed(self, embed_id: str) -> Embed:
        embed = self.store.embeds.get(embed_id)
        assert embed is not None
        return embed


def no_waiting(_: float) -> None:
    """Patience of no time at all."""


@pytest.fixture
def school(migrated_url: str) -> Iterator[School]:
    canvas, clock = FakeCanvas(), Clock()
    database = open_database(migrated_url)
    store = Store(database, SecretBox(SECRETS), clock)
    http = make_client(timeout=5, transport=httpx.MockTransport(canvas), sleep=no_waiting)
    oauth = CanvasOAuth(http, clock)
    signer = Tokens(SECRETS, OURS, clock)
    platform = store.platforms.add(
        issuer="https://canvas.instructure.com",
        client_id="10000000000019",
        authorization_url="https://sso.test/api/lti/authorize_redirect",
        token_url="https://sso.test/login/oauth2/token",
        jwks_url="https://sso.test/api/lti/security/jwks",
        canvas_url=CANVAS,
        canvas_key=ApiKey("170", "key secret"),
        deployments=["1:abc"],
        trust_deployments=False,
    )
    studio = StudioAccess(store, http, StudioOAuth(http, clock, frozenset()), clock)
    yield School(
        canvas,
        clock,
        store,
        http,
        oauth,
        signer,
        platform,
        Library(store, http, oauth, signer, clock, page_size=30),
        CourseReport(store, http, oauth, signer, clock, page_size=30, ticks=lambda: clock().timestamp()),
        Embedding(store, signer, clock, StudioEmbedding(studio)),
        Watching(store, http, oauth, signer, clock, studio, source_seconds=600, caption_seconds=300, sleep=no_waiting),
        CanvasConnection(store, oauth, OURS, clock, pkce.make),
        CaptionCare(store, CanvasAccess(store, http, oauth, clock), studio, signer, clock),
    )
    http.close()
    database.close()


def viewer(
    subject: str | None = "tilda",
    *roles: Role,
    platform_id: int = 1,
    user: str | None = "1",
    course: str | None = "7",
    group: str | None = None,
) -> Viewer:
    return Viewer(
        platform_id=platform_id,
        deployment_id="1:abc",
        subject=subject,
        roles=frozenset(roles),
        locale="en",
        context_id="context",
        canvas_user_id=user,
        canvas_course_id=course,
        canvas_group_id=group,
    )


TEACHER = viewer("tilda", Role.TEACHER)
STUDENT = viewer("stu", Role.LEARNER, user="2")


def lecture(**more: object) -> FakeMedia:
    """A video with a Spanish, an automatic English and a still processing German track."""
    media = FakeMedia(
        "m-lecture",
        "Lecture one",
        tracks=[
            FakeTrack(11, "es", VTT.format("hola")),
            FakeTrack(12, "en", "1\n00:00:00,000 --> 00:00:01,000\nhello & welcome\n", asr=True),
            FakeTrack(13, "de", "", asr=True, workflow_state="processing"),
        ],
    )
    for name, value in more.items():
        setattr(media, name, value)
    return media
