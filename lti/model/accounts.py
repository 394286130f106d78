"""Keys, accounts and consents at Canvas and Studio."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An OAuth2 developer key of the platform's REST API."""

    id: str
    secret: str = field(repr=False)


class StudioAccount(enum.StrEnum):
    """Which account acts at Studio."""

    OWN = "own"  # each person consents once
    SERVICE = "service"  # an administrator consented once; it acts for people by their Studio user id


@dataclass(frozen=True, slots=True)
class StudioSettings:
    """An institution's Canvas Studio."""

    host: str  # the whole host name (school.instructuremedia.com), with a port where it has one
    key: ApiKey
    account: StudioAccount


@dataclass(frozen=True, slots=True)
class CaptioningHeader:
    """What a captioning service sends to Studio in place of a person's token."""

    name: str
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Institution:
    """What administrators decided for one platform; every platform has one."""

    platform_id: int
    studio: StudioSettings | None = None
    captioning_staff: frozenset[str] = frozenset()  # Canvas user ids, or e-mail addresses in lower case
    use_email: bool = True  # privacy: whether e-mail addresses may be used to find people's Studio accounts
    captioning_header: CaptioningHeader | None = None


class GrantService(enum.StrEnum):
    """What a grant opens."""

    CANVAS = "canvas"
    STUDIO = "studio"
    STUDIO_SERVICE = "studio_service"  # of the service account; its subject is empty


@dataclass(frozen=True, slots=True)
class Grant:
    """A consent at Canvas or Studio: the tokens, and whose account it is."""

    platform_id: int
    subject: str
    service: GrantService
    account_id: str  # the account's id on the other side
    access_token: str = field(repr=False)
    refresh_token: str | None = field(repr=False)
    expires_at: datetime
    version: int  # grows with every refresh; tells a stale copy from a fresh one
