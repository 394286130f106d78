"""One figure, the table of all of them, and the file that keeps the last run of each part."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "latest.json"


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value against its goal. ``goal`` is the most it may be; None where it is only told."""

    name: str
    value: float
    unit: str
    goal: float | None = None

    @property
    def met(self) -> bool | None:
        return None if self.goal is None else self.value <= self.goal


def rows(figures: Sequence[Figure]) -> list[tuple[str, ...]]:
    """Give the cells of the table, its head first."""
    made: list[tuple[str, ...]] = [("figure", "value", "unit", "goal", "met")]
    for figure in figures:
        goal = "" if figure.goal is None else f"<= {figure.goal:g}"
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        made.append((figure.name, f"{figure.value:,.4g}", figure.unit, goal, met))
    return made


def show(figures: Sequence[Figure]) -> str:
    cells = rows(figures)
    widths = [max(len(row[column]) for row in cells) for column in range(5)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells)


def write(parts: Mapping[str, Sequence[Figure]], machine: Mapping[str, str], *, path: Path = RESULTS) -> None:
    """Keep the figures of some parts; others stay as they are if they were measured on the same machine."""
    kept = read(path)
    before = kept["parts"] if kept["machine"] == dict(machine) else {}
    at = datetime.now(UTC).isoformat(timespec="minutes")
    new = {
        name: {"at": at, "figures": [{**asdict(each), "met": each.met} for each in figures]}
        for name, figures in parts.items()
    }
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"machine": dict(machine), "parts": {**before, **new}}, indent=1) + "\n")


def read(path: Path = RESULTS) -> dict[str, Any]:
    """Give what was kept: ``machine``, and ``parts`` by their names."""
    try:
        content = json.loads(path.read_text())
    except FileNotFoundError:
        content = None
    return content if isinstance(content, dict) else {"machine": {}, "parts": {}}


def figures_of(kept: Mapping[str, Any]) -> list[Figure]:
    """Give the figures that were kept, of all parts."""
    return [
        Figure(each["name"], each["value"], each["unit"], each["goal"])
        for part in kept["parts"].values()
        for each in part["figures"]
    ]
