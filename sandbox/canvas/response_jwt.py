"""What Canvas checks of the JWT of a deep-linking response (reference/canvas.md 3.2), in its order and words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import jwt

from sandbox.canvas.platform import Platform
from sandbox.canvas.tool import InstalledTool, fetch_json

OLDEST_SECONDS = 5 * 60
AHEAD_SECONDS = 30
ALGORITHMS = ("RS256", "RS384", "RS512")


class ResponseRefused(Exception):
    """The response is not accepted; ``errors`` are keyed by attribute, as Canvas's JSON is."""

    def __init__(self, attribute: str, *messages: str) -> None:
        super().__init__("; ".join(messages))
        self.errors = {attribute: [{"attribute": attribute, "type": m, "message": m} for m in messages]}


@dataclass(frozen=True)
class VerifiedResponse:
    """A response whose JWT Canvas takes."""

    tool: InstalledTool
    header: dict[str, Any]
    claims: dict[str, Any]


def verify(platform: Platform, text: str, fetch: Callable[[str], Any] = fetch_json) -> VerifiedResponse:
    """Check a response's JWT. The tool's key set is fetched over HTTP for every response.

    :raises ResponseRefused: with Canvas's own words.
    """
    try:
        header = jwt.get_unverified_header(text)
        claims = jwt.decode(text, options={"verify_signature": False})
    except jwt.PyJWTError as error:
        raise ResponseRefused("jwt", "JWT exception") from error
    tool = platform.tools.by_client(str(claims.get("iss")))
    if tool is None:
        raise ResponseRefused("developer_key", "Client not found")
    if not platform.is_on(tool):
        raise ResponseRefused("developer_key", "Developer key inactive in context")
    _check_signature(text, header, _key(tool, header, fetch))
    _check_times(platform, claims)
    return VerifiedResponse(tool, header, claims)


def _key(tool: InstalledTool, header: dict[str, Any], fetch: Callable[[str], Any]) -> jwt.PyJWK:
    url = tool.config.get("public_jwk_url")
    if url:
        try:
            keys = fetch(str(url))["keys"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise ResponseRefused("jwt", "Fetching JWK from public_jwk_url failed") from error
    else:
        keys = [tool.config["public_jwk"]]
    found = [key for key in keys if isinstance(key, dict) and key.get("kid") == header.get("kid")]
    if not found or not header.get("kid"):
        raise ResponseRefused("jwt", "JWT exception")
    try:
        return jwt.PyJWK(found[0])
    except jwt.PyJWTError as error:
        raise ResponseRefused("jwt", "JWT exception") from error


def _check_signature(text: str, header: dict[str, Any], key: jwt.PyJWK) -> None:
    if header.get("alg") not in ALGORITHMS or key.key_type != "RSA":
        raise ResponseRefused("jwt", "JWT has unexpected alg")
    try:
        jwt.PyJWS().decode(text, key.key, algorithms=list(ALGORITHMS))
    except jwt.PyJWTError as error:
        raise ResponseRefused("jwt", "JWT verification failure") from error


def _check_times(platform: Platform, claims: dict[str, Any]) -> None:
    missing = [name for name in ("aud", "exp", "iat", "iss") if not claims.get(name)]
    if missing:
        raise ResponseRefused("base", f"the following assertions are missing: {', '.join(missing)}")
    now, found = platform.now().timestamp(), []
    audience = claims["aud"] if isinstance(claims["aud"], list) else [claims["aud"]]
    if platform.config.issuer not in audience:
        found.append("the 'aud' is invalid")
    if not _is_number(claims["exp"]):
        found.append("the 'exp' must be a number")
    elif claims["exp"] < now:
        found.append("the JWT has expired")
    if not _is_number(claims["iat"]):
        found.append("the 'iat' must be a number")
    elif claims["iat"] < now - OLDEST_SECONDS:
        found.append(f"the 'iat' must be less than {OLDEST_SECONDS} seconds old")
    elif claims["iat"] > now + AHEAD_SECONDS:
        found.append("the 'iat' must not be in the future")
    if found:
        raise ResponseRefused("base", *found)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
