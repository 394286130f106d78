"""What can be inserted, what comes of it, and what is refused."""

import html
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.errors import InputError, NotAllowed, NotFound
from lti.media import CaptionedItem, NativeItem, NativeLink, Pick
from lti.media.native import player_html, player_path
from lti.model import ChosenTrack, EmbedForm, MediaType, Role, Scope, TrackOrigin
from tests.unit.media.conftest import TEACHER, School, lecture, viewer
from tests.unit.media.fake import CANVAS

CAPTIONED, NATIVE = EmbedForm.CAPTIONED, EmbedForm.NATIVE


def handle_of(school: School, **media: Any) -> str:
    school.connect()
    school.canvas.media = [lecture(**media)]
    scope = Scope.COURSE if media.get("place") == "courses/7" else Scope.OWN
    [listed] = school.library.page(TEACHER, school.platform, scope=scope).items
    return school.library.detail(TEACHER, school.platform, listed.handle).handle


def insert(school: School, *picks: Pick) -> Any:
    return school.embedding.insert(TEACHER, school.platform, picks)


def test_teacher_inserts_exactly_the_chosen_tracks(school: School) -> None:
    handle = handle_of(school, place="courses/7")
    [item] = insert(
        school,
        Pick(handle, CAPTIONED, ("12", "11"), "11", 1.5, 9.0, 800, 500, show_transcript=True),
    )
    assert isinstance(item, CaptionedItem)
    assert (item.title, item.text, item.width, item.height, item.as_link) == (
        "Lecture one",
        "Lecture one",
        800,
        500,
        False,
    )
    embed = school.embed(item.embed_id)
    assert embed.tracks == (
        ChosenTrack("12", "en", "subtitles", TrackOrigin.MACHINE),
        ChosenTrack("11", "es", "subtitles", TrackOrigin.HUMAN),
    )
    assert (embed.default_track, embed.start, embed.end, embed.show_transcript) == ("11", 1.5, 9.0, True)
    assert (embed.made_by, embed.media_id, embed.attachment_id, embed.scope, embed.scope_id) == (
        "tilda",
        "m-lecture",
        "501",
        Scope.COURSE,
        "7",
    )
    assert len(embed.id) >= 32


def test_sizes_default_to_what_picture_and_transcript_need(school: School) -> None:
    handle = handle_of(school)
    items = insert(school, Pick(handle, CAPTIONED), Pick(handle, CAPTIONED, show_transcript=True), Pick(handle, NATIVE))
    assert [(items[0].width, items[0].height), (items[1].width, items[1].height)] == [(640, 360), (640, 600)]
    assert "width: 640px; height: 360px;" in items[2].html
    audio = handle_of(school, media_type="audio/mpeg")
    assert insert(school, Pick(audio, CAPTIONED))[0].height == 120


def test_native_player_is_canvas_s_own_markup(school: School) -> None:
    [item] = insert(school, Pick(handle_of(school), NATIVE, width=720, height=405))
    assert item == NativeItem(
        '<iframe allow="fullscreen" allowfullscreen="allowfullscreen" data-media-id="m-lecture" '
        'data-media-type="video" '
        'src="/media_attachments_iframe/501?type=video&amp;embedded=true&amp;verifier=v3r1f13r" '
        'style="width: 720px; height: 405px; display: inline-block;" title="Video player for Lecture one"></iframe>',
        "Lecture one",
    )


def test_native_player_of_sound_and_of_an_unknown_file(school: School) -> None:
    [item] = insert(school, Pick(handle_of(school, media_type="audio/mpeg", attachment=None), NATIVE))
    assert item.html == (
        '<iframe data-media-id="m-lecture" data-media-type="audio" src="/media_objects_iframe/m-lecture?type=audio" '
        'style="width: 640px; height: 120px; display: inline-block;" title="Audio player for Lecture one"></iframe>'
    )


def test_link_forms(school: School) -> None:
    handle = handle_of(school, place="courses/7")
    captioned, native = insert(school, Pick(handle, CAPTIONED, as_link=True), Pick(handle, NATIVE, as_link=True))
    assert captioned.as_link
    assert native == NativeLink(
        f"{CANVAS}/media_attachments_iframe/501?type=video&embedded=true", "Lecture one", "Lecture one"
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"tracks": ("13",)},  # still processing
        {"tracks": ("99",)},  # of no item
        {"tracks": ("11", "11")},
        {"tracks": ("11",), "default": "12"},
        {"default": "11"},
        {"start": -1.0},
        {"end": 0.0},
        {"start": 5.0, "end": 5.0},
        {"start": 6.0, "end": 5.0},
        {"start": float("nan")},
        {"end": float("inf")},
        {"end": 1e300},
        {"width": 199},
        {"width": 1921},
        {"height": 99},
        {"height": 1201},
    ],
)
def test_pick_that_asks_for_what_it_cannot_have_is_refused(school: School, wrong: dict[str, Any]) -> None:
    handle = handle_of(school)
    with pytest.raises(InputError) as caught:
        insert(school, Pick(handle, CAPTIONED), Pick(handle, CAPTIONED, **wrong))
    assert caught.value.next_step


def test_nothing_is_kept_when_one_pick_is_wrong(school: School, monkeypatch: pytest.MonkeyPatch) -> None:
    handle = handle_of(school)
    kept: list[object] = []
    monkeypatch.setattr(school.store.embeds, "add", kept.extend)
    with pytest.raises(InputError):
        insert(school, Pick(handle, CAPTIONED), Pick(handle, CAPTIONED, width=1))
    assert kept == []


def test_between_one_and_twenty_items_at_once(school: School) -> None:
    handle = handle_of(school)
    assert len(insert(school, *[Pick(handle, CAPTIONED)] * 20)) == 20
    for count in (0, 21):
        with pytest.raises(InputError):
            insert(school, *[Pick(handle, CAPTIONED)] * count)


def test_handle_of_another_person_course_or_role_inserts_nothing(school: School) -> None:
    pick = Pick(handle_of(school, place="courses/7"), CAPTIONED)
    with pytest.raises(NotFound):
        school.embedding.insert(viewer("tom", Role.TEACHER), school.platform, [pick])
    with pytest.raises(InputError):
        school.embedding.insert(viewer("tilda", Role.TEACHER, course="8"), school.platform, [pick])
    with pytest.raises(NotAllowed):
        school.embedding.insert(viewer("tilda", Role.LEARNER), school.platform, [pick])
    with pytest.raises(NotAllowed):
        school.embedding.insert(viewer(None), school.platform, [pick])


def test_untitled_and_endless_titles_become_usable_ones(school: School) -> None:
    [untitled] = insert(school, Pick(handle_of(school, title=""), CAPTIONED))
    assert untitled.title == "Untitled"
    [endless] = insert(school, Pick(handle_of(school, title="x" * 10_000), NATIVE))
    assert endless.title == "x" * 255


class Reader(HTMLParser):
    """Notes what a browser would see."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts += data


@given(title=st.text(), media_id=st.text(min_size=1), verifier=st.text(min_size=1), kind=st.sampled_from(MediaType))
def test_no_title_or_id_breaks_out_of_the_native_markup(
    title: str, media_id: str, verifier: str, kind: MediaType
) -> None:
    for attachment in (None, media_id):
        path = player_path(media_id, attachment, verifier, kind)
        reader = Reader()
        reader.feed(player_html(path, media_id, kind, title, 640, 360))
        [(tag, attributes)] = reader.tags
        assert (tag, reader.texts) == ("iframe", "")
        assert attributes["src"] == path
        assert html.unescape(html.escape(title)) in (attributes["title"] or "")
        assert path.count("/") == 2
        assert attributes.keys() <= {
            "allow", "allowfullscreen", "data-media-id", "data-media-type", "src", "style", "title"
        }  # fmt: skip
