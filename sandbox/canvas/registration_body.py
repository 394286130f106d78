"""What Canvas takes as a registration (reference/canvas.md 5.2.4), and the configuration that it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.canvas import tool_config

TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
CANVAS = "https://canvas.instructure.com/lti/"
ALIASES = {"RichTextEditor": "editor_button", "ContentArea": "link_selection"}
_FIXED: dict[str, Any] = {
    "application_type": "web",
    "response_types": ["id_token"],
    "token_endpoint_auth_method": "private_key_jwt",
}
_GRANTS = {"client_credentials", "implicit"}
_TEXTS = ("initiate_login_uri", "client_name", "jwks_uri")


def problems(body: object) -> list[str]:
    """Tell everything that is wrong with a registration, in words; an empty list if it is right."""
    if not isinstance(body, Mapping):
        return ["the registration is not a JSON object"]
    found = [f"{name} must be {value!r}" for name, value in _FIXED.items() if body.get(name) != value]
    found += [f"{name} is missing" for name in _TEXTS if not isinstance(body.get(name), str) or not body[name]]
    grants = body.get("grant_types")
    if not isinstance(grants, list) or not set(map(str, grants)) >= _GRANTS:
        found.append(f"grant_types must include {', '.join(sorted(_GRANTS))}")
    if not isinstance(body.get("scope"), str):
        found.append("scope is not a text")
    tool = body.get(TOOL)
    if not isinstance(tool, Mapping):
        return [*found, f"{TOOL} is missing"]
    for name in ("domain", "target_link_uri"):
        if not isinstance(tool.get(name), str) or not tool[name]:
            found.append(f"{name} is missing")
    if not isinstance(tool.get("claims"), list):
        found.append("claims is not a list")
    messages = tool.get("messages")
    if not isinstance(messages, list) or not all(isinstance(message, Mapping) for message in messages):
        return [*found, "messages is not a list of objects"]
    found += [
        f"there is no placement {name!r}"
        for message in messages
        for name in message.get("placements", [])
        if placement_name(str(name)) not in tool_config.PLACEMENTS
    ]
    return found or tool_config.problems(configuration(body))


def placement_name(name: str) -> str:
    """Give Canvas's bare name for a placement, from any of its names."""
    return ALIASES.get(name, name.removeprefix(CANVAS))


def configuration(body: Mapping[str, Any]) -> dict[str, Any]:
    """Write a registration as the configuration that "Enter URL" would have read."""
    tool = body[TOOL]
    return {
        "title": body["client_name"],
        "description": tool.get("description") or body["client_name"],
        "target_link_uri": tool["target_link_uri"],
        "oidc_initiation_url": body["initiate_login_uri"],
        "public_jwk_url": body["jwks_uri"],
        "redirect_uris": body.get("redirect_uris"),
        "scopes": body["scope"].split(),
        "custom_fields": tool.get("custom_parameters", {}),
        "extensions": [
            {
                "platform": tool_config.CANVAS,
                "domain": tool["domain"],
                "privacy_level": tool.get(f"{CANVAS}privacy_level", "anonymous"),
                "settings": {"placements": [entry for message in tool["messages"] for entry in _placements(message)]},
            }
        ],
    }


def _placements(message: Mapping[str, Any]) -> list[dict[str, Any]]:
    settings = {
        "message_type": message.get("type"),
        "target_link_uri": message.get("target_link_uri"),
        "text": message.get("label"),
        "icon_url": message.get("icon_uri"),
        "custom_fields": message.get("custom_parameters"),
        "visibility": message.get(f"{CANVAS}visibility"),
    }
    given = {name: value for name, value in settings.items() if value is not None}
    return [{"placement": placement_name(str(name)), **given} for name in message.get("placements", [])]
