"""Caption files and orders for them (reference/studio.md 2.5, 2.6, 4)."""

from __future__ import annotations

import io
from typing import Any

import pytest
from werkzeug.test import TestResponse

from sandbox.media.subtitles import is_srt, to_srt, to_webvtt
from sandbox.studio.seed import SAM, STELLA, THEO, TILDA
from tests.unit.sandbox.studio.conftest import CLOCK, COLLEAGUES, MACHINE, SRT, Studio

WAITING = "/caption_file_requests?provider=professional&status=requested"


def captions(studio: Studio, media: int, user: int = TILDA) -> list[dict[str, Any]]:
    body = studio.get(user, f"/media/{media}/caption_files").json
    assert body is not None
    found: list[dict[str, Any]] = body["caption_files"]
    return found


def test_owner_lists_captions_in_every_language(studio: Studio) -> None:
    found = captions(studio, CLOCK)

    assert [(each["srclang"], each["label"], each["status"]) for each in found] == [
        ("en", "English", "published"),
        ("es", "Spanish", "published"),
        ("fr", "French", "published"),
        ("ar", "Arabic", "published"),
    ]
    assert set(found[0]) == {"id", "url", "srclang", "subtitle_format", "label", "status", "created_at"}
    assert found[0]["subtitle_format"] == "srt"


def test_machine_captions_are_not_published(studio: Studio) -> None:
    [found] = captions(studio, MACHINE)

    assert (found["status"], found["provider"], found["label"]) == ("generated", "notorious", "English (automatic)")
    assert "url" not in found  # the text is to be had with a token only
    assert is_srt(studio.get(TILDA, f"/caption_files/{found['id']}/download").text)


def test_caption_is_read_with_a_token_and_by_its_relative_address(studio: Studio) -> None:
    arabic = captions(studio, CLOCK)[3]

    answer = studio.get(TILDA, f"/caption_files/{arabic['id']}/download")
    plain = studio.app.test_client().get(arabic["url"])

    assert arabic["url"].startswith("/")
    assert (answer.status_code, answer.mimetype, answer.text) == (200, "text/plain", plain.text)
    assert is_srt(answer.text)
    assert studio.app.test_client().get(arabic["url"].replace(".srt", "x.srt")).status_code == 404
    assert studio.get(SAM, f"/caption_files/{arabic['id']}/download").status_code == 403
    assert studio.get(TILDA, "/caption_files/1/download").status_code == 404
    assert studio.get(TILDA, "/caption_files/x/download").status_code == 422


def test_owner_adds_a_caption_file(studio: Studio) -> None:
    answer = studio.send_captions(TILDA, MACHINE, "pt-BR")

    assert answer.status_code == 201
    assert answer.json is not None
    made = answer.json["caption_file"]
    assert (made["srclang"], made["label"], made["status"]) == ("pt-BR", "Portuguese (Brazil)", "published")
    assert made in captions(studio, MACHINE)
    assert studio.get(TILDA, f"/caption_files/{made['id']}/download").text == SRT


@pytest.mark.parametrize(("replace", "count"), [(False, 2), (True, 1)])
def test_same_language_is_added_or_replaced(studio: Studio, replace: bool, count: int) -> None:
    studio.faults.behaviour.replace_same_language = replace
    studio.faults.behaviour.new_caption_status = "uploaded"

    studio.send_captions(TILDA, MACHINE, "en")

    found = captions(studio, MACHINE)
    assert len(found) == count
    assert found[-1]["status"] == "uploaded"


@pytest.mark.parametrize(
    ("language", "text", "name"),
    [
        ("", SRT, "a.srt"),
        ("pt_BR", SRT, "a.srt"),
        ("english", SRT, "a.srt"),
        ("en", SRT, "a.vtt"),
        ("en", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "a.srt"),
        ("en", "", "a.srt"),
    ],
)
def test_what_is_no_subrip_or_no_language_is_422(studio: Studio, language: str, text: str, name: str) -> None:
    assert studio.send_captions(TILDA, MACHINE, language, text, name).status_code == 422
    assert len(captions(studio, MACHINE)) == 1


def test_no_file_and_foreign_bytes_are_422(studio: Studio) -> None:
    path = f"/media/{MACHINE}/caption_files?srclang=en"

    assert studio.post(TILDA, path).status_code == 422
    assert studio.post(TILDA, path, data={"caption_file": (io.BytesIO(b"\xff\xfe1"), "a.srt")}).status_code == 422


def test_webvtt_is_taken_where_the_account_takes_it(studio: Studio) -> None:
    studio.faults.behaviour.accept_vtt = True

    made = studio.send_captions(TILDA, MACHINE, "en", "WEBVTT\n\n00:01.000 --> 00:02.000\nHello\n", "a.vtt")

    assert made.status_code == 201
    assert made.json is not None
    text = studio.get(TILDA, f"/caption_files/{made.json['caption_file']['id']}/download").text
    assert text == SRT


def test_colleague_adds_no_captions_and_there_is_no_way_to_change_them(studio: Studio) -> None:
    assert studio.send_captions(TILDA, COLLEAGUES, "en").status_code == 403
    assert studio.send_captions(STELLA, COLLEAGUES, "en").status_code == 201
    for method in ("DELETE", "PUT", "PATCH"):
        assert studio.call(THEO, method, "/caption_files/6001").status_code == 404


def test_conversions_keep_cues() -> None:
    vtt = "WEBVTT\n\nNOTE a\n\nc1\n01:02.5 --> 01:03.000 align:start\nOne\ntwo\n\n01:00:00.000 --> 01:00:01.000\nLast\n"

    srt = to_srt(vtt)

    assert srt == ("1\n00:01:02,500 --> 00:01:03,000\nOne\ntwo\n\n2\n01:00:00,000 --> 01:00:01,000\nLast\n")
    assert to_srt(to_webvtt(srt)) == srt


# --- orders ----------------------------------------------------------------------------------------------------------


def service(studio: Studio) -> dict[str, str]:
    known = studio.config
    return {"Authorization": f'Bearer user_id="{known.captioning_user}", token="{known.captioning_token}"'}


def answer_order(studio: Studio, number: int = 401, *, text: str | None = None, **form: str) -> TestResponse:
    data: dict[str, Any] = dict(form)
    if text is not None:
        data["caption_file"] = (io.BytesIO(text.encode()), "done.srt")
    path = f"/caption_file_requests/{number}"
    return studio.call(None, "PATCH", path, data=data, headers=service(studio), content_type="multipart/form-data")


def waiting(studio: Studio) -> list[int]:
    body = studio.get(None, WAITING, headers=service(studio)).json
    assert body is not None
    return [each["id"] for each in body["caption_file_requests"]]


def test_service_and_administrator_list_orders_and_teachers_do_not(studio: Studio) -> None:
    assert waiting(studio) == [401, 402]
    body = studio.get(STELLA, WAITING).json
    assert body is not None
    assert body["caption_file_requests"][0]["captioning_service_type_key"] == "standard"
    assert studio.get(TILDA, WAITING).status_code == 403


@pytest.mark.parametrize("query", ["", "?provider=professional", "?status=requested", "?provider=x&status=requested"])
def test_both_parameters_have_one_value(studio: Studio, query: str) -> None:
    assert studio.get(STELLA, f"/caption_file_requests{query}").status_code == 422


def test_service_says_it_works_and_then_delivers_once(studio: Studio) -> None:
    working = answer_order(studio, status="processing")
    assert (working.status_code, working.data) == (202, b"")
    assert waiting(studio) == [402]

    assert answer_order(studio, status="fulfilled", text=SRT).status_code == 202

    assert answer_order(studio, status="failed").status_code == 409
    delivered = captions(studio, CLOCK)[-1]
    assert (delivered["srclang"], delivered["status"], delivered["provider"]) == ("de", "published", "professional")


def test_service_says_why_it_failed(studio: Studio) -> None:
    assert answer_order(studio, status="failed", message="No speech in it").status_code == 202

    assert studio.world.orders[401].message == "No speech in it"
    assert len(captions(studio, CLOCK)) == 4


@pytest.mark.parametrize(
    ("number", "form", "status"),
    [
        (401, {}, 400),
        (401, {"status": "fulfilled"}, 400),
        (401, {"status": "done"}, 422),
        (401, {"status": "fulfilled", "text": "no cues"}, 422),
        (1, {"status": "failed"}, 404),
    ],
)
def test_answers_are_refused_as_documented(studio: Studio, number: int, form: dict[str, str], status: int) -> None:
    assert answer_order(studio, number, **form).status_code == status
    assert waiting(studio) == [401, 402]


def test_service_types_are_kept(studio: Studio) -> None:
    described = {"label": "Live", "description": "While it runs", "is_asr": True, "languages": ["en-GB"]}

    made = studio.call(STELLA, "PUT", "/captioning_service_types/live", json=described)

    assert made.status_code == 200
    assert made.json is not None
    assert made.json["captioning_service_type"]["key"] == "live"
    listed = studio.get(TILDA, "/captioning_service_types").json
    assert listed is not None
    assert [each["key"] for each in listed["captioning_service_types"]] == ["standard", "rush", "machine", "live"]
    assert studio.call(STELLA, "DELETE", "/captioning_service_types/live").status_code == 204
    assert studio.call(STELLA, "DELETE", "/captioning_service_types/live").status_code == 404
    assert studio.call(TILDA, "DELETE", "/captioning_service_types/rush").status_code == 403
    assert studio.call(TILDA, "PUT", "/captioning_service_types/rush", json=described).status_code == 403


@pytest.mark.parametrize("change", [{"label": None}, {"description": None}, {"is_asr": None}, {"languages": "en"}])
def test_service_type_needs_its_parts(studio: Studio, change: dict[str, object]) -> None:
    described = {"label": "Live", "description": "While it runs", "is_asr": False} | change

    assert studio.call(None, "PUT", "/captioning_service_types/live", json=described,
                       headers=service(studio)).status_code == 422  # fmt: skip


def test_account_without_captioning_service_has_no_types(studio: Studio) -> None:
    studio.faults.behaviour.captioning_service = False
    described = {"label": "Live", "description": "While it runs", "is_asr": False}

    assert studio.get(TILDA, "/captioning_service_types").status_code == 404
    assert studio.call(STELLA, "PUT", "/captioning_service_types/live", json=described).status_code == 404
    assert studio.call(STELLA, "DELETE", "/captioning_service_types/rush").status_code == 404
