"""Pages of a list and their ``Link`` header (reference 1.10)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from sandbox.canvas.api_errors import not_found
from sandbox.canvas.behaviour import Behaviour

_LINK_BYTES = 6 * 1024
_NOT_KEPT = {"page", "per_page", "access_token", "api_key"}
_PRIORITY = ("next", "last", "prev", "current", "first")

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page and the header that leads on."""

    items: Sequence[T]
    link: str


def last(args: MultiDict[str, str], name: str) -> str | None:
    """Read a parameter as Rack does: of a repeated one the last wins."""
    values = args.getlist(name)
    return values[-1] if values else None


def paginate(items: Sequence[T], args: MultiDict[str, str], url: str, behaviour: Behaviour) -> Page[T]:
    """Cut the asked page out of ``items``. Past the end it is empty, not an error.

    :param url: absolute address of the list, without a query.
    :raises ApiError: 404 for a ``page`` that is no whole number above 0.
    """
    wanted = last(args, "per_page")
    per_page = behaviour.per_page if wanted is None else min(max(_to_i(wanted), 1), behaviour.max_per_page)
    number_text = last(args, "page") or "1"
    if not number_text.isascii() or not number_text.isdigit() or int(number_text) < 1:
        raise not_found()
    number = int(number_text)
    last_page = max(1, -(-len(items) // per_page))
    pages = {"current": number}
    if number < last_page:
        pages["next"] = number + 1
    if number > 1:
        pages["prev"] = number - 1
    pages |= {"first": 1, "last": last_page}
    kept = sorted((name, value) for name, value in args.items(multi=True) if name not in _NOT_KEPT)
    links = {
        rel: f'<{url}?{urlencode([*kept, ("page", page), ("per_page", per_page)])}>; rel="{rel}"'
        for rel, page in pages.items()
    }
    start = (number - 1) * per_page
    return Page(items[start : start + per_page], ",".join(_capped(links).values()))


def _capped(links: dict[str, str]) -> dict[str, str]:
    """Leave out links, the least useful first, until the header is at most 6 KB."""
    room, kept = _LINK_BYTES, set()
    for rel in _PRIORITY:
        if rel in links and len(links[rel]) + 1 <= room:
            room -= len(links[rel]) + 1
            kept.add(rel)
    return {rel: link for rel, link in links.items() if rel in kept}


def _to_i(text: str) -> int:
    """Read a number as Ruby's ``to_i``: leading digits, else 0."""
    digits = ""
    for character in text.strip():
        if not character.isdigit() or not character.isascii():
            break
        digits += character
    return int(digits[:9] or 0)
