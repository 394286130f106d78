"""Read the roles claim.

Canvas mixes institution, system and membership roles in one claim, so a person who teaches elsewhere in the school and
learns in this course carries both words. The rule (``reference/lti-launch.md`` section 5): if any membership role is
present, only membership roles count. Roles are compared whole, never by substring.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti.model import Role

_VOCABULARY: Final = "http://purl.imsglobal.org/vocab/lis/v2/"
_PRINCIPAL: Final = f"{_VOCABULARY}membership#"  # membership#Instructor
_SUB_ROLE: Final = f"{_VOCABULARY}membership/"  # membership/Instructor#TeachingAssistant

_MEMBERSHIP: Final = {
    "Instructor": Role.TEACHER,
    "TeachingAssistant": Role.TEACHER,  # not in the vocabulary by itself, yet sent by some as a short name
    "ContentDeveloper": Role.TEACHER,
    "Administrator": Role.TEACHER,  # runs this course, not the institution: no more rights than who teaches it
    "Learner": Role.LEARNER,
    "Mentor": Role.OBSERVER,
}

_ADMINISTRATORS: Final = frozenset(
    {
        f"{_VOCABULARY}institution/person#Administrator",
        f"{_VOCABULARY}system/person#Administrator",
        f"{_VOCABULARY}system/person#SysAdmin",  # Canvas: a site administrator
    }
)


def membership(uri: str) -> str | None:
    """Name the principal membership role that a URI or short name stands for; ``None`` if it is no membership role.

    Short names belong to the context's roles alone (LTI Core 1.3, A.2.3), so anything without a colon is one.
    """
    if uri.startswith(_PRINCIPAL):
        return uri[len(_PRINCIPAL) :]
    if uri.startswith(_SUB_ROLE):
        return uri[len(_SUB_ROLE) :].partition("#")[0]
    return None if ":" in uri else uri


def read_roles(uris: Sequence[str]) -> frozenset[Role]:
    """Tell what a person is here.

    :param uris: the roles claim; unknown roles give nothing, an empty claim gives no role at all.
    """
    here = [name for name in map(membership, uris) if name is not None]
    if here:
        return frozenset(_MEMBERSHIP[name] for name in here if name in _MEMBERSHIP)
    return frozenset({Role.ADMINISTRATOR}) if not _ADMINISTRATORS.isdisjoint(uris) else frozenset()
