"""Journeys: a person's acts, each of which makes some of the outgoing calls by going through the product's own pages.

A journey prepares what its act needs and gives the act, which can be done again and again. Which calls it makes is not
written here: they are recorded (``matrix.py``).
"""

from __future__ import annotations

import enum
from collections.abc import Callable
from dataclasses import dataclass

import httpx

from tests.faults.campus import LANGUAGES, Campus
from tests.faults.policy import Kind

Act = Callable[[], httpx.Response]
Prepare = Callable[[Campus], Act]


class Repeat(enum.Enum):
    """How the act is done again."""

    SAME = enum.auto()  # any number of times, with the same result
    SETTLED = (
        enum.auto()
    )  # it may be done again, and then finds that it was done: each cell begins with the preparation
    ONCE = enum.auto()  # what it takes can be taken once: the next attempt begins with the preparation as well


@dataclass(frozen=True)
class Journey:
    """What somebody does."""

    name: str  # as the table says it
    person: int
    prepare: Prepare
    repeat: Repeat = Repeat.SAME
    only: str = ""  # a part of the routes of those calls that it is here for: the others are other journeys' as well
    kind: Kind | None = None  # of its calls, where that is not by method
    renews: bool = True  # whether tokens that it sends can be renewed
    rounds: int = 1  # how often what failed is begun anew by itself

    @property
    def language(self) -> str:
        """The language of the person."""
        return LANGUAGES[self.person]


JOURNEYS: dict[str, Journey] = {}


def journey(
    name: str,
    person: int,
    *,
    repeat: Repeat = Repeat.SAME,
    only: str = "",
    kind: Kind | None = None,
    renews: bool = True,
    rounds: int = 1,
) -> Callable[[Prepare], Prepare]:
    """Add a journey to the list; see :class:`Journey`."""

    def add(prepare: Prepare) -> Prepare:
        assert name not in JOURNEYS
        JOURNEYS[name] = Journey(name, person, prepare, repeat, only, kind, renews, rounds)
        return prepare

    return add
