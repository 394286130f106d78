"""Handing in: exactly one recording of one's own, and another in its place is noticed."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import httpx
import pytest

from lti.errors import InputError, NotAllowed
from lti.media import CaptionedItem, HandingIn, Pick, Playback
from lti.media.witness import completed, difference
from lti.model import Assignment, Embed, EmbedForm, MediaChange, MediaFacts, Role, Scope
from tests.unit.media.conftest import School, lecture, viewer

CAPTIONED = EmbedForm.CAPTIONED
STUDENT = dataclasses.replace(
    viewer("stu", Role.LEARNER), assignment=Assignment(id="31", extensions=("mp4", "mov")), context_id="course-17"
)
FIRST = {"isOriginal": "1", "size": "1000", "bitrate": "800", "content_type": "video/mp4", "url": "https://cdn.test/a"}


def sources(**changes: str) -> list[dict[str, Any]]:
    return [FIRST | changes]


def handle_of(school: School, **media: Any) -> str:
    """Give the handle of a student's own recording."""
    school.connect("stu", "1")
    school.canvas.media = [lecture(**{"sources": sources(), **media})]
    plain = dataclasses.replace(STUDENT, assignment=None)
    [listed] = school.library.page(plain, school.platform).items
    return school.library.detail(plain, school.platform, listed.handle).handle


def hand_in(school: School, handle: str, *tracks: str) -> Embed:
    handing_in = HandingIn(school.embedding, school.watching.look_up)
    [item] = handing_in.insert(STUDENT, school.platform, [Pick(handle, CAPTIONED, tracks)])
    assert isinstance(item, CaptionedItem)
    return school.embed(item.embed_id)


def watch(school: School, embed: Embed) -> Playback:
    playback = school.watching.playback(embed, school.platform)
    assert playback is not None
    return playback


def later(school: School, embed: Embed, **changes: str) -> Playback:
    """Watch it after what is kept of the last look at Canvas is over."""
    school.clock.pass_(3600)
    school.connect("stu", "1")
    school.canvas.media[0].sources = sources(**changes)
    return watch(school, embed)


def test_student_hands_in_and_the_facts_of_that_moment_are_kept(school: School) -> None:
    embed = hand_in(school, handle_of(school), "11")

    kept = school.store.hand_ins.get(embed.id)
    assert kept is not None
    assert (embed.handed_in_at, kept.assignment_id) == (school.clock(), "31")
    assert (kept.facts.size, kept.changed_at, kept.change) == (1_024_000, None, None)
    assert kept.facts.seconds == pytest.approx(10.24)


def test_grader_is_told_when_it_was_handed_in_and_nothing_else_while_it_is_the_same(school: School) -> None:
    embed = hand_in(school, handle_of(school), "11")

    playback = later(school, embed, url="https://cdn.test/another-address")

    assert playback.handed_in is not None
    assert playback.handed_in.handed_in_at == embed.handed_in_at
    assert (playback.handed_in.changed_at, playback.handed_in.captions_changed_at) == (None, None)


@pytest.mark.parametrize(
    ("changes", "change"),
    [
        ({"size": "1600", "bitrate": "800"}, MediaChange.LENGTH),
        ({"size": "1001", "bitrate": "800"}, MediaChange.SIZE),
    ],
)
def test_replaced_recording_is_said_to_be_with_the_day_it_was_first_seen(
    school: School, changes: dict[str, str], change: MediaChange
) -> None:
    embed = hand_in(school, handle_of(school))
    seen = later(school, embed, **changes).handed_in
    noticed = school.clock()

    again = later(school, embed).handed_in  # the student puts the first one back

    assert seen is not None
    assert (seen.change, seen.changed_at) == (change, noticed)
    assert again == seen


def test_later_embed_of_the_replaced_recording_is_the_student_s_own_new_work(school: School) -> None:
    first = hand_in(school, handle_of(school))
    school.clock.pass_(3600)
    second = hand_in(school, handle_of(school, sources=sources(size="2000")))

    changes = [watch(school, embed).handed_in for embed in (first, second)]

    assert [view.change for view in changes if view] == [MediaChange.LENGTH, None]


def test_facts_that_canvas_did_not_give_at_once_are_kept_when_it_does(school: School) -> None:
    handle = handle_of(school)
    school.canvas.break_with = lambda request: httpx.Response(500)
    embed = hand_in(school, handle)
    school.canvas.break_with = lambda request: None
    assert school.store.hand_ins.get(embed.id).facts == MediaFacts()  # type: ignore[union-attr]

    later(school, embed)
    replaced = later(school, embed, size="9000")

    assert replaced.handed_in is not None
    assert replaced.handed_in.change is MediaChange.LENGTH


def test_captions_that_were_changed_later_are_dated(school: School) -> None:
    embed = hand_in(school, handle_of(school), "11")
    written = school.clock() + timedelta(minutes=30)
    school.canvas.media[0].tracks[0].content = "WEBVTT\n\n00:00.000 --> 00:02.000\nother\n"
    school.canvas.media[0].tracks[0].updated_at = written.isoformat()

    view = later(school, embed).handed_in

    assert view is not None
    assert view.captions_changed_at == written


def test_what_is_inserted_in_a_page_is_no_work(school: School) -> None:
    handle = handle_of(school)
    plain = dataclasses.replace(STUDENT, assignment=None)
    [item] = school.embedding.insert(plain, school.platform, [Pick(handle, CAPTIONED)])
    assert isinstance(item, CaptionedItem)

    embed = school.embed(item.embed_id)

    assert embed.handed_in_at is None
    assert school.store.hand_ins.get(embed.id) is None
    assert watch(school, embed).handed_in is None


@pytest.mark.parametrize("count", [0, 2])
def test_student_hands_in_exactly_one(school: School, count: int) -> None:
    handle = handle_of(school)

    with pytest.raises(InputError):
        school.embedding.insert(STUDENT, school.platform, [Pick(handle, CAPTIONED)] * count)


@pytest.mark.parametrize("more", [{"form": EmbedForm.NATIVE}, {"form": CAPTIONED, "as_link": True}])
def test_student_hands_in_with_our_player_alone(school: School, more: dict[str, Any]) -> None:
    handle = handle_of(school)

    with pytest.raises(InputError, match="to hand in"):
        school.embedding.insert(STUDENT, school.platform, [Pick(handle, **more)])


def test_nobody_hands_in_what_is_not_their_own(school: School) -> None:
    school.connect("stu", "1")
    school.canvas.media = [lecture(place="courses/7")]
    teacher = viewer("stu", Role.TEACHER)
    [listed] = school.library.page(teacher, school.platform, scope=Scope.COURSE).items
    handle = school.library.detail(teacher, school.platform, listed.handle).handle
    hands_in = dataclasses.replace(teacher, assignment=Assignment())

    with pytest.raises(NotAllowed):
        school.embedding.insert(hands_in, school.platform, [Pick(handle, CAPTIONED)])
    with pytest.raises(NotAllowed):
        school.library.page(hands_in, school.platform, scope=Scope.COURSE)


def test_assignment_for_documents_refuses_a_recording(school: School) -> None:
    handle = handle_of(school)
    essay = dataclasses.replace(STUDENT, assignment=Assignment(extensions=("docx", "pdf")))

    with pytest.raises(InputError) as refused:
        school.embedding.insert(essay, school.platform, [Pick(handle, CAPTIONED)])

    assert refused.value.values == {"formats": "docx, pdf"}


@pytest.mark.parametrize(
    ("now", "change"),
    [
        (MediaFacts(), None),
        (MediaFacts(62.9, 1000), None),  # Canvas's lengths are worked out, to a few percent
        (MediaFacts(64.0, 1000), MediaChange.LENGTH),
        (MediaFacts(56.0), MediaChange.LENGTH),
        (MediaFacts(60.0, 1001), MediaChange.SIZE),
        (MediaFacts(size=1000), None),
    ],
)
def test_difference_is_what_both_know(now: MediaFacts, change: MediaChange | None) -> None:
    assert difference(MediaFacts(60.0, 1000), now) is change
    assert difference(MediaFacts(), now) is None


def test_date_of_another_recording_tells_it(school: School) -> None:
    made = school.clock()

    assert difference(MediaFacts(created_at=made), MediaFacts(created_at=made + timedelta(seconds=1))) is None
    assert difference(MediaFacts(created_at=made), MediaFacts(created_at=made + timedelta(days=1))) is MediaChange.DATE


def test_what_was_known_stays_and_what_was_not_is_added() -> None:
    assert completed(MediaFacts(60.0), MediaFacts(61.0, 5)) == MediaFacts(60.0, 5)
