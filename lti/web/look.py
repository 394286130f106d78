"""How a page looks to one person: with high contrast if they asked Canvas for it, else in the colours of their school.

A look is one word, so that it can travel: in a session, in the address of a pop-up, in the address of a stylesheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lti.web import theme

CONTRAST_FIELD: Final = "canvas_high_contrast"  # names of custom fields: ``protocol.installation.CUSTOM_FIELDS``
THEME_FIELD: Final = "canvas_theme"
_CONTRAST: Final = "contrast"


@dataclass(frozen=True, slots=True)
class Look:
    """High contrast, or a theme by its name; neither is how Cuedeck looks by itself."""

    contrast: bool = False
    theme: str = ""

    @property
    def word(self) -> str:
        """The look in one word; empty where it is our own."""
        return _CONTRAST if self.contrast else self.theme


OWN: Final = Look()


def look_of(custom: Mapping[str, str]) -> Look:
    """Read how a launch wants it. High contrast wins: Canvas drops its themes then, too."""
    if custom.get(CONTRAST_FIELD) == "true":
        return Look(contrast=True)
    variables = custom.get(THEME_FIELD)
    found = theme.theme_of(variables) if variables else theme.OURS
    return OWN if found == theme.OURS else Look(theme=found.name)


def look_named(word: str) -> Look:
    """Read a look's word, which may come from anybody."""
    if word == _CONTRAST:
        return Look(contrast=True)
    return Look(theme=word) if theme.named(word) else OWN
