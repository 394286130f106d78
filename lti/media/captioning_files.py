"""A caption file for an order: read in any format, looked at as a careful captioner would, written as SubRip."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from lti import captions
from lti.captions import CaptionFile, Mend, checks
from lti.errors import N_, CaptionError, TooLarge

LARGEST: Final = 8 << 20  # bytes; a feature film's captions have 0.2 MiB
_NO_CUES: Final = N_("There is not a single caption in this file.")


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """What would be sent, and what is to be said of it before."""

    srt: str = field(repr=False)
    count: int  # captions
    ends: float  # seconds, when the last one does
    report: checks.Report
    mends: tuple[Mend, ...]
    losses: tuple[str, ...]  # msgids: what SubRip cannot say


def check_file(
    content: bytes | str,
    *,
    language: str = "",
    duration: float | None = None,
    limits: checks.Limits | None = None,
) -> CheckedFile:
    """Read a caption file, and look at it.

    :param language: of the order, a BCP 47 tag; nothing leaves the language out.
    :param duration: of the media, in seconds, where known.
    :param limits: what is too much; nothing for the usual ones.
    :raises CaptionError: when it cannot be read, or has no captions; it says where.
    :raises TooLarge: over 8 MiB.
    """
    if len(content) > LARGEST:
        raise TooLarge("a caption file", next_step=N_("Captions are never that large. Choose the caption file itself."))
    read = _read(content)
    if not read.cues:
        raise CaptionError(_NO_CUES, line=1)
    return CheckedFile(
        captions.write_srt(read),
        len(read.cues),
        max(cue.end for cue in read.cues),
        checks.check(read.cues, duration=duration, declared=language, limits=limits),
        read.mends,
        captions.srt_losses(read),
    )


def _read(content: bytes | str) -> CaptionFile:
    try:
        return captions.read(content, mend=True)
    except CaptionError as error:
        error.message = N_("This caption file cannot be read from line %(line)s, caption %(cue)s, on.")
        error.next_step = N_("Correct it there, or save it as .srt or .vtt, and choose it again.")
        error.values = {"line": str(error.line or 1), "cue": str(error.cue or 1)}
        raise
