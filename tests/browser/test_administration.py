"""From an empty installation to a working button: an administrator with an address to paste, and nothing else."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import connect, media, new_page, press_button, tool_frame
from tests.browser.looks import SIDEWAYS
from tests.support.institution import Administrator, invite
from tests.support.stack import Stack, running

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The stack with nothing installed in its Canvas."""
    with running(tmp_path_factory.mktemp("bare") / "run", empty=True) as started:
        yield started


@pytest.fixture(scope="module")
def ada(browser: Browser, bare: Stack) -> Iterator[BrowserContext]:
    with logged_in(browser, bare, "Ada Administrator") as context:
        yield context


@pytest.fixture(scope="module")
def installed(bare: Stack) -> None:
    """Install once more, if need be: for the tests after the first, each of which may be run alone."""
    administrator = Administrator(canvas=bare.canvas, tool=bare.tool)
    if not apps(administrator):
        last = administrator.install(administrator.enter(invite(bare)))
        administrator.enable(str(re.findall(r'id="client-id" value="(\d+)"', last.text)[0]))
    administrator.close()


def apps(administrator: Administrator) -> list[str]:
    """List the numbers of the tools that registered in the Canvas."""
    page = administrator.http.get(f"{administrator.canvas}/accounts/1/apps").text
    return list(dict.fromkeys(re.findall(r'action="/accounts/1/apps/(\d+)"', page)))


def open_administration(page: Page, bare: Stack) -> Frame:
    page.goto(f"{bare.canvas}/accounts/1/apps")
    page.get_by_role("navigation", name="Account").get_by_role("link", name="Cuedeck").click()
    return tool_frame(page, bare)


def row(administration: Frame, title: str) -> str:
    """Give what the row of a check says, once it has been looked at."""
    found = administration.get_by_role("listitem").filter(has=administration.get_by_text(title, exact=True))
    expect(found).not_to_contain_text("Checking…")
    return found.inner_text()


def checked(administration: Frame) -> None:
    expect(administration.get_by_role("button", name="Check again")).not_to_have_attribute("aria-busy", "true")


def test_administrator_gets_from_nothing_to_a_working_button(
    ada: BrowserContext, browser: Browser, bare: Stack, accessible: AxeCheck
) -> None:
    administrator = Administrator(canvas=bare.canvas, tool=bare.tool)
    for number in apps(administrator):  # of a try before this one
        administrator.http.post(f"{bare.canvas}/accounts/1/apps/{number}", data={"action": "remove"})
    administrator.close()
    address = invite(bare)  # the one thing that takes the command line
    began = time.monotonic()
    with clean(ada):
        page = ada.new_page()
        page.goto(bare.canvas)
        page.get_by_role("link", name="Apps").click()
        page.get_by_label("Registration address").fill(address)
        page.get_by_role("button", name="Continue").click()
        frame = page.frame_locator("#registration")
        frame.get_by_role("button", name="Install").click()
        expect(frame.get_by_text("Cuedeck is in its menu now")).to_be_visible()
        frame.get_by_role("button", name="Close", exact=True).click()
        page.wait_for_url(f"{bare.canvas}/accounts/1/apps")
        page.get_by_role("article", name="Cuedeck").get_by_role("button", name="Enable").click()
        number = page.locator("dt:has-text('Number') + dd code").inner_text()
        secret = page.locator("#api-secret").text_content() or ""

        administration = open_administration(page, bare)
        expect(administration.get_by_role("heading", name="Cuedeck administration")).to_be_visible()
        assert "To mend" in row(administration, "API key")
        assert "Works" in row(administration, "Deployment")
        administration.get_by_role("textbox", name="Id", exact=True).fill(number)
        form = administration.locator("#canvas-key")
        form.get_by_label("Secret").fill(secret)
        form.get_by_role("button", name="Save").click()
        expect(form.get_by_role("status")).to_have_text("Saved.")
        expect(form.get_by_label("Secret")).to_have_value("")
        checked(administration)
        assert "Works" in row(administration, "API key")
        with page.expect_popup() as opened:
            administration.get_by_role("button", name="Connect Canvas").click()
        opened.value.get_by_role("button", name="Authorize").click()
        expect(administration.get_by_role("button", name="Connect Canvas")).to_be_hidden()
        checked(administration)
        expect(administration.locator("#check-summary")).to_have_text("Nothing to mend.")
        expect(administration.locator("#scopes-summary")).to_have_text("16 of 16 work")
        assert "Works" in row(administration, "Allow Include Parameters")
        accessible(administration)
        page.close()
    with logged_in(browser, bare, "Tilda Teacher") as context, clean(context):
        page = context.new_page()
        new_page(page, bare, "First page")
        picker = press_button(page, bare)
        connect(page, picker)
        expect(media(picker).first).to_be_visible()
    print(f"from the address to the teacher's media: {time.monotonic() - began:.1f} seconds")


@pytest.mark.usefixtures("installed")
def test_administrator_is_told_at_the_field_what_is_wrong(ada: BrowserContext, bare: Stack) -> None:
    with clean(ada):
        page = ada.new_page()
        administration = open_administration(page, bare)
        studio = administration.locator("#studio")
        host = studio.get_by_label("Host")
        host.fill("https://school.instructuremedia.com/lti")
        host.press("Enter")
        expect(host).to_have_accessible_description(
            "This is not a host name. Enter it without https:// and without anything after it, like "
            "school.instructuremedia.com. Such as school.instructuremedia.com: it stands in the Launch URL of the "
            "Studio app in Canvas."
        )
        expect(host).to_be_focused()
        host.fill(bare.studio.partition("://")[2])
        studio.get_by_label("Client ID").fill("cuedeck-studio-key")
        studio.get_by_role("button", name="Save").click()
        expect(studio.get_by_label("Secret")).to_be_focused()
        studio.get_by_label("Secret").fill("wrong")
        studio.get_by_role("button", name="Save").click()
        expect(studio.get_by_role("status")).to_have_text("Saved.")
        checked(administration)
        assert "does not accept" in row(administration, "Studio key")
        expect(administration.locator("#check-summary")).to_contain_text("to mend")
        remove = studio.get_by_role("button", name="Remove")
        remove.click()
        studio.get_by_role("button", name="Press again to remove it").click()
        expect(studio.get_by_role("status")).to_have_text("Removed.")
        expect(host).to_have_value("")
        page.close()


@pytest.mark.usefixtures("installed")
def test_administrator_keeps_the_staff_by_keyboard_alone(ada: BrowserContext, bare: Stack) -> None:
    with clean(ada):
        page = ada.new_page()
        administration = open_administration(page, bare)
        field = administration.get_by_label("Canvas user id or e-mail address")
        field.focus()
        for person in ("rosa@school.example", "4711"):
            page.keyboard.type(person)
            page.keyboard.press("Enter")
            expect(administration.get_by_text(f"{person} was added.")).to_be_visible()
            expect(field).to_be_focused()
        page.keyboard.type("nobody at all")
        page.keyboard.press("Enter")
        expect(administration.get_by_text("is neither a Canvas user id nor an e-mail address")).to_be_visible()
        page.keyboard.press("Shift+Tab")
        expect(administration.get_by_role("button", name="Remove rosa@school.example")).to_be_focused()
        page.keyboard.press("Enter")
        expect(administration.get_by_text("rosa@school.example was removed.")).to_be_visible()
        expect(administration.get_by_role("list", name="Captioning staff").get_by_role("listitem")).to_have_count(1)
        page.close()


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("width", [320, 1280])
def test_administration_has_room(
    ada: BrowserContext, bare: Stack, accessible: AxeCheck, screenshots: Callable[[Page, str], None], width: int
) -> None:
    with clean(ada):
        page = ada.new_page()
        page.set_viewport_size({"width": width, "height": 900})
        administration = open_administration(page, bare)
        checked(administration)
        for summary in administration.locator("summary").all():
            if summary.locator("xpath=..").get_attribute("open") is None:
                summary.click()
        content, window = administration.evaluate(SIDEWAYS)
        assert content <= window
        accessible(administration)
        height = administration.evaluate("() => document.documentElement.scrollHeight")
        administration.frame_element().evaluate("(frame, height) => { frame.style.height = `${height}px` }", height)
        page.set_viewport_size({"width": width, "height": min(height + 300, 8000)})
        screenshots(page, f"administration-{width}")
        page.close()


@pytest.mark.usefixtures("installed")
def test_administrator_connects_the_service_account(ada: BrowserContext, bare: Stack, accessible: AxeCheck) -> None:
    secrets = json.loads((bare.run_dir / "secrets.json").read_text())
    with clean(ada):
        page = ada.new_page()
        administration = open_administration(page, bare)
        studio = administration.locator("#studio")
        studio.get_by_label("Host").fill(bare.studio.partition("://")[2])
        studio.get_by_label("Client ID").fill("cuedeck-studio-key")
        studio.get_by_label("Secret").fill(secrets["studio_key"])
        studio.get_by_role("radio", name="One service account").check()
        studio.get_by_role("button", name="Save").click()
        button = administration.get_by_role("button", name="Connect service account")
        with page.expect_popup() as opened:
            button.click()
        opened.value.get_by_role("button", name="Be Tilda Teacher").click()
        opened.value.get_by_role("button", name="Authorize").click()
        expect(administration.locator("#service-problem")).to_contain_text("is not an administrator's")
        opened.value.close()
        with page.expect_popup() as opened:
            button.click()
        opened.value.get_by_role("link", name="Be somebody else").click()
        opened.value.get_by_role("button", name="Be Stella Studio").click()
        opened.value.get_by_role("button", name="Authorize").click()
        expect(administration.get_by_role("button", name="Disconnect")).to_be_visible()
        checked(administration)
        assert "may look people up" in row(administration, "Account that acts at Studio")
        accessible(administration)
        administration.get_by_role("button", name="Disconnect").click()
        expect(button).to_be_focused()
        checked(administration)
        assert "not connected" in row(administration, "Account that acts at Studio")
        page.close()
