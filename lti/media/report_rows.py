"""Rows of a course's caption report: listed media with what is kept about their texts, the same for both catalogues."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from lti.errors import InputError, RemoteError
from lti.media.handles import Handles, NextPage, Shown
from lti.media.ports import Clock, Signer
from lti.media.report_grading import Grading
from lti.media.report_values import Reading, ReportedTrack, ReportRow
from lti.model import Catalogue, MediaItem, Platform, Scope, Track
from lti.store import Store, TrackGrade

MOST_AT_ONCE: Final = 10  # media of one reading
LONGEST_PAUSE: Final = 30.0  # seconds
LEASE: Final = 60.0  # seconds; no call of ours takes longer
_BUDGET: Final = 3.0  # seconds after which a reading begins no other media
_OTHERS: Final = 2.0  # seconds, where all that was asked for is being read by somebody else


class ReportRows:
    """Makes rows of one catalogue's media, and reads the handles and cursors that go with them."""

    def __init__(self, store: Store, signer: Signer, clock: Clock, grading: Grading, catalogue: Catalogue) -> None:
        """Take the parts."""
        self._store = store
        self._handles = Handles(signer)
        self._clock = clock
        self._grading = grading
        self._catalogue = catalogue

    def of(
        self, platform: Platform, subject: str, place: str | None, items: Sequence[MediaItem]
    ) -> tuple[ReportRow, ...]:
        """Make the rows of media, with what is known by now. Nobody is asked for it."""
        ids = [item.id for item in items]
        grades = self._store.reports.grades(platform.id, self._catalogue, ids)
        lengths = self._store.reports.lengths(platform.id, self._catalogue, ids)
        now = self._clock()
        rows = []
        for item in items:
            found = grades.get(item.id, {})
            known = {
                track.id: found[track.id]
                for track in item.tracks
                if track.id in found and self._grading.counts(found[track.id], track, now)
            }
            measured = lengths.get(item.id)
            ends = max((grade.ends for grade in known.values()), default=0.0)
            rows.append(
                ReportRow(
                    item=item,
                    handle=self._handles.sign(platform, subject, Shown(item, Scope.COURSE, place)),
                    tracks=tuple(self._reported(track, known.get(track.id), measured) for track in item.tracks),
                    length=max(measured or 0.0, ends) or None,
                    measured=measured,
                )
            )
        return tuple(rows)

    def shown(self, platform: Platform, subject: str, place: str | None, handle: str) -> Shown:
        """Read the handle of a listed media.

        :raises InputError: when it is of another list.
        :raises NotFound: when it is not this person's.
        """
        shown = self._handles.read(platform, subject, handle, self._catalogue)
        if (shown.scope, shown.scope_id) != (Scope.COURSE, place):
            raise InputError("a handle of another list")
        return shown

    def following(self, platform: Platform, subject: str, place: str | None, cursor: str | None) -> str | None:
        """Read a cursor: gives where the list goes on, None where it begins; raises as :meth:`shown` does."""
        if not cursor:
            return None
        following = self._handles.read_cursor(platform, subject, cursor, self._catalogue)
        if (following.scope, following.scope_id) != (Scope.COURSE, place):
            raise InputError("a cursor of another list")
        return following.url

    def cursor(self, platform: Platform, subject: str, place: str | None, url: str | None) -> str | None:
        """Sign where the list goes on; None where it does not."""
        if url is None:
            return None
        return self._handles.sign_cursor(platform, subject, NextPage(Scope.COURSE, place, url, self._catalogue))

    def _reported(self, track: Track, found: TrackGrade | None, length: float | None) -> ReportedTrack:
        return ReportedTrack(track, found, self._grading.final(found, length) if found else None)


def read_some(
    items: Sequence[MediaItem],
    read: Callable[[MediaItem], ReportRow | None],
    pause: Callable[[], float],
    ticks: Callable[[], float] = time.monotonic,
) -> Reading:
    """Read media one after the other, as many as time and the other side's patience allow.

    :param read: reads one; None where somebody else is at it.
    :param pause: tells how long to let the other side rest, seconds.
    :param ticks: measures how long it takes.
    :raises RemoteError: when there is no answer even for the first of them.
    """
    until = ticks() + _BUDGET
    rows: list[ReportRow] = []
    for item in items:
        try:
            row = read(item)
        except RemoteError as error:
            if not rows:
                raise
            return Reading(tuple(rows), error.retry_after or LONGEST_PAUSE)
        rows += [row] if row is not None else []
        if ticks() >= until or pause():
            break
    rest = pause()
    return Reading(tuple(rows), rest if rows else max(rest, _OTHERS))
