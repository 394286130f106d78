"""Where launches start: editor buttons, embedded resource links, addresses that belong to a tool."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import jwt
from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas.claims import LaunchRequest, is_deep_linking
from sandbox.canvas.coursework import Assignment
from sandbox.canvas.launches import login_request
from sandbox.canvas.places import ANONYMOUS, Place, find_place, role_of
from sandbox.canvas.platform import Platform, current_platform
from sandbox.canvas.session import current_person, login_required, open_or_login_required, real_person
from sandbox.canvas.tool import InstalledTool
from sandbox.canvas.variables import EditorFields
from sandbox.canvas.world import Person, ResourceLink

blueprint = Blueprint("lti", __name__)

# What Canvas lets tools do in a frame.
ALLOW = (
    "geolocation *; microphone *; camera *; midi *; encrypted-media *; autoplay *; clipboard-write *; display-capture *"
)
HOMEWORK = "homework_submission"
NO_SETTINGS = "Couldn't find valid settings for this link"
_STAFF = frozenset({"teacher", "ta", "designer", "admin"})
_STUDENT_RIGHTS = frozenset({"read", "participate_as_student", "post_to_forum", "read_forum", "create_forum"})


@blueprint.route(
    "/<any(courses, groups, users):collection>/<int:number>/external_tools/<int:tool_id>/resource_selection",
    methods=["GET", "POST"],
)
@login_required
def resource_selection(collection: str, number: int, tool_id: int) -> Response:
    """Launch a tool to choose something: what the dialog behind an editor button opens."""
    platform = current_platform()
    person, place, role = _who_and_where(platform, collection, number)
    tool = platform.tools.get(tool_id)
    placement = "editor_button" if request.values.get("editor") else request.values.get("launch_type", "")
    if tool is None or placement not in tool.placements:
        return refused("Couldn't find valid settings for this tool", 404)
    if role == "anonymous" or not visible(tool, placement, role) or not permitted(tool, placement, role):
        return refused("You are not authorized to perform this action", 401)
    editor = EditorFields(
        contents=request.values.get("editor_contents", ""),
        selection=request.values.get("selection", ""),
        resource_type=request.values.get("com_instructure_course_canvas_resource_type", ""),
        resource_id=request.values.get("com_instructure_course_canvas_resource_id", ""),
    )
    assignment = _assignment(platform, place) if placement == HOMEWORK else None
    if placement == HOMEWORK and (assignment is None or role != "student"):
        return refused("Couldn't find valid settings for this tool", 404)
    query = {"include_host": "true"} | ({} if placement == "editor_button" else {"placement": placement})
    launch = LaunchRequest(
        tool,
        person,
        place,
        role,
        return_url=f"{platform.config.url}/deep_linking_cancel?{urlencode(query)}",
        placement=placement,
        editor=editor if placement == "editor_button" else None,
        assignment=assignment,
        real_person=real_person(platform.world),
    )
    parent = request.values.get("parent_frame_context")
    if is_deep_linking(tool, placement):
        launch = replace(launch, deep_link_return_url=_deep_link_return_url(platform, launch, parent))
    return initiate(platform, launch, framed=False, parent=parent)


@blueprint.get("/<any(courses, groups, users):collection>/<int:number>/external_tools/retrieve")
@open_or_login_required
def retrieve(collection: str, number: int) -> Response:
    """Launch a stored resource link, or whichever tool an address belongs to."""
    platform = current_platform()
    person, place, role = _who_and_where(platform, collection, number)
    uuid, url = request.args.get("resource_link_lookup_uuid"), request.args.get("url")
    link: ResourceLink | None = None
    if uuid:
        link = platform.world.resource_links.get(uuid)
        if link is None or link.context != place.key:
            return refused(NO_SETTINGS, 404)
        url = link.url
    tool = platform.tools.for_url(url) if url else None
    if tool is None:
        return refused(NO_SETTINGS, 404)
    launch = LaunchRequest(
        tool,
        person,
        place,
        role,
        return_url=f"{platform.config.url}{place.path}/external_content/success/external_tool_redirect",
        target_link_uri=url,
        link=link,
        real_person=real_person(platform.world),
    )
    display = request.args.get("display", "default")
    return initiate(
        platform,
        launch,
        framed=display != "borderless",
        in_rce=display == "in_rce",
        parent=request.args.get("parent_frame_context"),
    )


@blueprint.get("/<any(courses, groups, users):collection>/<int:number>/external_content/success/external_tool_redirect")
def came_back(collection: str, number: int) -> str:
    """Where a tool returns to from a resource-link launch."""
    return render_template("lti/returned.html", message=request.args.get("lti_msg") or request.args.get("lti_errormsg"))


def visible(tool: InstalledTool, placement: str, role: str) -> bool:
    """Tell whether a button is shown: by ``visibility`` alone (reference/canvas.md 7)."""
    visibility = tool.setting(placement, "visibility")
    if visibility == "admins":
        return role in _STAFF
    return visibility != "members" or role in _STAFF or role == "student"


def buttons(platform: Platform, role: str, locale: str) -> list[dict[str, Any]]:
    """List the editor's tool buttons for somebody with ``role``, as Canvas's editor_button JSON."""
    return [
        {
            "id": tool.id,
            "name": tool.label("editor_button", locale),
            "icon_url": tool.setting("editor_button", "icon_url"),
            "width": int(tool.setting("editor_button", "selection_width") or 800),
            "height": int(tool.setting("editor_button", "selection_height") or 550),
            "use_tray": bool(tool.setting("editor_button", "use_tray")),
        }
        for tool in platform.tools.tools()
        if "editor_button" in tool.placements and visible(tool, "editor_button", role)
    ]


def permitted(tool: InstalledTool, placement: str, role: str) -> bool:
    """Check required_permissions: staff have all of them in the sandbox, students a student's."""
    wanted = {p.strip() for p in str(tool.setting(placement, "required_permissions") or "").split(",") if p.strip()}
    return role in _STAFF or wanted <= _STUDENT_RIGHTS


def _who_and_where(platform: Platform, collection: str, number: int) -> tuple[Person, Place, str]:
    person = current_person(platform.world)
    place = find_place(platform.world, collection, number)
    if place is None:
        abort(404)
    role = role_of(platform.world, person, place)
    if role is None:
        abort(refused("You are not authorized to perform this action", 401))
    return person or ANONYMOUS, place, role


def _assignment(platform: Platform, place: Place) -> Assignment | None:
    found = platform.world.assignments.get(request.values.get("assignment_id", 0, type=int))
    return found if found is not None and place.course is not None and found.course_id == place.id else None


def _deep_link_return_url(platform: Platform, launch: LaunchRequest, parent: str | None) -> str:
    place, placement = launch.place, launch.placement
    payload: dict[str, Any] = {
        "nonce": platform.answers.put(placement, platform.now()),
        "modal": False,
        "placement": placement,
    }
    if launch.assignment is not None:
        payload["assignment_id"] = launch.assignment.id
    if parent:
        payload["parent_frame_context"] = parent
    data = jwt.encode(payload, platform.config.secret, algorithm="HS256")
    return f"{platform.config.url}{place.path}/deep_linking_response?{urlencode({'data': data})}"


def initiate(
    platform: Platform, launch: LaunchRequest, *, framed: bool, in_rce: bool = False, parent: str | None = None
) -> Response:
    """Give the page that posts the login initiation: in its own frame, or in a frame of its own inside this one."""
    fields = login_request(platform, launch, parent_frame_context=parent)
    page = "lti/in_rce.html" if in_rce else "lti/framed.html" if framed else "lti/post.html"
    return make_response(
        render_template(
            page,
            action=launch.tool.config["oidc_initiation_url"],
            fields=fields,
            what=launch.tool.name,
            target="tool_content" if framed else None,
            allow=ALLOW,
            place=launch.place,
        )
    )


def refused(message: str, status: int) -> Response:
    """Say in the frame why nothing is launched."""
    return make_response(render_template("lti/refused.html", message=message), status)
