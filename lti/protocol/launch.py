"""Take a launch: from the platform's token to a typed ``Launch``, then against the login that it answers.

Verification comes first and touches no state; only then is the login's record compared here, and taken, once. In the
other order a forged token could burn somebody's login (``reference/lti-launch.md`` section 2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from hmac import compare_digest
from typing import Final

from lti.errors import BrowserNotProven, LaunchConsumed, LaunchRefused
from lti.model import Context, DeepLinkingSettings, Launch, LoginRecord, MessageType, Platform
from lti.protocol.addresses import is_ours, is_web_address
from lti.protocol.claims import Claims, ContextClaim, DeepLinkingClaim, identifier, substituted, words
from lti.protocol.message import VerifiedMessage
from lti.protocol.platform_keys import PlatformKeys
from lti.protocol.registration import PlatformConf
from lti.protocol.roles import read_roles
from lti.protocol.states import hash_proof

_LOCALE: Final = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,4}")
_LONGEST_EMAIL: Final = 320  # characters: 64 before the @, 255 after


@dataclass(frozen=True, slots=True)
class VerifiedLaunch:
    """A launch whose token holds. It is not yet known whether this browser asked for it: see ``check_login``."""

    launch: Launch
    nonce: str = field(repr=False)


class LaunchVerifier:
    """Verifies id_tokens (1EdTech Security Framework 1.0 section 5.1.3, ``reference/lti-launch.md`` section 2)."""

    def __init__(
        self,
        find_platforms: Callable[[str, str | None], list[Platform]],
        keys: PlatformKeys,
        clock: Callable[[], datetime],
        pin_deployment: Callable[[int, str], None],
        our_origin: str,
    ) -> None:
        """Be ready.

        :param find_platforms: finds registrations by issuer and client id.
        :param clock: gives the time, aware.
        :param pin_deployment: keeps a deployment id of a platform id, where the administrator chose to trust the first
            launch of a deployment.
        :param our_origin: scheme, host and port of this tool, without a trailing slash.
        """
        # Abstract for mypy alone: the finders for other kinds of configuration are never called.
        self._conf = PlatformConf(find_platforms)  # type: ignore[abstract]
        self._keys = keys
        self._clock = clock
        self._pin_deployment = pin_deployment
        self._our_origin = our_origin

    def verify(self, id_token: str) -> VerifiedLaunch:
        """Verify a token and read it.

        :raises PlatformUnknown: if issuer and client id, or the deployment, are not registered.
        :raises PlatformKeysUnavailable: if the platform's keys cannot be had.
        :raises LaunchRefused: for whatever else is wrong.
        """
        message = VerifiedMessage(id_token, self._conf, self._keys, self._clock().timestamp()).validate()
        launch = self._read(message.platform, message.claims)
        nonce = identifier(message.claims.nonce, "nonce")
        if nonce is None:
            raise LaunchRefused("nonce is empty")
        if launch.deployment_id not in launch.platform.deployments:
            self._pin_deployment(launch.platform.id, launch.deployment_id)
        return VerifiedLaunch(launch, nonce)

    def _read(self, platform: Platform, claims: Claims) -> Launch:
        if not is_ours(claims.target_link_uri, self._our_origin):
            raise LaunchRefused("target_link_uri is not on our origin")
        message_type = MessageType(claims.message_type)
        link = claims.resource_link
        presentation = claims.presentation
        return_url = presentation.return_url if presentation is not None else None
        locale = (presentation.locale if presentation is not None else None) or claims.locale
        email = claims.email
        return Launch(
            platform=platform,
            deployment_id=identifier(claims.deployment_id, "deployment_id") or "",
            message_type=message_type,
            target_link_uri=claims.target_link_uri,
            subject=identifier(claims.sub, "sub"),
            roles=read_roles(claims.roles),
            locale=locale if locale and _LOCALE.fullmatch(locale) else None,
            name=words(claims.name),
            email=email if email and len(email) <= _LONGEST_EMAIL and email.isprintable() else None,
            placement=identifier(claims.placement, "placement"),
            context=_read_context(claims.context),
            resource_link_id=identifier(link.id, "resource_link.id") if link is not None else None,
            resource_link_title=words(link.title) if link is not None else None,
            custom=substituted(claims.custom),
            deep_linking=_read_settings(claims.deep_linking) if message_type is MessageType.DEEP_LINKING else None,
            return_url=return_url if return_url and is_web_address(return_url) else None,
        )


def check_login(verified: VerifiedLaunch, record: LoginRecord | None, proof: str | None) -> None:
    """Compare a verified launch with the login that its ``state`` led to, and with what the browser holds of it.

    :param record: what the state says; ``None`` if that is not one of ours, or over.
    :param proof: what the browser holds of the login, from its cookie or from Platform Storage.
    :raises LaunchConsumed: if there is no record: more than five minutes, as a rule.
    :raises LaunchRefused: if the record is of another login: another platform, nonce or target.
    :raises BrowserNotProven: if this browser did not begin that login.
    """
    check_proof(check_answer(verified, record).proof_hash, proof)


def check_answer(verified: VerifiedLaunch, record: LoginRecord | None) -> LoginRecord:
    """Compare a verified launch with the login alone, where the browser's proof comes later: see ``check_login``.

    :returns: the record, which is there.
    """
    if record is None:
        raise LaunchConsumed("no login record")
    launch = verified.launch
    if not compare_digest(verified.nonce.encode(), record.nonce.encode()):
        raise LaunchRefused("the nonce is of another login")
    if record.platform_id != launch.platform.id:
        raise LaunchRefused("the login was begun by another platform")
    if record.target_link_uri != launch.target_link_uri:
        raise LaunchRefused("the login was begun for another target")
    return record


def check_proof(proof_hash: str, proof: str | None) -> None:
    """Compare what the browser holds with what the login left: see ``check_login``."""
    if proof is None or not compare_digest(hash_proof(proof).encode(), proof_hash.encode()):
        raise BrowserNotProven("no proof, or that of another login")


def _read_context(claim: ContextClaim | None) -> Context | None:
    context_id = identifier(claim.id, "context.id") if claim is not None else None
    if claim is None or context_id is None:
        return None
    return Context(
        id=context_id,
        label=words(claim.label),
        title=words(claim.title),
        types=tuple(claim.type or ()),
    )


def _read_settings(claim: DeepLinkingClaim | None) -> DeepLinkingSettings:
    if claim is None or not is_web_address(claim.deep_link_return_url):
        raise LaunchRefused("the deep linking return address is no web address")
    return DeepLinkingSettings(
        return_url=claim.deep_link_return_url,
        accept_types=frozenset(claim.accept_types),
        accept_presentation_document_targets=frozenset(claim.accept_presentation_document_targets),
        accept_multiple=claim.accept_multiple in {True, "true"},
        data=claim.data,
    )
