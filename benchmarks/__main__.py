"""Runs every benchmark, prints one table, and keeps the figures."""

from __future__ import annotations

import sys

from benchmarks import captions, course, embed, launch, never_lost, picker, processes, recordings, studio, uploads
from benchmarks.report import RESULTS, show, write


def main() -> int:
    """Run; the exit status tells whether every goal was met."""
    modules = (launch, processes, picker, studio, course, embed, captions, uploads, never_lost, recordings)
    figures = [figure for module in modules for figure in module.figures()]
    print(show(figures))
    write(figures)
    print(f"\nKept in {RESULTS.relative_to(RESULTS.parents[2])}.")
    return int(any(figure.met is False for figure in figures))


if __name__ == "__main__":
    sys.exit(main())
