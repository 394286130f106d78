"""What the administration's page asks for: keys and choices are kept, and one thing after another is checked.

Whatever goes out from here says that a secret is set, and never what it is.
"""

from __future__ import annotations

from typing import Any

import structlog
from flask import Blueprint, Response, request

from lti.media import Finding
from lti.model import Platform, StudioAccount
from lti.remote import SCOPES
from lti.web.guard import Guard, Session, may_administer
from lti.web.localization import Localization
from lti.web.parts import Parts
from lti.web.wire import (
    CanvasKeyRequest,
    CaptioningHeaderRequest,
    Nothing,
    PrivacyRequest,
    StaffRequest,
    StudioRequest,
    json_response,
    read_json,
)

log = structlog.get_logger(__name__)


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    api = Blueprint("administration", __name__, url_prefix="/api/administration")
    decisions = parts.administration

    @api.put("/canvas-key")
    @guard.session(may_administer)
    def set_canvas_key(session: Session) -> Response:
        """Set the Canvas API key."""
        wanted = read_json(request, CanvasKeyRequest)
        decisions.set_canvas_key(session.platform, wanted.id, wanted.secret)
        return _saved(session, "canvas_key")

    @api.delete("/canvas-key")
    @guard.session(may_administer)
    def remove_canvas_key(session: Session) -> Response:
        """Take the Canvas API key away."""
        decisions.remove_canvas_key(session.platform)
        return _saved(session, "canvas_key")

    @api.put("/studio")
    @guard.session(may_administer)
    def set_studio(session: Session) -> Response:
        """Set the institution's Studio."""
        wanted = read_json(request, StudioRequest)
        decisions.set_studio(
            session.platform,
            host=wanted.host,
            key_id=wanted.id,
            secret=wanted.secret,
            account=StudioAccount(wanted.account),
        )
        return _saved(session, "studio")

    @api.delete("/studio")
    @guard.session(may_administer)
    def remove_studio(session: Session) -> Response:
        """Take the Studio away."""
        decisions.remove_studio(session.platform)
        return _saved(session, "studio")

    @api.put("/staff")
    @guard.session(may_administer)
    def set_staff(session: Session) -> Response:
        """Set who is captioning staff."""
        decisions.set_staff(session.platform, read_json(request, StaffRequest).people)
        return _saved(session, "staff")

    @api.put("/captioning-header")
    @guard.session(may_administer)
    def set_captioning_header(session: Session) -> Response:
        """Set what the captioning service sends to Studio."""
        wanted = read_json(request, CaptioningHeaderRequest)
        decisions.set_captioning_header(session.platform, wanted.name, wanted.value)
        return _saved(session, "captioning_header")

    @api.delete("/captioning-header")
    @guard.session(may_administer)
    def remove_captioning_header(session: Session) -> Response:
        """Take the captioning service's header away."""
        decisions.remove_captioning_header(session.platform)
        return _saved(session, "captioning_header")

    @api.put("/privacy")
    @guard.session(may_administer)
    def set_privacy(session: Session) -> Response:
        """Set the privacy choices."""
        decisions.set_privacy(session.platform, use_email=read_json(request, PrivacyRequest).use_email)
        return _saved(session, "privacy")

    @api.post("/checks/<name>")
    @guard.session(may_administer)
    def check(session: Session, name: str) -> Response:
        """Look at one thing now."""
        read_json(request, Nothing)
        return json_response(_finding(parts.checks.run(name, session.viewer, session.platform), session.language))

    def _saved(session: Session, what: str) -> Response:
        log.info("administration_changed", what=what)
        # Asked again, since this very process has just read its own change.
        platform = parts.store.platforms.get(session.platform.id) or session.platform
        return json_response(state(parts, platform))

    return api


def state(parts: Parts, platform: Platform) -> dict[str, Any]:
    """Write what was decided for a platform, without any secret."""
    decided = parts.administration.institution(platform)
    key, studio = platform.canvas_key, decided.studio
    return {
        "canvas_key": {"id": key.id} if key else None,
        "studio": {"host": studio.host, "id": studio.key.id, "account": studio.account.value} if studio else None,
        "service_connected": parts.administration.has_service_account(platform),
        "staff": sorted(decided.captioning_staff),
        "captioning_header": {"name": decided.captioning_header.name} if decided.captioning_header else None,
        "use_email": decided.use_email,
        "canvas_redirect": f"{parts.base_url}/connect/canvas/callback",
        "studio_redirect": f"{parts.base_url}/connect/studio/callback",
        "scopes": list(SCOPES),
    }


def checks(parts: Parts, language: Localization) -> list[dict[str, str]]:
    """Write the list of checks, none of them run yet."""
    return [
        {"name": check.name, "group": check.group.value, "title": language.gettext(check.title)}
        for check in parts.checks.all()
    ]


def _finding(finding: Finding, language: Localization) -> dict[str, Any]:
    values = dict(finding.values)
    return {
        "verdict": finding.verdict.value,
        "message": language.gettext(finding.message, **values),
        "mend": language.gettext(finding.mend, **values) if finding.mend else None,
        "connect": finding.connect,
    }
