"""An order for captions as people see it. Studio documents none of its fields, so nothing is relied on, or dropped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

_DEEPEST: Final = 4  # levels of objects in objects
_MOST: Final = 200  # fields of one order
_LONGEST: Final = 2000  # characters of one field
_EMPTY: Final[Mapping[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Order:
    """An order: what could be recognized, empty or None where nothing could, and every field that came."""

    id: str
    title: str
    media_id: str | None
    language: str
    service_type: str  # key
    status: str
    ordered_at: datetime | None
    duration: float | None  # seconds
    details: tuple[tuple[str, str], ...]  # each field: its path with dots, its text


def order_of(order_id: str, fields: Mapping[str, Any]) -> Order:
    """Read an order, by the names that Studio uses for the same things elsewhere (``studio.md`` 2.2, 2.6)."""
    media = fields.get("media")
    media = media if isinstance(media, Mapping) else _EMPTY
    return Order(
        id=order_id,
        title=_first(media.get("title"), media.get("name"), fields.get("media_title"), fields.get("title")),
        media_id=_first(media.get("id"), fields.get("media_id")) or None,
        language=_first(fields.get("srclang"), fields.get("language"), fields.get("locale")),
        service_type=_first(
            *(fields.get(name) for name in ("captioning_service_type_key", "service_type_key", "key")),
            *(inner.get("key") for name in _TYPES if isinstance(inner := fields.get(name), Mapping)),
        ),
        status=_first(fields.get("status")),
        ordered_at=_moment(_first(*(fields.get(name) for name in ("requested_at", "created_at", "inserted_at")))),
        duration=_seconds(media.get("duration", fields.get("duration"))),
        details=tuple(_flat(fields))[:_MOST],
    )


_TYPES: Final = ("captioning_service_type", "service_type")


def _first(*values: object) -> str:
    for value in values:
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return str(value).strip()[:_LONGEST]
    return ""


def _moment(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _seconds(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e6:
        return None
    return float(value)


def _flat(value: object, path: str = "", depth: int = _DEEPEST) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping | list) and value and depth:
        pairs = value.items() if isinstance(value, Mapping) else enumerate(value, start=1)
        for name, inner in pairs:
            yield from _flat(inner, f"{path}.{name}" if path else str(name), depth - 1)
    elif value not in (None, "", {}, []):
        yield path[:_LONGEST], str(value)[:_LONGEST]
