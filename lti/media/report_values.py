"""What a course's caption report gives: rows, pages of them, and what one more call has found out."""

from __future__ import annotations

from dataclasses import dataclass

from lti.captions.checks import Grade
from lti.media.report_grading import wants_grade
from lti.model import MediaItem, Track
from lti.store import TrackGrade


@dataclass(frozen=True, slots=True)
class ReportedTrack:
    """A track, and what is known of its text: nothing yet where ``found`` is None."""

    track: Track
    found: TrackGrade | None = None
    grade: Grade | None = None


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One media item of the course."""

    item: MediaItem
    handle: str
    tracks: tuple[ReportedTrack, ...]
    length: float | None  # seconds; at least: where captions end, if nothing else is known
    measured: float | None  # seconds, as the catalogue told; 0: it cannot tell; None: it was not asked
    note: str | None = None  # a msgid: why it is not known which captions there are

    @property
    def unread(self) -> bool:
        """Whether it is still to be asked which captions there are, or a text is to be read."""
        if not self.item.tracks_known:
            return self.note is None
        return any(wants_grade(each.track) and each.found is None for each in self.tracks)


@dataclass(frozen=True, slots=True)
class ReportPage:
    """One page of the report."""

    rows: tuple[ReportRow, ...]
    next_cursor: str | None
    about: int | None  # how many media there are, roughly: Canvas says how many pages
    pause: float  # seconds to wait before the next call


@dataclass(frozen=True, slots=True)
class Lengths:
    """How long some media are."""

    seconds: dict[str, float]  # by media id; 0: Canvas cannot say
    next_cursor: str | None
    pause: float  # seconds to wait before the next call


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reading came to. Media that were asked for and are not in it are to be asked for again."""

    rows: tuple[ReportRow, ...]
    pause: float  # seconds to wait before the next call
