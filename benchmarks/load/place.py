"""A school at work: the tool as the Procfile runs it, on PostgreSQL, a Canvas, a Studio, and a second school."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from benchmarks.databases import database, engines
from benchmarks.load.measures import Processes
from benchmarks.load.second import Second, second_school
from sandbox.canvas.seed import FIRST_OF
from sandbox.children import Child
from sandbox.stack import Stack
from tests.support.person import TILDA, Person, content_items
from tests.support.stack import Stack as Addresses
from tests.support.stack import free_ports
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

TOOL_PROCESSES = ("tool", "worker")
_AT_ONCE = 4  # people who consent at the same time
_PATIENT = {"token_call_cost": 1}  # a hundred people who consent within seconds is the bench's own haste
_QUICK = {"transcoding_seconds": 0.1, "check_uploads": False}
_LOOKUP = "/courses/17/external_tools/retrieve?display=in_rce&resource_link_lookup_uuid="


@dataclass
class Place:
    """What the scene plays in."""

    stack: Stack
    addresses: Addresses
    students: range  # their numbers
    teachers: range
    second: Second
    children: list[Child]
    database: str  # its address
    _embedded: int = 0  # media that were inserted
    _maker: Person | None = None

    @property
    def canvas(self) -> str:
        return self.stack.canvas_url

    @property
    def tool(self) -> str:
        return self.stack.tool_url

    def processes(self, *names: str) -> Processes:
        """Watch some of: tool, worker, canvas, studio."""
        return Processes(child.process.pid for child in self.children if child.name in names)

    def cold_embed(self) -> str:
        """Insert a captioned video that nobody has watched: gives the address in Canvas that launches it.

        The maker does nothing else, so that what Canvas is asked in that name is asked for embeds.
        """
        if self._maker is None:
            self._maker = Person(canvas=self.canvas, tool=self.tool, number=TILDA)
        page = self._maker.press_button()
        title = f"Lecture {1 + 3 * self._embedded:05d}"  # every third one has captions
        self._embedded += 1
        (item, *_) = page.media(scope="own", search=title)["items"]
        detail = page.detail(item["handle"])
        tracks = [track["id"] for track in detail["tracks"] if track["usable"]]
        if not tracks:
            raise RuntimeError(f"{title} has no captions")
        pick = {"handle": detail["handle"], "form": "captioned", "tracks": tracks, "default": tracks[0]}
        inserted = page.insert({**pick, "width": 640, "height": 360, "transcript": True})
        return f"{self.canvas}{_LOOKUP}{content_items(inserted)[0]['lookup_uuid']}"

    def asked_for_embeds(self) -> int:
        """Count what Canvas's API was asked in the maker's name since the last time."""
        log: Any = httpx.get(f"{self.canvas}/sandbox/requests", timeout=60).json()
        self.addresses.forget_requests()
        entries = log["requests"] if isinstance(log, dict) else log
        return sum(1 for each in entries if each["who"] == TILDA and each["path"].startswith("/api/v1/"))

    @contextmanager
    def stalled_second(self) -> Iterator[None]:
        """Have the second school's Canvas accept connections and never answer: its process is stopped."""
        os.kill(self.second.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.second.pid, signal.SIGCONT)

    def close(self) -> None:
        if self._maker is not None:
            self._maker.close()


@contextmanager
def school_at_work(*, students: int, teachers: int, media: int, web: int) -> Iterator[Place]:
    """Run everything.

    :param students: how many, and ``teachers``, all of whom have consented; one course has all of them.
    :param media: of that course.
    :param web: processes of the tool.
    """
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        engine = engines()[-1]
        url = stack.enter_context(database(engine, folder))
        ports = free_ports(3)
        settings = {"GUNICORN_CMD_ARGS": f"--bind 127.0.0.1:{ports[0]} --workers {web}"}
        tool, canvas, studio = ports
        run = Stack(folder, tool, canvas, studio, url, media, settings=settings)
        run.students, run.teachers = students, teachers
        stack.callback(run.stop)
        children = run.start()
        addresses = Addresses(run.tool_url, run.canvas_url, run.studio_url, folder)
        for service, behaviour in ((run.studio_url, _QUICK), (run.canvas_url, _PATIENT)):
            httpx.post(f"{service}/sandbox/faults", json={"behaviour": behaviour}, timeout=10).raise_for_status()
        crowd = _crowd("student", students), _crowd("teacher", teachers)
        with ThreadPoolExecutor(1) as beside:  # most of either is waiting for the other side
            connected = beside.submit(_connect, addresses, crowd[1])
            second = stack.enter_context(second_school(folder / "second", addresses, url))
            connected.result()
        place = Place(run, addresses, *crowd, second, children, url)
        stack.callback(place.close)
        yield place


def _crowd(role: str, count: int) -> range:
    return range(FIRST_OF[role], FIRST_OF[role] + count)


def _connect(stack: Addresses, teachers: range) -> None:
    """Have every teacher consent to Canvas, and one of them to Studio."""

    def consent(number: int) -> None:
        person = Person(canvas=stack.canvas, tool=stack.tool, number=number)
        with closing(person):
            page = person.press_button()
            if person.connect(page).status_code != 200:
                raise RuntimeError(f"{number} could not connect")
            if number == TILDA and connect_studio(page, stack.studio, TILDA_AT_STUDIO).status_code != 200:
                raise RuntimeError("Studio could not be connected")

    with ThreadPoolExecutor(_AT_ONCE) as pool:
        list(pool.map(consent, [TILDA, *teachers]))
