"""What a careful captioner would say about a track: findings that lead to their cues, and a grade."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from unicodedata import combining, east_asian_width

from lti.captions import language
from lti.captions.cues import Cue
from lti.captions.markup import plain
from lti.errors import N_, Filling, LanguageTag


@dataclass(frozen=True, slots=True)
class Limits:
    """What is too much; installations set their own.

    Letters of East Asian scripts count twice, as they are twice as wide and say as much.
    """

    shortest: float = 1.0  # seconds
    longest: float = 7.0
    lines: int = 2
    line_length: int = 42  # characters
    speed: float = 20.0  # characters a second
    uncovered: float = 30.0  # seconds without any caption before it is worth a look


class Rule(enum.StrEnum):
    """What a finding is about."""

    OVERLAP = "overlap"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_MANY_LINES = "too_many_lines"
    LINE_TOO_LONG = "line_too_long"
    TOO_FAST = "too_fast"
    EMPTY = "empty"
    BACKWARD = "backward"
    UNCOVERED = "uncovered"
    AFTER_END = "after_end"
    OTHER_LANGUAGE = "other_language"


class Grade(enum.StrEnum):
    """A whole track in one letter."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"


MEANING = {
    Grade.A: N_("Good: ready for viewers."),
    Grade.B: N_("Fair: a few captions need a look."),
    Grade.C: N_("Weak: many captions are hard to follow, or some of the speech has none."),
    Grade.D: N_("Poor: viewers who rely on captions would miss much."),
}
_MESSAGES = {
    Rule.OVERLAP: N_("It begins before caption %(other)s has ended."),
    Rule.TOO_SHORT: N_("It stands for %(seconds)s seconds; at least %(limit)s are needed to notice it."),
    Rule.TOO_LONG: N_("It stands for %(seconds)s seconds; more than %(limit)s makes people read it twice."),
    Rule.TOO_MANY_LINES: N_("It has %(lines)s lines; more than %(limit)s cover too much of the picture."),
    Rule.LINE_TOO_LONG: N_("A line has %(length)s characters; more than %(limit)s do not fit everywhere."),
    Rule.TOO_FAST: N_("It asks for %(speed)s characters a second; most people can follow %(limit)s."),
    Rule.EMPTY: N_("It has no text."),
    Rule.BACKWARD: N_("It ends before it begins, so nobody would see it."),
    Rule.UNCOVERED: N_("There is no caption for %(seconds)s seconds. Is nothing said there?"),
    Rule.AFTER_END: N_("It begins after the media has ended."),
    Rule.OTHER_LANGUAGE: N_(
        "The text does not seem to be in the language that the track is marked with (%(declared)s)."
    ),
}
# Of all cues, those with a finding: the most that a grade may have.
_SHARES = ((Grade.A, 0.05), (Grade.B, 0.20), (Grade.C, 0.50))
_WEAK_COVER, _POOR_COVER = 0.75, 0.40  # of the media's length


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at, and where."""

    rule: Rule
    message: str  # a msgid, with ``values`` to fill in
    at: float  # seconds
    cue: int | None = None  # index; None where it concerns no single cue
    values: dict[str, Filling] = field(default_factory=dict)
    until: float | None = None  # seconds, of a stretch without captions


@dataclass(frozen=True, slots=True)
class Report:
    """The findings of a track in the order of time, and what they come to."""

    findings: tuple[Finding, ...]
    grade: Grade
    covered: float | None  # share of the media's length without uncovered stretches; None where that is not known

    @property
    def meaning(self) -> str:
        """Say what the grade means (a msgid)."""
        return MEANING[self.grade]


def check(
    cues: Sequence[Cue], *, duration: float | None = None, declared: str = "", limits: Limits | None = None
) -> Report:
    """Look at a track as a careful captioner would.

    :param duration: of the media, in seconds, where known.
    :param declared: the language of the track, a BCP 47 tag; nothing leaves the language out.
    """
    limits = limits or Limits()
    findings = [finding for index, cue in enumerate(cues) for finding in check_cue(index, cue, limits)]
    findings += _overlaps(cues)
    if duration is not None:
        findings += (_found(Rule.AFTER_END, cue.start, at) for at, cue in enumerate(cues) if cue.start >= duration)
    stretches = uncovered(cues, duration, limits.uncovered)
    findings += (_without_captions(start, end) for start, end in stretches)
    other = bool(declared) and bool(language.contradicts(cues, declared))
    if other:
        findings.append(_found(Rule.OTHER_LANGUAGE, cues[0].start, declared=LanguageTag(declared)))
    covered = max(0.0, 1 - sum(end - start for start, end in stretches) / duration) if duration else None
    findings.sort(key=lambda finding: (finding.at, -1 if finding.cue is None else finding.cue))
    return Report(tuple(findings), _grade(cues, findings, covered, other), covered)


def check_cue(index: int, cue: Cue, limits: Limits) -> Iterator[Finding]:
    """Look at one cue by itself. One that is being written may end before it begins."""
    if cue.end <= cue.start:
        yield _found(Rule.BACKWARD, cue.start, index)
        return
    text = plain(cue.text)
    lines = [stripped for line in text.split("\n") if (stripped := line.strip())]
    seconds = cue.end - cue.start
    if not lines:
        yield _found(Rule.EMPTY, cue.start, index)
        return
    # Times are whole milliseconds; the difference of two floats is not.
    if round(seconds, 3) < limits.shortest:
        yield _found(Rule.TOO_SHORT, cue.start, index, seconds=round(seconds, 2), limit=limits.shortest)
    if round(seconds, 3) > limits.longest:
        yield _found(Rule.TOO_LONG, cue.start, index, seconds=round(seconds, 1), limit=limits.longest)
    if len(lines) > limits.lines:
        yield _found(Rule.TOO_MANY_LINES, cue.start, index, lines=len(lines), limit=limits.lines)
    widths = [width(line) for line in lines]
    if max(widths) > limits.line_length:
        yield _found(Rule.LINE_TOO_LONG, cue.start, index, length=max(widths), limit=limits.line_length)
    speed = sum(widths) / seconds
    if speed > limits.speed:
        yield _found(Rule.TOO_FAST, cue.start, index, speed=round(speed), limit=limits.speed)


def width(text: str) -> int:
    """Count characters as a reader does: marks on letters not at all, East Asian ones twice."""
    if text.isascii():
        return len(text)
    return sum(0 if combining(it) else 2 if east_asian_width(it) in "WF" else 1 for it in text)


def uncovered(cues: Sequence[Cue], duration: float | None, longest: float) -> list[tuple[float, float]]:
    """List the stretches of at least ``longest`` seconds for which no caption stands."""
    stretches = []
    until = 0.0
    for cue in sorted(cues, key=lambda cue: cue.start):
        begin = cue.start if duration is None else min(cue.start, duration)
        if begin - until >= longest:
            stretches.append((until, begin))
        until = max(until, cue.end)
    if duration is not None and duration - until >= longest:
        stretches.append((until, duration))
    return stretches


def _overlaps(cues: Sequence[Cue]) -> Iterator[Finding]:
    last = None  # the cue that stands longest of those before
    for index in sorted(range(len(cues)), key=lambda at: (cues[at].start, cues[at].end)):
        if last is not None and cues[index].start < cues[last].end:
            yield _found(Rule.OVERLAP, cues[index].start, index, other=last + 1)
        if last is None or cues[index].end > cues[last].end:
            last = index


def _found(rule: Rule, at: float, cue: int | None = None, **values: Filling) -> Finding:
    return Finding(rule, _MESSAGES[rule], at, cue, values)


def _without_captions(start: float, end: float) -> Finding:
    values: dict[str, Filling] = {"seconds": round(end - start)}
    return Finding(Rule.UNCOVERED, _MESSAGES[Rule.UNCOVERED], start, values=values, until=end)


def _grade(cues: Sequence[Cue], findings: Sequence[Finding], covered: float | None, other_language: bool) -> Grade:
    if not cues or other_language:
        return Grade.D
    share = len({finding.cue for finding in findings if finding.cue is not None}) / len(cues)
    grade = next((grade for grade, most in _SHARES if share <= most), Grade.D)
    return with_cover(grade, covered)


def with_cover(grade: Grade, covered: float | None) -> Grade:
    """Give the grade that a track can have at most, by how much of the media it covers.

    For who learns the media's length only after the text was checked.

    :param covered: share of the media's length; None where that is not known.
    """
    if covered is None or covered >= _WEAK_COVER:
        return grade
    return Grade.D if covered < _POOR_COVER else max(grade, Grade.C)
