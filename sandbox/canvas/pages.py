"""Wiki pages of courses and groups, and people's portfolios: read, write, save as Canvas saves."""

from __future__ import annotations

import re
import unicodedata

from flask import Blueprint, abort, current_app, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas.lti import ALLOW, buttons
from sandbox.canvas.places import ANONYMOUS, Place, find_place, may_edit, role_of
from sandbox.canvas.platform import current_platform
from sandbox.canvas.sanitizer import clean
from sandbox.canvas.session import current_person, login_required, open_or_login_required
from sandbox.canvas.world import Page, Person, World

blueprint = Blueprint("pages", __name__, url_prefix="/<any(courses, groups, users):collection>/<int:number>/pages")


@blueprint.get("")
@login_required
def index(collection: str, number: int) -> Response:
    """Send on to the place's home, which lists the pages."""
    return redirect(f"/{collection}/{number}")


@blueprint.get("/<slug>")
@open_or_login_required
def show(collection: str, number: int, slug: str) -> str:
    """Show a page."""
    world, person, place = _here(collection, number)
    page = _page(world, place, slug)
    return render_template("page.html", place=place, page=page, may_edit=may_edit(world, person.id, place))


@blueprint.get("/new", endpoint="new")
@blueprint.get("/<slug>/edit")
@login_required
def edit(collection: str, number: int, slug: str | None = None) -> str:
    """Open the editor on a page, or on none."""
    world, person, place = _here(collection, number, editing=True)
    page = _page(world, place, slug) if slug else None
    return render_template(
        "edit.html",
        place=place,
        page=page,
        editor=editor_values(world, person, place, "wiki_page.body", slug or ""),
    )


@blueprint.post("")
@blueprint.post("/<slug>")
@login_required
def save(collection: str, number: int, slug: str | None = None) -> Response:
    """Save what the editor sends; its HTML passes Canvas's sanitizer."""
    world, _, place = _here(collection, number, editing=True)
    title = request.form.get("title", "").strip()[:255] or "Untitled"
    body = clean(request.form.get("body", ""))
    with world.lock:
        if slug is None:
            slug = _free_slug(world, place, title)
        elif (place.key, slug) not in world.pages:
            abort(404)
        world.pages[place.key, slug] = Page(slug, place.key, title, body, world.now())
    return redirect(f"{place.path}/pages/{slug}", 303)


def editor_values(
    world: World, person: Person, place: Place, resource_type: str, resource_id: str
) -> dict[str, object]:
    """Give what the editor's template needs."""
    role = world.role_in(person.id, place.key) or ""
    platform = current_platform()
    return {
        "buttons": buttons(platform, role, person.locale),
        "trouble": [] if platform.tools.tools() else platform.tools.trouble,
        "allow": ALLOW,
        "place": place,
        "resource_type": resource_type,
        "resource_id": resource_id,
    }


def _here(collection: str, number: int, *, editing: bool = False) -> tuple[World, Person, Place]:
    world: World = current_app.extensions["world"]
    person = current_person(world)
    place = find_place(world, collection, number)
    if place is None:
        abort(404)
    if role_of(world, person, place) is None or (editing and not (person and may_edit(world, person.id, place))):
        abort(403)
    return world, person or ANONYMOUS, place


def _page(world: World, place: Place, slug: str) -> Page:
    page = world.pages.get((place.key, slug))
    if page is None:
        abort(404)
    return page


def _free_slug(world: World, place: Place, title: str) -> str:
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    base = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-") or "page"
    base = f"{base}-page" if base == "new" else base
    slug, number = base, 2
    while (place.key, slug) in world.pages:
        slug, number = f"{base}-{number}", number + 1
    return slug
