"""From what an editor or a file says to a draft that can be saved."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from dataclasses import dataclass

from lti import captions
from lti.captions import CaptionFile, Cue
from lti.errors import N_, CaptionError, Filling, InputError, TooLarge
from lti.media.caption_languages import clean
from lti.media.caption_values import Draft, HeldText
from lti.model import Track

KINDS = ("subtitles", "captions", "descriptions", "chapters", "metadata")
MOST_CUES = 20_000
_LATEST = 10**9 * 3600.0  # seconds
_BACKWARD = N_("Caption %(cue)s ends before it begins.")
_OUTSIDE = N_("Caption %(cue)s has a time that cannot be.")
_NONE = N_("There is no caption left to save.")
_NONE_NEXT = N_("Write one, or go back and remove the track.")
_UNREADABLE = N_("This text cannot be read as captions from line %(line)s, caption %(cue)s, on.")
_UNREADABLE_NEXT = N_("Mend it there, or choose another file.")
_MEND = N_("Mend its times, then save again. What you have written is still here.")


class TooManyCues(TooLarge):
    """Raised for more captions than any film has."""

    code = "too_many_cues"
    message = N_("These are more than %(most)s captions.")
    next_step = N_("Divide the text into several, or shorten it.")


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody has made of a track; None leaves what is there."""

    cues: tuple[Cue, ...] | None
    language: str | None
    kind: str | None

    def onto(self, held: HeldText | None) -> Draft:
        """Put the cues into a text: its styles and notes stay.

        :param held: the present one, if there is one.
        :raises InputError: when there is none, and the language or the cues were not said.
        :raises CaptionError: when the text is to stay, and cannot be read.
        """
        track = held.track if held else None
        language = self.language or language_of(track.language if track else "")
        if self.cues is None:
            if held is None:
                raise InputError("a track without a text")
            return draft_of(readable(held), language, kind_of(self.kind, track))
        try:
            file = held.read() if held else CaptionFile(())
        except CaptionError:
            file = CaptionFile(())
        return Draft(dataclasses.replace(file, cues=self.cues), language, kind_of(self.kind, track))


def draft_of(file: CaptionFile, language: str, kind: str) -> Draft:
    """Make a draft of a whole text.

    :raises TooManyCues: for more than 20,000 captions.
    :raises CaptionError: when there is none.
    """
    check_count(len(file.cues))
    return Draft(dataclasses.replace(file, cues=finished(file.cues)), language, kind)


def check_count(count: int) -> None:
    """Refuse what is too much.

    :raises TooManyCues: for more than 20,000.
    """
    if count > MOST_CUES:
        raise TooManyCues(f"{count} cues", values={"most": MOST_CUES})


def finished(cues: Iterable[Cue]) -> tuple[Cue, ...]:
    """Make sure that cues can be written, and order them by time, as every format wants them.

    :raises CaptionError: naming the first cue whose times cannot be, or when there is none.
    """
    written = []
    for number, cue in enumerate(cues, start=1):
        if not (math.isfinite(cue.start) and math.isfinite(cue.end)) or cue.start < 0 or cue.end > _LATEST:
            raise _refusal(_OUTSIDE, number)
        start, end = round(cue.start, 3), round(cue.end, 3)
        if end <= start:
            raise _refusal(_BACKWARD, number)
        lines = (line.rstrip() for line in cue.text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
        text = "\n".join(line for line in lines if line)
        written.append(dataclasses.replace(cue, start=start, end=end, text=text))
    if not written:
        raise _refused(CaptionError(_NONE), _NONE, _NONE_NEXT)
    return tuple(sorted(written, key=lambda cue: cue.start))


def same(one: CaptionFile, other: CaptionFile) -> bool:
    """Tell whether two texts have the same captions."""
    return _bare(one) == _bare(other)


def _bare(file: CaptionFile) -> list[tuple[float, float, str, str]]:
    return [(cue.start, cue.end, cue.text, cue.settings) for cue in file.cues]


def _refusal(message: str, number: int) -> CaptionError:
    return _refused(CaptionError(message, cue=number), message, _MEND, cue=str(number))


def _refused(error: CaptionError, message: str, next_step: str, **values: Filling) -> CaptionError:
    error.message, error.next_step, error.values = message, next_step, dict(values)
    return error


def read_file(content: bytes) -> CaptionFile:
    """Read what somebody brings, mending what can be mended.

    :raises CaptionError: with the place in words.
    """
    try:
        return captions.read(content, mend=True)
    except CaptionError as error:
        raise _placed(error) from error


def readable(held: HeldText) -> CaptionFile:
    """Read a text that a catalogue has.

    :raises CaptionError: with the place in words.
    """
    try:
        return held.read()
    except CaptionError as error:
        raise _placed(error) from error


def _placed(error: CaptionError) -> CaptionError:
    placed = CaptionError(error.reason, line=error.line, cue=error.cue)
    line, cue = str(error.line or 1), str(error.cue or 1)
    return _refused(placed, _UNREADABLE, _UNREADABLE_NEXT, line=line, cue=cue)


def language_of(tag: str) -> str:
    """Read a language tag that a page sent.

    :raises InputError: for what is none.
    """
    found = clean(tag)
    if not found:
        raise InputError(
            f"language {tag[:40]!r}",
            message=N_("Choose the language of the captions."),
            next_step=N_("Then save again."),
        )
    return found


def kind_of(kind: str | None, track: Track | None) -> str:
    """Give a kind of tracks: the one that was sent, or that the track has.

    :raises InputError: for what is none.
    """
    found = kind or (track.kind if track else "subtitles")
    if found not in KINDS:
        raise InputError(f"kind {found[:40]!r}")
    return found
