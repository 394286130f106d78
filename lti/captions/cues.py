"""What a caption text holds, whatever format it came in."""

from __future__ import annotations

from dataclasses import dataclass, field

MOST_MENDS = 100  # of one kind: a file with the same fault in each cue says it often enough


@dataclass(frozen=True, slots=True)
class Cue:
    """One caption: a text and the time for which it stands. ``end`` is always later than ``start``."""

    start: float  # seconds, of whole milliseconds
    end: float
    text: str  # WebVTT cue payload: markup and entities, lines joined by LF, never an empty line
    identifier: str = ""
    settings: str = ""  # WebVTT cue settings, verbatim


@dataclass(frozen=True, slots=True)
class Mend:
    """Something that was not as it should be, and what was done about it."""

    message: str  # a msgid, with ``values`` to fill in
    line: int  # 1-based, in the text that was read
    cue: int | None = None  # 1-based, among the cues that were read; None where it concerns none of them
    values: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CaptionFile:
    """A caption text, read: its cues in the order of the file, and the blocks that are not cues."""

    cues: tuple[Cue, ...]
    styles: tuple[str, ...] = ()  # CSS of STYLE blocks
    regions: tuple[str, ...] = ()  # settings of REGION blocks
    notes: tuple[str, ...] = ()  # texts of NOTE blocks
    header: str = ""  # what follows WEBVTT: a title, and lines of metadata up to the first empty line
    language: str = ""  # BCP 47, where the text itself names it
    mends: tuple[Mend, ...] = ()


class Mends:
    """Collects what a reader has to say about a text."""

    def __init__(self) -> None:
        self._found: list[Mend] = []
        self._count: dict[str, int] = {}

    def add(self, message: str, line: int, cue: int | None = None, **values: str) -> None:
        """Note a mend; after a hundred of one kind nothing more is kept."""
        count = self._count[message] = self._count.get(message, 0) + 1
        if count <= MOST_MENDS:
            self._found.append(Mend(message, line, cue, values))

    def all(self) -> tuple[Mend, ...]:
        """Give them in the order of the text."""
        return tuple(sorted(self._found, key=lambda mend: mend.line))
