"""The platform's key set."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify

from sandbox.canvas.platform import current_platform

blueprint = Blueprint("jwks", __name__)


@blueprint.get("/api/lti/security/jwks")
@blueprint.get("/login/oauth2/jwks")
def jwks() -> Response:
    """Give past, present and next key; the second address is the one of older documentation."""
    return jsonify(current_platform().keys.jwks())
