"""What viewers get, and how seldom Canvas is asked for it."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from lti.errors import NotFound, RemoteUnavailable
from lti.media import CaptionedItem, Pick, Playback, StudioAccess, Watching
from lti.media.watching import _key
from lti.model import Embed, EmbedForm, GrantService, Scope
from lti.remote import Bulkheads, CanvasOAuth, StudioOAuth, make_client
from tests.unit.media.conftest import TEACHER, School, lecture, no_waiting
from tests.unit.media.fake import CANVAS, VTT, FakeTrack

LIST = "GET /api/v1/media_objects"
TRACKS = "GET /api/v1/media_attachments/501/media_tracks"


def embed_of(school: School, *tracks: str, place: str = "users/1", **pick: Any) -> Embed:
    """Have the teacher insert the lecture with these tracks."""
    school.connect()
    if not school.canvas.media:
        school.canvas.media = [lecture(place=place)]
    scope = Scope.COURSE if place == "courses/7" else Scope.OWN
    [listed] = school.library.page(TEACHER, school.platform, scope=scope).items
    handle = school.library.detail(TEACHER, school.platform, listed.handle).handle
    chosen = Pick(handle, EmbedForm.CAPTIONED, tracks, **pick)
    [item] = school.embedding.insert(TEACHER, school.platform, [chosen])
    assert isinstance(item, CaptionedItem)
    school.calls()
    return school.embed(item.embed_id)


def watch(school: School, embed: Embed, **how: Any) -> Playback:
    playback = school.watching.playback(embed, school.platform, **how)
    assert playback is not None
    return playback


def text_of(school: School, playback: Playback, number: int = 0) -> str:
    address = school.signer.read("track", playback.tracks[number].address)
    return school.watching.caption_text(address).vtt


def broken(status: int) -> Callable[[httpx.Request], httpx.Response]:
    return lambda request: httpx.Response(status)


def test_viewer_gets_exactly_the_chosen_tracks_and_the_default_one(school: School) -> None:
    embed = embed_of(school, "12", "11", default="11", start=1.0, end=9.0, show_transcript=True)
    playback = watch(school, embed)
    assert [(track.id, track.language, track.default) for track in playback.tracks] == [
        ("12", "en", False),
        ("11", "es", True),
    ]
    assert (playback.title, playback.start, playback.end, playback.show_transcript) == ("Lecture one", 1.0, 9.0, True)
    assert [source.url for source in playback.sources] == ["https://cdn.test/high.mp4", "https://cdn.test/low.mp4"]
    assert (playback.problem, playback.notes) == (None, ())
    path = "/media_attachments_iframe/501?type=video&embedded=true&verifier=v3r1f13r"
    assert playback.native_url == f"{CANVAS}{path}"
    assert text_of(school, playback, 1).endswith("hola\n")


def test_cold_view_makes_one_call_and_warm_ones_none(school: School) -> None:
    embed = embed_of(school, "11", "12")
    assert school.watching.playback(embed, school.platform, only_cached=True) is None
    assert school.calls() == []
    first = watch(school, embed)
    assert school.calls() == [LIST]
    assert watch(school, embed) == first
    assert watch(school, embed, only_cached=True) == first
    assert school.calls() == []


def test_texts_that_canvas_says_are_unchanged_are_not_fetched_again(school: School) -> None:
    embed = embed_of(school, "11", "12")
    school.clock.pass_(7 * 86400)
    watch(school, embed)
    assert school.calls() == ["POST /login/oauth2/token", LIST]


def test_changed_text_reaches_viewers(school: School) -> None:
    embed = embed_of(school, "11")
    watch(school, embed)
    [track, *_] = school.canvas.media[0].tracks
    track.content, track.updated_at = VTT.format("buenos dias"), "2026-02-02T00:00:00Z"
    school.clock.pass_(301)
    school.calls()
    assert text_of(school, watch(school, embed)).endswith("buenos dias\n")
    assert school.calls() == [LIST, TRACKS]


def test_replaced_track_is_found_by_language_and_kind(school: School) -> None:
    embed = embed_of(school, "11", default="11")
    school.canvas.media[0].tracks[0] = FakeTrack(77, "es", VTT.format("nuevo"), updated_at="2026-02-02T00:00:00Z")
    school.clock.pass_(301)
    playback = watch(school, embed)
    assert [(track.id, track.default) for track in playback.tracks] == [("11", True)]
    assert text_of(school, playback).endswith("nuevo\n")


def test_deleted_track_is_no_longer_shown_and_is_reported(school: School) -> None:
    embed = embed_of(school, "11", "12")
    del school.canvas.media[0].tracks[0]
    school.clock.pass_(301)
    playback = watch(school, embed)
    assert [track.id for track in playback.tracks] == ["12"]
    assert playback.notes == ("A caption track that was chosen is no longer in Canvas.",)
    school.canvas.media[0].tracks.append(FakeTrack(11, "es", VTT.format("otra vez")))
    school.clock.pass_(301)
    assert text_of(school, watch(school, embed)).endswith("otra vez\n")


def test_track_being_made_anew_is_shown_as_it_was(school: School) -> None:
    embed = embed_of(school, "12")
    track = school.canvas.media[0].tracks[1]
    track.content, track.workflow_state, track.updated_at = "", "processing", "2026-02-02T00:00:00Z"
    school.clock.pass_(301)
    assert "hello" in text_of(school, watch(school, embed))


def test_track_that_became_unreadable_is_reported(school: School) -> None:
    embed = embed_of(school, "11")
    track = school.canvas.media[0].tracks[0]
    track.content, track.updated_at = "<tt/>", "2026-02-02T00:00:00Z"
    school.clock.pass_(301)
    playback = watch(school, embed)
    assert (playback.tracks, len(playback.notes)) == ((), 1)


@pytest.mark.parametrize("status", [500, 503, 404, 403])
def test_captions_and_native_player_stay_when_canvas_fails(school: School, status: int) -> None:
    embed = embed_of(school, "11")
    school.clock.pass_(3000)
    school.canvas.break_with = broken(status)
    playback = watch(school, embed)
    assert playback.sources == ()
    assert playback.problem is not None
    assert playback.problem.message
    assert playback.problem.next_step
    assert text_of(school, playback).endswith("hola\n")
    assert playback.native_url


def test_failure_is_not_tried_again_by_every_viewer(school: School) -> None:
    embed = embed_of(school, "11")
    school.canvas.break_with = broken(404)
    first = watch(school, embed)
    school.calls()
    second, third = watch(school, embed), watch(school, embed, refresh=True)
    assert school.calls() == []
    assert first.problem is not None
    for again in (second, third):
        assert again.problem is not None
        assert (again.problem.code, again.problem.message) == (first.problem.code, first.problem.message)
    school.canvas.break_with = lambda request: None
    school.clock.pass_(21)
    assert watch(school, embed).problem is None


def test_viewers_are_told_when_the_teacher_s_connection_ended(school: School) -> None:
    embed = embed_of(school, "11")
    school.store.grants.forget(school.platform.id, "tilda", GrantService.CANVAS)
    playback = watch(school, embed)
    assert playback.problem is not None
    assert playback.problem.code == "grant_missing"
    assert "The person who added this media" in playback.problem.message
    assert school.calls() == []
    assert text_of(school, playback)


def test_media_without_sources_says_so(school: School) -> None:
    embed = embed_of(school, "11")
    school.canvas.media[0].sources = []
    school.canvas.break_with = lambda request: httpx.Response(404) if "public_url" in request.url.path else None
    playback = watch(school, embed)
    assert playback.problem is not None
    assert playback.problem.code == "remote_gone"


def test_media_that_search_does_not_find_plays_from_its_file(school: School) -> None:
    embed = embed_of(school, "11", place="courses/7")
    school.canvas.media[0].title = "Another"
    [source] = watch(school, embed).sources
    assert source.url.startswith("https://files.test/501?")


def test_embed_without_a_known_file_finds_it_when_needed(school: School) -> None:
    school.canvas.media = [lecture(attachment=None)]
    embed = embed_of(school, "11")
    assert embed.attachment_id is None
    school.canvas.media[0].attachment, school.canvas.media[0].sources = 501, []
    [source] = watch(school, embed).sources
    assert (source.url.split("?")[0], source.content_type) == ("https://files.test/501", "video/mp4")


def test_addresses_that_do_not_play_are_fetched_anew_but_not_again_at_once(school: School) -> None:
    embed = embed_of(school, "11")
    watch(school, embed)
    school.canvas.media[0].sources = [{"url": "https://cdn.test/new.mp4", "content_type": "video/mp4"}]
    school.calls()
    assert watch(school, embed, refresh=True).sources[0].url.endswith("high.mp4")
    assert school.calls() == []
    school.clock.pass_(31)
    assert watch(school, embed, refresh=True).sources[0].url.endswith("new.mp4")
    assert school.calls() == [LIST]


@pytest.mark.parametrize(
    "query", ["Expires=1772366520", "X-Amz-Date=20260301T120000Z&X-Amz-Expires=120", "expires=1772366520"]
)
def test_addresses_are_not_used_beyond_their_end(school: School, query: str) -> None:
    embed = embed_of(school, "11")
    school.canvas.media[0].sources = [{"url": f"https://cdn.test/a.mp4?{query}", "content_type": "video/mp4"}]
    watch(school, embed)
    school.calls()
    school.clock.pass_(60)
    watch(school, embed)
    assert school.calls() == []
    school.clock.pass_(31)
    watch(school, embed)
    assert school.calls() == [LIST]


@pytest.mark.parametrize(
    "query", ["Expires=soon", "X-Amz-Date=x&X-Amz-Expires=1", "Expires=99999999999999", "Expires="]
)
def test_odd_ends_of_addresses_are_no_ends(school: School, query: str) -> None:
    embed = embed_of(school, "11")
    school.canvas.media[0].sources = [{"url": f"https://cdn.test/a.mp4?{query}", "content_type": "video/mp4"}]
    assert watch(school, embed).sources


def test_embed_of_another_platform_is_not_found(school: School) -> None:
    embed = embed_of(school, "11")
    other = school.store.platforms.add(
        issuer="https://other.test",
        client_id="1",
        authorization_url="https://a.test",
        token_url="https://a.test",
        jwks_url="https://a.test",
        canvas_url="https://other.test",
        canvas_key=None,
        deployments=[],
        trust_deployments=False,
    )
    with pytest.raises(NotFound):
        school.watching.playback(embed, other)


def test_class_that_opens_a_page_at_once_costs_one_look(school: School) -> None:
    embed = embed_of(school, "11", "12")
    school.clock.pass_(7 * 86400)
    gate, seen = threading.Barrier(12), []

    def slow(request: httpx.Request) -> None:
        threading.Event().wait(0.15)

    school.canvas.break_with = slow
    studio = StudioAccess(school.store, school.http, StudioOAuth(school.http, school.clock, frozenset()), school.clock)
    patient = Watching(school.store, school.http, school.oauth, school.signer, school.clock, studio)

    def view() -> None:
        gate.wait()
        seen.append(patient.playback(embed, school.platform))

    threads = [threading.Thread(target=view) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert school.calls() == ["POST /login/oauth2/token", LIST]
    assert all(playback is not None and playback.sources for playback in seen)
    assert len(seen) == 12


def test_viewers_within_a_minute_get_the_same_addresses_and_later_ones_get_addresses_that_last(school: School) -> None:
    embed = embed_of(school, "11")

    def addresses() -> list[str]:
        playback = school.watching.playback(embed, school.platform)
        assert playback is not None
        return [address for track in playback.tracks for address in (track.address, track.cues)]

    first = addresses()
    assert len(first) == 2
    assert addresses() == first
    school.clock.pass_(1800)
    for address in addresses():
        assert school.signer.read("track", address)["m"] == embed.media_id


def test_viewer_for_whom_no_thread_may_wait_is_told_and_the_next_one_is_served(school: School) -> None:
    embed = embed_of(school, "11", "12")
    school.clock.pass_(7 * 86400)
    bulkheads = Bulkheads(share=1)
    http = make_client(timeout=5, transport=httpx.MockTransport(school.canvas), sleep=no_waiting, bulkheads=bulkheads)
    oauth = CanvasOAuth(http, school.clock)
    studio = StudioAccess(school.store, http, StudioOAuth(http, school.clock, frozenset()), school.clock)
    watching = Watching(school.store, http, oauth, school.signer, school.clock, studio)
    seen = []

    with bulkheads.busy_with(school.platform.canvas_url):
        viewer = threading.Thread(target=lambda: seen.append(watching.playback(embed, school.platform)))
        viewer.start()
        viewer.join()

    assert school.calls() == []
    (told,) = seen
    assert told is not None
    assert isinstance(told.problem, RemoteUnavailable)
    after = watching.playback(embed, school.platform)
    assert after is not None
    assert after.sources
    http.close()


def test_view_that_comes_just_too_late_to_wait_does_not_fetch_again(
    school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    embed = embed_of(school, "11")
    lease = school.store.cache.lease

    def overtaken(key: str, seconds: float) -> bool:
        """Let another view do all of its work between this one's look and its lease."""
        monkeypatch.setattr(school.store.cache, "lease", lease)
        watch(school, embed)
        return lease(key, seconds)

    monkeypatch.setattr(school.store.cache, "lease", overtaken)
    assert watch(school, embed).sources
    assert school.calls() == [LIST]


def test_viewer_is_not_kept_waiting_for_ever(school: School) -> None:
    embed = embed_of(school, "11")
    stuck = threading.Thread(target=lambda: _hold_lease(school, embed))
    stuck.start()
    stuck.join()
    playback = watch(school, embed)
    assert playback.problem is not None
    assert playback.problem.code == "remote_unavailable"
    assert playback.tracks
    assert school.calls() == []
    school.clock.pass_(61)  # whoever held it has died
    assert watch(school, embed).sources


def _hold_lease(school: School, embed: Embed) -> None:
    assert school.store.cache.lease(_key(embed), 60)


def test_transcript_has_the_lines_between_start_and_end(school: School) -> None:
    cues = "".join(f"\n00:0{n}.000 --> 00:0{n + 1}.000\nline <b>{n}</b>\n" for n in range(5))
    school.canvas.media = [lecture(tracks=[FakeTrack(11, "es", f"WEBVTT\n{cues}\n00:09.000 --> 00:10.000\n<i></i>\n")])]
    playback = watch(school, embed_of(school, "11", start=1.5, end=4.0))
    address = school.signer.read("track", playback.tracks[0].cues)
    text = school.watching.caption_text(address)
    lines = school.watching.cues(text, address["start"], address["end"])
    assert lines == [(1.0, 2.0, "line 1"), (2.0, 3.0, "line 2"), (3.0, 4.0, "line 3")]
    assert len(school.watching.cues(text, None, None)) == 5


@pytest.mark.parametrize(
    "address",
    [
        {},
        {"p": 1, "c": "canvas", "m": "m", "t": "t"},
        {"p": "x", "c": "canvas", "m": "m", "t": "t"},
        {"p": 1, "c": "?"},
    ],
)
def test_address_without_text_is_not_found(school: School, address: dict[str, Any]) -> None:
    with pytest.raises(NotFound):
        school.watching.caption_text(address)
