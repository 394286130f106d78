"""Scenarist closed captions (.scc): line 21 code pairs in hexadecimal, a line for each burst of them.

Text of the second channel and of the other field is not read: a track holds one language.
"""

from __future__ import annotations

import re

from lti.captions.cea608 import Decoder
from lti.captions.cues import CaptionFile, Mends
from lti.captions.messages import BACK_IN_TIME, BAD_LINE, BAD_PARITY, NO_CUE
from lti.errors import CaptionError

_LINE = re.compile(r"[ \t]*([0-9]{1,4}):([0-5][0-9]):([0-5][0-9])([:;.,])([0-9]{2})[ \t]+(.*)\Z")
_WORD = re.compile(r"[0-9A-Fa-f]{2}(?:[0-9A-Fa-f]{2})?\Z")


def looks_like(text: str) -> bool:
    """Say whether a text begins as this format must."""
    return text.lstrip().startswith("Scenarist_SCC V")


def parse(text: str) -> CaptionFile:
    """Read an SCC text. Each code pair takes one frame of 29.97 a second.

    :raises CaptionError: when nothing in it becomes a caption.
    """
    decoder, mends = Decoder(), Mends()
    at = 0
    lines = text.split("\n")
    first = next(number for number, line in enumerate(lines) if line.strip())
    for number, line in enumerate(lines[first + 1 :], start=first + 2):
        if not line.strip():
            continue
        match = _LINE.match(line)
        if match is None:
            mends.add(BAD_LINE, number, len(decoder.cues) + 1)
            continue
        frame = _frame(match)
        if _milliseconds(frame) < at:
            mends.add(BACK_IN_TIME, number, len(decoder.cues) + 1)
        well = True
        for word in match.group(6).split():
            if _WORD.match(word) is None:
                well = False
                continue
            one, two = int(word[:2], 16), int(word[2:] or "80", 16)  # a lost second half is a filler
            well = well and one.bit_count() % 2 == 1 and two.bit_count() % 2 == 1
            at = max(at, _milliseconds(frame))
            decoder.take(one & 0x7F, two & 0x7F, at)
            frame += 1
        if not well:
            mends.add(BAD_PARITY, number, len(decoder.cues) + 1)
    decoder.finish(at)
    if not decoder.cues:
        raise CaptionError(NO_CUE, line=first + 1)
    return CaptionFile(tuple(decoder.cues), mends=mends.all())


def _frame(match: re.Match[str]) -> int:
    """Count the frames up to a time code. With a semicolon two numbers a minute are left out, but for each tenth."""
    hours, minutes, seconds, frames = (int(match.group(group)) for group in (1, 2, 3, 5))
    passed = hours * 60 + minutes
    number = (passed * 60 + seconds) * 30 + frames
    return number - 2 * (passed - passed // 10) if match.group(4) in ";," else number


def _milliseconds(frame: int) -> int:
    return round(frame * 1001 / 30)
