"""A Canvas and a Studio beside a tool that is killed before each thing that it writes, in turn."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from lti.store import SecretBox, Store, open_database
from tests.flows.school import check_harmless
from tests.flows.upload_worker import now
from tests.support.mortal import Insistent, Mortal, Refused
from tests.support.own_faults import JOURNEYS, Row
from tests.support.person import TILDA, Person
from tests.support.stack import Stack, running, tool_environment
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

# A journey meets every moment on one database, and some of them on the other: a run of the tests has to be short.
# CUEDECK_EVERY_MOMENT=1 takes each on both.
_SOME = 1 if os.environ.get("CUEDECK_EVERY_MOMENT") == "1" else 4


@dataclass
class Town:
    """A Canvas and a Studio that live on, and a tool that does not."""

    stack: Stack
    tool: Mortal
    browsers: list[httpx.Client] = field(default_factory=list)
    # What is to be the same when a journey begins again, by the moment of the death:
    orders: dict[int, str] = field(default_factory=dict)  # of captions
    invitations: dict[int, tuple[str, set[str]]] = field(default_factory=dict)  # and the keys that were known before
    told: list[str] = field(default_factory=list)  # answers that said what a death had come to

    def be(self, number: int) -> Person:
        return Person(canvas=self.stack.canvas, tool=self.stack.tool, number=number, http=self.browse())

    def browse(self) -> httpx.Client:
        """Open a browser whose person reloads when the tool dies."""
        http = httpx.Client(timeout=60, trust_env=False, transport=Insistent(self.tool, _check))
        self.browsers.append(http)
        return http

    @property
    def engine(self) -> str:
        """Name the database."""
        return "sqlite" if self.tool.environ["DATABASE_URL"].startswith("sqlite") else "postgres"

    def close(self) -> None:
        """Close all browsers."""
        while self.browsers:
            self.browsers.pop().close()

    @contextmanager
    def store(self) -> Iterator[Store]:
        """Look into the tool's database."""
        database = open_database(self.tool.environ["DATABASE_URL"])
        yield Store(database, SecretBox(self.tool.environ["CUEDECK_SECRET_KEYS"].split(",")), now)
        database.close()


@contextmanager
def a_town(run_dir: Path, database_url: str | None = None) -> Iterator[Town]:
    """Start everything but the tool; its teacher has consented to both."""
    if database_url is not None:
        database_url = database_url.replace("postgresql://", "postgresql+psycopg://")
    with running(run_dir, database_url=database_url, media=60, strict=True, without_tool=True) as stack:
        made = Town(stack, Mortal(tool_environment(stack, database_url, CUEDECK_WORKER="inside"), run_dir))
        made.tool.start(-1)
        page = made.be(TILDA).press_button()  # Canvas asks a tool once what its buttons are
        assert connect_studio(page, stack.studio, TILDA_AT_STUDIO).status_code == 200
        assert page.person.connect(page).status_code == 200
        made.tool.stop()
        made.close()
        try:
            yield made
        finally:
            made.tool.close()
        log = (run_dir / "tool.log").read_text()
        assert [line for line in log.splitlines() if '"event":"unexpected"' in line or "Traceback" in line] == []


def _check(answer: httpx.Response) -> None:
    if not answer.is_redirect:  # it may lead to a signed address of ours
        check_harmless(answer)


def each_moment(town: Town, journey: Callable[[Town, int], None], name: str, least: int) -> None:
    """Make a journey until nothing kills the tool any more, each time with a later death.

    :param name: of the journey in the table of faults.
    :param least: moments that there are to be.
    """
    told, row, at_each = [], Row(f"killed: {name}"), JOURNEYS[name] == town.engine
    step = 1 if at_each else _SOME
    town.told.clear()
    for moment in itertools.count(0, step):
        deaths = town.tool.deaths
        town.tool.start(moment)
        try:
            if town.tool.died():  # of what a worker does at its start
                town.tool.revive()
            try:
                journey(town, moment)
            except Refused as refused:
                town.told.append(str(refused))
                assert town.tool.deaths > deaths, "refused, and nobody died"
                journey(town, moment)
        finally:
            town.close()
            if town.tool.died():
                town.tool.deaths += 1
            town.tool.stop()
        if town.tool.deaths == deaths:
            break
        told.append(town.tool.last())
    assert len(told) >= least // step, told
    if at_each:
        for answer in town.told:
            row.told(answer)
        row.otherwise = "(the line breaks)"
        row.kept = "all of it, once"
        row.retried(f"at each of {least} moments and more", "as if nothing had happened")
        row.check()
