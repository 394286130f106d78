"""The institutions that a sandbox Canvas can be the Canvas of.

Hosted Canvas is many schools with one issuer: each has its own host, its own numbers ("shard"), its own people. Within
a shard ids count from one again, so two schools both have a user 101: only the global ids differ.
"""

from __future__ import annotations

from dataclasses import dataclass

_SHARD = 10_000_000_000_000


@dataclass(frozen=True)
class School:
    """One institution."""

    name: str
    shard: int
    uuid: str  # of the root account, 40 characters
    people: tuple[str, ...]  # a teacher, a student, an administrator, a new teacher, an observer
    courses: tuple[str, str]
    salt: str  # makes its opaque ids its own
    mark: str = ""  # stands at the end of its media's titles

    def global_id(self, number: int) -> str:
        """Write an id of this school as all other schools see it."""
        return str(self.shard * _SHARD + number)


SANDBOX = School(
    "Sandbox School",
    1,
    "Sandb0xR00tAcc0untUu1dOf40CharactersLong",
    ("Tilda Teacher", "Sam Student", "Ada Administrator", "Noor Newteacher", "Ollie Observer"),
    ("Film Studies", "Sound Design"),
    "",
)
HARBOUR = School(
    "Harbour School",
    2,
    "Harb0urR00tAcc0untUu1dOf40CharactersLong",
    ("Tomas Teacher", "Selma Student", "Anton Administrator", "Nadia Newteacher", "Otto Observer"),
    ("Marine Biology", "Navigation"),
    "harbour ",
    " (Harbour)",
)
SCHOOLS = {"sandbox": SANDBOX, "harbour": HARBOUR}
