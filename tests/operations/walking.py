"""Walking a page: its code blocks are run as they stand there, and the installation is used before and after."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from flask import Flask

from app import create_app, prepare
from config.settings import Settings
from lti.remote import make_client
from lti.store import Database, SecretBox, Store, database, open_database
from tests.unit.web.school import OURS, STUDENT, Browser, Clock, Page, School, register
from tests.unit.web.test_watch import insert, watch

ROOT = Path(__file__).resolve().parents[2]
KEY = "the-secret-key-of-this-walk-of-forty-characters"
_BLOCK = re.compile(
    r"^(?P<indent> *)```bash (?P<name>[a-z-]+)\n(?P<script>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL
)


@dataclass
class Place:
    """Where an installation is, and the processes of it that this test has."""

    engine: str
    database: str  # as the page's commands take it
    url: str  # as DATABASE_URL has it
    chunks: Path
    keys: str = KEY
    open: list[Database] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        """Give what the shell of an administrator has."""
        kept = {name: os.environ[name] for name in ("HOME", "LANG") if name in os.environ}
        return kept | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "CUEDECK_URL": OURS,
            "CUEDECK_SECRET_KEYS": self.keys,
            "DATABASE_URL": self.url,
            "CUEDECK_CHUNKS": f"file://{self.chunks}",
            "DATABASE": self.database,
            "CHUNKS": str(self.chunks),
            **more,
        }

    def settings(self) -> Settings:
        """Give the settings of its processes, as they are read from the environment."""
        return Settings.from_environ(self.environment())

    def prepare(self, clock: Clock) -> Store:
        """Make its tables and its first key, and register a Canvas."""
        self.data().upgrade()
        prepare(self.settings())
        store = self.store(clock)
        register(store)
        return store

    def data(self) -> Database:
        """Give its database."""
        self.open.append(open_database(self.settings().database_url))
        return self.open[-1]

    def store(self, clock: Clock) -> Store:
        """Look into its database."""
        return Store(self.data(), SecretBox(self.settings().secret_keys), clock)

    @contextmanager
    def started(self, school: School) -> Iterator[Browser]:
        """Start it; gives a browser."""
        http = make_client(
            timeout=5, transport=httpx.MockTransport(school.answer), sleep=lambda _: None, ticks=lambda: 0.0
        )
        others = set(database._open)
        app: Flask = create_app(self.settings(), http=http, clock=school.clock)
        self.open += set(database._open) - others
        yield Browser(app, school)
        http.close()

    def close(self) -> None:
        """Close what was opened."""
        for each in self.open:
            each.close()


def blocks(page: str) -> dict[str, str]:
    """Give the code blocks of a page of ``docs/operations``, by their name."""
    text = (ROOT / "docs" / "operations" / f"{page}.md").read_text()
    found = {match["name"]: match["script"] for match in _BLOCK.finditer(text)}
    assert len(found) == text.count("```bash "), "a block without a name, or two of one name"
    return found


def walk(script: str, environ: dict[str, str]) -> tuple[str, dict[str, str]]:
    """Run a block as it stands, where our code is; gives what it printed, and the environment as it left it."""
    with tempfile.NamedTemporaryFile() as left:
        told = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", f'{script}\nenv -0 > "$LEFT"'],
            env=environ | {"LEFT": left.name}, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip
        assert told.returncode == 0, told.stdout + told.stderr
        pairs = Path(left.name).read_text().split("\0")
    return told.stdout, dict(pair.split("=", 1) for pair in pairs if pair)


def busy(browser: Browser) -> str:
    """Connect a teacher, and insert something: gives the embed."""
    picker = browser.press_button()
    assert browser.connect(picker).status_code == 200
    return insert(picker, tracks=["1"])


def works(browser: Browser, school: School, embed: str) -> Page:
    """Make sure that a launch works, that an embed plays without any call, and that consent was kept."""
    viewer = watch(browser, embed, STUDENT)
    first = viewer.call("POST", "/api/watch", {}).json
    asked = len(school.calls)
    again = viewer.call("POST", "/api/watch", {}).json
    assert len(school.calls) == asked  # a warm view
    for playback in (first, again):
        assert playback is not None
        assert playback["problem"] is None
        assert [track["language"] for track in playback["tracks"]] == ["es"]
    picker = browser.press_button()
    assert picker.call("GET", "/api/canvas/media?scope=own&sort=title&order=asc&search=").status_code == 200
    return picker
