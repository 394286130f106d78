"""Media lists: what is asked for, what is read, page after page."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

import pytest

from lti.errors import RemoteNonsense
from lti.model import MediaSource, MediaType, Scope, TrackOrigin, TrackState

from .fake import ORIGIN, Fake, listed, media

LIST = "GET /api/v1/media_objects"
COURSE = "GET /api/v1/courses/17/media_objects"


@pytest.fixture
def fake() -> Fake:
    return Fake()


def query(fake: Fake, index: int = -1) -> list[tuple[str, str]]:
    return fake.requests[index].url.params.multi_items()


def test_teacher_lists_own_media_without_sources(fake: Fake) -> None:
    fake.on(LIST, listed(media("m-1"), media("m-2")))
    page = fake.api.list_media(Scope.OWN, None)
    assert [entry.item.id for entry in page.items] == ["m-1", "m-2"]
    assert page.next is None
    assert query(fake) == [("sort", "title"), ("order", "asc"), ("per_page", "30"), ("exclude[]", "sources")]


def test_teacher_searches_course_media_newest_first(fake: Fake) -> None:
    fake.on(COURSE, listed())
    fake.api.list_media(
        Scope.COURSE, "17", sort="created_at", order="desc", search=" été & co ", per_page=5000, sources=True
    )
    assert query(fake) == [
        ("sort", "created_at"),
        ("order", "desc"),
        ("per_page", "100"),
        ("search_term", "été & co"),
    ]


def test_student_lists_group_media_without_anything_that_costs(fake: Fake) -> None:
    fake.on("GET /api/v1/groups/5/media_objects", listed())
    fake.api.list_media(Scope.GROUP, "5", search="  ", tracks=False)
    assert query(fake)[3:] == [("exclude[]", "sources"), ("exclude[]", "tracks")]


def test_course_list_without_a_course_is_a_mistake_of_ours(fake: Fake) -> None:
    with pytest.raises(ValueError, match="needs its id"):
        fake.api.list_media(Scope.COURSE, None)


def test_odd_course_id_cannot_leave_its_place_in_the_path(fake: Fake) -> None:
    fake.on("GET /api/v1/courses/..%2Fusers/media_objects", listed())
    fake.api.list_media(Scope.COURSE, "../users")
    assert fake.requests[0].url.raw_path.startswith(b"/api/v1/courses/..%2Fusers/media_objects?")


def test_long_search_is_shortened_to_what_an_address_can_hold(fake: Fake) -> None:
    fake.on(LIST, listed())
    fake.api.list_media(Scope.OWN, None, search="x" * 10_000)
    assert dict(query(fake))["search_term"] == "x" * 100


def test_entry_is_read_completely(fake: Fake) -> None:
    fake.on(
        LIST,
        listed(
            media(
                "m-1/ä",
                title="Mitose <b>é</b> 🎬",
                created_at="2012-09-27T16:46:50-06:00",
                media_tracks=[
                    {
                        "kind": "captions",
                        "created_at": "2012-09-27T16:46:50-06:00",
                        "updated_at": "2012-09-27T20:29:17-06:00",
                        "url": f"{ORIGIN}/media_objects/m-1/media_tracks/14",
                        "id": 14,
                        "locale": "pt_BR",
                    }
                ],
                media_sources=[
                    {
                        "height": "240",
                        "width": "336",
                        "content_type": "video/mp4",
                        "url": "https://cdn.example/a.mp4?ks=secret",
                        "bitrate": "382",
                        "isOriginal": "1",
                        "fileExt": "mp4",
                        "size": "204",
                    }
                ],
            )
        ),
    )
    (entry,) = fake.api.list_media(Scope.OWN, None, sources=True).items
    assert entry.item.id == "m-1/ä"
    assert entry.item.title == "Mitose <b>é</b> 🎬"
    assert entry.item.media_type is MediaType.VIDEO
    assert entry.item.created_at == datetime(2012, 9, 27, 22, 46, 50, tzinfo=UTC)
    assert entry.item.thumbnail_url == f"{ORIGIN}/media_objects/m-1%2F%C3%A4/thumbnail?width=320&height=180"
    assert entry.item.can_add_captions
    assert entry.item.duration is None
    assert entry.item.attachment_id is None
    (track,) = entry.tracks
    assert entry.item.tracks == (track.track,)
    assert (track.track.id, track.track.language, track.track.kind) == ("14", "pt-BR", "captions")
    assert track.track.updated_at == datetime(2012, 9, 28, 2, 29, 17, tzinfo=UTC)
    assert (track.track.origin, track.track.state) == (TrackOrigin.HUMAN, TrackState.READY)
    assert (track.url, track.content) == (f"{ORIGIN}/media_objects/m-1/media_tracks/14", None)
    assert entry.sources == (
        MediaSource("https://cdn.example/a.mp4?ks=secret", "video/mp4", 336, 240, 382, original=True),
    )
    assert "secret" not in repr(entry)


@pytest.mark.parametrize(
    ("media_type", "expected"),
    [
        ("video", MediaType.VIDEO),
        ("video/*", MediaType.VIDEO),
        ("video/mp4", MediaType.VIDEO),
        ("audio", MediaType.AUDIO),
        ("audio/*", MediaType.AUDIO),
        ("audio/mpeg", MediaType.AUDIO),
        (None, MediaType.VIDEO),  # still processing; a video element plays sound as well
        (7, MediaType.VIDEO),
    ],
)
def test_media_type_goes_by_its_beginning(fake: Fake, media_type: object, expected: MediaType) -> None:
    fake.on(LIST, listed(media("m-1", media_type=media_type)))
    (entry,) = fake.api.list_media(Scope.OWN, None).items
    assert entry.item.media_type is expected
    assert (entry.item.thumbnail_url is None) == (expected is MediaType.AUDIO)


def test_entry_with_everything_null_is_still_listed(fake: Fake) -> None:
    nothing = dict.fromkeys(("created_at", "media_type", "title", "can_add_captions", "media_sources", "media_tracks"))
    fake.on(LIST, listed({**nothing, "media_id": "m-1"}, {"media_id": 42}))
    first, second = fake.api.list_media(Scope.OWN, None).items
    assert (first.item.title, first.item.created_at, first.tracks, first.sources) == ("", None, (), ())
    assert second.item.id == "42"


def test_one_bad_entry_does_not_lose_the_page(fake: Fake, caplog: pytest.LogCaptureFixture) -> None:
    bad: list[object] = [
        None,
        7,
        "x",
        [],
        {},
        {"media_id": None},
        {"media_id": ""},
        {"media_id": " "},
        {"media_id": {"a": 1}},
    ]
    with caplog.at_level(logging.WARNING):
        fake.on(LIST, listed(media("m-1"), *bad, media("m-2")))
        page = fake.api.list_media(Scope.OWN, None)
    assert [entry.item.id for entry in page.items] == ["m-1", "m-2"]
    assert "left out an entry" in caplog.text


def test_bad_track_and_bad_source_do_not_lose_the_entry(fake: Fake) -> None:
    entry = media(
        "m-1",
        media_tracks=[{"locale": "en"}, None, {"id": "", "locale": "en"}, {"id": 3, "locale": "fr"}],
        media_sources=[
            {"url": None},
            {"url": "javascript:alert(1)"},
            {"url": "https://cdn.example/a.mp3", "height": "0", "width": "wide", "fileExt": "MP3"},
            {"url": "/media_objects/m-1/redirect?bitrate=382", "content_type": "video/mp4"},
        ],
    )
    fake.on(LIST, listed(entry, media("m-2", media_tracks={"a": 1}, media_sources="none")))
    first, second = fake.api.list_media(Scope.OWN, None, sources=True).items
    assert [track.id for track in first.item.tracks] == ["3"]
    assert first.sources == (
        MediaSource("https://cdn.example/a.mp3", "audio/mpeg"),
        MediaSource(f"{ORIGIN}/media_objects/m-1/redirect?bitrate=382", "video/mp4"),
    )
    assert (second.tracks, second.sources) == ((), ())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-01-15T09:30:00Z", datetime(2026, 1, 15, 9, 30, tzinfo=UTC)),
        ("2026-01-15T09:30:00.123+05:30", datetime(2026, 1, 15, 4, 0, 0, 123000, tzinfo=UTC)),
        ("2026-01-15T09:30:00", datetime(2026, 1, 15, 9, 30, tzinfo=UTC)),
        ("Mon, 24 Feb 2020 16:04:02 EST -05:00", datetime(2020, 2, 24, 21, 4, 2, tzinfo=UTC)),
        ("0001-01-01T00:00:00+23:00", None),
        ("yesterday", None),
        ("", None),
        (1768469400, None),
    ],
)
def test_creation_time_is_read_with_any_offset(fake: Fake, written: object, expected: datetime | None) -> None:
    fake.on(LIST, listed(media("m-1", created_at=written)))
    assert fake.api.list_media(Scope.OWN, None).items[0].item.created_at == expected


def test_title_keeps_its_markup_and_length_but_no_control_characters(fake: Fake) -> None:
    fake.on(LIST, listed(media("m-1", title=" a\u0000b\n<i>" + "س" * 10_000 + " ")))
    title = fake.api.list_media(Scope.OWN, None).items[0].item.title
    assert title == "a b <i>" + "س" * 10_000


def test_attachment_id_is_taken_where_a_newer_canvas_gives_it(fake: Fake) -> None:
    fake.on(LIST, listed(media("m-1", attachment_id=901), media("m-2", attachment_id="902")))
    assert [entry.item.attachment_id for entry in fake.api.list_media(Scope.OWN, None).items] == ["901", "902"]


def links(*pairs: tuple[str, str]) -> str:
    """Join as Canvas does: without a space after the comma."""
    return ",".join(f'<{url}>; rel="{rel}"' for rel, url in pairs)


def test_next_page_is_followed_though_its_path_switches(fake: Fake) -> None:
    base = f"{ORIGIN}/api/v1/courses/17/media_attachments?exclude%5B%5D=sources&sort=title"
    link = links(
        ("current", f"{base}&page=1&per_page=2"),
        ("next", f"{base}&page=2&per_page=2"),
        ("first", f"{base}&page=1&per_page=2"),
        ("last", f"{base}&page=9&per_page=2"),
    )
    fake.on(COURSE, listed(media("m-1"), link=link))
    fake.on("GET /api/v1/courses/17/media_attachments", listed(media("m-2")))
    first = fake.api.list_media(Scope.COURSE, "17", per_page=2)
    assert first.next == f"{base}&page=2&per_page=2"
    second = fake.api.media_page(first.next)
    assert [entry.item.id for entry in second.items] == ["m-2"]
    assert second.next is None
    assert query(fake) == [("exclude[]", "sources"), ("sort", "title"), ("page", "2"), ("per_page", "2")]
    assert fake.bearers == ["token-1", "token-1"]


@pytest.mark.parametrize(
    "link",
    [
        f"<{ORIGIN}/api/v1/media_objects?page=2>; rel=next",
        f"<{ORIGIN}/api/v1/media_objects?page=2>;rel='next'",
        '</api/v1/media_objects?page=2>; rel="next"',
        f'<{ORIGIN}/x>; rel="current",   <{ORIGIN}/api/v1/media_objects?page=2>; rel="next"',
        f'<{ORIGIN.upper()}:443/api/v1/media_objects?page=2>; rel="next"',
        '<http://canvas.example.edu/api/v1/media_objects?page=2>; rel="next"',  # a proxy ends TLS before Canvas
    ],
)
def test_link_header_is_read_tolerantly(fake: Fake, link: str) -> None:
    fake.on(LIST, listed(link=link))
    assert fake.api.list_media(Scope.OWN, None).next == f"{ORIGIN}/api/v1/media_objects?page=2"


@pytest.mark.parametrize("link", ["", "nonsense", '<>; rel="next"', f'<{ORIGIN}/a>; rel="prev"', ",,,;=<"])
def test_link_header_without_a_next_is_the_last_page(fake: Fake, link: str) -> None:
    fake.on(LIST, listed(link=link))
    assert fake.api.list_media(Scope.OWN, None).next is None


ELSEWHERE = [
    "https://evil.example/api/v1/media_objects?page=2",
    "https://canvas.example.edu.evil.example/api/v1/media_objects",
    "https://canvas.example.edu:8443/api/v1/media_objects",
    "https://canvas.example.edu@evil.example/api/v1/media_objects",
    "https://user:pass@canvas.example.edu/api/v1/media_objects",
    "https://evil.example\\@canvas.example.edu/api/v1/media_objects",
    "//evil.example/api/v1/media_objects",
    "http://canvas.example.edu:8080/api/v1/media_objects",
    "ftp://canvas.example.edu/api/v1/media_objects",
    f"{ORIGIN}/api/v1/users/self",
    f"{ORIGIN}/api/v1/media_objects/../users/self",
    f"{ORIGIN}/api/v1/courses/%2e%2e%2fx/media_objects",
    f"{ORIGIN}/api/v1/media_objects/m-1/media_tracks",
    "https://[not-an-address/api/v1/media_objects",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_next_page_elsewhere_is_refused_when_canvas_names_it(fake: Fake, url: str) -> None:
    fake.on(LIST, listed(link=f'<{url}>; rel="next"'))
    with pytest.raises(RemoteNonsense):
        fake.api.list_media(Scope.OWN, None)
    assert len(fake.requests) == 1


@pytest.mark.parametrize("url", [*ELSEWHERE, "", "https://canvas.example.edu/api/v1/media_objects\n"])
def test_next_page_elsewhere_is_refused_before_anything_is_sent(fake: Fake, url: str) -> None:
    with pytest.raises(RemoteNonsense):
        fake.api.media_page(url)
    assert fake.requests == []


def test_media_is_found_by_title_with_one_call(fake: Fake) -> None:
    fake.on(COURSE, listed(media("m-1"), media("m-2", media_sources=[{"url": "https://cdn.example/2.mp4"}])))
    found = fake.api.find_media(Scope.COURSE, "17", media_id="m-2", search="Lecture")
    assert found is not None
    assert [source.url for source in found.sources] == ["https://cdn.example/2.mp4"]
    assert dict(query(fake))["search_term"] == "Lecture"
    assert "exclude[]" not in dict(query(fake))
    assert len(fake.requests) == 1


def test_media_that_the_search_does_not_bring_is_not_looked_for_further(fake: Fake) -> None:
    fake.on(LIST, listed(media("m-1"), link=f'<{ORIGIN}/api/v1/media_attachments?page=2>; rel="next"'))
    assert fake.api.find_media(Scope.OWN, None, media_id="m-2", search="Lecture") is None
    assert len(fake.requests) == 1
