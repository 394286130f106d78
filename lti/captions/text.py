"""Cues as a person would read them: for the transcript, and for search."""

from __future__ import annotations

from collections.abc import Iterable

from lti.captions.cues import Cue
from lti.captions.markup import plain

_PAUSE = 2.0  # seconds without a caption after which a transcript begins a new paragraph


def plain_text(cue: Cue) -> str:
    """Return the text of a cue without tags and entities, on one line."""
    return " ".join(plain(cue.text).split())


def transcript(cues: Iterable[Cue], *, pause: float = _PAUSE) -> str:
    """Write cues as running text, with a new paragraph wherever nothing is said for a while.

    :param pause: seconds.
    """
    paragraphs: list[list[str]] = []
    until: float | None = None
    for cue in sorted(cues, key=lambda cue: cue.start):
        text = plain_text(cue)
        if not text:
            continue
        if until is None or cue.start - until >= pause:
            paragraphs.append([])
        paragraphs[-1].append(text)
        until = cue.end if until is None else max(until, cue.end)
    return "\n\n".join(" ".join(paragraph) for paragraph in paragraphs) + "\n" if paragraphs else ""
