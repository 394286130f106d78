"""Uploads by tus-js-client in node: let go, killed and taken up by another process, of a length told at the end."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import unavailable
from tests.flows.school import School
from tests.flows.uploading import check_at_studio, connected, quick, until, wait
from tests.support.person import ToolPage
from tests.support.stack import ROOT

_HERE = ROOT / "tests" / "node"
_NODE = shutil.which("node")
_PIECE = 500_000
_SECONDS = 60


@pytest.fixture(scope="module")
def node() -> str:
    """Give node, or say what is missing."""
    if _NODE is None or not (_HERE / "node_modules" / "tus-js-client").is_dir():
        unavailable("no tus-js-client on this machine (make node)")
    return str(_NODE)


@pytest.fixture
def film(tmp_path: Path) -> Path:
    """Give a file of six pieces, the last one shorter."""
    file = tmp_path / "Rivers.mp4"
    file.write_bytes(os.urandom(5 * _PIECE + 1234))
    return file


@pytest.fixture
def page(school: School, node: str) -> Iterator[ToolPage]:
    with quick(school.stack.studio):
        yield connected(school)


def run(page: ToolPage, film: Path, **wishes: Any) -> tuple[int, dict[str, Any]]:
    """Run the client in a process of its own: gives how that ended, and what it tells."""
    wish = {
        "endpoint": f"{page.person.tool}/api/tus",
        "token": page.config["token"],
        "file": str(film),
        "addresses": str(film.with_suffix(".json")),
        "metadata": {"filename": film.name, "filetype": "video/mp4", "title": "Rivers by tus-js-client"},
        "piece": _PIECE,
        **wishes,
    }
    done = subprocess.run(
        [str(_NODE), str(_HERE / "upload.mjs")],
        input=json.dumps(wish), capture_output=True, text=True, timeout=_SECONDS, check=False,
    )  # fmt: skip
    assert done.stderr == "", done.stderr
    return done.returncode, json.loads(done.stdout or "{}")


def arrive(page: ToolPage, school: School, url: str, film: Path) -> None:
    shown = wait(page, url.rsplit("/", 1)[1], "ready", "failed")
    assert (shown["state"], shown["title"]) == ("ready", "Rivers by tus-js-client")
    check_at_studio(school.stack, shown, film.read_bytes())


def test_client_that_let_go_within_a_request_goes_on_where_it_was(page: ToolPage, school: School, film: Path) -> None:
    code, first = run(page, film, stop={"at": 2 * _PIECE, "by": "abort"})
    assert (code, first["end"], first["from"]) == (0, "stopped", None)
    upload = first["url"].rsplit("/", 1)[1]
    assert wait(page, upload, "receiving")["length"] == film.stat().st_size

    code, second = run(page, film)

    assert (code, second["end"], second["url"]) == (0, "complete", first["url"])
    assert 2 * _PIECE <= second["from"] < 3 * _PIECE
    arrive(page, school, first["url"], film)


def test_client_that_was_killed_is_followed_by_another_process(page: ToolPage, school: School, film: Path) -> None:
    code, told = run(page, film, stop={"at": 3 * _PIECE, "by": "kill"})
    assert (code, told) == (-signal.SIGKILL, {})

    code, second = run(page, film)  # all that it knows is the address which the first one wrote down

    assert (code, second["end"]) == (0, "complete")
    assert 3 * _PIECE <= second["from"] < 4 * _PIECE
    arrive(page, school, second["url"], film)


def test_file_whose_length_is_told_at_the_end_arrives_by_post_alone(page: ToolPage, school: School, film: Path) -> None:
    code, told = run(page, film, deferred=True)

    assert (code, told["end"]) == (0, "complete")
    assert told["statuses"][0] == 201
    assert set(told["statuses"][1:]) == {204}
    arrive(page, school, told["url"], film)


def test_client_cancels_an_upload_and_nothing_of_it_is_kept(page: ToolPage, school: School, film: Path) -> None:
    code, told = run(page, film, stop={"at": _PIECE, "by": "terminate"})

    assert (code, told["end"], told["statuses"][-1]) == (0, "stopped", 204)
    upload = told["url"].rsplit("/", 1)[1]
    assert wait(page, upload, "cancelled")["media_id"] is None
    kept = school.stack.run_dir / "chunks" / upload
    until(lambda: list(kept.glob("*")) == [], "the request that was under way leaves something behind")
