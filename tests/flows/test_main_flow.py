"""The main job, over HTTP, on each database: choose, insert, save, watch."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.flows.school import CLOCK, UNTITLED, School, choose, problem
from tests.support.person import NOOR, SAM, ToolPage, content_items


def watch(page: ToolPage, *, refresh: bool = False) -> dict[str, Any]:
    answer = page.api("POST", "/api/watch", json={"refresh": refresh})
    assert answer.status_code == 200, answer.text
    content: dict[str, Any] = answer.json()
    return content


def fetched(page: ToolPage, path: str) -> httpx.Response:
    """Fetch a track as a media element does: no token, no header of ours."""
    return httpx.get(f"{page.person.tool}{path}", timeout=20)


def test_teacher_must_connect_canvas_first(each_school: School) -> None:
    page = each_school.be(NOOR).press_button("courses/18")
    page.api("DELETE", "/api/connect/canvas")
    problem(page.api("GET", "/api/canvas/media"), 403, "grant_missing")

    done = page.person.connect(page)

    assert "Canvas is connected" in done.text
    assert page.api("GET", "/api/connect/canvas").json() == {"connected": True}
    assert [item["id"] for item in page.media()["items"]] == ["m-noor"]


def test_teacher_takes_the_connection_back(each_school: School) -> None:
    page = each_school.picker(NOOR, "courses/18", anew=True)
    each_school.stack.forget_requests()

    assert page.api("DELETE", "/api/connect/canvas").json() == {"connected": False}

    assert each_school.stack.asked("/login/oauth2") == ["DELETE /login/oauth2/token"]
    problem(page.api("GET", "/api/canvas/media"), 403, "grant_missing")


def test_teacher_lists_own_and_course_media(each_school: School) -> None:
    picker = each_school.picker()

    own = {item["id"]: item for item in picker.all_media()}
    course = {item["id"] for item in picker.all_media(scope="course")}

    assert {"m-clock", "m-quirks", "m-long"} <= own.keys() - course | {"m-clock"}
    assert {"m-clock", "m-noor", "m-orphan", "m-blueprint"} <= course
    clock = own["m-clock"]
    assert (clock["title"], clock["type"]) == (CLOCK, "video")
    assert [track["name"] for track in clock["tracks"]][:3] == ["English", "Spanish", "French"]
    assert own["m-bare"]["tracks"] == []


@pytest.mark.parametrize("sort", ["title", "created_at"])
def test_teacher_turns_pages_without_a_jump(each_school: School, sort: str) -> None:
    picker = each_school.picker()

    upwards, downwards = (
        [item["id"] for item in picker.all_media(sort=sort, order=order)] for order in ("asc", "desc")
    )

    assert len(upwards) == len(set(upwards)) > 60
    assert sorted(upwards) == sorted(downwards)
    assert upwards[0] == downwards[-1]


def test_teacher_opens_an_item(each_school: School) -> None:
    picker = each_school.picker()

    detail = each_school.look(picker)

    assert [track["label"] for track in detail["tracks"]] == [
        "English (captions)", "Spanish", "French", "German", "Arabic", "Chinese (Simplified)",
    ]  # fmt: skip
    assert all(track["usable"] for track in detail["tracks"])
    assert detail["notes"] == []
    source = detail["sources"][0]
    clip = httpx.get(source["url"], headers={"Range": "bytes=0-99"}, timeout=60)
    assert (clip.status_code, clip.headers["content-type"], source["type"]) == (206, "video/mp4", "video/mp4")


def test_teacher_is_told_why_tracks_cannot_be_chosen(each_school: School) -> None:
    picker = each_school.picker()

    machine = each_school.look(picker, "Lecture with automatic captions")["tracks"]
    empty = each_school.look(picker, "Interview whose captions are empty")["tracks"]

    assert [(track["label"], track["state"], track["usable"]) for track in machine] == [
        ("English (automatic)", "ready", True),
        ("French (automatic)", "processing", False),
        ("German (automatic)", "failed", False),
    ]
    assert {(track["state"], track["usable"]) for track in empty} == {("empty", False)}
    assert all(track["reason"] and track["src"] is None for track in [*machine[1:], *empty])


@pytest.mark.parametrize(
    ("form", "as_link", "kind"),
    [
        ("captioned", False, "ltiResourceLink"),
        ("captioned", True, "ltiResourceLink"),
        ("native", False, "html"),
        ("native", True, "link"),
    ],
)
def test_canvas_takes_each_form(each_school: School, form: str, as_link: bool, kind: str) -> None:
    picker = each_school.picker()
    tracks = ["en"] if form == "captioned" else []

    answer = picker.insert(choose(each_school.look(picker), *tracks, form=form, as_link=as_link))

    assert answer.status_code == 200, answer.text
    (item,) = content_items(answer)
    assert item["type"] == kind
    assert ("iframe" in item) == (form == "captioned" and not as_link)
    address = picker.person.save_page(f"{form} {as_link}", answer)
    assert len(picker.person.open_frames(address)) == (0 if as_link else 1)
    assert CLOCK in picker.person.http.get(address).text


def test_native_player_plays_for_students(each_school: School) -> None:
    picker = each_school.picker()
    answer = picker.insert(choose(each_school.look(picker), form="native"))
    address = picker.person.save_page("Native", answer)

    (frame,) = each_school.be(SAM).open_frames(address)

    assert (frame.status_code, "/media_attachments_iframe/" in str(frame.url)) == (200, True)
    assert "<video" in frame.text


def test_several_items_come_in_the_order_of_picking(each_school: School) -> None:
    picker = each_school.picker()
    clock, bare = each_school.look(picker), each_school.look(picker, "Silent film without captions")
    sound = each_school.look(picker, "Podcast: hearing time pass")

    answer = picker.insert(choose(bare), choose(clock, "fr", "en"), choose(sound, form="native"))

    items = content_items(answer)
    assert [(item["type"], item["title"]) for item in items] == [
        ("ltiResourceLink", "Silent film without captions"),
        ("ltiResourceLink", CLOCK),
        ("html", "Podcast: hearing time pass"),
    ]
    assert len(each_school.be(SAM).open_frames(picker.person.save_page("Three", answer))) == 3


def test_student_watches_exactly_the_chosen_tracks(each_school: School) -> None:
    picker = each_school.picker()
    answer = picker.insert(choose(each_school.look(picker), "es", "ar", transcript=True))
    address = picker.person.save_page("Clock", answer)
    sam = each_school.be(SAM)

    player = sam.tool_page(sam.open_frames(address)[0])
    playback = watch(player)

    assert (playback["title"], playback["type"], playback["transcript"]) == (CLOCK, "video", True)
    assert [(track["language"], track["label"], track["default"]) for track in playback["tracks"]] == [
        ("es", "Spanish", True),
        ("ar", "Arabic", False),
    ]
    assert playback["problem"] is None
    assert playback["notes"] == []
    assert playback["sources"]
    spanish = fetched(player, playback["tracks"][0]["src"])
    assert spanish.headers["content-type"] == "text/vtt; charset=utf-8"
    assert spanish.text.startswith("WEBVTT\n")
    assert "00:00:03.000 --> 00:00:05.500\nAhora son tres segundos." in spanish.text
    lines = fetched(player, playback["tracks"][0]["cues"]).json()
    assert lines["language"] == "es"
    assert lines["cues"][1] == [3.0, 5.5, "Ahora son tres segundos."]
    assert len(lines["cues"]) == spanish.text.count("-->")


def test_second_view_has_its_playback_in_the_page(each_school: School) -> None:
    picker = each_school.picker()
    uuid = each_school.embed(picker, languages=("de",))
    first = each_school.be(SAM).open_link(uuid)
    assert first.config["playback"] is None
    asked = watch(first)

    second = each_school.be(SAM).open_link(uuid)

    assert second.config["playback"] == asked


def test_start_and_end_travel_with_the_embed(each_school: School) -> None:
    picker = each_school.picker()
    uuid = each_school.embed(picker, start=6.5, end=12)

    player = each_school.be(SAM).open_link(uuid)
    playback = watch(player)

    assert (playback["start"], playback["end"]) == (6.5, 12.0)
    lines = fetched(player, playback["tracks"][0]["cues"]).json()["cues"]
    assert [text for _, _, text in lines] == ["It is now six seconds.", "It is now nine seconds."]
    whole = fetched(player, playback["tracks"][0]["src"]).text
    assert "zero seconds" in whole  # the text is the whole one: a player may seek before the start


def test_embed_keeps_playing_in_a_copy_of_the_course(each_school: School) -> None:
    picker = each_school.picker()
    answer = picker.api("POST", "/api/insert", json={"picks": [choose(each_school.look(picker), "fr")]}).json()
    # Canvas keeps the resource link with its custom values in the other course: as copying a course leaves it.
    stored = picker.person.http.post(
        answer["return_url"].replace("/courses/17/", "/courses/18/"), data={"JWT": answer["jwt"]}
    )
    assert stored.status_code == 200, stored.text
    (item,) = content_items(stored)

    player = each_school.be(NOOR).open_link(item["lookup_uuid"], "courses/18")

    playback = watch(player)
    assert [track["language"] for track in playback["tracks"]] == ["fr"]
    assert playback["sources"]


def test_sound_plays_with_its_captions(each_school: School) -> None:
    picker = each_school.picker()
    uuid = each_school.embed(picker, "Podcast: hearing time pass", ("en",), transcript=True)

    playback = watch(each_school.be(SAM).open_link(uuid))

    assert (playback["type"], playback["sources"][0]["type"]) == ("audio", "audio/mp4")
    assert playback["tracks"][0]["label"] == "English (captions)"


def test_student_inserts_own_media_in_a_group(each_school: School) -> None:
    picker = each_school.picker(SAM, "groups/5")
    assert [scope["scope"] for scope in picker.config["scopes"]] == ["own", "studio_own"]

    uuid = each_school.embed(picker, "Sam's screen recording")

    assert watch(each_school.be(SAM).open_link(uuid, "groups/5"))["tracks"][0]["language"] == "en"


@pytest.mark.parametrize(
    "title",
    [
        "<script>alert('title')</script> & <b>\"bold\"</b> \\ %22 {{ 7*7 }}",
        "🎬 Film night 👩‍🎓🇫🇷 — ½ price",
        "مقدمة في صناعة الأفلام (الجزء الأول)",
        UNTITLED,
    ],
)
def test_odd_titles_arrive_as_they_are(each_school: School, title: str) -> None:
    picker = each_school.picker()

    answer = picker.insert(*(choose(each_school.look(picker, title), form=form) for form in ("captioned", "native")))

    captioned, native = content_items(answer)
    assert captioned["title"] == title
    assert "<script" not in native["html"]
    player = each_school.be(SAM).open_link(captioned["lookup_uuid"])
    assert watch(player)["title"] == title
    assert "<script>alert" not in player.answer.text


def test_cancel_closes_the_dialog_with_nothing(each_school: School) -> None:
    picker = each_school.be(SAM).press_button("groups/5")

    answer = picker.api("POST", "/api/cancel", json={}).json()

    assert picker.person.http.get(answer["return_url"]).status_code == 200
    assert "jwt" not in answer
