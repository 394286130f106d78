"""Names for Studio's collections: some have none (``reference/studio.md`` 2.2)."""

from __future__ import annotations

from lti.errors import N_
from lti.remote import StudioCollection
from lti.web.guard import Session

_LIBRARY = N_("My Uploads")
_OF_THIS_COURSE = N_("Unnamed collection of this course")
_OF_A_COURSE = N_("Unnamed collection of another course")
_OF_SOMEBODY = N_("Unnamed collection of %(owner)s")
_OF_NOBODY = N_("Unnamed collection")


def collection_name(session: Session, collection: StudioCollection) -> str:
    """Give the name that a person is shown; what has none is called after its course or owner.

    :param collection: of a media of the person's own, or one that they may fill: so a library is theirs.
    """
    text = session.language.gettext
    if collection.type == "user":
        return text(_LIBRARY)
    if collection.name:
        return collection.name
    if collection.course_id is not None:
        ours = collection.course_id == session.viewer.canvas_course_id
        return text(_OF_THIS_COURSE if ours else _OF_A_COURSE)
    owner = collection.owner.name if collection.owner else ""
    return text(_OF_SOMEBODY, owner=owner) if owner else text(_OF_NOBODY)
