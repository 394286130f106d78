"""The authentication request (reference/canvas.md 2.2) and its answer (2.3)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import parse_qs, urlencode

from flask import Blueprint, abort, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas.launches import STORAGE_TARGET, Hint, read_hint, take_launch
from sandbox.canvas.places import ANONYMOUS, place_of
from sandbox.canvas.platform import Platform, current_platform
from sandbox.canvas.session import current_person
from sandbox.canvas.tool import InstalledTool
from sandbox.canvas.world import Person

blueprint = Blueprint("authorize", __name__)

REQUIRED = (
    "client_id",
    "login_hint",
    "lti_message_hint",
    "nonce",
    "prompt",
    "redirect_uri",
    "response_mode",
    "response_type",
    "scope",
)


@blueprint.route("/api/lti/authorize_redirect", methods=["GET", "POST"])
def authorize_redirect() -> Response:
    """Send the request on to the Canvas that its hint names. Parameters that Canvas does not know are dropped."""
    params = _params(request.values)
    hint = _hint(params)
    return redirect(f"http://{hint['canvas_domain']}/api/lti/authorize?{urlencode(params)}")


@blueprint.get("/api/lti/authorize")
def authorize() -> Response:
    """Answer with a form that posts the id_token, or an error, to the tool."""
    platform = current_platform()
    params = _params(request.args)
    hint = _hint(params)
    tool = platform.tools.by_client(params.get("client_id", ""))
    fields = _error(platform, params, hint, tool)
    redirect_uri = params.get("redirect_uri", "")
    if tool is None or not allowed_redirect(tool.redirect_uris, redirect_uri):
        abort(make_response("Invalid redirect_uri", 400))
    if fields is None:
        fields = _token(platform, params, hint)
    return make_response(
        render_template("lti/post.html", action=redirect_uri, fields=fields, what="the tool", target=None)
    )


def allowed_redirect(registered: tuple[str, ...], asked: str) -> bool:
    """Compare as Canvas does.

    An address registered without a query allows any query; one with a query asks for each of its pairs, and for nothing
    else, not even the same host.
    """
    base, _, query = asked.partition("?")
    for uri in registered:
        if "?" not in uri:
            if uri == base:
                return True
            continue
        needed, given = parse_qs(uri.partition("?")[2]), parse_qs(query)
        if all(given.get(name) == values for name, values in needed.items()):
            return True
    return False


def _params(values: Mapping[str, str]) -> dict[str, str]:
    return {name: values[name] for name in (*REQUIRED, "state") if name in values}


def _hint(params: Mapping[str, str]) -> Hint:
    hint = read_hint(current_platform(), params.get("lti_message_hint", ""))
    if hint is None:
        abort(make_response("Invalid lti_message_hint", 400))
    return hint


def _error(
    platform: Platform, params: Mapping[str, str], hint: Hint, tool: InstalledTool | None
) -> dict[str, str] | None:
    """Make the checks; a later failure overwrites an earlier one, as in Canvas."""
    found: tuple[str, str] | None = None
    missing = [name for name in REQUIRED if name not in params]
    if missing:
        found = ("invalid_request_object", f"The following parameters are missing: {','.join(missing)}")
    if params.get("scope") != "openid":
        found = ("invalid_request_object", "The 'scope' must be 'openid'")
    person = current_person(platform.world)
    if (person or _nobody(platform, hint)).opaque != params.get("login_hint"):
        found = ("login_required", "Must have an active user session")
    if platform.config.strict and found is None:
        found = _strict(params)
    if tool is None or not platform.is_on(tool):
        found = ("unauthorized_client", "Client not authorized in requested context")
    return _as_fields(found, params) if found else None


def _nobody(platform: Platform, hint: Hint) -> Person:
    """Give who a browser is that nobody is logged in in: in a public course that will do."""
    place = place_of(platform.world, f"{hint['context_type'].lower()}_{hint['context_id']}")
    is_open = place is not None and place.course is not None and place.course.public
    return ANONYMOUS if is_open else replace(ANONYMOUS, opaque="")


def _strict(params: Mapping[str, str]) -> tuple[str, str] | None:
    """Check what the specification fixes and Canvas only wants to be there."""
    fixed = {"prompt": "none", "response_mode": "form_post", "response_type": "id_token"}
    wrong = [f"{name} must be {value}" for name, value in fixed.items() if params.get(name) != value]
    return ("invalid_request_object", f"Strict: {', '.join(wrong)}") if wrong else None


def _token(platform: Platform, params: Mapping[str, str], hint: Hint) -> dict[str, str]:
    claims = take_launch(platform, hint)
    if claims is None:
        found = ("launch_no_longer_valid", "The launch has either expired or already been consumed")
        return _as_fields(found, params)
    fields = {"id_token": platform.keys.sign(claims | {"nonce": params["nonce"]})}
    if "state" in params:
        fields["state"] = params["state"]
    if hint["include_storage_target"]:
        fields["lti_storage_target"] = STORAGE_TARGET
    return fields


def _as_fields(found: tuple[str, str], params: Mapping[str, str]) -> dict[str, str]:
    fields = {"error": found[0], "error_description": found[1]}
    return fields | ({"state": params["state"]} if "state" in params else {})
