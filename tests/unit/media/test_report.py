"""What teachers learn about the captions of their course, how often Canvas is asked for it, and what others cannot."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from lti.captions.checks import Grade, Limits
from lti.errors import InputError, NotAllowed, NotFound, RemoteNotPermitted, RemoteThrottled
from lti.media import CourseReport, Reading, ReportRow
from lti.media.report_grading import Grading
from lti.model import Catalogue, Role, Scope, Track, TrackOrigin, TrackState
from lti.store import CaptionText
from tests.unit.media.conftest import STUDENT, TEACHER, School, viewer
from tests.unit.media.fake import FakeMedia, FakeTrack

GOOD = "WEBVTT\n\n00:01.000 --> 00:03.000\nGood morning to all of you.\n\n00:04.000 --> 00:06.000\nLet us begin.\n"
FAST = "WEBVTT\n\n00:01.000 --> 00:01.400\nThis is far too much to read in so short a time.\n"
NOOR = viewer("noor", Role.TEACHER, user="2")
TRACKS = "GET /api/v1/media_objects/{}/media_tracks"
THROTTLED = httpx.Response(403, text="403 Forbidden (Rate Limit Exceeded)\n")


def film(number: int, *tracks: FakeTrack) -> FakeMedia:
    return FakeMedia(f"m-{number}", f"Film {number:03}", "courses/7", attachment=500 + number, tracks=list(tracks))


def everything(school: School) -> list[ReportRow]:
    """List all pages."""
    page = school.report.page(TEACHER, school.platform)
    rows = list(page.rows)
    while page.next_cursor:
        page = school.report.page(TEACHER, school.platform, page.next_cursor)
        rows += page.rows
    return rows


def read(school: School, rows: Sequence[ReportRow], *, fresh: bool = False) -> Reading:
    return school.report.read(TEACHER, school.platform, [row.handle for row in rows], fresh=fresh)


def test_teacher_sees_the_first_media_after_one_call_and_about_how_many_there_are(school: School) -> None:
    school.connect()
    school.canvas.media = [film(number) for number in range(65)]
    page = school.report.page(TEACHER, school.platform)
    assert (len(page.rows), page.about, page.pause) == (30, 90, 0)
    assert school.calls() == ["GET /api/v1/courses/7/media_objects"]
    assert len(everything(school)) == 65
    assert len(school.calls()) == 3


def test_report_costs_its_pages_and_one_call_for_each_media_with_captions_and_a_second_one_only_its_pages(
    school: School,
) -> None:
    school.connect()
    school.canvas.media = [
        film(number, *([FakeTrack(number, "en", GOOD), FakeTrack(100 + number, "es", GOOD)] if number % 2 else []))
        for number in range(40)
    ]
    rows = everything(school)
    unread = [row for row in rows if row.unread]
    assert len(unread) == 20
    for start in range(0, 20, 10):
        answered = read(school, unread[start : start + 10])
        assert len(answered.rows) == 10
        assert all(track.grade is not None for row in answered.rows for track in row.tracks)
    assert len(school.calls()) == 2 + 20

    again = everything(school)
    assert not any(row.unread for row in again)
    assert len(school.calls()) == 2


def test_only_what_changed_is_read_again(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", GOOD)), film(2, FakeTrack(2, "en", GOOD))]
    read(school, everything(school))
    changed = school.canvas.media[1].tracks[0]
    changed.content, changed.updated_at = FAST, "2026-02-02T00:00:00Z"
    rows = everything(school)
    assert [row.unread for row in rows] == [False, True]
    (row,) = read(school, rows[1:]).rows
    assert row.tracks[0].grade is Grade.D
    assert row.tracks[0].found is not None
    assert row.tracks[0].found.findings == {"too_short": 1, "too_fast": 1, "line_too_long": 1}


def test_a_colleague_finds_what_somebody_else_has_read(school: School) -> None:
    school.connect()
    school.connect("noor", "2")
    school.canvas.media = [film(1, FakeTrack(1, "en", GOOD))]
    early = school.report.page(NOOR, school.platform).rows
    read(school, everything(school))
    school.calls()
    later = school.report.read(NOOR, school.platform, [early[0].handle])
    assert later.rows[0].tracks[0].grade is Grade.A
    assert school.calls() == []


def test_what_somebody_is_reading_is_left_for_later(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", GOOD)), film(2, FakeTrack(2, "en", GOOD))]
    rows = everything(school)
    seen: list[Reading] = []

    def meanwhile(request: httpx.Request) -> httpx.Response | None:
        if request.url.path.endswith("/m-1/media_tracks"):
            school.canvas.break_with = lambda _: None
            school.canvas._lock.release()  # the fake answers one at a time
            try:
                seen.append(read(school, rows[:1]))
            finally:
                school.canvas._lock.acquire()
        return None

    school.canvas.break_with = meanwhile
    assert len(read(school, rows).rows) == 2
    assert [reading.rows for reading in seen] == [()]
    assert seen[0].pause > 0


def test_texts_that_players_have_fetched_are_not_asked_for(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", FAST))]
    rows = everything(school)
    track = rows[0].item.tracks[0]
    text = CaptionText(
        "1", "en", "subtitles", TrackOrigin.HUMAN, TrackState.READY, GOOD, track.updated_at, school.clock()
    )
    school.store.captions.put_many(school.platform.id, Catalogue.CANVAS, "m-1", [text])
    school.calls()
    assert read(school, rows).rows[0].tracks[0].grade is Grade.A
    assert school.calls() == []


def test_track_of_a_colleague_is_fetched_by_its_web_address(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", GOOD), FakeTrack(2, "es", GOOD, user="2"))]
    rows = everything(school)
    school.calls()
    assert not read(school, rows).rows[0].unread
    assert school.calls() == [TRACKS.format("m-1"), "GET /media_objects/m-1/media_tracks/2"]


def test_grades_made_under_other_limits_are_made_anew(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", FAST))]
    assert read(school, everything(school)).rows[0].tracks[0].grade is Grade.D
    lenient = Limits(shortest=0.1, line_length=80, speed=200)
    other = CourseReport(school.store, school.http, school.oauth, school.signer, school.clock, lenient)
    (row,) = other.page(TEACHER, school.platform).rows
    assert (row.unread, row.tracks[0].grade) == (True, None)
    (row,) = other.read(TEACHER, school.platform, [row.handle]).rows
    assert row.tracks[0].grade is Grade.A
    assert not other.page(TEACHER, school.platform).rows[0].unread


def test_a_pause_at_the_end_counts_by_the_limit_for_uncovered_stretches(school: School) -> None:
    now, track = school.clock(), Track("1", "en", "subtitles", TrackOrigin.HUMAN, TrackState.READY)
    strict, lenient = (Grading(Limits(uncovered=seconds)) for seconds in (10, 60))
    found = strict.graded(track, TrackState.READY, GOOD, now)
    assert (strict.final(found, 46.0), lenient.final(found, 46.0)) == (Grade.D, Grade.A)
    assert (strict.counts(found, track, now), lenient.counts(found, track, now)) == (True, False)
    assert Grading(Limits(uncovered=10)).counts(found, track, now)


def test_chapters_and_unfinished_tracks_are_neither_read_nor_graded(school: School) -> None:
    school.connect()
    school.canvas.media = [
        film(
            1, FakeTrack(1, "en", GOOD, kind="chapters"), FakeTrack(2, "de", "", asr=True, workflow_state="processing")
        )
    ]
    rows = everything(school)
    assert not rows[0].unread
    school.calls()
    read(school, rows)
    assert school.calls() == []


def test_empty_and_unreadable_texts_are_told_apart_and_not_read_twice(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", "  \n"), FakeTrack(2, "fr", "No times at all in this."))]
    (row,) = read(school, everything(school)).rows
    assert [each.found and each.found.verdict for each in row.tracks] == ["empty", "unreadable"]
    assert not everything(school)[0].unread


def test_text_that_canvas_refuses_stays_unread_and_hides_no_other(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", GOOD), FakeTrack(2, "es", GOOD, user="2"))]
    rows = everything(school)
    school.canvas.break_with = lambda request: (
        httpx.Response(422) if request.url.path.startswith("/media_objects/") else None
    )
    (row,) = read(school, rows).rows
    assert [each.grade for each in row.tracks] == [Grade.A, None]
    assert row.unread


def test_canvas_that_throttles_in_the_middle_gets_a_pause_and_what_was_read_stays(school: School) -> None:
    school.connect()
    school.canvas.media = [film(number, FakeTrack(number, "en", GOOD)) for number in range(3)]
    rows = everything(school)
    school.canvas.break_with = lambda request: THROTTLED if "m-0" not in request.url.path else None
    reading = read(school, rows)
    assert [row.item.id for row in reading.rows] == ["m-0"]
    assert reading.pause > 0
    with pytest.raises(RemoteThrottled):
        read(school, rows[1:])
    school.canvas.break_with = lambda _: None
    assert [row.unread for row in everything(school)] == [False, True, True]


def test_reading_that_takes_long_begins_no_other_media(school: School) -> None:
    school.connect()
    school.canvas.media = [film(number, FakeTrack(number, "en", GOOD)) for number in range(4)]
    rows = everything(school)

    def slowly(request: httpx.Request) -> None:
        school.clock.pass_(2)

    school.canvas.break_with = slowly
    assert [row.item.id for row in read(school, rows).rows] == ["m-0", "m-1"]  # three seconds are over then


@pytest.mark.parametrize(("remaining", "pause", "answered"), [(600, 0, 3), (250, 5, 1), (0, 30, 1)])
def test_reading_slows_down_before_the_throttle_s_bucket_is_full(
    school: School, remaining: float, pause: float, answered: int
) -> None:
    school.connect()
    school.canvas.media = [film(number, FakeTrack(number, "en", GOOD)) for number in range(3)]
    rows = everything(school)
    school.canvas.remaining = remaining
    reading = read(school, rows)
    assert (reading.pause, len(reading.rows)) == (pause, answered)


def test_length_that_is_learnt_later_lowers_the_grade_of_captions_that_end_early(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", GOOD))]
    (row,) = read(school, everything(school)).rows
    assert (row.tracks[0].grade, row.length, row.measured) == (Grade.A, 6.0, None)
    school.store.reports.put_lengths(school.platform.id, Catalogue.CANVAS, {"m-1": 3600.0}, school.clock())
    (row,) = everything(school)
    assert (row.tracks[0].grade, row.length, row.measured) == (Grade.D, 3600.0, 3600.0)


def test_lengths_come_from_size_and_bit_rate_and_are_kept(school: School) -> None:
    school.connect()
    school.canvas.media = [film(number) for number in range(25)]
    flavour = {"url": "https://cdn.test/a.mp4", "content_type": "video/mp4", "size": "6250", "bitrate": "512"}
    original = {**flavour, "size": "999999", "isOriginal": "1"}
    for media in school.canvas.media[:24]:
        media.sources = [original, flavour]
    school.canvas.media[24].sources = None
    first = school.report.lengths(TEACHER, school.platform)
    second = school.report.lengths(TEACHER, school.platform, first.next_cursor)
    assert (len(first.seconds), len(second.seconds), second.next_cursor) == (20, 5, None)
    assert first.seconds["m-0"] == 100.0
    assert second.seconds["m-24"] == 0
    assert school.calls() == ["GET /api/v1/courses/7/media_objects", "GET /api/v1/courses/7/media_attachments"]
    assert {row.measured for row in everything(school)} == {0.0, 100.0}


def test_after_a_change_a_row_is_looked_at_anew(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1, FakeTrack(1, "en", GOOD))]
    rows = everything(school)
    school.canvas.media[0].tracks = [FakeTrack(9, "fr", GOOD)]
    (row,) = read(school, rows, fresh=True).rows
    assert [(each.track.id, each.track.language) for each in row.tracks] == [("9", "fr")]
    assert not row.unread


def test_teacher_renames_own_media_and_a_colleague_s(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1), film(2)]
    school.canvas.media[1].owner = "2"
    rows = everything(school)
    school.calls()
    assert school.care.rename(TEACHER, school.platform, rows[0].handle, "  Week\n1 ")[0] == "Week 1"
    assert school.calls() == ["PUT /api/v1/media_objects/m-1"]
    school.care.rename(TEACHER, school.platform, rows[1].handle, "Week 2")
    assert [media.title for media in school.canvas.media] == ["Week 1", "Week 2"]
    assert school.calls()[-1] == "PUT /api/v1/media_attachments/502"


def test_blank_title_is_refused_before_canvas_is_asked(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1)]
    (row,) = everything(school)
    school.calls()
    with pytest.raises(InputError, match="blank"):
        school.care.rename(TEACHER, school.platform, row.handle, " \n")
    assert school.calls() == []


def test_media_that_nobody_may_rename_say_so(school: School) -> None:
    school.connect()
    school.canvas.media = [film(1)]
    school.canvas.media[0].owner, school.canvas.media[0].attachment = "2", None
    (row,) = everything(school)
    with pytest.raises(RemoteNotPermitted):
        school.care.rename(TEACHER, school.platform, row.handle, "Week 1")


def test_student_and_teacher_of_another_course_reach_nothing_of_the_report(school: School) -> None:
    school.connect()
    school.connect("stu", "2")
    school.canvas.media = [film(1, FakeTrack(1, "en", GOOD))]
    handle = everything(school)[0].handle
    own = school.library.page(TEACHER, school.platform, scope=Scope.OWN)
    school.calls()
    elsewhere = viewer("tilda", Role.TEACHER, course="8")
    with pytest.raises(NotAllowed):
        school.report.page(STUDENT, school.platform)
    with pytest.raises(NotAllowed):
        school.report.read(STUDENT, school.platform, [handle])
    with pytest.raises(NotAllowed):
        school.report.lengths(STUDENT, school.platform)
    with pytest.raises(InputError):
        school.report.read(elsewhere, school.platform, [handle])
    with pytest.raises(InputError):
        school.care.rename(elsewhere, school.platform, handle, "Mine now")
    with pytest.raises(NotFound):
        school.report.read(NOOR, school.platform, [handle])
    assert own.items == ()
    assert school.calls() == []


def test_cursor_of_another_list_is_refused(school: School) -> None:
    school.connect()
    school.canvas.media = [FakeMedia(f"m-{number}", f"Film {number}") for number in range(40)]
    cursor = school.library.page(TEACHER, school.platform).next_cursor
    with pytest.raises(InputError, match="another list"):
        school.report.page(TEACHER, school.platform, cursor)
