"""Languages of captions as each catalogue takes them."""

from __future__ import annotations

import re

from lti.remote.language import UNDETERMINED, bcp47

_DIGIT = re.compile(r"[0-9]")


def clean(tag: str) -> str | None:
    """Write a language tag that somebody chose as usual; None for what is none."""
    written = bcp47(tag)
    return None if written == UNDETERMINED and tag.strip().lower() != UNDETERMINED else written


def for_canvas(tag: str) -> str:
    """Give the nearest language that Canvas takes: no digits there (``reference/canvas.md`` 1.9), so es-419 is es."""
    return "-".join(_plain(tag))


def for_studio(tag: str) -> str:
    """Give the nearest language that Studio takes: without private parts, which its own documentation never shows."""
    parts = tag.split("-")
    end = next((at for at, part in enumerate(parts) if len(part) == 1), len(parts))
    return "-".join(parts[:end]) or UNDETERMINED


def _plain(tag: str) -> list[str]:
    language, *rest = for_studio(tag).split("-")
    return [language, *(part for part in rest if not _DIGIT.search(part))]
