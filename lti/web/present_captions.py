"""What captions, and what there is to say about them, look like in JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from lti.captions import CaptionFile, Cue, Mend
from lti.captions.checks import Finding, Report
from lti.errors import N_
from lti.media.caption_care import CaptionUpload, Saved
from lti.media.caption_values import HeldText, Reason, Undo
from lti.store import CaptionVersion
from lti.web.localization import Localization
from lti.web.present import Presenter

_REASONS: Final = {
    Reason.EDITED: N_("before it was edited"),
    Reason.REPLACED: N_("before other captions took its place"),
    Reason.REMOVED: N_("before it was removed"),
    Reason.RESTORED: N_("before an older text was put back"),
    Reason.LOST: N_("before Canvas lost it while saving"),
}
_PLACE: Final = N_("Line %(line)s: %(what)s")


class CaptionPresenter:
    """Writes captions for one person."""

    def __init__(self, language: Localization) -> None:
        self._language = language
        self._text = language.gettext

    def text(self, held: HeldText, file: CaptionFile, report: Report) -> dict[str, Any]:
        """Write a track with its text."""
        track = held.track
        updated = track.updated_at
        return {
            "track": track.id,
            "version": held.version,
            "language": track.language,
            "name": self._language.language_name(track.language),
            "kind": track.kind,
            "origin": track.origin.value,
            "state": track.state.value,
            "updated_at": updated.isoformat() if updated else None,
            "writable": held.writable,
            "why_not": self._text(held.why_not) if held.why_not else None,
            "note": self._text(held.note) if held.note else None,
            "duration": held.duration,
            "cues": cues(file.cues),
            "mends": self.mends(file.mends),
            **self.report(report, file.cues),
        }

    def report(self, report: Report, shown: Sequence[Cue]) -> dict[str, Any]:
        """Write findings and grade."""
        return {
            "grade": report.grade.value,
            "grade_words": self._text(report.meaning),
            "findings": [self._finding(finding, shown) for finding in report.findings],
        }

    def mends(self, mends: Iterable[Mend]) -> list[str]:
        """Write what reading a text had to say about it."""
        return [self._text(_PLACE, line=str(mend.line), what=self._text(mend.message, **mend.values)) for mend in mends]

    def theirs(self, held: HeldText | None, file: CaptionFile) -> dict[str, Any]:
        """Write what a track is now, beside what somebody wanted it to be."""
        if held is None:
            return {"cues": [], "version": "", "language": None, "updated_at": None, "removed": True}
        updated = held.track.updated_at
        return {
            "cues": cues(file.cues),
            "version": held.version,
            "language": held.track.language,
            "updated_at": updated.isoformat() if updated else None,
            "removed": False,
        }

    def saved(self, saved: Saved) -> dict[str, Any]:
        """Write what a change came to."""
        return {
            "version": saved.held.version if saved.held else None,
            "track": saved.held.track.id if saved.held else None,
            "tracks": Presenter(self._language).tracks(saved.tracks),
            "handle": saved.handle,
            "note": " ".join(self._text(note) for note in saved.notes) or None,
            "undo": self.undo(saved.undo) if saved.undo else None,
        }

    def undo(self, undo: Undo) -> dict[str, Any]:
        """Write an old text that can be put back."""
        return {
            "id": undo.version_id,
            "language": undo.language,
            "name": self._language.language_name(undo.language),
        }

    def upload(self, upload: CaptionUpload, report: Report) -> dict[str, Any]:
        """Write a caption file whose language is to be chosen."""
        guess = {
            "language": upload.language,
            "name": self._language.language_name(upload.language),
            "from": upload.guessed_from,
        }
        return {
            "needs_language": True,
            "guess": guess if upload.language else None,
            "cues": len(upload.file.cues),
            "mends": self.mends(upload.file.mends),
            **self.report(report, upload.file.cues),
        }

    def versions(self, versions: Iterable[CaptionVersion], subject: str | None) -> list[dict[str, Any]]:
        """Write old texts. Names of people are not kept with them."""
        return [
            {
                "id": version.id,
                "when": version.created_at.isoformat(),
                "who": self._text(N_("you") if version.subject == subject else N_("somebody else")),
                "reason": self._text(_REASONS[Reason(version.reason)]),
            }
            for version in versions
        ]

    def _finding(self, finding: Finding, shown: Sequence[Cue]) -> dict[str, Any]:
        end = finding.until
        if finding.cue is not None:
            end = shown[finding.cue].end
        return {
            "rule": finding.rule.value,
            "cue": finding.cue,
            "start": finding.at,
            "end": end,
            "sentence": self._text(finding.message, **finding.values),
        }


def cues(found: Iterable[Cue]) -> list[dict[str, Any]]:
    """Write captions as the editor takes and gives them."""
    return [
        {
            "start": cue.start,
            "end": cue.end,
            "text": cue.text,
            "settings": cue.settings,
            "identifier": cue.identifier,
        }
        for cue in found
    ]
