"""Who looks at a page, and in what place of the platform: read from the launch, with nothing that it does not say."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from lti.errors import N_
from lti.media import takes_media
from lti.model import Assignment, Launch, Viewer
from lti.protocol.installation import HOMEWORK
from lti.web.localization import Localization
from lti.web.look import look_of

_GROUP_RETURN: Final = re.compile(r"https?://[^/?#]+/groups/(?P<id>[0-9]{1,20})/deep_linking_response(?:\?|$)")
_EXTENSION: Final = re.compile(r"[a-z0-9][a-z0-9_+-]{0,15}")
_MOST_EXTENSIONS: Final = 50
_HANDED_IN: Final = frozenset({"file", "ltiResourceLink"})  # what Canvas takes where something is handed in
_STUDENT_VIEW: Final = N_(
    "You are in Canvas's Student View. Here you are the course's test student, who has none of your media and is not "
    "known to Studio: uploading, recording and Studio's media will not work. Leave Student View to use your own media."
)
_MASQUERADING: Final = N_(
    "You act as another person in Canvas. What you connect, upload or insert here is theirs. Studio would ask you to "
    "log in as yourself, so connecting Studio will not work."
)
_HAND_IN: Final = N_(
    "Choose one recording, with its captions, and hand it in. Your teacher sees this recording and nothing else "
    "of yours."
)
_FORMATS: Final = N_("This assignment takes only these types of file: %(formats)s.")
_NO_MEDIA: Final = N_(
    "This assignment takes only these types of file: %(formats)s. A video or sound recording is none of them, so "
    "nothing can be handed in here. Hand in a file with Canvas itself, or ask your teacher."
)
_DUE: Final = N_("Due: %(date)s.")
_OVERDUE: Final = N_("This was due on %(date)s. What you hand in now is late.")
_ATTEMPT: Final = N_("This is attempt %(number)s of %(most)s.")


def viewer_of(
    launch: Launch, *, deep_link_id: str | None = None, embed_id: str | None = None, email: str | None = None
) -> Viewer:
    """Make the viewer of a page.

    :param deep_link_id: of the stored request that the page may answer; ``embed_id``: what it may watch.
    :param email: only for a page that needs it.
    """
    custom = launch.custom
    return Viewer(
        platform_id=launch.platform.id,
        deployment_id=launch.deployment_id,
        subject=launch.subject,
        roles=launch.roles,
        locale=launch.locale or "en",
        context_id=launch.context.id if launch.context else None,
        canvas_user_id=custom.get("canvas_user_id"),
        canvas_course_id=custom.get("canvas_course_id"),
        canvas_group_id=_group_id(launch),
        deep_link_id=deep_link_id,
        embed_id=embed_id,
        selection=bool(custom.get("editor_selection")),
        email=email,
        assignment=_assignment(launch) if deep_link_id is not None else None,
        look=look_of(custom).word,
    )


def notes(launch: Launch, viewer: Viewer, language: Localization, now: datetime) -> list[str]:
    """Say what people should know of the place before they choose anything, in their language."""
    said = []
    # Canvas's test student and its "act as user" look alike but for this; both fill in who is masquerading.
    if launch.custom.get("student_view") == "true":
        said.append(language.gettext(_STUDENT_VIEW))
    elif launch.custom.get("masquerading"):
        said.append(language.gettext(_MASQUERADING))
    assignment = viewer.assignment
    if assignment is None:
        return said
    formats = ", ".join(assignment.extensions)
    if not takes_media(assignment):
        return [*said, language.gettext(_NO_MEDIA, formats=formats)]
    said.append(language.gettext(_HAND_IN))
    if assignment.extensions:
        said.append(language.gettext(_FORMATS, formats=formats))
    if assignment.due_at is not None:
        date = language.date(assignment.due_at)
        said.append(language.gettext(_OVERDUE if assignment.due_at < now else _DUE, date=date))
    if assignment.most_attempts is not None and assignment.attempts is not None:
        number = str(assignment.attempts + 1)
        said.append(language.gettext(_ATTEMPT, number=number, most=str(assignment.most_attempts)))
    return said


def _assignment(launch: Launch) -> Assignment | None:
    """Tell what is handed in for; None where something is inserted.

    The placement says which it is. Where a platform does not name it, what it takes does: files and links to us alone.
    """
    accepts = launch.deep_linking.accept_types if launch.deep_linking else frozenset()
    if launch.placement != HOMEWORK and not (launch.placement is None and accepts == _HANDED_IN):
        return None
    custom = launch.custom
    return Assignment(
        id=(custom.get("assignment_id") or "")[:255] or None,
        extensions=_extensions(custom.get("assignment_extensions", "")),
        due_at=_moment(custom.get("assignment_due_at", "")),
        most_attempts=_count(custom.get("assignment_most_attempts", "")),
        attempts=_count(custom.get("assignment_attempts", "")),
    )


def _extensions(listed: str) -> tuple[str, ...]:
    """Read Canvas's list, "docx,pdf". People write it: with dots, spaces, stars. What cannot be read is left out."""
    found = (part.strip().lower().lstrip("*.") for part in listed[:2000].split(","))
    return tuple(dict.fromkeys(each for each in found if _EXTENSION.fullmatch(each)))[:_MOST_EXTENSIONS]


def _moment(written: str) -> datetime | None:
    try:
        read = datetime.fromisoformat(written[:40])
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _count(written: str) -> int | None:
    """Read a number of attempts; Canvas writes -1 where there is no limit."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 6 else None


def _group_id(launch: Launch) -> str | None:
    """Find the Canvas group of a launch from a group's page.

    Canvas has no variable for it (reference/canvas.md 2.4), but its signed return address is that of the group (3.1).
    """
    found = _GROUP_RETURN.match(launch.deep_linking.return_url) if launch.deep_linking else None
    return found["id"] if found else None
