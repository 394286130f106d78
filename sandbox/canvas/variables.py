"""Substitution variables of custom fields (reference/canvas.md 2.4).

What cannot be resolved in a launch stays as its literal text, as in Canvas: ``$Canvas.course.id`` of a group launch,
say. Numbers become texts (Canvas does so for 1.3 tools). ``${Name}`` inside a longer text is filled in too.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from sandbox.canvas.coursework import FILE, Assignment
from sandbox.canvas.places import ROOT_ACCOUNT_ID, Place
from sandbox.canvas.school import SANDBOX, School
from sandbox.canvas.world import Person, ResourceLink

_INSIDE = re.compile(r"\$\{([^}]+)\}")
_CANVAS_ROLES = {
    "teacher": "TeacherEnrollment",
    "ta": "TaEnrollment",
    "designer": "DesignerEnrollment",
    "student": "StudentEnrollment",
    "observer": "ObserverEnrollment",
    "admin": "Account Admin",
}


@dataclass(frozen=True)
class EditorFields:
    """What the form behind an editor button posts."""

    contents: str = ""
    selection: str = ""
    resource_type: str = ""
    resource_id: str = ""


@dataclass(frozen=True)
class LaunchFacts:
    """Everything that variables are made from."""

    canvas_url: str
    person: Person
    place: Place
    role: str
    roles: tuple[str, ...]  # the URIs of the roles claim
    document_target: str = "iframe"
    editor: EditorFields | None = None
    link: ResourceLink | None = None
    school: School = SANDBOX
    assignment: Assignment | None = None
    attempts: int = 0  # of the person at it
    real_person: Person | None = None  # who acts as the person
    brand: str = ""  # the colour of its theme; Canvas's own has no variables


def substitute(fields: Mapping[str, Any], facts: LaunchFacts) -> dict[str, Any]:
    """Fill in the variables of custom fields."""
    known = _values(facts)
    return {name: _fill(value, known) for name, value in fields.items()}


def _fill(value: Any, known: Mapping[str, Any]) -> Any:
    if not isinstance(value, str):
        return value
    if value.startswith("$") and value[1:] in known:
        return _text(known[value[1:]])
    return _INSIDE.sub(lambda m: str(_text(known[m[1]])) if m[1] in known else m[0], value)


def _theme(colour: str) -> str | None:
    """Write a theme's variables, all as Canvas resolves them; null for a school that has no theme of its own."""
    if not colour:
        return None
    names = ("ic-brand-primary", "ic-link-color", "ic-brand-button--primary-bgd", "ic-brand-font-color-dark")
    values = dict.fromkeys(names[:3], colour) | {names[3]: "#2D3B45", "ic-brand-button--primary-text": "#FFFFFF"}
    return json.dumps(values | {"ic-brand-Login-logo": "https://school.example/logo.png"})


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _values(facts: LaunchFacts) -> dict[str, Any]:
    person, place = facts.person, facts.place
    values: dict[str, Any] = {
        "Canvas.api.domain": urlsplit(facts.canvas_url).netloc,
        "Canvas.api.baseUrl": facts.canvas_url,
        "com.instructure.brandConfigJSON": _theme(facts.brand),
        "Canvas.account.id": ROOT_ACCOUNT_ID,
        "Canvas.account.name": facts.school.name,
        "Canvas.root_account.id": ROOT_ACCOUNT_ID,
        "Canvas.root_account.global_id": facts.school.global_id(ROOT_ACCOUNT_ID),
        "vnd.Canvas.root_account.uuid": facts.school.uuid,
        "com.instructure.User.allRoles": ",".join(facts.roles),
        "Canvas.membership.roles": _CANVAS_ROLES.get(facts.role, ""),
        "Message.locale": person.locale,
        "Message.documentTarget": facts.document_target,
        "Context.title": place.name,
        "Context.id": place.opaque,
        "Canvas.environment.test": "false",
        "com.instructure.PostMessageToken": place.opaque[:8] + person.opaque[:8],
    }
    if person.id:
        values |= _of_person(facts)
    if facts.assignment is not None:
        values |= _of_assignment(facts.assignment, facts.attempts)
    if place.course is not None:
        values |= {
            "Canvas.course.id": place.id,
            "Canvas.course.name": place.name,
            "vnd.instructure.Course.uuid": place.opaque,
            "com.instructure.Course.rce_studio_embed_improvements": False,
        }
    if place.label:
        values["com.instructure.contextLabel"] = place.label
    if facts.link is not None:
        values |= {"ResourceLink.id": facts.link.resource_link_id, "ResourceLink.title": facts.link.title}
    editor = facts.editor
    # One guard for both, as in Canvas: a selection cannot be had from an empty editor.
    if editor is not None and editor.contents:
        values["com.instructure.Editor.contents"] = editor.contents
        values["com.instructure.Editor.selection"] = editor.selection
    if editor is not None and place.course is not None and editor.resource_type:
        values["com.instructure.Course.canvas_resource_type"] = editor.resource_type
        values["com.instructure.Course.canvas_resource_id"] = editor.resource_id
    return values


def _of_person(facts: LaunchFacts) -> dict[str, Any]:
    """Give what there is only for people who are logged in."""
    person = facts.person
    values: dict[str, Any] = {
        "Canvas.user.id": person.id,
        "User.id": person.id,
        "Canvas.user.globalId": facts.school.global_id(person.id),
        "Canvas.user.loginId": person.login,
        "User.username": person.login,
        "vnd.instructure.User.uuid": person.lti_uuid.replace("-", ""),
        "Canvas.user.prefersHighContrast": "true" if person.high_contrast else "false",
        "Canvas.user.isRootAccountAdmin": person.account_admin,
        "com.instructure.User.student_view": person.test_student,
        "Person.name.full": person.name,
        "Person.name.given": person.name.split()[0],
        "Person.name.family": person.name.split()[-1],
        "Person.email.primary": person.email,
        "Person.address.timezone": "Etc/UTC",
    }
    if facts.real_person is not None:
        values["Canvas.masqueradingUser.id"] = facts.real_person.id
    return values


def _of_assignment(assignment: Assignment, attempts: int) -> dict[str, Any]:
    """Give what there is only in a launch from an assignment. Extensions: none is an empty text, not no value."""
    values: dict[str, Any] = {
        "Canvas.assignment.id": assignment.id,
        "Canvas.assignment.title": assignment.name,
        "Canvas.assignment.submission.studentAttempts": attempts,
    }
    if FILE in assignment.submission_types:
        values["com.instructure.Assignment.allowedFileExtensions"] = ",".join(assignment.allowed_extensions)
    if assignment.allowed_attempts is not None:
        values["Canvas.assignment.allowedAttempts"] = assignment.allowed_attempts
    if assignment.due_at is not None:
        values["Canvas.assignment.dueAt.iso8601"] = assignment.due_at.isoformat()
    return values
