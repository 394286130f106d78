"""Web routes: no bearer tokens there (reference 1.3, 1.7, 1.8)."""

from __future__ import annotations

from sandbox.canvas.seed import OLLIE, SAM, TILDA
from tests.unit.sandbox.rest.conftest import Canvas
from tests.unit.sandbox.rest.test_tracks import attachment

JSON = {"Accept": "application/json"}


def track_id(canvas: Canvas, media_id: str, locale: str) -> int:
    return next(t.id for t in canvas.world.tracks.values() if (t.media_id, t.locale) == (media_id, locale))


def test_anybody_reads_a_track_by_media_object(canvas: Canvas) -> None:
    answer = canvas.browser().get(f"/media_objects/m-clock/media_tracks/{track_id(canvas, 'm-clock', 'ar')}")

    assert answer.status_code == 200
    assert answer.content_type == "text/plain; charset=utf-8"
    assert answer.text.startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:02.500\nصفر")


def test_track_by_attachment_needs_a_session_or_verifier(canvas: Canvas) -> None:
    file = attachment(canvas, "m-locked", "course_17")
    path = f"/media_attachments/{file}/media_tracks/{track_id(canvas, 'm-locked', 'en')}"
    token = canvas.token(TILDA).access

    assert canvas.browser().get(path).status_code == 401
    assert canvas.browser().get(path, headers=JSON).status_code == 403
    assert canvas.browser().get(path, headers={"Authorization": f"Bearer {token}"}).status_code == 401
    assert canvas.browser(SAM).get(path).status_code == 401
    assert canvas.browser(TILDA).get(path).status_code == 200
    assert canvas.browser().get(f"{path}?verifier={canvas.world.attachments[file].uuid}").status_code == 200
    assert canvas.browser().get(f"{path}?location=course_syllabus_17").status_code == 200


def test_inherited_track_is_read_by_attachment_and_anothers_is_404(canvas: Canvas) -> None:
    file = attachment(canvas, "m-clock", "course_17")
    browser = canvas.browser(OLLIE)

    found = browser.get(f"/media_attachments/{file}/media_tracks/{track_id(canvas, 'm-clock', 'en')}")
    other = browser.get(f"/media_attachments/{file}/media_tracks/{track_id(canvas, 'm-noor', 'en')}")

    assert (found.status_code, other.status_code) == (200, 404)


def test_track_is_revalidated(canvas: Canvas) -> None:
    browser, path = canvas.browser(), f"/media_objects/m-clock/media_tracks/{track_id(canvas, 'm-clock', 'en')}"
    first = browser.get(path)

    both = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    assert browser.get(path, headers=both).status_code == 304
    assert browser.get(path, headers=both | {"If-None-Match": '"other"'}).status_code == 200
    assert browser.get(path, headers={"If-Modified-Since": "Mon, 01 Jan 2024 00:00:00 GMT"}).status_code == 200


def test_odd_tracks_are_served_as_canvas_does(canvas: Canvas) -> None:
    browser = canvas.browser()

    def body(media_id: str, locale: str) -> tuple[int, str]:
        answer = browser.get(f"/media_objects/{media_id}/media_tracks/{track_id(canvas, media_id, locale)}")
        return answer.status_code, answer.text

    assert body("m-ttml", "en")[0] == 422
    assert body("m-auto", "fr") == (200, "")
    assert "three seconds" not in body("m-stale", "en")[1].replace("now three seconds", "")
    assert "\r" not in body("m-quirks", "it")[1]
    assert browser.get("/media_objects/m-clock/media_tracks/99999").status_code == 404
    assert browser.get("/media_objects/m-nothing/media_tracks/1", headers=JSON).status_code == 403


def test_thumbnail_leads_to_kaltura_for_good(canvas: Canvas) -> None:
    browser = canvas.browser()
    answer = browser.get("/media_objects/m-clock/thumbnail?width=320&height=180")

    assert answer.status_code == 301
    picture = browser.get(answer.headers["Location"])
    assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
    assert picture.data[:2] == b"\xff\xd8"
    for nothing in ("m-nostill", "m-nosources", "m-sound", "m-unheard-of"):
        answer = browser.get(browser.get(f"/media_objects/{nothing}/thumbnail").headers["Location"])
        assert answer.status_code == 404
    assert browser.get(f"/media_attachments/{attachment(canvas, 'm-clock', 'course_17')}/thumbnail").status_code == 301


def test_redirect_leads_to_the_asked_or_lowest_bitrate(canvas: Canvas) -> None:
    browser = canvas.browser()

    assert "/flavor/clock-high/" in browser.get("/media_objects/m-clock/redirect?bitrate=484").headers["Location"]
    assert "/flavor/clock-low/" in browser.get("/media_objects/m-clock/redirect").headers["Location"]
    assert browser.get("/media_objects/m-nosources/redirect").status_code == 400
    file = attachment(canvas, "m-clock", "course_17")
    assert browser.get(f"/media_attachments/{file}/redirect").status_code == 401
    assert canvas.browser(SAM).get(f"/media_attachments/{file}/redirect").status_code == 302


def test_info_of_an_attachment_marks_inherited_tracks(canvas: Canvas) -> None:
    file = attachment(canvas, "m-clock", "course_17")

    body = canvas.browser(SAM).get(f"/media_attachments/{file}/info").get_json()

    assert {track["locale"]: track["inherited"] for track in body["media_tracks"]}["es"] is False
    assert {track["locale"]: track["inherited"] for track in body["media_tracks"]}["fr"] is True
    assert body["can_add_captions"] is False
    assert body["embedded_iframe_url"] == f"http://localhost/media_attachments_iframe/{file}"
    assert canvas.browser().get("/media_objects/m-nothing/info").status_code == 404
    assert canvas.browser().get("/media_objects/m-clock/info").get_json()["media_id"] == "m-clock"


def test_download_takes_a_verifier_or_whoever_may(canvas: Canvas) -> None:
    file = attachment(canvas, "m-locked", "course_17")
    path, verifier = f"/files/{file}/download", canvas.world.attachments[file].uuid

    assert canvas.browser().get(path).status_code == 401
    assert canvas.browser(SAM).get(path).status_code == 401
    assert canvas.browser(TILDA).get(path).status_code == 302
    answer = canvas.browser().get(f"{path}?download_frd=1&verifier={verifier}")
    assert "/kaltura/storage/" in answer.headers["Location"]
    assert canvas.browser().get("/files/99999/download").status_code == 404
