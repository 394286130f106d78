"""What the picker's Studio tabs and the course report ask for: media, and one item."""

from __future__ import annotations

from flask import Blueprint, Response, request

from lti.media import StudioQuery
from lti.model import Scope
from lti.web.guard import Guard, Session, may_list
from lti.web.parts import Parts
from lti.web.present import Presenter
from lti.web.wire import DetailRequest, StudioMediaQuery, json_response, read_json, read_query


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    studio = Blueprint("studio", __name__, url_prefix="/api/studio")

    @studio.get("/media")
    @guard.session(may_list)
    def media(session: Session) -> Response:
        """List media, a page at a time."""
        asked = read_query(request, StudioMediaQuery)
        page = parts.studio_library.page(
            session.viewer,
            session.platform,
            scope=Scope(asked.scope),
            query=StudioQuery(asked.search, asked.owner, asked.tag),
            cursor=asked.cursor,
        )
        return json_response(Presenter(session.language, session.viewer.assignment).page(page))

    @studio.post("/media/detail")
    @guard.session(may_list)
    def detail(session: Session) -> Response:
        """Look at one media item: its sources, and its tracks with their texts."""
        handle = read_json(request, DetailRequest).handle
        found = parts.studio_library.detail(session.viewer, session.platform, handle)
        return json_response(Presenter(session.language, session.viewer.assignment).detail(found))

    return studio
