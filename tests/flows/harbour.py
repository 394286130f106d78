"""The other institution: a Canvas with the same issuer, other people, and the tool installed by its address."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.support.institution import HARBOUR_API_KEY, Administrator, api_secret, type_command
from tests.support.person import TILDA, Person, ToolPage
from tests.support.stack import Stack

HEARD = 15  # seconds within which every process of the tool knows a new platform


@dataclass
class Harbour:
    """The other institution. Its teacher and student have the numbers of ours: ids count from one in each."""

    canvas: str
    stack: Stack
    run_dir: Path
    client_id: str = ""
    browsers: list[Person] = field(default_factory=list)

    def be(self, number: int) -> Person:
        person = Person(canvas=self.canvas, tool=self.stack.tool, number=number)
        self.browsers.append(person)
        return person

    def administrator(self) -> Administrator:
        person = Administrator(canvas=self.canvas, tool=self.stack.tool)
        self.browsers.append(person)
        return person

    def close(self) -> None:
        while self.browsers:
            self.browsers.pop().close()

    def install(self, **environ: str) -> None:
        """Have the tool in it, switched on, and its API key entered with us.

        :param environ: of our commands, in place of the stack's.
        """
        invitation = type_command(self.stack, "invite", "--note", "Harbour School", **environ).strip()
        ada = self.administrator()
        last = ada.install(ada.enter(invitation))
        assert "Cuedeck is registered" in last.text, last.text
        self.client_id = client_id(last)
        ada.enable(self.client_id)
        type_command(
            self.stack,
            *("platforms", "key", "--issuer", "https://canvas.instructure.com"),
            *("--client-id", self.client_id, "--canvas-key-id", HARBOUR_API_KEY),
            **{"CUEDECK_CANVAS_KEY_SECRET": api_secret(self.run_dir), **environ},
        )

    def launched(self, launch: Callable[[], ToolPage]) -> ToolPage:
        """Launch until the tool's processes have heard of this Canvas."""
        deadline = time.monotonic() + HEARD
        page = launch()
        while page.answer.status_code == 403 and time.monotonic() < deadline:
            time.sleep(0.5)
            page = launch()
        return page

    def picker(self, number: int = TILDA) -> ToolPage:
        person = self.be(number)
        page = self.launched(person.press_button)
        assert page.answer.status_code == 200, page.answer.text
        if not page.api("GET", "/api/canvas/media").is_success:
            assert person.connect(page).status_code == 200
        return page


def client_id(page: httpx.Response) -> str:
    found = re.search(r'id="client-id" value="(\d+)"', page.text)
    assert found, page.text
    return found[1]
