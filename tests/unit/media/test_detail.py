"""One item looked at closely: what is found, and what happens when Canvas makes it hard."""

from dataclasses import replace

import httpx
import pytest

from lti.errors import GrantRevoked, InputError, NotAllowed, NotFound
from lti.media import ItemDetail
from lti.model import GrantService, Role, Scope, TrackState
from tests.unit.media.conftest import TEACHER, School, lecture, viewer
from tests.unit.media.fake import VTT, FakeMedia, FakeTrack


def look(school: School, scope: Scope = Scope.OWN) -> ItemDetail:
    [listed] = school.library.page(TEACHER, school.platform, scope=scope).items
    school.calls()
    return school.library.detail(TEACHER, school.platform, listed.handle)


def path(school: School, address: str | None) -> dict[str, object]:
    assert address is not None
    return school.signer.read("track", address)


def test_teacher_sees_sources_tracks_and_attachment_of_an_item(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    detail = look(school)
    assert school.calls() == [
        "GET /api/v1/media_objects",
        "GET /api/v1/users/self/files",
        "GET /api/v1/media_attachments/501/media_tracks",
    ]
    assert (detail.item.attachment_id, detail.item.verifier) == ("501", "v3r1f13r")
    assert [source.url for source in detail.sources] == ["https://cdn.test/high.mp4", "https://cdn.test/low.mp4"]
    assert [(view.track.language, view.usable, view.reason) for view in detail.tracks] == [
        ("es", True, None),
        ("en", True, None),
        ("de", False, "Canvas is still making this track."),
    ]
    assert detail.notes == ()


def test_texts_are_kept_as_webvtt_behind_signed_addresses(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    english = look(school).tracks[1]
    payload = path(school, english.address)
    assert payload == {"p": school.platform.id, "c": "canvas", "m": "m-lecture", "t": "12"}
    text = school.watching.caption_text(payload)
    assert text.vtt == "WEBVTT\n\n00:00:00.000 --> 00:00:01.000\nhello &amp; welcome\n"
    assert school.watching.cues(text, None, None) == [(0.0, 1.0, "hello & welcome")]


def test_course_media_get_no_verifier(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture(place="courses/7")]
    detail = look(school, Scope.COURSE)
    assert (detail.item.attachment_id, detail.item.verifier) == ("501", None)


def test_texts_stripped_by_canvas_are_fetched_from_their_addresses(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    school.canvas.include_allowed = False
    detail = look(school)
    assert [view.usable for view in detail.tracks] == [True, True, False]
    assert "GET /media_objects/m-lecture/media_tracks/11" in school.calls()
    assert detail.notes == ()


def test_stripped_texts_that_cannot_be_fetched_are_explained(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    school.canvas.include_allowed = False
    school.canvas.break_with = lambda request: (
        httpx.Response(302, headers={"Location": "/login"}) if request.url.path.startswith("/media_objects/") else None
    )
    detail = look(school)
    assert not any(view.usable for view in detail.tracks)
    assert "must allow include parameters" in detail.notes[0]


def test_item_without_file_keeps_the_tracks_of_others(school: School) -> None:
    school.connect()
    tracks = [FakeTrack(1, "es", VTT.format("mine")), FakeTrack(2, "fr", VTT.format("theirs"), user="9")]
    school.canvas.media = [lecture(attachment=None, tracks=tracks)]
    detail = look(school)
    assert [(view.track.language, view.usable) for view in detail.tracks] == [("es", True), ("fr", True)]
    assert detail.item.attachment_id is None
    assert "did not find the file" in detail.notes[0]


@pytest.mark.parametrize(
    ("content", "state"),
    [
        ("   ", TrackState.EMPTY),
        ("WEBVTT\n\nno cue at all", TrackState.EMPTY),
        ("<tt xml:lang='en'/>", TrackState.FAILED),
    ],
)
def test_track_without_usable_text_cannot_be_chosen(school: School, content: str, state: TrackState) -> None:
    school.connect()
    school.canvas.media = [lecture(tracks=[FakeTrack(1, "es", content)])]
    [view] = look(school).tracks
    assert (view.usable, view.track.state) == (False, state)
    assert view.reason


@pytest.mark.parametrize("sources", [None, []])
def test_item_without_flavours_plays_from_its_file(school: School, sources: list[dict[str, str]] | None) -> None:
    school.connect()
    school.canvas.media = [lecture(sources=sources)]
    [source] = look(school).sources
    assert source.url.startswith("https://files.test/501?")
    assert (source.content_type, source.original) == ("video/mp4", True)


def test_flavours_that_want_a_session_are_backed_by_the_file(school: School) -> None:
    school.connect()
    redirect = {"url": "/media_objects/m-lecture/redirect?bitrate=1", "content_type": "video/mp4"}
    school.canvas.media = [lecture(sources=[redirect])]
    urls = [source.url for source in look(school).sources]
    assert urls[0].endswith("/media_objects/m-lecture/redirect?bitrate=1")
    assert urls[1].startswith("https://files.test/501?")


def test_item_without_anything_to_play_says_so(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture(sources=[], attachment=None)]
    detail = look(school)
    assert detail.sources == ()
    assert any("nothing to play" in note for note in detail.notes)


def test_unprocessed_upload_is_shown_as_it_is(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture(sources=None, tracks=[], attachment=None, title="")]
    detail = look(school)
    assert (detail.item.title, detail.tracks) == ("", ())


def test_canvas_going_down_leaves_what_was_listed_and_stops_asking(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    [listed] = school.library.page(TEACHER, school.platform).items
    school.calls()
    school.canvas.break_with = lambda request: httpx.Response(
        403, text="403 Forbidden (Rate Limit Exceeded)\n", headers={"Retry-After": "60"}
    )
    detail = school.library.detail(TEACHER, school.platform, listed.handle)
    assert school.calls() == ["GET /api/v1/media_objects"]
    assert [view.track.language for view in detail.tracks] == ["es", "en", "de"]
    assert not any(view.usable for view in detail.tracks)
    assert detail.notes == ("Canvas is receiving too many requests just now.",)


def test_title_that_search_does_not_find_costs_nothing_but_flavours(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    [listed] = school.library.page(TEACHER, school.platform).items
    school.canvas.media[0].title = "The old title, which is what search knows"
    detail = school.library.detail(TEACHER, school.platform, listed.handle)
    assert detail.item.title == "Lecture one"
    assert detail.item.created_at == listed.item.created_at
    assert [view.usable for view in detail.tracks] == [True, True, False]
    assert detail.sources[0].url.startswith("https://files.test/")


def test_handle_of_another_person_or_course_is_nothing(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture(place="courses/7")]
    [listed] = school.library.page(TEACHER, school.platform, scope=Scope.COURSE).items
    school.calls()
    with pytest.raises(NotFound):
        school.library.detail(viewer("tom", Role.TEACHER), school.platform, listed.handle)
    with pytest.raises(InputError):
        school.library.detail(viewer("tilda", Role.TEACHER, course="8"), school.platform, listed.handle)
    with pytest.raises(NotAllowed):
        school.library.detail(viewer("tilda", Role.LEARNER), school.platform, listed.handle)
    with pytest.raises(NotFound):
        school.library.detail(TEACHER, replace(school.platform, id=1), "junk")
    cursor = school.signer.sign("cursor", {"i": []}, 60)
    forged = school.signer.sign("item", {"i": [1, "tilda"]}, 60)
    for handle in (cursor, forged, "", "a.b", "é"):
        with pytest.raises(NotFound):
            school.library.detail(TEACHER, school.platform, handle)
    assert school.calls() == []


def test_grant_that_ends_meanwhile_is_an_error(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    [listed] = school.library.page(TEACHER, school.platform).items
    school.canvas.tokens.clear()
    school.canvas.refresh_tokens.clear()
    with pytest.raises(GrantRevoked):
        school.library.detail(TEACHER, school.platform, listed.handle)
    assert school.store.grants.get(school.platform.id, "tilda", GrantService.CANVAS) is None


def test_missing_scope_of_one_call_is_a_note(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    scopes = httpx.Response(401, json={"errors": [{"message": "Insufficient scopes on access token."}]})
    school.canvas.break_with = lambda request: scopes if request.url.path.endswith("/files") else None
    detail = look(school)
    assert detail.notes[0] == "Canvas does not let Cuedeck use a function that it needs."
    assert detail.sources


def test_track_list_that_is_refused_is_a_note_though_other_captions_are_shown(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture()]
    refused = httpx.Response(403, json={"errors": [{"message": "user not authorized to perform that action"}]})
    school.canvas.break_with = lambda request: refused if request.url.path.endswith("/media_tracks") else None
    detail = look(school)
    assert detail.notes == ("Canvas does not let you see or do this.",)
    assert [view.track.language for view in detail.tracks] == ["es", "en", "de"]


def test_hundreds_of_tracks_fit_into_a_handle(school: School) -> None:
    school.connect()
    tracks = [FakeTrack(number, "en", VTT.format(number)) for number in range(300)]
    school.canvas.media = [FakeMedia("m-1", "Many", tracks=tracks)]
    assert len(look(school).tracks) == 300
