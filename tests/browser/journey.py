"""The steps of the main journey, as a person with a screen reader would name them: by role and label."""

from __future__ import annotations

import time
from dataclasses import dataclass

from playwright.sync_api import Frame, Locator, Page, expect

from tests.support.stack import Stack


def be(page: Page, stack: Stack, name: str) -> None:
    """Choose who to be."""
    page.goto(f"{stack.canvas}/login")
    page.get_by_role("button", name=f"Be {name}").click()
    page.wait_for_url(f"{stack.canvas}/")


def watched(page: Page) -> Page:
    """Have a page's file choosers caught from its beginning.

    Playwright catches them while somebody listens, and says so to the frame's process; a key that is pressed right
    after the first listener came may arrive at that process before the word does, and no chooser is ever seen.
    """
    page.on("filechooser", lambda _: None)
    return page


def new_page(page: Page, stack: Stack, title: str, place: str = "courses/17") -> None:
    """Begin a page of the course; the editor is open afterwards."""
    page.goto(f"{stack.canvas}/{place}")
    page.get_by_role("link", name="New page").click()
    page.get_by_label("Title").fill(title)


def tool_frames(page: Page, stack: Stack, count: int, timeout: float = 20) -> list[Frame]:
    """Wait for so many frames that show pages of the tool; they are in the order of the page."""
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        opened = (f"{stack.tool}/lti/launch", f"{stack.tool}/lti/open")
        frames = [frame for frame in page.frames if frame.url.startswith(opened)]
        # The small page that a launch without cookies goes through is not one that anybody waits for.
        if len(frames) == count and all(frame.locator("main:not([data-interim])").count() for frame in frames):
            return frames
        page.wait_for_timeout(50)
    raise AssertionError(f"not {count} pages of the tool among {[frame.url for frame in page.frames]}")


def tool_frame(page: Page, stack: Stack, timeout: float = 20) -> Frame:
    """Wait for the frame that shows a page of the tool."""
    return tool_frames(page, stack, 1, timeout)[0]


def press_button(page: Page, stack: Stack) -> Frame:
    """Press the tool's button in the editor's toolbar; gives the picker."""
    page.get_by_role("toolbar").get_by_role("button", name="Cuedeck").click()
    return tool_frame(page, stack)


def connect(page: Page, picker: Frame) -> None:
    """Give consent in the pop-up, if it is asked for."""
    button = picker.get_by_role("button", name="Connect Canvas")
    expect(button.or_(media(picker).first)).to_be_visible()
    if not button.is_visible():
        return
    with page.expect_popup() as opened:
        button.click()
    popup = opened.value
    popup.get_by_role("button", name="Authorize").click()
    expect(media(picker).first).to_be_visible()
    if not popup.is_closed():
        popup.wait_for_event("close")


def panel(picker: Frame) -> Locator:
    """Give the panel of the tab that is open."""
    return picker.get_by_role("tabpanel")


def media(picker: Frame) -> Locator:
    """Give the headings of the media that are listed."""
    return panel(picker).get_by_role("listitem").get_by_role("heading", level=2)


def open_picker(page: Page, stack: Stack, title: str, place: str = "courses/17") -> Frame:
    """Begin a page, open the tool in it, and connect Canvas if need be; the list is there afterwards."""
    new_page(page, stack, title, place)
    picker = press_button(page, stack)
    connect(page, picker)
    return picker


def save(page: Page) -> str:
    """Save the page that is being edited; gives its address."""
    expect(page.locator("#tool-dialog")).to_be_hidden()
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(lambda url: "/pages/" in url and not url.endswith(("/new", "/edit")))
    return page.url


def found(picker: Frame, words: str, count: int) -> None:
    """Search, and wait until so many are found."""
    search(picker, words)
    expect(panel(picker).get_by_text(f"{count} shown, that is all")).to_be_visible()


def search(picker: Frame, words: str) -> None:
    """Search in the tab that is open."""
    picker.get_by_role("searchbox", name="Search by title").fill(words)


def open_item(picker: Frame, title: str) -> Locator:
    """Open a media item; gives its dialog, filled."""
    picker.get_by_role("button", name=title, exact=True).click()
    dialog = picker.get_by_role("dialog", name=title)
    expect(dialog.get_by_role("group", name="Captions to offer")).to_be_visible()
    return dialog


def insert(page: Page, within: Locator) -> None:
    """Press Insert in an item's dialog or in the selection, and wait until it stands in the text."""
    text = page.get_by_role("textbox", name="Page content")
    before = page.locator("[data-text]").inner_html()
    within.get_by_role("button", name="Insert", exact=True).click()
    expect(page.locator("#tool-dialog")).to_be_hidden()
    expect(text).not_to_have_js_property("innerHTML", before)


def ready(player: Frame) -> None:
    """Wait until the player's media can be seeked in."""
    player.wait_for_function("() => document.querySelector('video, audio')?.readyState >= 1")


@dataclass(frozen=True)
class ShownTrack:
    """One text track of the player's video element."""

    language: str
    label: str
    mode: str
    cues: int


def text_tracks(player: Frame) -> list[ShownTrack]:
    """Read the video element's own list of text tracks: what the browser's caption menu offers."""
    rows = player.evaluate(
        """() => [...document.querySelector('video, audio').textTracks]
             .map(t => [t.language, t.label, t.mode, t.cues ? t.cues.length : 0])"""
    )
    return [ShownTrack(*row) for row in rows]


def active_cues(player: Frame, at: float) -> list[str]:
    """Seek to a time (seconds) and read the cues that are shown then."""
    texts: list[str] = player.evaluate(
        """at => new Promise(done => {
             const media = document.querySelector('video, audio');
             media.addEventListener('seeked', () => setTimeout(() => {
               const shown = [...media.textTracks].find(t => t.mode === 'showing');
               done(shown ? [...(shown.activeCues ?? [])].map(cue => cue.text) : []);
             }, 300), { once: true });
             media.currentTime = at;
           })""",
        at,
    )
    return texts


def current_time(player: Frame) -> float:
    """Give the playing position in seconds."""
    return float(player.evaluate("() => document.querySelector('video, audio').currentTime"))
