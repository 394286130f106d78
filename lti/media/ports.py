"""What ``media`` needs of parts that it does not know; ``app.py`` hands it over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from lti.model import Platform, Upload, Viewer
from lti.remote.studio_values import StudioCollection, StudioSlotAddress

Clock: TypeAlias = "Callable[[], datetime]"  # aware, UTC
Signable: TypeAlias = "str | int | float | bool | Sequence[Signable] | Mapping[str, Signable] | None"


class Signer(Protocol):
    """Signs small values that pages carry for us (``protocol.Tokens``)."""

    def sign(self, purpose: str, payload: Mapping[str, Signable], seconds: int) -> str:
        """Sign a value for one purpose and so many seconds; gives URL-safe text."""

    def read(self, purpose: str, token: str) -> dict[str, Any]:
        """Read it back.

        :raises NotFound: if it was not signed by us for this purpose.
        :raises AddressExpired: if its time is over.
        """


class Targets(Protocol):
    """Knows which collections of Studio's a person may put media into."""

    def target(self, viewer: Viewer, platform: Platform, collection_id: str) -> StudioCollection:
        """Find one of them.

        :raises NotAllowed: when it is none of them.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio does not answer.
        """


@dataclass(frozen=True, slots=True)
class StudioProgress:
    """How far Studio is with preparing a media."""

    status: str  # Studio's own word
    ready: bool
    failed: bool


class StudioUploads(Protocol):
    """What carrying uploads needs of Studio, in the name of one person (``reference/studio.md`` 2.4, 2.5, 3).

    Every call may raise ``GrantError`` (nobody consented, or no longer) and ``RemoteError``; which of these pass by
    themselves, their classes say.
    """

    def begin_upload(self, collection_id: str | None) -> StudioSlotAddress:
        """Ask where to put the bytes of a new media.

        :param collection_id: that it is to be in; None for the person's library.
        :raises NotAllowed: when the person may not put media there any more.
        """

    def put_upload(self, url: str, length: int, content: Iterator[bytes]) -> None:
        """Send exactly so many bytes there.

        :raises RemoteNotPermitted: when the address has ended.
        """

    def complete_upload(self, media_id: str, *, title: str, description: str, auto_captions: bool) -> None:
        """Say that the bytes are there; saying so twice is a success.

        :raises AutoCaptionsUnavailable: when the account has none: nothing was completed.
        """

    def caption_ids(self, media_id: str, language: str) -> frozenset[str]:
        """List the ids of the caption files that a media has in a language, machine-made ones left out."""

    def add_caption(self, media_id: str, language: str, srt: str) -> None:
        """Add a caption file."""

    def progress(self, media_id: str) -> StudioProgress:
        """Tell how far Studio is with preparing a media."""

    def is_in(self, media_id: str, collection_id: str) -> bool:
        """Tell whether a media is in a collection."""


class StudioForUploads(Protocol):
    """Opens Studio for the owner of an upload."""

    def for_upload(self, upload: Upload) -> AbstractContextManager[StudioUploads]:
        """Speak for the owner, by their own consent or the service account's.

        :raises GrantError: when there is no consent to speak by.
        """
