"""The two cookies of a launch, for browsers that keep any in a frame.

Partitioned: kept in a frame where third-party cookies are blocked. Chromium takes Secure on http://localhost too. State
and proof are our own URL-safe text: nothing is to be quoted.
"""

from __future__ import annotations

from typing import Final

from flask import Response, request

# Says nothing but that cookies are kept here. Scripts may read it: the login page looks whether it was kept at all.
WORKING: Final = "__Host-cuedeck-cookies"
_ATTRIBUTES: Final = "Path=/; Secure; SameSite=None; Partitioned"
_TRIED, _PROVEN = "0", "1"
_YEAR: Final = 365 * 86400  # seconds; browsers cut at 400 days


def set_proof(answer: Response, state: str, proof: str, seconds: int) -> None:
    """Leave the proof of a login with the browser; with 0 seconds, take it back."""
    answer.headers.add("Set-Cookie", f"{_name(state)}={proof}; Max-Age={seconds}; HttpOnly; {_ATTRIBUTES}")


def find_proof(state: str) -> str | None:
    """Give what the browser brought of a login."""
    wanted = f"{_name(state)}="
    for cookie in request.environ.get("HTTP_COOKIE", "").split(";"):
        if cookie.lstrip().startswith(wanted):
            return str(cookie.strip()[len(wanted) :])
    return None


def are_kept() -> bool:
    """Tell whether this browser keeps our cookies where it is now: one of them came along."""
    return WORKING in request.cookies


def try_to_keep(answer: Response, seconds: int) -> None:
    """Set a cookie only to see whether it is kept."""
    _set_working(answer, _TRIED, seconds)


def remember_kept(answer: Response) -> None:
    """Remember for a year that a proof came back in its cookie, so that no launch tries another way first."""
    if request.cookies.get(WORKING) != _PROVEN:
        _set_working(answer, _PROVEN, _YEAR)


def forget_kept(answer: Response) -> None:
    """Take back what was remembered: a proof did not come back. The next login tries both ways again."""
    if are_kept():
        _set_working(answer, "", 0)


def _set_working(answer: Response, value: str, seconds: int) -> None:
    answer.headers.add("Set-Cookie", f"{WORKING}={value}; Max-Age={seconds}; {_ATTRIBUTES}")


def _name(state: str) -> str:
    """Name the proof's cookie: each login has its own, so that two tabs do not disturb each other."""
    return f"__Host-cuedeck-{state[:16]}"
