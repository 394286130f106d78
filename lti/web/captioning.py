"""Professional captioning: its page in a window of its own, and what that page asks for.

JSON: an order ``{id, title, language, language_name, service_type, studio_status, ordered_at, duration, can_open,
details, state, answer}`` with ``state`` one of ``open``, ``processing``, ``sending``, ``unknown``, ``fulfilled``,
``failed``; an answer ``{id, order, title, outcome, state, who, message, filename, problem, begun_at, ended_at}``.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import structlog
from flask import Blueprint, Response, request

from lti.media import Clerk
from lti.model import OrderAnswer
from lti.remote import ServiceType
from lti.web.guard import Guard, Session, leads_to_captioning, may_caption
from lti.web.look import look_named
from lti.web.opening import Opening
from lti.web.parts import Parts
from lti.web.posted import posted_session
from lti.web.present_captioning import CaptioningPresenter
from lti.web.requests import facts
from lti.web.wire import (
    AnswerRequest,
    HistoryQuery,
    OrderQuery,
    ServiceTypeRequest,
    json_response,
    read_json,
    read_query,
)

log = structlog.get_logger(__name__)
_LARGEST: Final = 10 << 20  # bytes: the captions of a long film, with room


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    views = Blueprint("captioning", __name__)
    captioning, opening = parts.captioning, Opening(parts)

    @views.post("/captioning")
    @guard.public  # the session that is posted says who is meant
    def page() -> Response:
        """Open the page for somebody whose administration or course page is open."""
        token, viewer, platform = posted_session(parts, leads_to_captioning)
        viewer = replace(viewer, administers=False, reports=False)  # a session is one page's
        facts().platform = platform
        facts().language = parts.localizations.choose(viewer.locale)
        facts().look = look_named(viewer.look)
        parts.limits.call(platform, viewer.subject)
        return opening.captioning(viewer, platform, parts.tokens.renew(token, parts.session_seconds, viewer))

    @views.get("/api/captioning/orders")
    @guard.session(may_caption)
    def orders(session: Session) -> Response:
        """List the orders: those that wait, and those in work or in doubt."""
        found = captioning.orders(_clerk(session))
        return json_response({"orders": [_presenter(session).order(each) for each in found]})

    @views.post("/api/captioning/check")
    @guard.session(may_caption)
    def check(session: Session) -> Response:
        """Look at a caption file for ``?order=``: the body is the file as it is. Nothing is sent to Studio.

        ``{srt, count, ends, grade, meaning, findings, notes}``
        """
        request.max_content_length = _LARGEST
        wanted = read_query(request, OrderQuery)
        found = captioning.check(_clerk(session), wanted.order, request.get_data(cache=False))
        return json_response(_presenter(session).checked(found))

    @views.post("/api/captioning/answers")
    @guard.session(may_caption)
    def answer(session: Session) -> Response:
        """Answer an order; gives the answer as the history has it."""
        request.max_content_length = _LARGEST
        wanted = read_json(request, AnswerRequest)
        found = captioning.answer(
            _clerk(session),
            wanted.order,
            OrderAnswer(wanted.outcome),
            message=wanted.message,
            content=wanted.captions,
            filename=wanted.filename,
            again=wanted.again,
        )
        log.info("captioning_answered", outcome=wanted.outcome)
        return json_response({"answer": _presenter(session).answer(found)})

    @views.get("/api/captioning/media")
    @guard.session(may_caption)
    def media(session: Session) -> Response:
        """Give the addresses of the media of ``?order=``: ``{sources: [{url, content_type}], download}``."""
        found = captioning.media(_clerk(session), read_query(request, OrderQuery).order)
        sources = [{"url": each.url, "content_type": each.content_type} for each in found.sources]
        return json_response({"sources": sources, "download": found.download_url})

    @views.get("/api/captioning/history")
    @guard.session(may_caption)
    def history(session: Session) -> Response:
        """List who answered what, newest first; ``?before=`` the last one that was shown."""
        before = read_query(request, HistoryQuery).before
        found = captioning.history(_clerk(session), int(before) if before else None)
        return json_response({"answers": [_presenter(session).answer(each) for each in found]})

    @views.get("/api/captioning/history/<int(max=2147483647):answer_id>")
    @guard.session(may_caption)
    def text(session: Session, answer_id: int) -> Response:
        """Give the captions that were sent: ``{srt, filename}``."""
        srt, filename = captioning.text(_clerk(session), answer_id)
        return json_response({"srt": srt, "filename": filename})

    @views.get("/api/captioning/types")
    @guard.session(may_caption)
    def types(session: Session) -> Response:
        """List what can be ordered."""
        return _types(session)

    @views.put("/api/captioning/types/<key>")
    @guard.session(may_caption)
    def put_type(session: Session, key: str) -> Response:
        """Add a service type, or change the one with this key; gives the list."""
        wanted = read_json(request, ServiceTypeRequest)
        made = ServiceType(key, wanted.label, wanted.description, wanted.is_asr, tuple(wanted.languages))
        captioning.put_service_type(_clerk(session), made)
        log.info("captioning_service_type_set")
        return _types(session)

    @views.delete("/api/captioning/types/<key>")
    @guard.session(may_caption)
    def delete_type(session: Session, key: str) -> Response:
        """Take a service type away; gives the list."""
        captioning.delete_service_type(_clerk(session), key)
        log.info("captioning_service_type_removed")
        return _types(session)

    def _types(session: Session) -> Response:
        found = captioning.service_types(_clerk(session))
        return json_response({"types": [_presenter(session).service_type(each) for each in found]})

    def _clerk(session: Session) -> Clerk:
        return captioning.access.clerk(session.viewer, session.platform)

    def _presenter(session: Session) -> CaptioningPresenter:
        return CaptioningPresenter(session.language)

    return views
