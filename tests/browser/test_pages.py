"""Pages beside the main journey: launches that cannot be opened, the end of the pop-up, and the sandbox itself."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import AxeCheck
from tests.browser.journey import press_button, tool_frame
from tests.support.stack import Stack

pytestmark = pytest.mark.browser

_POST = """([action, fields]) => {
  const form = Object.assign(document.createElement('form'), { method: 'post', action });
  for (const [name, value] of Object.entries(fields)) {
    form.append(Object.assign(document.createElement('input'), { name, value }));
  }
  document.body.append(form);
  form.submit();
}"""


@pytest.mark.parametrize(
    ("fields", "said", "next_step"),
    [
        (
            {"id_token": "forged.token.here", "state": "x"},
            "Cuedeck could not verify that this launch came from Canvas.",
            "Close this, go back to Canvas and press the button again.",
        ),
        (
            {"error": "login_required", "error_description": "<b>Log in</b>", "state": "x"},
            "Canvas did not complete the launch.",
            "Open Canvas in a new window, log in there if it asks, and open Cuedeck from there.",
        ),
    ],
    ids=["forged", "declined"],
)
def test_launch_that_cannot_be_opened_says_why_and_what_to_do(
    desk: Page, stack: Stack, accessible: AxeCheck, fields: dict[str, str], said: str, next_step: str
) -> None:
    desk.goto(f"{stack.canvas}/")
    desk.evaluate(_POST, [f"{stack.tool}/lti/launch", fields])
    expect(desk.get_by_role("heading", level=1)).to_have_text(said)
    expect(desk.get_by_role("main")).to_contain_text(next_step)
    expect(desk.get_by_role("main")).to_contain_text("Reference for your administrator")
    assert desk.locator("main b").count() == 0
    accessible(desk)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/connect/canvas?ticket=used", "This address has expired or was used before."),
        ("/connect/canvas/callback?state=unknown&code=x", "This address has expired or was used before."),
        ("/nothing/here", "There is nothing here."),
    ],
)
def test_address_that_leads_nowhere_says_so(
    desk: Page, stack: Stack, accessible: AxeCheck, path: str, said: str
) -> None:
    desk.goto(f"{stack.tool}{path}")
    expect(desk.get_by_role("heading", level=1)).to_have_text(said)
    accessible(desk)


def test_reloaded_picker_says_how_to_go_on(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    desk.goto(f"{stack.canvas}/courses/17/pages/welcome/edit")
    picker = press_button(desk, stack)
    picker.evaluate("() => location.reload()")
    expect(picker.get_by_role("heading", level=1)).to_have_text("This launch was opened before, or waited too long.")
    expect(picker.get_by_role("main")).to_contain_text("Open it again from Canvas.")
    accessible(picker)


def test_launch_for_media_that_are_not_there_is_explained(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    """A link made by hand, without an embed."""
    desk.goto(f"{stack.canvas}/courses/17/external_tools/retrieve?url={stack.tool}/lti/launch&display=borderless")
    page = tool_frame(desk, stack)
    expect(page.get_by_role("heading", level=1)).to_have_text("Cuedeck works")
    accessible(page)


@pytest.mark.parametrize(
    "path",
    [
        "/login",
        "/",
        "/sandbox",
        "/courses/17",
        "/courses/17/pages/welcome",
        "/courses/17/pages/welcome/edit",
        "/courses/17/discussion_topics/1",
    ],
)
def test_sandbox_page_is_accessible(desk: Page, stack: Stack, accessible: AxeCheck, path: str) -> None:
    desk.goto(f"{stack.canvas}{path}")
    expect(desk.get_by_role("heading", level=1)).to_be_visible()
    accessible(desk)


def test_dialogs_of_the_editor_are_accessible(desk: Page, stack: Stack, accessible: AxeCheck) -> None:
    desk.goto(f"{stack.canvas}/courses/17/pages/welcome/edit")
    desk.get_by_role("button", name="Link", exact=True).click()
    expect(desk.get_by_role("dialog", name="Insert link")).to_be_visible()
    accessible(desk)
    desk.keyboard.press("Escape")
    desk.get_by_role("button", name="HTML", exact=True).click()
    expect(desk.get_by_role("textbox", name="Page content, HTML")).to_be_focused()
    accessible(desk)
    press_button(desk, stack)
    accessible(desk)
