"""The claims of an LTI message, typed.

Nothing of a message is used before it has passed through here: a claim of the wrong type, a number out of range or a
document nested a thousand deep ends as ``LaunchRefused``, never as another exception. ``null`` counts as absent.
Unknown claims are skipped without being decoded.
"""

from __future__ import annotations

import re
from binascii import a2b_base64
from typing import Annotated, Any, Final, TypeVar

import msgspec

from lti.errors import LaunchRefused

_LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
_LTI_DL: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"

MESSAGE_TYPE: Final = f"{_LTI}message_type"
VERSION: Final = f"{_LTI}version"
DEPLOYMENT_ID: Final = f"{_LTI}deployment_id"
ROLES: Final = f"{_LTI}roles"
RESOURCE_LINK: Final = f"{_LTI}resource_link"
DEEP_LINKING_SETTINGS: Final = f"{_LTI_DL}deep_linking_settings"

LONGEST_IDENTIFIER: Final = 255  # characters (LTI Core 1.3, 5.3)

# Control characters, and those that turn the reading direction of what follows: a name could hide behind them. Joiners
# stay: Persian and Indic words, and many emoji, are written with them.
_UNWANTED: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")

_Seconds = Annotated[float, msgspec.Meta(ge=0, le=1e11)]  # since 1970; the bounds keep arithmetic free of overflow
_TO_BASE64: Final = bytes.maketrans(b"-_", b"+/")
_T = TypeVar("_T")


class Header(msgspec.Struct, frozen=True):
    """The part of the JOSE header that chooses a key. It is not verified when it is read."""

    alg: str
    kid: str
    crit: Any = msgspec.UNSET  # names extensions that must be understood (RFC 7515, 4.1.11); we understand none
    b64: bool = True  # False: a payload that is not encoded, which a JWT may not have (RFC 7797, 7)


class Addressing(msgspec.Struct, frozen=True):
    """Who a message says it is from, and for. Read before verification, only to find the key to verify with."""

    iss: str
    aud: str | list[str]
    azp: str | None = None


class ResourceLink(msgspec.Struct, frozen=True):
    """The resource link claim."""

    id: str | None = None
    title: str | None = None


class ContextClaim(msgspec.Struct, frozen=True):
    """The context claim."""

    id: str | None = None
    label: str | None = None
    title: str | None = None
    type: list[str] | None = None


class Presentation(msgspec.Struct, frozen=True):
    """The launch presentation claim."""

    return_url: str | None = None
    locale: str | None = None


class DeepLinkingClaim(msgspec.Struct, frozen=True):
    """The deep linking settings claim."""

    deep_link_return_url: str
    accept_types: list[str]
    accept_presentation_document_targets: list[str]
    accept_multiple: bool | str | None = None  # some platforms write "true"
    data: str | None = None


class Claims(
    msgspec.Struct,
    frozen=True,
    rename={
        "message_type": MESSAGE_TYPE,
        "version": VERSION,
        "deployment_id": DEPLOYMENT_ID,
        "target_link_uri": f"{_LTI}target_link_uri",
        "roles": ROLES,
        "resource_link": RESOURCE_LINK,
        "context": f"{_LTI}context",
        "custom": f"{_LTI}custom",
        "presentation": f"{_LTI}launch_presentation",
        "deep_linking": DEEP_LINKING_SETTINGS,
        "placement": "https://www.instructure.com/placement",
    },
):
    """The claims that Cuedeck uses, out of those of ``reference/canvas.md`` section 2.4."""

    iss: str
    nonce: str
    iat: _Seconds
    exp: _Seconds
    message_type: str
    version: str
    deployment_id: str
    target_link_uri: str
    roles: list[str]
    sub: str | None = None
    nbf: _Seconds | None = None
    name: str | None = None
    given_name: str | None = None
    family_name: str | None = None
    email: str | None = None
    picture: str | None = None
    locale: str | None = None
    resource_link: ResourceLink | None = None
    context: ContextClaim | None = None
    custom: dict[str, Any] | None = None
    presentation: Presentation | None = None
    deep_linking: DeepLinkingClaim | None = None
    placement: str | None = None

    @property
    def names_a_person(self) -> bool:
        """Whether any personal data came along."""
        return any((self.name, self.given_name, self.family_name, self.email, self.picture))


def decode_segment(segment: str) -> bytes:
    """Decode one segment of a token, strictly: each octet string has one spelling only (RFC 7515, appendix C).

    :raises LaunchRefused: if it is not base64url without padding.
    """
    if "+" in segment or "/" in segment or "=" in segment:
        raise LaunchRefused("the token is not base64url")
    try:
        # Of bytes: translating the text took half of the time that reading a token before its signature took.
        plain = segment.encode("ascii").translate(_TO_BASE64)
        return a2b_base64(plain + b"=" * (-len(segment) % 4), strict_mode=True)
    except ValueError as error:
        raise LaunchRefused(f"the token is not base64url: {error}") from None


def read_segment(content: bytes, decoder: msgspec.json.Decoder[_T]) -> _T:
    """Read the JSON of a segment that is not verified yet.

    :raises LaunchRefused: if it is not what the decoder takes.
    """
    try:
        return decoder.decode(content)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LaunchRefused(f"the token cannot be read: {error}") from None


def read_claims(payload: bytes) -> Claims:
    """Decode the claims of a verified token.

    :raises LaunchRefused: if a required claim is missing or any claim has the wrong type.
    """
    try:
        return _CLAIMS.decode(payload)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise LaunchRefused(f"the claims cannot be used: {error}") from None


def identifier(value: str | None, what: str) -> str | None:
    """Check an identifier that we store or look up.

    :raises LaunchRefused: if it is longer than the standard allows, or holds what a database or a header cannot.
    """
    if not value:
        return None
    if len(value) > LONGEST_IDENTIFIER or not value.isprintable():
        raise LaunchRefused(f"{what} is too long or holds control characters")
    return value


def words(value: str | None, limit: int = LONGEST_IDENTIFIER) -> str | None:
    """Make a text for people fit to show: no control characters, at most ``limit`` characters."""
    if not value:
        return None
    if not value.isprintable():
        value = _UNWANTED.sub("", value)
    return value.strip()[:limit] or None


def substituted(custom: dict[str, Any] | None) -> dict[str, str]:
    """Read custom parameters, leaving out what Canvas could not fill in.

    A variable that means nothing in a placement arrives as its literal name, ``$Canvas.course.id``. A price (``$5``) is
    no variable: the text selected in an editor comes this way too. Canvas substitutes numbers and booleans as such.
    """
    values: dict[str, str] = {}
    for name, value in (custom or {}).items():
        if isinstance(value, str):
            if not (value[:1] == "$" and value[1:2].isalpha()):
                values[name] = value.replace("\0", "") if "\0" in value else value
        elif isinstance(value, bool):
            values[name] = "true" if value else "false"
        elif isinstance(value, int | float):
            values[name] = str(value)
    return values


_CLAIMS: Final = msgspec.json.Decoder(Claims)
HEADER: Final = msgspec.json.Decoder(Header)
ADDRESSING: Final = msgspec.json.Decoder(Addressing)
