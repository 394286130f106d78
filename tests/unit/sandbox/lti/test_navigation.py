"""Launches from the menus of the account and of a course."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.lti.conftest import ADA, SAM, TILDA, Site, form

LTI = "https://purl.imsglobal.org/spec/lti/claim/"
ROLES = "http://purl.imsglobal.org/vocab/lis/v2/"
ACCOUNT = "/accounts/1/external_tools/19?launch_type=account_navigation"
COURSE = "/courses/17/external_tools/19?launch_type=course_navigation"


@pytest.fixture(autouse=True)
def placed(site: Site) -> None:
    for name in ("account_navigation", "course_navigation"):
        settings = {"placement": name, "message_type": "LtiResourceLinkRequest", "visibility": "admins"}
        site.tool.config["extensions"][0]["settings"]["placements"].append(settings)
    site.platform.tools.reinstall()


def test_administrator_launches_from_the_account(site: Site) -> None:
    client = site.be(ADA)
    assert ACCOUNT in client.get("/accounts/1/apps").text

    claims = site.launch(client, form(client.get(ACCOUNT)))

    assert claims["https://www.instructure.com/placement"] == "account_navigation"
    assert claims[f"{LTI}message_type"] == "LtiResourceLinkRequest"
    assert set(claims[f"{LTI}roles"]) == {f"{ROLES}institution/person#Administrator", f"{ROLES}system/person#User"}
    assert claims[f"{LTI}resource_link"]["id"] == claims[f"{LTI}context"]["id"]
    assert "type" not in claims[f"{LTI}context"]
    custom = claims[f"{LTI}custom"]
    assert custom["user"] == str(ADA)
    assert custom["course"] == "$Canvas.course.id"  # nothing to fill in: an account is no course


def test_nobody_else_launches_from_the_account(site: Site) -> None:
    for person in (TILDA, SAM):
        client = site.be(person)
        assert client.get(ACCOUNT).status_code == 401
    assert site.be(ADA).get("/accounts/2/external_tools/19").status_code == 404


def test_menu_of_a_course_is_for_its_teachers(site: Site) -> None:
    teacher, student = site.be(TILDA), site.be(SAM)
    assert COURSE in teacher.get("/courses/17").text
    claims = site.launch(teacher, form(teacher.get(COURSE)))
    assert claims["https://www.instructure.com/placement"] == "course_navigation"
    assert claims[f"{LTI}custom"]["course"] == "17"

    assert COURSE not in student.get("/courses/17").text
    assert student.get(COURSE).status_code == 401


def test_tool_without_the_placement_has_no_entry(site: Site) -> None:
    site.tool.reset()
    site.platform.tools.reinstall()
    client = site.be(ADA)
    assert ACCOUNT not in client.get("/accounts/1/apps").text
    assert client.get(ACCOUNT).status_code == 404
