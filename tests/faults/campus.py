"""A whole campus in this process: the tool, a sandbox Canvas and a sandbox Studio, and the people between them."""

from __future__ import annotations

import contextlib
import dataclasses
import io
import logging
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from flask import Flask

from app import create_app, prepare, uploads_worker
from config.settings import Settings
from lti.model import ApiKey, GrantService, Platform, StudioAccount, StudioSettings
from lti.remote import make_client
from lti.store import Database, SecretBox, Store, open_database
from lti.store.schema import metadata
from sandbox.canvas.app import create_canvas
from sandbox.canvas.config import CanvasConfig
from sandbox.canvas.scopes import ALL_SCOPES
from sandbox.canvas.seed import build_world
from sandbox.canvas.tool import DEPLOYMENT_ID, ToolShelf
from sandbox.canvas.world import World as CanvasWorld
from sandbox.common.grants import Asked
from sandbox.media.clips import ClipStore
from sandbox.studio.app import create_studio
from sandbox.studio.config import StudioConfig
from sandbox.studio.seed import build_world as build_studio_world
from sandbox.studio.world import World as StudioWorld
from tests.conformance.tool import Clock
from tests.faults.wire import Front, Line, Service
from tests.support.person import ADA, NOOR, SAM, TILDA, Person, ToolPage

TOOL, CANVAS, STUDIO = "http://localhost:8000", "http://127.0.0.1:8001", "http://127.0.0.1:8002"
AT_STUDIO = {TILDA: 8101, SAM: 8102, ADA: 8103}
STELLA = 8190
# One half of the people read Spanish, the other German: what they are told is compared with the catalogues.
LANGUAGES = {TILDA: "es", SAM: "de", ADA: "de", NOOR: "es"}
_SECRET = "the secret of a tool that only these tests know"
_LONG = timedelta(hours=6)
_SESSION_SECONDS = 12 * 3600
_STALE = timedelta(hours=8)


@dataclass
class Campus:
    """Everything, and the hands that journeys need."""

    app: Flask
    canvas: Flask
    studio: Flask
    line: Line
    clock: Clock
    store: Store
    database: Database
    config: CanvasConfig
    studio_config: StudioConfig
    front: Front
    log: io.StringIO
    file: Path  # of the database
    people: dict[int, Person] = field(default_factory=dict)
    pages: dict[tuple[Any, ...], tuple[datetime, ToolPage]] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)  # what journeys keep from one cell to the next

    @property
    def platform(self) -> Platform:
        """The registered Canvas."""
        return self.store.platforms.all()[0]

    @property
    def canvas_world(self) -> CanvasWorld:
        """What the Canvas knows."""
        world: CanvasWorld = self.canvas.extensions["world"]
        return world

    @property
    def studio_world(self) -> StudioWorld:
        """What the Studio knows."""
        world: StudioWorld = self.studio.extensions["world"]
        return world

    def be(self, number: int) -> Person:
        """Give somebody, logged in to Canvas."""
        if number not in self.people:
            self.people[number] = self.newcomer(number)
        return self.people[number]

    def newcomer(self, number: int) -> Person:
        """Give somebody at a browser of their own."""
        browser = httpx.Client(transport=self.front, headers={"Accept-Language": LANGUAGES.get(number, "en")})
        return Person(canvas=CANVAS, tool=TOOL, number=number, http=browser)

    def picker(self, number: int = TILDA, place: str = "courses/17") -> ToolPage:
        """Give the picker of somebody who is connected to both catalogues."""
        self.connect(number)
        return self.page((number, place), lambda: self.be(number).press_button(place))

    def opened(self, number: int, path: str) -> ToolPage:
        """Give the page that a menu's entry opens, of somebody who is connected."""
        self.connect(number)
        person = self.be(number)
        return self.page((number, path), lambda: person.tool_page(person.follow(person.http.get(f"{CANVAS}{path}"))))

    def page(self, key: tuple[Any, ...], launch: Callable[[], ToolPage]) -> ToolPage:
        """Give a page that was opened before, or open it: not one whose session may end under the test."""
        found = self.pages.get(key)
        if found is None or self.clock() - found[0] > _STALE:
            page = launch()
            assert page.answer.status_code == 200, page.answer.text
            self.pages[key] = found = self.clock(), page
        return found[1]

    def connect(self, number: int) -> None:
        """See that somebody's consents are there, without the dance."""
        self.connect_service()
        subject = self.canvas_world.people[number].lti_uuid
        self._consent(subject, GrantService.CANVAS, number, self.canvas_world.grants, self.config.api_client_id)
        if number in AT_STUDIO:
            grants = self.studio_world.grants
            self._consent(subject, GrantService.STUDIO, AT_STUDIO[number], grants, self.studio_config.key_id)

    def connect_service(self) -> None:
        """See that the service account at Studio is there."""
        grants = self.studio_world.grants
        self._consent("", GrantService.STUDIO_SERVICE, STELLA, grants, self.studio_config.key_id)

    def age(self, number: int, service: GrantService) -> None:
        """Have an access token's hour end for us, so that the next call renews it."""
        subject = self.canvas_world.people[number].lti_uuid
        grant = self.store.grants.get(self.platform.id, subject, service)
        assert grant is not None
        self.store.grants.save(
            self.platform.id, subject, service, account_id=grant.account_id, access_token=grant.access_token,
            refresh_token=grant.refresh_token, expires_at=self.clock(),
        )  # fmt: skip

    def account(self, account: StudioAccount) -> None:
        """Say which account acts at Studio."""
        key = ApiKey(self.studio_config.key_id, self.studio_config.key_secret)
        host = STUDIO.partition("://")[2]
        settings = StudioSettings(host, key, account)
        if self.store.institutions.get(self.platform.id).studio != settings:
            self.store.institutions.save_studio(self.platform.id, settings)
            self.clock.forward(6)  # institutions are remembered for five seconds

    def work(self) -> None:
        """Carry uploads on until there is nothing to do now."""
        worker = uploads_worker(self.app)
        for _ in range(20):
            if not worker.once():
                return
        raise AssertionError("the worker does not come to an end")

    def tables(self) -> dict[str, int]:
        """Give what is kept, as one number for each table."""
        with contextlib.closing(sqlite3.connect(self.file)) as connection:
            return {
                table.name: hash(tuple(connection.execute(f"SELECT * FROM {table.name}")))
                for table in metadata.sorted_tables
            }

    def forget(self, table: str) -> None:
        """Empty a table."""
        with self.database.engine.begin() as connection:
            connection.execute(metadata.tables[table].delete())

    def secrets(self) -> set[str]:
        """Give every secret that there is: of the settings, and whatever went over the line."""
        known = {_SECRET, self.config.api_secret, self.studio_config.key_secret, self.studio_config.captioning_token}
        return known | self.line.secrets

    def _consent(self, subject: str, service: GrantService, account: int, grants: Any, client: str) -> None:
        grant = self.store.grants.get(self.platform.id, subject, service)
        if grant is not None and grant.expires_at > self.clock() + timedelta(minutes=5):
            row = grants.find(grant.access_token)
            if row is not None and not row.revoked:
                return
        until: datetime = self.clock() + _LONG
        scopes = tuple(sorted(ALL_SCOPES)) if service is GrantService.CANVAS else ()
        token = grants.issue(Asked(client, "x", scopes, None, None, account), until, replace=False)
        self.line.secrets.update({token.access, token.refresh})
        self.store.grants.save(
            self.platform.id, subject, service, account_id=str(account), access_token=token.access,
            refresh_token=token.refresh, expires_at=until,
        )  # fmt: skip


@contextlib.contextmanager
def a_campus(folder: Path) -> Iterator[Campus]:
    """Build it all; the tool's log is kept to be looked through."""
    clock = Clock(still=True)
    config = CanvasConfig(tool_url=TOOL, studio_url=STUDIO, clips_dir=folder / "clips", extra_media=40)
    studio_config = StudioConfig(clips_dir=folder / "clips", uploads_dir=folder / "studio")
    world = build_world(
        ClipStore(config.clips_dir), config.extra_media, clock,
        api_client_id=config.api_client_id, api_secret=config.api_secret, redirect_uris=(config.consent_return,),
    )  # fmt: skip
    for number, language in LANGUAGES.items():
        world.people[number] = dataclasses.replace(world.people[number], locale=language)
    canvas = create_canvas(config, world)
    studio = create_studio(studio_config, build_studio_world(studio_config, clock))
    for name, value in {"transcoding_seconds": 0.0, "check_uploads": False}.items():
        setattr(studio.extensions["faults"].behaviour, name, value)
    for name, value in {"throttle_limit": 1e12, "throttle_capacity": 1e12}.items():
        setattr(canvas.extensions["faults"].behaviour, name, value)
    services: dict[str, Service] = {
        "127.0.0.1:8001": Service("Canvas", canvas),
        "127.0.0.1:8002": Service("Studio", studio),
    }
    line = Line(services, clock)
    environ = _environment(folder)
    settings = Settings.from_environ(environ)
    prepare(settings)
    database = open_database(settings.database_url)
    store = Store(database, SecretBox(settings.secret_keys), clock)
    http = make_client(
        timeout=10,
        insecure_hosts=settings.insecure_hosts,
        transport=line,
        sleep=lambda seconds: None,
        ticks=lambda: 0.0,
    )
    handlers, level = logging.root.handlers[:], logging.root.level
    log = io.StringIO()
    with contextlib.redirect_stdout(log):
        app = create_app(settings, http=http, clock=clock)
        services["localhost:8000"] = Service("Cuedeck", app)
        front = Front(services)
        canvas.extensions["lti_platform"].tools = ToolShelf(
            config.config_url,
            config.client_id,
            fetch=_configuration(front),
            beside=canvas.extensions["lti_platform"].tools._beside,
        )
        made = Campus(
            app, canvas, studio, line, clock, store, database, config, studio_config, front, log, folder / "cuedeck.db"
        )
        _register(made)
        try:
            yield made
        finally:
            logging.root.handlers, logging.root.level = handlers, level
            for person in made.people.values():
                person.close()
            http.close()
            database.close()


def _environment(folder: Path) -> Mapping[str, str]:
    rates = ("PERSON_CALLS", "PERSON_LAUNCHES", "INSTITUTION_CALLS", "INSTITUTION_LAUNCHES", "INSTITUTION_LOGINS")
    return {
        "CUEDECK_URL": TOOL,
        "CUEDECK_INSECURE_HOSTS": "localhost,127.0.0.1",
        "CUEDECK_SECRET_KEYS": _SECRET,
        "DATABASE_URL": f"sqlite:///{folder / 'cuedeck.db'}",
        "CUEDECK_CHUNKS": f"file://{folder / 'chunks'}",
        "CUEDECK_WORKER": "own",
        "CUEDECK_SESSION_SECONDS": str(_SESSION_SECONDS),
        **{f"CUEDECK_{name}": "0" for name in rates},
    }


def _configuration(front: Front) -> Callable[[str], Any]:
    """Read the tool's configuration as an administrator could have pasted it: with its key instead of an address."""

    def fetch(url: str) -> Any:
        with httpx.Client(transport=front) as client:
            config = client.get(url).raise_for_status().json()
            keys = client.get(config.pop("public_jwk_url")).raise_for_status().json()["keys"]
        return {**config, "public_jwk": keys[0]}

    return fetch


def _register(campus: Campus) -> None:
    config = campus.config
    campus.store.platforms.add(
        issuer=config.issuer,
        client_id=config.client_id,
        authorization_url=f"{CANVAS}/api/lti/authorize_redirect",
        token_url=f"{CANVAS}/login/oauth2/token",
        jwks_url=f"{CANVAS}/api/lti/security/jwks",
        canvas_url=CANVAS,
        canvas_key=ApiKey(config.api_client_id, config.api_secret),
        deployments=[DEPLOYMENT_ID],
        trust_deployments=False,
    )
    campus.account(StudioAccount.OWN)
