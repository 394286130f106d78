"""SubRip (.srt): no standard, so read as tolerantly as the players that people try their files in.

Times are what the format hangs on. A line of two times is the beginning of a cue, wherever it stands; the number
before it is dropped if there is one; all until the next such line is text. So missing numbers, missing or doubled empty
lines, dots for commas and short fractions all read. Text becomes a WebVTT payload (``markup``).
"""

from __future__ import annotations

import re

from lti.captions.cues import CaptionFile, Cue, Mends
from lti.captions.markup import from_subrip, plain, to_subrip
from lti.captions.messages import (
    AFTER_TIMES,
    BACKWARD,
    DROPPED_TAGS,
    EMPTY_LINES,
    LOOSE_TIMES,
    MISNUMBERED,
    NO_CUE,
    NO_TIMES,
    NOT_CAPTIONS,
    NOTES_LOST,
    PLACES_LOST,
    SPEAKERS_LOST,
    STRAY,
    STYLES_LOST,
    TIMES_AS_TEXT,
)
from lti.captions.times import TOLERANT, TOLERANT_LINE, clock, milliseconds
from lti.errors import CaptionError

# The number above the times belongs to them; what follows them on the line does not.
_CUE = re.compile(rf"^(?:[ \t]*([0-9]+)[ \t]*\n)?{TOLERANT}([^\n]*)", re.MULTILINE)
_BLANK = " \t\f\v"


def parse(text: str) -> CaptionFile:
    """Read a SubRip text.

    A cue that ends before it begins is dropped, as in WebVTT.

    :param text: without BOM, line ends normalised to LF, no NUL (``parse.read`` sees to it).
    :raises CaptionError: when there is no cue at all; it names the first line that looked like times, where there is
        one, and the number of the cue that it would have begun.
    """
    matches = _CUE.finditer(text)
    match = next(matches, None)
    if match is None:
        raise _nothing(text)
    cues: list[Cue] = []
    mends = Mends()
    place = Place(text)
    if stray := text[: match.start()].strip():
        mends.add(STRAY, place.line(match.start() - len(text[: match.start()].lstrip())), text=stray)
    numbered_well, number = True, 0
    while match is not None:
        following = next(matches, None)
        written, h1, m1, s1, mark1, f1, h2, m2, s2, mark2, f2, rest = match.groups()
        number += 1
        if numbered_well and written != str(number):
            numbered_well = False
            mends.add(MISNUMBERED, place.line(match.start()), len(cues) + 1)
        exact = h1 and h2 and mark1 == "," == mark2 and len(f1) == 3 == len(f2)
        if not exact:
            mends.add(LOOSE_TIMES, place.line(match.start(3)), len(cues) + 1)
        if rest and (left_out := rest.strip()):
            mends.add(AFTER_TIMES, place.line(match.start(3)), len(cues) + 1, text=left_out)
        start, stop = milliseconds(h1, m1, s1, f1), milliseconds(h2, m2, s2, f2)
        block = text[match.end() : following.start() if following else len(text)].strip("\n")
        settings = ""
        if "\n\n" in block or "\n " in block or "\n\t" in block or block[:1] in _BLANK:
            block, emptied = without_empty_lines(block)
            if emptied:
                mends.add(EMPTY_LINES, place.line(match.end()) + 1, len(cues) + 1)
        if "<" in block or "&" in block or ">" in block or "{" in block:
            if "-->" in block:
                mends.add(TIMES_AS_TEXT, place.line(match.end()) + 1, len(cues) + 1)
            block, settings, dropped = from_subrip(block)
            if dropped:
                block, _ = without_empty_lines(block)  # a line of nothing but dropped tags
                mends.add(DROPPED_TAGS, place.line(match.end()) + 1, len(cues) + 1)
        if stop > start:
            cues.append(Cue(start / 1000, stop / 1000, block, "", settings))
        else:
            mends.add(BACKWARD, place.line(match.start(3)), len(cues) + 1, text=plain(block))
        match = following
    return CaptionFile(tuple(cues), mends=mends.all())


def write(captions: CaptionFile) -> str:
    """Write a SubRip text: numbered from 1, LF, no byte order mark; what SubRip cannot say is left out."""
    return "\n".join(
        f"{number}\n{clock(cue.start, ',')} --> {clock(cue.end, ',')}\n{_text(cue.text)}\n"
        for number, cue in enumerate(captions.cues, start=1)
    )


def losses(captions: CaptionFile) -> tuple[str, ...]:
    """Say what would be lost in SubRip besides bold, italic and underlined (msgids)."""
    found = {
        PLACES_LOST: any(cue.settings for cue in captions.cues),
        STYLES_LOST: bool(captions.styles) or any("<c" in cue.text or "<ruby" in cue.text for cue in captions.cues),
        SPEAKERS_LOST: any("<v" in cue.text or "<lang" in cue.text for cue in captions.cues),
        NOTES_LOST: bool(captions.notes),
    }
    return tuple(message for message, lost in found.items() if lost)


def _text(payload: str) -> str:
    text = to_subrip(payload)
    if ">" in text:
        # A line that reads as times would begin another cue.
        text = "\n".join(line.replace(">", "&gt;") if TOLERANT_LINE.match(line) else line for line in text.split("\n"))
    return without_empty_lines(text)[0]


def without_empty_lines(block: str) -> tuple[str, bool]:
    """Take out the lines without text; say whether there were any between others."""
    lines = block.split("\n")
    kept = [line for line in lines if line.strip(_BLANK)]
    return "\n".join(kept), len(kept) < len(lines) and bool(kept)


class Place:
    """Knows the line of each character of a text; quickest when asked in rising order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._line = 1

    def line(self, at: int) -> int:
        """Give the 1-based line of a character."""
        if at < self._at:
            self._at, self._line = 0, 1
        self._line += self._text.count("\n", self._at, at)
        self._at = at
        return self._line


def _nothing(text: str) -> CaptionError:
    for number, line in enumerate(text.split("\n"), start=1):
        if "-->" in line:
            return CaptionError(NO_TIMES, line=number, cue=1)
        if line.strip() and line.lstrip()[:1] in "<{[":
            return CaptionError(NOT_CAPTIONS, line=number)
    return CaptionError(NO_CUE, line=1)
