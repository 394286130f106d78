"""The address of our own scripts, styles and pictures, and of the colours of schools."""

from __future__ import annotations

from flask import Blueprint, Response, request

from lti.errors import NotFound
from lti.web import theme
from lti.web.assets import PREFIX, Asset, Assets
from lti.web.guard import Guard


def blueprint(assets: Assets, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    static = Blueprint("static", __name__)

    @static.get(f"{PREFIX}<version>/<path:name>")
    @guard.public
    def file(version: str, name: str) -> Response:
        """Give a file, compressed where the browser takes it."""
        colours = name.removeprefix("theme/").removesuffix(".css") if name.startswith("theme/") else None
        asset = assets.get(name) if colours is None else _theme(colours)
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


def _theme(name: str) -> Asset | None:
    found = theme.named(name)
    return None if found is None else Asset(found.stylesheet().encode(), None, "text/css; charset=utf-8")
