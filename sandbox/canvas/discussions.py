"""One discussion in every course, where students have the editor too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas.pages import editor_values
from sandbox.canvas.places import Place, find_place
from sandbox.canvas.sanitizer import clean
from sandbox.canvas.session import current_person, login_required
from sandbox.canvas.world import Person, World

blueprint = Blueprint("discussions", __name__, url_prefix="/courses/<int:number>/discussion_topics/1")


@dataclass(frozen=True)
class Reply:
    """What somebody said."""

    author: str
    body: str
    created_at: datetime


@blueprint.get("")
@login_required
def show(number: int) -> str:
    """Show the discussion and, to those who may reply, the editor."""
    world, person, place, role = _here(number)
    editor = editor_values(world, person, place, "discussion_topic.body", "1") if role != "observer" else None
    return render_template("discussion.html", place=place, replies=_replies(place), editor=editor)


@blueprint.post("/replies")
@login_required
def reply(number: int) -> Response:
    """Add a reply."""
    world, person, place, role = _here(number)
    if role == "observer":
        abort(403)
    with world.lock:
        _replies(place).append(Reply(person.name, clean(request.form.get("body", "")), world.now()))
    return redirect(f"{place.path}/discussion_topics/1", 303)


def _here(number: int) -> tuple[World, Person, Place, str]:
    world: World = current_app.extensions["world"]
    person, place = current_person(world), find_place(world, "courses", number)
    if person is None or place is None:
        abort(404)
    role = world.role_in(person.id, place.key)
    if role is None:
        abort(403)
    return world, person, place, role


def _replies(place: Place) -> list[Reply]:
    boards: dict[str, list[Reply]] = current_app.extensions.setdefault("discussions", {})
    return boards.setdefault(place.key, [])
