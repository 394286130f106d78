"""Professional captioning in the browser: an order from the list to Studio, by keyboard, with what can go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import tool_frame
from tests.support.person import ADA, Person
from tests.support.stack import Stack

pytestmark = pytest.mark.browser
CLOCK = 260101
_FITS = "() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"


def wish(stack: Stack, **wishes: object) -> None:
    """Tell Studio what to do."""
    httpx.post(f"{stack.studio}/sandbox/faults", json=wishes, timeout=10).raise_for_status()


@pytest.fixture
def studio(stack: Stack) -> Iterator[Stack]:
    """Three orders for one media; Ada has not connected Studio."""
    services = {"standard": "de", "rush": "fr", "machine": "pt-BR"}
    orders = [{"media_id": CLOCK, "service": key, "srclang": language} for key, language in services.items()]
    wish(stack, order_captions=orders)
    person = Person(canvas=stack.canvas, tool=stack.tool, number=ADA)
    person.press_button().api("DELETE", "/api/connect/studio")
    person.close()
    yield stack
    wish(stack, clear=True)
    assert "Traceback" not in stack.log()


def open_captioning(page: Page, stack: Stack) -> Page:
    """Go there from the administration's page."""
    page.goto(f"{stack.canvas}/accounts/1/external_tools/19?launch_type=account_navigation")
    administration = tool_frame(page, stack)
    with page.context.expect_page() as opened:
        administration.get_by_role("button", name="Open professional captioning in a new tab").press("Enter")
    opened.value.get_by_role("heading", name="Professional captioning").wait_for()
    return opened.value


def order(page: Page, language: str) -> Locator:
    """Find an order for the clock; the newest, where tests before this one left some."""
    rows = page.get_by_role("list", name="Orders").get_by_role("listitem")
    return rows.filter(has_text="The clock, explained").filter(has_text=f"· {language} ·").last


def unfold(row: Locator) -> None:
    row.locator("summary").first.press("Enter")


def test_administrator_answers_orders_and_keeps_the_service_types(
    browser: Browser, studio: Stack, accessible: AxeCheck, screenshots: Callable[[Page, str], None], tmp_path: Path
) -> None:
    captions, no_captions = tmp_path / "uhr.vtt", tmp_path / "notes.txt"
    captions.write_text("WEBVTT\n\n00:00:01.000 --> 00:00:01.300\n<v Ada>So geht die Uhr\n")
    no_captions.write_text("Dear all, the captions are late.")
    with logged_in(browser, studio, "Ada Administrator") as context, clean(context):
        page = open_captioning(context.new_page(), studio)
        with page.expect_popup() as opened:
            page.get_by_role("button", name="Connect Studio").press("Enter")
        opened.value.get_by_role("button", name="Be Ada Administrator").click()
        opened.value.get_by_role("button", name="Authorize").click()
        expect(page.get_by_role("heading", name="Orders")).to_be_focused()

        german = order(page, "German")
        expect(german).to_contain_text("Waiting")
        accessible(page)
        page.get_by_label("Search").fill("portuguese")
        expect(german).to_be_hidden()
        page.get_by_label("Search").fill("no such order")
        expect(page.get_by_text("No order fits.")).to_be_visible()
        page.get_by_label("Search").fill("")
        unfold(german)
        expect(german.get_by_text("captioning_service_type_key")).to_be_visible()
        german.get_by_role("button", name="Show the media").press("Enter")
        expect(german.get_by_role("link", name="Download the media")).to_be_visible()
        german.get_by_role("button", name="Send these captions").press("Enter")
        expect(german.get_by_role("alert")).to_contain_text("Choose a caption file first.")
        file = german.get_by_label("Caption file")
        expect(file).to_be_focused()
        file.set_input_files(no_captions)
        expect(german.get_by_role("alert")).to_contain_text("cannot be read from line 1")
        file.set_input_files(captions)
        expect(german.get_by_text("uhr.vtt: 1 caption, the last one ends at 0:01.")).to_be_visible()
        german.get_by_text("Worth a look before you send it").click()
        expect(german.get_by_text("Caption 1, at 0:01: It stands for 0.3 seconds")).to_be_visible()
        german.get_by_text("The captions as they will be sent").click()
        expect(german.get_by_role("region")).to_contain_text("00:00:01,000 --> 00:00:01,300")
        accessible(page)
        screenshots(page, "captioning-1280")

        wish(studio, faults=[{"kind": "status", "status": 502, "method": "PATCH"}])
        send = german.get_by_role("button", name="Send these captions")
        send.press("Enter")
        expect(german.get_by_role("alert")).to_contain_text("Studio did not confirm it")
        expect(german).to_contain_text("In doubt")
        expect(german.get_by_text("uhr.vtt: 1 caption")).to_be_visible()
        accessible(page)
        german.get_by_role("button", name="Send the same answer again").press("Enter")
        expect(german).to_contain_text("Ada Administrator answered with captions now.")
        expect(german.get_by_role("heading")).to_be_focused()

        page.set_viewport_size({"width": 320, "height": 900})
        french = order(page, "French")
        unfold(french)
        french.get_by_role("button", name="Mark as in work").press("Enter")
        expect(french).to_contain_text("In work")
        why = french.get_by_label("Or say why there will be none")
        why.fill("There is no sound in it.")
        wish(studio, faults=[{"kind": "status", "status": 403, "method": "PATCH"}])
        french.get_by_role("button", name="Answer as failed").press("Enter")
        expect(french.get_by_role("alert")).to_contain_text("Studio lets only its administrators")
        expect(why).to_have_value("There is no sound in it.")
        assert page.evaluate(_FITS)
        accessible(page)
        screenshots(page, "captioning-320")
        french.get_by_role("button", name="Answer as failed").press("Enter")
        expect(french).to_contain_text("that there will be none: There is no sound in it.")

        page.locator("#history summary").press("Enter")
        history = page.get_by_role("list", name="History")
        for line in ("failed, “There is no sound in it.”", "Studio did not confirm it.", "Studio did not take it."):
            expect(history).to_contain_text(line)
        with page.expect_download() as saved:
            history.get_by_role("button", name="Save the captions of order").first.press("Enter")
        assert "So geht die Uhr" in saved.value.path().read_text()

        page.locator("#types summary").press("Enter")
        types = page.get_by_role("list", name="Service types")
        expect(types).to_contain_text("Rush, eight hours")
        for label, text in (
            ("Key", "night"),
            ("Name", "By night"),
            ("Description", "Over night."),
            ("Languages", "en, xx yy zz!"),
        ):
            page.get_by_label(label, exact=True).fill(text)
        save = page.get_by_role("button", name="Save service type")
        save.press("Enter")
        expect(page.locator("#type-problem")).to_contain_text("“zz!” is not a language tag.")
        page.get_by_label("Languages").fill("en\u060c pt-BR")
        save.press("Enter")
        expect(types).to_contain_text("English, Brazilian Portuguese")
        types.get_by_role("button", name="Change By night").press("Enter")
        page.get_by_label("Name", exact=True).fill("Until tomorrow")
        save.press("Enter")
        types.get_by_role("button", name="Delete Until tomorrow").press("Enter")
        expect(types.get_by_role("alert")).to_contain_text("takes it out of all captioning roles")
        expect(types.get_by_role("button", name="Keep")).to_be_focused()
        assert page.evaluate(_FITS)
        accessible(page)
        types.get_by_role("button", name="Delete for good").press("Enter")
        expect(types).not_to_contain_text("Until tomorrow")
        expect(page.get_by_role("heading", name="Add a service type")).to_be_focused()
        wish(studio, behaviour={"captioning_service": False})
        page.get_by_role("button", name="Delete Rush, eight hours").press("Enter")
        page.get_by_role("button", name="Delete for good").press("Enter")
        expect(page.locator("#types-problem")).to_contain_text("has no active captioning service")
