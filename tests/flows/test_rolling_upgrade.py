"""A new version comes while the old one serves: its migrations run under load, then both run side by side."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from lti.store import migrate, open_database
from sandbox.stack import procfile_command
from tests.conftest import postgres_database, unavailable
from tests.flows.school import CLOCK, choose
from tests.flows.test_procfile import ended, wait_until_ready
from tests.flows.uploading import until
from tests.support.forwarder import Forwarder
from tests.support.person import SAM, TILDA, Person, content_items
from tests.support.stack import ROOT, Stack, free_ports, running, tool_environment
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

MIGRATIONS = Path(migrate.__file__).parent / "migrations"
_ROUNDS = 3  # of the load, before, while and after something changes
# Of a time when a version was stopped before the next one came. From now on each is additive.
_BEFORE_THE_RULE = {"0001", "0002", "0003", "0004", "0005", "0006", "0007", "0008", "0010", "0011"}
_TAKES_AWAY = {"drop_table", "drop_column", "rename_table", "alter_column", "batch_alter_table", "drop_constraint"}


def scripts(of: Path = ROOT) -> ScriptDirectory:
    """Give the migrations of a version."""
    return ScriptDirectory.from_config(configured(of))


def configured(of: Path = ROOT) -> Config:
    config = Config()
    config.set_main_option("script_location", str(of / MIGRATIONS.relative_to(ROOT)).replace("%", "%%"))
    return config


def git(*arguments: str) -> str:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=False).stdout.strip()


@dataclass
class Load:
    """People who go on using the tool: each round is a launch, an insert, a look at it, and an upload's first data."""

    stack: Stack
    rounds: int = 0
    wrong: list[str] = field(default_factory=list)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Go round until told to stop."""
        with browser() as tildas, browser() as sams:
            tilda = Person(canvas=self.stack.canvas, tool=self.stack.tool, number=TILDA, http=tildas)
            sam = Person(canvas=self.stack.canvas, tool=self.stack.tool, number=SAM, http=sams)
            while not self._stop.is_set():
                try:
                    self._round(tilda, sam)
                    self.rounds += 1
                    self._stop.wait(0.05)
                except Exception as error:  # noqa: BLE001 - whatever goes wrong is what this is to find
                    self.wrong.append(repr(error))
                    return

    def _round(self, tilda: Person, sam: Person) -> None:
        page = tilda.press_button()
        assert page.answer.status_code == 200, page.answer.text
        answer = page.insert(choose(page.detail(page.media(search=CLOCK)["items"][0]["handle"]), "en"))
        uuid = content_items(answer)[0]["lookup_uuid"]
        watched = sam.open_link(uuid).api("POST", "/api/watch", json={})
        assert watched.status_code == 200, watched.text
        words = {"filename": "rivers.mp4", "filetype": "video/mp4", "title": "Rolling"}
        metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in words.items())
        bearer = {"Authorization": f"Bearer {page.config['token']}", "Tus-Resumable": "1.0.0"}
        http = page.person.http
        announced = {**bearer, "Upload-Length": "10", "Upload-Metadata": metadata}
        made = http.post(f"{page.person.tool}/api/tus", headers=announced)
        assert made.status_code == 201, made.text
        patching = {**bearer, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"}
        sent = http.patch(made.headers["location"], content=b"01234", headers=patching)
        assert sent.status_code == 204, sent.text
        upload = made.headers["location"].rsplit("/", 1)[1]
        assert page.api("POST", f"/api/uploads/{upload}/cancel", json={}).status_code == 200

    def go_on(self) -> None:
        """Wait for some more rounds, none of which may fail."""
        until_then = self.rounds + _ROUNDS
        until(lambda: self.rounds >= until_then or bool(self.wrong), "the load does not move")
        assert self.wrong == []

    @contextmanager
    def running(self) -> Iterator[None]:
        thread = threading.Thread(target=self.run)
        thread.start()
        try:
            yield
        finally:
            self._stop.set()
            thread.join(60)


def browser() -> httpx.Client:
    return httpx.Client(timeout=60, verify=False, limits=httpx.Limits(max_keepalive_connections=0))


@pytest.mark.postgres
def test_old_and_new_version_serve_side_by_side_while_the_tables_change(postgres_server: str, tmp_path: Path) -> None:
    """The old version is the one before the newest migration came."""
    newest = scripts().get_revision("head")
    assert newest is not None
    if git("rev-parse", "--is-shallow-repository") != "false":
        unavailable("no whole git history here")
    added = git("log", "--diff-filter=A", "--format=%H", "--", str(Path(newest.path).relative_to(ROOT)))
    before = git("rev-parse", "--verify", "--quiet", f"{added.splitlines()[-1]}^") if added else ""
    if not before:
        unavailable("this history begins with the newest migration: there is no version before it")
    old = tmp_path / "old"
    old.mkdir()
    archive = subprocess.run(["git", "archive", before], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(old)], input=archive, check=True)
    with ExitStack() as exits:
        url = exits.enter_context(postgres_database(postgres_server)).replace("postgresql://", "postgresql+psycopg://")
        stack = exits.enter_context(running(tmp_path / "run", database_url=url, media=5, without_tool=True))
        database = open_database(url)
        exits.callback(database.close)
        with database.transaction() as connection:
            config = configured()
            config.attributes["connection"] = connection
            command.downgrade(config, str(scripts(old).get_current_head()))
        ports = free_ports(2)
        front = Forwarder([("127.0.0.1", port) for port in ports], int(stack.tool.rsplit(":", 1)[1]))
        exits.callback(front.go_away)
        environs = [
            tool_environment(
                stack,
                url,
                CUEDECK_PERSON_CALLS="0",
                CUEDECK_PERSON_LAUNCHES="0",
                GUNICORN_CMD_ARGS=f"--bind 127.0.0.1:{port} --workers 1",
            )
            for port in ports
        ]
        exits.enter_context(web(old, environs[0], ports[0], tmp_path / "old.log"))
        with front.only(0):
            with browser() as http:
                page = Person(canvas=stack.canvas, tool=stack.tool, number=TILDA, http=http).press_button()
                assert connect_studio(page, stack.studio, TILDA_AT_STUDIO).status_code == 200
                assert page.person.connect(page).status_code == 200
            load = Load(stack)
            exits.enter_context(load.running())
            load.go_on()
            assert not database.ready(), "the tables are those of the old version"
            typed = [sys.executable, "-m", "flask", "--app", "app", "db", "upgrade"]
            subprocess.run(typed, cwd=ROOT, env=environs[1], check=True, capture_output=True, timeout=60)
            assert database.ready()
            load.go_on()
            exits.enter_context(web(ROOT, environs[1], ports[1], tmp_path / "new.log"))
        load.go_on()
        with front.only(1):
            load.go_on()
        assert min(front.met) > 0
    for log in ("old.log", "new.log"):
        assert '"event":"unexpected"' not in (tmp_path / log).read_text()


@contextmanager
def web(folder: Path, environ: dict[str, str], port: int, log: Path) -> Iterator[None]:
    """Serve a version."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            procfile_command("web"), cwd=folder, env={**environ, "PYTHONPATH": os.fspath(folder)}, stdout=output,
            stderr=output,
        )  # fmt: skip
    with ended(process):
        wait_until_ready(process, f"http://127.0.0.1:{port}/healthz", log)
        yield


def test_each_migration_from_now_on_only_adds() -> None:
    """What an old version reads stays where it was, and what it does not write has a value: removing takes two."""
    for revision in scripts().walk_revisions():
        if revision.revision in _BEFORE_THE_RULE:
            continue
        assert taken_away(Path(revision.path).read_text()) == [], revision.path


@pytest.mark.parametrize(
    ("step", "allowed"),
    [
        ("op.add_column('uploads', sa.Column('more', sa.Text(), nullable=True))", True),
        ("op.add_column('uploads', sa.Column('more', sa.Text(), nullable=False, server_default=''))", True),
        ("op.add_column('uploads', sa.Column('more', sa.Text(), nullable=False))", False),
        ("op.create_table('new', sa.Column('id', sa.Integer(), nullable=False))", True),
        ("op.drop_column('uploads', 'note')", False),
        ("op.alter_column('uploads', 'note', new_column_name='notes')", False),
        ("op.execute('DROP TABLE uploads')", False),
        ("op.execute('UPDATE uploads SET mended = false')", True),
    ],
)
def test_step_that_takes_something_away_is_found(step: str, allowed: bool) -> None:
    assert (taken_away(f"def upgrade() -> None:\n    {step}\n") == []) == allowed


def taken_away(source: str) -> list[str]:
    """List the steps of a migration's upgrade that a version before it does not outlive."""
    module = ast.parse(source)
    (upgrade,) = [each for each in module.body if isinstance(each, ast.FunctionDef) and each.name == "upgrade"]
    found = []
    for call in (node for node in ast.walk(upgrade) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
        text = ast.unparse(call)
        raw = name == "execute" and any(word in text.upper() for word in ("DROP ", "RENAME ", "ALTER "))
        forced = name == "add_column" and "nullable=False" in text and "server_default" not in text
        if name in _TAKES_AWAY or raw or forced:
            found.append(text)
    return found
