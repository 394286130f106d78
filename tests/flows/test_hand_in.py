"""Students hand in and take part, over HTTP, on each database: assignments, groups, portfolios, public courses."""

from __future__ import annotations

import json

import httpx
import pytest

from tests.flows.school import CLOCK, School, choose, error_page, problem
from tests.support.homework import DIARY, ESSAY, grade, hand_in, open_homework, press_homework, received
from tests.support.person import NOOR, OLLIE, SAM, TILDA, Person, ToolPage, content_items, read

SCREEN = "Sam's screen recording"


def homework(school: School, assignment: int = DIARY) -> ToolPage:
    """Open the submission dialog's tab as Sam, whose Canvas is connected."""
    page = open_homework(school.be(SAM), assignment)
    assert page.answer.status_code == 200, page.answer.text
    if not page.api("GET", "/api/canvas/media").is_success:
        assert page.person.connect(page).status_code == 200
    return page


def attempts(school: School) -> int:
    """Count what Sam has handed in."""
    page = school.be(SAM).http.get(f"{school.stack.canvas}/courses/17/assignments/{DIARY}")
    return page.text.count("?attempt=")


def watched(page: ToolPage) -> dict[str, object]:
    assert page.answer.status_code == 200, page.answer.text
    answer = page.api("POST", "/api/watch", json={})
    assert answer.status_code == 200, answer.text
    content: dict[str, object] = answer.json()
    return content


def test_student_hands_in_twice_and_the_teacher_watches_both(each_school: School) -> None:
    first = homework(each_school)
    assert (first.config["hand_in"], first.config["forms"], first.config["scopes"][0]) == (
        True,
        ["captioned"],
        {"scope": "own"},
    )
    assert "mp4, mov, webm" in " ".join(first.config["notes"])
    hand_in(first, choose(each_school.look(first, SCREEN), "en", start=2.0))
    second = homework(each_school)
    hand_in(second, choose(each_school.look(second, SCREEN), transcript=True))

    teacher = each_school.be(TILDA)
    newest, earlier = (watched(grade(teacher, SAM, attempt)) for attempt in (None, attempts(each_school) - 1))

    assert (newest["title"], newest["start"], newest["transcript"], newest["tracks"]) == (SCREEN, None, True, [])
    assert (earlier["title"], earlier["start"], earlier["transcript"]) == (SCREEN, 2.0, False)
    assert [track["language"] for track in earlier["tracks"]] == ["en"]  # type: ignore[attr-defined]
    assert str(newest["handed_in"][0]).startswith("Handed in on ")  # type: ignore[index]
    source = newest["sources"][0]  # type: ignore[index]
    assert httpx.get(source["url"], headers={"Range": "bytes=0-99"}, timeout=60).status_code == 206


def test_grader_gets_that_recording_and_nothing_else(each_school: School) -> None:
    page = homework(each_school)
    detail = each_school.look(page, SCREEN)
    hand_in(page, choose(detail, "en"))

    grader = grade(each_school.be(TILDA), SAM)

    for method, path in (
        ("GET", "/api/canvas/media"),
        ("GET", "/api/uploads"),
        ("GET", "/api/studio/media"),
        ("POST", "/api/insert"),
        ("POST", "/api/captions/text"),
        ("POST", "/api/canvas/media/detail"),
    ):
        body = {"handle": detail["handle"]} if method == "POST" else None
        problem(grader.api(method, path, json=body), 403, "not_allowed")


def test_teacher_is_told_that_the_recording_was_replaced(each_school: School) -> None:
    page = homework(each_school)
    hand_in(page, choose(each_school.look(page, SCREEN), "en"))
    teacher = each_school.be(TILDA)
    before = watched(grade(teacher, SAM))
    assert len(before["handed_in"]) == 1  # type: ignore[arg-type]

    each_school.stack.misbehave(replace_media=["m-sam/long"])
    again = homework(each_school)  # handing in anew looks at Canvas again, whatever is kept
    hand_in(again, choose(each_school.look(again, SCREEN), "en"))
    newest, earlier = (watched(grade(teacher, SAM, attempt)) for attempt in (None, attempts(each_school) - 1))
    each_school.stack.misbehave(replace_media=["m-sam/clock-high"])

    assert len(newest["handed_in"]) == 1  # type: ignore[arg-type]  # it is what is there now
    assert "was replaced after it was handed in" in str(earlier["handed_in"])


def test_assignment_for_documents_says_so_and_takes_no_recording(each_school: School) -> None:
    page = homework(each_school, ESSAY)

    listed = page.media(search=SCREEN)["items"][0]
    detail = each_school.look(page, SCREEN)
    refused = page.api("POST", "/api/insert", json={"picks": [choose(detail, "en")]})

    assert "docx, pdf" in page.config["notes"][-1]
    assert listed["refused"] == "This assignment takes only these types of file: docx, pdf."
    assert detail["item"]["refused"] == listed["refused"]
    error = problem(refused, 422)
    assert error["message"] == listed["refused"]


def test_canvas_that_says_nothing_of_the_assignment_is_handed_to_all_the_same(each_school: School) -> None:
    each_school.stack.misbehave(behaviour={"homework_variables": False, "homework_placement": False})

    page = homework(each_school, ESSAY)
    taken = hand_in(page, choose(each_school.look(page, SCREEN), "en"), ESSAY)

    assert (page.config["hand_in"], page.config["extensions"]) == (True, [])
    assert taken["type"] == "basic_lti_launch"


def test_student_hands_in_exactly_one_recording_of_their_own(each_school: School) -> None:
    page = homework(each_school)
    one = choose(each_school.look(page, SCREEN), "en")

    problem(page.api("POST", "/api/insert", json={"picks": [one, one]}), 422)
    problem(page.api("POST", "/api/insert", json={"picks": [{**one, "form": "native"}]}), 422)
    problem(page.api("POST", "/api/insert", json={"picks": [{**one, "as_link": True}]}), 422)
    problem(page.api("GET", "/api/canvas/media", scope="course"), 403, "not_allowed")


def test_cancelling_hands_nothing_in(each_school: School) -> None:
    page = homework(each_school)

    answer = page.api("POST", "/api/cancel", json={}).json()
    taken = received_from_cancel(page, answer["return_url"])

    assert (taken["type"], taken["reload"]) == (None, True)


def received_from_cancel(page: ToolPage, address: str) -> dict[str, object]:
    closed = page.person.http.get(address)
    assert json.loads(read(closed).data["message"])["content_items"] == []
    return received(page.person, closed)


@pytest.mark.parametrize("place", ["courses/17", "groups/5", f"users/{SAM}"])
def test_student_uses_the_button_with_their_own_media_wherever_there_is_an_editor(
    each_school: School, place: str
) -> None:
    person = each_school.be(SAM)
    page = person.press_button(place) if place != "courses/17" else _from_a_reply(person)
    if not page.api("GET", "/api/canvas/media").is_success:
        assert person.connect(page).status_code == 200

    assert [scope["scope"] for scope in page.config["scopes"]] == ["own", "studio_own"]
    assert page.config["hand_in"] is False
    for scope in ("course", "group"):
        problem(page.api("GET", "/api/canvas/media", scope=scope), 403, "not_allowed")
        assert page.api("GET", "/api/studio/media", scope=scope).status_code in {403, 422}
    answer = page.insert(choose(each_school.look(page, SCREEN), "en"))
    (item,) = content_items(answer)
    seen = person.open_link(item["lookup_uuid"], place)

    assert watched(seen)["title"] == SCREEN
    assert page.api("GET", "/api/uploads").status_code == 200


def _from_a_reply(person: Person) -> ToolPage:
    """Press the button in a discussion's reply: students have no editor on pages of a course."""
    reply = person.http.get(f"{person.canvas}/courses/17/discussion_topics/1")
    tool = next(iter(read(reply).tools.values()))
    answer = person.http.post(
        f"{person.canvas}/courses/17/external_tools/{tool}/resource_selection",
        data={"editor": "1", "selection": "", "editor_contents": "<p>Hello</p>"},
    )
    return person.tool_page(person.follow(answer))


def test_text_entry_has_the_button_too(each_school: School) -> None:
    page = each_school.be(SAM).http.get(f"{each_school.stack.canvas}/courses/17/assignments/{DIARY}")

    assert "Media with captions (Cuedeck)" in read(page).tools


def test_observer_watches_and_makes_nothing(each_school: School) -> None:
    uuid = each_school.embed(each_school.picker(TILDA))
    observer = each_school.be(OLLIE)

    assert watched(observer.open_link(uuid))["title"] == CLOCK
    data = {"editor": "1", "selection": "", "editor_contents": ""}
    address = f"{observer.canvas}/courses/17/external_tools/19/resource_selection"
    refused = observer.follow(observer.http.post(address, data=data))
    assert "You can watch here, but not insert media." in error_page(refused, 403)
    assert press_homework(observer).status_code in {401, 404}


def test_anonymous_person_of_a_public_course_watches_and_makes_nothing(each_school: School) -> None:
    uuid = each_school.embed(each_school.picker(NOOR, "courses/18"), "Noor's guest lecture")
    nobody = Person(canvas=each_school.stack.canvas, tool=each_school.stack.tool, number=SAM)
    nobody.http.post(f"{nobody.canvas}/logout")

    page = nobody.open_link(uuid, "courses/18")

    assert watched(page)["title"] == "Noor's guest lecture"
    for path in ("/api/canvas/media", "/api/uploads", "/api/connect/canvas"):
        problem(page.api("GET", path), 403, "not_allowed")
    nobody.close()


def test_teacher_in_the_student_view_is_told_what_will_not_work(each_school: School) -> None:
    teacher = each_school.be(TILDA)
    teacher.http.post(f"{teacher.canvas}/courses/17/student_view")

    in_a_reply, homework_page = _from_a_reply(teacher), open_homework(teacher)

    for page in (in_a_reply, homework_page):
        assert page.config["notes"][0].startswith("You are in Canvas's Student View.")
    assert each_school.be(TILDA).press_button().config["notes"] == []
