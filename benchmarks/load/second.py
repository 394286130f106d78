"""The other institution of the stall: a Canvas with the same issuer and people of its own, and pages that are open."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.flows.harbour import HEARD, Harbour
from tests.support.institution import another_canvas
from tests.support.stack import Stack


@dataclass(frozen=True)
class Second:
    """The institution, and what its people's open pages call the tool with."""

    canvas: str
    pid: int
    token: str  # of a teacher's page, whose Canvas is connected


@contextmanager
def second_school(folder: Path, stack: Stack, database_url: str) -> Iterator[Second]:
    """Run its Canvas, install the tool there as its administrator does, and open a teacher's picker."""
    with another_canvas(folder, stack.tool) as (url, first), closing(Harbour(url, stack, folder)) as harbour:
        harbour.install(DATABASE_URL=database_url)
        time.sleep(HEARD / 2)  # until every process has heard of the key
        token: str = harbour.picker().config["token"]
        # gunicorn's worker is what answers, and what is stopped
        (worker,) = Path(f"/proc/{first}/task/{first}/children").read_text().split()
        yield Second(url, int(worker), token)
