"""Assignments of the sandbox Canvas: who hands in what, what the dialog takes of a tool, what the teacher sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from sandbox.canvas.claims import DEEP_LINKING, LTI
from sandbox.canvas.coursework import UNRETRIEVABLE, WRONG_TYPE
from sandbox.canvas.seed import DIARY, ESSAY, REFLECTION
from sandbox.canvas.world import ResourceLink
from tests.unit.sandbox.lti.conftest import NOOR, OLLIE, SAM, TILDA, Site, form

DIALOG = "/courses/17/external_tools/19/resource_selection"
LINK = {"type": "ltiResourceLink", "lookup_uuid": "some-uuid", "title": "My film"}
CUSTOM = {
    "assignment": "$Canvas.assignment.id",
    "extensions": "$com.instructure.Assignment.allowedFileExtensions",
    "attempts": "$Canvas.assignment.submission.studentAttempts",
    "most": "$Canvas.assignment.allowedAttempts",
    "student_view": "$com.instructure.User.student_view",
    "masquerading": "$Canvas.masqueradingUser.id",
    "course": "$Canvas.course.id",
}


@pytest.fixture(autouse=True)
def homework_tool(site: Site) -> None:
    site.tool.config["custom_fields"] = CUSTOM
    placements = site.tool.config["extensions"][0]["settings"]["placements"]
    if not any(each["placement"] == "homework_submission" for each in placements):
        placements.append({"placement": "homework_submission", "message_type": "LtiDeepLinkingRequest"})
    site.platform.tools.reinstall()
    assert site.platform.tools.trouble == []


def press(site: Site, client: FlaskClient, assignment: int) -> dict[str, Any]:
    """Open the tool's tab of the submission dialog: gives the claims of the launch."""
    data = {"launch_type": "homework_submission", "assignment_id": str(assignment)}
    return site.launch(client, form(client.post(DIALOG, data=data)))


def take(site: Site, items: object, assignment: int = DIARY) -> dict[str, Any]:
    answer = site.be(SAM).post("/sandbox/homework/content_items", json={"assignment_id": assignment, "items": items})
    taken: dict[str, Any] = answer.get_json()
    return taken


def link(site: Site, context: str = "course_17") -> str:
    site.world.resource_links["u-1"] = ResourceLink("u-1", "0" * 40, context, f"{site.tool.url}/launch", "Film", {})
    return "u-1"


def submit(client: FlaskClient, assignment: int = DIARY, **fields: str) -> int:
    return client.post(f"/courses/17/assignments/{assignment}/submissions", data=fields).status_code


def test_student_launches_the_tool_for_an_assignment(site: Site) -> None:
    claims = press(site, site.be(SAM), DIARY)

    settings = claims[f"{DEEP_LINKING}deep_linking_settings"]
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingRequest"
    assert claims["https://www.instructure.com/placement"] == "homework_submission"
    assert (settings["accept_types"], settings["accept_multiple"]) == (["file", "ltiResourceLink"], False)
    assert claims[f"{LTI}custom"] == {
        "assignment": str(DIARY),
        "extensions": "mp4,mov,webm",
        "attempts": "0",
        "most": "$Canvas.assignment.allowedAttempts",
        "student_view": False,
        "masquerading": "$Canvas.masqueradingUser.id",
        "course": "17",
    }


def test_extensions_are_said_only_where_files_may_be_handed_in(site: Site) -> None:
    custom = press(site, site.be(SAM), REFLECTION)[f"{LTI}custom"]

    assert custom["extensions"] == "$com.instructure.Assignment.allowedFileExtensions"
    assert custom["most"] == "2"


def test_canvas_that_fills_in_nothing_and_names_no_placement_can_be_had(site: Site) -> None:
    site.platform.faults.behaviour.change({"homework_variables": False, "homework_placement": False})

    claims = press(site, site.be(SAM), DIARY)

    assert claims[f"{LTI}custom"]["extensions"] == CUSTOM["extensions"]
    assert "https://www.instructure.com/placement" not in claims


@pytest.mark.parametrize("assignment", ["0", "999", "", "x"])
def test_there_is_no_handing_in_without_an_assignment(site: Site, assignment: str) -> None:
    data = {"launch_type": "homework_submission", "assignment_id": assignment}

    assert site.be(SAM).post(DIALOG, data=data).status_code == 404


def test_teacher_and_observer_do_not_hand_in(site: Site) -> None:
    for person in (TILDA, NOOR, OLLIE):
        client = site.be(person)
        data = {"launch_type": "homework_submission", "assignment_id": str(DIARY)}
        assert client.post(DIALOG, data=data).status_code in {401, 404}
        assert submit(client, submission_type="online_text_entry", body="x") == 403


def test_dialog_takes_one_link(site: Site) -> None:
    taken = take(site, [LINK])

    assert (taken["type"], taken["lookup_uuid"], taken["error"]) == ("basic_lti_launch", "some-uuid", None)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [LINK, LINK],
        [{"type": "html", "html": "<p>x</p>"}],
        [{"type": "link", "url": "https://x.example"}],
        [{"type": "image", "url": "https://x.example/a.png"}],
        [{"type": "ltiResourceLink", "title": "never stored"}],
        [{"type": "file"}],
        ["x"],
        "x",
        None,
    ],
)
def test_dialog_takes_nothing_else_and_loads_the_tool_again(site: Site, items: object) -> None:
    taken = take(site, items)

    assert (taken["type"], taken["error"], taken["reload"]) == (None, UNRETRIEVABLE, True)


@pytest.mark.parametrize(
    ("title", "url", "error"),
    [
        ("film.mp4", "https://x.example/1", None),
        ("film", "https://x.example/film.MOV?a=b", None),
        ("film.avi", "https://x.example/film.mp4", WRONG_TYPE),
        ("film", "https://x.example/film", WRONG_TYPE),
    ],
)
def test_dialog_takes_files_of_the_allowed_types(site: Site, title: str, url: str, error: str | None) -> None:
    taken = take(site, [{"type": "file", "title": title, "url": url}])

    assert (taken["error"], taken["reload"]) == (error, False)
    assert taken["type"] == (None if error else "online_upload")


def test_earlier_attempts_stay_and_the_grader_sees_each(site: Site) -> None:
    student, uuid = site.be(SAM), link(site)
    site.clock.on(days=1)
    assert submit(student, submission_type="basic_lti_launch", resource_link_lookup_uuid=uuid, title="First") == 303
    site.clock.on(days=8)
    assert submit(student, submission_type="online_text_entry", body="<p>Words</p><script>x()</script>") == 303

    grader = site.be(TILDA)
    address = f"/courses/17/gradebook/speed_grader?assignment_id={DIARY}&student_id={SAM}"
    newest, first = grader.get(address).text, grader.get(f"{address}&attempt=1").text

    assert "Words" in newest
    assert "script>x" not in newest
    assert f"external_tools/retrieve?display=borderless&amp;assignment_id={DIARY}" in first
    assert [each.late for each in site.world.submissions] == [False, True]
    assert site.world.submissions[0].submitted_at == site.clock() - timedelta(days=8)


def test_attempts_end_where_the_assignment_says(site: Site) -> None:
    student = site.be(SAM)

    answers = [submit(student, REFLECTION, submission_type="online_text_entry", body="x") for _ in range(3)]

    assert answers == [303, 303, 400]
    assert "Submit text" not in student.get(f"/courses/17/assignments/{REFLECTION}").text


@pytest.mark.parametrize(
    "fields",
    [
        {"submission_type": "basic_lti_launch", "resource_link_lookup_uuid": "no such link"},
        {"submission_type": "basic_lti_launch"},
        {"submission_type": "online_upload", "title": "film.mp4", "url": "https://x.example"},
        {"submission_type": "online_text_entry", "body": "an essay for files"},
        {"submission_type": "media_recording"},
    ],
)
def test_what_the_assignment_does_not_take_is_refused(site: Site, fields: dict[str, str]) -> None:
    assert submit(site.be(SAM), ESSAY, **fields) == 400
    assert site.world.submissions == []


def test_link_of_another_course_cannot_be_handed_in(site: Site) -> None:
    uuid = link(site, "course_18")

    assert submit(site.be(SAM), submission_type="basic_lti_launch", resource_link_lookup_uuid=uuid) == 400


def test_nobody_but_teachers_grades_and_nobody_but_the_student_reads_their_own(site: Site) -> None:
    address = f"/courses/17/gradebook/speed_grader?assignment_id={DIARY}&student_id={SAM}"

    assert [site.be(person).get(address).status_code for person in (TILDA, NOOR, SAM, OLLIE)] == [200, 200, 403, 403]
    own = f"/courses/17/assignments/{DIARY}/submissions/{SAM}"
    assert [site.be(person).get(own).status_code for person in (SAM, OLLIE)] == [200, 403]


def test_teacher_in_the_student_view_is_the_test_student(site: Site) -> None:
    teacher = site.be(TILDA)
    assert teacher.post("/courses/17/student_view").status_code == 303

    claims = press(site, teacher, DIARY)

    assert (claims[f"{LTI}custom"]["student_view"], claims[f"{LTI}custom"]["masquerading"]) == (True, str(TILDA))
    assert "http://purl.imsglobal.org/vocab/lti/system/person#TestUser" in claims[f"{LTI}roles"]
    assert "email" not in claims
    teacher.post("/student_view/leave")
    assert "Tilda" in teacher.get("/").text


@pytest.mark.parametrize("person", [SAM, OLLIE])
def test_nobody_but_staff_enters_the_student_view(site: Site, person: int) -> None:
    assert site.be(person).post("/courses/17/student_view").status_code == 403


def test_person_who_is_not_logged_in_watches_in_a_public_course(site: Site) -> None:
    nobody, uuid = site.be(None), link(site, "course_18")
    assert "open to everybody" in nobody.get("/courses/18/pages/welcome").text

    opened = nobody.get(f"/courses/18/external_tools/retrieve?display=borderless&resource_link_lookup_uuid={uuid}")
    claims = site.launch(nobody, form(opened))

    assert "sub" not in claims
    assert not {"name", "email", "picture"} & claims.keys()
    assert claims[f"{LTI}roles"] == ["http://purl.imsglobal.org/vocab/lis/v2/person#None"]
    assert claims[f"{LTI}custom"]["student_view"] == CUSTOM["student_view"]


def test_person_who_is_not_logged_in_edits_and_launches_nothing_else(site: Site) -> None:
    nobody = site.be(None)
    link(site)

    assert nobody.get("/courses/18/pages/new").status_code == 302  # to the front page
    assert nobody.get("/courses/17/pages/welcome").status_code == 302
    assert nobody.get("/courses/17/external_tools/retrieve?resource_link_lookup_uuid=u-1").status_code == 302
    data = {"editor": "1"}
    assert nobody.post("/courses/18/external_tools/19/resource_selection", data=data).status_code == 401
    assert site.be(SAM).post("/courses/18/external_tools/19/resource_selection", data=data).status_code == 401


def test_person_has_the_editor_in_their_own_portfolio(site: Site) -> None:
    claims = site.launch(site.be(SAM), site.press(site.be(SAM), f"users/{SAM}"))

    assert claims[f"{LTI}custom"]["course"] == "$Canvas.course.id"
    assert "type" not in claims[f"{LTI}context"]
    assert site.be(TILDA).get(f"/users/{SAM}/pages/new").status_code == 403
