"""Media that a person has just brought to Studio, as items that can be inserted at once: lists find them only later."""

from __future__ import annotations

import dataclasses

from lti.errors import NotFound, UploadNotNow
from lti.media import studio_rights, upload_states
from lti.media.handles import Handles, Shown, presentable
from lti.media.library import ListedItem
from lti.media.ports import Signer
from lti.media.rights import person
from lti.media.studio_access import StudioAccess
from lti.media.studio_items import item_of
from lti.media.studio_person import acting_for
from lti.model import Catalogue, MediaItem, MediaType, Platform, Scope, Viewer
from lti.remote import StudioMedia
from lti.store import Store


class FreshItems:
    """Makes items, with handles, of what is the person's own."""

    def __init__(self, store: Store, access: StudioAccess, signer: Signer) -> None:
        """Take the parts."""
        self._uploads = store.uploads
        self._access = access
        self._handles = Handles(signer)

    def of_upload(self, viewer: Viewer, platform: Platform, upload_id: str) -> ListedItem:
        """Give the media that an upload became.

        :raises NotFound: when there is no such upload of this person.
        :raises UploadNotNow: when Studio has not got it yet.
        :raises NotAllowed: when what it became is not the person's any more.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio does not give it.
        """
        upload = self._uploads.get(platform.id, person(viewer, platform), upload_id)
        if upload is None:
            raise NotFound("no such upload of this person")
        if upload.media_id is None or not upload_states.can_insert(upload.state, upload.failed_in):
            raise UploadNotNow("Studio has not got it yet")
        item = MediaItem(Catalogue.STUDIO, upload.media_id, upload.title, MediaType.VIDEO)
        with acting_for(self._access, viewer, platform) as actor:
            media = actor.api.media(upload.media_id)
            studio_rights.check_reach(actor, viewer, Shown(item, Scope.OWN, None), media)
        return self.of_media(viewer, platform, media, upload.filename)

    def of_media(
        self, viewer: Viewer, platform: Platform, media: StudioMedia, filename: str | None = None
    ) -> ListedItem:
        """Give a media that Studio has just made for this person.

        :param filename: of the file that it was made of, where that is known.
        :raises NotFound: when its id is none that can be kept.
        """
        item = presentable(item_of(media))
        if item is None:
            raise NotFound("an id of Studio's that is too long")
        item = dataclasses.replace(item, filename=filename)
        subject = person(viewer, platform)
        return ListedItem(item, self._handles.sign(platform, subject, Shown(item, Scope.OWN, None)))
