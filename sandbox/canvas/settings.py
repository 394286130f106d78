"""A person's own settings, as under Account, Settings in Canvas: language, and "High contrast UI"."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.canvas.home import the_world
from sandbox.canvas.session import current_person, login_required

blueprint = Blueprint("settings", __name__)

# Some of the languages that Canvas speaks, as Canvas writes their tags.
LANGUAGES = {
    "en": "English (US)",
    "en-GB": "English (UK)",
    "ar": "العربية",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "pt-BR": "Português do Brasil",
    "sv": "Svenska",
}


@blueprint.get("/profile/settings")
@login_required
def show() -> str:
    """Show them."""
    return render_template("settings.html", person=current_person(the_world()), languages=LANGUAGES)


@blueprint.post("/profile/settings")
@login_required
def change() -> Response:
    """Change them; the next launch says so."""
    world = the_world()
    person, locale = current_person(world), request.form.get("locale")
    if person is None or locale not in LANGUAGES:
        abort(400)
    with world.lock:
        world.people[person.id] = replace(person, locale=locale, high_contrast="high_contrast" in request.form)
    return redirect(url_for("settings.show"), 303)
