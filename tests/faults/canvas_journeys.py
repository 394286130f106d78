"""Journeys that ask Canvas: launches, lists, items, embeds, captions, the report, consent."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import httpx

from lti.model import GrantService
from tests.faults.campus import CANVAS, Campus
from tests.faults.journeys import Act, Repeat, journey
from tests.faults.policy import Kind
from tests.support.homework import open_homework
from tests.support.person import NOOR, SAM, TILDA, ToolPage, content_items

CLOCK, ORPHAN, NOORS = "How the clock works", "Course trailer", "Noor's guest lecture"
SCREEN = "Sam's screen recording"
SRT = "1\n00:00:01,000 --> 00:00:02,500\n{words}\n"


def found(page: ToolPage, title: str, scope: str = "own") -> dict[str, Any]:
    """Find an item of Canvas by its title."""
    items = page.media(search=title, scope=scope)["items"]
    return next(each for each in items if each["title"] == title)


def looked_at(c: Campus, page: ToolPage, title: str, scope: str = "own") -> dict[str, Any]:
    """Give an item in full; the same one as long as its handle is good."""
    return page.detail(found(page, title, scope)["handle"])


def pick(detail: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Choose an item with its first usable track."""
    tracks = [track["id"] for track in detail["tracks"] if track["usable"]][:1]
    plain = {"handle": detail["handle"], "form": "captioned", "width": 640, "height": 360, "tracks": tracks}
    return {**plain, "default": tracks[0] if tracks else None, **more}


@journey("Launch with a key that is not known yet", TILDA)
def launch(c: Campus) -> Act:
    ring = c.canvas.extensions["lti_platform"].keys
    private = ring.present.private

    def act() -> httpx.Response:
        ring.rotate()
        for key in ring._keys:
            key.kid, key._private = f"{key.kid}+", private  # another name for the same key: making keys takes long
        c.clock.forward(11)  # so that fetching for an unknown key is allowed again
        return c.be(TILDA).press_button().answer

    return act


@journey("List own media", TILDA)
def own_list(c: Campus) -> Act:
    page = c.picker()
    return lambda: page.api("GET", "/api/canvas/media")


@journey("List media of the course, next page", TILDA)
def course_list(c: Campus) -> Act:
    page = c.picker()
    cursor = page.media(scope="course")["next"]
    assert cursor
    return lambda: page.api("GET", "/api/canvas/media", cursor=cursor)


@journey("List media of the course", TILDA)
def course_first(c: Campus) -> Act:
    page = c.picker()
    return lambda: page.api("GET", "/api/canvas/media", scope="course")


@journey("List own media when the token's hour is over", TILDA, only="oauth2", kind=Kind.READ)
def renewed(c: Campus) -> Act:
    page = c.picker()

    def act() -> httpx.Response:
        c.connect(TILDA)
        c.age(TILDA, GrantService.CANVAS)
        return page.api("GET", "/api/canvas/media")

    return act


def detail_journey(name: str, title: str, scope: str) -> None:
    @journey(name, TILDA, rounds=2)  # of a search for the file that Canvas refuses nothing is thought: the list is read
    def look(c: Campus) -> Act:
        page = c.picker()
        handle = found(page, title, scope)["handle"]
        return lambda: page.api("POST", "/api/canvas/media/detail", json={"handle": handle})


detail_journey("Look at one of one's own media", CLOCK, "own")
detail_journey("Look at a media of the course", ORPHAN, "course")


@journey("Look at media where Canvas leaves the texts out", TILDA, only="{track_id}")
def look_without_includes(c: Campus) -> Act:
    page = c.picker()
    handle = found(page, CLOCK)["handle"]
    key = c.canvas_world.api_keys[c.config.api_client_id]

    def act() -> httpx.Response:
        key.allow_includes = False
        try:
            return page.api("POST", "/api/canvas/media/detail", json={"handle": handle})
        finally:
            key.allow_includes = True

    return act


@journey("Look at media whose addresses want Canvas's session", TILDA, only="public_url")
def look_at_sessions(c: Campus) -> Act:
    page = c.picker()
    handle = found(page, CLOCK)["handle"]
    behaviour = c.canvas.extensions["faults"].behaviour

    def act() -> httpx.Response:
        behaviour.authenticated_sources = True
        try:
            return page.api("POST", "/api/canvas/media/detail", json={"handle": handle})
        finally:
            behaviour.authenticated_sources = False

    return act


@journey("Hand a recording in", SAM)
def hand_in(c: Campus) -> Act:
    c.connect(SAM)
    page = open_homework(c.be(SAM))
    detail = looked_at(c, page, SCREEN)
    return lambda: page.api("POST", "/api/insert", json={"picks": [pick(detail)]})


def embedded(c: Campus) -> ToolPage:
    """Insert a captioned player in a page; Sam opens it."""
    page = c.be(TILDA).press_button()  # a response to Canvas can be made once for each launch
    c.connect(TILDA)
    answer = page.insert(pick(looked_at(c, page, CLOCK)))
    (item,) = content_items(answer)
    opened = c.be(SAM).open_link(item["lookup_uuid"])
    assert opened.answer.status_code == 200, opened.answer.text
    return opened


@journey("Watch an embed for the first time", SAM)
def watch(c: Campus) -> Act:
    page = embedded(c)

    def act() -> httpx.Response:
        c.connect(TILDA)
        c.forget("cache_entries")
        return page.api("POST", "/api/watch", json={})

    return act


@journey("Watch an embed whose addresses did not play", SAM)
def watch_again(c: Campus) -> Act:
    page = embedded(c)

    def act() -> httpx.Response:
        c.connect(TILDA)
        c.clock.forward(61)  # addresses may be fetched anew once in a while
        return page.api("POST", "/api/watch", json={"refresh": True})

    return act


# --- captions ---------------------------------------------------------------------------------------------------------


def care(c: Campus, what: str, title: str = CLOCK, *, language: str | None = "en", **more: Any) -> Act:
    """Give the act of looking after captions; each is about the item as it is now."""
    page = c.picker()
    detail = looked_at(c, page, title)
    body: dict[str, Any] = {"handle": detail["handle"], **more}
    if language:
        body["track"] = next(each["id"] for each in detail["tracks"] if each["language"] == language)
    return lambda: page.api("POST", f"/api/captions/{what}", json=body)


@journey("Read captions", TILDA)
def read_captions(c: Campus) -> Act:
    return care(c, "text")


@journey("Save captions", TILDA, repeat=Repeat.SETTLED)
def save_captions(c: Campus) -> Act:
    opened = care(c, "text", language="de")().json()
    c.kept["saved"] = c.kept.get("saved", 0) + 1
    cues = [{**cue, "text": f"Wort {c.kept['saved']}"} for cue in opened["cues"]]
    return care(c, "save", language="de", version=opened["version"], cues=cues)


@journey("Add captions", TILDA, repeat=Repeat.SETTLED)
def add_captions(c: Campus) -> Act:
    c.kept["added"] = c.kept.get("added", 0) + 1
    content = b64encode(SRT.format(words=f"Parola {c.kept['added']}").encode()).decode()
    page = c.picker()
    handle = looked_at(c, page, CLOCK)["handle"]
    body = {"handle": handle, "name": "it.srt", "content": content, "language": "it", "replace": True}
    return lambda: page.api("POST", "/api/captions/add", json=body)


@journey("Remove captions", TILDA, repeat=Repeat.ONCE)
def remove_captions(c: Campus) -> Act:
    content = b64encode(SRT.format(words="Uma palavra").encode()).decode()
    page = c.picker()
    handle = looked_at(c, page, CLOCK)["handle"]
    body = {"handle": handle, "name": "pt.srt", "content": content, "language": "pt", "replace": True}
    assert page.api("POST", "/api/captions/add", json=body).is_success
    return care(c, "remove", language="pt")


@journey("Rename a media of one's own", TILDA)
def rename(c: Campus) -> Act:
    page = c.picker()
    handle = found(page, "Voice memo")["handle"]
    return lambda: page.api("POST", "/api/captions/rename", json={"handle": handle, "title": "Voice memo"})


@journey("Rename a colleague's media of the course", TILDA, rounds=2)
def rename_colleagues(c: Campus) -> Act:
    page = c.picker()
    handle = found(page, NOORS, "course")["handle"]
    return lambda: page.api("POST", "/api/captions/rename", json={"handle": handle, "title": NOORS})


# --- the report -------------------------------------------------------------------------------------------------------


def report(c: Campus, number: int = NOOR) -> ToolPage:
    """Open the page about the captions of the course."""
    return c.opened(number, "/courses/17/external_tools/19?launch_type=course_navigation")


@journey("See the caption report of a course", NOOR)
def report_list(c: Campus) -> Act:
    page = report(c)
    return lambda: page.api("GET", "/api/report/media")


@journey("Read captions for the report", NOOR, repeat=Repeat.SETTLED)
def report_read(c: Campus) -> Act:
    page = report(c)
    c.forget("track_grades")
    rows = {row["id"]: row["handle"] for row in page.api("GET", "/api/report/media").json()["rows"]}
    handles = [rows[name] for name in ("m-clock", "m-noor")]
    return lambda: page.api("POST", "/api/report/read", json={"handles": handles, "fresh": True})


@journey("Learn the lengths of the media of a course", NOOR)
def report_lengths(c: Campus) -> Act:
    page = report(c)
    return lambda: page.api("GET", "/api/report/lengths")


# --- consent ----------------------------------------------------------------------------------------------------------


def leave(c: Campus, number: int) -> tuple[ToolPage, httpx.Response]:
    """Begin to connect Canvas, up to Canvas's redirect back to the tool."""
    page = c.picker(number, "groups/5" if number == SAM else "courses/17")
    asked = page.person.ask_consent(page)
    return page, page.person.consent(asked)


@journey("Connect Canvas", SAM, repeat=Repeat.ONCE)
def connect(c: Campus) -> Act:
    page, back = leave(c, SAM)
    return lambda: page.person.follow(back)


@journey("Connect Canvas as somebody else", SAM, repeat=Repeat.ONCE, renews=False)
def connect_as_other(c: Campus) -> Act:
    page = c.picker(SAM, "groups/5")
    asked = page.person.ask_consent(page)
    page.person.http.post(f"{CANVAS}/login", data={"person": str(NOOR)})
    asked = page.person.http.get(str(asked.url))
    back = page.person.consent(page.person.follow(asked))
    page.person.http.post(f"{CANVAS}/login", data={"person": str(SAM)})
    return lambda: page.person.follow(back)


@journey("Disconnect Canvas", SAM)
def disconnect(c: Campus) -> Act:
    page = c.picker(SAM, "groups/5")

    def act() -> httpx.Response:
        c.connect(SAM)
        return page.api("DELETE", "/api/connect/canvas")

    return act
