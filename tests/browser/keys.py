"""A person who has a keyboard and no mouse. After each key the focus must be somewhere, in sight, and shown."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Frame, Locator, Page, expect

_MOST_TABS = 80
_PATIENCE = 15_000  # milliseconds in which a page may bring the focus to where it belongs
_PAUSE = 50

# What is wrong with the focus of a frame; "" where nothing is. Headings that are focused to be read first have no ring,
# and a media element draws the focus of its controls itself.
_WRONG = """() => {
  const at = document.activeElement;
  if (!at || at === document.body || at === document.documentElement) return 'the focus is lost';
  if (at.tagName === 'IFRAME') return '';
  const box = at.getBoundingClientRect();
  const name = at.outerHTML.slice(0, 120);
  if (!box.width || !box.height) return `the focus is on what cannot be seen: ${name}`;
  const [left, right] = [Math.max(0, box.left), Math.min(innerWidth, box.right)];
  const [top, bottom] = [Math.max(0, box.top), Math.min(innerHeight, box.bottom)];
  if (left >= right || top >= bottom) return `the focus is outside of the window: ${name}`;
  const points = [0.05, 0.5, 0.95].flatMap(x => [0.05, 0.5, 0.95].map(y => [left + (right - left) * x, top + (bottom - top) * y]));
  const hit = points.some(([x, y]) => { const there = document.elementFromPoint(x, y); return there && (at.contains(there) || there.contains(at)); });
  if (!hit) return `something lies over what has the focus: ${name}`;
  if (/^(H1|H2|H3|VIDEO|AUDIO|MAIN|FOOTER)$/.test(at.tagName) || at.isContentEditable) return '';
  const style = getComputedStyle(at);
  const ring = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 1;
  return ring ? '' : `the focus does not show: ${name}`;
}"""  # noqa: E501


class Keys:
    """Presses keys on a page."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def frame(self) -> Frame:
        """Find the innermost frame that has the focus."""
        frame = self.page.main_frame
        while True:
            at = frame.evaluate_handle("() => document.activeElement").as_element()
            inner = at.content_frame() if at else None
            if inner is None:
                return frame
            frame = inner

    def check(self) -> None:
        """Fail unless the focus is where a person can see it, or comes there soon."""
        self._until(lambda: self.frame().evaluate(_WRONG))

    def expect(self, wanted: Locator) -> None:
        """Fail unless the focus is on this, or comes there soon."""

        def wrong() -> str:
            return "" if self.on(wanted) else f"the focus is on {self.described()}, not on {wanted}"

        self._until(wrong)
        self.check()

    def on(self, wanted: Locator) -> bool:
        """Tell whether this has the focus."""
        return wanted.count() == 1 and bool(
            wanted.evaluate("element => element === document.activeElement && document.hasFocus()")
        )

    def described(self) -> str:
        """Say what has the focus."""
        return str(self.frame().evaluate("() => document.activeElement?.outerHTML.slice(0, 160) ?? 'nothing'"))

    def press(self, *keys: str) -> None:
        """Press keys, one after the other."""
        for key in keys:
            self.page.keyboard.press(key)
            self.check()

    def leave(self, key: str = "Enter") -> None:
        """Press a key that leads to another page, where nothing has the focus yet."""
        self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Write into what has the focus."""
        self.page.keyboard.type(text)
        self.check()

    def replace(self, text: str) -> None:
        """Write in place of what stands in the field that has the focus."""
        self.press("Control+a")
        self.type(text)

    def to(self, wanted: Locator, key: str = "Tab") -> None:
        """Walk until this has the focus."""
        expect(wanted).to_be_visible()
        passed = []
        for _ in range(_MOST_TABS):
            if self.on(wanted):
                self.check()
                return
            self.page.keyboard.press(key)
            passed.append(self.described()[:80])
        raise AssertionError(f"{key} does not lead to {wanted}, but to:\n" + "\n".join(passed))

    def choose(self, option: str) -> None:
        """Choose in the list box that has the focus, by typing what the option says."""
        self.page.keyboard.type(option)
        self.check()

    def _until(self, wrong: Callable[[], str]) -> None:
        said = wrong()
        for _ in range(_PATIENCE // _PAUSE):
            if not said:
                return
            self.page.wait_for_timeout(_PAUSE)
            said = wrong()
        raise AssertionError(said)
