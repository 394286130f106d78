"""What looking after captions needs of a catalogue: Canvas replaces whole sets, Studio only adds."""

from __future__ import annotations

from typing import Protocol

from lti.errors import N_, NotFound
from lti.media.caption_drafts import Edit
from lti.media.caption_history import History
from lti.media.caption_values import Draft, HeldText, Reason, Written

_GONE = N_("These captions are not there any more.")
_GONE_NEXT = N_("Open the item again to see which captions it has now.")


class Shelf(Protocol):
    """The captions of one media item, for one person.

    Every method may raise ``GrantError`` and ``RemoteError``.
    """

    @property
    def history(self) -> History:
        """Give the texts that were here before."""

    def held(self, track_id: str) -> HeldText:
        """Read a track.

        :raises NotFound: when it is not there.
        """

    def save(self, track_id: str, version: str, edit: Edit) -> Written:
        """Put an edit in the place of a track.

        :param version: of the text that the edit began with; ``ABSENT`` where there is none.
        :raises ChangedMeanwhile: when the track is another one now.
        :raises CaptionsTaken: when the edit's language is another track's.
        :raises CaptionsFixed: when the track cannot be changed.
        :raises HalfWritten: when something was lost.
        :raises CaptionsUncertain: when nobody knows what happened.
        """

    def add(self, draft: Draft, *, replace: bool, reason: Reason = Reason.REPLACED) -> Written:
        """Add a track, in the place of one in the same language where that is wanted.

        :raises CaptionsTaken: when there is one and that was not said.
        """

    def remove(self, track_id: str) -> Written:
        """Take a track away.

        :raises CaptionsFixed: when that is not possible here.
        """

    def language(self, tag: str) -> str:
        """Give the nearest language that the catalogue takes."""


def gone(track_id: str) -> NotFound:
    """Make the error for a track that is not there."""
    return NotFound(f"no track {track_id[:100]!r}", message=_GONE, next_step=_GONE_NEXT)
