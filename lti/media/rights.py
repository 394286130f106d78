"""Who may do what with media, decided from the ``Viewer`` alone (design section 10)."""

from __future__ import annotations

from lti.errors import N_, InputError, NotAllowed
from lti.model import Platform, Scope, Viewer


def person(viewer: Viewer, platform: Platform) -> str:
    """Give the subject of a person whom we can act for.

    :raises NotAllowed: for an anonymous viewer, or one of another platform.
    """
    if viewer.platform_id != platform.id:
        raise NotAllowed("the page belongs to another platform")
    if not viewer.subject:
        raise NotAllowed(
            "anonymous",
            message=N_("Canvas did not say who you are, so Cuedeck cannot open your media."),
            next_step=N_("Log in to Canvas, then open Cuedeck again."),
        )
    return viewer.subject


def scope_id(viewer: Viewer, scope: Scope) -> str | None:
    """Give the Canvas id of the course or group that a viewer may list, None for their own media.

    The id is always that of the launch: no request can name another one.

    :raises NotAllowed: when only teachers may, the launch was not in such a place, or something is handed in.
    """
    if scope is Scope.OWN:
        return None
    if viewer.hands_in:
        raise NotAllowed(
            f"{scope} media where something is handed in",
            message=N_("Only a recording of your own can be handed in."),
            next_step=N_("Choose one of your own recordings."),
        )
    if not viewer.teaches:
        raise NotAllowed(
            f"{scope} media without a teaching role",
            message=N_("Only teachers can see the media of the whole course."),
            next_step=N_("Use your own media, or ask your teacher."),
        )
    found = viewer.canvas_course_id if scope is Scope.COURSE else viewer.canvas_group_id
    if not found:
        raise NotAllowed(
            f"the launch named no {scope}",
            message=N_("Cuedeck was not opened in a course or group with media of its own."),
            next_step=N_("Use your own media, or open Cuedeck from a page of the course."),
        )
    return found


def check_place(viewer: Viewer, scope: Scope, signed: str | None) -> None:
    """Refuse a handle of one course in another: what a launch may see is decided by that launch.

    :param signed: the course or group that the handle names.
    :raises NotAllowed: when only teachers may.
    :raises InputError: when it is of another course or group.
    """
    if scope_id(viewer, scope) != signed:
        raise InputError("a handle of another course or group")
