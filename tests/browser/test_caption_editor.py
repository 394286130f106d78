"""The caption editor: a teacher corrects captions by keyboard alone, and nothing that was typed gets lost."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, Playwright, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import be, open_item, open_picker, search
from tests.browser.keys import Keys
from tests.browser.looks import OUT_OF_REACH, SIDEWAYS
from tests.browser.third_parties import with_setting
from tests.support.chromium import ARGUMENTS, CHROMIUM
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

# The page's own modules, as the item's page uses them.
_MODULES = """
  const css = document.querySelector('link[href*="css/base.css"]').href;
  const load = (name) => import(css.replace("css/base.css", `js/${name}.js`));
  const { Api } = await load("api");
  const api = new Api(JSON.parse(document.getElementById("config").textContent));
  const list = await api.call("media", { query: { search: title } });
  const detail = await api.call("detail", { method: "POST", body: { handle: list.items[0].handle } });
  const place = { handle: detail.handle, track: detail.tracks[0].id };
"""
_READ = f"""async (title) => {{
  {_MODULES}
  return await api.call("captions", {{ method: "POST", more: "text", body: place }});
}}"""
_SAVE = f"""async ([title, change]) => {{
  {_MODULES}
  const text = await api.call("captions", {{ method: "POST", more: "text", body: place }});
  const cues = text.cues.map((cue, at) => ({{ ...cue, ...change[at] }}));
  await api.call("captions", {{ method: "POST", more: "save", body: {{ ...place, version: text.version, cues }} }});
}}"""
_MANY = f"""async (title) => {{
  {_MODULES}
  const {{ version }} = await api.call("captions", {{ method: "POST", more: "text", body: place }});
  const cues = Array.from({{ length: 2000 }}, (_, at) => (
    {{ start: at * 3, end: at * 3 + 2.5, text: `Line ${{at + 1}}` }}
  ));
  await api.call("captions", {{ method: "POST", more: "save", body: {{ ...place, version, cues }} }});
}}"""
# How long the page is busy with one letter, in milliseconds: the least of some, for others use this machine as well.
_BUSY = """() => {
  const field = document.activeElement;
  const times = [];
  for (const letter of "fluid typing") {
    field.value += letter;
    const begun = performance.now();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.body.getBoundingClientRect();
    times.push(performance.now() - begun);
  }
  return Math.min(...times);
}"""


def edit(picker: Frame, title: str) -> Locator:
    """Open the editor from the item's page; gives its dialog."""
    search(picker, title)
    item = open_item(picker, title)
    item.locator("summary", has_text="Look after the captions").press("Enter")
    again(picker)
    return picker.get_by_role("dialog", name="Edit captions")


def again(picker: Frame) -> None:
    picker.get_by_role("button", name="Edit", exact=True).press("Enter")
    dialog = picker.get_by_role("dialog", name="Edit captions")
    there = dialog.get_by_role("heading", name="Checks").or_(dialog.get_by_role("button", name="Go on"))
    expect(there).to_be_visible(timeout=30_000)  # its modules and the text are fetched only now


def texts(picker: Frame, title: str) -> list[str]:
    text: dict[str, Any] = picker.evaluate(_READ, title)
    return [cue["text"] for cue in text["cues"]]


def field(dialog: Locator, what: str, number: int) -> Locator:
    return dialog.get_by_role("textbox", name=f"{what} of caption {number:,}", exact=True)


@pytest.fixture
def study(playwright: Playwright, stack: Stack, tmp_path: Path) -> Iterator[Page]:
    """A tab of Tilda's browser at home, which keeps what pages in frames want to keep; private windows do not."""
    context = with_setting(playwright, CHROMIUM or "", ARGUMENTS, tmp_path / "profile", block=False)
    context.set_default_timeout(45_000)
    with clean(context):
        page = context.new_page()
        be(page, stack, "Tilda Teacher")
        yield page
    context.close()


def test_teacher_corrects_captions_by_keyboard_alone(
    study: Page, stack: Stack, accessible: AxeCheck, screenshots: Callable[[Page, str], None]
) -> None:
    desk = study
    title = "Lecture 00103: colour"
    picker = open_picker(desk, stack, "Editor by keyboard")
    before = texts(picker, title)
    keys = Keys(desk)
    dialog = edit(picker, title)
    state = dialog.get_by_text(re.compile("^Not saved yet|^Everything is saved"))
    keys.expect(field(dialog, "Text", 1))
    expect(state).to_have_text("Everything is saved.")
    accessible(picker)

    # Text, undone and done again.
    keys.press("Control+End")
    keys.type(" R&D <3")
    expect(state).to_have_text("Not saved yet. Your changes are kept in this browser.")
    keys.press("Control+z")
    expect(field(dialog, "Text", 1)).to_have_value(before[0])
    keys.press("Control+Shift+Z")
    expect(field(dialog, "Text", 1)).to_have_value(f"{before[0]} R&D <3")

    # Times: by tenths, and one that cannot be.
    keys.press("Alt+ArrowDown")
    keys.expect(field(dialog, "Text", 2))
    keys.to(field(dialog, "Start", 2), "Shift+Tab")
    keys.press("ArrowUp")
    expect(field(dialog, "Start", 2)).to_have_value("0:03.100")
    keys.replace("soon")
    keys.press("Control+s")
    keys.expect(field(dialog, "Start", 2))
    expect(dialog.get_by_text("Write a time as minutes and seconds, like 1:30.5.")).to_be_visible()
    keys.replace("3,2")
    keys.press("Enter")
    expect(field(dialog, "Start", 2)).to_have_value("0:03.200")

    # Split, join, add, delete.
    keys.to(field(dialog, "Text", 2))
    keys.press("Control+Home", *["ArrowRight"] * len("It is now "))
    keys.press("Control+Shift+Enter")
    keys.expect(field(dialog, "Text", 3))
    expect(field(dialog, "Text", 3)).to_have_value("three seconds.")
    expect(dialog.get_by_text("11 captions")).to_be_visible()
    keys.press("Alt+ArrowUp", "Alt+Shift+ArrowDown")
    expect(field(dialog, "Text", 2)).to_have_value("It is now\nthree seconds.")
    keys.press("Alt+Enter")
    keys.type("This one is much too long for a line, and nobody could read it")
    finding = dialog.get_by_role("button", name=re.compile("^Caption 3, .* A line has"))
    expect(finding).to_be_visible()
    keys.press("Alt+ArrowDown", "Shift+F8")
    keys.expect(field(dialog, "Text", 3))
    keys.press("Alt+Shift+Delete")
    expect(dialog.get_by_text("10 captions")).to_be_visible()
    keys.expect(field(dialog, "Text", 3))

    # Play from the caption, and start it where the media stands.
    keys.press("Control+Enter")
    picker.wait_for_function("() => document.querySelector('#caption-editor video').currentTime > 6.1")
    keys.press("Control+Enter")
    picker.wait_for_function("() => document.querySelector('#caption-editor video').paused")
    keys.press("Alt+Shift+Home")
    expect(field(dialog, "Start", 3)).not_to_have_value("0:06.000")
    keys.press("Control+z")
    expect(field(dialog, "Start", 3)).to_have_value("0:06.000")

    # Find and replace, move all times, the list of shortcuts.
    keys.press("Control+f")
    keys.type("seconds")
    expect(dialog.get_by_text("10 places")).to_be_visible()
    keys.to(dialog.get_by_role("textbox", name="Replace with"))
    keys.type("minutes")
    keys.to(dialog.get_by_role("button", name="Replace all"))
    accessible(picker)
    keys.press("Enter")
    expect(dialog.get_by_text("10 places replaced")).to_be_visible()
    keys.press("Escape")
    keys.expect(dialog.get_by_role("button", name="Find and replace"))
    keys.press("Tab", "Enter")
    keys.expect(dialog.get_by_role("textbox", name="Seconds"))
    keys.replace("0,25")
    keys.to(dialog.get_by_role("button", name="Later"))
    keys.press("Enter")
    expect(dialog.get_by_role("textbox", name="The last caption starts at")).to_have_value("0:27.250")
    accessible(picker)
    keys.press("Escape", "Tab", "Enter")
    keys.expect(dialog.get_by_role("region", name="Keyboard shortcuts"))
    expect(dialog.get_by_text("Split at the cursor")).to_be_visible()
    accessible(picker)
    screenshots(desk, "caption-editor-1280")

    # Away, and back another day: the work is still there.
    keys.press("Escape", "Escape")
    expect(dialog.get_by_role("heading", name="There are changes that you have not saved.")).to_be_focused()
    accessible(picker)
    keys.to(dialog.get_by_role("button", name="Close and go on later"))
    keys.leave()
    keys.expect(picker.get_by_role("button", name="Edit", exact=True))
    assert texts(picker, title) == before
    picker = open_picker(desk, stack, "Editor on another day")
    dialog = edit(picker, title)
    keys.expect(dialog.get_by_role("heading", name="You have unsaved work on these captions"))
    accessible(picker)
    keys.to(dialog.get_by_role("button", name="Go on with it"))
    keys.press("Enter")
    expect(field(dialog, "Text", 2)).to_have_value("It is now\nthree minutes.")

    # Saved, and closed.
    keys.press("Control+s")
    expect(dialog.get_by_text("Everything is saved.")).to_be_visible()
    keys.press("Escape")
    keys.expect(picker.get_by_role("button", name="Edit", exact=True))
    saved = picker.evaluate(_READ, title)
    assert [cue["text"] for cue in saved["cues"]] == [
        "It is now zero minutes: the clock starts. R&amp;D &lt;3",
        "It is now\nthree minutes.",
        *[text.replace("seconds", "minutes") for text in before[2:]],
    ]
    assert [cue["start"] for cue in saved["cues"]][:3] == [0.25, 3.45, 6.25]


@pytest.mark.parametrize("width", [1280, 320])
def test_two_peoples_changes_are_put_together_whatever_fails(
    browser: Browser,
    troubled: Stack,
    accessible: AxeCheck,
    screenshots: Callable[[Page, str], None],
    width: int,
) -> None:
    title = "Lecture 00106: the long take" if width == 320 else "Lecture 00109: genre"
    with logged_in(browser, troubled, "Tilda Teacher", width=width) as context, clean(context):
        page = context.new_page()
        troubled.misbehave(revoke_tokens=True)
        picker = open_picker(page, troubled, f"Editor at {width}")
        dialog = edit(picker, title)
        accessible(picker)
        content, window = picker.evaluate(SIDEWAYS)
        assert content <= window
        assert picker.evaluate(OUT_OF_REACH) == []
        screenshots(page, f"caption-editor-{width}")
        for number, words in enumerate(("Mine", "Mine too"), start=1):
            field(dialog, "Text", number).fill(words)
        expect(dialog.get_by_text("keeps your changes only as long as this page is open")).to_be_visible()
        save = dialog.get_by_role("button", name="Save", exact=True)

        # Somebody else saves: one caption that Tilda changed as well, and another.
        picker.evaluate(_SAVE, [title, {"1": {"text": "Theirs"}, "5": {"text": "Six"}}])
        save.press("Enter")
        expect(dialog.get_by_role("heading", name="Somebody else has changed these captions")).to_be_focused()
        expect(dialog.get_by_role("group")).to_have_count(1)
        accessible(picker)
        assert picker.evaluate(OUT_OF_REACH) == []
        screenshots(page, f"caption-editor-versions-{width}")

        # Who goes back to the editor has decided nothing: saving asks once more.
        dialog.get_by_role("button", name="Back to the editor").press("Enter")
        expect(field(dialog, "Text", 2)).to_be_focused()
        save.press("Enter")
        dialog.get_by_role("radio", name=re.compile("^Theirs")).check()

        # Canvas fails: all of it is still here, and can be saved when Canvas is well again.
        troubled.misbehave(faults=[{"kind": "status", "path": "/api/v1/*", "count": None}])
        dialog.get_by_role("button", name="Save this").press("Enter")
        expect(dialog.get_by_role("button", name="Download what you have")).to_be_visible()
        expect(dialog.get_by_role("alert").filter(has_text="Canvas")).to_be_visible()
        accessible(picker)
        with page.expect_download() as downloaded:
            dialog.get_by_role("button", name="Download what you have").press("Enter")
        content = downloaded.value.path().read_text()
        assert content.startswith("WEBVTT\n\n")
        assert "Mine" in content
        troubled.heal()
        save.press("Enter")
        expect(dialog.get_by_text("Everything is saved.")).to_be_visible()
        now = texts(picker, title)
        assert (now[0], now[1], now[5]) == ("Mine", "Theirs", "Six")


def test_two_thousand_captions_stay_fluid(desk: Page, stack: Stack) -> None:
    title = "Lecture 00112: lenses"
    picker = open_picker(desk, stack, "Editor with many captions")
    picker.evaluate(_MANY, title)
    dialog = edit(picker, title)
    rows = dialog.get_by_role("list", name="2,000 captions").get_by_role("listitem")

    def few() -> None:
        assert 3 < dialog.locator(".ce-row").count() < 40

    expect(field(dialog, "Text", 1)).to_be_focused()
    few()
    assert picker.evaluate(_BUSY) < 50
    dialog.locator(".ce-body").evaluate("body => { body.scrollTop = body.scrollHeight; }")
    expect(field(dialog, "Text", 2000)).to_be_visible()
    few()
    assert rows.last.get_attribute("aria-setsize") == "2000"
    # The caption where somebody is stays, out of sight: the next key goes on from there.
    desk.keyboard.press("Alt+ArrowDown")
    expect(field(dialog, "Text", 2)).to_be_focused()
    expect(field(dialog, "Text", 2)).to_be_in_viewport()
    dialog.get_by_role("button", name="Find and replace").click()
    desk.keyboard.type("line 1234")
    desk.keyboard.press("Enter")
    expect(field(dialog, "Text", 1234)).to_be_in_viewport()
    few()
    dialog.get_by_role("button", name="Close", exact=True).click()
    dialog.get_by_role("button", name="Close and throw them away").click()
    expect(dialog).to_have_count(0)
    again(picker)
    expect(field(dialog, "Text", 1)).to_have_value("Line 1")
