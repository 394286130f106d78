"""Where new media can go at Studio, beside the person's own uploads.

A collection is ``{id, name}``: one without a name is called after its course or owner.
"""

from __future__ import annotations

from flask import Blueprint, Response, request

from lti.remote import StudioCollection
from lti.web.guard import Guard, Session, may_upload
from lti.web.parts import Parts
from lti.web.studio_names import collection_name
from lti.web.wire import CollectionRequest, json_response, read_json


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    collections = Blueprint("collections", __name__, url_prefix="/api/studio/collections")

    @collections.get("")
    @guard.session(may_upload)
    def listed(session: Session) -> Response:
        """List those that the person may put media into: ``{"collections": […]}``."""
        found = parts.collections.listed(session.viewer, session.platform)
        return json_response({"collections": [_written(session, each) for each in found]})

    @collections.post("")
    @guard.session(may_upload)
    def create(session: Session) -> Response:
        """Make one of the person's own, by its ``name``; answers ``{"collection": …}``."""
        name = read_json(request, CollectionRequest).name
        made = parts.collections.create(session.viewer, session.platform, name)
        return json_response({"collection": _written(session, made)}, 201)

    return collections


def _written(session: Session, collection: StudioCollection) -> dict[str, str]:
    return {"id": collection.id, "name": collection_name(session, collection)}
