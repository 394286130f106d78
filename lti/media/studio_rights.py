"""Who may reach which of Studio's media: all of the rules, in one place (design sections 7 and 10).

A service account may see everything, and Studio checks nothing then. So whatever Studio answers, by whichever account,
is let through here only if it is the person's own, or in the collection of the course in which a teacher opened us.
Nothing else is: a rule that does not say yes is a no. What changes or removes a media is for its owner alone, and media
are put into a collection only where :func:`may_fill` says so.
"""

from __future__ import annotations

from typing import Final

from lti.errors import N_, InputError, NotAllowed, RemoteGone, RemoteNotPermitted, RemoteRejected
from lti.media import rights
from lti.media.handles import Shown
from lti.media.studio_access import StudioActor
from lti.model import Scope, Viewer
from lti.remote import StudioCollection, StudioMedia

_LIBRARY: Final = "user"  # the type of a person's library
_VIEWING: Final = ("access", "view")


def place(viewer: Viewer, scope: Scope, signed: str | None = None, *, bound: bool = False) -> str | None:
    """Give the Canvas id of the course whose media a viewer may list, None for their own media.

    :param signed: what a handle or cursor says.
    :param bound: whether there is one, which then has to be of this launch's course.
    :raises NotAllowed: when only teachers may, or the launch was not in a course.
    :raises InputError: when it is of another course.
    """
    if scope not in {Scope.OWN, Scope.COURSE}:
        raise NotAllowed(f"Studio has no {scope} media")
    found = rights.scope_id(viewer, scope)
    if bound and found != signed:
        raise InputError("a handle of another course")
    return found


def is_own(actor: StudioActor, media: StudioMedia) -> bool:
    """Tell whether a media is the person's own: by Studio's number, for names and addresses can be changed."""
    return media.owner is not None and media.owner.id == actor.user_id


def course_collection(actor: StudioActor, course_id: str) -> StudioCollection | None:
    """Find the collection of the course of a launch.

    :return: None if nothing of Studio's was ever used there.
    :raises NotAllowed: when Studio gives the collection of another course.
    """
    try:
        found = actor.api.course(course_id)
    except RemoteGone:
        return None
    if found.course_id != course_id:
        raise NotAllowed("Studio gave the collection of another course")
    return found


def check_reach(actor: StudioActor, viewer: Viewer, shown: Shown, media: StudioMedia) -> None:
    """Make sure that a media is still what the handle says: the person's own, or in the course.

    :param media: as Studio gives it now.
    :raises NotAllowed: when it is not.
    """
    course_id = place(viewer, shown.scope, shown.scope_id, bound=True)
    if media.id != shown.item.id:
        raise NotAllowed("Studio gave another media")
    allowed = is_own(actor, media) if course_id is None else _in_course(actor, media, course_id)
    if not allowed:
        raise NotAllowed(
            f"media {media.id} is not within reach",
            message=N_("This is not one of your media in Studio, nor one of this course."),
            next_step=N_("Choose something else, or ask its owner to add it to the course in Studio."),
        )


def check_own(actor: StudioActor, viewer: Viewer, shown: Shown, media: StudioMedia) -> None:
    """Make sure that a person may change a media: that it is their own, wherever it was shown to them.

    :param media: as Studio gives it now.
    :raises NotAllowed: when it is not.
    """
    place(viewer, shown.scope, shown.scope_id, bound=True)
    if media.id != shown.item.id or not is_own(actor, media):
        raise NotAllowed(
            f"media {media.id} is not their own",
            message=N_("Only its owner can change this media in Studio."),
            next_step=N_("Ask its owner."),
        )


def may_fill(actor: StudioActor, course_id: str | None, collection: StudioCollection) -> bool:
    """Tell whether a person may put media into a collection.

    Into their own; by their own consent into those that Studio says they may edit (it checks that itself); by the
    service account, which Studio does not check, into the one of the course that they teach. A person's library is no
    collection to choose: what goes nowhere else goes there.

    :param course_id: of Canvas, where they teach; None where they teach none.
    """
    if collection.type == _LIBRARY:
        return False
    if collection.owner is not None and collection.owner.id == actor.user_id:
        return True
    if actor.on_behalf is None:
        # Studio does not document its words; these two, which media have as well, are too little (2.3).
        return (collection.permission or _VIEWING[0]).casefold() not in _VIEWING
    return course_id is not None and collection.course_id == course_id


def target(actor: StudioActor, course_id: str | None, collection_id: str) -> StudioCollection:
    """Find the collection that a person wants to put media into. One call.

    :param course_id: as for :func:`may_fill`.
    :raises NotAllowed: when it is not one for them, or none at all: which of these, nobody is told.
    """
    try:
        found = actor.owned.collection(collection_id)
    except (RemoteGone, RemoteNotPermitted, RemoteRejected) as error:
        raise _no_target(error.detail) from error
    if found.id != collection_id or not may_fill(actor, course_id, found):
        raise _no_target(f"collection {collection_id} is not one for this person")
    return found


def _no_target(detail: str) -> NotAllowed:
    return NotAllowed(
        detail,
        message=N_("You cannot add media to this collection in Studio."),
        next_step=N_("Choose another collection, or My Uploads."),
    )


def _in_course(actor: StudioActor, media: StudioMedia, course_id: str) -> bool:
    collection = course_collection(actor, course_id)
    if collection is None:
        return False
    if media.collection is not None and media.collection.id == collection.id:
        return True
    places = actor.api.perspectives(media.id)
    return any(each.collection.id == collection.id for each in places)
