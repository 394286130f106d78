"""Workers are killed at every step of an upload, and Studio fails in every way: it has the file in the end, once."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import pytest

from lti.media import Housekeeping
from lti.model import UploadState
from lti.store import Store, open_chunks
from tests.flows.lone_studio import QUICK, check_once, coming_in, furnish, receive
from tests.flows.upload_worker import Place, now, work


def fault(kind: str, path: str, **more: object) -> dict[str, object]:
    """Have Studio do one thing wrong once."""
    return {"faults": [{"kind": kind, "path": path, **more}]}


@pytest.mark.parametrize(
    ("engine", "ahead", "moments"),
    [
        ("sqlite", False, range(0, 40, 4)),
        ("sqlite", True, range(1, 14, 3)),
        pytest.param("postgres", False, (9, 17, 25), marks=pytest.mark.postgres),
        pytest.param("postgres", True, (3, 6), marks=pytest.mark.postgres),
    ],
)
def test_a_killed_worker_loses_nothing_and_doubles_nothing(
    engine: str,
    ahead: bool,
    moments: Sequence[int],
    request: pytest.FixtureRequest,
    tmp_path: Path,
    lone_studio: tuple[str, str],
) -> None:
    """Some of the moments; all of them are tried, faster, in ``tests/unit/media``.

    :param ahead: it dies while the upload still comes in.
    """
    url, secret = lone_studio
    address = f"sqlite:///{tmp_path / 'c.db'}" if engine == "sqlite" else request.getfixturevalue("postgres_url")
    place = Place(address, f"file://{tmp_path / 'chunks'}")
    database, store = place.open()
    database.upgrade()
    platform = furnish(store, url, secret)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.flows.upload_worker"])
    deaths = early = 0
    for die_at in moments:
        data, title = os.urandom(200_000), f"{engine} {die_at} {ahead}"
        come = coming_in if ahead else received
        with come(store, place.chunks_url, platform, title, data) as upload_id:
            deaths += ended(context.Process(target=work, args=(place, die_at)))
            early += at(store, upload_id) is UploadState.RECEIVING
        assert not ended(context.Process(target=work, args=(place, -1)))
        upload = store.uploads.find(upload_id)
        assert upload is not None
        assert (upload.state, upload.problem) == (UploadState.READY, None), die_at
        Housekeeping(store, open_chunks(place.chunks_url), now).do()
        check_once(store, url, title, data)
        assert list((tmp_path / "chunks").iterdir()) == []
    assert deaths > len(moments) / 2
    assert (early > 0) == ahead, "it came in before the worker died, or the other way round"
    database.close()


def at(store: Store, upload_id: str) -> UploadState | None:
    upload = store.uploads.find(upload_id)
    return None if upload is None else upload.state


@contextmanager
def received(*what: Any) -> Iterator[str]:
    """Have an upload before the worker comes."""
    yield receive(*what)


def ended(process: BaseProcess) -> bool:
    """Let a worker work until its end; tells whether it was killed."""
    process.start()
    process.join(30)
    assert process.exitcode in {0, -9}, process.exitcode
    return process.exitcode == -9


@pytest.fixture(scope="module")
def school(lone_studio: tuple[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Place, Store]]:
    """Give a place with a teacher who is connected."""
    folder = tmp_path_factory.mktemp("trouble")
    place = Place(f"sqlite:///{folder / 'c.db'}", f"file://{folder / 'chunks'}")
    database, store = place.open()
    database.upgrade()
    furnish(store, *lone_studio)
    yield place, store
    database.close()


@pytest.mark.parametrize(
    ("name", "wishes"),
    [
        ("500 for an address", fault("status", "*/media/uploads", status=500)),
        ("500 from the storage", fault("status", "/upload-storage/*", status=500)),
        ("an address that has ended", fault("status", "/upload-storage/*", status=403)),
        ("a line that breaks", fault("reset", "/upload-storage/*")),
        ("silence", fault("slow", "/upload-storage/*", seconds=3)),
        ("429 at the end", fault("throttle", "*/complete", retry_after=1)),
        ("half an answer at the end", fault("cut", "*/complete")),
        ("no answer at the end", fault("reset", "*/complete")),
        ("half an answer to a caption", fault("cut", "*/caption_files", method="POST")),
        ("a page instead of an answer", fault("html", "*/media/uploads")),
        ("a token that ends under way", fault("expired", "*/complete")),
        ("all tokens end", {"expire_tokens": True}),
        ("no automatic captions", {"behaviour": {"auto_captions": False}}),
    ],
)
def test_trouble_at_studio_is_waited_out(
    school: tuple[Place, Store], lone_studio: tuple[str, str], name: str, wishes: dict[str, object]
) -> None:
    place, store = school
    platform = store.platforms.get(1)
    assert platform is not None
    data, control = os.urandom(300_000), f"{lone_studio[0]}/sandbox/faults"
    upload_id = receive(store, place.chunks_url, platform, name, data, auto_captions="automatic" in name)
    httpx.post(control, json=wishes, timeout=10).raise_for_status()
    try:
        work(place, -1)
    finally:
        httpx.post(control, json={"clear": True}, timeout=10).raise_for_status()
        httpx.post(control, json={"behaviour": QUICK}, timeout=10).raise_for_status()
    upload = store.uploads.find(upload_id)
    assert upload is not None
    assert (upload.state, upload.problem) == (UploadState.READY, None)
    assert upload.auto_captions_refused == ("automatic" in name)
    check_once(store, lone_studio[0], name, data)
    assert open_chunks(place.chunks_url).uploads() == {}
