"""Reading parameters: from a JSON body, a form or the query, whichever has them (reference 2.4)."""

from __future__ import annotations

from datetime import date

from flask import request

from sandbox.studio.errors import StudioError, invalid

_LONGEST = 2**63


def parameter(name: str) -> object:
    """Read a parameter; None for none.

    :raises StudioError: 422 for a JSON body that cannot be read.
    """
    if request.mimetype == "application/json" and request.get_data():
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise StudioError(422, "The body is not a JSON object.")
        if body.get(name) is not None:
            found: object = body[name]
            return found
    return request.form.get(name, request.args.get(name))


def text(name: str) -> str | None:
    """Read a text; None for none or an empty one."""
    value = parameter(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise invalid(name)
    return value


def whole(name: str) -> int | None:
    """Read a whole number."""
    value = parameter(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise invalid(name)
    return number(str(value), name)


def number(value: str, name: str) -> int:
    """Read a whole number of a path or a query.

    :raises StudioError: 422.
    """
    digits = value.removeprefix("-")
    if not digits.isascii() or not digits.isdigit() or len(digits) > 19 or int(digits) >= _LONGEST:
        raise invalid(name)
    return int(value)


def flag(name: str) -> bool:
    """Read a boolean; false for none."""
    value = parameter(name)
    if value in {None, "", False, "false", "0"}:
        return False
    if value in {True, "true", "1"}:
        return True
    raise invalid(name)


def day(name: str) -> date | None:
    """Read a date, ``YYYY-MM-DD``."""
    value = text(name)
    if value is None:
        return None
    try:
        return date.fromisoformat(value) if len(value) == len("2026-01-31") else _refuse(name)
    except ValueError:
        raise invalid(name) from None


def _refuse(name: str) -> date:
    raise invalid(name)
