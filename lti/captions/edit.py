"""Changes to cues, as pure functions: what goes in stays as it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from lti.captions.cues import Cue
from lti.captions.markup import plain
from lti.captions.payload import Search, cut, tidy
from lti.errors import N_, CaptionError

OUTSIDE = N_("This caption would lie outside any media.")
NO_FACTOR = N_("Times can only be stretched by a number greater than nothing.")
NO_SUCH_CUE = N_("There is no such caption.")
NO_TIME = N_("This caption cannot be split at that time.")

_SHORTEST = 0.001  # seconds; times are whole milliseconds
_NEXT_TO_NOTHING = 1e-6  # the difference of two floats that should be none
_LONGEST = 10**9 * 3600.0


@dataclass(frozen=True, slots=True)
class Replaced:
    """What find and replace did."""

    cues: tuple[Cue, ...]
    changed: tuple[int, ...]  # indices of cues
    count: int  # places


def shift(cues: Sequence[Cue], seconds: float) -> tuple[Cue, ...]:
    """Move all cues by some seconds, later or (negative) earlier.

    :raises CaptionError: when a cue would lie wholly before the beginning; it names the cue. One that lies across it
        is cut off there.
    """
    return tuple(_timed(cue, cue.start + seconds, cue.end + seconds, index) for index, cue in enumerate(cues))


def stretch(cues: Sequence[Cue], factor: float, *, around: float = 0.0) -> tuple[Cue, ...]:
    """Make all times longer or shorter by a factor; ``around`` (seconds) is the time that stays.

    25 frames a second for 23.976 is the factor 25 / 23.976. Captions that begin right and drift are mended by it.

    :raises CaptionError: when the factor is none, or a cue would lie before the beginning.
    """
    if not 0 < factor < _LONGEST:
        raise CaptionError(NO_FACTOR)
    return tuple(
        _timed(cue, around + (cue.start - around) * factor, around + (cue.end - around) * factor, index)
        for index, cue in enumerate(cues)
    )


def fit(cues: Sequence[Cue], first: tuple[float, float], second: tuple[float, float]) -> tuple[Cue, ...]:
    """Shift and stretch all cues so that two times of theirs come where they belong.

    :param first: a time as it is and as it should be, in seconds.
    :param second: another.
    :raises CaptionError: as ``stretch``.
    """
    if first[0] == second[0]:
        raise CaptionError(NO_FACTOR)
    factor = (second[1] - first[1]) / (second[0] - first[0])
    if not 0 < factor < _LONGEST:
        raise CaptionError(NO_FACTOR)
    return tuple(
        _timed(cue, first[1] + (cue.start - first[0]) * factor, first[1] + (cue.end - first[0]) * factor, index)
        for index, cue in enumerate(cues)
    )


def split(cues: Sequence[Cue], index: int, offset: int, at: float | None = None) -> tuple[Cue, ...]:
    """Make two cues of one. Tags that are open there are closed in the first and opened again in the second.

    :param offset: after how many characters of the text as it is read, without markup.
    :param at: the time in seconds; by default where the share of the text is.
    :raises CaptionError: when there is no such cue, or the time leaves nothing of one of the two.
    """
    cue = _cue(cues, index)
    text = plain(cue.text)
    offset = max(0, min(offset, len(text)))
    if at is None:
        share = offset / len(text) if text else 0.5
        room = min(_SHORTEST, (cue.end - cue.start) / 2)
        at = min(max(cue.start + (cue.end - cue.start) * share, cue.start + room), cue.end - room)
    at = round(at, 3)
    if not cue.start < at < cue.end:
        raise CaptionError(NO_TIME, cue=index + 1)
    before, after = cut(cue.text, offset)
    return (
        *cues[:index],
        replace(cue, end=at, text=tidy(before)),
        replace(cue, start=at, text=tidy(after), identifier=""),  # an identifier names one cue
        *cues[index + 1 :],
    )


def merge(cues: Sequence[Cue], index: int, count: int = 2) -> tuple[Cue, ...]:
    """Make one cue of some that follow each other: all their lines, from the first start to the last end.

    :raises CaptionError: when there are not so many.
    """
    if count < 2:
        raise CaptionError(NO_SUCH_CUE, cue=index + 1)
    first = _cue(cues, index)
    _cue(cues, index + count - 1)
    together = cues[index : index + count]
    merged = replace(
        first,
        start=min(cue.start for cue in together),
        end=max(cue.end for cue in together),
        text="\n".join(cue.text for cue in together if cue.text),
    )
    return (*cues[:index], merged, *cues[index + count :])


def find_and_replace(
    cues: Sequence[Cue], find: str, by: str, *, match_case: bool = False, whole_words: bool = False
) -> Replaced:
    """Replace a text wherever it is read: markup neither hides it nor is lost.

    A space in what is sought also finds a line end.

    :param by: plain text; empty deletes.
    """
    search = Search(find, match_case=match_case, whole_words=whole_words)
    changed, count, after = [], 0, []
    for index, cue in enumerate(cues):
        text, places = search.replace(cue.text, by)
        if places:
            changed.append(index)
            count += places
            cue = replace(cue, text=tidy(text))
        after.append(cue)
    return Replaced(tuple(after), tuple(changed), count)


def _cue(cues: Sequence[Cue], index: int) -> Cue:
    if not 0 <= index < len(cues):
        raise CaptionError(NO_SUCH_CUE, cue=index + 1)
    return cues[index]


def _timed(cue: Cue, start: float, end: float, index: int) -> Cue:
    if not _NEXT_TO_NOTHING < end < _LONGEST:
        raise CaptionError(OUTSIDE, cue=index + 1)
    start, end = round(max(start, 0.0), 3), round(end, 3)
    return replace(cue, start=start, end=end if end > start else round(start + _SHORTEST, 3))
