"""Everything that can go wrong with every outgoing call: what it comes to, and that ``docs/faults.md`` says so."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

from lti.remote.studio_calls import ROOT
from lti.remote.studio_offers import USED
from tests.faults import canvas_journeys, office_journeys, studio_journeys  # noqa: F401 - they fill the list
from tests.faults.calling import noticing, public_calls
from tests.faults.campus import a_campus
from tests.faults.journeys import JOURNEYS
from tests.faults.matrix import Looking, Row
from tests.faults.silent import SAID_OTHERWISE
from tests.faults.table import page
from tests.support.own_faults import HEADING, PAGE, WRITE, part


def test_whatever_goes_wrong_the_person_is_told_nothing_is_lost_and_the_next_attempt_works(tmp_path: Path) -> None:
    """One test, so that one process sees all of it: the page is put together from every journey."""
    rows: list[Row] = []
    wrong: list[str] = []
    with noticing() as noticed, a_campus(tmp_path) as campus:
        for name, journey in JOURNEYS.items():
            looking = Looking(campus, journey)
            rows += looking.rows()
            wrong += [f"{name}: {each}" for each in looking.wrong]
    assert not wrong, "\n".join(wrong)
    assert public_calls() - noticed.made == set(), "these go out, and no journey makes them"
    assert USED - _studio_calls(rows) == set(), "Studio is asked for these, and no journey does"
    assert {(row.journey, row.note) for row in rows if row.note} == {
        (name, words) for (name, _), words in SAID_OTHERWISE.items()
    }
    _check_page(page(rows))


def _studio_calls(rows: list[Row]) -> set[str]:
    """Name the calls under the root of Studio's API as ``studio_offers.USED`` does."""
    named = ((row.call.method, row.call.route.partition(ROOT)[2]) for row in rows if row.call.service == "Studio")
    return {f"{method} {_nameless(route)}" for method, route in named if route}


def _nameless(route: str) -> str:
    return "/".join("{}" if part.startswith("{") else part for part in route.split("/"))


def _check_page(written: str) -> None:
    if os.environ.get(WRITE):
        PAGE.write_text(f"{written}\n{part()}", "utf-8")
    there, _, _ = PAGE.read_text("utf-8").partition(f"\n{HEADING}")
    difference = list(difflib.unified_diff(there.splitlines(), written.splitlines(), "docs/faults.md", "seen", n=0))
    assert not difference, f"`make faults` ({WRITE}=1) writes what was seen:\n" + "\n".join(difference)
