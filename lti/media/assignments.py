"""What an assignment takes: decided by what the launch says of it, and by what is known of a recording.

Canvas checks the names of files only, and what is handed in here is no file but a link to a player. A list of
extensions is respected all the same: a teacher who wants documents does not want a film. Where Canvas says nothing,
or the name of the file behind a recording is not known, whatever is of a kind that the list has is let through.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePosixPath
from typing import Final

from lti.errors import N_
from lti.model import Assignment, Catalogue, MediaItem, MediaType, Problem

_SOUND: Final = frozenset({"aac", "aif", "aiff", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav", "weba", "wma"})
_BOTH: Final = frozenset({"3gp", "asf", "mp4", "webm"})  # containers of either
_PICTURE: Final = frozenset({"avi", "flv", "m4v", "mkv", "mov", "mpeg", "mpg", "mts", "ogv", "wmv"})
_KINDS: Final = {MediaType.VIDEO: _PICTURE | _BOTH, MediaType.AUDIO: _SOUND | _BOTH}
_RECORDED: Final = "webm"  # browsers record in what they can, and Studio makes MP4 of it: nobody chose this name


def refusal(assignment: Assignment | None, item: MediaItem) -> Problem | None:
    """Tell why an assignment does not take a recording; None where it does, or where that cannot be told."""
    if assignment is None or not assignment.extensions:
        return None
    allowed = frozenset(assignment.extensions)
    suffix = extension(item.filename or "")
    if suffix and suffix != _RECORDED:
        return None if suffix in allowed else _problem(allowed)
    # Studio's lists do not say what has no picture.
    unsure = item.catalogue is Catalogue.STUDIO and not item.tracks_known
    kinds = _KINDS[MediaType.VIDEO] | _KINDS[MediaType.AUDIO] if unsure else _KINDS[item.media_type]
    return None if allowed & kinds else _problem(allowed)


def takes_media(assignment: Assignment) -> bool:
    """Tell whether an assignment takes any video or sound at all, as far as is known."""
    return not assignment.extensions or not (_SOUND | _BOTH | _PICTURE).isdisjoint(assignment.extensions)


def extension(filename: str) -> str:
    """Give the extension of a file's name, lower case and without the dot; empty where it has none."""
    return PurePosixPath(filename.replace("\\", "/")).suffix.lower().removeprefix(".")


def _problem(allowed: Iterable[str]) -> Problem:
    return Problem(
        "assignment_format",
        N_("This assignment takes only these types of file: %(formats)s."),
        N_("Choose another recording, or ask your teacher."),
        {"formats": ", ".join(sorted(allowed))},
    )
