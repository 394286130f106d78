"""The product's own values: frozen, typed, without I/O.

Words are those of ``docs/architecture.md``: *platform, deployment, launch, context, placement, resource link* (LTI);
*media object, attachment, media track, media source* (Canvas); *cue, track, kind, language* (captions); and three of
our own: *media item, track, embed*. Times are aware UTC datetimes, durations seconds, languages BCP 47 tags.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lti.errors import Filling

# --- platform and launch --------------------------------------------------------------------------------------------


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
class ApiKey:
    """An OAuth2 developer key of the platform's REST API."""

    id: str
    secret: str = field(repr=False)


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


# --- media ----------------------------------------------------------------------------------------------------------


class Catalogue(enum.StrEnum):
    """Where a media item lives."""

    CANVAS = "canvas"
    STUDIO = "studio"


class MediaType(enum.StrEnum):
    """Moving picture or sound alone."""

    VIDEO = "video"
    AUDIO = "audio"


class TrackOrigin(enum.StrEnum):
    """Who made a track."""

    HUMAN = "human"
    MACHINE = "machine"


class TrackState(enum.StrEnum):
    """Whether a track can be shown."""

    READY = "ready"
    PROCESSING = "processing"
    FAILED = "failed"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Track:
    """One caption track of a media item."""

    id: str  # the catalogue's own id
    language: str
    kind: str  # subtitles, captions, descriptions, chapters, metadata
    origin: TrackOrigin
    state: TrackState
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class MediaSource:
    """One playable address of a media item; short-lived, never stored beyond its life."""

    url: str = field(repr=False)
    content_type: str
    width: int | None = None
    height: int | None = None
    bitrate: int | None = None  # kbit/s
    original: bool = False


@dataclass(frozen=True, slots=True)
class MediaItem:
    """One entry of either catalogue, the same shape for both."""

    catalogue: Catalogue
    id: str
    title: str
    media_type: MediaType
    tracks: tuple[Track, ...] = ()
    duration: float | None = None  # seconds; Canvas's lists do not give it
    thumbnail_url: str | None = None
    created_at: datetime | None = None
    attachment_id: str | None = None  # Canvas: the file behind it, once known; Studio: the name that embeds use
    verifier: str | None = field(default=None, repr=False)  # Canvas: lets others see a file of a person's own
    can_add_captions: bool = False
    tracks_known: bool = True  # Studio's lists do not say which there are
    captioned: bool = True  # whether our own player can have it
    external: str | None = None  # Studio: whose it is where the bytes are not Studio's ("YouTube", "Vimeo")
    owner: str | None = None  # Studio: name of whose it is
    filename: str | None = None  # of the file behind it, where that is known


@dataclass(frozen=True, slots=True)
class MediaFacts:
    """What tells one recording from another behind the same id, as far as a catalogue says it."""

    seconds: float | None = None
    size: int | None = None  # bytes of what was uploaded
    created_at: datetime | None = None


class EmbedForm(enum.StrEnum):
    """The two forms of design section 3."""

    CAPTIONED = "captioned"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class ChosenTrack:
    """A track as it was chosen: enough to find it again if Canvas gave it a new id meanwhile."""

    id: str
    language: str
    kind: str
    origin: TrackOrigin


@dataclass(frozen=True, slots=True)
class Embed:
    """What was inserted: a media item with exactly these tracks. Its id is random and unguessable."""

    id: str
    platform_id: int
    deployment_id: str
    context_id: str | None
    made_by: str  # subject whose grant fetches the media
    catalogue: Catalogue
    media_id: str
    attachment_id: str | None  # see MediaItem
    verifier: str | None = field(repr=False)
    scope: Scope
    scope_id: str | None  # Canvas course or group id; None for the person's own media
    title: str
    media_type: MediaType
    tracks: tuple[ChosenTrack, ...]
    default_track: str | None  # id of the track that starts on
    start: float | None  # seconds
    end: float | None  # seconds
    show_transcript: bool
    created_at: datetime
    handed_in_at: datetime | None = None  # it is a student's work: see HandIn


class MediaChange(enum.StrEnum):
    """By what another recording showed itself."""

    LENGTH = "length"
    SIZE = "size"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class HandIn:
    """What is kept of work that was handed in, beside its embed."""

    embed_id: str
    assignment_id: str | None
    facts: MediaFacts  # of the recording when it was handed in; filled in later where they were not to be had
    changed_at: datetime | None = None  # when another recording was first seen in its place
    change: MediaChange | None = None


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


# --- uploads --------------------------------------------------------------------------------------------------------


class UploadSource(enum.StrEnum):
    """Where the bytes of an upload come from."""

    FILE = "file"
    RECORDING = "recording"  # sent while it is made; its container is mended before Studio gets it


class UploadState(enum.StrEnum):
    """How far an upload has come (``media.upload_states`` says what follows what)."""

    RECEIVING = "receiving"  # bytes come in from the browser
    RECEIVED = "received"  # we have all of them: the page may be closed
    MENDING = "mending"  # of recordings: length and index are written into the container, what is not wanted is cut
    SENDING = "sending"  # to the address that Studio gave
    SENT = "sent"
    COMPLETING = "completing"
    CAPTIONING = "captioning"  # Studio has the media: it can be inserted
    TRANSCODING = "transcoding"
    READY = "ready"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Problem:
    """What went wrong, in the words of the error that said so: kept, and translated when it is shown."""

    code: str
    message: str  # a msgid
    next_step: str  # a msgid
    values: Mapping[str, Filling] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Upload:
    """One file on its way from a person to Studio. Its id is random; only its owner can see it."""

    id: str
    platform_id: int
    subject: str
    context_id: str | None
    course_id: str | None  # Canvas course id of the launch
    title: str
    description: str
    filename: str
    content_type: str
    length: int | None  # bytes; None: not known yet
    offset: int  # bytes that are durable with us
    state: UploadState
    created_at: datetime
    updated_at: datetime
    expires_at: datetime  # when it is cleared away, unless something happens to it
    auto_captions: bool = False
    auto_captions_refused: bool = False  # the account has them off
    collection_id: str | None = None  # of Studio's; None: the person's library
    collection_name: str | None = None  # as it was when it was chosen
    collection_refused: bool = False  # Studio did not put it there
    failed_in: UploadState | None = None  # where a retry goes on
    problem: Problem | None = None  # of a failed one: why; else what it waits for
    sent: int = 0  # bytes that Studio has taken of the current attempt
    media_id: str | None = None  # Studio's
    email: str | None = field(default=None, repr=False)  # of the launch: a service account finds the person by it
    upload_url: str | None = field(default=None, repr=False)  # Studio's, presigned
    studio_status: str | None = None  # transcoding, in Studio's own word
    attempts: int = 0  # of the present step
    next_try_at: datetime | None = None
    has_chunks: bool = True
    source: UploadSource = UploadSource.FILE
    seconds: float | None = None  # this and what follows: of a recording, how long it is, as far as is known
    trim_start: float | None = None  # seconds; what is to be left out before it
    trim_end: float | None = None  # likewise after it
    mended: bool = False
    note: Problem | None = None  # what its owner should know, though nothing failed


class CaptionState(enum.StrEnum):
    """How far a caption file of an upload has come."""

    WAITING = "waiting"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class UploadCaption:
    """A caption file that waits for its upload."""

    id: str
    upload_id: str
    language: str  # BCP 47
    filename: str
    text: str = field(repr=False)  # SubRip
    state: CaptionState
    problem: Problem | None = None
    known: frozenset[str] = frozenset()  # Studio's caption files before this one was sent


# --- professional captioning ----------------------------------------------------------------------------------------


class OrderAnswer(enum.StrEnum):
    """How an order for captions stands, as its answer says."""

    PROCESSING = "processing"  # no end yet
    FULFILLED = "fulfilled"
    FAILED = "failed"


class AnswerState(enum.StrEnum):
    """What is known of an answer on its way to Studio."""

    SENDING = "sending"
    SENT = "sent"
    REFUSED = "refused"  # Studio certainly did not take it
    UNKNOWN = "unknown"  # it may have


@dataclass(frozen=True, slots=True)
class CaptionAnswer:
    """One answer to an order for captions, as the history keeps it."""

    id: int
    platform_id: int
    host: str  # of the Studio: another one counts its orders anew
    order_id: str
    fields: Mapping[str, Any]  # the order, as Studio described it
    outcome: OrderAnswer
    state: AnswerState
    subject: str  # who sent it; empty: a command
    name: str  # of that person
    message: str
    filename: str
    problem: Problem | None
    begun_at: datetime
    ended_at: datetime | None = None
