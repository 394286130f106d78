"""What ``app.py`` builds once and the blueprints are handed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lti.captions.checks import Limits as CaptionLimits
from lti.media import (
    Administration,
    AutoCaptions,
    CanvasConnection,
    CaptionCare,
    Captioning,
    Checks,
    CourseReport,
    Embedding,
    FreshItems,
    HandingIn,
    Importing,
    Library,
    Receiving,
    Recordings,
    StudioCollections,
    StudioConnection,
    StudioKeeping,
    StudioLibrary,
    StudioReport,
    UploadDesk,
    Watching,
)
from lti.meter import Meter
from lti.protocol.installation import Placement
from lti.protocol.launch import LaunchVerifier
from lti.protocol.signing import SigningKeys
from lti.protocol.states import States
from lti.protocol.tokens import Tokens
from lti.store import Store
from lti.web.assets import Assets
from lti.web.limits import Limits
from lti.web.localization import Localizations
from lti.web.pages import Pages
from lti.web.registering import Registering


@dataclass(frozen=True, slots=True)
class Parts:
    """Every part of the tool, built, and the plain values that views need."""

    base_url: str  # our own origin
    session_seconds: int
    caption_seconds: int
    caption_limits: CaptionLimits
    tool_configuration: Callable[[Iterable[Placement]], Mapping[str, Any]]  # what /lti/config.json answers
    clock: Callable[[], datetime]
    database_ready: Callable[[], bool]
    meter: Meter
    report: Callable[[BaseException], None]  # is told of mistakes of ours
    metrics_token: str | None
    scrape: Callable[[], bytes]  # what /metrics answers
    store: Store
    verifier: LaunchVerifier
    states: States
    keys: SigningKeys
    tokens: Tokens
    limits: Limits
    connection: CanvasConnection
    studio_connection: StudioConnection
    library: Library
    course_report: CourseReport
    studio_report: StudioReport
    studio_library: StudioLibrary
    keeping: StudioKeeping
    caption_care: CaptionCare
    embedding: Embedding
    handing_in: HandingIn
    watching: Watching
    administration: Administration
    checks: Checks
    captioning: Captioning
    registering: Registering
    receiving: Receiving
    collections: StudioCollections
    uploads: UploadDesk
    recordings: Recordings
    auto_captions: AutoCaptions
    importing: Importing
    fresh_items: FreshItems
    localizations: Localizations
    assets: Assets
    pages: Pages
