"""What viewers get of Studio's media, and how seldom Studio is asked for it."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest

from lti.errors import (
    GrantMissing,
    RemoteGone,
    RemoteUnavailable,
)
from lti.model import Catalogue, MediaChange, MediaFacts, StudioAccount
from tests.unit.media.conftest import School
from tests.unit.media.fake import CANVAS
from tests.unit.media.studio_desk import CLOCK, Desk, desk_of
from tests.unit.media.studio_school import TEACHER


@pytest.fixture
def desk(school: School, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(school, tmp_path) as made:
        yield made


@pytest.fixture(params=list(StudioAccount))
def each_desk(request: pytest.FixtureRequest, desk: Desk) -> Desk:
    """The same, whichever account acts."""
    desk.act(request.param)
    return desk


def test_embed_plays_with_the_chosen_captions_alone(each_desk: Desk) -> None:
    embed = each_desk.embed(CLOCK, "es", "ar")
    each_desk.studio.went_out()

    playback = each_desk.watch(embed)

    assert [track.language for track in playback.tracks] == ["es", "ar"]
    assert [source.content_type for source in playback.sources] == ["video/mp4", "video/mp4"]
    assert (playback.problem, playback.notes, playback.native_url) == (None, (), None)
    number = each_desk.number(CLOCK)
    assert each_desk.studio.went_out() == [f"GET /v1/media/{number}/sources", f"GET /v1/media/{number}/caption_files"]


def test_a_class_asks_studio_once(desk: Desk) -> None:
    embed = desk.embed(CLOCK, "en")
    desk.watch(embed)
    desk.studio.went_out()

    for _ in range(30):
        desk.watch(embed)

    assert desk.studio.went_out() == []


def test_addresses_are_fetched_anew_when_their_time_is_over(desk: Desk) -> None:
    embed = desk.embed(CLOCK, "en")
    before = desk.watch(embed).sources
    desk.school.clock.pass_(700)

    after = desk.watch(embed).sources

    assert len(after) == len(before) == 2
    assert {source.url for source in after}.isdisjoint(source.url for source in before)


def test_caption_that_is_no_longer_published_is_not_shown(desk: Desk) -> None:
    embed = desk.embed(CLOCK, "en", "es")
    spanish = next(track for track in embed.tracks if track.language == "es")
    desk.studio.world.captions[int(spanish.id)].status = "draft"

    playback = desk.watch(embed)

    assert [track.language for track in playback.tracks] == ["en"]
    assert "no longer published in Studio" in playback.notes[0]


def test_caption_that_was_replaced_is_shown_in_its_place(desk: Desk) -> None:
    embed = desk.embed(CLOCK, "en")
    captions = desk.studio.world.captions
    old = captions.pop(int(embed.tracks[0].id))
    new = "1\n00:00:00,000 --> 00:00:02,000\nanew\n"
    captions[9_999] = dataclasses.replace(old, id=9_999, created_at=desk.school.clock(), content=new)

    playback = desk.watch(embed)

    text = desk.school.store.captions.get(1, Catalogue.STUDIO, embed.media_id, playback.tracks[0].id)
    assert text is not None
    assert "anew" in text.vtt


def test_media_that_is_still_transcoded_is_being_prepared(desk: Desk) -> None:
    embed = desk.embed("Recorded a moment ago")

    problem = desk.watch(embed).problem

    assert isinstance(problem, RemoteUnavailable)
    assert "still preparing" in problem.message


def test_viewers_are_told_when_the_makers_consent_is_gone(desk: Desk) -> None:
    embed = desk.embed(CLOCK, "en")
    desk.studio.connection.disconnect(TEACHER, desk.school.platform)

    playback = desk.watch(embed)

    assert isinstance(playback.problem, GrantMissing)
    assert "person who added" in playback.problem.message
    assert [track.language for track in playback.tracks] == ["en"]  # the transcript stays


def test_viewers_are_told_when_the_media_is_gone(desk: Desk) -> None:
    embed = desk.embed(CLOCK, "en")
    del desk.studio.world.media[int(embed.media_id)]

    playback = desk.watch(embed, course_id="17")
    assert isinstance(playback.problem, RemoteGone)
    assert playback.native_url is None


def test_viewer_in_a_course_is_led_to_studios_own_player(each_desk: Desk) -> None:
    embed = each_desk.embed(CLOCK, "en")
    launch_id = each_desk.studio.world.media[int(each_desk.number(CLOCK))].lti_launch_id
    launched = (
        f"http://127.0.0.1:8002/lti/launch?custom_arc_launch_type=bare_embed&custom_arc_media_id={launch_id}"
        "&custom_arc_start_at=0"
    )
    url = each_desk.watch(embed, course_id="17").native_url
    assert url == f"{CANVAS}/courses/17/external_tools/retrieve?display=borderless&url={quote(launched, safe='')}"


def test_grader_is_told_of_work_that_was_replaced_in_studio(each_desk: Desk) -> None:
    plain = each_desk.embed(CLOCK, "en")
    work = dataclasses.replace(plain, id="work", handed_in_at=each_desk.school.clock())
    each_desk.school.store.embeds.add([work], "31")
    each_desk.watching.look_up(work, each_desk.school.platform)
    media = each_desk.studio.world.media[int(work.media_id)]
    kept = each_desk.school.store.hand_ins.get("work")
    assert kept is not None
    assert kept.facts == MediaFacts(media.duration, media.size, media.created_at)

    media.size += 1
    each_desk.school.clock.pass_(700)
    views = [each_desk.watch(embed).handed_in for embed in (work, plain)]

    assert views[0] is not None
    assert (views[0].change, views[0].changed_at) == (MediaChange.SIZE, each_desk.school.clock())
    assert views[1] is None


def test_what_studio_still_prepares_has_no_facts_yet(desk: Desk) -> None:
    work = dataclasses.replace(desk.embed("Recorded a moment ago"), id="work", handed_in_at=desk.school.clock())
    desk.school.store.embeds.add([work])

    desk.watching.look_up(work, desk.school.platform)

    kept = desk.school.store.hand_ins.get("work")
    assert kept is not None
    assert kept.facts == MediaFacts()
