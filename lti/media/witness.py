"""Whether what was handed in is still what was handed in.

Neither Canvas nor Studio tells that the bytes behind a media id were replaced, and neither gives a checksum. What they
give is kept at the moment of handing in (length, size of what was uploaded, date), and compared whenever the recording
is looked up again: ``docs/decisions/0025-handing-in.md`` says what that can and cannot see.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from lti.media.ports import Clock
from lti.model import Embed, HandIn, MediaChange, MediaFacts
from lti.store import KeptTrack, Store

# Canvas gives no length: it is worked out from size and bit rate of whichever transcode there is, to a few percent.
_LENGTH_SHARE: Final = 0.05
_LENGTH_LEAST: Final = 2.0  # seconds
_DATE_LEAST: Final = timedelta(seconds=2)
_CAPTION_LEAST: Final = timedelta(minutes=1)  # clocks differ


@dataclass(frozen=True, slots=True)
class HandInView:
    """What a player says of work that was handed in."""

    handed_in_at: datetime
    changed_at: datetime | None  # when another recording was first seen in its place
    change: MediaChange | None
    captions_changed_at: datetime | None  # when the newest of the chosen captions was written, if that is later


class Witness:
    """Compares what is there now with what was handed in."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Take the parts."""
        self._hand_ins = store.hand_ins
        self._clock = clock

    def look(self, embed: Embed, now: MediaFacts | None, texts: Sequence[KeptTrack]) -> HandInView | None:
        """Tell how an embed's recording stands to what was handed in; None where nothing was.

        :param now: what the catalogue says of it; None where it could not be asked.
        :param texts: the chosen captions as they are shown.
        :raises StorageUnavailable: when the database does not answer.
        """
        if embed.handed_in_at is None:
            return None
        kept = self._hand_ins.get(embed.id) or HandIn(embed.id, None, MediaFacts())
        changed_at, change = kept.changed_at, kept.change
        if now is not None and changed_at is None:
            change = difference(kept.facts, now)
            if change is not None:
                changed_at = self._clock()
                self._hand_ins.note_change(embed.id, change, changed_at)
            elif (whole := completed(kept.facts, now)) != kept.facts:
                self._hand_ins.learn(embed.id, whole)
        written = max((text.updated_at for text in texts if text.updated_at is not None), default=None)
        later = written is not None and written > embed.handed_in_at + _CAPTION_LEAST
        return HandInView(embed.handed_in_at, changed_at, change, written if later else None)


def difference(then: MediaFacts, now: MediaFacts) -> MediaChange | None:
    """Tell by what another recording shows itself; None where nothing that both know differs."""
    if then.seconds is not None and now.seconds is not None:
        least = max(_LENGTH_LEAST, _LENGTH_SHARE * then.seconds)
        if abs(then.seconds - now.seconds) > least:
            return MediaChange.LENGTH
    if then.size is not None and now.size is not None and then.size != now.size:
        return MediaChange.SIZE
    if then.created_at is not None and now.created_at is not None:
        return MediaChange.DATE if abs(then.created_at - now.created_at) > _DATE_LEAST else None
    return None


def completed(then: MediaFacts, now: MediaFacts) -> MediaFacts:
    """Add what was not known before."""
    return MediaFacts(
        then.seconds if then.seconds is not None else now.seconds,
        then.size if then.size is not None else now.size,
        then.created_at if then.created_at is not None else now.created_at,
    )
