"""Column types that mean the same on SQLite and on PostgreSQL.

SQLite has no type for times and PostgreSQL refuses NUL in text, so neither engine's own types are used for these two.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(moment: datetime) -> int:
    """Turn an aware time into what an :class:`Instant` column holds.

    :param moment: an aware time; a naive one is a programmer's mistake and raises ``TypeError``.
    :returns: microseconds since 1970, UTC.
    """
    return (moment - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Turn what an :class:`Instant` column holds into an aware UTC time."""
    return _EPOCH + timedelta(microseconds=micros)


def storable(text: str) -> str:
    """Replace what one of the engines cannot store: NUL (PostgreSQL) and lone surrogates (both, they are not UTF-8).

    Both reach us in JSON from outside (``"\\u0000"``, ``"\\ud800"``), and must not turn into a failed request.
    """
    if "\0" in text:
        text = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


class Instant(TypeDecorator[datetime]):
    """An aware UTC time, held as whole microseconds: exact, ordered, and free of either engine's time zone rules."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        """Hand the engine a number."""
        return None if value is None else to_micros(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        """Give back the time."""
        return None if value is None else from_micros(value)


class SafeText(TypeDecorator[str]):
    """Text of any length from outside, with what cannot be stored replaced (see :func:`storable`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Hand the engine text that it takes."""
        return None if value is None else storable(value)
