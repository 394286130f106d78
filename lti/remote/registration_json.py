"""The documents of a registration as JSON (``reference/canvas.md`` 5.2), into values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

import httpx
import msgspec
from msgspec import Meta, Struct, field

from lti.errors import N_, RegistrationDistrusted, RemoteNonsense

from .reading import text, whole

_CANVAS = "https://canvas.instructure.com/lti/"
_LONGEST_NAME = 255  # characters
_MOST_NAMES = 200

_Address = Annotated[str, Meta(min_length=8, max_length=2048)]


@dataclass(frozen=True, slots=True)
class Description:
    """What a platform says of itself."""

    issuer: str
    authorization_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    account_domain: str | None  # host (and port) of the school's pages and API
    account_name: str | None
    placements: Mapping[str, frozenset[str]]  # names by message type
    claims: frozenset[str]
    canvas_url: str = ""  # origin of the school's pages and API, once the addresses were checked


@dataclass(frozen=True, slots=True)
class Registered:
    """What a registration gave."""

    client_id: str
    deployment_id: str | None  # Canvas does not say; the standard lets a platform do so


class _Platform(Struct):
    product_family_code: Any = None
    messages_supported: Any = None
    account_name: Any = field(default=None, name=f"{_CANVAS}account_name")
    account_domain: Any = field(default=None, name=f"{_CANVAS}account_domain")


class _Configuration(Struct):
    issuer: _Address
    authorization_endpoint: _Address
    registration_endpoint: _Address
    token_endpoint: _Address
    jwks_uri: _Address
    platform: _Platform = field(name="https://purl.imsglobal.org/spec/lti-platform-configuration")
    claims_supported: Any = None


class _Tool(Struct):
    deployment_id: Any = None


class _Registration(Struct):
    client_id: str | int
    tool: _Tool | None = field(default=None, name="https://purl.imsglobal.org/spec/lti-tool-configuration")


_CONFIGURATION = msgspec.json.Decoder(_Configuration)
_REGISTRATION = msgspec.json.Decoder(_Registration)


def read_description(response: httpx.Response) -> Description:
    """Read an OpenID configuration.

    :raises RemoteNonsense: it does not fit.
    :raises RegistrationDistrusted: it is of another product.
    """
    read = whole(response, _CONFIGURATION)
    if text(read.platform.product_family_code).lower() != "canvas":
        raise RegistrationDistrusted(
            f"product_family_code is {text(read.platform.product_family_code)[:50]!r}",
            message=N_("This platform does not say that it is Canvas, so nothing was installed."),
        )
    return Description(
        issuer=read.issuer,
        authorization_url=read.authorization_endpoint,
        token_url=read.token_endpoint,
        jwks_url=read.jwks_uri,
        registration_url=read.registration_endpoint,
        account_domain=text(read.platform.account_domain).lower()[:_LONGEST_NAME] or None,
        account_name=text(read.platform.account_name)[:_LONGEST_NAME] or None,
        placements=_placements(read.platform.messages_supported),
        claims=frozenset(_texts(read.claims_supported)),
    )


def read_registered(response: httpx.Response) -> Registered:
    """Read the answer to a registration.

    :raises RemoteNonsense: it has no client id that can be one.
    """
    read = whole(response, _REGISTRATION)
    client_id = str(read.client_id)
    if not 0 < len(client_id) <= _LONGEST_NAME or not client_id.isprintable() or client_id.strip() != client_id:
        raise RemoteNonsense("the client id of the registration is none")
    deployment_id = text(read.tool.deployment_id) if read.tool else ""
    return Registered(client_id, deployment_id if 0 < len(deployment_id) <= _LONGEST_NAME else None)


def _placements(messages: object) -> Mapping[str, frozenset[str]]:
    """Read the placements by message type; an entry that is none is left out."""
    found: dict[str, set[str]] = defaultdict(set)
    for message in messages if isinstance(messages, list) else []:
        if isinstance(message, dict) and isinstance(message.get("type"), str):
            found[message["type"]].update(_texts(message.get("placements")))
    return {kind: frozenset(names) for kind, names in found.items()}


def _texts(values: object) -> list[str]:
    if not isinstance(values, list):
        return []
    return [value for value in values[:_MOST_NAMES] if isinstance(value, str) and len(value) <= _LONGEST_NAME]
