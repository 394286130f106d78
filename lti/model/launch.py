"""Platforms, and who comes from them by which launch."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from lti.model.accounts import ApiKey


class Role(enum.StrEnum):
    """What a person is in the context of a launch (see ``protocol.roles`` for how it is read)."""

    LEARNER = "learner"
    TEACHER = "teacher"  # instructor, teaching assistant, content developer
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


class MessageType(enum.StrEnum):
    """The two LTI messages that Cuedeck takes; values are those of the ``message_type`` claim."""

    RESOURCE_LINK = "LtiResourceLinkRequest"
    DEEP_LINKING = "LtiDeepLinkingRequest"


@dataclass(frozen=True, slots=True)
class Platform:
    """A registration: one issuer and client id, with its endpoints and the Canvas it belongs to."""

    id: int
    issuer: str
    client_id: str
    authorization_url: str
    token_url: str
    jwks_url: str
    canvas_url: str  # origin of the REST API and the pages, without a trailing slash
    canvas_key: ApiKey | None
    trust_deployments: bool  # pin an unknown deployment at its first verified launch
    deployments: frozenset[str]


@dataclass(frozen=True, slots=True)
class Context:
    """Where a launch happened: a course, a group, an account."""

    id: str
    label: str | None = None
    title: str | None = None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DeepLinkingSettings:
    """What the platform accepts back, and where (LTI Deep Linking 2.0, 4.4.1)."""

    return_url: str  # never rebuilt or normalised: its query is the platform's own state
    accept_types: frozenset[str]
    accept_presentation_document_targets: frozenset[str]
    accept_multiple: bool
    data: str | None = None  # echoed if the platform gave it; Canvas does not


@dataclass(frozen=True, slots=True)
class Launch:
    """A verified launch: every claim that Cuedeck uses, parsed. ``custom`` holds no unsubstituted ``$Variable``."""

    platform: Platform
    deployment_id: str
    message_type: MessageType
    target_link_uri: str
    subject: str | None  # None: an anonymous viewer of a public course
    roles: frozenset[Role]
    locale: str | None = None
    name: str | None = None
    email: str | None = None
    placement: str | None = None
    context: Context | None = None
    resource_link_id: str | None = None
    resource_link_title: str | None = None
    custom: Mapping[str, str] = field(default_factory=dict)
    deep_linking: DeepLinkingSettings | None = None
    return_url: str | None = None  # launch_presentation: where cancelling leads


@dataclass(frozen=True, slots=True)
class LoginRecord:
    """What a login leaves to its launch, which takes it once, within five minutes."""

    platform_id: int
    nonce: str
    target_link_uri: str
    proof_hash: str  # SHA-256 (hex) of what the beginning browser holds


class Scope(enum.StrEnum):
    """Which of the Canvas lists is meant."""

    OWN = "own"  # media in the person's own files
    COURSE = "course"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Assignment:
    """What a launch says of the assignment that something is handed in for. What the platform did not say is empty."""

    id: str | None = None
    extensions: tuple[str, ...] = ()  # of files that it takes, lower case, without the dot; empty: any, or not known
    due_at: datetime | None = None
    most_attempts: int | None = None
    attempts: int | None = None  # that the person has made


@dataclass(frozen=True, slots=True)
class Viewer:
    """The person of a page, as its bearer token says; what every authorization decision is made from."""

    platform_id: int
    deployment_id: str
    subject: str | None
    roles: frozenset[Role]
    locale: str
    context_id: str | None = None
    canvas_user_id: str | None = None
    canvas_course_id: str | None = None
    canvas_group_id: str | None = None
    deep_link_id: str | None = None  # the stored DeepLinkingSettings that this page may answer
    embed_id: str | None = None  # the embed that this page may watch
    selection: bool = False  # text was selected in the editor
    administers: bool = False  # this is the administration's page
    reports: bool = False  # this is the page about the captions of a course
    email: str | None = field(default=None, repr=False)  # only where the institution has a Studio, to find the account
    captioning: str | None = None  # what opens professional captioning to them (``media.captioning``)
    name: str | None = field(default=None, repr=False)  # only where they may answer orders: colleagues see who did
    assignment: Assignment | None = None  # this page hands in for it
    look: str = ""  # high contrast or a theme, as one word (``web.look``)

    @property
    def teaches(self) -> bool:
        """Whether the person may work with the media of the whole course."""
        return bool(self.roles & {Role.TEACHER, Role.ADMINISTRATOR})

    @property
    def hands_in(self) -> bool:
        """Whether what is chosen is handed in: one recording of one's own."""
        return self.assignment is not None
