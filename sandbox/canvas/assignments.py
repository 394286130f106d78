"""Assignments: reading one, handing in for it, and the teacher's grading view (reference/canvas.md 3.5)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, abort, current_app, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas import coursework
from sandbox.canvas.coursework import FILE, LTI_LINK, TEXT, Assignment, Submission
from sandbox.canvas.lti import ALLOW, HOMEWORK, visible
from sandbox.canvas.pages import editor_values
from sandbox.canvas.places import EDITORS, Place, find_place
from sandbox.canvas.platform import current_platform
from sandbox.canvas.sanitizer import clean
from sandbox.canvas.session import current_person, login_required
from sandbox.canvas.world import Person, World

blueprint = Blueprint("assignments", __name__)


@blueprint.get("/courses/<int:number>/assignments/<int:assignment_id>")
@login_required
def show(number: int, assignment_id: int) -> str:
    """Show an assignment; to students also what they handed in, and the way to hand in (again)."""
    world, person, place, role, assignment = _here(number, assignment_id)
    own = coursework.attempts(world.submissions, assignment.id, person.id)
    open_ = role == "student" and (assignment.allowed_attempts is None or len(own) < assignment.allowed_attempts)
    return render_template(
        "assignment.html",
        place=place,
        assignment=assignment,
        attempts=own,
        person=person,
        grades=role in EDITORS,
        open=open_,
        tools=_tools(role, person.locale) if open_ else [],
        editor=editor_values(world, person, place, "submission.body", "")
        if open_ and TEXT in assignment.submission_types
        else None,
        allow=ALLOW,
    )


@blueprint.post("/courses/<int:number>/assignments/<int:assignment_id>/submissions")
@login_required
def submit(number: int, assignment_id: int) -> Response:
    """Hand in. Earlier attempts stay as they are."""
    world, person, place, role, assignment = _here(number, assignment_id)
    if role != "student":
        abort(403)
    form = request.form
    kind, lookup_uuid, url = form.get("submission_type", ""), form.get("resource_link_lookup_uuid", ""), ""
    if kind == LTI_LINK:
        link = world.resource_links.get(lookup_uuid)
        if link is None or link.context != place.key:
            abort(400)
    elif kind == FILE:
        url = form.get("url", "")
        if FILE not in assignment.submission_types or not coursework.extension_allowed(
            form.get("title", ""), url, assignment.allowed_extensions
        ):
            abort(400)
    elif kind != TEXT or TEXT not in assignment.submission_types:
        abort(400)
    with world.lock:
        own = coursework.attempts(world.submissions, assignment.id, person.id)
        if assignment.allowed_attempts is not None and len(own) >= assignment.allowed_attempts:
            abort(400)
        now = world.now()
        late = assignment.due_at is not None and now > assignment.due_at
        body = clean(form.get("body", "")) if kind == TEXT else ""
        world.submissions.append(
            Submission(
                *(assignment.id, person.id, len(own) + 1, kind, now),
                body=body,
                lookup_uuid=lookup_uuid if kind == LTI_LINK else "",
                url=url,
                title=form.get("title", ""),
                late=late,
            )
        )
    return redirect(f"{place.path}/assignments/{assignment.id}", 303)


@blueprint.get("/courses/<int:number>/assignments/<int:assignment_id>/submissions/<int:student_id>")
@login_required
def submission(number: int, assignment_id: int, student_id: int) -> str:
    """Show an attempt to the student whose it is."""
    world, person, place, _, assignment = _here(number, assignment_id)
    if person.id != student_id:
        abort(403)
    return _attempt_page(world, place, assignment, [person], person)


@blueprint.get("/courses/<int:number>/gradebook/speed_grader")
@login_required
def speed_grader(number: int) -> str:
    """Show what one student handed in, with the others and all attempts at hand."""
    world, _, place, role, assignment = _here(number, request.args.get("assignment_id", 0, type=int))
    if role not in EDITORS or place.course is None:
        abort(403)
    students = [world.people[each] for each, what in sorted(place.course.enrollments.items()) if what == "student"]
    wanted = request.args.get("student_id", 0, type=int)
    student = next((each for each in students if each.id == wanted), students[0] if students else None)
    if student is None:
        abort(404)
    return _attempt_page(world, place, assignment, students, student)


@blueprint.post("/sandbox/homework/content_items")
@login_required
def homework_content_items() -> Response:
    """Say what the submission dialog makes of a tool's answer; Canvas does this in the browser."""
    body = request.get_json()
    world: World = current_app.extensions["world"]
    asked = body if isinstance(body, dict) else {}
    assignment = world.assignments.get(asked.get("assignment_id", 0))
    if assignment is None:
        abort(404)
    return jsonify(asdict(coursework.receive(asked.get("items"), assignment)))


def _attempt_page(world: World, place: Place, assignment: Assignment, students: list[Person], student: Person) -> str:
    own = coursework.attempts(world.submissions, assignment.id, student.id)
    number = request.args.get("attempt", len(own), type=int)
    shown = own[number - 1] if 0 < number <= len(own) else None
    return render_template(
        "speed_grader.html",
        place=place,
        assignment=assignment,
        students=students,
        student=student,
        attempts=own,
        shown=shown,
        source=_launch_address(place, shown) if shown is not None and shown.type == LTI_LINK else None,
        allow=ALLOW,
        base=request.path,
    )


def _launch_address(place: Place, shown: Submission) -> str:
    query = {
        "display": "borderless",
        "assignment_id": shown.assignment_id,
        "resource_link_lookup_uuid": shown.lookup_uuid,
    }
    return f"{place.path}/external_tools/retrieve?{urlencode(query)}"


def _tools(role: str, locale: str) -> list[dict[str, Any]]:
    return [
        {"id": tool.id, "name": tool.label(HOMEWORK, locale), "height": tool.setting(HOMEWORK, "selection_height")}
        for tool in current_platform().tools.tools()
        if HOMEWORK in tool.placements and visible(tool, HOMEWORK, role)
    ]


def _here(number: int, assignment_id: int) -> tuple[World, Person, Place, str, Assignment]:
    world: World = current_app.extensions["world"]
    person, place = current_person(world), find_place(world, "courses", number)
    assignment = world.assignments.get(assignment_id)
    if person is None or place is None or assignment is None or assignment.course_id != number:
        abort(404)
    role = world.role_in(person.id, place.key)
    if role is None:
        abort(403)
    return world, person, place, role, assignment
