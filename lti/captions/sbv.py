"""SubViewer as YouTube writes it (.sbv): a line of two times, the text, an empty line. It has no markup."""

from __future__ import annotations

import re

from lti.captions.cues import CaptionFile, Cue, Mends
from lti.captions.markup import escape
from lti.captions.messages import BACKWARD, EMPTY_LINES, STRAY
from lti.captions.srt import Place, without_empty_lines
from lti.captions.times import milliseconds

_TIME = r"(?:([0-9]{1,9}):)?([0-9]{1,2}):([0-9]{1,2})\.([0-9]{1,3})"
_TIMINGS = re.compile(rf"^[ \t]*{_TIME}[ \t]*,[ \t]*{_TIME}[ \t]*$", re.MULTILINE)
_BREAK = re.compile(r"\[br\]", re.IGNORECASE)


def looks_like(text: str) -> bool:
    """Say whether a text begins with a line of two times as this format has it."""
    return _TIMINGS.match(text.lstrip()) is not None


def parse(text: str) -> CaptionFile:
    """Read a SubViewer text.

    :param text: one for which ``looks_like`` holds; without BOM, line ends normalised to LF.
    """
    cues: list[Cue] = []
    mends = Mends()
    place = Place(text)
    found = list(_TIMINGS.finditer(text))
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        h1, m1, s1, f1, h2, m2, s2, f2 = match.groups()
        start, stop = milliseconds(h1, m1, s1, f1), milliseconds(h2, m2, s2, f2)
        block = _BREAK.sub("\n", text[match.end() : end].strip("\n"))
        block, emptied = without_empty_lines(block)
        if emptied:
            mends.add(EMPTY_LINES, place.line(match.end()) + 1, len(cues) + 1)
        if stop > start:
            cues.append(Cue(start / 1000, stop / 1000, escape(block)))
        else:
            mends.add(BACKWARD, place.line(match.start()), len(cues) + 1, text=block)
    if before := text[: found[0].start()].strip():
        mends.add(STRAY, 1, text=before)
    return CaptionFile(tuple(cues), mends=mends.all())
