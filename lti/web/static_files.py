"""The address of our own scripts, styles and pictures."""

from __future__ import annotations

from flask import Blueprint, Response, request

from lti.errors import NotFound
from lti.web.assets import PREFIX, Assets
from lti.web.guard import Guard


def blueprint(assets: Assets, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    static = Blueprint("static", __name__)

    @static.get(f"{PREFIX}<version>/<path:name>")
    @guard.public
    def file(version: str, name: str) -> Response:
        """Give a file, compressed where the browser takes it."""
        asset = assets.get(name)
        if asset is None:
            raise NotFound("no such static file")
        packed = asset.compressed if "gzip" in request.headers.get("Accept-Encoding", "") else None
        answer = Response(asset.content if packed is None else packed, content_type=asset.content_type)
        if packed is not None:
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
        answer.headers["Cache-Control"] = assets.caching(version)
        return answer

    return static
