"""The front page: choosing who to be; the dashboard; the course and group home pages."""

from __future__ import annotations

from flask import Blueprint, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from sandbox.canvas.navigation import navigation
from sandbox.canvas.places import EDITORS, find_place, may_edit, place_of
from sandbox.canvas.platform import current_platform
from sandbox.canvas.session import current_person, log_in, log_out, login_required, real_person
from sandbox.canvas.world import Person, World
from sandbox.common.safe_return import safe_return

blueprint = Blueprint("home", __name__)

_ROLES = {
    "teacher": "Teacher",
    "ta": "Teaching assistant",
    "designer": "Designer",
    "student": "Student",
    "observer": "Observer",
}


def the_world() -> World:
    """Give the world of the running app."""
    world: World = current_app.extensions["world"]
    return world


@blueprint.get("/login")
def front() -> str:
    """Choose who to be."""
    world = the_world()
    everybody = sorted((p for p in world.people.values() if not p.test_student), key=lambda p: p.id)
    people = [(person, _what_they_are(world, person)) for person in everybody]
    return render_template("front.html", people=people, return_to=safe_return(request.args.get("return_to")) or "/")


@blueprint.post("/login")
def be() -> Response:
    """Become the chosen person."""
    person = the_world().people.get(request.form.get("person", 0, type=int))
    if person is None:
        abort(404)
    response = redirect(safe_return(request.form.get("return_to")) or url_for("home.dashboard"), 303)
    log_in(response, person)
    return response


@blueprint.post("/logout")
def leave() -> Response:
    """Become nobody."""
    response = redirect(url_for("home.front"), 303)
    log_out(response)
    return response


@blueprint.post("/courses/<int:number>/student_view")
@login_required
def student_view(number: int) -> Response:
    """Let a teacher act as the course's test student."""
    world = the_world()
    person, course = current_person(world), world.courses.get(number)
    students = [world.people[each] for each in course.enrollments] if course else []
    tester = next((each for each in students if each.test_student), None)
    if person is None or tester is None or world.role_in(person.id, f"course_{number}") not in EDITORS:
        abort(403)
    response = redirect(f"/courses/{number}", 303)
    log_in(response, tester, person)
    return response


@blueprint.post("/student_view/leave")
@login_required
def leave_student_view() -> Response:
    """Be oneself again."""
    real = real_person(the_world())
    response = redirect(url_for("home.dashboard"), 303)
    if real is not None:
        log_in(response, real)
    return response


@blueprint.get("/")
@login_required
def dashboard() -> str:
    """List the places of the person."""
    world = the_world()
    person = current_person(world)
    assert person is not None
    keys = [f"course_{number}" for number in world.courses] + [f"group_{number}" for number in world.groups]
    keys.append(f"user_{person.id}")
    places = [place for key in keys if world.role_in(person.id, key) and (place := place_of(world, key))]
    return render_template("dashboard.html", places=places, trouble=_tool_trouble())


@blueprint.get("/<any(courses, groups, users):collection>/<int:number>")
@login_required
def place_home(collection: str, number: int) -> str:
    """List the pages of a course, a group or a portfolio, and a course's assignments."""
    world = the_world()
    person = current_person(world)
    place = find_place(world, collection, number)
    assert person is not None
    if place is None:
        abort(404)
    role = world.role_in(person.id, place.key)
    if role is None:
        abort(403)
    pages = sorted((p for p in world.pages.values() if p.context == place.key), key=lambda page: page.title.casefold())
    groups = [place_of(world, f"group_{g.id}") for g in world.groups.values() if f"course_{g.course_id}" == place.key]
    return render_template(
        "place.html",
        place=place,
        pages=pages,
        groups=[g for g in groups if g and world.role_in(person.id, g.key)],
        may_edit=may_edit(world, person.id, place),
        assignments=[each for each in world.assignments.values() if f"course_{each.course_id}" == place.key],
        student_view=place.course is not None
        and role in EDITORS
        and any(world.people[each].test_student for each in place.course.enrollments),
        menu=navigation(current_platform(), "course_navigation", role, person.locale) if place.kind == "course" else [],
    )


def _what_they_are(world: World, person: Person) -> str:
    roles = [
        f"{_ROLES[role]} in {course.name}"
        for course in world.courses.values()
        if (role := course.enrollments.get(person.id))
    ]
    return ", ".join([*(["Account administrator"] if person.account_admin else []), *roles])


def _tool_trouble() -> list[str]:
    platform = current_platform()
    return [] if platform.tools.tools() else platform.tools.trouble
