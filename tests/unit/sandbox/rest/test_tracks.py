"""Caption tracks: reading, replacing, and every trap of that (reference 1.8, 1.9)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.canvas.seed import NOOR, OLLIE, SAM, TILDA
from sandbox.media.caption_files import caption_text
from sandbox.media.subtitles import to_webvtt
from tests.unit.sandbox.rest.conftest import Canvas

SRT = "1\n00:00:00,000 --> 00:00:01,000\nHello\n"
CLOCK = "/api/v1/media_objects/m-clock/media_tracks"


def attachment(canvas: Canvas, media_id: str, context: str) -> int:
    return next(a.id for a in canvas.world.attachments.values() if (a.media_entry_id, a.context) == (media_id, context))


def tracks(canvas: Canvas, person: int, path: str, query: str = "") -> list[dict[str, Any]]:
    answer = canvas.get(person, f"{path}{query}")
    assert answer.status_code == 200
    found: list[dict[str, Any]] = answer.json  # type: ignore[assignment]
    return found


def locales(found: list[dict[str, Any]]) -> list[str]:
    return [track["locale"] for track in found]


def replace(canvas: Canvas, person: int, path: str, items: object) -> Any:
    return canvas.put(person, path, data=json.dumps(items), content_type="application/json")


# --- reading ---------------------------------------------------------------------------------------------------------


def test_track_has_the_fields_asked_for(canvas: Canvas) -> None:
    first = tracks(canvas, TILDA, CLOCK)[0]
    assert set(first) == {"id", "locale", "kind", "media_object_id", "user_id", "workflow_state", "asr"}
    assert (first["media_object_id"], first["user_id"], first["workflow_state"], first["asr"]) == (
        301, TILDA, "ready", False,
    )  # fmt: skip

    more = tracks(canvas, TILDA, CLOCK, "?include[]=content&include[]=webvtt_content&include[]=created_at&include[]=x")[
        0
    ]
    assert set(more) - set(first) == {"content", "webvtt_content", "created_at"}
    assert more["content"] == caption_text("clock.en.srt")
    assert more["webvtt_content"].startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:02.500\n")


def test_converted_text_is_null_for_webvtt_uploads(canvas: Canvas) -> None:
    found = {t["locale"]: t for t in tracks(canvas, TILDA, CLOCK, "?include[]=webvtt_content")}

    assert found["de"]["webvtt_content"] is None
    assert found["fr"]["webvtt_content"] is not None


def test_includes_are_stripped_unless_the_key_allows_them(canvas: Canvas) -> None:
    next(iter(canvas.world.api_keys.values())).allow_includes = False
    assert "content" not in tracks(canvas, TILDA, CLOCK, "?include[]=content")[0]

    next(iter(canvas.world.api_keys.values())).enforce_scopes = False
    assert "content" in tracks(canvas, TILDA, CLOCK, "?include[]=content")[0]


def test_media_object_path_lists_only_the_callers_own_tracks(canvas: Canvas) -> None:
    path = "/api/v1/media_objects/m-shared/media_tracks"

    assert locales(tracks(canvas, TILDA, path)) == ["en"]
    assert locales(tracks(canvas, NOOR, path)) == ["fr"]
    assert tracks(canvas, SAM, path) == []


def test_attachment_path_inherits_originals_and_prefers_its_own(canvas: Canvas) -> None:
    file = attachment(canvas, "m-clock", "course_17")

    found = tracks(canvas, SAM, f"/api/v1/media_attachments/{file}/media_tracks", "?include[]=content")

    assert sorted(locales(found)) == ["ar", "de", "en", "es", "fr", "zh-Hans"]
    assert "Corregido" in next(t for t in found if t["locale"] == "es")["content"]


def test_tracks_of_no_attachment_are_not_inherited(canvas: Canvas) -> None:
    file = attachment(canvas, "m-orphan", "course_17")

    assert tracks(canvas, TILDA, f"/api/v1/media_attachments/{file}/media_tracks") == []
    assert locales(tracks(canvas, TILDA, "/api/v1/media_objects/m-orphan/media_tracks")) == ["es"]


def test_old_media_id_is_found(canvas: Canvas) -> None:
    assert locales(tracks(canvas, TILDA, "/api/v1/media_objects/0_tape2011/media_tracks")) == ["en"]


@pytest.mark.parametrize("path", ["media_objects/m-nothing", "media_attachments/99999", "media_attachments/x"])
def test_unknown_media_are_unauthorized_not_404(canvas: Canvas, path: str) -> None:
    assert canvas.get(TILDA, f"/api/v1/{path}/media_tracks").status_code == 403


def test_student_cannot_read_tracks_of_a_locked_file(canvas: Canvas) -> None:
    file = attachment(canvas, "m-locked", "course_17")

    assert canvas.get(SAM, f"/api/v1/media_attachments/{file}/media_tracks").status_code == 403
    assert canvas.get(TILDA, f"/api/v1/media_attachments/{file}/media_tracks").status_code == 200


# --- replacing -------------------------------------------------------------------------------------------------------


def test_replacing_deletes_what_is_not_named_and_leaves_what_has_no_content(canvas: Canvas) -> None:
    before = {t["locale"]: t["id"] for t in tracks(canvas, TILDA, CLOCK)}

    answer = replace(
        canvas, TILDA, CLOCK, [{"locale": "en"}, {"locale": "es", "content": SRT}, {"locale": "pl", "content": SRT}]
    )

    assert answer.status_code == 200
    assert locales(answer.json) == ["en", "es", "pl"]
    after = {t["locale"]: t for t in tracks(canvas, TILDA, CLOCK, "?include[]=content")}
    assert after["en"]["id"] == before["en"]
    assert after["es"]["id"] == before["es"]
    assert after["es"]["content"] == SRT
    assert after["pl"]["kind"] == "subtitles"


@pytest.mark.parametrize("blank", ["", "  \r\n\t", None])
def test_blank_content_makes_no_track_and_changes_none(canvas: Canvas, blank: str | None) -> None:
    answer = replace(canvas, TILDA, CLOCK, [{"locale": "en", "content": blank}, {"locale": "pl", "content": blank}])

    assert locales(answer.json) == ["en"]
    assert tracks(canvas, TILDA, CLOCK, "?include[]=content")[0]["content"] == caption_text("clock.en.srt")


@pytest.mark.parametrize("body", ["null", "[]"])
def test_nothing_wipes_everything(canvas: Canvas, body: str) -> None:
    answer = canvas.put(TILDA, CLOCK, data=body, content_type="application/json")

    assert answer.json == []
    assert [t for t in canvas.world.tracks.values() if t.media_id == "m-clock"] == []


def test_media_object_path_deletes_other_peoples_tracks_too(canvas: Canvas) -> None:
    answer = replace(canvas, TILDA, "/api/v1/media_objects/m-shared/media_tracks", [{"locale": "en"}])

    assert locales(answer.json) == ["en"]
    assert tracks(canvas, NOOR, "/api/v1/media_objects/m-shared/media_tracks") == []


def test_leaving_an_inherited_locale_out_deletes_the_original(canvas: Canvas) -> None:
    file = attachment(canvas, "m-clock", "course_17")

    replace(canvas, TILDA, f"/api/v1/media_attachments/{file}/media_tracks", [{"locale": "en"}, {"locale": "es"}])

    assert locales(tracks(canvas, TILDA, CLOCK)) == ["en", "es"]  # es: the original one was hidden, not considered


def test_writing_an_inherited_locale_makes_a_track_of_the_attachment(canvas: Canvas) -> None:
    file = attachment(canvas, "m-clock", "course_17")
    path = f"/api/v1/media_attachments/{file}/media_tracks"
    keep = [{"locale": t["locale"]} for t in tracks(canvas, TILDA, path)]

    replace(canvas, TILDA, path, [*keep, {"locale": "en", "content": SRT}])

    assert [t["content"] for t in tracks(canvas, TILDA, path, "?include[]=content") if t["locale"] == "en"] == [SRT]
    assert tracks(canvas, TILDA, CLOCK, "?include[]=content")[0]["content"] == caption_text("clock.en.srt")


def test_writing_anothers_locale_by_media_id_is_taken(canvas: Canvas) -> None:
    path = "/api/v1/media_objects/m-shared/media_tracks"

    answer = replace(canvas, TILDA, path, [{"locale": "en"}, {"locale": "fr", "content": SRT}])

    assert answer.status_code == 422
    assert answer.json["errors"]["locale"][0]["type"] == "taken"


@pytest.mark.parametrize(
    ("item", "attribute"),
    [
        ({"locale": "es-419", "content": SRT}, "locale"),
        ({"locale": "pt_BR", "content": SRT}, "locale"),
        ({"locale": "", "content": SRT}, "locale"),
        ({"content": SRT}, "locale"),
        ({"locale": "pl", "content": SRT, "kind": "karaoke"}, "kind"),
        ({"locale": "pl", "content": "<TT xml:lang='pl'>"}, "content"),
    ],
)
def test_invalid_tracks_are_422_by_attribute(canvas: Canvas, item: dict[str, str], attribute: str) -> None:
    answer = replace(canvas, TILDA, CLOCK, [item])

    assert answer.status_code == 422
    assert answer.json["errors"][attribute][0]["attribute"] == attribute


@pytest.mark.parametrize("locale", ["fr-CA", "zh-Hans", "de-x-sign"])
def test_locales_of_letters_and_hyphens_pass(canvas: Canvas, locale: str) -> None:
    assert locale in locales(replace(canvas, TILDA, CLOCK, [{"locale": locale, "content": SRT}]).json)


def test_failure_midway_keeps_what_was_done_before(canvas: Canvas) -> None:
    answer = replace(canvas, TILDA, CLOCK, [{"locale": "pl", "content": SRT}, {"locale": "b4d", "content": SRT}])

    assert answer.status_code == 422
    assert locales(tracks(canvas, TILDA, CLOCK)) == ["pl"]


@pytest.mark.parametrize("person", [SAM, OLLIE])
def test_those_without_right_get_an_empty_204_and_change_nothing(canvas: Canvas, person: int) -> None:
    path = f"/api/v1/media_attachments/{attachment(canvas, 'm-clock', 'course_17')}/media_tracks"

    answer = replace(canvas, person, path, [])

    assert (answer.status_code, answer.data) == (204, b"")
    assert len(tracks(canvas, TILDA, CLOCK)) == 6
    canvas.faults.behaviour.silent_caption_refusal = False
    assert replace(canvas, person, path, []).status_code == 403


def test_blueprint_lock_is_403(canvas: Canvas) -> None:
    path = f"/api/v1/media_attachments/{attachment(canvas, 'm-blueprint', 'course_17')}/media_tracks"

    assert replace(canvas, TILDA, path, []).status_code == 403
    assert len(tracks(canvas, TILDA, path)) == 1


def test_group_member_captions_the_groups_media(canvas: Canvas) -> None:
    path = f"/api/v1/media_attachments/{attachment(canvas, 'm-rehearsal', 'group_5')}/media_tracks"

    assert locales(replace(canvas, SAM, path, [{"locale": "es", "content": SRT}]).json) == ["es"]


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        ("{", "application/json", 400),
        ('{"tracks": []}', "application/json", 500),
        ("[1]", "application/json", 500),
        ('[{"locale":"en","content":"100%"}]', "application/x-www-form-urlencoded", 400),
        ('[{"locale":"en"}]', "application/x-www-form-urlencoded", 200),
    ],
)
def test_bodies_that_are_no_array_fail(canvas: Canvas, body: str, kind: str, status: int) -> None:
    assert canvas.put(TILDA, CLOCK, data=body, content_type=kind).status_code == status


# --- conversion ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("srt", "vtt"),
    [
        ("1\r\n00:00:01,500 --> 00:00:02,000\r\nA, b\r\n", "WEBVTT\n\n1\n00:00:01.500 --> 00:00:02.000\nA, b"),
        ("0:0:5,000 --> 0:0:6,000\nx", "WEBVTT\n\n00:00:05.000 --> 00:00:06.000\nx"),
        ("1\n0:3,000 --> 0:5,500\nx", "WEBVTT\n\n1\n00:03.000 --> 00:05.500\nx"),
    ],
)
def test_srt_becomes_webvtt_as_canvas_does_it(srt: str, vtt: str) -> None:
    assert to_webvtt(srt) == vtt


def test_webvtt_after_srt_leaves_the_old_conversion(canvas: Canvas) -> None:
    new = "WEBVTT\n\n00:00.000 --> 00:01.000\nNew words\n"

    replace(canvas, TILDA, CLOCK, [{"locale": "en", "content": new}])

    track = tracks(canvas, TILDA, CLOCK, "?include[]=content&include[]=webvtt_content")[0]
    assert track["content"] == new
    assert "It is now" in track["webvtt_content"]
    assert "It is now" in canvas.browser().get(f"/media_objects/m-clock/media_tracks/{track['id']}").text
