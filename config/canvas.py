"""The configuration that Canvas reads when an administrator enters our address for an LTI key.

Follows ``reference/canvas.md`` 5.1 (the public form: what is Canvas's own stands under ``extensions``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from lti.model import MessageType
from lti.protocol.installation import (
    ADMINISTRATION,
    CUSTOM_FIELDS,
    DESCRIPTION,
    KEY_SET_PATH,
    LAUNCH_PATH,
    LOGIN_PATH,
    PLACEMENTS,
    PRIVACY_LEVEL,
    TITLE,
    Placement,
)


def tool_configuration(
    base_url: str,
    icon_url: str,
    placements: Iterable[Placement] = PLACEMENTS,
    *,
    translated: Callable[[str], Mapping[str, str]],
) -> dict[str, Any]:
    """Make the configuration of an installation.

    :param base_url: our own origin.
    :param icon_url: the picture of the editor's button; Canvas keeps the address for as long as the tool is installed.
    :param placements: where in Canvas we are to be found.
    :param translated: gives a text by language (BCP 47 tags): the names of the placements.
    """
    launch_url = f"{base_url}{LAUNCH_PATH}"
    return {
        "title": TITLE,
        "description": DESCRIPTION,
        "target_link_uri": launch_url,
        "oidc_initiation_url": f"{base_url}{LOGIN_PATH}",
        "public_jwk_url": f"{base_url}{KEY_SET_PATH}",
        "scopes": [],  # none of the LTI services is used; the REST API has a key of its own
        "custom_fields": dict(CUSTOM_FIELDS),
        "extensions": [
            {
                "platform": "canvas.instructure.com",
                "domain": urlsplit(base_url).netloc,
                "tool_id": "cuedeck",
                "privacy_level": PRIVACY_LEVEL,
                "settings": {
                    "text": TITLE,
                    "icon_url": icon_url,
                    "placements": [_placement(placement, launch_url, icon_url, translated) for placement in placements],
                },
            }
        ],
    }


def _placement(
    placement: Placement, launch_url: str, icon_url: str, translated: Callable[[str], Mapping[str, str]]
) -> dict[str, Any]:
    deep_linking = placement.message_type is MessageType.DEEP_LINKING
    return {
        "placement": placement.name,
        "message_type": str(placement.message_type),
        "target_link_uri": launch_url,
        "text": placement.label,
        "labels": dict(translated(placement.label)),  # for whoever's Canvas speaks one of these
        "icon_url": icon_url,
        "enabled": True,
        **({"selection_width": 960, "selection_height": 720} if deep_linking else {}),
        **({"visibility": placement.visibility} if placement.visibility else {}),
        # Its settings are those of the whole installation in this Canvas, not of a sub-account.
        **({"root_account_only": True} if placement.name == ADMINISTRATION else {}),
    }
