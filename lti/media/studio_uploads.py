"""Studio as carrying uploads sees it: in the name of an upload's owner, long after their page was closed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from lti.errors import ServiceNotConfigured
from lti.media import studio_rights
from lti.media.ports import StudioProgress
from lti.media.studio_access import StudioAccess, StudioActor
from lti.media.studio_person import blaming_the_right_one
from lti.model import Upload
from lti.remote.studio_values import StudioSlotAddress
from lti.store import Store

# Studio does not document its words (reference/studio.md 3.4). The last part of one counts ("transcoding_finished");
# any other is believed to mean that it works on it, and what can be played is ready whatever the word.
_READY: Final = frozenset({"finished", "complete", "completed", "succeeded"})
_FAILED: Final = frozenset({"failed", "error", "errored", "failure"})
_MACHINE: Final = "generated"  # status of a caption file that nobody made


class StudioUploading:
    """Opens Studio for the owners of uploads (a ``StudioForUploads``)."""

    def __init__(self, store: Store, access: StudioAccess) -> None:
        """Take the parts."""
        self._platforms = store.platforms
        self._access = access

    @contextmanager
    def for_upload(self, upload: Upload) -> Iterator[OwnerAtStudio]:
        """Speak for the owner.

        :raises ServiceNotConfigured: when the institution has no Studio any more.
        :raises StudioPersonUnknown: when Studio does not know them.
        :raises GrantError: when there is no consent to speak by.
        """
        platform = self._platforms.get(upload.platform_id)
        if platform is None:
            raise ServiceNotConfigured("the platform was removed")
        with (
            blaming_the_right_one(self._access, platform),
            self._access.acting_for(platform, upload.subject, upload.email) as actor,
        ):
            yield OwnerAtStudio(actor, upload.course_id)


class OwnerAtStudio:
    """The calls of ``StudioUploads`` as one person."""

    def __init__(self, actor: StudioActor, course_id: str | None) -> None:
        """Act as this person.

        :param course_id: of Canvas, in which the upload was begun: when it was, its collection was allowed there.
        """
        self._actor = actor
        self._course_id = course_id
        self._api = actor.api
        self._uploads = actor.uploads
        self._on_behalf = actor.on_behalf

    def begin_upload(self, collection_id: str | None) -> StudioSlotAddress:
        """Ask where to put the bytes of a new media.

        A service account may put it anywhere: so what was allowed when the upload was begun is looked at once more.

        :raises NotAllowed: when the person may not put media there any more.
        """
        if collection_id is not None and self._on_behalf is not None:
            studio_rights.target(self._actor, self._course_id, collection_id)
        return self._uploads.begin(user_id=self._on_behalf, collection_id=collection_id)

    def put_upload(self, url: str, length: int, content: Iterator[bytes]) -> None:
        """Send them there."""
        self._uploads.put(url, length, content)

    def complete_upload(self, media_id: str, *, title: str, description: str, auto_captions: bool) -> None:
        """Say that they are there."""
        self._uploads.complete(media_id, title=title, description=description, auto_caption=auto_captions)

    def caption_ids(self, media_id: str, language: str) -> frozenset[str]:
        """List the caption files in a language that people made."""
        return frozenset(
            caption.id
            for caption in self._api.captions(media_id)
            if _tag(caption.language) == _tag(language) and caption.status != _MACHINE
        )

    def add_caption(self, media_id: str, language: str, srt: str) -> None:
        """Add a caption file."""
        self._uploads.add_caption(media_id, language, srt)

    def progress(self, media_id: str) -> StudioProgress:
        """Look at the media; its sources are asked for only where its word says nothing."""
        status = self._api.media(media_id).transcoding_status
        word = status.strip().lower().rpartition("_")[2]
        failed = word in _FAILED
        ready = not failed and (word in _READY or bool(self._api.sources(media_id)))
        return StudioProgress(status, ready=ready, failed=failed)

    def is_in(self, media_id: str, collection_id: str) -> bool:
        """Tell whether a media is in a collection. One call."""
        places = self._api.perspectives(media_id)
        return any(each.collection.id == collection_id for each in places)


def _tag(language: str) -> str:
    return language.strip().replace("_", "-").lower()
