"""The Platform Storage frame: passes messages between tools and the Canvas page (reference/canvas.md 2.6)."""

from __future__ import annotations

from flask import Blueprint, render_template

from sandbox.canvas.platform import current_platform

blueprint = Blueprint("storage", __name__)


@blueprint.get("/api/lti/post_message_forwarding")
def post_message_forwarding() -> str:
    """Give the page that lives in the frame named ``post_message_forwarding``, on the authorization origin."""
    return render_template("lti/forwarding.html", parent_origin=current_platform().config.url)
