"""Watching an embed: the player page, its playback, its captions."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from config.settings import Settings
from lti.protocol.tokens import Tokens
from lti.store import Store

from .school import (
    CANVAS,
    DEPLOYMENT,
    DL,
    LTI,
    NOBODY,
    OBSERVER,
    STUDENT,
    Browser,
    Clock,
    Page,
    Person,
    School,
    pick,
    register,
)
from .test_api import decoded, first_detail


def insert(picker: Page, **changes: Any) -> str:
    """Insert the first media item; gives the embed's id, as it travels in the resource link."""
    answer = picker.call("POST", "/api/insert", {"picks": [pick(first_detail(picker), **changes)]})
    assert answer.status_code == 200, answer.text
    items = decoded(answer)[f"{DL}content_items"]
    return str(items[0]["custom"]["embed"])


def watch(browser: Browser, embed: str, person: Person = STUDENT, **changes: Any) -> Page:
    page = browser.launch(person, **{f"{LTI}custom": {"embed": embed}, **changes})
    assert page.answer.status_code == 200, page.answer.text
    return page


@pytest.mark.parametrize("person", [STUDENT, OBSERVER, NOBODY])
def test_viewer_gets_exactly_the_chosen_tracks(picker: Page, browser: Browser, person: Person) -> None:
    embed = insert(picker, tracks=["1"], default="1", start=1.5, end=6.0)

    playback = watch(browser, embed, person).call("POST", "/api/watch", {}).json

    assert playback is not None
    assert [(track["language"], track["label"], track["default"]) for track in playback["tracks"]] == [
        ("es", "Spanish", True)
    ]
    assert (playback["start"], playback["end"], playback["transcript"]) == (1.5, 6.0, True)
    assert playback["sources"][0]["url"].startswith("https://cdn.example.net/")
    assert playback["problem"] is None
    assert playback["native_url"].startswith(f"{CANVAS}/media_objects_iframe/")


def test_second_view_has_its_playback_in_the_page_and_asks_canvas_nothing(
    picker: Page, browser: Browser, school: School
) -> None:
    embed = insert(picker)
    first = watch(browser, embed)
    assert first.config["playback"] is None
    first.call("POST", "/api/watch", {})
    calls = len(school.calls)

    second = watch(browser, embed)

    assert second.config["playback"]["tracks"]
    assert second.config["title"] == "</script><b>Rivers & m-0"
    assert len(school.calls) == calls


def test_title_full_of_markup_is_text(picker: Page, browser: Browser) -> None:
    page = watch(browser, insert(picker))

    assert "</script><b>" not in page.answer.text
    assert page.headline == "</script><b>Rivers & m-0"


def test_captions_are_read_by_their_signed_address_without_a_token(picker: Page, browser: Browser) -> None:
    track = watch(browser, insert(picker)).call("POST", "/api/watch", {}).json["tracks"][0]  # type: ignore[index]

    captions, cues = browser.get(track["src"]), browser.get(track["cues"])

    assert captions.headers["Content-Type"] == "text/vtt; charset=utf-8"
    assert "Hola <b>mundo</b>" in captions.text
    assert captions.headers["Cache-Control"] == "private, max-age=300"
    assert cues.json == {"language": "es", "cues": [[1.0, 3.0, "Hola mundo"], [5.0, 7.0, "Adiós"]]}


def test_transcript_is_of_the_part_that_was_inserted(picker: Page, browser: Browser) -> None:
    page = watch(browser, insert(picker, start=4.0, end=8.0))
    track = page.call("POST", "/api/watch", {}).json["tracks"][0]  # type: ignore[index]

    assert browser.get(track["cues"]).json["cues"] == [[5.0, 7.0, "Adiós"]]  # type: ignore[index]


@pytest.mark.parametrize("part", ["captions.vtt", "cues.json"])
@pytest.mark.parametrize("token", ["x", "x.y", "é", "A" * 70_000])
def test_forged_address_is_nothing(browser: Browser, token: str, part: str) -> None:
    answer = browser.get(f"/watch/{token}/{part}")

    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "not_found"  # type: ignore[index]


def test_address_is_over_some_hours_later(picker: Page, browser: Browser, clock: Clock) -> None:
    track = watch(browser, insert(picker)).call("POST", "/api/watch", {}).json["tracks"][0]  # type: ignore[index]
    clock.forward(7 * 3600)

    assert browser.get(track["src"]).status_code == 410


def test_item_handle_is_no_caption_address(picker: Page, browser: Browser) -> None:
    assert browser.get(f"/watch/{first_detail(picker)['handle']}/captions.vtt").status_code == 404


def test_page_says_what_is_wrong_where_canvas_does_not_answer(picker: Page, browser: Browser, school: School) -> None:
    embed = insert(picker)
    school.broken = lambda _: httpx.Response(503, text="<html>maintenance</html>")

    playback = watch(browser, embed).call("POST", "/api/watch", {}).json

    assert playback is not None
    assert playback["sources"] == []
    assert playback["problem"]["message"] == "Canvas does not answer just now."
    assert playback["tracks"], "the transcript stays usable"
    assert playback["native_url"]


def test_embed_of_another_platform_is_not_there(picker: Page, browser: Browser, store: Store) -> None:
    embed = insert(picker)
    register(store, client_id="2", deployments=[DEPLOYMENT])
    picker.browser.school.clock.forward(10)
    asked = browser.begin(client_id="2")
    claims = browser.school.claims(STUDENT, asked["nonce"], aud="2", azp="2", **{f"{LTI}custom": {"embed": embed}})

    assert browser.finish(asked["state"], claims).status_code == 404


def test_page_whose_embed_is_gone_is_told_so(picker: Page, browser: Browser, settings: Settings, clock: Clock) -> None:
    tokens = Tokens(settings.secret_keys, settings.base_url, clock)
    viewer = tokens.viewer(watch(browser, insert(picker)).config["token"])
    token = tokens.issue(replace(viewer, embed_id="gone"), 3600)

    answer = browser.post("/api/watch", json={}, headers={"Authorization": f"Bearer {token}"})

    assert answer.status_code == 404


def test_broken_body_of_a_watch_call_is_refused(picker: Page, browser: Browser) -> None:
    page = watch(browser, insert(picker))

    answer = page.call("POST", "/api/watch", {"refresh": "please"})

    assert answer.status_code == 422
    assert json.loads(answer.text)["error"]["code"] == "input_invalid"
