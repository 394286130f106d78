"""What teachers learn about their course's captions at Studio, how often Studio is asked, and what others cannot."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from lti.captions.checks import Grade
from lti.errors import CuedeckError, GrantMissing, InputError, NotAllowed, NotFound, RemoteUnavailable
from lti.media import ReportRow, StudioReport
from lti.model import GrantService, Platform, Scope, StudioAccount
from sandbox.common.faults import Fault
from sandbox.studio.world import Caption
from tests.unit.media.conftest import School
from tests.unit.media.studio_desk import CLOCK, COLLEAGUES, INTERVIEW, PRIVATE, YOUTUBE, Desk, desk_of
from tests.unit.media.studio_school import STUDENT, TEACHER

FILM = 5017  # the collection of course 17
_LIST, _CAPTIONS, _TEXT = "GET /v1/collections/5017/media", "GET /v1/media/{}/caption_files", "/download"


@pytest.fixture
def desk(school: School, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(school, tmp_path) as made:
        yield made


@pytest.fixture
def report(desk: Desk) -> StudioReport:
    school = desk.school
    return StudioReport(
        school.store, desk.studio.access, school.signer, school.clock, ticks=lambda: school.clock().timestamp()
    )


@pytest.fixture
def platform(desk: Desk) -> Platform:
    return desk.school.platform


def into_course(desk: Desk, *titles: str) -> None:
    """Put media into the course's collection."""
    for title in titles:
        media = desk.studio.world.media[int(desk.number(title))]
        desk.studio.world.place(media, desk.studio.world.collections[FILM])


def later(desk: Desk, seconds: float) -> None:
    desk.school.clock.now += timedelta(seconds=seconds)


def rows(report: StudioReport, platform: Platform) -> dict[str, ReportRow]:
    """List all pages, by title."""
    page = report.page(TEACHER, platform)
    found = list(page.rows)
    while page.next_cursor:
        page = report.page(TEACHER, platform, page.next_cursor)
        found += page.rows
    return {row.item.title: row for row in found}


def test_own_media_are_listed_by_one_call_and_read_by_one_for_each_and_each_text(
    desk: Desk, report: StudioReport, platform: Platform
) -> None:
    into_course(desk, INTERVIEW)
    desk.studio.went_out()
    listed = rows(report, platform)
    assert desk.studio.went_out() == ["GET /v1/courses/17", _LIST]
    assert all(row.unread and not row.item.tracks_known for row in listed.values())
    assert listed[CLOCK].measured == listed[CLOCK].length
    assert listed[CLOCK].length

    own = [listed[CLOCK], listed[INTERVIEW]]
    read = {row.item.title: row for row in report.read(TEACHER, platform, [row.handle for row in own]).rows}
    assert not any(row.unread for row in read.values())
    assert {each.track.language for each in read[CLOCK].tracks} == {"en", "es", "fr", "ar"}
    assert all(each.grade for each in read[CLOCK].tracks)
    # Made by machine and not published: it is shown as that, and its text is nobody's business yet.
    [machine] = read[INTERVIEW].tracks
    assert (machine.track.state, machine.track.origin, machine.grade) == ("processing", "machine", None)
    asked = desk.studio.went_out()
    assert sum(call.endswith("/caption_files") for call in asked) == 2
    assert sum(call.endswith(_TEXT) for call in asked) == 4
    assert len(asked) == 6

    # Who comes again within minutes costs the list alone.
    again = rows(report, platform)
    assert [each.grade for each in again[CLOCK].tracks] == [each.grade for each in read[CLOCK].tracks]
    assert not again[CLOCK].unread
    assert len(desk.studio.went_out()) == 2


def test_later_it_is_asked_anew_which_captions_there_are_but_texts_are_not(
    desk: Desk, report: StudioReport, platform: Platform
) -> None:
    handle = rows(report, platform)[CLOCK].handle
    report.read(TEACHER, platform, [handle])
    later(desk, 601)
    row = rows(report, platform)[CLOCK]
    assert row.unread
    desk.studio.went_out()
    [row] = report.read(TEACHER, platform, [row.handle]).rows
    assert len(row.tracks) == 4
    assert desk.studio.went_out() == [_CAPTIONS.format(desk.number(CLOCK))]


def test_what_was_changed_is_seen_by_a_fresh_look(desk: Desk, report: StudioReport, platform: Platform) -> None:
    handle = rows(report, platform)[CLOCK].handle
    [before] = report.read(TEACHER, platform, [handle]).rows
    number = int(desk.number(CLOCK))
    text = "1\n00:00:01,000 --> 00:00:01,100\nToo fast for anybody to read, and far too long.\n"
    desk.studio.world.captions[9001] = Caption(9001, number, "de", text, "published", desk.school.clock(), key="k")
    [row] = report.read(TEACHER, platform, [before.handle], fresh=True).rows
    [german] = [each for each in row.tracks if each.track.language == "de"]
    assert german.grade is Grade.D


def test_captions_that_studio_does_not_show_are_said_to_be_unknown(
    desk: Desk, report: StudioReport, platform: Platform
) -> None:
    into_course(desk, YOUTUBE)
    listed = rows(report, platform)
    assert not listed[YOUTUBE].unread
    assert "YouTube" in (listed[YOUTUBE].note or "")
    assert all(row.measured is not None for row in listed.values())  # nobody has to ask for minutes
    [row] = report.read(TEACHER, platform, [listed[COLLEAGUES].handle]).rows
    assert (row.unread, row.item.tracks_known) == (False, False)
    assert "its owner" in (row.note or "")
    # The service account may see them, and then everybody who teaches there.
    desk.act(StudioAccount.SERVICE)
    listed = rows(report, platform)
    assert listed[COLLEAGUES].unread
    [row] = report.read(TEACHER, platform, [listed[COLLEAGUES].handle]).rows
    assert [each.track.language for each in row.tracks] == ["en"]


@pytest.mark.parametrize("account", list(StudioAccount))
def test_nobody_reaches_what_is_not_in_their_course(
    desk: Desk, report: StudioReport, platform: Platform, account: StudioAccount
) -> None:
    desk.act(account)
    handle = rows(report, platform)[CLOCK].handle
    elsewhere = dataclasses.replace(TEACHER, canvas_course_id="18")
    for who, error in ((STUDENT, NotAllowed), (elsewhere, InputError)):
        with pytest.raises(error):
            report.read(who, platform, [handle])
    with pytest.raises(NotAllowed):
        report.page(STUDENT, platform)
    colleague = dataclasses.replace(TEACHER, subject="theo")
    with pytest.raises((NotFound, CuedeckError)):
        report.read(colleague, platform, [handle])
    # Signed by us and of this course, but Studio never listed it there: it is looked at once more, and nothing is told.
    forged = desk.forged(PRIVATE, TEACHER, Scope.COURSE, "17")
    [row] = report.read(TEACHER, platform, [forged]).rows
    assert row.tracks == ()
    assert "not in this course" in (row.note or "")


def test_media_that_left_the_course_meanwhile_tell_nothing_more(
    desk: Desk, report: StudioReport, platform: Platform
) -> None:
    desk.act(StudioAccount.SERVICE)
    handle = rows(report, platform)[CLOCK].handle
    later(desk, 901)
    [row] = report.read(TEACHER, platform, [handle]).rows
    assert len(row.tracks) == 4  # it is still there
    later(desk, 901)
    places = desk.studio.world.perspectives[int(desk.number(CLOCK))]
    places[:] = [each for each in places if each.collection_id != FILM]
    [row] = report.read(TEACHER, platform, [handle], fresh=True).rows
    assert (row.tracks, row.unread) == ((), False)


def test_pages_are_one_call_each_and_cursors_are_of_this_course_alone(desk: Desk, platform: Platform) -> None:
    into_course(desk, INTERVIEW, YOUTUBE)
    school = desk.school
    small = StudioReport(school.store, desk.studio.access, school.signer, school.clock, page_size=2)
    page = small.page(TEACHER, platform)
    assert (len(page.rows), page.about) == (2, 4)
    desk.studio.went_out()
    after = small.page(TEACHER, platform, page.next_cursor)
    assert desk.studio.went_out() == [_LIST]
    assert len({row.item.id for row in page.rows + after.rows}) == 4
    assert after.next_cursor is None
    with pytest.raises(InputError):
        small.page(dataclasses.replace(TEACHER, canvas_course_id="18"), platform, page.next_cursor)


def test_trouble_at_studio_is_told(desk: Desk, report: StudioReport, platform: Platform) -> None:
    handle = rows(report, platform)[CLOCK].handle
    desk.studio.faults.add(Fault("status", "/api/public/v1/*", count=None))
    for ask in (lambda: report.page(TEACHER, platform), lambda: report.read(TEACHER, platform, [handle])):
        with pytest.raises(RemoteUnavailable):
            ask()
    desk.studio.faults.clear()
    desk.school.store.grants.forget(platform.id, "tilda", GrantService.STUDIO)
    with pytest.raises(GrantMissing):
        report.page(TEACHER, platform)


def test_course_without_a_collection_is_an_empty_part(desk: Desk, report: StudioReport, platform: Platform) -> None:
    nowhere = dataclasses.replace(TEACHER, canvas_course_id="99")
    assert report.page(nowhere, platform).rows == ()
