"""What the item page asks for about media of the person's own at Studio.

Each call takes the item's ``handle``. Tags are ``[{id, name}]``.
"""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, request

from lti.errors import N_
from lti.media import StudioAbout
from lti.remote import StudioTag
from lti.web.guard import Guard, Session, may_pick
from lti.web.parts import Parts
from lti.web.studio_names import collection_name
from lti.web.wire import DetailRequest, TagRequest, UntagRequest, json_response, read_json

_MAY: Final = {"access": N_("may watch"), "view": N_("may watch"), "edit": N_("may change it")}


def blueprint(parts: Parts, guard: Guard) -> Blueprint:
    """Make the blueprint."""
    keeping = Blueprint("studio_keeping", __name__, url_prefix="/api/studio/own")

    @keeping.post("/about")
    @guard.session(may_pick)
    def about(session: Session) -> Response:
        """Show ``{tags, places: [name], people: [{name, may}], more_people, embeds}``.

        ``places`` and ``people`` are null where Studio did not say.
        """
        handle = read_json(request, DetailRequest).handle
        return json_response(_written(session, parts.keeping.about(session.viewer, session.platform, handle)))

    @keeping.post("/tag")
    @guard.session(may_pick)
    def tag(session: Session) -> Response:
        """Add a tag by its ``name``; answers ``{tags}``."""
        wanted = read_json(request, TagRequest)
        return _tags(parts.keeping.add_tag(session.viewer, session.platform, wanted.handle, wanted.name))

    @keeping.post("/untag")
    @guard.session(may_pick)
    def untag(session: Session) -> Response:
        """Take a ``tag`` off by its id; answers ``{tags}``."""
        wanted = read_json(request, UntagRequest)
        return _tags(parts.keeping.remove_tag(session.viewer, session.platform, wanted.handle, wanted.tag))

    @keeping.post("/delete")
    @guard.session(may_pick)
    def delete(session: Session) -> Response:
        """Delete the media for good; answers ``{}``."""
        parts.keeping.delete(session.viewer, session.platform, read_json(request, DetailRequest).handle)
        return json_response({})

    return keeping


def _tags(tags: tuple[StudioTag, ...]) -> Response:
    return json_response({"tags": _tag_list(tags)})


def _tag_list(tags: tuple[StudioTag, ...]) -> list[dict[str, str]]:
    return [{"id": each.id, "name": each.name} for each in tags]


def _written(session: Session, about: StudioAbout) -> dict[str, Any]:
    text = session.language.gettext
    places = people = None
    if about.places is not None:
        places = [collection_name(session, each) for each in about.places]
    if about.people is not None:
        people = [
            {"name": each.user.name or each.user.email or "?", "may": text(_MAY.get(each.permission, each.permission))}
            for each in about.people
        ]
    return {
        "tags": _tag_list(about.tags),
        "places": places,
        "people": people,
        "more_people": about.more_people,
        "embeds": about.embeds,
    }
