"""A caption text in a few numbers: what a report keeps of it, and for how long that counts."""

from __future__ import annotations

import dataclasses
import enum
import zlib
from collections import Counter
from datetime import datetime, timedelta

from lti import captions
from lti.captions import checks
from lti.errors import CaptionError
from lti.model import Track, TrackState
from lti.store import TrackGrade

RULES = 1  # to be raised with every change of lti.captions.checks that changes grades: they are made anew then
GRADED_KINDS = frozenset({"captions", "subtitles"})  # what viewers read along; chapters and data have other measures
_UNDATED = timedelta(days=1)  # that a grade counts where Canvas does not say when the text changed


class Verdict(enum.StrEnum):
    """What became of checking a text."""

    GRADED = "graded"
    EMPTY = "empty"
    UNREADABLE = "unreadable"


def wants_grade(track: Track) -> bool:
    """Whether a track is one whose text is to be checked."""
    return track.state is TrackState.READY and track.kind in GRADED_KINDS


class Grading:
    """Grades texts by the limits of the installation. What was graded under other ones does not count."""

    def __init__(self, limits: checks.Limits | None = None) -> None:
        """Take the limits of the checks; nothing for the usual ones."""
        self._limits = limits or checks.Limits()
        # A number for rules and limits together, the same in every process: grades are kept with it.
        said = repr((RULES, dataclasses.astuple(self._limits)))
        self._rules = zlib.crc32(said.encode()) & 0x7FFFFFFF

    def counts(self, grade: TrackGrade, track: Track, now: datetime) -> bool:
        """Whether what was found out earlier is still true of a track."""
        if grade.rules != self._rules or grade.language != track.language or grade.updated_at != track.updated_at:
            return False
        return track.updated_at is not None or now - grade.graded_at < _UNDATED

    def graded(self, track: Track, state: TrackState, vtt: str | None, now: datetime) -> TrackGrade:
        """Check a text.

        :param track: as the list had it: its time of the last change is what the next look compares.
        :param state: what reading the text came to.
        :param vtt: WebVTT; None where there is nothing to read.
        """
        verdict = Verdict.EMPTY if state is TrackState.EMPTY else Verdict.UNREADABLE
        cues: tuple[captions.Cue, ...] = ()
        if vtt is not None:
            try:
                cues = captions.read(vtt).cues
                verdict = Verdict.GRADED if cues else Verdict.EMPTY
            except CaptionError:
                verdict = Verdict.UNREADABLE
        report = checks.check(cues, declared=track.language, limits=self._limits) if cues else None
        ends = max((cue.end for cue in cues), default=0.0)
        gaps = sum(end - start for start, end in checks.uncovered(cues, ends, self._limits.uncovered))
        return TrackGrade(
            track_id=track.id,
            updated_at=track.updated_at,
            language=track.language,
            rules=self._rules,
            verdict=verdict.value,
            grade=report.grade.value if report else None,
            cues=len(cues),
            covered=ends - gaps,
            ends=ends,
            graded_at=now,
            findings=Counter(finding.rule.value for finding in report.findings) if report else {},
        )

    def final(self, grade: TrackGrade, length: float | None) -> checks.Grade | None:
        """Give the grade with what is known of the media's length by now.

        :param length: of the media, in seconds; None where it is not known.
        """
        if grade.grade is None:
            return None
        found = checks.Grade(grade.grade)
        if not length:
            return found
        rest = length - grade.ends
        covered = grade.covered + (max(rest, 0.0) if rest < self._limits.uncovered else 0.0)
        return checks.with_cover(found, min(1.0, covered / length))
