"""The first half of a launch: the platform announces a person, we send the browser to its authorization endpoint.

Follows 1EdTech Security Framework 1.0 section 5.1.1 and ``reference/lti-launch.md`` sections 3 and 4. pylti1p3's
``OIDCLogin`` is not used: all that it does beyond the ten lines of ``begin`` is to keep state in a session of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import ClassVar, Final
from urllib.parse import quote_plus, urlencode

from lti.errors import N_, LaunchRefused, PlatformUnknown
from lti.model import Platform
from lti.protocol.addresses import is_ours
from lti.protocol.states import States

# Characters. Canvas's message hint is a signed token of about 600; the rest are identifiers and one address.
_LIMITS: Final = {
    "iss": 512,
    "login_hint": 4096,
    "target_link_uri": 2048,
    "client_id": 255,
    "deployment_id": 255,
    "lti_deployment_id": 255,
    "lti_message_hint": 16384,
    "lti_storage_target": 255,
}


class InitiationRefused(LaunchRefused):
    """Raised when a login initiation is incomplete, ambiguous or meant for another address: nothing was forged yet."""

    status: ClassVar[int] = 400
    message = N_("Cuedeck did not understand how Canvas began this launch.")


@dataclass(frozen=True, slots=True)
class LoginInitiation:
    """What the platform says when it begins a login."""

    issuer: str
    login_hint: str
    target_link_uri: str
    client_id: str | None = None
    deployment_id: str | None = None
    lti_message_hint: str | None = None
    storage_target: str | None = None  # the frame that answers Platform Storage messages

    def again(self) -> dict[str, str]:
        """Give the parameters that begin this login once more, in a window that needs no Platform Storage."""
        named = {
            "iss": self.issuer,
            "login_hint": self.login_hint,
            "target_link_uri": self.target_link_uri,
            "client_id": self.client_id,
            "lti_deployment_id": self.deployment_id,
            "lti_message_hint": self.lti_message_hint,
        }
        return {name: value for name, value in named.items() if value is not None}


@dataclass(frozen=True, slots=True)
class BegunLogin:
    """A login that was begun: where the browser goes, and what it takes along."""

    url: str
    state: str
    nonce: str
    proof: str = field(repr=False)  # for the browser alone


def read_initiation(params: Mapping[str, Sequence[str]]) -> LoginInitiation:
    """Read a login initiation, from GET and POST alike.

    :param params: every value of every parameter; parameters that are not ours are ignored.
    :raises InitiationRefused: if a required parameter is missing, or a known one is repeated, oversized or holds
        control characters (a NUL would be an error in PostgreSQL, a line break one in a header).
    """
    values = {name: _single(params, name) for name in _LIMITS}
    deployment = values["deployment_id"]  # Canvas's name for it; other platforms use the standard's
    standard_deployment = values["lti_deployment_id"]
    if deployment and standard_deployment and deployment != standard_deployment:
        raise InitiationRefused("deployment_id and lti_deployment_id differ")
    return LoginInitiation(
        issuer=_required(values, "iss"),
        login_hint=_required(values, "login_hint"),
        target_link_uri=_required(values, "target_link_uri"),
        client_id=values["client_id"],
        deployment_id=deployment or standard_deployment,
        lti_message_hint=values["lti_message_hint"],
        storage_target=values["lti_storage_target"],
    )


def read_storage_target(values: Sequence[str]) -> str | None:
    """Read the frame that a launch names; None where it names none, or what cannot be a frame's name."""
    try:
        return _single({"lti_storage_target": values}, "lti_storage_target")
    except InitiationRefused:
        return None


def choose_platform(candidates: Sequence[Platform], initiation: LoginInitiation) -> Platform:
    """Choose the registration that a login initiation means.

    The client id decides. Without one (the standard lets platforms leave it out) a single registration of the issuer is
    meant, or the one that knows the deployment: all hosted Canvas schools share one issuer, so a guess could send a
    person to another school.

    :raises PlatformUnknown: if none, or more than one, fits.
    """
    fitting = [
        platform
        for platform in candidates
        if platform.issuer == initiation.issuer and initiation.client_id in {None, platform.client_id}
    ]
    if len(fitting) > 1:
        fitting = [platform for platform in fitting if initiation.deployment_id in platform.deployments]
    if len(fitting) != 1:
        raise PlatformUnknown(
            f"{len(fitting)} registrations fit issuer {initiation.issuer!r}, client {initiation.client_id!r}, "
            f"deployment {initiation.deployment_id!r}"
        )
    return fitting[0]


def begin(
    initiation: LoginInitiation, platform: Platform, states: States, *, redirect_uri: str, our_origin: str
) -> BegunLogin:
    """Make the authentication request.

    :param redirect_uri: our launch address, as it is registered with the platform.
    :param our_origin: scheme, host and port of this tool; the target of the launch must lie there.
    :raises InitiationRefused: if the target is not ours.
    """
    if not is_ours(initiation.target_link_uri, our_origin):
        raise InitiationRefused("target_link_uri is not on our origin")
    made = states.make(platform.id, initiation.target_link_uri)
    url = (
        f"{_request_stem(platform.authorization_url, platform.client_id, redirect_uri)}"
        f"&state={made.state}&nonce={made.nonce}&login_hint={quote_plus(initiation.login_hint)}"
    )
    if initiation.lti_message_hint is not None:
        url = f"{url}&lti_message_hint={quote_plus(initiation.lti_message_hint)}"
    return BegunLogin(url=url, state=made.state, nonce=made.nonce, proof=made.proof)


def storage_key(state: str) -> str:
    """Name the place in Platform Storage where a login's proof is kept.

    Made from the state, so that tabs do not disturb each other; not the state itself, since whoever frames us can read
    what we post. Short: Canvas keeps 4096 characters for us in all.
    """
    return f"cuedeck.{hashlib.sha256(state.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"


@lru_cache(maxsize=1024)
def _request_stem(authorization_url: str, client_id: str, redirect_uri: str) -> str:
    """Give the part of the request that is the same for every login at a platform: half of the work of ``begin``."""
    fixed = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
    }
    return f"{authorization_url}{'&' if '?' in authorization_url else '?'}{urlencode(fixed)}"


def _single(params: Mapping[str, Sequence[str]], name: str) -> str | None:
    values = params.get(name)
    if not values:
        return None
    if len(values) > 1:
        raise InitiationRefused(f"{name} is repeated")
    value = values[0]
    if len(value) > _LIMITS[name]:
        raise InitiationRefused(f"{name} is too long")
    if not value.isprintable():
        raise InitiationRefused(f"{name} holds control characters")
    return value or None


def _required(values: Mapping[str, str | None], name: str) -> str:
    value = values[name]
    if value is None:
        raise InitiationRefused(f"{name} is missing")
    return value
