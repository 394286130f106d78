"""What a run of the scene measures: times of answers, errors, processor time and memory of processes."""

from __future__ import annotations

import math
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from benchmarks.served import clock_of


class Recorder:
    """Collects the seconds of each answer and of each whole journey, and what went wrong."""

    def __init__(self) -> None:
        self.answers: dict[str, list[float]] = defaultdict(list)
        self.journeys: dict[str, list[float]] = defaultdict(list)  # what others took aside
        self.others: dict[str, list[float]] = defaultdict(list)  # what others took in each of them
        self.errors: Counter[str] = Counter()
        self.late: list[float] = []  # seconds that a journey began after its time: the generator's own delay
        self.began = time.monotonic()
        self.seconds = 0.0

    def told(self, journey: str, seconds: float) -> None:
        self.answers[journey].append(seconds)

    def arrived(self, journey: str, seconds: float, others: float) -> None:
        """Write down that somebody has the whole of what they came for.

        :param seconds: that they waited; ``others``: those of them that Canvas took with pages of its own.
        """
        self.journeys[journey].append(seconds - others)
        self.others[journey].append(others)

    def wrong(self, journey: str, error: Exception) -> None:
        self.errors[f"{journey}: {type(error).__name__}: {error}"[:300]] += 1

    def end(self) -> None:
        self.seconds = time.monotonic() - self.began

    @property
    def count(self) -> int:
        return sum(len(each) for each in self.answers.values())

    def everything(self) -> list[float]:
        return [seconds for each in self.answers.values() for seconds in each]


def percentile(values: Iterable[float], share: float) -> float:
    """Give the value that this share (0 to 1) of the values does not exceed (nearest rank)."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("nothing was measured")
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


class Processes:
    """Some processes and whatever they started, watched from outside."""

    def __init__(self, roots: Iterable[int]) -> None:
        """Watch.

        :param roots: their ids.
        """
        self._roots = tuple(roots)

    def ids(self) -> list[int]:
        found = list(self._roots)
        for pid in found:  # grows while it is read
            found += [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return found

    def seconds(self) -> float:
        """Give their processor time until now."""
        return sum(time.clock_gettime(clock_of(pid)) for pid in self.ids())

    def memory(self) -> float:
        """Give the bytes that they hold, what they share divided among those who share it (PSS)."""
        return sum(_pss(pid) for pid in self.ids())


def _pss(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1]) * 1024
    return 0.0
