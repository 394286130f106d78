"""Cuedeck, put together: every part is built here, once, and handed what it needs. Nothing is global.

``create_app`` touches no table: migrations are a step of their own (the Procfile's ``release``), and ``prepare``, which
gunicorn calls once before its workers start, does what a new installation needs.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from flask import Flask

from config import limits
from config.canvas import tool_configuration
from config.measuring import share_counts
from config.settings import Settings
from lti.media import (
    Administration,
    AutoCaptions,
    CanvasConnection,
    CaptionCare,
    Captioning,
    CaptioningAccess,
    Carrier,
    Checks,
    Claims,
    CourseReport,
    Embedding,
    Erasing,
    FreshItems,
    HandingIn,
    Housekeeping,
    Importing,
    Library,
    Receiving,
    Recordings,
    StudioAccess,
    StudioCollections,
    StudioConnection,
    StudioEmbedding,
    StudioKeeping,
    StudioLibrary,
    StudioReport,
    StudioUploading,
    UploadDesk,
    Watching,
    Worker,
)
from lti.media.access import CanvasAccess
from lti.media.checks import CanvasKeyChecks, InstallationChecks, StudioChecks
from lti.meter import Meter
from lti.protocol import pkce
from lti.protocol.launch import LaunchVerifier
from lti.protocol.platform_keys import PlatformKeys, read_key_set
from lti.protocol.signing import SigningKeys
from lti.protocol.states import States
from lti.protocol.tokens import Tokens
from lti.remote import Bulkheads, CanvasOAuth, Http, Registrations, StudioOAuth, fetch_key_set, make_client
from lti.store import Database, SecretBox, Store, open_chunks, open_database
from lti.web import (
    application,
    captioning_commands,
    commands,
    doctor_command,
    invitation_commands,
    logs,
    privacy_commands,
    reporting,
    studio_commands,
    worker_command,
)
from lti.web.assets import Assets
from lti.web.localization import Localizations
from lti.web.pages import Pages
from lti.web.parts import Parts
from lti.web.registering import Registering

HERE = Path(__file__).parent
_WORKER = "cuedeck worker"
_Measuring = tuple[Meter, Callable[[Store, Callable[[], datetime]], bytes]]  # what is told, and what writes it out
_CHECK_SECONDS = 5.0  # for one answer, on the check page


def utc_now() -> datetime:
    """Give the time, as every part takes it."""
    return datetime.now(UTC)


def create_app(
    settings: Settings | None = None, *, http: Http | None = None, clock: Callable[[], datetime] = utc_now
) -> Flask:
    """Build the application.

    :param settings: from the environment where none are given.
    :param http: the way out to Canvas; tests bring their own.
    :param clock: gives the time, aware, in UTC.
    :raises ConfigurationError: if a setting is missing or wrong, or a view declares no audience.
    """
    settings = settings or Settings.from_environ(os.environ)
    logs.configure(settings.log_level, as_json=settings.log_json)
    meter, write = _build_meter(settings)
    database, store = _open_store(settings, clock, meter)
    keys = SigningKeys(store.keys, clock)
    checks = _build_checks(settings, store, keys, http, clock)
    # Who registers names the hosts that are asked then: these must not lead into our own network.
    client = partial(
        make_client,
        timeout=settings.outgoing_timeout,
        insecure_hosts=settings.insecure_hosts,
        meter=meter,
        bulkheads=Bulkheads(),
    )
    public = http or client(public_only=True)
    http = http or client()
    parts = _build_parts(settings, database, store, keys, http, public, checks, clock, (meter, write))
    app = application.build(parts, proxies=settings.proxies)
    commands.register(app, store, keys, database.upgrade, settings.insecure_hosts)
    invitation_commands.register(app, store, settings.base_url, clock)
    doctor_command.register(app, store, checks)
    studio_commands.register(app, store, parts.administration, checks)
    captioning_commands.register(app, store, parts.captioning, parts.administration)
    chunks = open_chunks(settings.chunks_url, endpoint=settings.chunks_endpoint)
    privacy_commands.register(app, store, Erasing(store, chunks, parts.connection.give_back))
    app.extensions[_WORKER] = worker = _build_worker(settings, store, public, clock, meter)
    worker_command.register(app, worker)
    return app


def uploads_worker(app: Flask) -> Worker:
    """Give what carries uploads to Studio, not started."""
    worker: Worker = app.extensions[_WORKER]
    return worker


def prepare(settings: Settings) -> None:
    """Do what must be done once before serving: the tables of a SQLite file, and the first signing key.

    A shared database is migrated by the release step instead, so that no host changes it while others still run the
    version before; its signing key is made by the first need.

    :raises StorageUnavailable: when the database does not answer.
    """
    database, store = _open_store(settings, utc_now, Meter())
    try:
        if settings.database_url.startswith("sqlite"):
            database.upgrade()
        if database.ready():
            SigningKeys(store.keys, utc_now).ensure()
    finally:
        database.close()


def _open_store(settings: Settings, clock: Callable[[], datetime], meter: Meter) -> tuple[Database, Store]:
    database = open_database(settings.database_url)
    return database, Store(database, SecretBox(settings.secret_keys), clock, meter)


def _build_meter(settings: Settings) -> _Measuring:
    if settings.metrics_token is None:
        return Meter(), lambda store, clock: b""
    share_counts(settings)
    # Only now: prometheus-client looks at once whether counts are shared.
    from lti.web.metering import PrometheusMeter

    meter = PrometheusMeter()
    return meter, meter.write


def _build_worker(
    settings: Settings, store: Store, public: Http, clock: Callable[[], datetime], meter: Meter
) -> Worker:
    chunks = open_chunks(settings.chunks_url, endpoint=settings.chunks_endpoint)
    access = StudioAccess(store, public, StudioOAuth(public, clock, settings.insecure_hosts), clock)
    return Worker(
        Claims(store),
        Carrier(store, chunks, StudioUploading(store, access), clock),
        Housekeeping(store, chunks, clock, history=timedelta(days=settings.history_days), meter=meter),
    )


def _build_parts(
    settings: Settings,
    database: Database,
    store: Store,
    keys: SigningKeys,
    http: Http,
    public: Http,
    checks: Checks,
    clock: Callable[[], datetime],
    measuring: _Measuring,
) -> Parts:
    oauth = CanvasOAuth(http, clock)
    tokens = Tokens(settings.secret_keys, settings.base_url, clock)
    assets = Assets(HERE / "lti" / "web" / "static")
    icon_url = f"{settings.base_url}{assets.lasting_address('img/icon.svg')}"
    chunks = open_chunks(settings.chunks_url, endpoint=settings.chunks_endpoint)
    platform_keys = PlatformKeys(partial(fetch_key_set, http), clock, busy_with=http.busy_with)
    # Administrators name the Studio's host: it must not lead into our own network.
    studio_oauth = StudioOAuth(public, clock, settings.insecure_hosts)
    studio_access = StudioAccess(store, public, studio_oauth, clock)
    collections = StudioCollections(studio_access)
    embedding = Embedding(store, tokens, clock, StudioEmbedding(studio_access))
    watching = Watching(
        store,
        http,
        oauth,
        tokens,
        clock,
        studio_access,
        source_seconds=settings.source_seconds,
        caption_seconds=settings.caption_seconds,
    )
    localizations = Localizations(HERE / "lti/web/translations")
    return Parts(
        base_url=settings.base_url,
        session_seconds=settings.session_seconds,
        caption_seconds=settings.caption_seconds,
        tool_configuration=partial(
            tool_configuration, settings.base_url, icon_url, translated=localizations.everywhere
        ),
        clock=clock,
        database_ready=database.ready,
        meter=measuring[0],
        report=reporting.reporter(settings.sentry_dsn),
        metrics_token=settings.metrics_token,
        scrape=partial(measuring[1], store, clock),
        store=store,
        verifier=LaunchVerifier(
            store.platforms.find, platform_keys, clock, store.platforms.pin_deployment, settings.base_url
        ),
        states=States(settings.secret_keys, settings.base_url, clock),
        keys=keys,
        tokens=tokens,
        limits=limits.rate_limits(settings),
        connection=CanvasConnection(store, oauth, settings.base_url, clock, pkce.make),
        studio_connection=StudioConnection(store, public, studio_oauth, settings.base_url),
        library=Library(store, http, oauth, tokens, clock, page_size=settings.page_size),
        caption_limits=(caption_limits := limits.caption_limits(settings)),
        course_report=CourseReport(store, http, oauth, tokens, clock, caption_limits),
        studio_report=StudioReport(store, studio_access, tokens, clock, caption_limits),
        studio_library=StudioLibrary(store, studio_access, tokens, clock, page_size=settings.page_size),
        keeping=StudioKeeping(store, studio_access, tokens),
        caption_care=CaptionCare(store, CanvasAccess(store, http, oauth, clock), studio_access, tokens, clock),
        embedding=embedding,
        handing_in=HandingIn(embedding, watching.look_up),
        watching=watching,
        administration=Administration(store, settings.insecure_hosts),
        checks=checks,
        captioning=Captioning(store, CaptioningAccess(store, public, studio_oauth, clock), caption_limits),
        registering=Registering(
            store,
            Registrations(public),
            clock,
            base_url=settings.base_url,
            icon_url=icon_url,
            open_hosts=settings.registration_hosts,
        ),
        receiving=Receiving(store, chunks, limits.upload_rules(settings), clock, collections),
        collections=collections,
        uploads=UploadDesk(store, chunks, clock),
        recordings=Recordings(store, chunks, tokens, clock, limits.recording_limits(settings)),
        auto_captions=AutoCaptions(store),
        importing=Importing(store, studio_access),
        fresh_items=FreshItems(store, studio_access, tokens),
        localizations=localizations,
        assets=assets,
        pages=Pages(HERE / "templates", assets.address),
    )


def _build_checks(
    settings: Settings, store: Store, keys: SigningKeys, http: Http | None, clock: Callable[[], datetime]
) -> Checks:
    """Put the check page's checks together: with ways out that are not waited for long, for somebody looks on."""
    seconds = min(_CHECK_SECONDS, settings.outgoing_timeout)
    client = partial(make_client, timeout=seconds, insecure_hosts=settings.insecure_hosts)
    quick = http or client()
    oauth = CanvasOAuth(quick, clock)
    installation = InstallationChecks(
        quick, settings.base_url, clock, lambda: [key["kid"] for key in keys.jwks()["keys"]], read_key_set
    )
    canvas_key = CanvasKeyChecks(
        quick,
        oauth,
        CanvasAccess(store, quick, oauth, clock),
        f"{settings.base_url}/connect/canvas/callback",
        lambda: pkce.make()[1],
    )
    # Administrators name the Studio's host: it must not lead into our own network.
    outside = http or client(public_only=True)
    studio = StudioChecks(outside, StudioOAuth(outside, clock, settings.insecure_hosts), store, clock)
    return Checks([*installation.all(), *canvas_key.all(), *studio.all()])
