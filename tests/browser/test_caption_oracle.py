"""The cues that we read from a WebVTT text are those that chromium reads from it."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from lti.captions import CaptionFile, placement, read, sniff, write
from tests.support.caption_texts import CORPUS, generated

pytestmark = pytest.mark.browser

_READ = """
async (files) => {
  const video = document.querySelector("video");
  const all = [];
  for (const file of files) {
    const bytes = Uint8Array.from(atob(file), (character) => character.charCodeAt(0));
    const track = document.createElement("track");
    const url = URL.createObjectURL(new Blob([bytes], { type: "text/vtt" }));
    const loaded = new Promise((resolve) => {
      track.onload = () => resolve(true);
      track.onerror = () => resolve(false);
    });
    track.src = url;
    video.append(track);
    track.track.mode = "hidden";
    all.push((await loaded) ? [...track.track.cues].map((cue) => [
      cue.startTime, cue.endTime, cue.text, cue.vertical, cue.line, cue.snapToLines, cue.position, cue.size, cue.align,
    ]) : null);
    track.remove();
    URL.revokeObjectURL(url);
  }
  return all;
}
"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context()
    opened = context.new_page()
    opened.route(
        "http://captions.test/",
        lambda route: route.fulfill(content_type="text/html", body="<!doctype html><title>t</title><video></video>"),
    )
    opened.goto("http://captions.test/")
    yield opened
    context.close()


def ours(content: bytes) -> list[list[Any]] | None:
    """Give the cues as a browser would, in its order; None where it would refuse the text: we read SubRip in it."""
    if sniff(content) != "webvtt":
        return None
    captions = read(content)
    return [_as_browser(captions, number) for number in _in_time(captions)]


def _in_time(captions: CaptionFile) -> list[int]:
    """A browser's list of cues is in the order of their times; of two that begin together the longer is first."""
    return sorted(range(len(captions.cues)), key=lambda at: (captions.cues[at].start, -captions.cues[at].end))


# Identifiers are left out: where times are broken, chromium takes other lines for them than the specification says.
def _as_browser(captions: CaptionFile, number: int) -> list[Any]:
    cue = captions.cues[number]
    at = placement(cue.settings)
    line = "auto" if at.line is None else at.line
    position = "auto" if at.position is None else at.position
    return [cue.start, cue.end, cue.text, at.vertical, line, at.snap_to_lines, position, at.size, at.align]


def compare(page: Page, texts: list[bytes]) -> int:
    """Compare all of them; give the number of cues that were compared."""
    compared = 0
    theirs = page.evaluate(_READ, [base64.b64encode(text).decode() for text in texts])
    differing = []
    for text, cues in zip(texts, theirs, strict=True):
        # A cue that ends before it begins is kept by a browser and never shown; we leave it out and say so.
        shown = None if cues is None else [cue for cue in cues if cue[1] > cue[0]]
        mine = ours(text)
        if mine != shown:
            differing.append((text, mine, shown))
        compared += len(shown or ())
    assert not differing, "\n".join(
        f"{text!r}\n  ours:   {mine}\n  theirs: {shown}" for text, mine, shown in differing[:40]
    )
    return compared


def test_viewer_reads_in_the_transcript_the_cues_that_chromium_shows(page: Page) -> None:
    assert compare(page, list(CORPUS)) > 200


def test_generated_texts_have_the_cues_that_chromium_reads(page: Page) -> None:
    assert compare(page, generated(800)) > 800


def test_chromium_reads_what_we_write_as_we_do(page: Page) -> None:
    assert compare(page, [write(read(text)).encode() for text in CORPUS if sniff(text) == "webvtt"]) > 200
