"""An administrator pastes one address in Canvas, installs, enables; a teacher presses the button."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect

from tests.browser.conftest import AxeCheck, clean
from tests.browser.journey import new_page, press_button
from tests.support.institution import another_canvas, invite
from tests.support.stack import Stack


@pytest.fixture(scope="module")
def harbour(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack as Harbour School sees it: the same tool, a Canvas of its own without any tool in it."""
    run_dir = tmp_path_factory.mktemp("harbour")
    with another_canvas(run_dir, stack.tool) as (canvas, _):
        yield replace(stack, canvas=canvas)


def be(page: Page, harbour: Stack, name: str) -> None:
    page.goto(f"{harbour.canvas}/login")
    page.get_by_role("button", name=f"Be {name}").click()
    page.wait_for_url(f"{harbour.canvas}/")


def enter(page: Page, harbour: Stack, address: str) -> FrameLocator:
    """Paste an address in Canvas; gives the frame that it opens."""
    page.goto(harbour.canvas)
    page.get_by_role("link", name="Apps").click()
    page.get_by_label("Registration address").fill(address)
    page.get_by_role("button", name="Continue").click()
    return page.frame_locator("#registration")


def fits(page: Page, wide: int) -> None:
    """Make sure that nothing sticks out of the frame's page at this width."""
    page.set_viewport_size({"width": wide, "height": 800})
    frame = next(frame for frame in page.frames if "/lti/regist" in frame.url)
    assert frame.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.set_viewport_size({"width": 1280, "height": 900})


def test_administrator_installs_by_one_address_and_a_teacher_presses_the_button(
    context: BrowserContext,
    browser: Browser,
    harbour: Stack,
    accessible: AxeCheck,
    screenshots: Callable[[Page, str], None],
) -> None:
    with clean(context):
        page = context.new_page()
        be(page, harbour, "Anton Administrator")
        frame = enter(page, harbour, invite(harbour))

        expect(frame.get_by_role("heading", name="Install Cuedeck")).to_be_visible()
        expect(frame.get_by_text("Harbour School")).to_be_visible()
        accessible(next(each for each in page.frames if "/lti/register" in each.url))
        fits(page, 320)
        screenshots(page, "register")
        frame.get_by_role("checkbox", name="Homework submission").uncheck()
        frame.get_by_role("button", name="Install").click()

        expect(frame.get_by_role("heading", name="Cuedeck is registered")).to_be_visible()
        accessible(next(each for each in page.frames if "/lti/registered" in each.url))
        fits(page, 320)
        screenshots(page, "registered")
        client_id = frame.get_by_role("textbox", name="Number of the LTI key (client id)").input_value()
        assert client_id.startswith("2000")
        frame.get_by_role("button", name="Copy Redirect URI").click()
        expect(frame.get_by_role("status")).not_to_be_empty()
        assert (
            f"{harbour.tool}/connect/canvas/callback" == frame.get_by_role("textbox", name="Redirect URI").input_value()
        )
        with context.expect_page() as opened:
            frame.get_by_role("link", name="Open these steps in a new tab").click()
        expect(opened.value.get_by_role("heading", name="Cuedeck is registered")).to_be_visible()
        opened.value.close()
        frame.get_by_role("button", name="Close", exact=True).click()

        page.wait_for_url(f"{harbour.canvas}/accounts/1/apps")
        app = page.get_by_role("article", name="Cuedeck")
        expect(app.get_by_text("is off")).to_be_visible()
        accessible(page)
        app.get_by_role("button", name="Enable").click()
        expect(app.get_by_text("is on")).to_be_visible()

    other = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    other.set_default_timeout(45_000)
    with clean(other):
        page = other.new_page()
        be(page, harbour, "Tomas Teacher")
        new_page(page, harbour, "First page")
        picker = press_button(page, harbour)
        # No API key was entered: the picker opens, and says what is missing.
        expect(picker.get_by_role("heading", name="Choose media")).to_be_visible()
        expect(picker.get_by_text("Cuedeck has no Canvas API key for this school yet.").first).to_be_visible()
    other.close()


def test_administrator_reads_what_is_wrong_with_an_address(
    context: BrowserContext, harbour: Stack, accessible: AxeCheck
) -> None:
    with clean(context):
        page = context.new_page()
        be(page, harbour, "Anton Administrator")
        frame = enter(page, harbour, f"{harbour.tool}/lti/register?invitation=made-up")

        expect(frame.get_by_role("heading", name="This installation address is not valid")).to_be_visible()
        accessible(next(each for each in page.frames if "/lti/register" in each.url))


def test_administrator_installs_by_keyboard_alone(context: BrowserContext, harbour: Stack) -> None:
    with clean(context):
        page = context.new_page()
        be(page, harbour, "Anton Administrator")
        frame = enter(page, harbour, invite(harbour))
        frame.get_by_role("checkbox", name="Button in the editor").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Space")  # leaves homework out
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(frame.get_by_role("heading", name="Cuedeck is registered")).to_be_visible()


def test_forms_work_without_script(browser: Browser, harbour: Stack) -> None:
    plain = browser.new_context(java_script_enabled=False)
    page = plain.new_page()
    be(page, harbour, "Anton Administrator")
    frame = enter(page, harbour, invite(harbour))
    frame.get_by_role("button", name="Install").click()
    expect(frame.get_by_role("heading", name="Cuedeck is registered")).to_be_visible()
    plain.close()
