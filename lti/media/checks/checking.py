"""A check, what it finds, and running one by its name."""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lti.errors import N_, CuedeckError, Filling, GrantMissing, GrantRevoked, NotAllowed, NotFound, RemoteThrottled
from lti.model import Platform, Viewer

_log = logging.getLogger(__name__)


class Verdict(enum.StrEnum):
    """How a thing stands."""

    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"  # not set up, or not to be seen from here


class Group(enum.StrEnum):
    """What a thing belongs to."""

    INSTALLATION = "installation"
    CANVAS = "canvas"
    SCOPES = "scopes"
    STUDIO = "studio"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found. Texts are msgids."""

    verdict: Verdict
    message: str
    mend: str = ""  # one sentence; empty where there is nothing to mend
    values: Mapping[str, Filling] = field(default_factory=dict)  # for ``%(name)s`` in both
    connect: bool = False  # connecting the person's Canvas account would tell


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that can be wrong."""

    name: str
    group: Group
    title: str  # a msgid, or code that is shown as it is
    look: Callable[[Viewer, Platform], Finding]


def good(message: str, **values: Filling) -> Finding:
    """Say that it works."""
    return Finding(Verdict.GOOD, message, values=values)


def bad(message: str, mend: str, **values: Filling) -> Finding:
    """Say that it does not work, and how to mend it."""
    return Finding(Verdict.BAD, message, mend, values)


def unknown(message: str, mend: str = "", *, connect: bool = False) -> Finding:
    """Say why it cannot be told."""
    return Finding(Verdict.UNKNOWN, message, mend, connect=connect)


class Checks:
    """All checks, by name."""

    def __init__(self, checks: Iterable[Check]) -> None:
        """Take them, in the order in which they are shown."""
        self._checks = {check.name: check for check in checks}

    def all(self) -> list[Check]:
        """List them."""
        return list(self._checks.values())

    def run(self, name: str, viewer: Viewer, platform: Platform) -> Finding:
        """Look at one thing now.

        :raises NotFound: there is no such check.
        """
        check = self._checks.get(name)
        if check is None:
            raise NotFound("no such check")
        try:
            return check.look(viewer, platform)
        except (GrantMissing, GrantRevoked, NotAllowed):  # the last: on the terminal there is no person
            return unknown(
                N_("This is seen only with your own Canvas account."),
                N_("Connect your Canvas account, then check again."),
                connect=True,
            )
        except RemoteThrottled as error:
            return unknown(error.message, error.next_step)
        except CuedeckError as error:
            _log.info("check %s: %s", name, error.detail or error)
            return Finding(Verdict.BAD, error.message, error.next_step, error.values)
