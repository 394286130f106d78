"""Menu entries of tools: in a course, and in the account for its administrators."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort
from werkzeug.wrappers import Response

from sandbox.canvas.claims import LaunchRequest
from sandbox.canvas.lti import initiate, permitted, refused, visible
from sandbox.canvas.places import ROOT_ACCOUNT_ID, Place, account_place, find_place
from sandbox.canvas.platform import Platform, current_platform
from sandbox.canvas.session import current_person, login_required
from sandbox.canvas.world import Person

blueprint = Blueprint("navigation", __name__)
_PLACEMENTS = {"courses": "course_navigation", "accounts": "account_navigation"}


@blueprint.get("/<any(courses, accounts):collection>/<int:number>/external_tools/<int:tool_id>")
@login_required
def launch(collection: str, number: int, tool_id: int) -> Response:
    """Launch a tool from a menu: the placement is that of the place, whatever ``launch_type`` says."""
    platform = current_platform()
    placement = _PLACEMENTS[collection]
    person = current_person(platform.world)
    place = _place(platform, collection, number)
    if person is None or place is None:
        abort(404)
    role = _role(platform, person, place)
    if role is None:
        return refused("You are not authorized to perform this action", 401)
    tool = platform.tools.get(tool_id)
    if tool is None or placement not in tool.placements:
        return refused("Couldn't find valid settings for this tool", 404)
    if not visible(tool, placement, role) or not permitted(tool, placement, role):
        return refused("You are not authorized to perform this action", 401)
    return_url = f"{platform.config.url}{place.path}/external_content/success/external_tool_redirect"
    return initiate(
        platform, LaunchRequest(tool, person, place, role, return_url=return_url, placement=placement), framed=True
    )


def navigation(platform: Platform, placement: str, role: str, locale: str) -> list[dict[str, Any]]:
    """List the entries of a menu for somebody with ``role``."""
    return [
        {"id": tool.id, "name": tool.label(placement, locale)}
        for tool in platform.tools.tools()
        if placement in tool.placements and visible(tool, placement, role)
    ]


def _place(platform: Platform, collection: str, number: int) -> Place | None:
    if collection == "accounts":
        return account_place(platform.config.school) if number == ROOT_ACCOUNT_ID else None
    return find_place(platform.world, collection, number)


def _role(platform: Platform, person: Person, place: Place) -> str | None:
    if place.kind == "account":
        return "admin" if person.account_admin else None
    return platform.world.role_in(person.id, place.key)
