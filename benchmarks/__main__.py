"""Runs the benchmarks, all or those that are named, prints one table, keeps the figures and writes them down.

``python -m benchmarks`` runs all; ``python -m benchmarks load embed`` runs two. ``--keep`` keeps the figures of those
in place of the last ones of the same parts; ``--table`` only writes what was kept into ``docs/performance.md``. A part
is kept as soon as it is measured: a run that is broken off has not been in vain.
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from types import FrameType

from benchmarks import (
    captions,
    course,
    document,
    embed,
    launch,
    load,
    measuring,
    never_lost,
    picker,
    processes,
    recordings,
    studio,
    uploads,
)
from benchmarks.machine import machine
from benchmarks.report import RESULTS, Figure, read, show, write

PARTS = {
    "launch": launch,
    "measuring": measuring,
    "processes": processes,
    "picker": picker,
    "studio": studio,
    "course": course,
    "embed": embed,
    "captions": captions,
    "uploads": uploads,
    "never_lost": never_lost,
    "load": load,
    "recordings": recordings,
}


def main(arguments: list[str] | None = None) -> int:
    """Run; the exit status tells whether every goal was met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="all of them by default")
    parser.add_argument("--keep", action="store_true", help="keep the figures of the parts that are named")
    parser.add_argument("--table", action="store_true", help="run nothing; write down what was kept")
    options = parser.parse_args(arguments)
    if options.table:
        document.update(read())
        return 0
    figures: list[Figure] = []
    keep = options.keep or not options.parts
    for name in options.parts or PARTS:
        began = time.monotonic()
        measured = list(PARTS[name].figures())
        figures += measured
        if keep:
            write({name: measured}, machine())
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)
    print(show(figures))
    if keep:
        document.update(read())
        print(f"\nKept in {RESULTS.relative_to(RESULTS.parents[2])}.")
    return int(any(figure.met is False for figure in figures))


def _stop(number: int, frame: FrameType | None) -> None:
    """End as by Ctrl-C, so that every process that was started is ended too."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    sys.exit(main())
