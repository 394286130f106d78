"""Dynamic registration, Canvas's side of the wire (reference/canvas.md 5.2)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from flask import Blueprint, Response, request

from sandbox.canvas import registration_body, registration_token
from sandbox.canvas.claims import DEEP_LINKING_PLACEMENTS
from sandbox.canvas.places import ROOT_ACCOUNT_ID
from sandbox.canvas.platform import Platform, current_platform
from sandbox.canvas.tool import InstalledTool
from sandbox.canvas.tool_config import NEVER_DEEP_LINKING, PLACEMENTS, SCOPES
from sandbox.common.answers import json_response

blueprint = Blueprint("registrations", __name__)

_CANVAS = registration_body.CANVAS
_CLAIMS = ["sub", "picture", "email", "name", "given_name", "family_name", "locale"]
_VARIABLES = [
    "Canvas.user.id",
    "Canvas.user.isRootAccountAdmin",
    "Canvas.course.id",
    "com.instructure.Editor.selection",
    "com.instructure.User.student_view",
    "Canvas.masqueradingUser.id",
    "Canvas.assignment.id",
    "com.instructure.Assignment.allowedFileExtensions",
    "Canvas.assignment.dueAt.iso8601",
    "Canvas.assignment.allowedAttempts",
    "Canvas.assignment.submission.studentAttempts",
]
_ALGORITHMS = ["RS256"]


@blueprint.get("/api/lti/security/openid-configuration")
def openid_configuration() -> Response:
    """Describe this Canvas to a tool that is about to register."""
    platform = current_platform()
    token = request.args.get("registration_token") or _bearer()
    if registration_token.read(platform, token) is None:
        return _refused(401, "Invalid registration_token")
    url, school = platform.config.url, platform.config.school
    return json_response(
        {
            "issuer": platform.config.issuer,
            "authorization_endpoint": f"{url}/api/lti/authorize_redirect",
            "registration_endpoint": f"{url}/api/lti/registrations",
            "jwks_uri": f"{url}/api/lti/security/jwks",
            "token_endpoint": f"{url}/login/oauth2/token",
            "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            "token_endpoint_auth_signing_alg_values_supported": _ALGORITHMS,
            "scopes_supported": sorted(SCOPES),
            "response_types_supported": ["id_token"],
            "id_token_signing_alg_values_supported": _ALGORITHMS,
            "claims_supported": _CLAIMS,
            "subject_types_supported": ["public"],
            "authorization_server": registration_token.domain(platform),
            "https://purl.imsglobal.org/spec/lti-platform-configuration": {
                "product_family_code": "canvas",
                "version": "vCloud",
                "messages_supported": _messages(),
                "notice_types_supported": [],
                "variables": _VARIABLES,
                f"{_CANVAS}account_name": school.name,
                f"{_CANVAS}account_lti_guid": f"{school.uuid}:canvas-lms",
                f"{_CANVAS}account_domain": registration_token.domain(platform),
            },
        }
    )


@blueprint.post("/api/lti/registrations")
def register() -> Response:
    """Make a developer key for a tool. It is off, and the tool is not deployed, until an administrator says so."""
    platform = current_platform()
    token = registration_token.read(platform, _bearer())
    if token is None:
        return _refused(401, "Invalid registration_token")
    if token["root_account_global_id"] != platform.config.school.global_id(ROOT_ACCOUNT_ID):
        return _refused(404, "The specified resource does not exist.")
    body = request.get_json(silent=True)
    found = registration_body.problems(body)
    if found or not isinstance(body, dict):
        return _refused(422, *found)
    tool = _new_tool(platform, registration_body.configuration(body))
    platform.tools.keep(tool)
    return json_response(_echo(platform, body, tool))


def deployment_id(tool: InstalledTool) -> str:
    """Make the deployment id of a tool that registered itself."""
    digest = hashlib.sha1(f"deployment of {tool.client_id}".encode(), usedforsecurity=False)
    return f"{tool.id}:{digest.hexdigest()}"


def _new_tool(platform: Platform, config: dict[str, Any]) -> InstalledTool:
    # Not counted: a tool remembers the keys of this Canvas's earlier lives, which this Canvas does not.
    number = 1_000_000 + secrets.randbelow(10**9)
    return InstalledTool(number, platform.config.school.global_id(number), "", config, on=False)


def _echo(platform: Platform, body: dict[str, Any], tool: InstalledTool) -> dict[str, Any]:
    """Give the registration back, with what Canvas adds. There is no deployment id in it."""
    address = f"{platform.config.url}/api/lti/registrations/{tool.id}/view"
    return {
        **body,
        "client_id": tool.client_id,
        registration_body.TOOL: {
            **body[registration_body.TOOL],
            f"{_CANVAS}registration_config_url": address,
        },
    }


def _messages() -> list[dict[str, Any]]:
    aliases = registration_body.ALIASES
    deep = sorted(DEEP_LINKING_PLACEMENTS)
    standard = [alias for alias, name in aliases.items() if name in DEEP_LINKING_PLACEMENTS]
    plain = sorted((PLACEMENTS - {"editor_button"}) | NEVER_DEEP_LINKING)
    return [
        {"type": "LtiResourceLinkRequest", "placements": [f"{_CANVAS}{name}" for name in plain]},
        {"type": "LtiDeepLinkingRequest", "placements": [*(f"{_CANVAS}{name}" for name in deep), *standard]},
    ]


def _bearer() -> str:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if scheme.lower() == "bearer" else ""


def _refused(status: int, *messages: str) -> Response:
    return json_response({"errors": [{"message": message} for message in messages]}, status)
