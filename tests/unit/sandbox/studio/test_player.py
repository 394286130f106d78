"""A Studio embed in a Canvas page: Canvas launches Studio, which shows its player (reference/studio.md 5)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from sandbox.canvas.app import create_canvas
from sandbox.canvas.config import CanvasConfig
from sandbox.media.clips import ClipStore
from sandbox.studio.app import create_studio
from sandbox.studio.config import StudioConfig
from sandbox.studio.seed import TILDA
from sandbox.studio.world import World
from tests.unit.sandbox.lti.conftest import Form, form
from tests.unit.sandbox.studio.conftest import CLOCK, COLLEAGUES, FAILED, MACHINE, SAMS, SOUND, UNDER_WAY, YOUTUBE

TILDA_IN_CANVAS, SAM_IN_CANVAS, NOOR_IN_CANVAS = 101, 102, 104
STUDIO, CANVAS = "http://127.0.0.1:8002", "http://127.0.0.1:8001"


@dataclass
class Pair:
    """A Canvas, and the Studio that it has installed."""

    canvas: Flask
    studio: Flask

    @property
    def world(self) -> World:
        world: World = self.studio.extensions["world"]
        return world

    def address(self, media: int, **more: str) -> str:
        """Give the launch address of an embed."""
        query = {
            "custom_arc_launch_type": "bare_embed",
            "custom_arc_media_id": self.world.media[media].lti_launch_id,
            "custom_arc_start_at": "0",
        } | more
        return f"{STUDIO}/lti/launch?{urlencode(query)}"

    def arrive(self, person: int, address: str, course: int = 17) -> Form:
        """Open an embed's frame as somebody in Canvas, and go on until Canvas posts the id_token."""
        browser = self.canvas.test_client()
        browser.post("/login", data={"person": person})
        query = f"display=borderless&url={quote(address, safe='')}"
        initiation = form(browser.get(f"/courses/{course}/external_tools/retrieve?{query}"))
        assert initiation.action == f"{STUDIO}/lti/login"
        asking = self.studio.test_client().post("/lti/login", data=initiation.fields)
        assert asking.location.startswith(f"{CANVAS}/api/lti/authorize_redirect?")
        onward = browser.get(asking.location.removeprefix(CANVAS))
        answer = form(browser.get(onward.location.removeprefix(CANVAS)))
        assert answer.action == f"{STUDIO}/lti/launch"
        return answer

    def watch(self, person: int, media: int, course: int = 17, **more: str) -> TestResponse:
        """Open an embed's frame and go on to the end."""
        answer = self.arrive(person, self.address(media, **more), course)
        return self.studio.test_client().post("/lti/launch", data=answer.fields)


@pytest.fixture(scope="module")
def canvas(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    """One Canvas for all: it makes keys, which takes time."""
    clips_dir = tmp_path_factory.mktemp("clips")
    return create_canvas(CanvasConfig(installed=False, studio_url=STUDIO, clips_dir=clips_dir))


@pytest.fixture
def pair(canvas: Flask, clips: ClipStore, tmp_path: Path) -> Pair:
    def fetch(url: str) -> Any:
        return canvas.test_client().get(url.removeprefix(CANVAS)).json

    studio = create_studio(StudioConfig(clips_dir=clips.folder, uploads_dir=tmp_path / "studio"), fetch=fetch)
    return Pair(canvas, studio)


def test_student_watches_with_every_published_caption(pair: Pair) -> None:
    page = pair.watch(SAM_IN_CANVAS, CLOCK)

    assert page.status_code == 200
    assert "X-Frame-Options" not in page.headers
    assert re.findall(r'srclang="([^"]+)" label="([^"]+)"', page.text) == [
        ("en", "English"),
        ("es", "Spanish"),
        ("fr", "French"),
        ("ar", "Arabic"),
    ]
    client = pair.studio.test_client()
    tracks = [client.get(unescape(each)) for each in re.findall(r'<track src="([^"]+)"', page.text)]
    assert {each.mimetype for each in tracks} == {"text/vtt"}
    assert all(each.text.startswith("WEBVTT\n\n") for each in tracks)
    source = re.search(r'<source src="([^"]+)" type="video/mp4"', page.text)
    assert source is not None
    assert client.get(source[1], headers={"Range": "bytes=0-9"}, buffered=True).status_code == 206


def test_machine_captions_are_shown_once_they_are_published(pair: Pair) -> None:
    assert "<track" not in pair.watch(TILDA_IN_CANVAS, MACHINE).text

    pair.studio.test_client().post("/sandbox/faults", json={"publish_captions": [MACHINE]})

    assert 'label="English (automatic)"' in pair.watch(TILDA_IN_CANVAS, MACHINE).text


def test_student_may_not_watch_what_the_course_does_not_have(pair: Pair) -> None:
    refused = pair.watch(SAM_IN_CANVAS, MACHINE)
    assert refused.status_code == 403
    assert "<video" not in refused.text

    pair.world.place(pair.world.media[MACHINE], pair.world.collections[5017])
    assert pair.watch(SAM_IN_CANVAS, MACHINE).status_code == 200


def test_account_may_let_everything_play_everywhere(pair: Pair) -> None:
    pair.studio.extensions["faults"].behaviour.plays_anywhere = True

    assert pair.watch(SAM_IN_CANVAS, MACHINE).status_code == 200


def test_watching_makes_an_account(pair: Pair) -> None:
    assert pair.world.user_by_email("noor@school.example") is None

    assert pair.watch(NOOR_IN_CANVAS, COLLEAGUES).status_code == 200

    noor = pair.world.user_by_email("noor@school.example")
    assert noor is not None
    assert (noor.full_name, noor.roles) == ("Noor Newteacher", ("teacher",))
    assert pair.world.library(noor).type == "user"
    assert pair.world.collections[5017].members[noor.id] == "edit"
    pair.watch(NOOR_IN_CANVAS, COLLEAGUES)
    assert len([user for user in pair.world.users.values() if user.email.startswith("noor")]) == 1


def test_watching_is_remembered_and_a_students_apart(pair: Pair) -> None:
    media = pair.world.media[COLLEAGUES]

    pair.watch(TILDA_IN_CANVAS, COLLEAGUES)
    assert media.last_viewed is not None
    assert media.last_viewed_by_student is None

    pair.watch(SAM_IN_CANVAS, COLLEAGUES)
    assert media.last_viewed_by_student is not None


@pytest.mark.parametrize(
    ("person", "media", "text"),
    [
        (TILDA_IN_CANVAS, SOUND, "<audio"),
        (SAM_IN_CANVAS, SAMS, "<video"),
        (TILDA_IN_CANVAS, YOUTUBE, 'href="https://www.youtube.com/'),
        (TILDA_IN_CANVAS, FAILED, "could not be processed"),
        (TILDA_IN_CANVAS, UNDER_WAY, "still being processed"),
        (TILDA_IN_CANVAS, 260104, "&lt;b&gt;Light&lt;/b&gt;"),
    ],
)
def test_player_shows_what_there_is(pair: Pair, person: int, media: int, text: str) -> None:
    assert text in pair.watch(person, media).text


def test_embed_says_what_the_player_offers(pair: Pair) -> None:
    bare = pair.watch(TILDA_IN_CANVAS, CLOCK).text
    full = pair.watch(
        TILDA_IN_CANVAS,
        CLOCK,
        custom_arc_launch_type="embed",
        custom_arc_start_at="7",
        custom_arc_display_download="true",
        custom_arc_transcript_downloadable="true",
        custom_arc_lock_speed="true",
    ).text

    offered = ("Download media", "Transcript: Arabic", 'controlslist="noplaybackrate"', "#t=7", "Tilda Teacher")
    assert [text in full for text in offered] == [True] * 5
    assert [text in bare for text in offered] == [False] * 5


def test_launch_address_shows_nothing_outside_canvas(pair: Pair) -> None:
    answer = pair.studio.test_client().get(pair.address(CLOCK))

    assert answer.status_code == 401
    assert "<video" not in answer.text


def test_launch_counts_once(pair: Pair) -> None:
    answer = pair.arrive(SAM_IN_CANVAS, pair.address(CLOCK))
    client = pair.studio.test_client()

    assert client.post("/lti/launch", data=answer.fields).status_code == 200
    assert client.post("/lti/launch", data=answer.fields).status_code == 403


def test_launch_that_is_not_canvas_s_is_refused(pair: Pair) -> None:
    answer = pair.arrive(SAM_IN_CANVAS, pair.address(CLOCK))
    head, body, _ = answer.fields["id_token"].split(".")
    other = pair.arrive(SAM_IN_CANVAS, pair.address(CLOCK))
    client = pair.studio.test_client()

    for change in ({"id_token": f"{head}.{body}.x"}, {"state": "x"}, {"state": other.fields["state"]}):
        assert client.post("/lti/launch", data=answer.fields | change).status_code == 403
    assert client.post("/lti/login", data={"iss": "https://elsewhere.example"}).status_code == 400


def test_unknown_media_is_refused(pair: Pair) -> None:
    address = f"{STUDIO}/lti/launch?custom_arc_media_id={CLOCK}"  # the number alone is not the launch id

    answer = pair.arrive(TILDA_IN_CANVAS, address)

    assert pair.studio.test_client().post("/lti/launch", data=answer.fields).status_code == 403


def test_canvas_without_studio_finds_no_tool_for_the_embed(tmp_path: Path) -> None:
    canvas = create_canvas(CanvasConfig(installed=False, clips_dir=tmp_path))
    browser = canvas.test_client()
    browser.post("/login", data={"person": TILDA_IN_CANVAS})

    answer = browser.get(f"/courses/17/external_tools/retrieve?display=borderless&url={quote(STUDIO)}/lti/launch")

    assert answer.status_code == 404
    assert "find valid settings for this link" in answer.text


def test_studio_has_no_button_in_the_editor_and_is_no_other_tool(pair: Pair) -> None:
    browser = pair.canvas.test_client()
    browser.post("/login", data={"person": TILDA_IN_CANVAS})

    assert "external_tools/23" not in browser.get("/courses/17/pages/welcome/edit").text
    assert TILDA != TILDA_IN_CANVAS  # Studio's numbers are not Canvas's
