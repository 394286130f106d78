"""The collections of Studio's that a person may put media into."""

from __future__ import annotations

from lti.errors import N_, InputError
from lti.media import studio_rights
from lti.media.receiving import clean_title
from lti.media.studio_access import StudioAccess
from lti.media.studio_person import acting_for
from lti.model import Platform, Viewer
from lti.remote import StudioCollection


class StudioCollections:
    """Lists, makes and checks them, in the name of the person of a page (a ``Targets``)."""

    def __init__(self, access: StudioAccess) -> None:
        """Take what opens Studio."""
        self._access = access

    def listed(self, viewer: Viewer, platform: Platform) -> tuple[StudioCollection, ...]:
        """List them: those with names by their names, then the others.

        :raises NotAllowed: when Studio does not know the person.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio does not give the list.
        """
        course_id = taught(viewer)
        with acting_for(self._access, viewer, platform) as actor:
            found = list(actor.owned.collections(actor.on_behalf))
            if actor.on_behalf is not None and course_id is not None:
                of_course = studio_rights.course_collection(actor, course_id)
                found += [] if of_course is None else [of_course]
            fitting = {each.id: each for each in found if studio_rights.may_fill(actor, course_id, each)}
        return tuple(sorted(fitting.values(), key=lambda each: (each.name is None, (each.name or "").casefold())))

    def create(self, viewer: Viewer, platform: Platform, name: str) -> StudioCollection:
        """Make a collection of the person's own.

        :raises InputError: when the name is empty.
        :raises NotAllowed: when Studio does not know the person.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio refuses, or does not answer.
        """
        name = clean_title(name)
        if not name:
            raise InputError(
                "a collection without a name",
                message=N_("A name is missing."),
                next_step=N_("Write a name for the collection, then try again."),
            )
        with acting_for(self._access, viewer, platform) as actor:
            return actor.owned.create_collection(name, actor.on_behalf)

    def target(self, viewer: Viewer, platform: Platform, collection_id: str) -> StudioCollection:
        """Find the one that something is to be put into. One call.

        :raises NotAllowed: when it is not one for this person, or none at all.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio does not answer.
        """
        with acting_for(self._access, viewer, platform) as actor:
            return studio_rights.target(actor, taught(viewer), collection_id)


def taught(viewer: Viewer) -> str | None:
    """Give the Canvas id of the course of the launch, if the person teaches there."""
    return viewer.canvas_course_id if viewer.teaches else None
