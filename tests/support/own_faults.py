"""The table of faults of our own parts, at the end of ``docs/faults.md``: each row is what one test saw.

Tests of one page run in several processes, so each looks after its own row: it compares, or writes where
``make faults`` asks for it. A row that no test knows cannot stay: the names must be those of ``FAULTS``.
"""

from __future__ import annotations

import html
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

from werkzeug.test import TestResponse

from lti.store import open_database
from lti.store.schema import metadata

PAGE = Path(__file__).parents[2] / "docs/faults.md"
WRITE = "CUEDECK_WRITE_FAULTS"
JOURNEYS = {
    "a teacher inserts, a student watches": "sqlite",
    "work is handed in and graded": "postgres",
    "captions are mended and put back": "sqlite",
    "an order for captions is answered": "postgres",
    "a film is uploaded": "sqlite",
    "a recording is made and kept": "postgres",
    "an administrator installs Cuedeck": "postgres",
}  # and on which database a run of the tests kills at every moment
_ON = {"sqlite": "SQLite", "postgres": "PostgreSQL"}
FAULTS = (
    *(f"database away for 10 s while people are at work, {on}" for on in _ON.values()),
    *(f"database full, {on}" for on in _ON.values()),
    *(f"database away for 10 s while a worker carries an upload, {on}" for on in _ON.values()),
    *(f"chunk store away, {where}" for where in ("folder", "bucket")),
    *(f"our clock an hour {way}" for way in ("ahead", "behind")),
    *(f"killed: {journey}" for journey in JOURNEYS),
)
HEADING = "## Faults of our own parts"
_HEAD = f"""{HEADING}

Each row is written by the test that met the fault (`tests/unit/web/test_own_faults.py`,
`tests/flows/test_database_away.py`, `tests/flows/test_killed_*.py`); why so: `decisions/0030-own-faults.md`.
*Kept* compares the rows of all tables before and afterwards: *all* are there as they were, or all but those of the
tables that are named. *Killed* means: ended by SIGKILL before each thing that is written, in turn.

| fault | what the person is told | next step | kept | a retry, afterwards |
|---|---|---|---|---|
"""


def words(answer: str) -> tuple[str, str]:
    """Read what went wrong, and the next step, from the error of an answer of the API, a page, or a page's notice."""
    if answer.startswith("{"):
        error = json.loads(answer)["error"]
        return error["message"], error["next_step"]
    found = re.search(r"<(h1|strong)[^>]*>([^<]+)</\1>\s*(?:<p>)?([^<]+)</p>", answer)
    assert found, answer
    return html.unescape(found[2]), html.unescape(found[3])


def on(engine: str) -> str:
    """Name a database as the table does."""
    return _ON["sqlite" if engine.startswith("sqlite") else "postgres"]


class Row:
    """What came of one fault."""

    def __init__(self, fault: str) -> None:
        """Begin a row; ``fault`` is one of ``FAULTS``."""
        assert fault in FAULTS, fault
        self.fault = fault
        self.kept = ""
        self.otherwise = "(nothing)"  # where nobody was told anything
        self._told: set[tuple[str, str]] = set()
        self._retries: dict[str, str] = {}

    def told(self, answer: str) -> None:
        """Note what a person was told by an answer."""
        self._told.add(words(answer))

    def comes(self, what: str, answer: TestResponse, status: int) -> None:
        """Make sure what a second attempt comes to, and note it."""
        assert answer.status_code == status, answer.text
        self.retried(what, status)

    def retried(self, what: str, came: object) -> None:
        """Note what came of a second attempt: a status, or words."""
        self._retries[what] = str(came)

    def keeps(self, before: dict[str, set[str]], after: dict[str, set[str]]) -> None:
        """Note which tables lost rows, or have changed ones."""
        lost = sorted(name for name, rows in before.items() if not rows <= after[name])
        self.kept = f"all but {', '.join(lost)}" if lost else "all"

    def check(self) -> None:
        """Make sure that the page says so, or write it."""
        told = sorted(self._told)
        cells = [
            self.fault,
            " · ".join(message for message, _ in told) or self.otherwise,
            " · ".join(dict.fromkeys(step for _, step in told if step)),
            self.kept,
            ", ".join(f"{what}: {came}" for what, came in self._retries.items()),
        ]
        _check(self.fault, "| " + " | ".join(cells) + " |")


def rows(url: str) -> dict[str, set[str]]:
    """Read all that a database holds, by table."""
    database = open_database(url)
    try:
        with database.transaction() as connection:
            return {
                table.name: {repr(tuple(row)) for row in connection.execute(table.select())}
                for table in metadata.sorted_tables
            }
    finally:
        database.close()


def part() -> str:
    """Give the part of the page that is about our own parts, as it stands."""
    text = PAGE.read_text("utf-8")
    return text[text.index(HEADING) :] if HEADING in text else _HEAD


def _check(fault: str, line: str) -> None:
    there = {each.split(" | ")[0].removeprefix("| "): each for each in part().splitlines() if each.startswith("| ")}
    there.pop("fault", None)
    if os.environ.get(WRITE):
        there[fault] = line
        before, _, _ = PAGE.read_text("utf-8").partition(HEADING)
        written = _HEAD + "".join(f"{there[name]}\n" for name in FAULTS if name in there)
        PAGE.write_text(f"{before.rstrip()}\n\n{written}", "utf-8")
        return
    assert there.get(fault) == line, f"`make faults` ({WRITE}=1) writes what was seen:\n{line}\n{there.get(fault)}"
    _check_names(there)


def _check_names(there: Iterable[str]) -> None:
    assert list(there) == list(FAULTS), "docs/faults.md has other rows than there are faults"
