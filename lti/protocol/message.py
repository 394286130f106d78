"""One LTI message on its way to being believed: pylti1p3's ``MessageLaunch``, its wrong steps replaced.

``docs/decisions/0004-pylti1p3.md`` says why each step is replaced. The order matters: the token is read only as far as
needed to find the platform and its key, then the signature is checked, and only what was under the signature is used.
"""

from __future__ import annotations

from typing import Any, Final, cast

import msgspec
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from pylti1p3.cookie import CookieService
from pylti1p3.exception import LtiException
from pylti1p3.message_launch import MessageLaunch, TJwtData
from pylti1p3.message_validators.deep_link import DeepLinkMessageValidator
from pylti1p3.message_validators.resource_message import ResourceMessageValidator
from pylti1p3.request import Request
from pylti1p3.session import SessionService

from lti.errors import LaunchRefused, PlatformUnknown
from lti.model import Platform
from lti.protocol.claims import (
    ADDRESSING,
    DEEP_LINKING_SETTINGS,
    HEADER,
    LONGEST_IDENTIFIER,
    MESSAGE_TYPE,
    RESOURCE_LINK,
    ROLES,
    VERSION,
    Addressing,
    Claims,
    Header,
    decode_segment,
    read_claims,
    read_segment,
)
from lti.protocol.platform_keys import PlatformKeys
from lti.protocol.registration import PlatformConf, PlatformRegistration
from lti.protocol.roles import membership

LARGEST_TOKEN: Final = 64 * 1024  # characters; a Canvas launch with every claim is about 4 KB
_MOST_AUDIENCES: Final = 10
_LONGEST_HEADER: Final = 2048  # characters
_ALGORITHM: Final = "RS256"  # the only one that the Security Framework requires of platforms, and all that Canvas uses
_PADDING: Final = PKCS1v15()  # RS256 is RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, 3.3)
_HASH: Final = SHA256()
_NO_REQUEST: Final = Request()  # type: ignore[abstract]  # the base class hands it to our finder, which ignores it

_SKEW: Final = 60.0  # seconds a platform's clock may be ahead of ours
_EXPIRY_SKEW: Final = 10.0  # seconds a token may be over; less, since every second of it is a second more to replay
# Seconds from making to arriving. Canvas makes the token before the login begins and gives its own hint five minutes;
# our login record lives five minutes more.
_OLDEST: Final = 600.0 + _SKEW


class _ResourceValidator(ResourceMessageValidator):
    """Takes what Canvas sends for someone who is not logged in and looks at a public course: no ``sub``."""

    def run_common_validators(self, jwt_body: dict[str, Any]) -> None:
        """Check what every message needs, an anonymous viewer's ``sub`` excepted.

        Such a person is no member of the course and has no personal data; with either of these the missing ``sub`` is
        an error, as the certification suite has it.
        """
        anonymous = "sub" not in jwt_body and not jwt_body["named"] and not any(map(membership, jwt_body[ROLES]))
        super().run_common_validators({**jwt_body, "sub": "anonymous"} if anonymous else jwt_body)


_VALIDATORS: Final = (DeepLinkMessageValidator(), _ResourceValidator())


class VerifiedMessage(MessageLaunch[Request, PlatformConf, SessionService, CookieService]):
    """An id_token, checked step by step. Read ``claims`` and ``platform`` only after ``validate``."""

    claims: Claims
    platform: Platform

    def __init__(self, id_token: str, conf: PlatformConf, keys: PlatformKeys, now: float) -> None:
        """Take a token. The base class's own preparation makes sessions, cookies and a network client: not wanted.

        :param now: seconds since 1970.
        """
        self._request = _NO_REQUEST
        self._id_token = id_token
        self._tool_config = conf
        self._keys = keys
        self._now = now
        self._jwt: TJwtData = {}
        self._addressing: Addressing
        self._header: Header
        self._payload = b""

    def validate(self) -> VerifiedMessage:
        """Run the steps in the order of the module's docstring; state and nonce come after, with the login record.

        :raises LaunchError: at the first step that fails.
        """
        self._validated = True
        try:
            self.validate_jwt_format()
            self.validate_registration()
            self.validate_jwt_signature()
            self.validate_times()
            self.validate_deployment()
            self.validate_message()
        except LtiException as error:
            raise LaunchRefused(str(error)) from error
        return self

    def _get_request_param(self, key: str) -> str:
        return self._id_token if key == "id_token" else ""

    def validate_jwt_format(self) -> VerifiedMessage:
        """Read who the token says it is from, refusing what is oversized before anything is decoded."""
        id_token = self._get_id_token()
        if len(id_token) > LARGEST_TOKEN or not id_token.isascii():
            raise LaunchRefused("the id_token is too large, or no token")
        segments = id_token.split(".")
        if len(segments) != 3 or len(segments[0]) > _LONGEST_HEADER:
            raise LaunchRefused("a token has three parts and a short header")
        self._header = read_segment(decode_segment(segments[0]), HEADER)
        header = self._header
        if header.alg != _ALGORITHM or header.crit is not msgspec.UNSET or not header.b64:
            raise LaunchRefused("the token is not signed with RS256 alone")
        self._payload = decode_segment(segments[1])
        self._addressing = read_segment(self._payload, ADDRESSING)
        self._jwt = cast(TJwtData, {"body": {"iss": self._addressing.iss}})
        return self

    def get_client_id(self) -> str:
        """Tell which of the audience is meant: the authorized party, where several are (OpenID Connect 3.1.3.7)."""
        audience, party = self._addressing.aud, self._addressing.azp
        if isinstance(audience, str):
            audience = [audience]
        if not 0 < len(audience) <= _MOST_AUDIENCES:
            raise LaunchRefused("aud names nobody, or too many")
        if party is None and len(audience) == 1:
            return audience[0]
        if party is None or party not in audience:
            raise LaunchRefused("azp is missing or not in aud")
        return party

    def validate_registration(self) -> VerifiedMessage:
        """Find the platform, by values that are under the signature that is checked next."""
        for value in (self._addressing.iss, self.get_client_id()):
            if len(value) > LONGEST_IDENTIFIER or not value.isprintable():
                raise LaunchRefused("iss or aud is too long or holds control characters")
        try:
            super().validate_registration()
        except LtiException as error:
            raise PlatformUnknown(f"{error} {self._addressing.iss!r} {self.get_client_id()!r}") from error
        self.platform = cast(PlatformRegistration, self._registration).platform
        return self

    def validate_jwt_signature(self) -> VerifiedMessage:
        """Check the signature with the platform's key object, and go on with nothing but what it covers."""
        key = self._keys.key(self.platform.jwks_url, self._header.kid)
        signed, _, signature = self._get_id_token().rpartition(".")
        try:
            key.verify(decode_segment(signature), signed.encode(), _PADDING, _HASH)
        except InvalidSignature:
            raise LaunchRefused("the signature does not hold") from None
        claims = self.claims = read_claims(self._payload)
        body: dict[str, Any] = {
            "iss": claims.iss,
            MESSAGE_TYPE: claims.message_type,
            VERSION: claims.version,
            ROLES: claims.roles,
            "named": claims.names_a_person,
        }
        if claims.sub:
            body["sub"] = claims.sub
        if claims.resource_link is not None:
            body[RESOURCE_LINK] = {"id": claims.resource_link.id}
        if claims.deep_linking is not None:
            body[DEEP_LINKING_SETTINGS] = {
                "accept_types": claims.deep_linking.accept_types,
                "accept_presentation_document_targets": claims.deep_linking.accept_presentation_document_targets,
            }
        self._jwt = cast(TJwtData, {"body": body})
        return self

    def validate_times(self) -> VerifiedMessage:
        """Check when the token was made and until when it holds."""
        claims, now = self.claims, self._now
        if claims.exp + _EXPIRY_SKEW <= now:
            raise LaunchRefused("the token has expired")
        if claims.iat > now + _SKEW or (claims.nbf is not None and claims.nbf > now + _SKEW):
            raise LaunchRefused("the token is from the future")
        if claims.iat < now - _OLDEST:
            raise LaunchRefused("the token is too old")
        return self

    def validate_deployment(self) -> VerifiedMessage:
        """Check that the deployment is known, or may be pinned because the administrator chose so."""
        deployment_id = self.claims.deployment_id
        if not deployment_id:
            raise LaunchRefused("deployment_id is empty")
        if deployment_id not in self.platform.deployments and not self.platform.trust_deployments:
            raise PlatformUnknown(f"deployment {deployment_id[:LONGEST_IDENTIFIER]!r} is not registered")
        return self

    def validate_message(self) -> VerifiedMessage:
        """Check what each kind of message must hold, with pylti1p3's validators for the two kinds that we take."""
        body = self._jwt["body"]
        for validator in _VALIDATORS:
            if validator.can_validate(body):
                validator.validate(body)
                return self
        raise LaunchRefused("this kind of message is not taken")
