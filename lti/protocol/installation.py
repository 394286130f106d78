"""What Cuedeck asks of a platform when it is installed, and the registration that says so.

Follows 1EdTech Dynamic Registration 1.0 and ``reference/canvas.md`` 5.2. What Canvas reads when an administrator enters
our address instead (5.1) is made from the same values, in ``config/canvas.py``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from lti.errors import N_
from lti.model import MessageType

TITLE: Final = "Cuedeck"
DESCRIPTION: Final = "Find a video, look after its captions, and insert it with exactly the tracks you chose."
PRIVACY_LEVEL: Final = "public"
LAUNCH_PATH: Final = "/lti/launch"
LOGIN_PATH: Final = "/lti/login"
KEY_SET_PATH: Final = "/.well-known/jwks.json"

# Values that Canvas fills in at each launch. One that it cannot (no course in a group, no selection outside the editor)
# arrives as its own name; such values are read as absent.
CUSTOM_FIELDS: Final[Mapping[str, str]] = {
    "canvas_user_id": "$Canvas.user.id",
    "canvas_user_global_id": "$Canvas.user.globalId",
    "canvas_course_id": "$Canvas.course.id",
    "canvas_root_admin": "$Canvas.user.isRootAccountAdmin",
    "canvas_api_base_url": "$Canvas.api.baseUrl",
    "canvas_high_contrast": "$Canvas.user.prefersHighContrast",
    "canvas_theme": "$com.instructure.brandConfigJSON",  # the variables of a theme; nothing where it is Canvas's own
    "editor_selection": "$com.instructure.Editor.selection",  # only whether there is one is used
    "student_view": "$com.instructure.User.student_view",
    "masquerading": "$Canvas.masqueradingUser.id",  # filled in where somebody acts as another person
    "assignment_id": "$Canvas.assignment.id",  # this and the rest: only where something is handed in
    "assignment_extensions": "$com.instructure.Assignment.allowedFileExtensions",
    "assignment_due_at": "$Canvas.assignment.dueAt.iso8601",
    "assignment_most_attempts": "$Canvas.assignment.allowedAttempts",
    "assignment_attempts": "$Canvas.assignment.submission.studentAttempts",
}

_CANVAS: Final = "https://canvas.instructure.com/lti/"
_TOOL: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
_CLAIMS: Final = ("sub", "name", "given_name", "family_name", "email", "locale")
ADMINISTRATION: Final = "account_navigation"
COURSE: Final = "course_navigation"
HOMEWORK: Final = "homework_submission"
_ALIASES: Final = {"editor_button": "RichTextEditor"}  # the standard's own names


@dataclass(frozen=True, slots=True)
class Placement:
    """A place in Canvas where Cuedeck has something to show. Names are Canvas's."""

    name: str
    message_type: MessageType
    title: str  # msgid
    summary: str  # msgid
    label: str  # msgid: what Canvas calls it in its menus and dialogs
    visibility: str | None = None  # who is shown it, where not everyone: one of Canvas's words


PLACEMENTS: Final = (
    Placement(
        "editor_button",
        MessageType.DEEP_LINKING,
        N_("Button in the editor"),
        N_("People put media with captions into pages, assignments, discussions and replies."),
        N_("Media with captions (Cuedeck)"),
    ),
    Placement(
        HOMEWORK,
        MessageType.DEEP_LINKING,
        N_("Homework submission"),
        N_("Students hand in a video or sound recording with its captions."),
        N_("Video or sound (Cuedeck)"),
    ),
    Placement(
        COURSE,
        MessageType.RESOURCE_LINK,
        N_("Course navigation"),
        N_("Teachers see which media of their course have captions, and which do not."),
        N_("Captions (Cuedeck)"),
        visibility="admins",  # Canvas's word for teachers and administrators
    ),
    Placement(
        ADMINISTRATION,
        MessageType.RESOURCE_LINK,
        N_("Account navigation"),
        N_("Administrators enter keys, make their choices, and check that everything works."),
        N_("Cuedeck settings"),
        visibility="admins",
    ),
)


def placements_named(names: Iterable[str]) -> tuple[Placement, ...]:
    """Give the placements of these names, in our order.

    :raises LookupError: naming the first that is none of ours.
    """
    wanted = list(names)
    known = {placement.name for placement in PLACEMENTS}
    for name in wanted:
        if name not in known:
            raise LookupError(name)
    return tuple(placement for placement in PLACEMENTS if placement.name in wanted)


def name_at_platform(placement: Placement, offered: Mapping[str, Collection[str]]) -> str | None:
    """Tell how a platform calls a placement: Canvas has used its full and its bare names, the standard has its own.

    :param offered: names of placements by message type, as the platform's configuration lists them. Where it lists
        none at all, it is taken to know Canvas's full name.
    :returns: None if the platform does not offer it.
    """
    full = f"{_CANVAS}{placement.name}"
    if not any(offered.values()):
        return full
    names = offered.get(placement.message_type, ())
    candidates = (full, placement.name, _ALIASES.get(placement.name))
    return next((name for name in candidates if name is not None and name in names), None)


def registration(
    base_url: str,
    icon_url: str,
    placements: Sequence[Placement],
    offered: Mapping[str, Collection[str]],
    claims: Collection[str] = (),
) -> dict[str, Any]:
    """Make the body of a registration (5.2.4).

    :param base_url: our own origin.
    :param icon_url: the picture of the button; Canvas keeps the address for as long as the tool is installed.
    :param placements: those that were chosen; what the platform does not offer is left out.
    :param offered: see :func:`name_at_platform`.
    :param claims: those that the platform has; none named means that it does not say.
    """
    launch_url = f"{base_url}{LAUNCH_PATH}"
    messages = [
        {
            "type": str(placement.message_type),
            "target_link_uri": launch_url,
            "label": placement.label,  # in English: a registration has room for one language
            "icon_uri": icon_url,
            "placements": [name],
            **({f"{_CANVAS}visibility": placement.visibility} if placement.visibility else {}),
        }
        for placement in placements
        if (name := name_at_platform(placement, offered)) is not None
    ]
    return {
        "application_type": "web",
        "grant_types": ["client_credentials", "implicit"],
        "response_types": ["id_token"],
        "initiate_login_uri": f"{base_url}{LOGIN_PATH}",
        "redirect_uris": [launch_url],
        "client_name": TITLE,
        "jwks_uri": f"{base_url}{KEY_SET_PATH}",
        "logo_uri": icon_url,
        "client_uri": base_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": "",  # none of the LTI services is used; the REST API has a key of its own
        _TOOL: {
            "domain": urlsplit(base_url).netloc,
            "target_link_uri": launch_url,
            "description": DESCRIPTION,
            "custom_parameters": dict(CUSTOM_FIELDS),
            "claims": [claim for claim in _CLAIMS if not claims or claim in claims],
            "messages": messages,
            f"{_CANVAS}privacy_level": PRIVACY_LEVEL,
        },
    }
