"""How somebody has set their Canvas, and what must be so of a page of ours that is looked at in each way."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from babel.messages.pofile import read_po
from playwright.sync_api import BrowserContext, Frame, Page

from tests.support.stack import ROOT, Stack

AxeCheck = Callable[[Page | Frame], None]

# Controls that a person cannot get at: beside the window, or under something else, even when scrolled to.
OUT_OF_REACH = """() => {
  const open = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;  // the one on top
  const controls = [...open.querySelectorAll('a[href], button, input, select, video, audio')];
  const seen = each => each.checkVisibility() && getComputedStyle(each).clipPath === 'none';
  return controls.filter(each => seen(each) && !each.disabled).flatMap(each => {
    each.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
    const box = each.getBoundingClientRect();
    const name = each.outerHTML.slice(0, 100);
    if (box.left < -1 || box.right > document.documentElement.clientWidth + 1) return [`sticks out: ${name}`];
    const there = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
    return there && (each.contains(there) || there.contains(each)) ? [] : [`is covered: ${name}`];
  });
}"""
SIDEWAYS = "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
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

    def take(self, where: Frame | Page, name: str, *, at: str | None = None, launched: bool = True) -> None:
        """Take a page's pictures.

        :param where: the page, or the frame in which Canvas shows it.
        :param at: what is to be seen of it, as CSS finds it; without it the beginning.
        :param launched: whether a launch said how its Canvas is set.
        """
        page = where.page if isinstance(where, Frame) else where
        assert name not in self._names
        self._names.add(name)
        if launched:
            contrast = where.locator("link[href*='contrast.css'][media=all]").count() == 1
            assert contrast is self.look.contrast, name
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            where.evaluate(_SHOWN, at)
            self._picture(page, f"{name}-{self.look.name}-{width}")
            content, window = where.evaluate(SIDEWAYS)
            assert content <= window, f"{name} is {content} px wide in a window of {window}"
        assert where.evaluate(OUT_OF_REACH) == [], name
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


def settle(context: BrowserContext, stack: Stack, look: Look) -> None:
    """Change somebody's settings in Canvas."""
    wanted: dict[str, str | float | bool] = {"locale": look.locale}
    if look.contrast:
        wanted["high_contrast"] = "on"
    answer = context.request.post(f"{stack.canvas}/profile/settings", form=wanted)
    assert answer.ok, answer.text()
