"""Orders for captions, and answers to them, as pages get them; commands write the same as JSON."""

from __future__ import annotations

from typing import Any, Final

from lti.captions import checks
from lti.errors import N_
from lti.media import CheckedFile, StandingOrder
from lti.media.captioning_orders import order_of
from lti.model import AnswerState, CaptionAnswer, OrderAnswer, Problem
from lti.remote import ServiceType
from lti.web.localization import Localization

_MOST: Final = 100  # findings that are worth a look at once
_BY_COMMAND: Final = N_("a command")
_NAMELESS: Final = N_("somebody whose name Canvas did not say")


class CaptioningPresenter:
    """Writes for one person."""

    def __init__(self, language: Localization) -> None:
        """Take their language."""
        self._language = language
        self._text = language.gettext

    def order(self, standing: StandingOrder) -> dict[str, Any]:
        """Write an order, and how it stands."""
        order, answer = standing.order, standing.answer
        return {
            "id": order.id,
            "title": order.title,
            "language": order.language,
            "language_name": self._language.language_name(order.language) if order.language else "",
            "service_type": order.service_type,
            "studio_status": order.status,
            "ordered_at": order.ordered_at,
            "duration": order.duration,
            "can_open": order.media_id is not None,
            "details": [list(each) for each in order.details],
            "state": state_of(answer),
            "answer": None if answer is None else self.answer(answer),
        }

    def answer(self, answer: CaptionAnswer) -> dict[str, Any]:
        """Write an answer."""
        return {
            "id": answer.id,
            "order": answer.order_id,
            "title": order_of(answer.order_id, answer.fields).title,
            "outcome": answer.outcome,
            "state": answer.state,
            "who": answer.name or self._text(_NAMELESS if answer.subject else _BY_COMMAND),
            "message": answer.message,
            "filename": answer.filename,
            "problem": None if answer.problem is None else self._problem(answer.problem),
            "begun_at": answer.begun_at,
            "ended_at": answer.ended_at,
        }

    def checked(self, found: CheckedFile) -> dict[str, Any]:
        """Write what is to be said of a file before it is sent; findings name their caption, counted from 1."""
        mends = [
            {"message": self._text(mend.message, **mend.values), "cue": mend.cue, "line": mend.line}
            for mend in found.mends[:_MOST]
        ]
        losses = [{"message": self._text(loss), "cue": None, "line": None} for loss in found.losses]
        return {
            "srt": found.srt,
            "count": found.count,
            "ends": found.ends,
            "grade": found.report.grade,
            "meaning": self._text(found.report.meaning),
            "findings": [self._finding(each) for each in found.report.findings[:_MOST]],
            "more_findings": max(0, len(found.report.findings) - _MOST),
            "notes": [*losses, *mends],
        }

    @staticmethod
    def service_type(each: ServiceType) -> dict[str, Any]:
        """Write what can be ordered."""
        return {
            "key": each.key,
            "label": each.label,
            "description": each.description,
            "is_asr": each.is_asr,
            "languages": list(each.languages),
        }

    def _finding(self, finding: checks.Finding) -> dict[str, Any]:
        return {
            "message": self._text(finding.message, **finding.values),
            "at": finding.at,
            "cue": None if finding.cue is None else finding.cue + 1,
        }

    def _problem(self, problem: Problem) -> dict[str, str]:
        return {
            "code": problem.code,
            "message": self._text(problem.message, **problem.values),
            "next_step": self._text(problem.next_step, **problem.values),
        }


def state_of(answer: CaptionAnswer | None) -> str:
    """Say in one word how an order stands."""
    if answer is None:
        return "open"
    if answer.outcome is OrderAnswer.PROCESSING:
        return "processing"
    return answer.outcome if answer.state is AnswerState.SENT else answer.state
