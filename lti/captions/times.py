"""Cue times as text, strictly and as people write them. Inside: whole milliseconds."""

from __future__ import annotations

import re

_COLON = r"[ \t]*:[ \t]*"
_FRACTION = r"(?:[ \t]*([.,:])[ \t]*([0-9]{1,3})[0-9]{0,6})?"
_TIME = rf"(?:([0-9]{{1,9}}){_COLON})?([0-9]{{1,2}}){_COLON}([0-9]{{1,2}}){_FRACTION}"
# Groups 1-5 and 6-10: hours, minutes, seconds, the mark before the fraction, the fraction.
TOLERANT = rf"[ \t]*{_TIME}[ \t]*-{{1,3}}>[ \t]*{_TIME}(?![0-9])"
TOLERANT_LINE = re.compile(TOLERANT)


def milliseconds(hours: str | None, minutes: str, seconds: str, fraction: str | None) -> int:
    """Add up the parts of a time; a fraction has one to three digits."""
    whole = int(minutes) * 60_000 + int(seconds) * 1000
    if hours:
        whole += int(hours) * 3_600_000
    if fraction:
        whole += int(fraction) if len(fraction) == 3 else int(fraction.ljust(3, "0"))
    return whole


def tolerant(match: re.Match[str]) -> tuple[int, int]:
    """Give start and end of a match of ``TOLERANT_LINE``."""
    h1, m1, s1, _, f1, h2, m2, s2, _, f2 = match.groups()
    return milliseconds(h1, m1, s1, f1), milliseconds(h2, m2, s2, f2)


def clock(seconds: float, mark: str) -> str:
    """Write a time as hours, minutes, seconds and, after ``mark``, milliseconds; hours as many digits as they need."""
    whole, thousandths = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours:02d}:{minute:02d}:{second:02d}{mark}{thousandths:03d}"
