"""Any call of the API, with any body, in the name of anybody: never a crash, and nothing that is not theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

import jwt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .browser import Answer, Browser, Page, pick
from .canvas import COLLEAGUE, DEPLOYMENT, DL, ISSUER, STUDENT, TEACHER, Canvas, open_canvas
from .jose import encode, read
from .mutations import Path, as_json, at, spoil, values
from .spoiling import ORIGIN, many
from .tool import Clock, made

OLD = "a session that is over"
WHO = ["teacher", "administrator", "colleague", "student", "teacher elsewhere", "viewer", OLD, "nobody"]


@dataclass(repr=False)
class World:
    """Two institutions with one issuer, and people with pages open; time stands still."""

    browser: Browser
    pages: dict[str, Page]
    detail: dict[str, Any]  # an item of the teacher
    embed: str  # made by her
    elsewhere: Canvas

    def call(self, who: str, method: str, path: str, **options: Any) -> Answer:
        page = self.pages.get(who)
        authorization = f"Bearer {page.token}" if page else ""
        return self.browser.send(method, path, authorization=authorization, **options)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    clock = Clock(still=True)
    with (
        made(ORIGIN, tmp_path_factory.mktemp("cuedeck"), clock) as tool,
        open_canvas("10000000000019", clock.seconds) as canvas,
        open_canvas("10000000000029", clock.seconds) as elsewhere,
    ):
        tool.register(canvas, DEPLOYMENT)
        tool.register(elsewhere, DEPLOYMENT)
        old = tool.browser(canvas).press_button(TEACHER)
        clock.forward(3700)
        pages = {
            person: tool.browser(school).press_button(of).connect(of)
            for person, of, school in (
                ("teacher", TEACHER, canvas),
                ("colleague", COLLEAGUE, canvas),
                ("student", STUDENT, canvas),
                ("teacher elsewhere", TEACHER, elsewhere),
            )
        }
        detail = pages["teacher"].first_item()
        (item,) = read(pages["teacher"].insert(detail).json["jwt"])[f"{DL}content_items"]
        browser, embed = tool.browser(canvas), item["custom"]["embed"]
        administrator = tool.browser(canvas).administer()
        pages |= {"viewer": browser.watch(embed, STUDENT), "administrator": administrator, OLD: old}
        assert pages["viewer"].call("POST", "/api/watch", {}).status == 200
        browser.cookies.clear()
        yield World(browser, pages, detail, embed, elsewhere)


def check_error(answer: Answer) -> None:
    """Check that a refusal says what a person needs, and nothing of anybody's."""
    error = answer.json["error"]
    assert error.keys() >= {"code", "message", "next_step", "request_id"}
    assert answer.header("Content-Type") == "application/json"
    assert answer.header("Cache-Control") == "no-store"
    for secret in (b"access-token", b"refresh-token", b"Traceback", b"sqlite", b"Rivers", b"cdn.example.net"):
        assert secret not in answer.body


def inserting(detail: dict[str, Any]) -> tuple[dict[str, Any], dict[Path, list[Any]]]:
    """Give a right insertion, and values that are nearly right, or right as well."""
    body = {"picks": [pick(detail), pick(detail, form="native", tracks=[], default=None)]}
    first: tuple[Any, ...] = ("picks", 0)
    near: dict[Path, list[Any]] = {
        (*first, "handle"): [detail["handle"][:-1], detail["handle"] + "A", "x.y", ""],
        (*first, "form"): ["native", "captioned", "html"],
        (*first, "tracks"): [[], ["1"], ["1", "1"], ["3"], ["1", "2", "3"], "1", [1]],
        (*first, "default"): [None, "1", "2", "3", ""],
        (*first, "start"): [0, 1.5, -1, 1e300, 100],
        (*first, "end"): [10, 0, 2.5, 1e15],
        (*first, "width"): [200, 1920, 199, 1921, 640.0, "640", True],
        (*first, "height"): [100, 1200, 99, None],
        (*first, "transcript"): [False, "yes"],
        (*first, "as_link"): [True],
        ("picks",): [[], [body["picks"][0]] * 20, [body["picks"][0]] * 21],
    }
    return body, near


def insertion_is_right(body: Any, handle: str) -> bool | None:
    """Decide whether an insertion asks only for what was shown; None where a tool may be stricter."""
    if not isinstance(body, dict) or not isinstance(body.get("picks"), list) or not 0 < len(body["picks"]) <= 20:
        return False
    sure = body.keys() == {"picks"}
    for wanted in body["picks"]:
        if not isinstance(wanted, dict) or wanted.get("handle") != handle:
            return False
        if wanted.get("form") not in ("captioned", "native"):
            return False
        tracks, default = wanted.get("tracks", []), wanted.get("default")
        if not isinstance(tracks, list) or not isinstance(default, str | None):
            return False
        captioned = wanted["form"] == "captioned"
        if captioned and (not {"1", "2"} >= set(map(str, tracks)) or (default and default not in tracks)):
            return False
        for name, sizes in (("width", range(200, 1921)), ("height", range(100, 1201))):
            if not isinstance(wanted.get(name), int | float) or wanted[name] not in sizes:
                return False
        start, end = wanted.get("start"), wanted.get("end")
        if any(not isinstance(time, int | float | None) for time in (start, end)):
            return False
        if (end is not None and end <= (start or 0)) or any(time is not None and time < 0 for time in (start, end)):
            return False
        sure = sure and _usual(wanted, tracks)
    return True if sure else None


def _usual(wanted: dict[str, Any], tracks: list[Any]) -> bool:
    known = pick({"handle": "", "tracks": [{"id": "1"}]})
    return (
        wanted.keys() <= known.keys()
        and all(isinstance(track, str) for track in tracks)
        and len(set(tracks)) == len(tracks)
        and all(type(wanted[name]) is int for name in ("width", "height"))
        and all(type(wanted.get(name)) in (int, float, type(None)) for name in ("start", "end"))
        and all((wanted.get(name) or 0) < 86400 for name in ("start", "end"))
        and all(isinstance(wanted.get(name, False), bool) for name in ("transcript", "as_link"))
        and (wanted.get("default") is None or wanted["default"] in tracks)
        and (wanted["form"] == "captioned" or not tracks)
    )


@settings(many, max_examples=500)
@given(st.data())
def test_any_insertion_may_be_spoilt(world: World, data: st.DataObject) -> None:
    right, near = inserting(world.detail)
    body = as_json(spoil(data.draw, right, near))

    answer = world.call("teacher", "POST", "/api/insert", body=body, content_type="application/json")

    verdict = insertion_is_right(json.loads(body), world.detail["handle"])
    assert answer.status in {200, 404, 413, 422}, answer.body
    if answer.status != 200:
        assert verdict is not True, answer.body
        check_error(answer)
        return
    assert verdict is not False
    check_response(world, answer, len(json.loads(body)["picks"]))


def check_response(world: World, answer: Answer, count: int) -> None:
    """Check that the response is ours, goes where the platform said, and holds only what was shown."""
    canvas = world.browser.canvas
    assert answer.json["return_url"] == canvas.settings()["deep_link_return_url"]
    kid = jwt.get_unverified_header(answer.json["jwt"])["kid"]
    keys = {key["kid"]: jwt.PyJWK(key) for key in world.browser.send("GET", "/.well-known/jwks.json").json["keys"]}
    late = {"verify_iat": False, "verify_exp": False}
    claims = jwt.decode(answer.json["jwt"], keys[kid].key, ["RS256"], audience=ISSUER, options=late)  # type: ignore[arg-type]
    assert claims["iss"] == canvas.client_id
    items = claims[f"{DL}content_items"]
    assert len(items) == count
    assert {item["type"] for item in items} <= {"ltiResourceLink", "html", "link"}
    for item in items:
        assert item.get("title") == "Rivers m-0"
        assert item["type"] != "ltiResourceLink" or item["url"] == f"{ORIGIN}/lti/launch"


@settings(many, max_examples=150)
@given(
    st.sampled_from(["colleague", "administrator", "student", "teacher elsewhere", "viewer", OLD, "nobody"]), st.data()
)
def test_nobody_else_inserts_what_the_teacher_was_shown(world: World, who: str, data: st.DataObject) -> None:
    right, near = inserting(world.detail)
    body = right if data.draw(st.booleans()) else spoil(data.draw, right, near)
    handle = world.detail["handle"]

    answer = world.call(who, "POST", "/api/insert", body=as_json(body), content_type="application/json")

    assert answer.status in {401, 403, 404, 413, 422}, answer.body
    assert handle not in answer.text
    check_error(answer)


ROUTES = [
    ("GET", "/api/canvas/media"), ("POST", "/api/canvas/media/detail"), ("POST", "/api/insert"),
    ("POST", "/api/cancel"), ("GET", "/api/connect/canvas"), ("POST", "/api/watch"), ("POST", "/api/session"),
    ("PUT", "/api/administration/canvas-key"), ("PUT", "/api/administration/studio"),
    ("PUT", "/api/administration/staff"), ("PUT", "/api/administration/privacy"),
    ("POST", "/api/administration/checks/deployment"),
]  # fmt: skip
WORDS = ["scope", "sort", "order", "search", "cursor", "handle", "picks", "refresh", "embed", "platform_id", "user_id"]
CHOICES = ["own", "course", "group", "title", "desc", "rivers", "", "\0", "../..", "x" * 300, "%00", "41", "-1"]
ALLOWED = {  # (who, route) that may succeed at all
    **{
        who: {path for _, path in ROUTES if "administration" not in path} - {"/api/watch"}
        for who in ("teacher", "colleague", "student", "teacher elsewhere")
    },
    "administrator": {path for _, path in ROUTES if "administration" in path} | {"/api/connect/canvas", "/api/session"},
    "viewer": {"/api/watch", "/api/session"},
    OLD: set(),
    "nobody": set(),
}


@settings(many, max_examples=600)
@given(st.data(), st.sampled_from(WHO), st.sampled_from(ROUTES))
def test_any_call_by_anybody_gives_only_what_is_theirs(
    world: World, data: st.DataObject, who: str, route: tuple[str, str]
) -> None:
    method, path = route
    query = data.draw(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(CHOICES)), max_size=2))
    body = data.draw(
        st.sampled_from([b"", b"{}", b"null", b"[" * 3000, b"\xff", b'{"refresh": true}'])
        | st.binary(max_size=40)
        | st.dictionaries(st.sampled_from(WORDS), values, max_size=2).map(as_json)
        | st.just(as_json({"handle": world.detail["handle"]}))
    )

    answer = world.call(who, method, f"{path}?{urlencode(query)}" if query else path, body=body)

    assert answer.status in {200, 401, 403, 404, 410, 413, 422}, answer.body
    if answer.status != 200:
        check_error(answer)
        return
    assert path in ALLOWED[who], (who, path)
    if path == "/api/canvas/media/detail":
        assert who == "teacher"
    if path == "/api/canvas/media" and ("scope", "course") in query:
        assert who != "student"
    if path == "/api/canvas/media/detail" or "return_url" in answer.text:
        own = world.elsewhere if who == "teacher elsewhere" else world.browser.canvas
        assert own.origin in answer.text


@settings(many, max_examples=300)
@given(st.data(), st.sampled_from(["teacher", "viewer", OLD]))
def test_any_character_of_a_session_may_be_changed(world: World, data: st.DataObject, who: str) -> None:
    token = world.pages[who].token
    header, claims, signature = token.split(".")
    how = data.draw(st.sampled_from(["cut", "put in", "other header", "other claims", "no signature"]))
    place = data.draw(st.integers(0, len(token) - 5))
    if how == "cut":
        changed = token[:place] + token[place + data.draw(st.integers(1, 4)) :]
    elif how == "put in":
        changed = token[:place] + data.draw(st.text(alphabet="aZ0-_.= ", min_size=1, max_size=4)) + token[place:]
    elif how == "other header":
        alg = data.draw(st.sampled_from(["none", "HS512", "RS256", "HS256"]))
        changed = f"{encode(json.dumps({'alg': alg, 'kid': data.draw(values)}).encode())}.{claims}.{signature}"
    elif how == "other claims":
        said = read(token)
        path = data.draw(
            st.sampled_from([("viewer", "subject"), ("viewer", "roles"), ("viewer", "embed_id"), ("exp",)])
        )
        said = {**said, "viewer": {**said["viewer"], path[-1]: "x"}} if len(path) > 1 else {**said, "exp": 10**11}
        assert at(said, path) != at(read(token), path)
        changed = f"{header}.{encode(json.dumps(said).encode())}.{signature}"
    else:
        changed = f"{header}.{claims}."

    answer = world.browser.send("POST", "/api/session", authorization=f"Bearer {changed}")

    if how == "put in" and changed.rstrip("= ") == token:
        return  # another way to write the same
    assert answer.status == 401, changed
    check_error(answer)


@settings(many, max_examples=200)
@given(st.text(max_size=40) | st.text(alphabet="abcXYZ019_-.", min_size=20, max_size=90), st.integers(0, 3))
def test_no_made_up_address_opens_captions(world: World, text: str, kind: int) -> None:
    handle = world.detail["handle"]
    made_up = [text, f"{handle.split('.')[0]}.{text}", f"{text}.{handle.split('.')[-1]}", handle][kind]

    for name in ("captions.vtt", "cues.json"):
        answer = world.browser.send("GET", f"/watch/{quote(made_up, safe='')}/{name}")
        assert answer.status in {404, 405}, answer.body
        assert b"WEBVTT" not in answer.body
