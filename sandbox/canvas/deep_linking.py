"""The deep-linking return (reference/canvas.md 3.2, 3.3): checks, stored links, the page that tells the editor."""

from __future__ import annotations

import uuid
from typing import Any

import jwt
from flask import Blueprint, abort, jsonify, make_response, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas import strict
from sandbox.canvas.claims import DEEP_LINKING
from sandbox.canvas.places import Place, find_place
from sandbox.canvas.platform import Platform, current_platform
from sandbox.canvas.response_jwt import ResponseRefused, VerifiedResponse, verify
from sandbox.canvas.tool_config import REPLACE_EDITOR_CONTENTS
from sandbox.canvas.world import ResourceLink, hex40

blueprint = Blueprint("deep_linking", __name__)

_SUBJECT = "LtiDeepLinkingResponse"
_MODIFIED = "Do not modify the deep_link_return_url in any way."
_AGAIN = "Do not attempt to submit content items multiple times."
_TEXTS = ("msg", "log", "errormsg", "errorlog")


@blueprint.post("/<any(courses, groups, users):collection>/<int:number>/deep_linking_response")
def deep_linking_response(collection: str, number: int) -> Response:
    """Take a tool's answer. No session is needed: the JWT and the one-time ``data`` say enough."""
    platform = current_platform()
    place = find_place(platform.world, collection, number)
    if place is None:
        abort(404)
    payload, trouble = _read_data(platform)
    try:
        response = verify(platform, request.form.get("JWT", ""))
        if platform.config.strict:
            strict.check(platform, response, str(payload.get("placement", "")) if payload else "editor_button")
    except ResponseRefused as refusal:
        return make_response(jsonify(errors=refusal.errors), 400)
    if trouble is None and platform.answers.take(str(payload.get("nonce")), platform.now()) is None:
        trouble = ("already_used", _AGAIN)
    if trouble is not None:
        error = {"attribute": "?data=JWT", "type": trouble[0], "message": trouble[1]}
        return make_response(jsonify(errors={"data_jwt": [error]}), 400)
    return _result(_message(platform, place, response, payload))


@blueprint.get("/deep_linking_cancel")
def cancel() -> Response:
    """Close the dialog with nothing, and with what the tool has to say about it."""
    texts = {name: request.args.get(f"lti_{name}") for name in _TEXTS}
    message: dict[str, Any] = {
        "subject": _SUBJECT,
        "placement": request.args.get("placement"),
        "content_items": [],
        **texts,
    }
    return _result(message)


def _read_data(platform: Platform) -> tuple[dict[str, Any], tuple[str, str] | None]:
    text = request.args.get("data")
    if not text:
        return {}, ("presence_required", _MODIFIED)
    try:
        return jwt.decode(text, platform.config.secret, algorithms=["HS256"]), None
    except jwt.PyJWTError:
        return {}, ("invalid_or_malformed", _MODIFIED)


def _message(platform: Platform, place: Place, response: VerifiedResponse, payload: dict[str, Any]) -> dict[str, Any]:
    claims = response.claims
    items = claims.get(f"{DEEP_LINKING}content_items")
    stored = [_store(platform, place, response, item) for item in items] if isinstance(items, list) else []
    replaces = claims.get(REPLACE_EDITOR_CONTENTS) is True and REPLACE_EDITOR_CONTENTS in response.tool.scopes
    return {
        "subject": _SUBJECT,
        "placement": payload.get("placement"),
        "content_items": stored,
        "service_id": 0,
        **{name: claims.get(f"{DEEP_LINKING}{name}") for name in _TEXTS},
        "ltiEndpoint": f"{platform.config.url}{place.path}/external_tools/retrieve",
        "reloadpage": False,
        "moduleCreated": False,
        "replaceEditorContents": replaces,
        "tool_id": response.tool.id,
    }


def _store(platform: Platform, place: Place, response: VerifiedResponse, item: Any) -> Any:
    """Keep a resource link for an item that is one; other items pass as they are."""
    if not isinstance(item, dict) or item.get("type") != "ltiResourceLink":
        return item
    custom = item.get("custom")
    link = ResourceLink(
        lookup_uuid=str(uuid.uuid4()),
        resource_link_id=hex40(),
        context=place.key,
        url=str(item.get("url") or response.tool.target_link_uri()),
        title=str(item.get("title") or ""),
        custom=dict(custom) if isinstance(custom, dict) else {},
    )
    with platform.world.lock:
        platform.world.resource_links[link.lookup_uuid] = link
    return item | {"lookup_uuid": link.lookup_uuid}


def _result(message: dict[str, Any]) -> Response:
    present = {name: value for name, value in message.items() if value is not None}
    return make_response(render_template("lti/deep_linking_result.html", message=present))
