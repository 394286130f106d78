"""The tool is killed before each thing that it writes, in turn: whoever was at work goes on, and it ends as always."""

from __future__ import annotations

import os

from tests.flows.mortal_town import Town, each_moment
from tests.flows.school import CLOCK, School, choose
from tests.flows.test_captioning import Studio, answer, listed, open_captioning
from tests.flows.test_captions import opened
from tests.support.homework import DIARY, grade, hand_in, open_homework
from tests.support.person import ADA, SAM, TILDA, Person
from tests.support.studio import ADA_AT_STUDIO, connect_studio

SCREEN = "Sam's screen recording"


def insert(town: Town, moment: int) -> None:
    """A teacher connects Canvas, chooses, inserts and saves; a student watches."""
    tilda, sam = town.be(TILDA), town.be(SAM)
    page = tilda.press_button()
    page.api("DELETE", "/api/connect/canvas")
    tilda.connect(page)
    found = page.media(search=CLOCK)["items"]
    answer = page.insert(choose(page.detail(found[0]["handle"]), "en", "es"))
    address = tilda.save_page(f"Page {moment} {os.urandom(4).hex()}", answer)
    (frame,) = sam.open_frames(address)
    watched = sam.tool_page(frame).api("POST", "/api/watch", json={}).json()
    assert [each["language"] for each in watched["tracks"]] == ["en", "es"]
    assert watched["sources"]


def test_teacher_inserts_and_a_student_watches_whenever_the_tool_is_killed(town: Town) -> None:
    each_moment(town, insert, "a teacher inserts, a student watches", 20)


def homework(town: Town, _moment: int) -> None:
    """A student hands a recording in; a teacher watches it."""
    sam, tilda = town.be(SAM), town.be(TILDA)
    before = attempts(sam)
    page = open_homework(sam)
    if not page.api("GET", "/api/connect/canvas").json()["connected"]:
        sam.connect(page)
    item = page.detail(page.media(search=SCREEN)["items"][0]["handle"])
    hand_in(page, choose(item, "en"))
    assert attempts(sam) == before + 1
    watched = grade(tilda, SAM).api("POST", "/api/watch", json={}).json()
    assert (watched["title"], [each["language"] for each in watched["tracks"]]) == (SCREEN, ["en"])
    assert watched["handed_in"]


def attempts(sam: Person) -> int:
    return sam.http.get(f"{sam.canvas}/courses/17/assignments/{DIARY}").text.count("?attempt=")


def test_work_is_handed_in_once_whenever_the_tool_is_killed(town: Town) -> None:
    each_moment(town, homework, "work is handed in and graded", 15)


def mend(town: Town, moment: int) -> None:
    """A teacher mends a caption; what stood there before is kept, once."""
    item = opened(town.be(TILDA).press_button(), "Lecture 00001")
    text = item.text("en")
    old, new = text["cues"][0]["text"], f"Mended at {moment} {os.urandom(4).hex()}"
    saved = item.save("en", text, new)
    assert saved.status_code == 200, saved.text
    item = opened(town.be(TILDA).press_button(), "Lecture 00001")
    assert item.words("en")[0] == new
    item.done("restore", id=item.done("versions", "en")["versions"][0]["id"])
    assert item.words("en")[0] == old, "what stood there before is what was kept last"


def test_caption_is_mended_and_its_old_text_kept_whenever_the_tool_is_killed(town: Town) -> None:
    each_moment(town, mend, "captions are mended and put back", 15)


def answer_order(town: Town, moment: int) -> None:
    """An administrator answers an order; who does not know whether it went looks, and dares to send it again."""
    studio = Studio(School(town.stack))
    if moment not in town.orders:
        town.orders[moment] = studio.order()
    order = town.orders[moment]
    page = open_captioning(town.be(ADA))
    shown = listed(page, order)
    if shown is not None and shown["state"] not in {"sent", "done"}:
        again = {} if shown["state"] == "open" else {"again": shown["answer"]["id"]}
        answer(page, order, **again)
    assert order not in studio.waiting()
    done = [each for each in page.api("GET", "/api/captioning/history").json()["answers"] if each["order"] == order]
    # Where the first arrived and nobody heard of it, Studio refuses the second: it has one, and both are told of.
    assert {each["state"] for each in done} in ({"sent"}, {"unknown", "sent"}, {"unknown", "refused"})


def test_order_is_answered_once_whenever_the_tool_is_killed(town: Town) -> None:
    town.tool.start(-1)
    page = open_captioning(town.be(ADA))
    assert connect_studio(page, town.stack.studio, ADA_AT_STUDIO).status_code == 200
    town.tool.stop()
    town.close()
    each_moment(town, answer_order, "an order for captions is answered", 5)
