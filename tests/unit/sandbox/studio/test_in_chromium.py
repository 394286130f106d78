"""Studio in a real browser: its pages by axe, and its player in the frame of a Canvas page."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from sandbox.canvas.app import create_canvas
from sandbox.canvas.config import CanvasConfig
from sandbox.studio.app import create_studio
from sandbox.studio.config import StudioConfig
from tests.support.stack import free_ports
from tests.unit.sandbox.studio.conftest import CLOCK

pytestmark = pytest.mark.browser
CLIPS = StudioConfig().clips_dir  # drawn once for a checkout


@dataclass
class Sites:
    """A Canvas and its Studio on ports, and a tab."""

    canvas: Flask
    canvas_url: str
    studio: Flask
    studio_url: str
    page: Page

    def check(self) -> None:
        """Fail for whatever axe finds on the page."""
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()


@contextmanager
def serving(app: Flask, port: int) -> Iterator[None]:
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def sites(browser: Browser, tmp_path: Path) -> Iterator[Sites]:
    canvas_port, studio_port = free_ports(2)
    canvas_url, studio_url = f"http://127.0.0.1:{canvas_port}", f"http://127.0.0.1:{studio_port}"
    canvas = create_canvas(CanvasConfig(url=canvas_url, installed=False, studio_url=studio_url, clips_dir=CLIPS))
    studio = create_studio(
        StudioConfig(url=studio_url, canvas_url=canvas_url, clips_dir=CLIPS, uploads_dir=tmp_path / "studio")
    )
    with serving(canvas, canvas_port), serving(studio, studio_port):
        page = browser.new_page()
        page.set_default_timeout(10_000)
        yield Sites(canvas, canvas_url, studio, studio_url, page)
        page.close()


def test_person_chooses_and_consents_on_accessible_pages(sites: Sites) -> None:
    page, config = sites.page, StudioConfig()
    query = {"client_id": config.key_id, "response_type": "code", "redirect_uri": config.consent_return, "state": "s"}
    page.goto(f"{sites.studio_url}/api/public/oauth/authorize?{urlencode(query)}")
    sites.check()

    page.get_by_role("button", name="Be Tilda Teacher").click()
    expect(page.get_by_role("heading", name="Cuedeck asks for access to your Studio account.")).to_be_visible()
    sites.check()
    with page.expect_request(f"{config.consent_return}?**") as asked:
        page.get_by_role("button", name="Authorize").click()

    assert "code=" in asked.value.url
    assert "state" not in asked.value.url


def test_student_plays_an_embed_with_four_languages_in_a_canvas_page(sites: Sites) -> None:
    launch_id = sites.studio.extensions["world"].media[CLOCK].lti_launch_id
    launch = f"{sites.studio_url}/lti/launch?custom_arc_launch_type=bare_embed&custom_arc_media_id={launch_id}"
    source = escape(f"/courses/17/external_tools/retrieve?display=borderless&url={quote(launch, safe='')}")
    sites.canvas.extensions["world"].pages[
        "course_17", "welcome"
    ].body = f'<iframe class="lti-embed" title="The clock" src="{source}" width="720" height="405"></iframe>'
    page = sites.page
    page.goto(sites.canvas_url)
    page.get_by_role("button", name="Be Sam Student").click()
    page.goto(f"{sites.canvas_url}/courses/17/pages/welcome")

    video = page.frame_locator("iframe.lti-embed").get_by_label("The clock, explained")
    expect(video).to_be_visible()
    cue = video.evaluate(
        """async video => {
          const arabic = video.textTracks[3]
          arabic.mode = 'showing'
          video.muted = true
          await video.play()
          while (!arabic.cues?.length || video.currentTime === 0) await new Promise(go => setTimeout(go, 50))
          return [video.textTracks.length, arabic.language, arabic.cues[0].text]
        }"""
    )

    assert cue[:2] == [4, "ar"]
    assert any("\u0600" <= letter <= "\u06ff" for letter in cue[2])
    sites.check()
