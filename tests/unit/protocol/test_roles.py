"""Roles: membership first, compared whole."""

from __future__ import annotations

import pytest

from lti.model import Role
from lti.protocol.roles import read_roles

V = "http://purl.imsglobal.org/vocab/lis/v2/"


@pytest.mark.parametrize(
    ("uris", "meant"),
    [
        ([], set()),
        ([f"{V}membership#Instructor"], {Role.TEACHER}),
        ([f"{V}membership#Instructor", f"{V}membership/Instructor#TeachingAssistant"], {Role.TEACHER}),
        ([f"{V}membership/Instructor#TeachingAssistant"], {Role.TEACHER}),
        ([f"{V}membership#ContentDeveloper"], {Role.TEACHER}),
        ([f"{V}membership#Learner"], {Role.LEARNER}),
        ([f"{V}membership#Mentor"], {Role.OBSERVER}),
        (["Instructor"], {Role.TEACHER}),
        (["Learner"], {Role.LEARNER}),
        ([f"{V}membership#Instructor", f"{V}membership#Learner"], {Role.TEACHER, Role.LEARNER}),
        ([f"{V}institution/person#Administrator"], {Role.ADMINISTRATOR}),
        ([f"{V}system/person#Administrator", f"{V}system/person#User"], {Role.ADMINISTRATOR}),
        ([f"{V}system/person#SysAdmin"], {Role.ADMINISTRATOR}),
        # An administrator who studies here studies here.
        ([f"{V}institution/person#Administrator", f"{V}membership#Learner"], {Role.LEARNER}),
        # Who teaches elsewhere in the institution and learns here is a learner here.
        ([f"{V}institution/person#Instructor", f"{V}membership#Learner"], {Role.LEARNER}),
        ([f"{V}institution/person#Instructor"], set()),
        ([f"{V}institution/person#Student", f"{V}system/person#User"], set()),
        ([f"{V}system/person#None"], set()),
        # An unknown membership role is one still: it keeps the institution's from counting.
        ([f"{V}membership#Guest", f"{V}institution/person#Administrator"], set()),
        (["Helper", f"{V}institution/person#Administrator"], set()),
    ],
)
def test_person_is_what_the_membership_says(uris: list[str], meant: set[Role]) -> None:
    assert read_roles(uris) == meant


@pytest.mark.parametrize(
    "uri",
    [
        "NonInstructor",
        "instructor",
        "Instructor ",
        f"{V}membership#NonInstructor",
        f"{V}membership#Instructors",
        f"{V}membership#Learner#Instructor",
        f"{V}membership/Learner/Instructor#x",
        f"{V}memberships#Instructor",
        f"https://evil.example/{V}membership#Instructor",
        "urn:lti:role:ims/lis/Instructor",
        f"{V}institution/person#Administrator/x",
        "",
    ],
)
def test_role_that_only_looks_like_one_gives_nothing(uri: str) -> None:
    assert read_roles([uri]) == frozenset()
