"""Media bytes behind addresses that end."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.canvas.seed import TILDA
from tests.unit.sandbox.rest.conftest import Canvas


def source(canvas: Canvas, media_id: str, number: int = -1) -> dict[str, Any]:
    items: list[dict[str, Any]] = canvas.get(TILDA, "/api/v1/media_objects?per_page=100").json or []
    found: dict[str, Any] = next(i for i in items if i["media_id"] == media_id)["media_sources"][number]
    return found


def test_browser_plays_ranges_with_the_right_type(canvas: Canvas) -> None:
    url, browser = source(canvas, "m-clock")["url"], canvas.browser()

    part = browser.get(url, headers={"Range": "bytes=10-19"}, buffered=True)
    whole = browser.get(url, buffered=True)

    assert (part.status_code, len(part.data)) == (206, 10)
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole.data)}"
    assert whole.data[10:20] == part.data
    assert whole.headers["Accept-Ranges"] == "bytes"
    assert (whole.content_type, whole.data[4:8]) == ("video/mp4", b"ftyp")
    assert browser.get(url, headers={"Range": "bytes=99999999-"}, buffered=True).status_code == 416


@pytest.mark.parametrize(
    ("media_id", "content_type", "start"), [("m-sound", "audio/mp4", b"ftyp"), ("0_oldtape", "video/x-flv", b"FLV\x01")]
)
def test_each_kind_of_media_is_what_it_says(canvas: Canvas, media_id: str, content_type: str, start: bytes) -> None:
    answer = canvas.browser().get(source(canvas, media_id)["url"], buffered=True)

    assert answer.content_type == content_type
    assert start in answer.data[:12]


def test_address_ends_after_the_time_of_the_day(canvas: Canvas) -> None:
    canvas.faults.behaviour.media_seconds = 60
    url = source(canvas, "m-clock")["url"]
    canvas.clock.turn(59)
    assert canvas.browser().get(url, headers={"Range": "bytes=0-1"}, buffered=True).status_code == 206

    canvas.clock.turn(1)
    answer = canvas.browser().get(url, buffered=True)
    assert (answer.status_code, answer.text) == (403, "KS expired\n")


def test_address_is_for_one_flavour_of_one_entry(canvas: Canvas) -> None:
    url, browser = source(canvas, "m-clock")["url"], canvas.browser()

    assert browser.get(url.replace("clock-low", "clock-high"), buffered=True).status_code == 403
    assert browser.get(url.replace("m-clock", "m-noor"), buffered=True).status_code == 403
    assert browser.get(url.replace("/ks/", "/ks/x"), buffered=True).status_code == 403
    assert browser.get(url.split("/ks/")[0] + "/ks/!!/relocate/download.mp4", buffered=True).status_code == 403


def test_stills_are_drawn_in_the_asked_size_within_bounds(canvas: Canvas) -> None:
    browser, base = canvas.browser(), "/kaltura/p/100/thumbnail/entry_id/m-clock"

    for options in ("width/320/height/180/type/2/vid_sec/5", "width/99999/height/2", "width/x/height/-1"):
        assert browser.get(f"{base}/{options}").data[:2] == b"\xff\xd8"
