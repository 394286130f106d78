"""The sandbox's own switches for LTI. Faults of the REST API are switched under the same address (``faults``)."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas.faults import Faults
from sandbox.canvas.platform import current_platform

blueprint = Blueprint("controls", __name__)


@blueprint.get("/sandbox")
def show() -> str:
    """Show every switch and how it stands."""
    faults: Faults = current_app.extensions["faults"]
    platform = current_platform()
    return render_template(
        "controls.html",
        platform=platform,
        tools=platform.tools.tools(),
        faults=faults.active(),
        behaviour=vars(faults.behaviour),
        kids=[key["kid"] for key in platform.keys.jwks()["keys"]],
    )


@blueprint.post("/sandbox/lti")
def change() -> Response:
    """Throw one switch: ``action`` names it."""
    platform = current_platform()
    faults: Faults = current_app.extensions["faults"]
    action = request.form.get("action")
    if action == "rotate_keys":
        platform.keys.rotate()
    elif action == "replace_keys":
        platform.keys.replace()
    elif action == "key":
        platform.key_on = not platform.key_on
    elif action == "storage_frame":
        platform.storage_frame = not platform.storage_frame
    elif action == "reinstall":
        platform.tools.reinstall()
    elif action == "clock":
        seconds = request.form.get("seconds", type=int)
        if seconds is None or abs(seconds) > 86_400 * 365:
            abort(400)
        faults.behaviour.clock_skew_seconds = seconds
    else:
        abort(400)
    return redirect("/sandbox", 303)
