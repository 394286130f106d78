"""Uploads and recordings on their way to Studio, with their captions."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime

from lti.model.problem import Problem


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
