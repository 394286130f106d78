"""Who is logged in to the sandbox Canvas.

One cookie, as Canvas has: ``canvas_session``. Canvas sets it ``SameSite=None; Secure`` so that the authentication
request, which comes back into a frame by way of the tool, still carries it. Plain http on loopback cannot promise that
every browser keeps a ``Secure`` cookie, so the session is set twice: ``canvas_session`` (Lax), and a framed copy as
Canvas's own, which counts only for reading. State never changes on the framed copy, so no other site can act for the
person.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode

from flask import Response, current_app, redirect, request, url_for
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response as WerkzeugResponse

from sandbox.canvas.world import Person, World

COOKIE = "canvas_session"
FRAMED_COOKIE = "canvas_session_framed"

P = ParamSpec("P")
R = TypeVar("R")


def current_person(world: World) -> Person | None:
    """Tell who is logged in in this browser; None for nobody, a forged cookie, or a person who is gone.

    In the student view that is the test student.
    """
    return world.people.get(_session()[0])


def real_person(world: World) -> Person | None:
    """Tell who acts as somebody else in this browser; None where people are themselves."""
    return world.people.get(_session()[1])


def _session() -> tuple[int, int]:
    """Read the cookie: who somebody is, and who they really are where that is another; 0 for nobody."""
    cookie = request.cookies.get(COOKIE)
    if cookie is None and request.method in {"GET", "HEAD"}:
        cookie = request.cookies.get(FRAMED_COOKIE)
    if not cookie:
        return 0, 0
    try:
        value = _serializer().loads(cookie)
    except BadSignature:
        return 0, 0
    shown, real = value if isinstance(value, list) and len(value) == 2 else (value, 0)
    return (shown, real) if isinstance(shown, int) and isinstance(real, int) else (0, 0)


def log_in(response: WerkzeugResponse, person: Person, real: Person | None = None) -> None:
    """Make the browser that gets ``response`` be ``person``.

    :param real: who acts as this person, if it is somebody else.
    """
    value = str(_serializer().dumps([person.id, real.id] if real else person.id))
    response.set_cookie(COOKIE, value, httponly=True, samesite="Lax", path="/")
    response.set_cookie(FRAMED_COOKIE, value, httponly=True, samesite="None", secure=True, path="/")


def log_out(response: WerkzeugResponse) -> None:
    """End the session of the browser that gets ``response``."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax")
    response.delete_cookie(FRAMED_COOKIE, path="/", httponly=True, samesite="None", secure=True)


def open_or_login_required(view: Callable[P, R]) -> Callable[P, R | WerkzeugResponse]:
    """Let people who are not logged in into public courses; send them to the front page elsewhere."""
    guarded = login_required(view)

    @wraps(view)
    def opened(*args: P.args, **kwargs: P.kwargs) -> R | WerkzeugResponse:
        arguments = request.view_args or {}
        world: World = current_app.extensions["world"]
        course = world.courses.get(arguments.get("number", 0)) if arguments.get("collection") == "courses" else None
        is_open = course is not None and course.public and request.method in {"GET", "HEAD"}
        return view(*args, **kwargs) if is_open else guarded(*args, **kwargs)

    return opened


def login_required(view: Callable[P, R]) -> Callable[P, R | WerkzeugResponse]:
    """Send those who are nobody to the front page, and back here once they are somebody."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | WerkzeugResponse:
        if current_person(current_app.extensions["world"]) is not None:
            return view(*args, **kwargs)
        if request.method not in {"GET", "HEAD"}:
            return Response("You are not logged in. Open the front page and choose who to be.\n", 401)
        return_to = request.full_path.rstrip("?")
        return redirect(f"{url_for('home.front')}?{urlencode({'return_to': return_to})}")

    return guarded


def _serializer() -> URLSafeSerializer:
    secret = current_app.secret_key
    assert secret is not None
    return URLSafeSerializer(secret, salt="canvas session")
