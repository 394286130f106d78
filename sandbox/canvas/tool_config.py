"""What Canvas takes as an LTI tool configuration (reference/canvas.md 5.1): the check behind "Enter URL".

The public form is checked: Canvas settings under ``extensions[]`` of platform ``canvas.instructure.com``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

CANVAS = "canvas.instructure.com"
MESSAGE_TYPES = frozenset({"LtiResourceLinkRequest", "LtiDeepLinkingRequest"})
PLACEMENTS = frozenset(
    {
        "account_navigation",
        "analytics_hub",
        "assignment_edit",
        "assignment_group_menu",
        "assignment_index_menu",
        "assignment_menu",
        "assignment_selection",
        "assignment_view",
        "collaboration",
        "conference_selection",
        "course_assignments_menu",
        "course_home_sub_navigation",
        "course_navigation",
        "course_settings_sub_navigation",
        "discussion_topic_index_menu",
        "discussion_topic_menu",
        "editor_button",
        "file_index_menu",
        "file_menu",
        "global_navigation",
        "homework_submission",
        "link_selection",
        "migration_selection",
        "module_group_menu",
        "module_index_menu",
        "module_index_menu_modal",
        "module_menu",
        "module_menu_modal",
        "post_grades",
        "quiz_index_menu",
        "quiz_menu",
        "similarity_detection",
        "student_context_card",
        "submission_type_selection",
        "tool_configuration",
        "top_navigation",
        "user_navigation",
        "wiki_index_menu",
        "wiki_page_menu",
        "ActivityAssetProcessor",
        "ActivityAssetProcessorContribution",
    }
)
# A placement that deep linking alone can serve, and those that it cannot serve at all.
DEEP_LINKING_ONLY = frozenset({"editor_button"})
NEVER_DEEP_LINKING = frozenset({"course_navigation", "account_navigation"})
REPLACE_EDITOR_CONTENTS = "https://canvas.instructure.com/lti/replace_editor_contents"
PAGE_CONTENT = "https://canvas.instructure.com/lti/page_content/show"
SCOPES = frozenset(
    {
        "openid",
        *(f"https://purl.imsglobal.org/spec/lti-ags/scope/{s}" for s in ("lineitem", "lineitem.readonly", "score")),
        "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly",
        "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly",
        "https://purl.imsglobal.org/spec/lti-reg/scope/registration",
        "https://purl.imsglobal.org/spec/lti-reg/scope/registration.readonly",
        "https://purl.imsglobal.org/spec/lti/scope/noticehandlers",
        "https://canvas.instructure.com/lti/public_jwk/scope/update",
        "https://canvas.instructure.com/lti/account_lookup/scope/show",
        "https://canvas.instructure.com/lti-ags/progress/scope/show",
        PAGE_CONTENT,
        REPLACE_EDITOR_CONTENTS,
    }
)
_TEXT = (
    "text",
    "icon_url",
    "canvas_icon_class",
    "required_permissions",
    "url",
    "target_link_uri",
    "description",
    "icon_svg_path_64",
    "accept_media_types",
)
_CHOICES = {
    "message_type": MESSAGE_TYPES,
    "display_type": {"default", "full_width", "full_width_in_context", "in_nav_context", "borderless"},
    "visibility": {"admins", "members", "public"},
    "default": {"enabled", "disabled"},
    "windowTarget": {"_blank"},
}
_NUMBERS = ("selection_width", "selection_height", "launch_width", "launch_height")
_FLAGS = ("enabled", "use_tray", "root_account_only", "require_resource_selection")
_ADDRESSES = ("icon_url", "url", "target_link_uri")


def problems(config: object) -> list[str]:
    """Tell everything that Canvas would refuse in a configuration, in words; an empty list if it is right."""
    if not isinstance(config, Mapping):
        return ["The configuration is not a JSON object."]
    found = [
        f"{name} is missing: it takes a text."
        for name in ("title", "description", "target_link_uri", "oidc_initiation_url")
        if not isinstance(config.get(name), str) or not config[name]
    ]
    found += _addresses("", config, ("target_link_uri", "oidc_initiation_url", "public_jwk_url"))
    if not isinstance(config.get("public_jwk"), Mapping) and not isinstance(config.get("public_jwk_url"), str):
        found.append("public_jwk_url is missing: it (or public_jwk) is what signatures are checked with.")
    found += _scopes(config.get("scopes", []))
    found += _custom("", config.get("custom_fields", {}))
    if "redirect_uris" in config:
        found += _redirects(config["redirect_uris"])
    extension = canvas_extension(config)
    if extension is None:
        return [*found, f"extensions has no entry with platform {CANVAS}: the tool would have no placement."]
    if extension.get("privacy_level", "anonymous") not in {"public", "name_only", "email_only", "anonymous"}:
        found.append("privacy_level is none of public, name_only, email_only, anonymous.")
    settings = extension.get("settings")
    if not isinstance(settings, Mapping):
        return [*found, "settings of the Canvas extension is not an object."]
    found += _settings("settings", settings)
    placements = settings.get("placements", [])
    if not isinstance(placements, list):
        return [*found, "settings.placements is not a list."]
    for number, placement in enumerate(placements):
        found += _placement(number, placement)
    return found


def canvas_extension(config: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Give the part of a configuration that is meant for Canvas."""
    extensions = config.get("extensions")
    if not isinstance(extensions, list):
        return None
    return next((e for e in extensions if isinstance(e, Mapping) and e.get("platform") == CANVAS), None)


def _placement(number: int, placement: object) -> list[str]:
    where = f"placements[{number}]"
    if not isinstance(placement, Mapping):
        return [f"{where} is not an object."]
    name = placement.get("placement")
    if not isinstance(name, str) or name not in PLACEMENTS:
        return [f"{where}.placement is {name!r}: Canvas has no such placement."]
    found = _settings(f"{where} ({name})", placement)
    message = placement.get("message_type")
    if name in DEEP_LINKING_ONLY and message != "LtiDeepLinkingRequest":
        found.append(f"{where} ({name}).message_type must be LtiDeepLinkingRequest: else it launches a resource link.")
    if name in NEVER_DEEP_LINKING and message == "LtiDeepLinkingRequest":
        found.append(f"{where} ({name}) is not a deep-linking placement.")
    return found


def _settings(where: str, settings: Mapping[str, Any]) -> list[str]:
    found = [
        f"{where}.{name} is not a text." for name in _TEXT if name in settings and not isinstance(settings[name], str)
    ]
    found += [
        f"{where}.{name} is {settings[name]!r}, not one of {', '.join(sorted(choices))}."
        for name, choices in _CHOICES.items()
        if name in settings and settings[name] not in choices
    ]
    found += [
        f"{where}.{name} is not a number." for name in _NUMBERS if name in settings and not _is_number(settings[name])
    ]
    found += [
        f"{where}.{name} is not true or false."
        for name in _FLAGS
        if name in settings and not isinstance(settings[name], bool)
    ]
    labels = settings.get("labels", {})
    if not isinstance(labels, Mapping) or not all(isinstance(v, str) for v in labels.values()):
        found.append(f"{where}.labels is not an object of texts by locale.")
    if isinstance(settings.get("description"), str) and len(settings["description"]) > 255:
        found.append(f"{where}.description is longer than 255 characters.")
    found += _custom(f"{where}.", settings.get("custom_fields", {}))
    return found + _addresses(f"{where}.", settings, _ADDRESSES)


def _addresses(where: str, holder: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    return [
        f"{where}{name} is {holder[name]!r}: not an absolute http(s) address."
        for name in names
        if isinstance(holder.get(name), str) and not _is_address(holder[name])
    ]


def _custom(where: str, fields: object) -> list[str]:
    if isinstance(fields, str):  # the legacy form: lines of name=value
        return []
    if not isinstance(fields, Mapping) or not all(isinstance(v, str) for v in fields.values()):
        return [f"{where}custom_fields is not an object of texts."]
    return []


def _scopes(scopes: object) -> list[str]:
    if not isinstance(scopes, list):
        return ["scopes is not a list."]
    return [f"scopes holds {scope!r}: Canvas has no such scope." for scope in scopes if scope not in SCOPES]


def _redirects(uris: object) -> list[str]:
    if not isinstance(uris, list) or not uris or not all(isinstance(u, str) and _is_address(u) for u in uris):
        return ["redirect_uris is not a list of at least one absolute address."]
    return []


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_address(text: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
