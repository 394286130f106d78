"""A person's library: pages of media, and one item looked at closely."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Iterable
from dataclasses import dataclass

from lti.errors import N_, InputError, RemoteRejected
from lti.media.access import CanvasAccess
from lti.media.detail import look_at
from lti.media.handles import Handles, NextPage, Shown, presentable
from lti.media.ports import Clock, Signer
from lti.media.rights import check_place, person, scope_id
from lti.media.track_texts import TrackText
from lti.media.watching import ADDRESS_SECONDS, TRACK, track_address
from lti.model import Catalogue, EmbedForm, MediaItem, MediaSource, Platform, Scope, Track, TrackState, Viewer
from lti.remote import CanvasApi, CanvasOAuth, Http, MediaPage
from lti.store import Store

_log = logging.getLogger(__name__)

_SORTS = frozenset({"title", "created_at"})
_ORDERS = frozenset({"asc", "desc"})


@dataclass(frozen=True, slots=True)
class ListedItem:
    """An item of a list, and the handle by which the page speaks of it."""

    item: MediaItem
    handle: str


@dataclass(frozen=True, slots=True)
class LibraryPage:
    """One page of a list."""

    items: tuple[ListedItem, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class TrackView:
    """A track to choose, the signed address of its text, or why it cannot be chosen."""

    track: Track
    address: str | None
    reason: str | None  # a msgid

    @property
    def usable(self) -> bool:
        """Whether an embed can have it."""
        return self.address is not None


@dataclass(frozen=True, slots=True)
class ItemDetail:
    """One item with all that can be chosen of it. Its handle knows more than the list's did: insert with this one."""

    item: MediaItem
    sources: tuple[MediaSource, ...]
    tracks: tuple[TrackView, ...]
    handle: str
    notes: tuple[str, ...]  # msgids
    forms: tuple[EmbedForm, ...] = tuple(EmbedForm)  # in which it can be inserted
    own_at_studio: bool = False  # whether the person may change it there (``studio_keeping``)


class Library:
    """What people can choose from."""

    def __init__(
        self, store: Store, http: Http, oauth: CanvasOAuth, signer: Signer, clock: Clock, *, page_size: int = 30
    ) -> None:
        """Take the parts.

        :param page_size: items a page, 1 to 100.
        """
        self._store = store
        self._access = CanvasAccess(store, http, oauth, clock)
        self._signer = signer
        self._handles = Handles(signer)
        self._clock = clock
        self._page_size = page_size

    def page(
        self,
        viewer: Viewer,
        platform: Platform,
        *,
        scope: Scope = Scope.OWN,
        sort: str = "title",
        order: str = "asc",
        search: str | None = None,
        cursor: str | None = None,
    ) -> LibraryPage:
        """List media. Exactly one call to Canvas, however long the list is.

        :param scope: the person's own media, or those of the course or group of the launch.
        :param sort: ``title`` or ``created_at``.
        :param order: ``asc`` or ``desc``.
        :param search: part of the title.
        :param cursor: of the page before; it says all the rest, which is not looked at then.
        :raises NotAllowed: when this viewer may not list this.
        :raises InputError: for an unknown order, or a cursor that is not this person's.
        :raises GrantError: when the person has not connected Canvas, or no longer is.
        :raises RemoteError: when Canvas does not give the list.
        """
        subject = person(viewer, platform)
        following = self._handles.read_cursor(platform, subject, cursor) if cursor else None
        if following is not None:
            scope = following.scope
        if following is not None:
            check_place(viewer, scope, following.scope_id)
        place = scope_id(viewer, scope)
        if sort not in _SORTS or order not in _ORDERS:
            raise InputError(f"no such order: {sort!r} {order!r}")
        with self._access.acting_for(platform, subject) as api:
            if following is not None:
                page = api.media_page(following.url)
            else:
                page = self._first_page(api, scope, place, sort, order, search)
        shown = (presentable(media.item) for media in page.items)
        return LibraryPage(
            tuple(
                ListedItem(item, self._handles.sign(platform, subject, Shown(item, scope, place)))
                for item in shown
                if item is not None
            ),
            self._handles.sign_cursor(platform, subject, NextPage(scope, place, page.next)) if page.next else None,
        )

    def _first_page(
        self, api: CanvasApi, scope: Scope, place: str | None, sort: str, order: str, search: str | None
    ) -> MediaPage:
        try:
            return api.list_media(
                scope, place, sort=sort, order=order, search=search, per_page=self._page_size, sources=False
            )
        except RemoteRejected as error:
            if not search:
                raise
            # Canvas takes no search of a single character, be it a whole word in Chinese.
            raise RemoteRejected(
                str(error),
                message=N_("Canvas cannot search for this."),
                next_step=N_("Type two characters or more of the title."),
            ) from error

    def detail(self, viewer: Viewer, platform: Platform, handle: str) -> ItemDetail:
        """Look at one item closely, and keep the caption texts that come with it.

        :param handle: of a listed item.
        :raises NotAllowed: when this viewer may not see the list that it was shown in.
        :raises InputError: when the handle is not this person's, or over.
        :raises GrantError: when the person has not connected Canvas, or no longer is.
        """
        subject = person(viewer, platform)
        shown = self._handles.read(platform, subject, handle)
        check_place(viewer, shown.scope, shown.scope_id)
        with self._access.acting_for(platform, subject) as api:
            detail = look_at(api, platform, shown)
        now = self._clock()
        kept = [text.stored(text.track.id, now) for text in detail.tracks if text.vtt is not None]
        self._store.captions.put_many(platform.id, Catalogue.CANVAS, shown.item.id, kept)
        views, ready = views_of(self._signer, platform, shown.item, detail.tracks)
        item = presentable(dataclasses.replace(detail.item, tracks=ready)) or detail.item
        signed = self._handles.sign(platform, subject, dataclasses.replace(shown, item=item))
        return ItemDetail(detail.item, detail.sources, views, signed, detail.notes)


def views_of(
    signer: Signer, platform: Platform, item: MediaItem, texts: Iterable[TrackText]
) -> tuple[tuple[TrackView, ...], tuple[Track, ...]]:
    """Give the tracks as they can be chosen, and as a handle has to say them.

    What the handle says is what can be inserted: a track whose text cannot be had is not ready there.
    """
    views = tuple(_view(signer, platform, item, text) for text in texts)
    ready = tuple(
        view.track if view.usable else dataclasses.replace(view.track, state=_not_ready(view.track.state))
        for view in views
    )
    return views, ready


def _view(signer: Signer, platform: Platform, item: MediaItem, text: TrackText) -> TrackView:
    if text.vtt is None:
        return TrackView(text.track, None, text.reason)
    payload = track_address(platform.id, item.catalogue, item.id, text.track.id)
    return TrackView(text.track, signer.sign(TRACK, payload, ADDRESS_SECONDS), None)


def _not_ready(state: TrackState) -> TrackState:
    return TrackState.FAILED if state is TrackState.READY else state
