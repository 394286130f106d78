"""What people do at Studio with media of their own: tags, seeing who has access, and deleting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from lti.errors import N_, InputError, RemoteGone
from lti.media import studio_rights
from lti.media.asking import Asking
from lti.media.handles import Handles
from lti.media.ports import Signer
from lti.media.receiving import clean_title
from lti.media.rights import person
from lti.media.studio_access import StudioAccess, StudioActor
from lti.media.studio_person import acting_for
from lti.model import Catalogue, Platform, Viewer
from lti.remote import StudioCollection, StudioMedia, StudioSharing, StudioTag
from lti.store import Store


@dataclass(frozen=True, slots=True)
class StudioAbout:
    """What its owner may want to know of a media. None: Studio did not say."""

    tags: tuple[StudioTag, ...]
    places: tuple[StudioCollection, ...] | None  # the collections that it is in
    people: tuple[StudioSharing, ...] | None  # who else has access: the first fifty
    more_people: int
    embeds: int  # how often it was inserted with our player


class StudioKeeping:
    """Speaks for the owner, and for nobody else: whose a media is, Studio is asked before anything is done to it."""

    def __init__(self, store: Store, access: StudioAccess, signer: Signer) -> None:
        """Take the parts."""
        self._embeds = store.embeds
        self._captions = store.captions
        self._access = access
        self._handles = Handles(signer)

    def about(self, viewer: Viewer, platform: Platform, handle: str) -> StudioAbout:
        """Look at tags, places and people. Four calls.

        :param handle: of a listed item.
        :raises NotAllowed: when it is not the person's own.
        :raises InputError: when the handle is not this person's, or over.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio does not give the tags.
        """
        with self._own(viewer, platform, handle) as (actor, media):
            tags = actor.api.tags(media.id)
            asking = Asking()
            perspectives = asking.ask(lambda: actor.api.perspectives(media.id))
            sharing = asking.ask(lambda: actor.owned.sharing(media.id))
        people, more = None, 0
        if sharing is not None:
            people = tuple(each for each in sharing.items if each.user.id != actor.user_id)
            more = max(0, (sharing.total or 0) - len(sharing.items))
        places = None
        if perspectives is not None:
            places = tuple(each.collection for each in perspectives)
        return StudioAbout(tags, places, people, more, self._embeds.count(platform.id, Catalogue.STUDIO, media.id))

    def add_tag(self, viewer: Viewer, platform: Platform, handle: str, name: str) -> tuple[StudioTag, ...]:
        """Add a tag: gives all of them. Three calls; raises as :meth:`about` does.

        :raises InputError: when the tag is empty, too.
        """
        name = clean_title(name)
        if not name:
            raise InputError("an empty tag", message=N_("The tag is empty."), next_step=N_("Write a word."))
        with self._own(viewer, platform, handle) as (actor, media):
            actor.owned.add_tag(media.id, name)
            return actor.api.tags(media.id)

    def remove_tag(self, viewer: Viewer, platform: Platform, handle: str, tag_id: str) -> tuple[StudioTag, ...]:
        """Take a tag off: gives the others. Three calls; raises as :meth:`about` does.

        That it was gone already is a success.
        """
        with self._own(viewer, platform, handle) as (actor, media):
            with suppress(RemoteGone):
                actor.owned.remove_tag(media.id, tag_id)
            return actor.api.tags(media.id)

    def delete(self, viewer: Viewer, platform: Platform, handle: str) -> None:
        """Delete a media for good, and what we hold of its captions. Two calls.

        Its embeds stay, and tell their viewers that it is gone. That it was gone already is a success: a first answer
        may have been lost.

        :raises NotAllowed: when it is not the person's own.
        :raises InputError: when the handle is not this person's, or over.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio refuses, or does not answer.
        """
        shown = self._handles.read(platform, person(viewer, platform), handle, Catalogue.STUDIO)
        with suppress(RemoteGone), self._own(viewer, platform, handle) as (actor, media):
            actor.owned.delete(media.id)
            self._captions.remove(platform.id, Catalogue.STUDIO, shown.item.id)

    @contextmanager
    def _own(self, viewer: Viewer, platform: Platform, handle: str) -> Iterator[tuple[StudioActor, StudioMedia]]:
        shown = self._handles.read(platform, person(viewer, platform), handle, Catalogue.STUDIO)
        with acting_for(self._access, viewer, platform) as actor:
            media = actor.api.media(shown.item.id)
            studio_rights.check_own(actor, viewer, shown, media)
            yield actor, media
