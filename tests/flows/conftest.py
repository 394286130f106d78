"""The running stack, one on each database, shared by all flows, and healed after each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.conftest import postgres_database
from tests.flows.harbour import Harbour
from tests.flows.lone_studio import a_studio
from tests.flows.mortal_town import Town, a_town
from tests.flows.school import School
from tests.support.institution import another_canvas
from tests.support.stack import Stack, running

EXTRA_MEDIA = 60  # more than one page of a list
ENGINES = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


def check_calm(stack: Stack) -> None:
    """Make sure that nothing which the tests did was a surprise to the tool."""
    log = (stack.run_dir / "tool.log").read_text()
    assert [line for line in log.splitlines() if '"event":"unexpected"' in line or "Traceback" in line] == []


@pytest.fixture(scope="session")
def sqlite_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with running(tmp_path_factory.mktemp("sqlite") / "run", media=EXTRA_MEDIA, strict=True) as started:
        yield started
        check_calm(started)


@pytest.fixture(scope="session")
def postgres_stack(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("postgres") / "run"
    with (
        postgres_database(postgres_server) as url,
        running(folder, database_url=url, media=EXTRA_MEDIA, strict=True) as started,
    ):
        yield started
        check_calm(started)


@pytest.fixture(scope="session")
def lone_studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Give the origin of a Studio that no stack uses, and the secret of its key."""
    with a_studio(tmp_path_factory.mktemp("studio")) as started:
        yield started


@pytest.fixture(scope="session")
def sqlite_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with a_town(tmp_path_factory.mktemp("town") / "run") as made:
        yield made


@pytest.fixture(scope="session")
def postgres_town(tmp_path_factory: pytest.TempPathFactory, postgres_server: str) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("postgres-town") / "run"
    with postgres_database(postgres_server) as url, a_town(folder, url) as made:
        yield made


@pytest.fixture(params=ENGINES)
def town(request: pytest.FixtureRequest) -> Town:
    """Give a Canvas and a Studio beside a tool that is killed, on each database."""
    made: Town = request.getfixturevalue(f"{request.param}_town")
    return made


@pytest.fixture
def school(sqlite_stack: Stack) -> Iterator[School]:
    made = School(sqlite_stack)
    yield made
    made.close()
    sqlite_stack.heal()


@pytest.fixture(params=ENGINES)
def each_school(request: pytest.FixtureRequest) -> Iterator[School]:
    """The same on each database."""
    stack: Stack = request.getfixturevalue(f"{request.param}_stack")
    made = School(stack)
    yield made
    made.close()
    stack.heal()


@pytest.fixture(scope="session")
def harbour_canvas(sqlite_stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    """Harbour School's Canvas."""
    run_dir = tmp_path_factory.mktemp("harbour")
    with another_canvas(run_dir, sqlite_stack.tool) as (canvas, _):
        yield Harbour(canvas, sqlite_stack, run_dir)


@pytest.fixture
def bare_harbour(harbour_canvas: Harbour) -> Iterator[Harbour]:
    """Harbour School's Canvas; whether the tool is in it depends on the tests before."""
    yield harbour_canvas
    harbour_canvas.close()


@pytest.fixture
def harbour(bare_harbour: Harbour) -> Harbour:
    """Harbour School with the tool in it, and its API key entered."""
    if not bare_harbour.client_id:
        bare_harbour.install()
    return bare_harbour
