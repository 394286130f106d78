"""The text of a TTML paragraph: what of it stands when, as WebVTT payloads."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise

from lti.captions.cues import Cue
from lti.captions.markup import escape

LAST = Fraction(4)  # seconds that a caption stands for which nothing says when it ends
_MOST_MOMENTS = 500  # in one paragraph; no caption changes that often, and each costs a look at every span

_SPACE = re.compile(r"[ \t\r\n]+")
_PER_CENT = re.compile(r"[0-9.]+%\s+([0-9]{1,3})(?:\.[0-9]*)?%")


@dataclass(frozen=True, slots=True)
class Style:
    """What captions on the web can show of a style; None where it says nothing."""

    italic: bool | None = None
    bold: bool | None = None
    underlined: bool | None = None
    top: bool | None = None

    @classmethod
    def read(cls, attributes: Mapping[str, str]) -> Style:
        """Read styling attributes, by their local names."""
        font, weight = attributes.get("fontStyle"), attributes.get("fontWeight")
        decoration, align = attributes.get("textDecoration"), attributes.get("displayAlign")
        origin = _PER_CENT.match(attributes.get("origin", "").strip())
        top = None
        if align is not None or origin is not None:
            # A region that begins in the upper half is at the top, unless its text sinks to its lower edge.
            top = (origin is None or int(origin.group(1)) < 50) and align in (None, "before")
        return cls(
            None if font is None else font in ("italic", "oblique", "reverseOblique"),
            None if weight is None else weight == "bold",
            None if decoration is None else "underline" in decoration.split(),
            top,
        )

    def over(self, other: Style) -> Style:
        """Give this style with what the other says laid over it."""
        return Style(
            self.italic if other.italic is None else other.italic,
            self.bold if other.bold is None else other.bold,
            self.underlined if other.underlined is None else other.underlined,
            self.top if other.top is None else other.top,
        )

    def tags(self) -> tuple[str, ...]:
        """Name the WebVTT tags for it, outermost first."""
        return tuple(tag for tag, on in (("b", self.bold), ("i", self.italic), ("u", self.underlined)) if on)


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text with one style and one time."""

    text: str
    begin: Fraction
    end: Fraction
    style: Style
    preserve: bool  # white space as it stands


def runs_to_cues(runs: Sequence[Run], forever: Fraction, style: Style) -> list[Cue]:
    """Make cues of a paragraph: one, or where its spans come and go, one for each state of it.

    :param forever: an end that means "nothing says when".
    """
    moments = sorted({moment for run in runs for moment in (run.begin, run.end)})
    if len(moments) > _MOST_MOMENTS:
        runs = [replace(run, begin=moments[0], end=moments[-1]) for run in runs]
        moments = [moments[0], moments[-1]]
    settings = "line:0" if style.top else ""
    cues: list[Cue] = []
    for begin, end in pairwise(moments):
        text = payload([run for run in runs if run.begin <= begin and end <= run.end])
        start, stop = round(begin * 1000), round((begin + LAST if end >= forever else end) * 1000)
        if not text or stop <= start:
            continue
        if cues and cues[-1].text == text and cues[-1].end == start / 1000:
            cues[-1] = Cue(cues[-1].start, stop / 1000, text, "", settings)
        else:
            cues.append(Cue(start / 1000, stop / 1000, text, "", settings))
    return cues


def payload(runs: Sequence[Run]) -> str:
    """Put pieces of text together: white space collapsed, no empty lines, tags around what they style."""
    parts: list[str] = []
    open_tags: tuple[str, ...] = ()
    space = True  # at the beginning of a line, where a space would be lost
    for run in runs:
        text = run.text.replace("\r", "\n") if run.preserve else _SPACE.sub(" ", run.text)
        if space and not run.preserve:
            text = text.lstrip(" ")
        if not text:
            continue
        tags = run.style.tags() if text.strip() else open_tags
        if tags != open_tags:
            parts += [f"</{tag}>" for tag in reversed(open_tags)]
            parts += [f"<{tag}>" for tag in tags]
            open_tags = tags
        parts.append(escape(text))
        space = text[-1] in " \n"
    parts += [f"</{tag}>" for tag in reversed(open_tags)]
    lines = (line.strip(" \t") for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
