"""The kinds of browser that people have, each before a Canvas that fits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Frame, Page, Playwright

from tests.browser.conftest import clean
from tests.browser.journey import be, new_page, tool_frame
from tests.browser.third_parties import Proxy, with_setting, without_cookies_in_frames
from tests.support.chromium import ARGUMENTS, CHROMIUM
from tests.support.stack import Stack

WINDOW = "Open Cuedeck in a new window"
SETTINGS = {
    "cookies allowed": {},
    "cookies blocked by the setting": {},
    "no cookie at all": {},
    "no cookie, no storage frame": {"storage_frame": False},
    "no cookie, silent platform": {"answers_messages": False},
}


@dataclass(frozen=True)
class Setting:
    """One kind of browser at one kind of Canvas."""

    name: str
    stack: Stack
    context: Callable[[], BrowserContext]  # a browser of a person's own
    proxy: Proxy | None

    def person(self, name: str) -> Page:
        page = self.context().new_page()
        be(page, self.stack, name)
        return page

    def press(self, page: Page, title: str) -> None:
        """Begin a page and press the tool's button in its editor, without waiting for what comes."""
        new_page(page, self.stack, title)
        page.get_by_role("toolbar").get_by_role("button", name="Cuedeck").click()

    def shown(self, page: Page) -> tuple[Page, Frame]:
        """Wait for a launch: gives the window and the frame in it where the tool is."""
        if self.name != "no cookie, silent platform":
            return page, tool_frame(page, self.stack)
        frame = waiting_room(page, self.stack)
        with page.expect_popup() as opened:
            frame.get_by_role("button", name=WINDOW).click()
        opened.value.locator("main:not([data-interim])").wait_for()
        opened.value.wait_for_load_state()  # a page that is still loading may refuse to be reloaded
        return opened.value, opened.value.main_frame


def waiting_room(page: Page, stack: Stack) -> Frame:
    """Wait for the frame that offers a window of its own."""
    frame = tool_frame_at(page, f"{stack.tool}/lti/login")
    frame.get_by_role("button", name=WINDOW).wait_for()
    return frame


def tool_frame_at(page: Page, address: str) -> Frame:
    """Wait for the frame that shows something of the tool at an address, small pages in between included."""
    for _ in range(400):
        for frame in page.frames:
            if frame.url == address and frame.locator("main").count():
                return frame
        page.wait_for_timeout(50)
    raise AssertionError([frame.url for frame in page.frames])


def opening(
    browser: Browser, playwright: Playwright, troubled: Stack, tmp_path: Path
) -> Iterator[Callable[[str], Setting]]:
    """Give a function that opens a setting by its name: the fixture of the tests that use it."""
    with ExitStack() as stack:

        def opened(name: str) -> Setting:
            troubled.misbehave(behaviour=SETTINGS[name], revoke_tokens=True)
            proxy = None
            if name.startswith("no cookie"):
                proxy = stack.enter_context(without_cookies_in_frames(troubled.tool))

            def context() -> BrowserContext:
                if proxy is None:
                    profile = tmp_path / str(len(list(tmp_path.iterdir())))
                    made = with_setting(playwright, CHROMIUM or "", ARGUMENTS, profile, block=name.endswith("setting"))
                else:
                    made = browser.new_context(
                        viewport={"width": 1280, "height": 900},
                        locale="en-US",
                        proxy={"server": proxy.address},
                    )
                made.set_default_timeout(45_000)
                stack.callback(made.close)
                stack.enter_context(clean(made))
                return made

            return Setting(name, troubled, context, proxy)

        yield opened


OpenSetting = Callable[[str], Setting]
