"""One figure, the table of all of them, and the file that keeps the last run."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

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


def show(figures: Sequence[Figure]) -> str:
    rows = [("figure", "value", "unit", "goal", "met")]
    for figure in figures:
        goal = "" if figure.goal is None else f"<= {figure.goal:g}"
        met = {True: "yes", False: "NO", None: ""}[figure.met]
        rows.append((figure.name, f"{figure.value:.4g}", figure.unit, goal, met))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def write(figures: Sequence[Figure]) -> None:
    RESULTS.parent.mkdir(exist_ok=True)
    content = [{**asdict(figure), "met": figure.met} for figure in figures]
    RESULTS.write_text(json.dumps(content, indent=1) + "\n")
