"""Pages of a list (reference 2.1): ``meta``, and no ``Link`` header."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from sandbox.studio.errors import invalid
from sandbox.studio.parameters import whole

T = TypeVar("T")
PER_PAGE, MOST = 20, 50


def page_of(name: str, items: Sequence[T], shape: Callable[[T], Any]) -> dict[str, Any]:
    """Cut the asked page out of ``items`` and put it under ``name``. Past the end it is empty.

    :raises StudioError: 422 for a page below 1, or more than 50 on one.
    """
    number, per_page = whole("page"), whole("per_page")
    number, per_page = 1 if number is None else number, PER_PAGE if per_page is None else per_page
    if number < 1:
        raise invalid("page")
    if not 1 <= per_page <= MOST:
        raise invalid("per_page")
    shown = items[(number - 1) * per_page : number * per_page]
    last_page = max(1, -(-len(items) // per_page))
    meta = {"current_page": number, "last_page": last_page, "total_count": len(items)}
    return {name: [shape(item) for item in shown], "meta": meta}
