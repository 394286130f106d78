"""Who is logged in to the sandbox Studio: a cookie of its own, as cookies do not know ports."""

from __future__ import annotations

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from sandbox.studio.world import User, World

COOKIE = "studio_session"


def current_user(world: World) -> User | None:
    """Tell who is logged in in this browser; None for nobody, or a forged cookie."""
    try:
        user_id = _serializer().loads(request.cookies.get(COOKIE, ""))
    except BadSignature:
        return None
    return world.users.get(user_id) if isinstance(user_id, int) else None


def log_in(response: Response, user: User) -> None:
    """Make the browser that gets ``response`` be ``user``."""
    value = str(_serializer().dumps(user.id))
    response.set_cookie(COOKIE, value, httponly=True, samesite="Lax", path="/")


def log_out(response: Response) -> None:
    """End the session of the browser that gets ``response``."""
    response.delete_cookie(COOKIE, path="/", httponly=True, samesite="Lax")


def _serializer() -> URLSafeSerializer:
    secret = current_app.secret_key
    assert secret is not None
    return URLSafeSerializer(secret, salt="studio session")
