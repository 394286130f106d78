"""Times of TTML (W3C TTML 1, section 10.3: time value expressions)."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

# Hours of one digit or none are not in the standard, and are found.
_CLOCK = re.compile(
    r"(?:([0-9]{1,9}):)?([0-5]?[0-9]):([0-5][0-9]|60)(?:\.([0-9]{1,9})|:([0-9]{2,5})(?:\.([0-9]{1,5}))?)?\Z"
)
_OFFSET = re.compile(r"([0-9]{1,12})(?:\.([0-9]{1,9}))?(h|ms|m|s|f|t)?\Z")
_SECONDS = {"h": Fraction(3600), "m": Fraction(60), "s": Fraction(1), "ms": Fraction(1, 1000)}
_MOST = 10**9 * 3600  # seconds; more than any time that the other formats can say


@dataclass(frozen=True, slots=True)
class Clock:
    """What a document says of its frames and ticks (section 6.2)."""

    frame_rate: Fraction = Fraction(30)  # as counted
    multiplier: Fraction = Fraction(1)  # how much slower they really are: 1000/1001
    sub_frame_rate: int = 1
    tick_rate: Fraction | None = None
    smpte: bool = False  # frames are what is counted, so a second of them is not quite a second
    drop: bool = False  # of dropMode dropNTSC: two numbers a minute are left out, but for each tenth

    def seconds(self, expression: str) -> Fraction | None:
        """Read a time expression; None when it is none. A bare number, which some write, is of seconds."""
        expression = expression.strip()
        found = self._clock(expression) if ":" in expression else self._offset(expression)
        return found if found is not None and found <= _MOST else None

    def _clock(self, expression: str) -> Fraction | None:
        match = _CLOCK.match(expression)
        if match is None:
            return None
        hours, minutes, seconds, fraction, frames, sub_frames = match.groups()
        whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
        if fraction:
            return whole + Fraction(int(fraction), 10 ** len(fraction))
        count = int(frames or 0) + Fraction(int(sub_frames or 0), self.sub_frame_rate)
        rate = self.frame_rate * self.multiplier
        if not self.smpte:
            return whole + count / rate
        total = whole * self.frame_rate + count
        if self.drop:
            passed = int(hours or 0) * 60 + int(minutes)
            total -= 2 * (passed - passed // 10)
        return total / rate

    def _offset(self, expression: str) -> Fraction | None:
        match = _OFFSET.match(expression)
        if match is None:
            return None
        number = Fraction(f"{match.group(1)}.{match.group(2) or 0}")
        unit = match.group(3) or "s"
        if unit == "f":
            return number / (self.frame_rate * self.multiplier)
        if unit == "t":
            return number / (self.tick_rate or self.frame_rate * self.sub_frame_rate)
        return number * _SECONDS[unit]


def clock(parameters: Mapping[str, str]) -> Clock:
    """Read the parameter attributes of a root element; what makes no sense counts as left out."""
    rate = _positive(parameters.get("frameRate", "")) or Fraction(30)
    parts = re.split(r"[ :]+", parameters.get("frameRateMultiplier", "").strip())
    above, below = (_positive(part) for part in ((parts * 2)[:2] if len(parts) == 1 else parts[:2]))
    multiplier = above / below if above and below and len(parts) == 2 else Fraction(1)
    return Clock(
        rate,
        multiplier,
        math.ceil(_positive(parameters.get("subFrameRate", "")) or 1),
        _positive(parameters.get("tickRate", "")),
        parameters.get("timeBase") == "smpte",
        parameters.get("dropMode") == "dropNTSC",
    )


def _positive(number: str) -> Fraction | None:
    return Fraction(int(number)) if re.fullmatch("[0-9]{1,9}", number.strip()) and int(number) > 0 else None
