"""Requests that are forged, stale, meant for somebody else, broken or oversized: each gets its status and its words."""

from __future__ import annotations

import dataclasses
import http.client
import itertools
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import pytest

from lti.model import Role
from lti.protocol.tokens import Tokens
from tests.flows.school import CLOCK, School, check_harmless, choose, problem
from tests.support.person import NOOR, OLLIE, SAM, ToolPage, content_items
from tests.support.stack import Stack

PICKER = [
    ("GET", "/api/canvas/media"),
    ("POST", "/api/canvas/media/detail"),
    ("POST", "/api/insert"),
    ("POST", "/api/cancel"),
    ("GET", "/api/connect/canvas"),
    ("POST", "/api/connect/canvas"),
    ("DELETE", "/api/connect/canvas"),
]
PLAYER = [("POST", "/api/watch")]
EVERY = [*PICKER, *PLAYER, ("POST", "/api/session")]
BODIES = [(method, path) for method, path in EVERY if method == "POST"]


@pytest.fixture(scope="module")
def classroom(sqlite_stack: Stack) -> Iterator[School]:
    made = School(sqlite_stack)
    yield made
    made.close()


@pytest.fixture(scope="module")
def picker(classroom: School) -> ToolPage:
    """A teacher's picker."""
    return classroom.picker()


@pytest.fixture(scope="module")
def detail(classroom: School, picker: ToolPage) -> dict[str, Any]:
    """What the picker shows of an item."""
    return classroom.look(picker)


@pytest.fixture(scope="module")
def player(classroom: School) -> ToolPage:
    """A student's player."""
    return classroom.be(SAM).open_link(classroom.embed(classroom.picker()))


def call(
    page: ToolPage, method: str, path: str, token: str | None, body: bytes | None = None, **parameters: str
) -> httpx.Response:
    headers = {} if token is None else {"Authorization": f"Bearer {token}"}
    return page.person.http.request(
        method, f"{page.person.tool}{path}", headers=headers, content=body, params=parameters or None
    )


# --- who calls ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_nobody_calls_without_a_token_of_ours(picker: ToolPage, classroom: School, method: str, path: str) -> None:
    token: str = picker.config["token"]
    viewer = classroom.tokens().viewer(token)
    head, body, _ = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    kid = jwt.get_unverified_header(token)["kid"]
    elsewhere = Tokens([classroom.secret("tool")], "https://elsewhere.example", lambda: datetime.now(UTC))
    forged = {
        "none": None,
        "no words": "x",
        "cut short": token[:-10],
        "another signature": f"{head}.{body}.{'A' * 43}",
        "unsigned": jwt.encode(claims, "", algorithm="none", headers={"kid": kid}),
        "signed with a public value": jwt.encode(claims, "x" * 32, algorithm="HS256", headers={"kid": kid}),
        "signed with another secret": classroom.tokens(secret="s" * 64).issue(viewer, 3600),
        "of another installation": elsewhere.issue(viewer, 3600),
        "of a platform that is gone": classroom.tokens().issue(dataclasses.replace(viewer, platform_id=999), 3600),
        "a handle": classroom.tokens().sign("item", {"i": []}, 3600),
        "too long": token + "A" * 7000,
    }

    for name, each in forged.items():
        answer = call(picker, method, path, each)
        assert problem(answer, 401)["code"] == "session_missing", name
    basic = picker.person.http.request(
        method, f"{picker.person.tool}{path}", headers={"Authorization": f"Basic {token}"}
    )
    problem(basic, 401, "session_missing")


@pytest.mark.parametrize(("method", "path"), EVERY)
def test_session_ends(picker: ToolPage, classroom: School, method: str, path: str) -> None:
    stale = classroom.tokens(hours=-2).issue(classroom.tokens().viewer(picker.config["token"]), 3600)

    problem(call(picker, method, path, stale), 401, "session_expired")


@pytest.mark.parametrize(("method", "path"), PICKER)
def test_player_cannot_do_what_the_picker_does(player: ToolPage, method: str, path: str) -> None:
    problem(call(player, method, path, player.config["token"]), 403, "not_allowed")


def test_picker_cannot_watch(picker: ToolPage) -> None:
    problem(picker.api("POST", "/api/watch", json={}), 403, "not_allowed")


def test_both_pages_renew_their_session(picker: ToolPage, player: ToolPage) -> None:
    for page in (picker, player):
        fresh = page.api("POST", "/api/session").json()
        assert fresh["expires_in"] == 3600
        assert call(page, "POST", "/api/session", fresh["token"]).status_code == 200


@pytest.mark.parametrize("scope", ["course", "group"])
def test_student_cannot_list_course_or_group_media(classroom: School, scope: str) -> None:
    page = classroom.picker(SAM, "groups/5")
    viewer = dataclasses.replace(
        classroom.tokens().viewer(page.config["token"]),
        canvas_course_id="17",
        roles=frozenset({Role.LEARNER}),  # as if the launch had been in the course itself
    )
    classroom.stack.forget_requests()

    for token in (page.config["token"], classroom.tokens().issue(viewer, 3600)):
        problem(call(page, "GET", "/api/canvas/media", token, scope=scope), 403, "not_allowed")

    assert classroom.stack.asked() == []


def test_teacher_cannot_list_a_group_that_the_launch_was_not_in(picker: ToolPage) -> None:
    problem(picker.api("GET", "/api/canvas/media", scope="group"), 403, "not_allowed")


def test_observer_and_nobody_cannot_pick(picker: ToolPage, classroom: School) -> None:
    viewer = classroom.tokens().viewer(picker.config["token"])
    others = [
        dataclasses.replace(viewer, roles=frozenset({Role.OBSERVER})),
        dataclasses.replace(viewer, subject=None),
        dataclasses.replace(viewer, deep_link_id=None),
    ]

    for other, (method, path) in itertools.product(others, PICKER):
        problem(call(picker, method, path, classroom.tokens().issue(other, 3600)), 403, "not_allowed")


def test_observer_watches_but_has_no_picker(classroom: School, player: ToolPage) -> None:
    del player
    uuid = classroom.embed(classroom.picker())

    page = classroom.be(OLLIE).open_link(uuid)

    assert page.api("POST", "/api/watch", json={}).json()["sources"]


# --- what is sent ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("method", "path"), BODIES)
@pytest.mark.parametrize(
    "body",
    [
        b"{", b"null", b"[]", b'"x"', b"1", b"nonsense", b"\xff\xfe{}", b"\x00", b'{"unknown": 1}', b"[" * 200_000,
        b'{"a":' * 50_000, b"{} {}", b'{"refresh": "yes", "handle": 7, "picks": "x"}', b"a=b&c=d",
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_broken_bodies_are_refused(picker: ToolPage, player: ToolPage, method: str, path: str, body: bytes) -> None:
    page = player if (method, path) in PLAYER else picker

    problem(call(page, method, path, page.config["token"], body), 422, "input_invalid")


@pytest.mark.parametrize(("method", "path"), BODIES)
def test_oversized_bodies_are_refused(picker: ToolPage, player: ToolPage, method: str, path: str) -> None:
    page = player if (method, path) in PLAYER else picker
    address = urlsplit(page.person.tool)
    with closing(http.client.HTTPConnection(str(address.hostname), address.port, timeout=20)) as connection:
        connection.putrequest(method, path)
        connection.putheader("Authorization", f"Bearer {page.config['token']}")
        connection.putheader("Content-Length", "1048577")
        connection.endheaders()  # and nothing more: what is announced is refused before it is sent

        answer = connection.getresponse()

        assert answer.status == 413
        assert json.loads(answer.read())["error"]["code"] == "too_large"


@pytest.mark.parametrize(
    "query",
    [
        "scope=own&scope=course", "scope=all", "scope=", "sort=size", "order=down", "unknown=1", "search=%00",
        f"search={'x' * 256}", "cursor=", "cursor=x&cursor=y", "per_page=1000", "scope[]=own",
    ],
)  # fmt: skip
def test_wrong_questions_are_refused(picker: ToolPage, query: str) -> None:
    problem(call(picker, "GET", f"/api/canvas/media?{query}", picker.config["token"]), 422, "input_invalid")


@pytest.mark.parametrize(
    "search", ["' OR 1=1 --", "100%", "\\\\", "<script>", "é" * 255, "🎬 Film", "a\nb", "..", "{{7*7}}"]
)
def test_any_words_can_be_searched_for(picker: ToolPage, search: str) -> None:
    assert isinstance(picker.media(search=search)["items"], list)


@pytest.mark.parametrize("search", ["%", "\\", "钟"])
def test_search_that_canvas_finds_too_short_says_so(picker: ToolPage, search: str) -> None:
    error = problem(picker.api("GET", "/api/canvas/media", search=search), 422, "remote_rejected")

    assert error["next_step"] == "Type two characters or more of the title."


def test_query_beyond_the_servers_limit_is_no_crash(picker: ToolPage) -> None:
    answer = call(picker, "GET", f"/api/canvas/media?cursor={'x' * 20_000}", picker.config["token"])

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("PUT", "/api/canvas/media", 405), ("GET", "/api/insert", 405), ("OPTIONS", "/api/watch", 405),
        ("GET", "/api/nothing", 404), ("GET", "/api/", 404), ("POST", "/api/canvas/media/detail/", 404),
        ("GET", "/watch/x", 404), ("GET", "/static/x/%2e%2e/%2e%2e/app.py", 404),
    ],
)  # fmt: skip
def test_addresses_that_are_none(picker: ToolPage, method: str, path: str, status: int) -> None:
    answer = call(picker, method, path, picker.config["token"])

    assert answer.status_code == status
    assert "Traceback" not in answer.text
    if path.startswith("/api/"):
        problem(answer, status)


def test_another_host_is_not_answered(picker: ToolPage) -> None:
    answer = httpx.get(f"{picker.person.tool}/lti/config.json", headers={"Host": "evil.example"}, timeout=10)

    problem(answer, 421, "wrong_host")


# --- handles, cursors, addresses ------------------------------------------------------------------------------------


def changed(signed: str) -> list[str]:
    """Write a signed value in ways that are not ours."""
    body, mac = signed.split(".")
    other = "A" if body[10] != "A" else "B"
    return [
        "x", ".", body, f"{body}.", f".{mac}", f"{body}.{'A' * len(mac)}", f"{body[:10]}{other}{body[11:]}.{mac}",
        f"{body}.{mac}.{mac}", f"{body}=.{mac}", signed + "x", signed[::-1], "é" * 20, "x" * 60_000,
    ]  # fmt: skip


def test_forged_handles_are_nothing(picker: ToolPage, detail: dict[str, Any], classroom: School) -> None:
    payloads: list[Any] = [{}, {"i": None}, {"i": []}, {"i": [1, 2, 3]}, {"i": {"media_id": "m-clock"}}]
    signed = [classroom.tokens().sign("item", payload, 3600) for payload in payloads]
    cursor = picker.media()["next"]

    for handle in [*changed(detail["handle"]), *signed, cursor]:
        problem(picker.api("POST", "/api/canvas/media/detail", json={"handle": handle}), 404, "not_found")
        body = {"picks": [{**choose(detail), "handle": handle}]}
        problem(picker.api("POST", "/api/insert", json=body), 404, "not_found")


def test_forged_cursors_are_nothing(picker: ToolPage, detail: dict[str, Any], classroom: School) -> None:
    cursor = picker.media()["next"]
    signed = [classroom.tokens().sign("cursor", payload, 3600) for payload in ({}, {"c": ["https://evil.example"]})]
    classroom.stack.forget_requests()

    for forged in [*(each for each in changed(cursor) if len(each) < 5000), *signed, detail["handle"]]:
        problem(picker.api("GET", "/api/canvas/media", cursor=forged), 404, "not_found")

    assert classroom.stack.asked() == []


def test_handles_and_cursors_end(picker: ToolPage, detail: dict[str, Any], classroom: School) -> None:
    old = classroom.tokens(hours=-30)
    handle = old.sign("item", classroom.tokens().read("item", detail["handle"]), 3600)
    cursor = old.sign("cursor", classroom.tokens().read("cursor", picker.media()["next"]), 3600)

    problem(picker.api("POST", "/api/canvas/media/detail", json={"handle": handle}), 410, "address_expired")
    problem(picker.api("GET", "/api/canvas/media", cursor=cursor), 410, "address_expired")


def test_another_persons_handle_and_cursor_are_nothing(
    picker: ToolPage, detail: dict[str, Any], classroom: School
) -> None:
    cursor = picker.media(scope="course")["next"]
    noor = classroom.picker(NOOR)

    problem(noor.api("POST", "/api/canvas/media/detail", json={"handle": detail["handle"]}), 404, "not_found")
    problem(noor.api("POST", "/api/insert", json={"picks": [choose(detail)]}), 404, "not_found")
    problem(noor.api("GET", "/api/canvas/media", cursor=cursor), 404, "not_found")


def test_handle_and_cursor_of_one_course_are_nothing_in_another(classroom: School) -> None:
    here, there = classroom.picker(NOOR), classroom.picker(NOOR, "courses/18")
    page = here.media(scope="course")
    handle = page["items"][0]["handle"]

    problem(there.api("POST", "/api/canvas/media/detail", json={"handle": handle}), 422, "input_invalid")
    body = {"picks": [{"handle": handle, "form": "native", "width": 640, "height": 360}]}
    problem(there.api("POST", "/api/insert", json=body), 422, "input_invalid")
    problem(there.api("GET", "/api/canvas/media", cursor=page["next"]), 422, "input_invalid")


def test_caption_addresses_cannot_be_made_up(player: ToolPage, detail: dict[str, Any], classroom: School) -> None:
    track = player.api("POST", "/api/watch", json={}).json()["tracks"][0]
    token = track["src"].split("/")[2]
    tokens = classroom.tokens()
    payload = tokens.read("track", token)
    unknown = [
        tokens.sign("track", {**payload, **other}, 3600)
        for other in ({"p": 999}, {"p": "x"}, {"c": "studio"}, {"c": 7}, {"m": "m-none"}, {"t": "0"}, {"t": None})
    ]
    forged = [each for each in changed(token) if len(each) < 5000 and each.isascii() and each != "."]

    for each, kind in itertools.product([*forged, *unknown, detail["handle"]], ("captions.vtt", "cues.json")):
        problem(httpx.get(f"{player.person.tool}/watch/{each}/{kind}", timeout=10), 404, "not_found")


@pytest.mark.parametrize("kind", ["src", "cues"])
def test_caption_addresses_end(player: ToolPage, classroom: School, kind: str) -> None:
    address: str = player.api("POST", "/api/watch", json={}).json()["tracks"][0][kind]
    token = address.split("/")[2]
    old = classroom.tokens(hours=-30).sign("track", classroom.tokens().read("track", token), 3600)

    problem(httpx.get(f"{player.person.tool}{address.replace(token, old)}", timeout=10), 410, "address_expired")


# --- inserting ------------------------------------------------------------------------------------------------------

INF = float("inf")


@pytest.mark.parametrize(
    "choices",
    [
        {"tracks": ["1"]}, {"tracks": [""]}, {"tracks": ["401", "401"]}, {"tracks": "401"}, {"tracks": [401]},
        {"tracks": [str(number) for number in range(300)]}, {"default": "1"}, {"default": ""}, {"default": "x" * 300},
        {"start": 5, "end": 5}, {"start": 6, "end": 5}, {"start": -1}, {"end": 0}, {"end": -0.5}, {"start": "5"},
        {"start": 1e9}, {"end": 1e300}, {"start": True}, {"width": 199}, {"width": 1921}, {"height": 99},
        {"height": 1201}, {"width": 640.5}, {"width": "640"}, {"width": None}, {"width": -640}, {"width": 10**400},
        {"form": "other"}, {"form": None}, {"transcript": "yes"}, {"as_link": 1}, {"title": "My own"},
        {"start": INF}, {"end": INF}, {"start": -INF}, {"start": float("nan")}, {"width": INF},
        {"handle": ""}, {"handle": None}, {"handle": 5}, {"handle": "x" * 70_000},
    ],
    ids=lambda choices: json.dumps(choices)[:30],
)  # fmt: skip
def test_wrong_picks_are_refused(picker: ToolPage, detail: dict[str, Any], choices: dict[str, Any]) -> None:
    pick = {**choose(detail, "en"), **choices}
    body = json.dumps({"picks": [pick]}).encode()  # Python writes NaN and Infinity, which JSON does not know

    problem(call(picker, "POST", "/api/insert", picker.config["token"], body), 422, "input_invalid")


@pytest.mark.parametrize("number", [b"1e400", b"-1e400", b"1e-400", b"123456789012345678901234567890"])
def test_numbers_beyond_all_bounds_are_no_crash(picker: ToolPage, detail: dict[str, Any], number: bytes) -> None:
    for name in ("start", "width"):
        body = json.dumps({"picks": [{**choose(detail, "en"), name: "NUMBER"}]}).encode().replace(b'"NUMBER"', number)

        check_harmless(answer := call(picker, "POST", "/api/insert", picker.config["token"], body))
        assert answer.status_code == 422 or (number, name) == (b"1e-400", "start")


def test_one_wrong_pick_makes_none_of_them(picker: ToolPage, detail: dict[str, Any]) -> None:
    body = {"picks": [choose(detail, "en"), choose(detail, "en", start=9, end=3)]}

    problem(picker.api("POST", "/api/insert", json=body), 422, "input_invalid")


def test_tracks_that_are_not_ready_or_of_another_item_are_refused(
    picker: ToolPage, detail: dict[str, Any], classroom: School
) -> None:
    machine = classroom.look(picker, "Lecture with automatic captions")
    empty = classroom.look(picker, "Interview whose captions are empty")
    foreign = [track["id"] for track in machine["tracks"] if track["usable"]]
    wrong = [
        *({**choose(machine), "tracks": [track["id"]]} for track in machine["tracks"] if not track["usable"]),
        *({**choose(empty), "tracks": [track["id"]]} for track in empty["tracks"]),
        {**choose(detail), "tracks": foreign},
    ]
    assert len(wrong) == 6

    for pick in wrong:
        error = problem(picker.api("POST", "/api/insert", json={"picks": [pick]}), 422, "input_invalid")
        assert "not ready or does not belong" in error["message"]


@pytest.mark.parametrize("number", [0, 21, 101])
def test_between_one_and_twenty_items_are_inserted(picker: ToolPage, detail: dict[str, Any], number: int) -> None:
    problem(picker.api("POST", "/api/insert", json={"picks": [choose(detail, "en")] * number}), 422, "input_invalid")


def test_twenty_items_are_inserted_at_once(classroom: School, detail: dict[str, Any]) -> None:
    answer = classroom.picker().insert(*[choose(detail, "en")] * 20)

    assert len(content_items(answer)) == 20


def test_canvas_takes_one_answer_and_the_page_may_ask_again_for_a_lost_one(
    classroom: School, detail: dict[str, Any]
) -> None:
    picker = classroom.picker()
    body = {"picks": [choose(detail, "en")]}
    lost, found = (picker.api("POST", "/api/insert", json=body).json() for _ in range(2))

    first = picker.person.http.post(found["return_url"], data={"JWT": found["jwt"]})
    again = [picker.person.http.post(each["return_url"], data={"JWT": each["jwt"]}) for each in (found, lost)]

    assert [item["title"] for item in content_items(first)] == [CLOCK]
    assert [answer.status_code for answer in again] == [400, 400]


def test_dialog_that_was_forgotten_for_a_day_says_so(picker: ToolPage, classroom: School) -> None:
    viewer = dataclasses.replace(classroom.tokens().viewer(picker.config["token"]), deep_link_id="gone")
    token = classroom.tokens().issue(viewer, 3600)

    for path in ("/api/cancel", "/api/insert"):
        problem(call(picker, "POST", path, token, b"{}"), 410, "address_expired")


def test_another_persons_dialog_cannot_be_answered(picker: ToolPage, classroom: School) -> None:
    noor = classroom.picker(NOOR)
    hers = classroom.tokens().viewer(noor.config["token"])
    viewer = dataclasses.replace(classroom.tokens().viewer(picker.config["token"]), deep_link_id=hers.deep_link_id)

    problem(call(picker, "POST", "/api/cancel", classroom.tokens().issue(viewer, 3600), b"{}"), 410, "address_expired")
