"""The language and the look of a consent's window, which has no session: they go with its address, then in a cookie.

Neither is worth protecting: whoever changes them sees the same words in another language, or other colours.
"""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request

from lti.model import Viewer
from lti.web.localization import Localization, Localizations
from lti.web.look import Look, look_named

_COOKIE = "__Host-cuedeck-manner"
_SECONDS = 300  # as long as a consent may take
_LONGEST = 100  # characters


def address(path: str, ticket: str, viewer: Viewer) -> str:
    """Give the address of a consent's window for the person of a page."""
    manner = {"lang": viewer.locale, **({"look": viewer.look} if viewer.look else {})}
    return f"{path}?{urlencode({'ticket': ticket, **manner})}"


def keep(answer: Response) -> None:
    """Have the browser keep what the address says for the way back from the consent."""
    lang, look = _said()
    answer.set_cookie(_COOKIE, f"{lang}.{look}", _SECONDS, secure=True, httponly=True, samesite="Lax")


def manner(localizations: Localizations) -> tuple[Localization, Look]:
    """Give the language and the look of the request's page; without a word of either the browser's languages decide."""
    lang, look = _said()
    return localizations.heard(request.accept_languages.values(), lang), look_named(look)


def _said() -> tuple[str, str]:
    lang, _, look = request.cookies.get(_COOKIE, "").partition(".")
    lang, look = request.args.get("lang", lang)[:_LONGEST], request.args.get("look", look)[:_LONGEST]
    # What is no language and no look was not said; nothing else goes into the cookie either.
    return "".join(c for c in lang if c.isascii() and (c.isalnum() or c in "-_")), look_named(look).word
