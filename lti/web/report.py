"""What the page about a course's captions asks for: its media, texts that were not read yet, lengths."""

from __future__ import annotations

from flask import Blueprint, Response, request

from lti.web.guard import Guard, Session, may_report
from lti.web.parts import Parts
from lti.web.present_report import ReportPresenter
from lti.web.wire import ReadingRequest, ReportQuery, json_response, read_json, read_query


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    report = Blueprint("report", __name__, url_prefix="/api/report")

    @report.get("/media")
    @guard.session(may_report)
    def media(session: Session) -> Response:
        """List media of the course with what is known of their captions, a page at a time."""
        cursor = read_query(request, ReportQuery).cursor
        page = parts.course_report.page(session.viewer, session.platform, cursor)
        return json_response(ReportPresenter(session.language).report_page(page))

    @report.post("/read")
    @guard.session(may_report)
    def read(session: Session) -> Response:
        """Read caption texts of some media."""
        asked = read_json(request, ReadingRequest)
        reading = parts.course_report.read(session.viewer, session.platform, asked.handles, fresh=asked.fresh)
        return json_response(ReportPresenter(session.language).reading(reading))

    @report.get("/studio")
    @guard.session(may_report)
    def studio(session: Session) -> Response:
        """List media of the course at Studio, as :func:`media` does for Canvas."""
        cursor = read_query(request, ReportQuery).cursor
        page = parts.studio_report.page(session.viewer, session.platform, cursor)
        return json_response(ReportPresenter(session.language).report_page(page))

    @report.post("/studio/read")
    @guard.session(may_report)
    def read_studio(session: Session) -> Response:
        """Look which captions some media have at Studio, and read them."""
        asked = read_json(request, ReadingRequest)
        reading = parts.studio_report.read(session.viewer, session.platform, asked.handles, fresh=asked.fresh)
        return json_response(ReportPresenter(session.language).reading(reading))

    @report.get("/lengths")
    @guard.session(may_report)
    def lengths(session: Session) -> Response:
        """Learn how long some media are."""
        cursor = read_query(request, ReportQuery).cursor
        return json_response(
            ReportPresenter.lengths(parts.course_report.lengths(session.viewer, session.platform, cursor))
        )

    return report
