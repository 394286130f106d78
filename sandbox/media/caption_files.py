"""The caption files that lie beside this module, byte for byte: their line ends and marks are the point of some."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).with_name("captions")


@cache
def caption_text(name: str) -> str:
    """Read ``captions/<name>``."""
    return (_FOLDER / name).read_bytes().decode()


def spoken_minutes(seconds: int) -> str:
    """Make captions for a long clip: one cue every ten seconds, as WebVTT."""
    cues = [
        f"{_clock(start)} --> {_clock(start + 8)}\n{start // 60} minutes and {start % 60} seconds.\n"
        for start in range(0, seconds, 10)
    ]
    return "WEBVTT\n\n" + "\n".join(cues)


def _clock(seconds: int) -> str:
    return f"{seconds // 60:02d}:{seconds % 60:02d}.000"
