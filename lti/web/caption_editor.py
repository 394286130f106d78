"""The caption editor's dialog, which a page fetches when somebody opens it: most people who pick media never do."""

from __future__ import annotations

import hashlib

from flask import Blueprint, Response

from lti.web.guard import Guard, Session, may_list
from lti.web.parts import Parts
from lti.web.wire import json_response


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    editor = Blueprint("caption_editor", __name__, url_prefix="/api/captions")

    @editor.get("/editor")
    @guard.session(may_list)
    def dialog(session: Session) -> Response:
        """Give the dialog in the person's language: ``{"html": …, "owner": …}``.

        ``owner`` is under what the browser keeps unsaved work, so that who comes to the same computer next is not
        offered it. It is a digest: nothing that says who the person is goes into a browser's storage.
        """
        viewer = session.viewer
        owner = hashlib.sha256(f"{viewer.platform_id}/{viewer.subject}".encode()).hexdigest()[:24]
        html = parts.pages.render("_caption_editor.html", session.language, {})
        return json_response({"html": html, "owner": owner})

    return editor
