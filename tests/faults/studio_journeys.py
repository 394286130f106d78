"""Journeys that ask Studio: lists, items, embeds, what owners do, captions, the report, consent."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx

from lti.model import GrantService, StudioAccount
from tests.faults.campus import STUDIO, Campus
from tests.faults.canvas_journeys import SRT, pick, report
from tests.faults.journeys import Act, Repeat, journey
from tests.support.person import ADA, SAM, TILDA, ToolPage, content_items
from tests.support.studio import SAM_AT_STUDIO, STELLA_AT_STUDIO, decide, leave_for_studio

CLOCK, COLLEAGUES, SILENT = "The clock, explained", "Framing, a colleague's lecture", "Silent footage, no captions"
ACCOUNT = "/api/administration/studio/account"


def own(c: Campus, number: int = TILDA) -> ToolPage:
    """Give the picker of somebody who acts at Studio with an account of their own."""
    c.account(StudioAccount.OWN)
    return c.picker(number, "groups/5" if number == SAM else "courses/17")


def served(c: Campus) -> ToolPage:
    """Give the picker of somebody for whom the service account acts, and whom Studio knows."""
    c.account(StudioAccount.SERVICE)
    page = c.picker()
    assert page.api("GET", "/api/studio/media").is_success
    return page


def found(page: ToolPage, title: str, scope: str = "own") -> dict[str, Any]:
    """Find an item of Studio by its title."""
    answer = page.api("GET", "/api/studio/media", search=title, scope=scope)
    assert answer.status_code == 200, answer.text
    return next(each for each in answer.json()["items"] if each["title"] == title)


def looked_at(page: ToolPage, title: str = CLOCK, scope: str = "own") -> dict[str, Any]:
    """Give an item in full."""
    answer = page.api("POST", "/api/studio/media/detail", json={"handle": found(page, title, scope)["handle"]})
    assert answer.status_code == 200, answer.text
    detail: dict[str, Any] = answer.json()
    return detail


@journey("List own media at Studio", TILDA)
def own_list(c: Campus) -> Act:
    page = own(c)
    return lambda: page.api("GET", "/api/studio/media")


@journey("List media of the course at Studio", TILDA)
def course_list(c: Campus) -> Act:
    page = own(c)
    return lambda: page.api("GET", "/api/studio/media", scope="course")


@journey("List own media at Studio when the token's time is over", TILDA, only="oauth")
def renewed(c: Campus) -> Act:
    page = own(c)

    def act() -> httpx.Response:
        c.connect(TILDA)
        c.age(TILDA, GrantService.STUDIO)
        return page.api("GET", "/api/studio/media")

    return act


@journey("List own media by the service account", TILDA, only="users")
def served_list(c: Campus) -> Act:
    page = served(c)

    def act() -> httpx.Response:
        c.forget("cache_entries")  # who they are has to be looked up again
        return page.api("GET", "/api/studio/media")

    return act


@journey("List collections by the service account", TILDA, only="{user_id}")
def served_collections(c: Campus) -> Act:
    page = served(c)
    return lambda: page.api("GET", "/api/studio/collections")


@journey("Look at one of one's own media at Studio", TILDA)
def look(c: Campus) -> Act:
    page = own(c)
    handle = found(page, CLOCK)["handle"]
    return lambda: page.api("POST", "/api/studio/media/detail", json={"handle": handle})


@journey("Look at a media of the course at Studio", TILDA)
def look_in_course(c: Campus) -> Act:
    page = own(c)
    handle = found(page, CLOCK, "course")["handle"]
    return lambda: page.api("POST", "/api/studio/media/detail", json={"handle": handle})


@journey("Insert Studio's own player", TILDA)
def insert_native(c: Campus) -> Act:
    own(c)
    page = c.be(TILDA).press_button()
    body = {"handle": found(page, SILENT)["handle"], "form": "native", "width": 720, "height": 405}
    return lambda: page.api("POST", "/api/insert", json={"picks": [body]})


@journey("Watch an embed of Studio for the first time", SAM)
def watch(c: Campus) -> Act:
    own(c)
    page = c.be(TILDA).press_button()
    (item,) = content_items(page.insert(pick(looked_at(page))))
    opened = c.be(SAM).open_link(item["lookup_uuid"])
    assert opened.answer.status_code == 200, opened.answer.text

    def act() -> httpx.Response:
        c.connect(TILDA)
        c.forget("cache_entries")
        return opened.api("POST", "/api/watch", json={})

    return act


# --- what owners do ---------------------------------------------------------------------------------------------------


@journey("See where an own media is used", TILDA)
def about(c: Campus) -> Act:
    page = own(c)
    handle = found(page, CLOCK)["handle"]
    return lambda: page.api("POST", "/api/studio/own/about", json={"handle": handle})


@journey("Add a tag", TILDA)
def tag(c: Campus) -> Act:
    page = own(c)
    handle = found(page, SILENT)["handle"]
    return lambda: page.api("POST", "/api/studio/own/tag", json={"handle": handle, "name": "rivers"})


@journey("Remove a tag", TILDA, repeat=Repeat.ONCE)
def untag(c: Campus) -> Act:
    page = own(c)
    handle = found(page, CLOCK)["handle"]
    added = page.api("POST", "/api/studio/own/tag", json={"handle": handle, "name": "to be removed"}).json()["tags"]
    wanted = next(each["id"] for each in added if each["name"] == "to be removed")
    return lambda: page.api("POST", "/api/studio/own/untag", json={"handle": handle, "tag": wanted})


def imported(page: ToolPage, **more: str) -> httpx.Response:
    """Have Studio fetch something."""
    body = {"address": "https://videos.example.org/tides.mp4", "title": "Tides", **more}
    return page.api("POST", "/api/studio/import", json=body)


@journey("Delete an own media", TILDA, repeat=Repeat.ONCE)
def delete(c: Campus) -> Act:
    page = own(c)
    handle = imported(page).json()["item"]["handle"]
    return lambda: page.api("POST", "/api/studio/own/delete", json={"handle": handle})


@journey("List collections to upload to", TILDA)
def collections(c: Campus) -> Act:
    page = own(c)
    return lambda: page.api("GET", "/api/studio/collections")


@journey("Make a collection", TILDA)
def make_collection(c: Campus) -> Act:
    page = own(c)
    return lambda: page.api("POST", "/api/studio/collections", json={"name": "Rivers"})


@journey("Import by a web address", TILDA)
def import_media(c: Campus) -> Act:
    page = own(c)
    return lambda: imported(page)


@journey("Import into a collection", TILDA)
def import_into(c: Campus) -> Act:
    page = own(c)
    return lambda: imported(page, collection="5017")


# --- captions ---------------------------------------------------------------------------------------------------------


@journey("Read captions at Studio", TILDA)
def read_captions(c: Campus) -> Act:
    page = own(c)
    detail = looked_at(page)
    body = {"handle": detail["handle"], "track": detail["tracks"][0]["id"]}
    return lambda: page.api("POST", "/api/captions/text", json=body)


@journey("Add captions at Studio", TILDA, repeat=Repeat.ONCE)
def add_captions(c: Campus) -> Act:
    page = own(c)
    c.kept["at studio"] = c.kept.get("at studio", 0) + 1
    handle = imported(page, title=f"Tides {c.kept['at studio']}").json()["item"]["handle"]
    content = b64encode(SRT.format(words="Una parola").encode()).decode()
    body = {"handle": handle, "name": "it.srt", "content": content, "language": "it"}
    return lambda: page.api("POST", "/api/captions/add", json=body)


@journey("See the course's media at Studio in the report", TILDA)
def report_studio(c: Campus) -> Act:
    served(c)
    page = report(c, TILDA)
    return lambda: page.api("GET", "/api/report/studio")


@journey("Read captions at Studio for the report", TILDA, repeat=Repeat.SETTLED)
def report_studio_read(c: Campus) -> Act:
    served(c)
    page = report(c, TILDA)
    c.forget("track_grades")
    rows = page.api("GET", "/api/report/studio").json()["rows"]
    handle = next(row["handle"] for row in rows if row["title"] == CLOCK)
    return lambda: page.api("POST", "/api/report/studio/read", json={"handles": [handle], "fresh": True})


# --- consent ----------------------------------------------------------------------------------------------------------


@journey("Connect Studio", SAM, repeat=Repeat.ONCE, renews=False)
def connect(c: Campus) -> Act:
    page = own(c, SAM)
    back = decide(page.person, leave_for_studio(page), STUDIO, SAM_AT_STUDIO)
    return lambda: page.person.follow(back)


@journey("Connect the service account", ADA, repeat=Repeat.ONCE, renews=False)
def connect_service(c: Campus) -> Act:
    c.account(StudioAccount.SERVICE)
    page = administration(c)
    back = decide(page.person, leave_for_studio(page, ACCOUNT), STUDIO, STELLA_AT_STUDIO)
    return lambda: page.person.follow(back)


def administration(c: Campus) -> ToolPage:
    """Open Cuedeck from the account's menu."""
    return c.opened(ADA, "/accounts/1/external_tools/19?launch_type=account_navigation")
