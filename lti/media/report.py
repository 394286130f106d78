"""The caption report of a course: all its media at Canvas, page after page, with what is known of their captions.

Canvas's lists say which tracks there are, not what is in them. What the checks made of a text is kept
(:class:`lti.store.TrackGrade`) and counts until the list says that the text has changed, so a later visit reads only
what is new. Texts are read a few media at a time, one call each, and never faster than Canvas's throttle likes.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from lti.captions.checks import Limits
from lti.media.access import CanvasAccess
from lti.media.handles import presentable
from lti.media.ports import Clock, Signer
from lti.media.report_grading import Grading, wants_grade
from lti.media.report_reading import read_item
from lti.media.report_rows import LEASE, LONGEST_PAUSE, MOST_AT_ONCE, ReportRows, read_some
from lti.media.report_values import Lengths, Reading, ReportPage, ReportRow
from lti.media.rights import person, scope_id
from lti.model import Catalogue, MediaItem, Platform, Scope, Viewer
from lti.remote import CanvasApi, CanvasOAuth, Http, MediaPage
from lti.store import Store

_MEASURED_AT_ONCE: Final = 20  # media of one call for lengths, each a question of Canvas to Kaltura
# Canvas's throttle (``reference/canvas.md`` 6.5): 600 units, of which 10 come back a second. Half is left to whatever
# else the person does meanwhile.
_SPARE: Final = 300.0
_LEAK: Final = 10.0  # units a second


class CourseReport:
    """Makes the report, for those who teach the course of the launch."""

    def __init__(
        self,
        store: Store,
        http: Http,
        oauth: CanvasOAuth,
        signer: Signer,
        clock: Clock,
        limits: Limits | None = None,
        *,
        page_size: int = 100,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        """Take the parts.

        :param limits: of the checks; nothing for the usual ones.
        :param page_size: media a page, 1 to 100.
        :param ticks: measures how long a reading takes.
        """
        self._store = store
        self._access = CanvasAccess(store, http, oauth, clock)
        self._grading = Grading(limits)
        self._rows = ReportRows(store, signer, clock, self._grading, Catalogue.CANVAS)
        self._clock = clock
        self._page_size = page_size
        self._ticks = ticks

    def page(self, viewer: Viewer, platform: Platform, cursor: str | None = None) -> ReportPage:
        """List media of the course with what is known of their captions. Exactly one call to Canvas.

        :param cursor: of the page before.
        :raises NotAllowed: when this viewer may not see the course's media.
        :raises InputError: for a cursor that is not this person's, or of another course.
        :raises GrantError: when the person has not connected Canvas, or no longer is.
        :raises RemoteError: when Canvas does not give the list.
        """
        with self._listed(viewer, platform, cursor, per_page=self._page_size) as (page, following, pause):
            items = [item for media in page.items if (item := presentable(media.item)) is not None]
            rows = self._rows.of(platform, person(viewer, platform), scope_id(viewer, Scope.COURSE), items)
            return ReportPage(rows, following, self._about(page), pause)

    def read(self, viewer: Viewer, platform: Platform, handles: Sequence[str], *, fresh: bool = False) -> Reading:
        """Read the texts of some media that were not read yet, one call for each media as a rule.

        What somebody else has read meanwhile is not read again, what somebody is reading at this moment is left out,
        and so is what would take too long or be too much for Canvas just now.

        :param handles: of listed media, at most :data:`MOST_AT_ONCE`.
        :param fresh: look at each media anew, because its tracks were changed: one call more for each.
        :raises NotAllowed: when this viewer may not see the course's media.
        :raises InputError: for a handle that is not this person's, or of another course.
        :raises GrantError: when the person has not connected Canvas, or no longer is.
        :raises RemoteError: when Canvas does not answer even for the first of them.
        """
        subject = person(viewer, platform)
        place = scope_id(viewer, Scope.COURSE)
        items = [self._rows.shown(platform, subject, place, handle).item for handle in handles[:MOST_AT_ONCE]]
        with self._access.acting_for(platform, subject) as api:
            return read_some(
                items,
                lambda item: self._read(api, platform, subject, place, item, fresh=fresh),
                lambda: _pause(api),
                self._ticks,
            )

    def lengths(self, viewer: Viewer, platform: Platform, cursor: str | None = None) -> Lengths:
        """Learn how long media of the course are, the newest first. One call to Canvas.

        Only where somebody wants it: Canvas asks Kaltura for each media then. What was learnt is kept for good.

        :param cursor: of the answer before.
        :raises NotAllowed: when this viewer may not see the course's media.
        :raises InputError: for a cursor that is not this person's, or of another course.
        :raises GrantError: when the person has not connected Canvas, or no longer is.
        :raises RemoteError: when Canvas does not give the list.
        """
        newest = {"sort": "created_at", "order": "desc", "sources": True, "tracks": False}
        with self._listed(viewer, platform, cursor, per_page=_MEASURED_AT_ONCE, **newest) as (page, following, pause):
            found = {media.item.id: media.length or 0.0 for media in page.items if presentable(media.item)}
            self._store.reports.put_lengths(platform.id, Catalogue.CANVAS, found, self._clock())
            return Lengths(found, following, pause)

    @contextmanager
    def _listed(
        self, viewer: Viewer, platform: Platform, cursor: str | None, **asked: Any
    ) -> Iterator[tuple[MediaPage, str | None, float]]:
        """Get a page of the course's media: gives it, the cursor after it, and how long to let Canvas rest.

        :param asked: of the first page (see ``CanvasApi.list_media``); a cursor says all of it.
        """
        subject = person(viewer, platform)
        place = scope_id(viewer, Scope.COURSE)
        following = self._rows.following(platform, subject, place, cursor)
        with self._access.acting_for(platform, subject) as api:
            page = api.media_page(following) if following else api.list_media(Scope.COURSE, place, **asked)
            yield page, self._rows.cursor(platform, subject, place, page.next), _pause(api)

    def _read(
        self, api: CanvasApi, platform: Platform, subject: str, place: str | None, item: MediaItem, *, fresh: bool
    ) -> ReportRow | None:
        if fresh:
            media = api.find_media(Scope.COURSE, place, media_id=item.id, search=item.title, sources=False)
            item = (presentable(media.item) if media else None) or item
        (row,) = self._rows.of(platform, subject, place, [item])
        if not row.unread:
            return row
        lease = f"report/{platform.id}/{item.id}"
        if not self._store.cache.lease(lease, LEASE):
            return None
        try:
            (row,) = self._rows.of(platform, subject, place, [item])  # somebody may have finished in between
            unread = [each.track for each in row.tracks if wants_grade(each.track) and each.found is None]
            if not unread:
                return row
            grades = read_item(api, self._store, platform, item, unread, self._grading, self._clock())
            self._store.reports.put_grades(platform.id, Catalogue.CANVAS, item.id, grades)
        finally:
            self._store.cache.release(lease)
        return self._rows.of(platform, subject, place, [item])[0]

    def _about(self, page: MediaPage) -> int | None:
        """Estimate how many media there are: all pages but the last are full."""
        return page.pages * self._page_size if page.pages is not None and page.pages > 1 else None


def _pause(api: CanvasApi) -> float:
    """Tell how long to let Canvas rest, by what the last answer said is left."""
    if api.remaining is None or api.remaining >= _SPARE:
        return 0.0
    return min((_SPARE - api.remaining) / _LEAK, LONGEST_PAUSE)
