"""Where a cue stands in the picture (W3C WebVTT, section 6.3: parse the WebVTT cue settings)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

_PERCENTAGE = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,99})?)%\Z")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,99})?\Z")
_SPACE = re.compile(r"[ \t\f\n\r]+")
_ALIGNS = frozenset({"start", "center", "end", "left", "right"})
_LINE_ALIGNS = frozenset({"start", "center", "end"})
_POSITION_ALIGNS = frozenset({"line-left", "center", "line-right"})


@dataclass(frozen=True, slots=True)
class Placement:
    """What the settings of a cue say, with the defaults of the specification for what they leave out."""

    vertical: str = ""  # "", "rl" or "lr"
    line: float | None = None  # None: the browser chooses
    snap_to_lines: bool = True  # ``line`` counts lines; otherwise it is a percentage
    line_align: str = "start"
    position: float | None = None  # per cent; None: it follows from ``align``
    position_align: str = "auto"
    size: float = 100.0  # per cent
    align: str = "center"
    region: str = ""


def placement(settings: str) -> Placement:
    """Read cue settings; what is not one is skipped, as in a browser."""
    return _apply(settings)[0]


def unknown_settings(settings: str) -> tuple[str, ...]:
    """List what in cue settings means nothing to a browser."""
    return _apply(settings)[1]


@lru_cache(maxsize=256)  # a file has few different ones, on each of its cues
def _apply(settings: str) -> tuple[Placement, tuple[str, ...]]:
    placed = Placement()
    unknown: list[str] = []
    for setting in _SPACE.split(settings):
        if not setting:
            continue
        name, colon, value = setting.partition(":")
        changed = _one(placed, name, value) if name and colon and value else None
        if changed is None:
            unknown.append(setting)
        else:
            placed = changed
    if placed.region and (placed.vertical or placed.line is not None or placed.size != 100.0):
        placed = replace(placed, region="")
    return placed, tuple(unknown)


def _one(placed: Placement, name: str, value: str) -> Placement | None:
    if name == "region":
        return replace(placed, region=value)
    if name == "vertical" and value in ("rl", "lr"):
        return replace(placed, vertical=value)
    if name == "line":
        return _line(placed, value)
    if name == "position":
        return _position(placed, value)
    if name == "size" and (size := _per_cent(value)) is not None:
        return replace(placed, size=size)
    if name == "align" and value in _ALIGNS:
        return replace(placed, align=value)
    return None


def _line(placed: Placement, value: str) -> Placement | None:
    at, comma, align = value.partition(",")
    if comma and align not in _LINE_ALIGNS:
        return None
    per_cent = _per_cent(at)
    if per_cent is None and not _NUMBER.match(at):
        return None
    line = float(at) if per_cent is None else per_cent
    return replace(placed, line=line, snap_to_lines=per_cent is None, line_align=align or placed.line_align)


def _position(placed: Placement, value: str) -> Placement | None:
    at, comma, align = value.partition(",")
    if (comma and align not in _POSITION_ALIGNS) or (position := _per_cent(at)) is None:
        return None
    return replace(placed, position=position, position_align=align or placed.position_align)


def _per_cent(value: str) -> float | None:
    match = _PERCENTAGE.match(value)
    return number if match and (number := float(match.group(1))) <= 100 else None
