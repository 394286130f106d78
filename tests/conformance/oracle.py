"""What must become of a launch, decided from the specification alone, without a line of the tool.

Written from ``reference/lti-launch.md``, LTI Core 1.3 and the Security Framework 1.0. Where those leave a choice (a
claim that we do not need has an odd type, say) the answer is ``EITHER``: only a crash would be wrong.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from .canvas import DL, LTI, MEMBERSHIP, PLACEMENT, VOCABULARY

_MOST = 255  # characters of an identifier
_SURE_SKEW, _MOST_SKEW = 10, 60  # seconds that a platform's clock may be ahead
_SURE_AGE, _MOST_AGE = 300, 3600  # seconds between making and arriving
_PERSONAL = ("name", "given_name", "family_name", "email", "picture")


class Verdict(enum.Enum):
    """What must happen."""

    ACCEPT = enum.auto()
    REFUSE = enum.auto()
    EITHER = enum.auto()


@dataclass(frozen=True)
class Expected:
    """The one launch that the login asked for."""

    issuer: str
    client_id: str
    deployment: str
    origin: str
    target: str
    nonce: str
    now: float


def judge(claims: Any, expected: Expected) -> Verdict:
    """Judge the claims of a token whose signature holds."""
    if not isinstance(claims, dict) or any(_wrong(claims, expected)):
        return Verdict.REFUSE
    return Verdict.EITHER if any(_odd(claims, expected)) else Verdict.ACCEPT


def judge_header(header: Any, kid: str) -> Verdict:
    """Judge the header of a token that the platform's key did sign by RS256."""
    if not isinstance(header, dict) or header.get("alg") != "RS256" or header.get("kid") != kid:
        return Verdict.REFUSE
    if "crit" in header:
        return Verdict.REFUSE  # we understand no extension (RFC 7515 4.1.11)
    known = {"alg", "kid", "typ", "cty", "jku", "x5u", "x5t", "x5t#S256"}
    plain = all(isinstance(value, str) for name, value in header.items() if name in known)
    return Verdict.ACCEPT if plain and header.keys() <= known and len(json.dumps(header)) < 1000 else Verdict.EITHER


def _wrong(claims: dict[str, Any], expected: Expected) -> Iterator[bool]:
    """Yield True for everything that no tool may let pass."""
    audience = claims.get("aud")
    audience = [audience] if isinstance(audience, str) else audience
    yield claims.get("iss") != expected.issuer
    yield not isinstance(audience, list) or expected.client_id not in audience
    yield claims.get("azp") is not None and claims["azp"] != expected.client_id
    yield isinstance(audience, list) and len(audience) > 1 and claims.get("azp") is None
    yield claims.get("nonce") != expected.nonce
    made, ends, not_before = claims.get("iat"), claims.get("exp"), claims.get("nbf")
    yield not _number(made) or not _number(ends)
    yield _number(made) and not expected.now - _MOST_AGE <= made <= expected.now + _MOST_SKEW
    yield _number(ends) and ends <= expected.now - _MOST_SKEW
    yield _number(not_before) and not_before > expected.now + _MOST_SKEW
    yield claims.get(f"{LTI}version") != "1.3.0"
    yield claims.get(f"{LTI}deployment_id") != expected.deployment
    yield claims.get(f"{LTI}target_link_uri") != expected.target
    roles = claims.get(f"{LTI}roles")
    yield not _texts(roles)
    message = claims.get(f"{LTI}message_type")
    yield message not in ("LtiResourceLinkRequest", "LtiDeepLinkingRequest")
    subject = claims.get("sub")
    yield subject is not None and not isinstance(subject, str)
    yield isinstance(subject, str) and len(subject) > _MOST
    if not subject:
        yield message == "LtiDeepLinkingRequest" or any(claims.get(name) for name in _PERSONAL)
        yield _texts(roles) and any(role.startswith(MEMBERSHIP) for role in roles)
    if message == "LtiResourceLinkRequest":
        link = claims.get(f"{LTI}resource_link")
        yield not isinstance(link, dict) or not _identifier(link.get("id"))
    if message == "LtiDeepLinkingRequest":
        settings = claims.get(f"{DL}deep_linking_settings")
        yield not isinstance(settings, dict) or any(_wrong_settings(settings))


def _wrong_settings(settings: dict[str, Any]) -> Iterator[bool]:
    yield not _web_address(settings.get("deep_link_return_url"))
    for name in ("accept_types", "accept_presentation_document_targets"):
        yield not _texts(settings.get(name)) or not settings[name]


def _odd(claims: dict[str, Any], expected: Expected) -> Iterator[bool]:
    """Yield True for everything that a tool may refuse or let pass."""
    made, ends = claims["iat"], claims["exp"]
    yield not expected.now - _SURE_AGE <= made <= expected.now + _SURE_SKEW
    yield not expected.now < ends < 1e11
    for name, right in _USUAL.items():
        yield claims.get(name) is not None and not right(claims[name])
    audience = claims["aud"]
    yield isinstance(audience, list) and not (_texts(audience) and len(audience) < 10)
    yield any(not role or not role.isprintable() for role in claims[f"{LTI}roles"])
    yield not claims.get("sub") and not all(role.startswith(VOCABULARY) for role in claims[f"{LTI}roles"])
    yield claims.get("sub") == "" or claims.get("azp") == ""
    yield len(json.dumps(claims)) > 20_000 or not _unicode(claims)
    if claims[f"{LTI}message_type"] == "LtiDeepLinkingRequest":
        settings = claims[f"{DL}deep_linking_settings"]
        yield "ltiResourceLink" not in settings["accept_types"]
        yield "iframe" not in settings["accept_presentation_document_targets"]
        yield any(
            settings.get(name) is not None and not right(settings[name]) for name, right in _USUAL_SETTINGS.items()
        )
    else:
        yield claims.get(f"{DL}deep_linking_settings") is not None


def _number(value: Any) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 1e12


def _texts(value: Any) -> TypeGuard[list[str]]:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _unicode(value: Any) -> bool:
    """Tell whether all text is Unicode: half a surrogate pair makes JSON that many libraries cannot read."""
    try:
        return bool(json.dumps(value, ensure_ascii=False).encode())
    except UnicodeEncodeError:
        return False


def _identifier(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= _MOST


def _plain(value: Any) -> bool:
    return isinstance(value, str) and len(value) <= _MOST and value.isprintable() and value == value.strip()


def _web_address(value: Any) -> bool:
    if not isinstance(value, str) or not value.isprintable() or "\\" in value or len(value) > 100_000:
        return False
    try:
        parts = urlsplit(value)
        return (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc and parts.port != 0
        )
    except ValueError:
        return False


def _members(**right: Callable[[Any], bool]) -> Callable[[Any], bool]:
    def check(value: Any) -> bool:
        return isinstance(value, dict) and all(
            name not in value or value[name] is None or is_right(value[name]) for name, is_right in right.items()
        )

    return check


def _custom(value: Any) -> bool:
    """Custom parameters are text, and Canvas writes numbers too; whatever stands in ours must look like what it is."""
    return (
        isinstance(value, dict)
        and all(isinstance(item, str | int) and not isinstance(item, bool) for item in value.values())
        and all(_plain(str(value[name])) for name in ("canvas_user_id", "canvas_course_id", "embed") if name in value)
    )


_USUAL: dict[str, Callable[[Any], bool]] = {
    "nbf": _number,
    "sub": _plain,
    "azp": _plain,
    "locale": lambda value: isinstance(value, str),
    PLACEMENT: _plain,
    **dict.fromkeys(_PERSONAL, lambda value: isinstance(value, str)),
    f"{LTI}custom": _custom,
    f"{LTI}context": _members(id=_plain, label=_plain, title=lambda v: isinstance(v, str), type=_texts),
    f"{LTI}launch_presentation": _members(return_url=lambda v: isinstance(v, str), locale=lambda v: isinstance(v, str)),
    f"{LTI}resource_link": _members(id=_plain, title=lambda value: isinstance(value, str)),
}
_USUAL_SETTINGS: dict[str, Callable[[Any], bool]] = {
    "deep_link_return_url": lambda value: len(value) < 2000 and value.isascii(),
    "accept_multiple": lambda value: isinstance(value, bool),
    "data": lambda value: isinstance(value, str) and len(value) < 1000,
}
