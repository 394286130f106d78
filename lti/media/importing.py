"""Having Studio fetch a media by its web address, for a person. We never fetch it ourselves."""

from __future__ import annotations

from dataclasses import dataclass

from lti.errors import (
    N_,
    AutoCaptionsUnavailable,
    InputError,
    RemoteGone,
    RemoteNotPermitted,
    RemoteRejected,
)
from lti.media import studio_rights
from lti.media.auto_captions import AutoCaptions
from lti.media.receiving import clean_description, clean_title
from lti.media.studio_access import StudioAccess
from lti.media.studio_collections import taught
from lti.media.studio_person import acting_for
from lti.media.web_addresses import check_address, external_site
from lti.model import Platform, Viewer
from lti.remote import StudioMedia
from lti.store import Store


@dataclass(frozen=True, slots=True)
class NewImport:
    """What a person wants fetched."""

    address: str
    title: str = ""
    description: str = ""
    auto_captions: bool = False
    collection_id: str = ""  # of Studio's; empty: the person's own uploads


class Importing:
    """Imports in the name of the person of a page."""

    def __init__(self, store: Store, access: StudioAccess) -> None:
        """Take the parts."""
        self._access = access
        self._auto_captions = AutoCaptions(store)

    def fetch(self, viewer: Viewer, platform: Platform, new: NewImport) -> StudioMedia:
        """Have Studio fetch it. What stays at YouTube or Vimeo is only pointed to, and gets no automatic captions.

        :raises AddressRefused: when the address is none that Studio should go to.
        :raises InputError: when there is no title, and no other site to take one from.
        :raises AutoCaptionsUnavailable: when they were asked for and are switched off: nothing was fetched.
        :raises NotAllowed: when Studio does not know the person, or they may not put media into the collection.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio refuses, or does not answer.
        """
        address = check_address(new.address)
        external = external_site(address) is not None
        title = clean_title(new.title)
        if not title and not external:
            raise InputError(
                "an import without a title",
                message=N_("A title is missing."),
                next_step=N_("Write a title, then import again."),
            )
        with acting_for(self._access, viewer, platform) as actor:
            target = studio_rights.target(actor, taught(viewer), new.collection_id) if new.collection_id else None
            try:
                return actor.uploads.import_url(
                    address,
                    title=title,
                    description=clean_description(new.description),
                    user_id=actor.on_behalf,
                    collection_id=target.id if target else None,
                    auto_caption=new.auto_captions and not external,
                    external=external,
                )
            except AutoCaptionsUnavailable:
                self._auto_captions.refused(platform.id)
                raise
            except RemoteNotPermitted as error:
                raise RemoteNotPermitted(
                    error.detail,
                    message=N_("Studio does not let you import media."),
                    next_step=N_("Upload the file instead, or ask your administrator."),
                ) from error
            except RemoteGone as error:
                raise RemoteGone(
                    error.detail,
                    message=N_("Studio does not find the place that this should go to."),
                    next_step=N_("Open Studio once in Canvas, then try again."),
                ) from error
            except RemoteRejected as error:
                raise RemoteRejected(
                    error.detail,
                    message=N_("Studio did not accept this address."),
                    next_step=N_("Make sure that it leads to a video or sound file that anybody can open."),
                ) from error
