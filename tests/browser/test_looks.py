"""Every page in three looks (light, right to left, high contrast) at three widths: pictures for people, checks for us.

The pictures are in ``screenshots/looks``. Each page is launched once for a look; its window is made wider and narrower.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest
from babel.messages.pofile import read_po
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from tests.browser.conftest import AxeCheck, clean, logged_in
from tests.browser.journey import new_page, press_button, ready, tool_frame, tool_frames
from tests.browser.test_captioning import CLOCK, wish
from tests.browser.test_widths import _OUT_OF_REACH, _SIDEWAYS
from tests.flows.school import choose
from tests.support.institution import invite
from tests.support.person import ADA, TILDA, Person
from tests.support.stack import ROOT, Stack
from tests.support.studio import TILDA_AT_STUDIO, connect_studio

pytestmark = pytest.mark.browser

WIDTHS: Final = (1280, 768, 320)
_ARABIC: Final = ROOT / "lti/web/translations/ar/LC_MESSAGES/messages.po"
# The order in which a keyboard and a screen reader go is that of the document: nothing may be shown in another one.
_REARRANGED: Final = """() => [...document.querySelectorAll('body *')].filter(each => {
  const { order, flexDirection } = getComputedStyle(each);
  return each.checkVisibility() && (each.tabIndex > 0 || order !== '0' || flexDirection.endsWith('reverse'));
}).map(each => each.outerHTML.slice(0, 100))"""
# What is said, seen or not; what people wrote themselves has a direction of its own.
_WORDS: Final = """() => {
  const theirs = 'bdi, [dir=auto], [dir=ltr], [lang]:not(html), script, template, .cue-text, option, code';
  const nodes = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const found = new Set([document.title.split(' \\u2013 ')[0]]);
  for (let node = nodes.nextNode(); node; node = nodes.nextNode()) {
    const parent = node.parentElement;
    if (!parent.closest(theirs) && (parent.checkVisibility() || parent.closest('.unseen'))) found.add(node.data.trim());
  }
  for (const name of ['aria-label', 'placeholder', 'title', 'alt']) {
    for (const each of document.querySelectorAll(`[${name}]`)) found.add(each.getAttribute(name).trim());
  }
  return [...found];
}"""
# Everything is scrolled to its beginning or to what is meant, and painted.
_SHOWN: Final = """async (at) => {
  for (const each of document.querySelectorAll('*')) if (each.scrollTop) each.scrollTop = 0;
  if (at) document.querySelector(at).scrollIntoView({ block: 'start', behavior: 'instant' });
  await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""


@dataclass(frozen=True)
class Look:
    """How somebody has set their Canvas."""

    name: str
    locale: str
    contrast: bool = False


LOOKS: Final = (Look("light", "en"), Look("arabic", "ar"), Look("contrast", "en", contrast=True))


class Photographer:
    """Looks at a page of the tool at every width, and keeps the pictures."""

    def __init__(self, look: Look, accessible: AxeCheck, picture: Callable[[Page, str], object]) -> None:
        self.look = look
        self._accessible = accessible
        self._picture = picture
        self._names: set[str] = set()
        self._english = english() if look.locale == "ar" else frozenset()

    def take(self, where: Frame | Page, name: str, *, at: str | None = None) -> None:
        """Take a page's pictures.

        :param where: the page, or the frame in which Canvas shows it.
        :param at: what is to be seen of it, as CSS finds it; without it the beginning.
        """
        page = where.page if isinstance(where, Frame) else where
        assert name not in self._names
        self._names.add(name)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            where.evaluate(_SHOWN, at)
            self._picture(page, f"{name}-{self.look.name}-{width}")
            content, window = where.evaluate(_SIDEWAYS)
            assert content <= window, f"{name} is {content} px wide in a window of {window}"
        assert where.evaluate(_OUT_OF_REACH) == [], name
        where.evaluate(_SHOWN, at)
        self._accessible(where)
        assert where.evaluate(_REARRANGED) == [], name
        language = where.evaluate("() => [document.documentElement.lang, document.documentElement.dir]")
        assert language == [self.look.locale, "rtl" if self.look.locale == "ar" else "ltr"], name
        words = where.evaluate(_WORDS)
        left = self._english.intersection(words)
        assert not left, f"{name} has words that nobody translated: {left}"
        # The times of captions have the digits 0 to 9: one page, one kind of digits.
        assert not [each for each in words if re.search("[\u0660-\u0669]", each)], name
        page.set_viewport_size({"width": WIDTHS[0], "height": 900})
        if self.look.contrast:
            where.evaluate(_SHOWN, at)
            self._forced(page, name)

    def _forced(self, page: Page, name: str) -> None:
        """Keep a picture in the colours that a system forces on all pages."""
        page.emulate_media(forced_colors="active")
        self._picture(page, f"{name}-forced-1280")
        page.emulate_media(forced_colors="none")


def english() -> frozenset[str]:
    """Give the texts that read otherwise in Arabic."""
    with _ARABIC.open("rb") as file:
        catalog = read_po(file, locale="ar")
    texts = ((str(each.id), str(each.string)) for each in catalog if each.id)
    return frozenset(text for text, arabic in texts if text != arabic and re.search("[a-z]{3}", text))


@pytest.fixture(params=LOOKS, ids=[look.name for look in LOOKS])
def look(request: pytest.FixtureRequest) -> Look:
    """How Canvas is set."""
    found: Look = request.param
    return found


@pytest.fixture
def photographer(look: Look, accessible: AxeCheck) -> Photographer:
    folder = Path(ROOT) / "screenshots" / "looks"
    folder.mkdir(parents=True, exist_ok=True)

    def take(page: Page, name: str) -> None:
        page.screenshot(path=folder / f"{name}.png")

    return Photographer(look, accessible, take)


@pytest.fixture
def become(browser: Browser, stack: Stack, look: Look) -> Iterator[Callable[[str], Page]]:
    """Give a function that gives a tab of somebody whose Canvas is set so; afterwards it is set as it was."""
    with ExitStack() as exits:

        def be(name: str) -> Page:
            context = exits.enter_context(logged_in(browser, stack, name, locale=look.locale))
            settle(context, stack, look)
            exits.callback(settle, context, stack, LOOKS[0])
            exits.enter_context(clean(context))
            return context.new_page()

        yield be


def settle(context: BrowserContext, stack: Stack, look: Look) -> None:
    """Change somebody's settings in Canvas."""
    wanted: dict[str, str | float | bool] = {"locale": look.locale}
    if look.contrast:
        wanted["high_contrast"] = "on"
    answer = context.request.post(f"{stack.canvas}/profile/settings", form=wanted)
    assert answer.ok, answer.text()


@pytest.fixture(scope="module")
def lesson(stack: Stack) -> str:
    """A page with the players of a film and of a sound recording; its maker is connected to Canvas and Studio."""
    tilda = Person(canvas=stack.canvas, tool=stack.tool, number=TILDA)
    picker = tilda.press_button()
    if not picker.api("GET", "/api/canvas/media").is_success:
        assert tilda.connect(picker).status_code == 200
    assert connect_studio(picker, stack.studio, TILDA_AT_STUDIO).status_code == 200
    details = [
        picker.detail(picker.media(search=title)["items"][0]["handle"])
        for title in ("How the clock works", "Podcast: hearing time pass")
    ]
    picks = [
        choose(detail, *(track["language"] for track in detail["tracks"] if track["usable"]), transcript=True,
               start=None, end=None, as_link=False)
        for detail in details
    ]  # fmt: skip
    address = tilda.save_page("Looks", picker.insert(*picks))
    tilda.close()
    return address


@pytest.fixture
def orders(stack: Stack) -> Iterator[None]:
    """Three orders for captions at Studio, to which Ada is not connected."""
    ada = Person(canvas=stack.canvas, tool=stack.tool, number=ADA)
    ada.press_button().api("DELETE", "/api/connect/studio")
    ada.close()
    services = {"standard": "de", "rush": "fr", "machine": "pt-BR"}
    made = [{"media_id": CLOCK, "service": key, "srclang": language} for key, language in services.items()]
    wish(stack, order_captions=made)
    yield
    wish(stack, clear=True)


def test_teacher_sees_every_page_well(
    become: Callable[[str], Page], stack: Stack, lesson: str, photographer: Photographer
) -> None:
    page = become("Tilda Teacher")
    new_page(page, stack, "Looks")
    picker = press_button(page, stack)
    expect(picker.locator("[role=tabpanel]:not([hidden]) .card")).to_have_count(30)
    photographer.take(picker, "picker")
    search = picker.locator("[role=tabpanel]:not([hidden]) input[type=search]")
    search.fill("How the clock works")
    expect(picker.locator("[role=tabpanel]:not([hidden]) .card")).to_have_count(1)
    picker.locator(".card .pick").first.check()
    picker.locator("#picked-toggle").click()
    photographer.take(picker, "picked")
    picker.locator(".card .title").first.click()
    expect(picker.locator("#item-form")).to_be_visible()
    picker.wait_for_function("() => document.querySelector('dialog video')?.readyState >= 2")
    photographer.take(picker, "item")
    picker.locator("#item-care > summary").click()
    expect(picker.locator(".care-track")).not_to_have_count(0)
    picker.locator(".care-track").first.locator("[data-do=read]").click()
    expect(picker.locator(".care-cues .cue").first).to_be_visible()
    photographer.take(picker, "care", at=".care")
    picker.locator(".care-track").first.locator("[data-do=edit]").click()
    expect(picker.locator(".ce-row").first).to_be_visible()
    for panel in ("times", "find"):
        picker.locator(f"[data-panel={panel}]").click()
    photographer.take(picker, "caption-editor")
    picker.locator("#caption-editor [data-part=close]").first.click()
    picker.locator("#item-back").click()
    picker.locator("#tab-upload").click()
    expect(picker.locator("#upload-files")).to_be_visible()
    picker.locator(".import > summary").click()
    picker.locator("#import-button").click()
    photographer.take(picker, "upload")
    picker.get_by_role("tab").nth(2).click()
    expect(picker.locator("[role=tabpanel]:not([hidden]) .card").first).to_be_visible()
    photographer.take(picker, "studio")
    owner = "\u2068Tilda Teacher\u2069" if photographer.look.locale == "ar" else "Tilda Teacher"
    assert owner in picker.locator("[role=tabpanel]:not([hidden]) .card .facts").first.inner_text()

    page.goto(f"{stack.canvas}/courses/17/external_tools/19?launch_type=course_navigation")
    report = tool_frame(page, stack)
    expect(report.locator("#progress-field")).to_be_hidden(timeout=30_000)
    photographer.take(report, "course")

    page.goto(lesson)
    film, sound = tool_frames(page, stack, 2)
    for player, name in ((film, "player"), (sound, "player-sound")):
        ready(player)
        expect(player.locator("#cues li").first).to_be_attached()
        player.frame_element().evaluate("frame => frame.scrollIntoView({ block: 'start' })")
        photographer.take(player, name)
    film.evaluate("() => location.reload()")  # a launch is good once
    expect(film.locator("#retry, .sheet h1").first).to_be_visible()
    photographer.take(film, "error")


def test_administrator_sees_every_page_well(
    become: Callable[[str], Page], stack: Stack, orders: None, photographer: Photographer
) -> None:
    page = become("Ada Administrator")
    page.goto(f"{stack.canvas}/accounts/1/external_tools/19?launch_type=account_navigation")
    administration = tool_frame(page, stack)
    expect(administration.locator("[data-verdict=checking]")).to_have_count(0, timeout=30_000)
    photographer.take(administration, "administration")
    with page.context.expect_page() as opened:
        administration.locator("#captioning-door button").press("Enter")
    captioning = opened.value
    expect(captioning.locator("#connect-studio")).to_be_visible()
    photographer.take(captioning, "connect-studio")
    with captioning.expect_popup() as consent:
        captioning.locator("#connect-studio-button").press("Enter")
    consent.value.get_by_role("button", name="Be Ada Administrator").click()
    consent.value.get_by_role("button", name="Authorize").click()
    expect(captioning.locator("#orders > li")).not_to_have_count(0)
    captioning.locator("#orders summary").first.click()
    photographer.take(captioning, "captioning")
    captioning.close()

    page.goto(f"{stack.canvas}/accounts/1/apps")
    page.locator("#address").fill(invite(stack))
    page.get_by_role("button", name="Continue").click()
    expect(page.frame_locator("#registration").locator("h1")).to_be_visible()
    photographer.take(next(each for each in page.frames if "/lti/register" in each.url), "register")
    page.goto(f"{stack.tool}/connect/canvas?ticket=gone&lang={photographer.look.locale}")
    photographer.take(page, "connect-done")
