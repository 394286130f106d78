"""Captions as files to take away."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from lti import captions
from lti.media.caption_drafts import readable
from lti.media.caption_values import HeldText

Format = Literal["srt", "vtt", "txt"]
_TYPES = {"srt": "application/x-subrip", "vtt": "text/vtt", "txt": "text/plain"}
_NOT_IN_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]+')
_LONGEST_NAME = 100  # characters


@dataclass(frozen=True, slots=True)
class CaptionDownload:
    """A file."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


def download(held: HeldText, title: str, form: Format) -> CaptionDownload:
    """Write a track as a file.

    :param title: of the media: the file is named after it.
    :param form: SubRip, WebVTT, or the bare words.
    :raises CaptionError: when its text cannot be read.
    """
    file = readable(held)
    match form:
        case "srt":
            text = captions.write_srt(file)
        case "vtt":
            text = captions.write(file)
        case "txt":
            text = captions.transcript(file.cues)
    stem = " ".join(_NOT_IN_NAMES.sub(" ", title).split()).strip(".")[:_LONGEST_NAME].strip() or "captions"
    return CaptionDownload(f"{stem}.{held.track.language}.{form}", f"{_TYPES[form]}; charset=utf-8", text.encode())
