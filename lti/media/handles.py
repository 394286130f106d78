"""Handles: our signed word that Canvas or Studio showed this media item to this person.

The page carries them, so that inserting an item needs no state on our side and no further look at Canvas; and the page
can name nothing that it was not shown. They are bound to platform and subject: another person's handle is nothing.
"""

from __future__ import annotations

import dataclasses
from datetime import datetime
from typing import TypeVar

import msgspec

from lti.errors import NotFound
from lti.media.ports import Signer
from lti.model import Catalogue, MediaItem, MediaType, Platform, Scope, Track, TrackOrigin, TrackState

_ITEM = "item"
_CURSOR = "cursor"
_SECONDS = 12 * 3600  # a page's session cannot last longer
_LONGEST_ID = 255
_MOST_TRACKS = 200
TITLE = 255  # characters; Canvas itself keeps no more


class _Track(msgspec.Struct, array_like=True, frozen=True):
    id: str
    language: str
    kind: str
    origin: TrackOrigin
    state: TrackState
    updated_at: datetime | None = None  # of its text: who looks later sees whether it has changed


class _Item(msgspec.Struct, array_like=True, frozen=True):
    """What a handle says; positions, not names, because a page of a library holds thirty of them."""

    platform_id: int
    subject: str
    scope: Scope
    scope_id: str | None
    media_id: str
    title: str
    media_type: MediaType
    tracks: list[_Track]
    thumbnail: str | None
    created_at: datetime | None
    attachment_id: str | None
    verifier: str | None
    catalogue: Catalogue = Catalogue.CANVAS
    captioned: bool = True
    external: str | None = None
    filename: str | None = None


class _Cursor(msgspec.Struct, array_like=True, frozen=True):
    platform_id: int
    subject: str
    scope: Scope
    scope_id: str | None
    next_url: str
    catalogue: Catalogue = Catalogue.CANVAS


@dataclasses.dataclass(frozen=True, slots=True)
class Shown:
    """A media item that was shown to a person, and in which list."""

    item: MediaItem
    scope: Scope
    scope_id: str | None


@dataclasses.dataclass(frozen=True, slots=True)
class NextPage:
    """Where a list goes on."""

    scope: Scope
    scope_id: str | None
    url: str  # Studio: the query of a list of ours
    catalogue: Catalogue = Catalogue.CANVAS


class Handles:
    """Signs and reads handles and cursors for one person at a time."""

    def __init__(self, signer: Signer) -> None:
        """Take what signs."""
        self._signer = signer

    def sign(self, platform: Platform, subject: str, shown: Shown) -> str:
        """Give the handle of an item (see :func:`presentable`)."""
        item = shown.item
        said = _Item(
            platform.id,
            subject,
            shown.scope,
            shown.scope_id,
            item.id,
            item.title,
            item.media_type,
            [
                _Track(track.id, track.language, track.kind, track.origin, track.state, track.updated_at)
                for track in item.tracks
            ],
            item.thumbnail_url,
            item.created_at,
            item.attachment_id,
            item.verifier,
            item.catalogue,
            item.captioned,
            item.external,
            item.filename,
        )
        return self._signer.sign(_ITEM, {"i": msgspec.to_builtins(said)}, _SECONDS)

    def read(
        self, platform: Platform, subject: str, handle: str, catalogue: Catalogue | None = Catalogue.CANVAS
    ) -> Shown:
        """Read the handle of an item.

        :param catalogue: that it has to be of; None for either.
        :raises NotFound: when it is not ours, not this person's, or of the other catalogue.
        :raises AddressExpired: when its time is over.
        """
        said = _convert(self._signer.read(_ITEM, handle).get("i"), _Item)
        _check_owner(said.platform_id, said.subject, platform, subject)
        _check_catalogue(said.catalogue, catalogue)
        item = MediaItem(
            catalogue=said.catalogue,
            id=said.media_id,
            title=said.title,
            media_type=said.media_type,
            tracks=tuple(
                Track(track.id, track.language, track.kind, track.origin, track.state, track.updated_at)
                for track in said.tracks
            ),
            thumbnail_url=said.thumbnail,
            created_at=said.created_at,
            attachment_id=said.attachment_id,
            verifier=said.verifier,
            captioned=said.captioned,
            external=said.external,
            filename=said.filename,
        )
        return Shown(item, said.scope, said.scope_id)

    def sign_cursor(self, platform: Platform, subject: str, following: NextPage) -> str:
        """Give the cursor of a next page."""
        said = _Cursor(platform.id, subject, following.scope, following.scope_id, following.url, following.catalogue)
        return self._signer.sign(_CURSOR, {"c": msgspec.to_builtins(said)}, _SECONDS)

    def read_cursor(
        self, platform: Platform, subject: str, cursor: str, catalogue: Catalogue = Catalogue.CANVAS
    ) -> NextPage:
        """Read a cursor; raises as :meth:`read` does."""
        said = _convert(self._signer.read(_CURSOR, cursor).get("c"), _Cursor)
        _check_owner(said.platform_id, said.subject, platform, subject)
        _check_catalogue(said.catalogue, catalogue)
        return NextPage(said.scope, said.scope_id, said.next_url, said.catalogue)


def presentable(item: MediaItem) -> MediaItem | None:
    """Cut an item to what we can keep and show; None when it has no usable id."""
    if len(item.id) > _LONGEST_ID:
        return None
    tracks = tuple(track for track in item.tracks if len(track.id) <= _LONGEST_ID)[:_MOST_TRACKS]
    if len(item.title) <= TITLE and tracks == item.tracks:
        return item
    return dataclasses.replace(item, title=item.title[:TITLE].rstrip(), tracks=tracks)


_Said = TypeVar("_Said", _Item, _Cursor)


def _convert(value: object, kind: type[_Said]) -> _Said:
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        raise NotFound(f"signed by another version of us: {error}") from error


def _check_owner(platform_id: int, signed_for: str, platform: Platform, subject: str) -> None:
    if platform_id != platform.id or signed_for != subject:
        raise NotFound("signed for another person")


def _check_catalogue(signed_for: Catalogue, wanted: Catalogue | None) -> None:
    if wanted is not None and signed_for is not wanted:
        raise NotFound("signed for the other catalogue")
