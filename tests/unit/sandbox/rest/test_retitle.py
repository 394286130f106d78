"""Retitling (reference 1.5)."""

from __future__ import annotations

import pytest

from sandbox.canvas.seed import NOOR, SAM, TILDA
from tests.unit.sandbox.rest.conftest import Canvas


def test_owner_retitles_and_search_finds_it_later(canvas: Canvas) -> None:
    answer = canvas.put(TILDA, "/api/v1/media_objects/m-bare", data={"user_entered_title": "Quiet film"})

    assert answer.json is not None
    assert answer.json["title"] == "Quiet film"
    assert not {"media_sources", "media_tracks"} & set(answer.json)
    assert canvas.get(TILDA, "/api/v1/media_objects?search_term=quiet").json == []
    canvas.clock.turn(30)
    assert len(canvas.get(TILDA, "/api/v1/media_objects?search_term=quiet").json or []) == 1


@pytest.mark.parametrize("title", ["", "   ", None])
def test_blank_title_is_400(canvas: Canvas, title: str | None) -> None:
    answer = canvas.put(TILDA, "/api/v1/media_objects/m-bare", json={"user_entered_title": title})

    assert (answer.status_code, answer.json) == (
        400,
        {"message": "The user_entered_title parameter must have a value"},
    )


def test_title_is_cut_to_255_characters(canvas: Canvas) -> None:
    answer = canvas.put(TILDA, "/api/v1/media_objects/m-bare", json={"user_entered_title": "x" * 300})

    assert answer.json is not None
    assert answer.json["title"] == "x" * 252 + "..."


def test_only_owner_retitles_by_media_id_but_staff_by_attachment(canvas: Canvas) -> None:
    files = [
        a.id for a in canvas.world.attachments.values() if a.media_entry_id == "m-noor" and a.context == "course_17"
    ]

    title = {"user_entered_title": "Guest"}
    assert canvas.put(TILDA, "/api/v1/media_objects/m-noor", data=title).status_code == 403
    assert canvas.put(SAM, f"/api/v1/media_attachments/{files[0]}", data=title).status_code == 403
    assert canvas.put(TILDA, f"/api/v1/media_attachments/{files[0]}", data=title).status_code == 200
    assert canvas.world.media["m-noor"].user_entered_title == "Guest"


def test_unknown_media_and_attachments_are_unauthorized_not_404(canvas: Canvas) -> None:
    maybe = next(a.id for a in canvas.world.attachments.values() if a.media_entry_id == "maybe")

    for path in ("media_objects/m-nothing", "media_attachments/99999", f"media_attachments/{maybe}"):
        assert canvas.put(NOOR, f"/api/v1/{path}", data={"user_entered_title": "x"}).status_code == 403
