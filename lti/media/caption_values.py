"""What looking after captions works with: a text as it is held, a draft of another one, and what saving came to."""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass, field

from lti import captions
from lti.captions import CaptionFile, Cue
from lti.errors import CaptionsChanged, CaptionsHalfWritten, LanguageTag
from lti.media.track_texts import TrackText
from lti.model import Track, TrackState

ABSENT = ""  # the version of a track that is not there


class Reason(enum.StrEnum):
    """Why an old text was kept: what was done to it."""

    EDITED = "edited"
    REPLACED = "replaced"  # by a file, or by captions copied from elsewhere
    REMOVED = "removed"
    RESTORED = "restored"  # an older one took its place
    LOST = "lost"  # by Canvas, in the middle of replacing others


@dataclass(frozen=True, slots=True)
class HeldText:
    """A track with its text, as the catalogue has it now."""

    track: Track
    content: str = field(repr=False)
    writable: bool = True
    why_not: str | None = None  # a msgid
    note: str | None = None  # a msgid: what saving does that nobody would expect
    duration: float | None = None  # of the media, in seconds, where known

    @property
    def version(self) -> str:
        """Name this very text: whoever saves says which one they began with."""
        return hashlib.sha256(self.content.encode("utf-8", "surrogatepass")).hexdigest()[:32]

    def read(self) -> CaptionFile:
        """Read the text.

        :raises CaptionError: when it is none that can be read.
        """
        if self.track.state is not TrackState.READY and not self.content.strip():
            return CaptionFile(())
        return captions.read(self.content)


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody wants a track to be."""

    captions: CaptionFile
    language: str  # BCP 47
    kind: str = "subtitles"

    @property
    def cues(self) -> tuple[Cue, ...]:
        """Give its cues."""
        return self.captions.cues


@dataclass(frozen=True, slots=True)
class Undo:
    """An old text that can be put back."""

    language: str
    version_id: str


@dataclass(frozen=True, slots=True)
class Written:
    """What a change came to."""

    tracks: tuple[TrackText, ...]  # all that the media has now
    held: HeldText | None = None  # the track that was written, as the catalogue gives it back
    notes: tuple[str, ...] = ()  # msgids
    undo: Undo | None = None


class ChangedMeanwhile(CaptionsChanged):
    """Raised with what a track is now; None if it is gone."""

    def __init__(self, detail: str, theirs: HeldText | None = None) -> None:
        """Take it."""
        super().__init__(detail)
        self.theirs = theirs


class HalfWritten(CaptionsHalfWritten):
    """Raised with what can be put back."""

    def __init__(self, detail: str, lost: tuple[Undo, ...] = ()) -> None:
        """Take it."""
        super().__init__(detail, values={"languages": [LanguageTag(each.language) for each in lost]})
        self.lost = lost
