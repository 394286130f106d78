"""Media by web address, and what has just come to Studio as items to insert.

An item is what lists answer (see :class:`lti.web.present.Presenter`): the page opens and inserts it as any other.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from lti.media import LibraryPage, ListedItem, NewImport
from lti.web.guard import Guard, Session, may_pick
from lti.web.parts import Parts
from lti.web.present import Presenter
from lti.web.wire import ImportRequest, json_response, read_json


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    importing = Blueprint("importing", __name__, url_prefix="/api/studio")

    @importing.post("/import")
    @guard.session(may_pick)
    def fetch(session: Session) -> Response:
        """Have Studio fetch ``address``, into ``collection`` if one is named.

        Answers ``{"item": …}``, which Studio still prepares.
        """
        wanted = read_json(request, ImportRequest)
        new = NewImport(wanted.address, wanted.title, wanted.description, wanted.auto_captions, wanted.collection)
        media = parts.importing.fetch(session.viewer, session.platform, new)
        return _answer(session, parts.fresh_items.of_media(session.viewer, session.platform, media), 201)

    @importing.get("/uploads/<upload_id>")
    @guard.session(may_pick)
    def uploaded(session: Session, upload_id: str) -> Response:
        """Answer ``{"item": …}`` of an upload that Studio has."""
        return _answer(session, parts.fresh_items.of_upload(session.viewer, session.platform, upload_id))

    def _answer(session: Session, listed: ListedItem, status: int = 200) -> Response:
        presenter = Presenter(session.language, session.viewer.assignment)
        items: list[Any] = presenter.page(LibraryPage((listed,), None))["items"]
        return json_response({"item": items[0]}, status)

    return importing
