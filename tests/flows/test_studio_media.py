"""Studio's media over HTTP, on each database: choose, insert in both forms, save, watch; and nobody else's."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx
import pytest

from tests.flows.school import School, choose, problem
from tests.flows.test_main_flow import fetched, watch
from tests.support.person import SAM, TILDA, ToolPage, content_items
from tests.support.studio import SAM_AT_STUDIO, TILDA_AT_STUDIO, connect_studio

CLOCK = "The clock, explained"
FILM_STUDIES = 5017
COLLEAGUES = "Framing, a colleague's lecture"


def picker(school: School, number: int = TILDA, account: int = TILDA_AT_STUDIO, place: str = "courses/17") -> ToolPage:
    """Press the button as somebody who has connected Studio."""
    page = school.be(number).press_button(place)
    if not page.api("GET", "/api/connect/studio").json()["connected"]:
        assert connect_studio(page, school.stack.studio, account).status_code == 200
    return page


def listed(page: ToolPage, **query: str) -> list[dict[str, Any]]:
    """Give all pages of a list."""
    found: list[dict[str, Any]] = []
    asked = query
    while True:
        answer = page.api("GET", "/api/studio/media", **asked)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if not answer.json()["next"]:
            return found
        asked = {"cursor": answer.json()["next"]}


def look(page: ToolPage, title: str = CLOCK, scope: str = "own") -> dict[str, Any]:
    """Open the item with this title."""
    [item] = listed(page, scope=scope, search=title)
    answer = page.api("POST", "/api/studio/media/detail", json={"handle": item["handle"]})
    assert answer.status_code == 200, answer.text
    detail: dict[str, Any] = answer.json()
    return detail


def test_teacher_finds_own_and_course_media_newest_first(each_school: School) -> None:
    page = picker(each_school)

    assert {"studio_own", "studio_course"} <= {tab["scope"] for tab in page.config["scopes"]}
    own = listed(page)
    assert len({item["id"] for item in own}) == len(own) > 60  # more than one page
    times = [item["created_at"] for item in own]
    assert times == sorted(times, reverse=True)
    clock = next(item for item in own if item["title"] == CLOCK)
    assert (clock["catalogue"], clock["owner"], clock["tracks"]) == ("studio", "Tilda Teacher", None)
    assert [item["title"] for item in listed(page, tag="first week")] == [CLOCK]
    assert [item["title"] for item in listed(page, scope="course", owner="theo")] == [COLLEAGUES]


def test_teacher_inserts_the_captioned_player_and_student_watches(each_school: School) -> None:
    page = picker(each_school)
    detail = look(page)
    assert (detail["forms"], detail["notes"]) == (["captioned", "native"], [])

    answer = page.insert(choose(detail, "es", "ar"))

    [item] = content_items(answer)
    player = each_school.be(SAM).open_link(item["lookup_uuid"])
    shown = watch(player)
    assert (shown["problem"], shown["catalogue"]) == (None, "studio")
    own_player = player.person.http.get(shown["native_url"])  # Canvas launches Studio's
    assert own_player.status_code == 200
    assert f"{each_school.stack.studio}/lti/launch" in own_player.text
    assert [(track["language"], track["default"]) for track in shown["tracks"]] == [("es", True), ("ar", False)]
    text = fetched(player, shown["tracks"][0]["src"])
    assert text.text.startswith("WEBVTT")
    clip = httpx.get(shown["sources"][0]["url"], headers={"Range": "bytes=0-99"}, timeout=60)
    assert (clip.status_code, clip.headers["content-type"]) == (206, "video/mp4")
    assert each_school.stack.studio in player.answer.headers["content-security-policy"]


def test_teacher_inserts_studios_own_player_and_student_watches(each_school: School) -> None:
    page = picker(each_school)
    handle = look(page, "Silent footage")["handle"]
    pick = {"handle": handle, "form": "native", "width": 720, "height": 405, "start": 4, "download": True}

    answer = page.insert(pick)

    address = page.person.save_page("With Studio's player", answer)
    [player] = each_school.be(SAM).open_frames(address)
    assert str(player.url) == f"{each_school.stack.studio}/lti/launch"
    assert 'aria-label="Silent footage, no captions"' in player.text
    assert "#t=4" in player.text
    assert "Download media" in player.text


def test_student_reaches_own_media_and_none_of_the_course(each_school: School) -> None:
    page = picker(each_school, SAM, SAM_AT_STUDIO, "groups/5")

    assert [tab["scope"] for tab in page.config["scopes"] if tab["scope"].startswith("studio")] == ["studio_own"]
    assert "Sam's screen recording" in {item["title"] for item in listed(page)}
    own = {item["id"] for item in listed(page)}  # other tests had Studio import some for him, with titles used twice
    assert not own & {item["id"] for item in listed(picker(each_school))}
    assert {item["owner"] for item in listed(page)} == {"Sam Student"}
    problem(page.api("GET", "/api/studio/media", scope="course"), 403, "not_allowed")


def test_student_gets_nothing_with_a_teachers_handle(each_school: School) -> None:
    handle = look(picker(each_school))["handle"]
    page = picker(each_school, SAM, SAM_AT_STUDIO, "groups/5")

    problem(page.api("POST", "/api/studio/media/detail", json={"handle": handle}), 404)
    for form in ("captioned", "native"):
        pick = {"handle": handle, "form": form, "width": 640, "height": 360}
        problem(page.api("POST", "/api/insert", json={"picks": [pick]}), 404)


def begin(page: ToolPage, collection: str) -> httpx.Response:
    """Announce an upload by tus, as any client can."""
    said = {"filename": "rivers.mp4", "filetype": "video/mp4", "collection": collection}
    metadata = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())
    return page.person.http.post(
        f"{page.person.tool}/api/tus",
        headers={
            "Authorization": f"Bearer {page.config['token']}", "Tus-Resumable": "1.0.0", "Upload-Length": "9",
            "Upload-Metadata": metadata,
        },
    )  # fmt: skip


def test_student_puts_nothing_into_a_forged_or_borrowed_collection(each_school: School) -> None:
    teacher = picker(each_school)
    borrowed = teacher.api("POST", "/api/studio/collections", json={"name": "Hers"}).json()["collection"]
    offered = teacher.api("GET", "/api/studio/collections").json()["collections"]
    assert {borrowed["id"], str(FILM_STUDIES)} <= {each["id"] for each in offered}
    page = picker(each_school, SAM, SAM_AT_STUDIO, "groups/5")

    assert borrowed["id"] not in {
        each["id"] for each in page.api("GET", "/api/studio/collections").json()["collections"]
    }
    film = {"address": "https://videos.example.org/tides.mp4", "title": "Smuggled"}
    for wrong in (borrowed["id"], str(FILM_STUDIES), "7101", "99999999", "../media/260101", "x" * 200):
        problem(begin(page, wrong), 403, "not_allowed")
        problem(page.api("POST", "/api/studio/import", json={**film, "collection": wrong}), 403, "not_allowed")
    assert [each for each in page.api("GET", "/api/uploads").json()["uploads"] if each["collection"]] == []
    assert "Smuggled" not in {item["title"] for item in listed(page)}

    own = page.api("POST", "/api/studio/collections", json={"name": "His"}).json()["collection"]
    answer = begin(page, own["id"])
    assert answer.status_code == 201, answer.text
    upload = answer.json()["upload"]
    assert upload["collection"] == {"name": "His", "refused": False}
    page.api("POST", f"/api/uploads/{upload['id']}/cancel", json={})


def test_owner_tags_and_deletes_and_nobody_else_can(each_school: School) -> None:
    page = picker(each_school, SAM, SAM_AT_STUDIO, "groups/5")
    film = {"address": "https://videos.example.org/tides.mp4", "title": f"Made by {each_school.stack.tool}"}
    handle = page.api("POST", "/api/studio/import", json=film).json()["item"]["handle"]
    teacher = picker(each_school)
    for deed, more in (("about", {}), ("tag", {"name": "hers"}), ("untag", {"tag": "1"}), ("delete", {})):
        problem(teacher.api("POST", f"/api/studio/own/{deed}", json={"handle": handle, **more}), 404, "not_found")

    about = page.api("POST", "/api/studio/own/about", json={"handle": handle}).json()
    assert (about["tags"], about["places"], about["embeds"]) == ([], ["My Uploads"], 0)
    assert "Ada Administrator" in {each["name"] for each in about["people"]}
    (tag,) = page.api("POST", "/api/studio/own/tag", json={"handle": handle, "name": "tides"}).json()["tags"]
    assert [item["title"] for item in listed(page, tag="tides")] == [film["title"]]
    assert page.api("POST", "/api/studio/own/untag", json={"handle": handle, "tag": tag["id"]}).json() == {"tags": []}
    assert page.api("POST", "/api/studio/own/delete", json={"handle": handle}).status_code == 200
    problem(page.api("POST", "/api/studio/media/detail", json={"handle": handle}), 404, "remote_gone")
    colleagues = look(teacher, COLLEAGUES, "course")
    assert colleagues["own_at_studio"] is False
    problem(teacher.api("POST", "/api/studio/own/delete", json={"handle": colleagues["handle"]}), 403, "not_allowed")


@pytest.mark.parametrize("query", [{"scope": "group"}, {"sort": "title"}, {"cursor": "x"}, {"user_id": "8101"}])
def test_question_that_no_page_asks_is_refused(school: School, query: dict[str, str]) -> None:
    problem(picker(school).api("GET", "/api/studio/media", **query))
