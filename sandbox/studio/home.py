"""Studio's own pages: choosing who to be, and one's library."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.common.safe_return import safe_return
from sandbox.studio.session import current_user, log_in, log_out
from sandbox.studio.world import World

blueprint = Blueprint("home", __name__)


def the_world() -> World:
    """Give the world of the running app."""
    world: World = current_app.extensions["world"]
    return world


@blueprint.get("/login")
def front() -> str:
    """Choose who to be."""
    users = sorted(the_world().users.values(), key=lambda user: user.id)
    return render_template("login.html", users=users, return_to=safe_return(request.args.get("return_to")) or "/")


@blueprint.post("/login")
def be() -> Response:
    """Become the chosen person."""
    user = the_world().users.get(request.form.get("user", 0, type=int))
    if user is None:
        abort(404)
    response = redirect(safe_return(request.form.get("return_to")) or "/", 303)
    log_in(response, user)
    return response


@blueprint.post("/logout")
def leave() -> Response:
    """Become nobody."""
    response = redirect(url_for("home.front"), 303)
    log_out(response)
    return response


@blueprint.get("/")
def library() -> str | Response:
    """List what is in one's library."""
    world = the_world()
    user = current_user(world)
    if user is None:
        return redirect(url_for("home.front"))
    mine = world.library(user)
    media = [each for each in list(world.media.values()) if world.home(each) is mine]
    return render_template("library.html", media=media)
