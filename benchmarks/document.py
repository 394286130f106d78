"""Writes the figures that were kept, and the plan that follows from them, into ``docs/performance.md``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.plan import plan
from benchmarks.report import figures_of, rows

DOCUMENT = Path(__file__).parents[1] / "docs" / "performance.md"


def update(kept: Mapping[str, Any], path: Path = DOCUMENT) -> None:
    """Replace what stands between the marks of each part."""
    text = path.read_text()
    text = _between(text, "machine", _machine(kept))
    text = _between(text, "figures", table(rows(figures_of(kept))))
    text = _between(text, "plan", table(plan(figures_of(kept))))
    path.write_text(text)


def table(cells: Sequence[Sequence[str]]) -> str:
    """Write a table in Markdown, its first row the head."""
    head, *rest = [[cell.replace("|", "\\|") for cell in row] for row in cells]
    lines = [head, ["---"] * len(head), *rest]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _machine(kept: Mapping[str, Any]) -> str:
    told = [f"* {name}: {value}" for name, value in kept["machine"].items()]
    times = sorted(f"{part['at']} ({name})" for name, part in kept["parts"].items())
    return "\n".join([*told, f"* measured (UTC): {', '.join(times)}"])


def _between(text: str, name: str, content: str) -> str:
    pattern = re.compile(rf"(<!-- {name}: .*?-->\n).*?(<!-- end of {name} -->)", re.DOTALL)
    if not pattern.search(text):
        raise ValueError(f"the document has no place for {name}")
    return pattern.sub(lambda found: f"{found[1]}\n{content}\n\n{found[2]}", text)
