"""The administrator's pages: adding an app by its registration address, reviewing it, switching its key on."""

from __future__ import annotations

import copy
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas import registration_token
from sandbox.canvas.navigation import navigation
from sandbox.canvas.platform import current_platform
from sandbox.canvas.registrations import deployment_id
from sandbox.canvas.session import current_person, login_required
from sandbox.canvas.tool import InstalledTool
from sandbox.canvas.tool_config import canvas_extension
from sandbox.canvas.world import Person

blueprint = Blueprint("apps", __name__)
APPS = "/accounts/1/apps"


@blueprint.get(APPS)
@login_required
def show() -> str:
    """List the apps and how they stand."""
    person = _administrator()
    platform = current_platform()
    registered = platform.tools.registered()
    others = [tool for tool in platform.tools.tools() if tool not in registered]
    key = platform.world.api_keys.get(platform.config.api_client_id)
    menu = navigation(platform, "account_navigation", "admin", person.locale)
    return render_template("apps.html", tools=registered, others=others, api_key=key, config=platform.config, menu=menu)


@blueprint.post(f"{APPS}/new")
@login_required
def add() -> str:
    """Open a tool's registration address in a frame."""
    _administrator()
    address = request.form.get("address", "").strip()
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
        abort(400)
    source = f"/api/lti/register?{urlencode({'registration_url': address})}"
    return render_template("apps_new.html", source=source, address=address)


@blueprint.get("/api/lti/register")
@login_required
def open_address() -> Response:
    """Send the frame on to the tool, with what it needs to register."""
    person = _administrator()
    platform = current_platform()
    address = urlsplit(request.args.get("registration_url", ""))
    if address.scheme not in {"http", "https"}:
        abort(400)
    token = registration_token.issue(platform, person, address.geturl())
    configuration = f"{platform.config.url}/api/lti/security/openid-configuration"
    query = [
        *parse_qsl(address.query, keep_blank_values=True),
        ("openid_configuration", f"{configuration}?{urlencode({'registration_token': token})}"),
        ("registration_token", token),
    ]
    return redirect(address._replace(query=urlencode(query)).geturl())


@blueprint.post(f"{APPS}/<int:number>")
@login_required
def change(number: int) -> Response:
    """Switch a key on (what is kept of the tool is deployed then) or off, or take it away."""
    _administrator()
    tools = current_platform().tools
    tool = next((each for each in tools.registered() if each.id == number), None)
    if tool is None:
        abort(404)
    action = request.form.get("action")
    if action == "enable":
        kept = _keeping(tool, request.form.getlist("placement"))
        tools.keep(replace(kept, on=True, deployment_id=deployment_id(tool)))
    elif action == "disable":
        tools.keep(replace(tool, on=False))
    elif action == "remove":
        tools.remove(tool.client_id)
    else:
        abort(400)
    return redirect(APPS, 303)


def _administrator() -> Person:
    person = current_person(current_platform().world)
    if person is None or not person.account_admin:
        abort(403)
    return person


def _keeping(tool: InstalledTool, names: list[str]) -> InstalledTool:
    """Give a tool with those of its placements that the administrator left."""
    config = copy.deepcopy(dict(tool.config))
    extension = canvas_extension(config) or {}
    for placement in extension["settings"]["placements"]:
        placement["enabled"] = placement["placement"] in names
    return replace(tool, config=config)
