"""What the specification asks of a deep-linking response and Canvas lets pass. Only checked in strict mode."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from sandbox.canvas.claims import DEEP_LINKING, LTI, accepted_types, accepts_multiple
from sandbox.canvas.platform import Platform
from sandbox.canvas.response_jwt import ResponseRefused, VerifiedResponse

_NEEDED = {"ltiResourceLink": (), "link": ("url",), "file": ("url",), "image": ("url",), "html": ("html",)}


def check(platform: Platform, response: VerifiedResponse, placement: str) -> None:
    """Check the message, its nonce and its items against what was asked for.

    :raises ResponseRefused: under the key ``strict``, with everything that is wrong.
    """
    claims = response.claims
    found = [
        f"{name} must be {wanted!r}, not {claims.get(name)!r}"
        for name, wanted in (
            (f"{LTI}message_type", "LtiDeepLinkingResponse"),
            (f"{LTI}version", "1.3.0"),
            (f"{LTI}deployment_id", response.tool.deployment_id),
        )
        if claims.get(name) != wanted
    ]
    if response.header.get("alg") != "RS256":
        found.append("alg must be RS256")
    if claims.get("sub") not in {None, response.tool.client_id}:
        found.append("sub must be absent or the client id")
    if f"{DEEP_LINKING}data" in claims:
        found.append("data was not given, so it may not come back")
    found += _nonce(platform, claims.get("nonce"))
    found += _items(claims.get(f"{DEEP_LINKING}content_items", []), placement)
    for name in ("msg", "log", "errormsg", "errorlog"):
        if not isinstance(claims.get(f"{DEEP_LINKING}{name}", ""), str):
            found.append(f"{name} must be a text")
    if found:
        raise ResponseRefused("strict", *found)


def _nonce(platform: Platform, nonce: object) -> list[str]:
    if not isinstance(nonce, str) or not nonce:
        return ["nonce must be a text"]
    with platform.world.lock:
        if nonce in platform.seen_nonces:
            return ["nonce was used before"]
        platform.seen_nonces.add(nonce)
    return []


def _items(items: object, placement: str) -> list[str]:
    if not isinstance(items, list):
        return ["content_items must be a list"]
    found = [f"content_items[{n}]: {trouble}" for n, item in enumerate(items) for trouble in _item(item, placement)]
    if len(items) > 1 and not accepts_multiple(placement):
        found.append(f"{placement} takes one item, not {len(items)}")
    return found


def _item(item: Any, placement: str) -> list[str]:
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        return ["is not an object with a type"]
    kind = item["type"]
    found = [] if kind in accepted_types(placement) else [f"{kind} is not among the accept_types"]
    found += [f"{name} is missing" for name in _NEEDED.get(kind, ()) if not item.get(name)]
    for name in ("title", "text", "html", "url"):
        if name in item and not isinstance(item[name], str):
            found.append(f"{name} must be a text")
    url = item.get("url")
    if isinstance(url, str) and urlsplit(url).scheme not in {"http", "https"}:
        found.append("url must be absolute")
    frame = item.get("iframe")
    if frame is not None and not isinstance(frame, dict):
        found.append("iframe must be an object")
    for name in ("width", "height"):
        size = frame.get(name) if isinstance(frame, dict) else None
        if size is not None and (not isinstance(size, int) or isinstance(size, bool) or size <= 0):
            found.append(f"iframe.{name} must be a whole number of pixels")
    custom = item.get("custom", {})
    if not isinstance(custom, dict) or not all(isinstance(value, str) for value in custom.values()):
        found.append("custom must hold texts")
    return found
