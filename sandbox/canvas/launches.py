"""Login initiation (reference/canvas.md 2.1) and the message hint that leads back to the launch."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any, TypedDict, cast

import jwt

from sandbox.canvas.claims import LaunchRequest, build
from sandbox.canvas.platform import LAUNCH_LIFE, Platform

STORAGE_TARGET = "post_message_forwarding"


class Hint(TypedDict):
    """What an ``lti_message_hint`` holds."""

    verifier: str
    canvas_domain: str
    context_type: str
    context_id: int
    canvas_locale: str
    parent_frame_context: str | None
    include_storage_target: bool


def login_request(
    platform: Platform, launch: LaunchRequest, *, parent_frame_context: str | None = None
) -> dict[str, str]:
    """Cache the launch and make the fields of the form that goes to the tool's ``oidc_initiation_url``."""
    place, person = launch.place, launch.person
    stored = {"context": place.key, "claims": build(platform, launch)}
    hint = Hint(
        verifier=platform.launches.put(json.dumps(stored), platform.now()),
        canvas_domain=platform.config.url.partition("://")[2],
        context_type=place.kind.capitalize(),
        context_id=place.id,
        canvas_locale=person.locale,
        parent_frame_context=parent_frame_context,
        include_storage_target=True,
    )
    return {
        "iss": platform.config.issuer,
        "login_hint": person.opaque,
        "client_id": launch.tool.client_id,
        "deployment_id": launch.tool.deployment_id,
        "target_link_uri": launch.target,
        "lti_message_hint": sign_hint(platform, hint, LAUNCH_LIFE),
        "canvas_environment": "prod",
        "canvas_region": "not_configured",
        "lti_storage_target": STORAGE_TARGET,
    }


def sign_hint(platform: Platform, hint: Hint, life: timedelta) -> str:
    """Sign a message hint that lasts as long as ``life``."""
    payload: dict[str, Any] = {**hint, "exp": int((platform.now() + life).timestamp())}
    return jwt.encode(payload, platform.config.secret, algorithm="HS256")


def read_hint(platform: Platform, text: str) -> Hint | None:
    """Read a message hint; None if it is not ours or too old (by this Canvas's own clock)."""
    options: Any = {"verify_exp": False}
    try:
        payload = jwt.decode(text, platform.config.secret, algorithms=["HS256"], options=options)
    except jwt.PyJWTError:
        return None
    expired = payload.pop("exp", 0) <= platform.now().timestamp()
    if expired or not Hint.__required_keys__ <= set(payload):
        return None
    return cast(Hint, payload)


def take_launch(platform: Platform, hint: Hint) -> dict[str, Any] | None:
    """Fetch and delete the cached launch of a hint: its claims, or None if it was used or is too old."""
    text = platform.launches.take(hint["verifier"], platform.now())
    stored = json.loads(text) if text else None
    if stored is None or stored["context"] != f"{hint['context_type'].lower()}_{hint['context_id']}":
        return None
    claims: dict[str, Any] = stored["claims"]
    return claims
