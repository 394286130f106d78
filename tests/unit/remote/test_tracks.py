"""Caption tracks of one item: lists with texts, states, and the text's web address."""

from __future__ import annotations

from datetime import UTC, datetime

import httpx
import pytest

from lti.errors import RemoteGone, RemoteNonsense, RemoteNotPermitted
from lti.model import TrackOrigin, TrackState
from lti.remote import CanvasTrack

from .fake import ORIGIN, REALM, Fake, error, listed, track

BY_OBJECT = "GET /api/v1/media_objects/m-1/media_tracks"
BY_ATTACHMENT = "GET /api/v1/media_attachments/901/media_tracks"
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nHola\n"


@pytest.fixture
def fake() -> Fake:
    return Fake()


def only(fake: Fake, **more: object) -> CanvasTrack:
    fake.on(BY_OBJECT, listed(track(7, **more)))
    (found,) = fake.api.tracks("m-1")
    return found


def test_tracks_are_asked_for_by_attachment_where_it_is_known(fake: Fake) -> None:
    fake.on(BY_ATTACHMENT, listed(track(7, locale="es", content=VTT, updated_at="2026-02-01T10:00:00Z", asr=False)))
    (found,) = fake.api.tracks("m-1", "901")
    assert (found.track.id, found.track.language, found.content) == ("7", "es", VTT)
    assert found.track.updated_at == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert found.track.state is TrackState.READY
    assert fake.requests[0].url.params.get_list("include[]") == ["content", "updated_at"]


def test_tracks_without_an_attachment_are_asked_for_by_media_object(fake: Fake) -> None:
    fake.on("GET /api/v1/media_objects/m%2F1/media_tracks", listed())
    assert fake.api.tracks("m/1") == ()


def test_stripped_texts_can_be_told_from_empty_ones(fake: Fake) -> None:
    stripped = only(fake)
    assert (stripped.content, stripped.track.state) == (None, TrackState.READY)
    empty = only(fake, content="")
    assert (empty.content, empty.track.state) == ("", TrackState.EMPTY)


@pytest.mark.parametrize("content", ["", "  \r\n\t", "\ufeff\n", None])
def test_ready_track_with_a_blank_text_is_empty(fake: Fake, content: str | None) -> None:
    assert only(fake, content=content, workflow_state="ready").track.state is TrackState.EMPTY


@pytest.mark.parametrize(
    ("workflow_state", "state"),
    [
        ("ready", TrackState.READY),
        (None, TrackState.READY),
        ("processing", TrackState.PROCESSING),
        ("failed", TrackState.FAILED),
        ("under_review", TrackState.PROCESSING),
    ],
)
def test_state_is_canvas_workflow_state(fake: Fake, workflow_state: str | None, state: TrackState) -> None:
    assert only(fake, workflow_state=workflow_state, content=VTT).track.state is state


def test_machine_made_track_still_in_work_is_processing_not_empty(fake: Fake) -> None:
    found = only(fake, asr=True, workflow_state="processing", content="").track
    assert (found.origin, found.state) == (TrackOrigin.MACHINE, TrackState.PROCESSING)


@pytest.mark.parametrize(("asr", "origin"), [(True, "machine"), ("true", "machine"), (False, "human"), (None, "human")])
def test_origin_is_canvas_asr_mark(fake: Fake, asr: object, origin: str) -> None:
    assert only(fake, asr=asr).track.origin == origin


@pytest.mark.parametrize("kind", ["karaoke", None, 3, ""])
def test_odd_kind_is_subtitles(fake: Fake, kind: object) -> None:
    assert only(fake, kind=kind).track.kind == "subtitles"


def test_track_list_gives_an_address_that_takes_no_login(fake: Fake) -> None:
    assert only(fake).url == f"{ORIGIN}/media_objects/m-1/media_tracks/7"


def test_odd_tracks_are_left_out_and_the_others_kept(fake: Fake) -> None:
    fake.on(BY_OBJECT, listed(None, {"id": None}, {"id": 1, "content": 5}, track(7), {"id": "8"}))
    assert [(found.track.id, found.track.language) for found in fake.api.tracks("m-1")] == [("7", "en"), ("8", "und")]


def test_caption_text_is_not_in_any_representation(fake: Fake) -> None:
    assert "Hola" not in repr(only(fake, content=VTT))


# --- the text's web address -----------------------------------------------------------------------------------------

URL = f"{ORIGIN}/media_objects/m-1/media_tracks/7"
BODY = "GET /media_objects/m-1/media_tracks/7"


def plain(content: bytes) -> httpx.Response:
    return httpx.Response(200, content=content, headers={"Content-Type": "text/plain"})


def test_caption_text_is_fetched_without_the_token(fake: Fake) -> None:
    fake.on(BODY, plain(("\ufeff" + VTT).encode()))
    assert fake.api.track_body(URL) == VTT
    assert "authorization" not in fake.requests[0].headers


def test_caption_text_in_a_broken_encoding_is_still_read(fake: Fake) -> None:
    fake.on(BODY, plain(b"WEBVTT\n\n00:00.000 --> 00:01.000\nna\xefve\n"))
    assert "na\ufffdve" in fake.api.track_body(URL)


def test_caption_text_behind_a_redirect_on_the_same_canvas_is_fetched(fake: Fake) -> None:
    fake.on(BODY, httpx.Response(302, headers={"Location": "/moved/7"}))
    fake.on("GET /moved/7", plain(VTT.encode()))
    assert fake.api.track_body(URL) == VTT


@pytest.mark.parametrize(
    "location", ["https://evil.example/7", "//evil.example/7", "http://127.0.0.1:9/", "https://[", "file:///etc/passwd"]
)
def test_caption_text_behind_a_redirect_to_another_host_is_refused(fake: Fake, location: str) -> None:
    fake.on(BODY, httpx.Response(302, headers={"Location": location}))
    with pytest.raises(RemoteNonsense):
        fake.api.track_body(URL)
    assert len(fake.requests) == 1


def test_caption_text_redirecting_for_ever_is_refused(fake: Fake) -> None:
    fake.on(BODY, httpx.Response(302, headers={"Location": URL}))
    with pytest.raises(RemoteNonsense):
        fake.api.track_body(URL)
    assert len(fake.requests) == 3


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(302, headers={"Location": f"{ORIGIN}/login/canvas"}),
        error(401, "user authorization required", REALM, status="unauthenticated"),
        error(403, "user not authorized to perform that action", status="unauthorized"),
    ],
)
def test_caption_text_that_takes_a_login_is_not_permitted(fake: Fake, reply: httpx.Response) -> None:
    fake.on(BODY, reply)
    with pytest.raises(RemoteNotPermitted):
        fake.api.track_body(URL)
    assert fake.tokens.renewed == []


def test_page_in_place_of_a_caption_text_is_nonsense(fake: Fake) -> None:
    fake.on(BODY, httpx.Response(200, html="<h1>Log in</h1>"))
    with pytest.raises(RemoteNonsense):
        fake.api.track_body(URL)


def test_caption_text_that_was_deleted_is_gone(fake: Fake) -> None:
    fake.on(BODY, error(404, "The specified resource does not exist."))
    with pytest.raises(RemoteGone):
        fake.api.track_body(URL)


def test_caption_text_elsewhere_is_not_fetched(fake: Fake) -> None:
    with pytest.raises(RemoteNonsense):
        fake.api.track_body("https://evil.example/media_objects/m-1/media_tracks/7")
    assert fake.requests == []
