"""Canvas's locales as BCP 47 tags.

Canvas writes ``pt-BR`` and ``zh-Hans``, but also underscores in what other systems uploaded, and private tags such as
``en-GB-x-ukhe`` and ``da-x-k12`` for its customised interface languages. Browsers want BCP 47 in ``srclang``.
"""

from __future__ import annotations

import functools
import re

UNDETERMINED = "und"  # BCP 47's own word for a language that nobody stated

_TAG = re.compile(r"(?:[a-z]{2,8}|[xi](?=-))(?:-[a-z0-9]{1,8}){0,8}", re.IGNORECASE)


@functools.lru_cache(maxsize=1024)
def bcp47(locale: str) -> str:
    """Write a locale as a BCP 47 tag with the usual case (RFC 5646, 2.1.1); ``und`` where it is not one."""
    tag = locale.strip().replace("_", "-")
    if not tag.isascii() or not _TAG.fullmatch(tag):
        return UNDETERMINED
    language, *rest = tag.lower().split("-")
    written = [language]
    after_singleton = len(language) == 1
    for part in rest:
        after_singleton = after_singleton or len(part) == 1
        if after_singleton:
            written.append(part)
        elif len(part) == 4 and part.isalpha():
            written.append(part.title())
        else:
            written.append(part.upper() if len(part) == 2 else part)
    return "-".join(written)
