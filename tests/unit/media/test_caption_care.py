"""Captions are changed, and Canvas does what Canvas does: what stood and what was written is never lost."""

from __future__ import annotations

import dataclasses

import httpx
import pytest

from lti.captions import Cue
from lti.errors import (
    CaptionsFixed,
    CaptionsTaken,
    CaptionsUncertain,
    NotAllowed,
    RemoteNonsense,
    RemoteRejected,
    RemoteUnavailable,
)
from lti.media.caption_languages import for_canvas, for_studio
from lti.media.caption_values import ChangedMeanwhile, HalfWritten
from lti.model import Catalogue, Role, Scope
from tests.unit.media.conftest import TEACHER, School, lecture, viewer
from tests.unit.media.fake import VTT, FakeMedia, FakeTrack

CUES = (Cue(1.0, 3.0, "new words"),)


def opened(school: School, media: FakeMedia | None = None) -> tuple[str, str, str]:
    """Give the handle of the lecture, the id of its Spanish track, and that text's version."""
    school.connect()
    school.canvas.media = [media or lecture()]
    [listed] = school.library.page(TEACHER, school.platform).items
    handle = school.library.detail(TEACHER, school.platform, listed.handle).handle
    held = school.care.held(TEACHER, school.platform, handle, "11")
    school.calls()
    return handle, "11", held.version


def texts(school: School) -> dict[str, str]:
    return {track.locale: track.content for track in school.canvas.media[0].tracks}


def test_save_is_two_calls_and_names_every_locale_that_stays(school: School) -> None:
    handle, track, version = opened(school)
    school.canvas.media[0].tracks.append(FakeTrack(14, "pt-br", VTT.format("olá")))  # not as BCP 47 writes it
    saved = school.care.save(TEACHER, school.platform, handle, track, version=version, cues=CUES)
    assert school.calls() == [f"{method} /api/v1/media_attachments/501/media_tracks" for method in ("GET", "PUT")]
    [sent] = school.canvas.written
    assert [each["locale"] for each in sent] == ["en", "de", "pt-br", "es"]
    assert [each["locale"] for each in sent if "content" in each] == ["es"]
    assert saved.held is not None
    assert saved.held.read().cues == CUES
    stored = school.store.captions.get(school.platform.id, Catalogue.CANVAS, "m-lecture", "11")
    assert stored is not None
    assert "new words" in stored.vtt


def test_tracks_that_canvas_loses_in_the_middle_are_offered_back(school: School) -> None:
    handle, track, version = opened(school)

    def lose(request: httpx.Request) -> httpx.Response | None:
        if request.method != "PUT":
            return None
        school.canvas.media[0].tracks = [each for each in school.canvas.media[0].tracks if each.locale == "de"]
        return httpx.Response(422, json={"errors": {"content": [{"message": "invalid"}]}})

    school.canvas.break_with = lose
    with pytest.raises(HalfWritten) as caught:
        school.care.save(TEACHER, school.platform, handle, track, version=version, cues=CUES)
    assert [each.language for each in caught.value.lost] == ["es", "en"]
    assert caught.value.values == {"languages": "es, en"}
    school.canvas.break_with = lambda request: None
    for each in caught.value.lost:
        school.care.restore(TEACHER, school.platform, handle, each.version_id)
    found = texts(school)
    assert ("hola" in found["es"], "hello" in found["en"]) == (True, True)


def test_refusal_that_changed_nothing_is_said_as_it_is(school: School) -> None:
    handle, track, version = opened(school)
    before = texts(school)
    school.canvas.break_with = lambda request: httpx.Response(422) if request.method == "PUT" else None
    with pytest.raises(RemoteRejected):
        school.care.save(TEACHER, school.platform, handle, track, version=version, cues=CUES)
    assert texts(school) == before


@pytest.mark.parametrize("field", ["id", "locale"])
def test_nothing_is_written_after_a_list_with_a_track_that_cannot_be_named(school: School, field: str) -> None:
    handle, track, version = opened(school)
    before = texts(school)

    def odd(request: httpx.Request) -> httpx.Response | None:
        if request.method != "GET" or not request.url.path.endswith("/media_tracks"):
            return None
        listed = [each.json(content=each.content) for each in school.canvas.media[0].tracks]
        del listed[-1][field]
        return httpx.Response(200, json=listed)

    school.canvas.break_with = odd
    with pytest.raises(RemoteNonsense):
        school.care.save(TEACHER, school.platform, handle, track, version=version, cues=CUES)
    with pytest.raises(RemoteNonsense):
        school.care.remove(TEACHER, school.platform, handle, track)
    assert texts(school) == before


def test_nobody_claims_to_know_what_could_not_be_looked_at(school: School) -> None:
    handle, track, version = opened(school)
    asked = []

    def away(request: httpx.Request) -> httpx.Response | None:
        asked.append(request.method)
        return httpx.Response(500) if "PUT" in asked else None

    school.canvas.break_with = away
    with pytest.raises(CaptionsUncertain):
        school.care.save(TEACHER, school.platform, handle, track, version=version, cues=CUES)


def test_nothing_is_written_where_canvas_would_delete_what_is_not_seen(school: School) -> None:
    """By media object only the caller's own tracks are listed, and all others would be deleted (1.8, 1.9)."""
    media = lecture(attachment=None)
    media.tracks.append(FakeTrack(15, "fr", VTT.format("salut"), user="2"))
    handle, track, version = opened(school, media)
    # The media list shows the colleague's track: it is named, and stays.
    school.care.save(TEACHER, school.platform, handle, track, version=version, cues=CUES)
    assert "fr" in texts(school)
    held = school.care.held(TEACHER, school.platform, handle, "15")
    assert not held.writable
    assert held.why_not
    with pytest.raises(CaptionsFixed):
        school.care.remove(TEACHER, school.platform, handle, "15")
    # The media list does not show the item any more: nothing is written.
    media.title = "Another title"
    before = len(school.canvas.written)
    version = school.care.held(TEACHER, school.platform, handle, track).version
    with pytest.raises(CaptionsFixed):
        school.care.save(TEACHER, school.platform, handle, track, version=version, cues=(Cue(0, 1, "x"),))
    assert len(school.canvas.written) == before


def test_texts_that_the_key_hides_are_read_from_their_address(school: School) -> None:
    handle, track, _ = opened(school)
    school.canvas.include_allowed = False
    held = school.care.held(TEACHER, school.platform, handle, track)
    assert held.read().cues[0].text == "hola"
    saved = school.care.save(TEACHER, school.platform, handle, track, version=held.version, cues=CUES)
    assert saved.held is not None
    assert saved.held.read().cues == CUES


def test_places_and_speakers_are_kept_by_writing_twice(school: School) -> None:
    """SubRip first renews Canvas's conversion, which a WebVTT text leaves as it was (1.9)."""
    media = lecture()
    media.tracks[0].content = "1\n00:00:00,000 --> 00:00:02,000\nhola\n"
    handle, track, version = opened(school, media)
    styled = (dataclasses.replace(CUES[0], text="<v Ada>new words", settings="align:start"),)
    school.care.save(TEACHER, school.platform, handle, track, version=version, cues=styled)
    first, second = ([each["content"] for each in sent if "content" in each] for sent in school.canvas.written)
    assert first[0].startswith("1\n")
    assert second[0].startswith("WEBVTT")
    assert "align:start" in second[0]


def test_track_that_canvas_still_makes_is_left_alone(school: School) -> None:
    handle, _, _ = opened(school)
    with pytest.raises(CaptionsFixed):
        school.care.add(TEACHER, school.platform, handle, b"1\n00:00:01,000 --> 00:00:02,000\nja\n",
                        language="de", kind="subtitles", replace=True)  # fmt: skip


def test_handle_of_a_course_is_nothing_without_teaching_there(school: School) -> None:
    school.connect()
    school.canvas.media = [lecture(place="courses/7")]
    [listed] = school.library.page(TEACHER, school.platform, scope=Scope.COURSE).items
    school.calls()
    for other in (viewer("tilda", Role.LEARNER), viewer(None, Role.TEACHER)):
        with pytest.raises(NotAllowed):
            school.care.held(other, school.platform, listed.handle, "11")
    assert school.calls() == []


@pytest.mark.parametrize(
    ("tag", "canvas", "studio"),
    [
        ("es-419", "es", "es-419"),
        ("pt-BR", "pt-BR", "pt-BR"),
        ("zh-Hans", "zh-Hans", "zh-Hans"),
        ("de-1996", "de", "de-1996"),
        ("en-GB-x-ukhe", "en-GB", "en-GB"),
        ("da-x-k12", "da", "da"),
    ],
)
def test_languages_are_written_as_each_side_takes_them(tag: str, canvas: str, studio: str) -> None:
    assert (for_canvas(tag), for_studio(tag)) == (canvas, studio)


def test_track_is_marked_with_another_language_before_the_old_one_goes(school: School) -> None:
    handle, track, version = opened(school)
    before = texts(school)["es"]
    marked = school.care.mark(TEACHER, school.platform, handle, track, version=version, language="ca", kind="captions")
    assert school.calls() == [
        f"{method} /api/v1/media_attachments/501/media_tracks" for method in ("GET", "PUT", "PUT")
    ]
    written, removed = school.canvas.written
    assert [each["locale"] for each in written] == ["es", "en", "de", "ca"]
    assert [each["locale"] for each in removed] == ["en", "de", "ca"]
    assert marked.held is not None
    assert (marked.held.track.language, marked.held.track.kind) == ("ca", "captions")
    assert "hola" in texts(school)["ca"]
    assert "es" not in texts(school)
    # The text as it was under its old language can be put back.
    assert marked.undo is not None
    school.care.restore(TEACHER, school.platform, marked.handle, marked.undo.version_id)
    assert texts(school)["es"].strip().endswith(before.strip().splitlines()[-1])


def test_another_kind_alone_is_one_write_and_a_lost_answer_does_not_hide_that_it_was_not_done(school: School) -> None:
    handle, track, version = opened(school)
    how = {"version": version, "language": "es", "kind": "captions"}
    school.canvas.break_with = lambda request: httpx.Response(500) if request.method == "PUT" else None
    with pytest.raises(RemoteUnavailable):  # the text is the same, but the kind is not
        school.care.mark(TEACHER, school.platform, handle, track, **how)
    school.canvas.break_with = lambda request: None
    school.calls()
    marked = school.care.mark(TEACHER, school.platform, handle, track, **how)
    assert len(school.calls()) == 2
    assert marked.held is not None
    assert (marked.held.track.language, marked.held.track.kind) == ("es", "captions")


def test_nobody_marks_what_somebody_else_has_changed_or_a_language_that_is_taken(school: School) -> None:
    handle, track, version = opened(school)
    school.care.save(TEACHER, school.platform, handle, track, version=version, cues=CUES)
    before = texts(school)
    with pytest.raises(ChangedMeanwhile):
        school.care.mark(TEACHER, school.platform, handle, track, version=version, language="ca", kind="captions")
    now = school.care.held(TEACHER, school.platform, handle, track).version
    with pytest.raises(CaptionsTaken):
        school.care.mark(TEACHER, school.platform, handle, track, version=now, language="en", kind="captions")
    assert texts(school) == before
