"""The answer to a deep linking request: content items, and the signed message that carries them to the platform.

Follows LTI Deep Linking 2.0 and ``reference/lti-launch.md`` section 6. The message is made at the moment of the return:
Canvas takes it for five minutes only.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Final

import jwt
from pylti1p3.deep_link import DeepLink

from lti.errors import N_, InputError
from lti.model import DeepLinkingSettings, Platform
from lti.protocol.registration import PlatformRegistration
from lti.protocol.signing import SigningKeys

_CLAIM: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/"
_LIFE: Final = 300  # seconds


@dataclass(frozen=True, slots=True)
class ResourceLinkItem:
    """A link that launches us: shown in a frame where ``iframe`` is given, as a link otherwise."""

    type: ClassVar[str] = "ltiResourceLink"

    url: str
    title: str
    text: str | None = None
    iframe: tuple[int, int] | None = None  # width and height in pixels
    custom: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give the content item (LTI Deep Linking 2.0, 3.2).

        Sizes are numbers: Canvas appends ``px`` to whatever it is given.
        """
        item: dict[str, Any] = {"type": self.type, "url": self.url, "title": self.title}
        if self.text is not None:
            item["text"] = self.text
        if self.iframe is not None:
            width, height = self.iframe
            item["iframe"] = {"width": int(width), "height": int(height)}
        if self.custom:
            item["custom"] = dict(self.custom)
        return item


@dataclass(frozen=True, slots=True)
class HtmlItem:
    """A fragment of HTML that the platform inserts as it stands."""

    type: ClassVar[str] = "html"

    html: str
    title: str

    def to_dict(self) -> dict[str, Any]:
        """Give the content item (LTI Deep Linking 2.0, 3.4)."""
        return {"type": self.type, "html": self.html, "title": self.title}


@dataclass(frozen=True, slots=True)
class LinkItem:
    """A plain link."""

    type: ClassVar[str] = "link"

    url: str
    title: str
    text: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Give the content item (LTI Deep Linking 2.0, 3.1)."""
        item = {"type": self.type, "url": self.url, "title": self.title}
        if self.text is not None:
            item["text"] = self.text
        return item


ContentItem = ResourceLinkItem | HtmlItem | LinkItem


def response(
    platform: Platform,
    deployment_id: str,
    settings: DeepLinkingSettings,
    items: Sequence[ContentItem],
    keys: SigningKeys,
    *,
    message: str | None = None,
    clock: Callable[[], datetime],
) -> str:
    """Make the signed response.

    :param settings: what the platform asked for, from our own side of the wire.
    :param items: what was chosen; none closes the dialog without inserting anything.
    :param message: a sentence that the platform may show.
    :return: the JWT for the form field ``JWT``.
    :raises InputError: if the platform does not take such items, or only one.
    """
    check_items(settings, items)
    answer = _Response(platform, deployment_id, settings, keys, message, int(clock().timestamp()))
    return answer.encode_jwt(answer.get_message_jwt(items))


def check_items(settings: DeepLinkingSettings, items: Sequence[ContentItem]) -> None:
    """Check that the platform takes these items.

    Refused rather than silently left out: Canvas itself would drop an item that it does not take, and the person would
    find nothing in the page.

    :raises InputError: naming, for a person, what to choose instead.
    """
    if any(item.type not in settings.accept_types for item in items):
        raise InputError(
            f"accepted are {sorted(settings.accept_types)}",
            message=N_("This place in Canvas does not take what you chose in this form."),
            next_step=N_("Choose the other form, captioned player or Canvas player, and insert again."),
        )
    if len(items) > 1 and not settings.accept_multiple:
        raise InputError(
            f"{len(items)} items where one is accepted",
            message=N_("This place in Canvas takes one item only."),
            next_step=N_("Choose one item and insert again."),
        )


class _Response(DeepLink):
    """pylti1p3's envelope, with our clock, key object and a random nonce (its own tells the host's network address)."""

    def __init__(
        self,
        platform: Platform,
        deployment_id: str,
        settings: DeepLinkingSettings,
        keys: SigningKeys,
        message: str | None,
        now: int,
    ) -> None:
        super().__init__(
            PlatformRegistration(platform),
            deployment_id,
            {"deep_link_return_url": settings.return_url, "data": settings.data},
        )
        self._keys = keys
        self._message = message
        self._now = now

    def _generate_nonce(self) -> str:
        return secrets.token_urlsafe(32)

    def get_message_jwt(self, resources: Sequence[Any]) -> dict[str, object]:
        """Give the claims: the audience is the platform's issuer, not its host; no ``data`` where none was given."""
        claims: dict[str, object] = super().get_message_jwt(resources)
        claims["aud"] = self._registration.get_issuer()
        claims["iat"] = self._now
        claims["exp"] = self._now + _LIFE
        if claims[f"{_CLAIM}data"] is None:
            del claims[f"{_CLAIM}data"]
        if self._message is not None:
            claims[f"{_CLAIM}msg"] = self._message
        return claims

    def encode_jwt(self, message: dict[str, Any]) -> str:
        """Sign with a key object: from PEM it would take sixty times as long."""
        kid, key = self._keys.current()
        return jwt.encode(message, key, algorithm="RS256", headers={"kid": kid})
