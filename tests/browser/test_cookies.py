"""The complete journeys in every browser that people have: with third-party cookies, and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsers import SETTINGS, WINDOW, OpenSetting, opening, tool_frame_at, waiting_room
from tests.browser.conftest import AxeCheck
from tests.browser.journey import (
    active_cues,
    connect,
    insert,
    new_page,
    open_item,
    press_button,
    ready,
    save,
    search,
    text_tracks,
    tool_frame,
)
from tests.browser.third_parties import serving
from tests.support.stack import Stack

pytestmark = pytest.mark.browser
open_setting = pytest.fixture(opening)


@pytest.mark.parametrize("name", SETTINGS)
def test_teacher_connects_and_inserts_and_a_student_watches(name: str, open_setting: OpenSetting, stack: Stack) -> None:
    setting = open_setting(name)
    editor = setting.person("Tilda Teacher")
    setting.press(editor, f"With {name}")
    window, picker = setting.shown(editor)
    expect(picker.get_by_role("button", name="Connect Canvas")).to_be_visible()
    connect(window, picker)
    search(picker, "clock works")
    dialog = open_item(picker, "How the clock works")
    dialog.get_by_label("Captions on at start").select_option(label="Spanish")
    insert(editor, dialog)
    assert window is editor or window.is_closed()
    address = save(editor)

    student = setting.person("Sam Student")
    student.goto(address)
    _, player = setting.shown(student)
    ready(player)
    player.wait_for_function("() => [...document.querySelector('video').textTracks].some(t => t.cues?.length)")
    assert [track.language for track in text_tracks(player) if track.mode == "showing"] == ["es"]
    assert active_cues(player, 4) == ["Ahora son tres segundos."]
    if setting.proxy is not None:
        assert setting.proxy.withheld > 0
        assert setting.proxy.sent == []  # so the browser held none
        assert name.endswith("silent platform") or _ours(student) == []


def _ours(page: Page) -> list[str]:
    """List the tool's cookies that the browser holds, partitioned or not."""
    return [cookie["name"] for cookie in page.context.cookies() if "cuedeck" in cookie["name"]]


TRY = """() => {
  document.cookie = 'ordinary=1; Path=/; Secure; SameSite=None';
  document.cookie = 'partitioned=1; Path=/; Secure; SameSite=None; Partitioned';
  return document.cookie.split('; ').map(cookie => cookie.split('=')[0]).filter(name => !name.startsWith('__'));
}"""


@pytest.mark.parametrize(
    ("name", "kept"),
    [("cookies allowed", {"ordinary", "partitioned"}), ("cookies blocked by the setting", {"partitioned"})],
)
def test_browser_keeps_the_cookies_that_its_setting_says(
    name: str, kept: set[str], open_setting: OpenSetting, stack: Stack
) -> None:
    editor = open_setting(name).person("Tilda Teacher")
    new_page(editor, stack, "Cookies")

    assert set(press_button(editor, stack).evaluate(TRY)) == kept


def test_second_launch_goes_straight_through_where_cookies_are_kept(open_setting: OpenSetting, stack: Stack) -> None:
    editor = open_setting("cookies blocked by the setting").person("Tilda Teacher")
    statuses: list[int] = []
    editor.on("response", lambda answer: statuses.append(answer.status) if "/lti/login" in answer.url else None)

    for title in ("First", "Second"):
        new_page(editor, stack, title)
        press_button(editor, stack)
        editor.on("dialog", lambda dialog: dialog.accept())

    assert statuses == [200, 302]


def test_proof_is_gone_from_the_platform_after_the_launch(open_setting: OpenSetting, stack: Stack) -> None:
    editor = open_setting("no cookie at all").person("Tilda Teacher")
    new_page(editor, stack, "Nothing left")
    press_button(editor, stack)

    kept = editor.evaluate("() => Object.keys(localStorage).filter(key => key.includes('cuedeck'))")

    assert [key.rpartition("|")[2] for key in kept] == ["cuedeck"]  # our list of what we put there


def test_storage_that_is_full_of_old_proofs_is_cleared(open_setting: OpenSetting, stack: Stack) -> None:
    """A launch that nobody waits for leaves its proof behind; fifty of them fill what Canvas keeps for us."""
    editor = open_setting("no cookie at all").person("Tilda Teacher")
    new_page(editor, stack, "Full")
    editor.evaluate(
        """origin => {
          const shelf = `lti|platform_storage|${origin}|`;
          const names = Array.from({ length: 40 }, (_, number) => `cuedeck.${String(number).padStart(24, '0')}`);
          names.forEach(name => localStorage.setItem(shelf + name, 'p'.repeat(43)));
          localStorage.setItem(`${shelf}cuedeck`, names.map(name => `${name}@1`).join(' '));
        }""",
        stack.tool,
    )

    picker = press_button(editor, stack)

    expect(picker.get_by_role("heading", name="Choose media")).to_be_visible()
    assert editor.evaluate("() => Object.keys(localStorage).filter(key => key.includes('cuedeck.')).length") == 0


def test_cookies_are_enough_where_the_platform_is_silent(open_setting: OpenSetting, stack: Stack) -> None:
    """As in Canvas's mobile apps."""
    setting = open_setting("cookies blocked by the setting")
    stack.misbehave(behaviour={"answers_messages": False})
    editor = setting.person("Tilda Teacher")
    new_page(editor, stack, "In an app")

    expect(press_button(editor, stack).get_by_role("heading", name="Choose media")).to_be_visible()


def test_slow_canvas_page_needs_no_window(open_setting: OpenSetting, stack: Stack) -> None:
    setting = open_setting("no cookie, silent platform")
    editor = setting.person("Tilda Teacher")
    setting.press(editor, "Slow")
    waiting_room(editor, stack)

    editor.evaluate("() => import('/sandbox-static/messages.js').then(() => null)")

    expect(tool_frame(editor, stack).get_by_role("heading", name="Choose media")).to_be_visible()


def test_pages_of_a_launch_without_cookies_can_be_used_by_everyone(
    open_setting: OpenSetting, stack: Stack, accessible: AxeCheck
) -> None:
    setting = open_setting("no cookie, silent platform")
    editor = setting.person("Tilda Teacher")
    setting.press(editor, "By everyone")
    editor.set_viewport_size({"width": 320, "height": 640})
    room = waiting_room(editor, stack)
    accessible(room)
    assert room.evaluate("() => document.documentElement.scrollWidth <= innerWidth")

    room.get_by_role("button", name=WINDOW).focus()
    with editor.expect_popup() as opened:
        editor.keyboard.press("Enter")
    expect(opened.value.get_by_role("heading", name="Choose media")).to_be_visible()
    expect(room.get_by_role("heading", name="Cuedeck is open in another window")).to_be_focused()
    accessible(room)
    assert room.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


def test_person_who_cancels_in_the_new_window_is_back_in_the_editor(open_setting: OpenSetting, stack: Stack) -> None:
    setting = open_setting("no cookie, silent platform")
    editor = setting.person("Tilda Teacher")
    setting.press(editor, "Cancelled")
    window, picker = setting.shown(editor)
    expect(picker.get_by_role("button", name="Connect Canvas")).to_be_visible()

    with window.expect_event("close"):
        picker.get_by_role("button", name="Cancel").click()

    expect(editor.locator("#tool-dialog")).to_be_hidden()


def test_person_whose_editor_is_closed_is_told_so_in_the_new_window(open_setting: OpenSetting, stack: Stack) -> None:
    setting = open_setting("no cookie, silent platform")
    editor = setting.person("Tilda Teacher")
    setting.press(editor, "Closed")
    _, picker = setting.shown(editor)
    expect(picker.get_by_role("button", name="Connect Canvas")).to_be_visible()
    editor.on("dialog", lambda dialog: dialog.accept())
    editor.goto(f"{stack.canvas}/courses/17")

    picker.get_by_role("button", name="Cancel").click()

    expect(picker.get_by_role("alert").filter(has_text="The editor that you came from is closed.")).to_be_visible()


def test_launch_whose_proof_is_lost_says_what_to_do(
    open_setting: OpenSetting, stack: Stack, accessible: AxeCheck
) -> None:
    setting = open_setting("no cookie at all")
    editor = setting.person("Tilda Teacher")
    editor.add_init_script("Storage.prototype.getItem = () => null")

    setting.press(editor, "Lost")

    frame = tool_frame_at(editor, f"{stack.tool}/lti/launch")
    said = frame.get_by_role("alert")
    expect(said).to_contain_text("Cuedeck could not confirm that this browser started the launch.")
    expect(said).to_contain_text("Open it again from Canvas.")
    expect(frame.get_by_role("button")).to_have_count(0)
    editor.set_viewport_size({"width": 320, "height": 640})
    accessible(frame)
    assert frame.evaluate("() => document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("believed", [False, True])
def test_stranger_who_answers_for_canvas_is_not_believed(
    page: Page, stack: Stack, tmp_path: Path, believed: bool
) -> None:
    """The frame asks its parent, as a launch does; the parent is of another origin and answers everything."""
    answers = """addEventListener('message', ({data: {subject, ...rest}, source}) => source.postMessage(
      {...rest, subject: `${subject}.response`, value: 'of the stranger'}, '*'))"""
    html = f"<iframe src='{stack.tool}/lti/launch'></iframe><script>{answers}</script>"
    (tmp_path / "index.html").write_text(html)
    with serving(tmp_path) as stranger:
        page.goto(stranger)
        frame = tool_frame_at(page, f"{stack.tool}/lti/launch")

    heard = frame.evaluate(
        """async ([parents, origin]) => {
          const base = document.querySelector('link[rel=stylesheet]').href;
          const { PlatformStorage } = await import(new URL('../js/platform-storage.js', base).href);
          const storage = new PlatformStorage({ target: 'post_message_forwarding', origin, parents });
          return (await storage.take('cuedeck.key')) ?? null;
        }""",
        [[stack.canvas, *([stranger] if believed else [])], stack.canvas],
    )

    assert heard == ("of the stranger" if believed else None)
