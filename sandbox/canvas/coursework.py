"""Assignments, what students hand in for them, and the rules of handing in (reference/canvas.md 3.5)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

UNRETRIEVABLE = "Error retrieving content"  # Canvas's words; the tool is loaded again
WRONG_TYPE = "Invalid submission file type"  # Canvas's words; Submit stays disabled
LTI_LINK, TEXT, FILE = "basic_lti_launch", "online_text_entry", "online_upload"


@dataclass(frozen=True)
class Assignment:
    """An assignment of a course."""

    id: int
    course_id: int
    name: str
    description: str  # HTML
    submission_types: frozenset[str]
    allowed_extensions: tuple[str, ...] = ()  # of files; empty: any
    allowed_attempts: int | None = None  # None: as many as people like
    due_at: datetime | None = None


@dataclass(frozen=True)
class Submission:
    """One attempt of a student. Later attempts leave it as it is."""

    assignment_id: int
    student_id: int
    attempt: int  # counts from 1
    type: str
    submitted_at: datetime
    body: str = ""  # of a text entry
    lookup_uuid: str = ""  # of an LTI link
    url: str = ""  # of a file
    title: str = ""
    late: bool = False


@dataclass(frozen=True)
class Received:
    """What the submission dialog makes of a tool's answer."""

    type: str | None = None  # None: nothing that can be handed in
    title: str = ""
    lookup_uuid: str = ""
    url: str = ""
    error: str | None = None
    reload: bool = False  # whether the dialog loads the tool again


def receive(items: object, assignment: Assignment) -> Received:
    """Take a tool's content items as the dialog does: one ``ltiResourceLink`` or one ``file``, and nothing else."""
    if not isinstance(items, list) or len(items) != 1 or not isinstance(items[0], Mapping):
        return Received(error=UNRETRIEVABLE, reload=True)
    item: Mapping[str, Any] = items[0]
    title = str(item.get("title") or item.get("text") or "")
    if item.get("type") == "ltiResourceLink" and item.get("lookup_uuid"):
        return Received(LTI_LINK, title, lookup_uuid=str(item["lookup_uuid"]))
    if item.get("type") == "file" and item.get("url"):
        url = str(item["url"])
        if not extension_allowed(title, url, assignment.allowed_extensions):
            return Received(error=WRONG_TYPE)
        return Received(FILE, title, url=url)
    return Received(error=UNRETRIEVABLE, reload=True)


def extension_allowed(title: str, url: str, allowed: Iterable[str]) -> bool:
    """Tell whether a file's extension, that of its title or else of its address, is in the assignment's list."""
    wanted = set(allowed)
    name = title if PurePosixPath(title).suffix else unquote(urlsplit(url).path)
    return not wanted or PurePosixPath(name).suffix.lower().removeprefix(".") in wanted


def attempts(submissions: Iterable[Submission], assignment_id: int, student_id: int) -> list[Submission]:
    """List a student's attempts, the first first."""
    return [each for each in submissions if (each.assignment_id, each.student_id) == (assignment_id, student_id)]
