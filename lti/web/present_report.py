"""What a course's caption report looks like in JSON."""

from __future__ import annotations

import math
from typing import Any, Final

from lti.captions.checks import MEANING, Rule
from lti.errors import N_
from lti.media import Lengths, Reading, ReportedTrack, ReportPage, ReportRow
from lti.media.report_grading import GRADED_KINDS, wants_grade
from lti.web.present import Presenter

_RULES: Final[dict[str, str]] = {
    Rule.OVERLAP: N_("overlaps the one before"),
    Rule.TOO_SHORT: N_("too short to notice"),
    Rule.TOO_LONG: N_("stands for too long"),
    Rule.TOO_MANY_LINES: N_("too many lines"),
    Rule.LINE_TOO_LONG: N_("line too long"),
    Rule.TOO_FAST: N_("too fast to read"),
    Rule.EMPTY: N_("without text"),
    Rule.BACKWARD: N_("ends before it begins"),
    Rule.UNCOVERED: N_("stretch without captions"),
    Rule.AFTER_END: N_("after the end"),
    Rule.OTHER_LANGUAGE: N_("seems to be in another language"),
}
_OTHER: Final = N_("worth a look")


class ReportPresenter(Presenter):
    """Writes the report for one person."""

    def report_page(self, page: ReportPage) -> dict[str, Any]:
        """Write one page."""
        return {
            "rows": [self.row(row) for row in page.rows],
            "next": page.next_cursor,
            "about": page.about,
            "pause": math.ceil(page.pause),
        }

    def reading(self, reading: Reading) -> dict[str, Any]:
        """Write what a reading came to."""
        return {"rows": [self.row(row) for row in reading.rows], "pause": math.ceil(reading.pause)}

    @staticmethod
    def lengths(lengths: Lengths) -> dict[str, Any]:
        """Write lengths in seconds; 0 where Canvas cannot say."""
        return {
            "lengths": {name: round(seconds, 1) for name, seconds in lengths.seconds.items()},
            "next": lengths.next_cursor,
            "pause": math.ceil(lengths.pause),
        }

    def row(self, row: ReportRow) -> dict[str, Any]:
        """Write one media item."""
        return {
            **self._item(row.item, row.handle),
            "tracks": [self._reported(each) for each in row.tracks],
            "length": None if row.length is None else round(row.length, 1),
            "measured": None if row.measured is None else round(row.measured, 1),
            "known": row.item.tracks_known,
            "note": self._text(row.note) if row.note else None,
            "unread": row.unread,
        }

    def _reported(self, each: ReportedTrack) -> dict[str, Any]:
        found, grade = each.found, each.grade
        return {
            **self._track(each.track),
            "caption": each.track.kind in GRADED_KINDS,
            "unread": found is None and wants_grade(each.track),
            "verdict": found.verdict if found else None,
            "grade": grade.value if grade else None,
            "meaning": self._text(MEANING[grade]) if grade else None,
            "cues": found.cues if found else None,
            "findings": [
                {"count": count, "words": self._text(_RULES.get(rule, _OTHER))}
                for rule, count in sorted(found.findings.items(), key=lambda pair: (-pair[1], pair[0]))
            ]
            if found
            else [],
        }
