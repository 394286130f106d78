"""A person's library at Studio, and for teachers the course's: pages of media, and one looked at closely."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from urllib.parse import parse_qsl, urlencode

from lti.media import studio_rights
from lti.media.handles import Handles, NextPage, Shown, presentable
from lti.media.library import ItemDetail, LibraryPage, ListedItem, views_of
from lti.media.ports import Clock, Signer
from lti.media.rights import person
from lti.media.studio_access import StudioAccess, StudioActor
from lti.media.studio_detail import look_at
from lti.media.studio_items import item_of
from lti.media.studio_person import acting_for
from lti.model import Catalogue, EmbedForm, MediaItem, Platform, Scope, Viewer
from lti.remote import StudioMedia
from lti.store import Store

_MOST: Final = 50  # entries of a page of Studio's
_COURSE_PAGES: Final = 20  # of a course's collection that are read to order it
_NEVER: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class StudioQuery:
    """What is looked for: all of it together. Parts of a title or an owner's name or address; the whole of a tag."""

    title: str = ""
    owner: str = ""  # of the course's media only: of their own, people are the owners
    tag: str = ""  # of their own media only: Studio finds tags nowhere else
    page: int = 1


class StudioLibrary:
    """What people can choose from at Studio. Newest first, as Studio lists it."""

    def __init__(
        self, store: Store, access: StudioAccess, signer: Signer, clock: Clock, *, page_size: int = 30
    ) -> None:
        """Take the parts.

        :param page_size: items a page, 1 to 50.
        """
        self._store = store
        self._access = access
        self._signer = signer
        self._handles = Handles(signer)
        self._clock = clock
        self._page_size = min(page_size, _MOST)

    def origin(self, platform: Platform) -> str | None:
        """Give the origin of the institution's Studio; None where it has none, and there is nothing to choose from."""
        return self._access.origin(platform)

    def page(
        self,
        viewer: Viewer,
        platform: Platform,
        *,
        scope: Scope = Scope.OWN,
        query: StudioQuery | None = None,
        cursor: str | None = None,
    ) -> LibraryPage:
        """List media. One call to Studio for a page of the person's own.

        :param scope: their own, or the course's.
        :param cursor: of the page before; it says all the rest, which is not looked at then.
        :raises NotAllowed: when this viewer may not list this.
        :raises InputError: when the cursor is not this person's, or of another course.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio does not give the list.
        """
        subject = person(viewer, platform)
        query = query or StudioQuery()
        following = None
        if cursor:
            following = self._handles.read_cursor(platform, subject, cursor, Catalogue.STUDIO)
            scope, query = following.scope, _query(following.url)
        signed = following.scope_id if following else None
        course_id = studio_rights.place(viewer, scope, signed, bound=following is not None)
        with acting_for(self._access, viewer, platform) as actor:
            if course_id is None:
                found, more = self._own(actor, viewer, query)
            else:
                found, more = self._of_course(actor, course_id, query)
        shown = (presentable(item_of(media)) for media in found)
        return LibraryPage(
            tuple(
                ListedItem(item, self._handles.sign(platform, subject, Shown(item, scope, course_id)))
                for item in shown
                if item is not None
            ),
            self._cursor(platform, subject, scope, course_id, query) if more else None,
        )

    def detail(self, viewer: Viewer, platform: Platform, handle: str) -> ItemDetail:
        """Look at one item closely, and keep the caption texts that come with it.

        :param handle: of a listed item.
        :raises NotAllowed: when the item is out of this viewer's reach, or no longer within it.
        :raises InputError: when the handle is not this person's, or over.
        :raises GrantError: when there is no consent to ask by.
        :raises RemoteError: when Studio does not give the item.
        """
        subject = person(viewer, platform)
        shown = self._handles.read(platform, subject, handle, Catalogue.STUDIO)
        studio_rights.place(viewer, shown.scope, shown.scope_id, bound=True)
        with acting_for(self._access, viewer, platform) as actor:
            media = actor.api.media(shown.item.id)
            studio_rights.check_reach(actor, viewer, shown, media)
            detail = look_at(actor.api, media)
            own = studio_rights.is_own(actor, media)
        now = self._clock()
        kept = [text.stored(text.track.id, now) for text in detail.tracks if text.vtt is not None]
        self._store.captions.put_many(platform.id, Catalogue.STUDIO, media.id, kept)
        views, ready = views_of(self._signer, platform, detail.item, detail.tracks)
        item = presentable(dataclasses.replace(detail.item, tracks=ready)) or detail.item
        signed = self._handles.sign(platform, subject, dataclasses.replace(shown, item=item))
        forms = _forms(viewer, detail.item)
        return ItemDetail(detail.item, detail.sources, views, signed, detail.notes, forms, own)

    def _own(self, actor: StudioActor, viewer: Viewer, query: StudioQuery) -> tuple[list[StudioMedia], bool]:
        page = actor.api.search(
            title=query.title,
            owner=viewer.email,
            tag=query.tag,
            page=query.page,
            per_page=self._page_size,
        )
        return [media for media in page.items if studio_rights.is_own(actor, media)], page.next is not None

    def _of_course(self, actor: StudioActor, course_id: str, query: StudioQuery) -> tuple[list[StudioMedia], bool]:
        """Studio neither searches a collection nor says how it is ordered: that is done here, over all its pages."""
        collection = studio_rights.course_collection(actor, course_id)
        if collection is None:
            return [], False
        found: dict[str, StudioMedia] = {}
        for number in range(1, _COURSE_PAGES + 1):
            page = actor.api.collection_media(collection.id, page=number, per_page=_MOST)
            found.update((media.id, media) for media in page.items if _fits(media, query))
            if page.next is None:
                break
        ordered = sorted(found.values(), key=lambda media: (media.created_at or _NEVER, media.id), reverse=True)
        start = (query.page - 1) * self._page_size
        return ordered[start : start + self._page_size], start + self._page_size < len(ordered)

    def _cursor(self, platform: Platform, subject: str, scope: Scope, course_id: str | None, query: StudioQuery) -> str:
        following = dataclasses.replace(query, page=query.page + 1)
        url = urlencode(dataclasses.asdict(following))
        return self._handles.sign_cursor(platform, subject, NextPage(scope, course_id, url, Catalogue.STUDIO))


def _query(written: str) -> StudioQuery:
    """Read what a cursor of ours says."""
    said = dict(parse_qsl(written, keep_blank_values=True))
    return StudioQuery(said["title"], said["owner"], said["tag"], int(said["page"]))


def _fits(media: StudioMedia, query: StudioQuery) -> bool:
    owner = f"{media.owner.name}\n{media.owner.email or ''}" if media.owner else ""
    return (
        query.title.strip().casefold() in media.title.casefold() and query.owner.strip().casefold() in owner.casefold()
    )


def _forms(viewer: Viewer, item: MediaItem) -> tuple[EmbedForm, ...]:
    """Tell in which forms an item can be inserted: Studio's own player needs a course (``reference/studio.md`` 5.4)."""
    captioned = (EmbedForm.CAPTIONED,) if item.captioned else ()
    native = (EmbedForm.NATIVE,) if viewer.canvas_course_id else ()
    return captioned + native
