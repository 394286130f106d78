"""An installation on each database, beside which a page of ``docs/operations`` is walked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from tests.conftest import postgres_database
from tests.operations.walking import Place


def on_sqlite(folder: Path) -> Place:
    file = folder / "cuedeck.db"
    return Place("sqlite", str(file), f"sqlite:///{file}", folder / "chunks")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """Give an empty place to install at, where the engine makes no difference."""
    made = on_sqlite(tmp_path)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Place]]:
    """Give what makes empty places to install at, all on one engine."""
    databases: list[AbstractContextManager[str]] = []
    places: list[Place] = []

    def make() -> Place:
        number = len(places) + 1
        folder = tmp_path / f"place-{number}"
        folder.mkdir()
        if request.param == "sqlite":
            place = on_sqlite(folder)
        else:
            kept = postgres_database(request.getfixturevalue("postgres_server"))
            url = kept.__enter__()
            databases.append(kept)
            place = Place("postgresql", url, url, folder / "chunks")
        places.append(place)
        return place

    yield make
    for place in places:
        place.close()
    for kept in reversed(databases):
        kept.__exit__(None, None, None)
