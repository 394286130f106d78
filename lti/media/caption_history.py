"""The texts that captions of one media had before: kept before each change, so that any of them can be had back."""

from __future__ import annotations

from lti.errors import N_, NotFound
from lti.media.caption_values import Reason, Undo
from lti.media.ports import Clock
from lti.model import Track
from lti.store import CaptionPlace, CaptionVersion, Store


class History:
    """Old texts of one place, as one person adds to them."""

    def __init__(self, store: Store, clock: Clock, where: CaptionPlace, subject: str) -> None:
        """Take the place, and who is at work."""
        self._versions = store.caption_versions
        self._clock = clock
        self._where = where
        self._subject = subject

    def keep(self, track: Track, locale: str, content: str, reason: Reason) -> Undo | None:
        """Keep a text before something happens to it; a blank one is none.

        :param locale: the track's language as the catalogue writes it.
        :raises StorageUnavailable: when it cannot be kept: then nothing must happen to it.
        """
        if not content.strip():
            return None
        version = CaptionVersion(
            self._versions.new_id(), track.language, locale, track.kind, content, reason, self._subject, self._clock()
        )
        self._versions.keep(self._where, version)
        return Undo(track.language, version.id)

    def all(self, language: str) -> list[CaptionVersion]:
        """List the old texts of a language, newest first."""
        return self._versions.all(self._where, language)

    def get(self, version_id: str) -> CaptionVersion:
        """Find one.

        :raises NotFound: when there is none here.
        """
        found = self._versions.get(self._where, version_id)
        if found is None:
            raise NotFound(
                "no such version",
                message=N_("This older text is not kept any more."),
                next_step=N_("Look at the older texts again."),
            )
        return found
