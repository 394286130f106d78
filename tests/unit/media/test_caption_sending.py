"""Caption files on their way to Studio: each arrives once, however slow Studio and whoever else is at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lti.errors import RemoteUnavailable, UploadNotNow
from lti.media import UploadDesk
from lti.model import CaptionState, Upload, UploadState
from tests.unit.media.carrying_desk import DATA, LEASE, SRT, Desk, make
from tests.unit.media.conftest import TEACHER


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def desk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Desk]:
    url = f"sqlite:///{tmp_path / 'c.db'}" if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    database, made = make(url, tmp_path)
    yield made
    database.close()


def captions(desk: Desk, upload_id: str) -> dict[str, CaptionState]:
    return {each.language: each.state for each in desk.store.uploads.captions.of_upload(upload_id)}


def at(name: str, act: Callable[[], object]) -> Callable[[str], None]:
    """Do something once, when Studio is asked for this."""
    waiting = [act]

    def event(happened: str) -> None:
        if happened == name and waiting:
            waiting.pop()()

    return event


def test_caption_that_studio_takes_slowly_is_not_sent_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has no answer after our ten seconds, and adds the file after twenty."""
    real_add, real_list = desk.studio.add_caption, desk.studio.caption_ids
    late: list[tuple[str, str, str]] = []
    began = desk.clock()

    def add(media_id: str, language: str, srt: str) -> None:
        if not late and not desk.studio.media[media_id].captions:
            late.append((media_id, language, srt))
            raise RemoteUnavailable("no answer after 10 s")
        real_add(media_id, language, srt)

    def listed(media_id: str, language: str) -> frozenset[str]:
        if late and (desk.clock() - began).total_seconds() > 20:
            real_add(*late.pop())
        return real_list(media_id, language)

    monkeypatch.setattr(desk.studio, "add_caption", add)
    monkeypatch.setattr(desk.studio, "caption_ids", listed)
    upload_id = desk.receive("es")
    for _ in range(30):
        desk.work()
        desk.clock.pass_(3)
    for each in late:  # nobody has looked since
        real_add(*each)
    assert desk.find(upload_id).state is UploadState.READY
    desk.check_arrived(languages=("es",))


def test_worker_that_slept_too_long_sends_no_caption_that_another_has_sent(desk: Desk) -> None:
    """Its machine stood still just before it wrote down that it sends."""
    upload_id = desk.receive("es")

    def sleep() -> None:
        desk.clock.pass_(LEASE + 1)
        desk.work()
        assert captions(desk, upload_id) == {"es": CaptionState.SENT}

    desk.studio.event = at("after captions", sleep)
    assert desk.work_until_ended(upload_id).state is UploadState.READY
    desk.check_arrived(languages=("es",))


def test_caption_that_is_taken_back_at_the_last_moment_is_not_sent(desk: Desk) -> None:
    upload_id = desk.receive("es", "de")
    (german,) = [each for each in desk.store.uploads.captions.of_upload(upload_id) if each.language == "de"]
    desk.studio.event = at(
        "after captions", lambda: desk.uploads.remove_caption(TEACHER, desk.platform, upload_id, german.id)
    )
    assert desk.work_until_ended(upload_id).state is UploadState.READY
    desk.check_arrived(languages=("es",))
    assert captions(desk, upload_id) == {"es": CaptionState.SENT}


def test_caption_that_comes_while_the_last_ones_go_is_refused_rather_than_forgotten(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its upload took captions when the desk looked, and a worker went on before it was kept."""
    upload_id = desk.receive()
    real = UploadDesk._look
    overtaken: list[Upload] = []

    def look(self: UploadDesk, *whose: object) -> Upload:
        seen = real(self, *whose)  # type: ignore[arg-type]
        if not overtaken:
            overtaken.append(seen)
            desk.work()
        return seen

    monkeypatch.setattr(UploadDesk, "_look", look)
    with pytest.raises(UploadNotNow):
        desk.uploads.add_caption(TEACHER, desk.platform, upload_id, language="es", filename="c.srt", content=SRT)
    assert desk.work_until_ended(upload_id).state is UploadState.READY
    desk.check_arrived(DATA)
    assert captions(desk, upload_id) == {}
