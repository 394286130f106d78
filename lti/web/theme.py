"""The colours of a school: taken over from Canvas's theme where people can read them, and only there.

The launches of a Canvas with a theme of its own carry its variables (``$com.instructure.brandConfigJSON``): nothing has
to be fetched. Three colours of these are used: of links, of the main buttons, of the words on these. Each is judged by
the contrasts that WCAG 2.2 asks for, on the grounds of ``css/base.css``; one that fails is left out, and ours stands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import msgspec

_LONGEST: Final = 64 * 1024  # characters; Canvas's own are about 4,000
_HEX: Final = re.compile(r"#(?:[0-9a-fA-F]{3}|[0-9a-fA-F]{6})", re.ASCII)
_NAME: Final = re.compile(r"([0-9a-f]{6})-([0-9a-f]{6})-([0-9a-f]{6})", re.ASCII)
_TEXT: Final = 4.5  # WCAG 2.2, 1.4.3
_CONTROL: Final = 3.0  # 1.4.11
_BLACK: Final = "000000"
_WHITE: Final = "ffffff"
_SHADE: Final = "f5f6f7"  # --shade
_PALE: Final = 0.09  # how much of a colour its pale ground has
_DEEP: Final = 0.25  # how much black the colour under a pointer has


@dataclass(frozen=True, slots=True)
class Theme:
    """Three colours that can be read, each as six hexadecimal digits."""

    link: str = "0374b5"  # ours: --blue
    button: str = "0374b5"
    label: str = _WHITE  # of the main buttons

    @property
    def name(self) -> str:
        """The theme in one word, which is all that its address holds."""
        return f"{self.link}-{self.button}-{self.label}"

    def stylesheet(self) -> str:
        """Write what differs from ``css/base.css``."""
        return (
            ":root{"
            f"--blue:#{self.link};--blue-deep:#{_mixed(self.link, _BLACK, _DEEP)};"
            f"--blue-pale:#{_mixed(_WHITE, self.link, _PALE)};"
            f"--button:#{self.button};--button-deep:#{_mixed(self.button, _BLACK, _DEEP)};--button-text:#{self.label}"
            "}\n"
        )


OURS: Final = Theme()


@lru_cache(maxsize=256)
def theme_of(variables: str) -> Theme:
    """Read Canvas's theme variables.

    :param variables: a JSON object; what is none, or holds no colours, gives our own.
    """
    if len(variables) > _LONGEST:
        return OURS
    try:
        values = msgspec.json.decode(variables, type=dict[str, Any])
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return OURS
    brand = _colour(values.get("ic-brand-primary"))
    link = _colour(values.get("ic-link-color")) or brand
    button = _colour(values.get("ic-brand-button--primary-bgd")) or brand
    label = _colour(values.get("ic-brand-button--primary-text")) or _WHITE
    pair = (button, label) if button and _serves_buttons(button, label) else (OURS.button, OURS.label)
    return Theme(link if link and _serves_links(link) else OURS.link, *pair)


def named(name: str) -> Theme | None:
    """Give a theme by its name; None for what is no name, or of colours that nobody could read."""
    found = _NAME.fullmatch(name)
    if found is None:
        return None
    theme = Theme(*found.groups())
    return theme if _serves_links(theme.link) and _serves_buttons(theme.button, theme.label) else None


def contrast(one: str, other: str) -> float:
    """Give the contrast of two colours, from 1 to 21, as WCAG defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _serves_links(colour: str) -> bool:
    deep, pale = _mixed(colour, _BLACK, _DEEP), _mixed(_WHITE, colour, _PALE)
    return min(contrast(colour, _WHITE), contrast(colour, _SHADE), contrast(deep, pale)) >= _TEXT


def _serves_buttons(button: str, label: str) -> bool:
    """Tell whether the words can be read, with a pointer over them too, and whether the button is seen at all."""
    deep = _mixed(button, _BLACK, _DEEP)
    seen = min(contrast(button, _WHITE), contrast(button, _SHADE)) >= _CONTROL
    return seen and min(contrast(button, label), contrast(deep, label)) >= _TEXT


def _colour(value: Any) -> str | None:
    if not isinstance(value, str) or not _HEX.fullmatch(value.strip()):
        return None
    digits = value.strip()[1:].lower()
    return digits if len(digits) == 6 else "".join(digit * 2 for digit in digits)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[0:2], 16), int(colour[2:4], 16), int(colour[4:6], 16)


def _mixed(colour: str, other: str, share: float) -> str:
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "".join(f"{round(one * (1 - share) + two * share):02x}" for one, two in pairs)


def _luminance(colour: str) -> float:
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
