"""``/metrics``: for a Prometheus that has the secret, and for nobody else."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response

from lti.web.guard import Guard
from lti.web.parts import Parts

_TEXT_FORMAT: Final = "text/plain; version=0.0.4; charset=utf-8"


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    metrics = Blueprint("metrics", __name__)

    @metrics.get("/metrics")
    @guard.secret(parts.metrics_token)
    def show() -> Response:
        """Give the measurements of this machine's processes."""
        return Response(parts.scrape(), content_type=_TEXT_FORMAT)

    return metrics
