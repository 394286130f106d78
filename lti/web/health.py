"""For whoever runs us: does the process live, and can it work."""

from __future__ import annotations

from flask import Blueprint, Response

from lti.errors import CuedeckError
from lti.web.guard import Guard
from lti.web.parts import Parts
from lti.web.wire import json_response


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    health = Blueprint("health", __name__)

    @health.get("/healthz")
    @guard.public
    def alive() -> Response:
        """Say that the process answers. Nothing else is asked: a database that is away is no reason to restart us."""
        return json_response({"alive": True})

    @health.get("/readyz")
    @guard.public
    def ready() -> Response:
        """Say whether the database answers with the newest tables, and a signing key exists."""
        checks = {"database": parts.database_ready(), "signing_key": False}
        if checks["database"]:
            checks["signing_key"] = _has_key()
        every = all(checks.values())
        return json_response({"ready": every, "checks": checks}, 200 if every else 503)

    def _has_key() -> bool:
        try:
            return bool(parts.keys.jwks()["keys"])
        except CuedeckError:
            return False

    return health
