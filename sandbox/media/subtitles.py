"""From SubRip to WebVTT and back, as far as the captions of the sandbox go."""

from __future__ import annotations

import re

_TIME = re.compile(r"(?:(\d{1,3}):)?(\d{1,2}):(\d{1,2})[,.](\d{1,3})")
_CUE_TIMES = re.compile(r"\A\s*(?:\d+:)?\d{1,2}:\d{2}[,.]\d{1,3}\s+-->")


def to_webvtt(content: str) -> str:
    """Convert SRT as Canvas does: pad times to two digits, a dot for the comma, LF, the header in front."""
    lines = content.replace("\r\n", "\n").split("\n")
    converted = [_TIME.sub(_padded, line) if "-->" in line else line for line in lines]
    return ("WEBVTT\n\n" + "\n".join(converted)).strip()


def to_srt(content: str) -> str:
    """Keep the cues of a WebVTT text: their times and their lines, numbered."""
    cues: list[str] = []
    for block in re.split(r"\n\s*\n", content.replace("\r\n", "\n").lstrip("\ufeff")):
        lines = block.strip().split("\n")
        at = next((n for n, line in enumerate(lines) if _CUE_TIMES.match(line)), None)
        if at is None:
            continue
        start, _, end = lines[at].partition("-->")
        times = " --> ".join(_TIME.sub(_with_hours, part.split()[0]) for part in (start, end))
        cues.append("\n".join([str(len(cues) + 1), times, *lines[at + 1 :]]))
    return "\n\n".join(cues) + "\n"


def is_srt(content: str) -> bool:
    """Tell whether a text has at least one cue of SubRip: times with commas."""
    return re.search(r"^\d+:\d{2}:\d{2},\d{3}\s+-->\s+\d+:\d{2}:\d{2},\d{3}", content, re.MULTILINE) is not None


def _padded(found: re.Match[str]) -> str:
    hours, minutes, seconds, fraction = found.groups()
    start = f"{int(hours):02d}:" if hours is not None else ""
    return f"{start}{int(minutes):02d}:{int(seconds):02d}.{fraction}"


def _with_hours(found: re.Match[str]) -> str:
    hours, minutes, seconds, fraction = found.groups()
    return f"{int(hours or 0):02d}:{int(minutes):02d}:{int(seconds):02d},{fraction:0<3}"
