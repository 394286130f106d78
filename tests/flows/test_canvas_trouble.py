"""Canvas slow, down, throttling, talking nonsense: words instead of a crash, and everything there afterwards."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from typing import Any

import httpx
import pytest

from tests.flows.school import CLOCK, School, check_harmless, choose, error_page, problem
from tests.support.person import NOOR, SAM, ToolPage, content_items
from tests.support.stack import Stack

ALWAYS: dict[str, Any] = {"count": None}
# What Canvas does, and what a list (one call) says of it.
KINDS: dict[str, tuple[dict[str, Any], int, str]] = {
    "down": ({"kind": "status", "status": 503}, 503, "remote_unavailable"),
    "throttling": ({"kind": "throttle"}, 503, "remote_throttled"),
    "slow": ({"kind": "slow", "seconds": 12}, 503, "remote_unavailable"),
    "cut off": ({"kind": "cut"}, 503, "remote_unavailable"),
    "broken JSON": ({"kind": "broken_json"}, 502, "remote_nonsense"),
    "HTML": ({"kind": "html"}, 502, "remote_nonsense"),
    "resetting": ({"kind": "reset"}, 503, "remote_unavailable"),
}
# Embeds that no other test watches, so that each is cold: pairs of tracks of one item.
QUIRKS, LANGUAGES = "Caption quirks", ("it", "pt", "nl", "sv", "da", "ja", "en")
PAIRS = dict(zip([*KINDS, "fields", "recovery", "revoked"], combinations(LANGUAGES, 2), strict=False))
FIELDS = [["media_id"], ["id"], ["media_tracks", "media_sources", "title", "created_at"], ["locale", "kind", "content"]]


def spoil(school: School, fault: dict[str, Any], **more: Any) -> None:
    """Do this wrong at every call that the tool can make."""
    places = (
        "/api/v1/*",
        "/login/oauth2/token",
        "/media_objects/*/media_tracks/*",
        "/media_attachments/*/media_tracks/*",
    )
    school.stack.misbehave(faults=[{**ALWAYS, **fault, **more, "path": path} for path in places])


def refreshes(school: School) -> int:
    return school.stack.asked("/login/oauth2/token").count("POST /login/oauth2/token")


class Work:
    """A teacher with the picker open, a colleague who consents just now, and a student before a cold player."""

    def __init__(self, school: School, languages: tuple[str, ...]) -> None:
        self.school = school
        self.picker = school.picker()
        self.detail = school.look(self.picker, QUIRKS)
        inserted = school.picker().insert(choose(self.detail, *languages))
        self.player = school.be(SAM).open_link(content_items(inserted)[0]["lookup_uuid"])
        assert self.player.config["playback"] is None, "not cold"
        self.noor = school.be(NOOR)
        page = self.noor.press_button("courses/18")
        self.consented = self.noor.consent(self.noor.ask_consent(page))
        self.body = {"picks": [choose(self.detail, *languages)]}

    def ask_list(self) -> httpx.Response:
        return self.picker.api("GET", "/api/canvas/media")

    def look(self) -> httpx.Response:
        return self.picker.api("POST", "/api/canvas/media/detail", json={"handle": self.detail["handle"]})

    def insert(self) -> httpx.Response:
        return self.picker.api("POST", "/api/insert", json=self.body)

    def watch(self) -> httpx.Response:
        return self.player.api("POST", "/api/watch", json={})

    def finish_consent(self) -> httpx.Response:
        return self.noor.follow(self.consented)

    def all_at_once(self) -> list[httpx.Response]:
        """Do everything: list, look, insert, watch, finish the consent."""
        steps: list[Callable[[], httpx.Response]] = [
            self.ask_list, self.look, self.insert, self.watch, self.finish_consent,
        ]  # fmt: skip
        with ThreadPoolExecutor(len(steps)) as pool:
            return list(pool.map(lambda step: step(), steps))


@pytest.fixture(scope="module", autouse=True)
def wounded(sqlite_stack: Stack) -> Iterator[Work]:
    """Somebody before a player that could not be filled, at the beginning of this module."""
    school = School(sqlite_stack)
    work = Work(school, PAIRS["recovery"])
    spoil(school, {"kind": "status", "status": 500})
    assert work.watch().json()["problem"]["code"] == "remote_unavailable"
    school.stack.forget_requests()
    assert work.watch().json()["problem"]["code"] == "remote_unavailable"
    assert school.stack.asked() == []  # one view found out for all, for some seconds
    school.stack.heal()
    yield work
    school.close()


@pytest.mark.parametrize("kind", KINDS)
def test_trouble_is_told_and_nothing_is_lost(school: School, kind: str) -> None:
    fault, status, code = KINDS[kind]
    work = Work(school, PAIRS[kind])
    spoil(school, fault)

    listed, looked, inserted, watched, consented = work.all_at_once()

    for answer in (listed, looked, inserted, watched, consented):
        check_harmless(answer, school.secret("api_key"), school.secret("tool"))
    problem(listed, status, code)
    assert looked.status_code == 200, looked.text
    assert looked.json()["notes"]
    assert inserted.status_code == 200, inserted.text
    error_page(consented, status)
    assert watched.status_code == 200, watched.text
    playback = watched.json()
    assert playback["sources"] == []
    assert playback["problem"].keys() == {"code", "message", "next_step"}
    assert playback["problem"]["code"] == code
    assert playback["native_url"]
    assert [track["language"] for track in playback["tracks"]] == list(PAIRS[kind])  # texts that we hold are served
    kept = httpx.get(f"{school.stack.tool}{playback['tracks'][0]['src']}", timeout=10)
    assert kept.text.startswith("WEBVTT")

    school.stack.heal()
    assert len(work.ask_list().json()["items"]) == 30
    healed = work.look().json()
    assert healed["notes"] == []
    assert healed["sources"]
    assert [track["usable"] for track in healed["tracks"]] == [True] * len(LANGUAGES)
    assert "Canvas is connected" in work.noor.connect(work.noor.press_button("courses/18")).text


@pytest.mark.parametrize("fields", FIELDS, ids=",".join)
def test_answers_without_their_fields_are_no_crash(school: School, fields: list[str]) -> None:
    picker = school.picker()
    handle = school.look(picker)["handle"]
    spoil(school, {"kind": "drop_fields", "fields": fields})

    listed = picker.api("GET", "/api/canvas/media")
    looked = picker.api("POST", "/api/canvas/media/detail", json={"handle": handle})

    for answer in (listed, looked):
        check_harmless(answer)
        assert answer.status_code == 200 or problem(answer, 502, "remote_nonsense")
    school.stack.heal()
    assert len(picker.media()["items"]) == 30


@pytest.mark.parametrize("field", ["access_token", "user", "expires_in", "refresh_token"])
def test_half_a_token_answer_keeps_no_half_a_grant(school: School, field: str) -> None:
    noor = school.be(NOOR)
    page = noor.press_button("courses/18")
    page.api("DELETE", "/api/connect/canvas")
    consented = noor.consent(noor.ask_consent(page))
    school.stack.misbehave(faults=[{"kind": "drop_fields", "fields": [field], "path": "/login/oauth2/token"}])

    answer = noor.follow(consented)

    check_harmless(answer)
    connected = page.api("GET", "/api/connect/canvas").json()["connected"]
    assert connected == answer.is_success
    if connected:
        assert page.media()["items"]
    else:
        assert "Canvas is connected" in noor.connect(page).text


@pytest.mark.parametrize("kind", ["status", "throttle", "cut", "reset"])
def test_passing_trouble_is_not_noticed(school: School, kind: str) -> None:
    picker = school.picker()
    school.stack.misbehave(faults=[{"kind": kind, "path": "/api/v1/*", "count": 1}])

    assert len(picker.media()["items"]) == 30


def test_canvas_that_asks_for_patience_is_waited_for_or_said_so(school: School) -> None:
    picker = school.picker()
    school.stack.misbehave(faults=[{"kind": "throttle", "path": "/api/v1/*", "retry_after": 1}])
    assert len(picker.media()["items"]) == 30
    school.stack.forget_requests()
    school.stack.misbehave(faults=[{"kind": "throttle", "path": "/api/v1/*", "retry_after": 90}])

    answer = picker.api("GET", "/api/canvas/media")

    assert problem(answer, 503, "remote_throttled")["retry_after"] == 90
    assert answer.headers["retry-after"] == "90"
    assert len(school.stack.asked()) == 1


# --- consent ---------------------------------------------------------------------------------------------------------


def test_missing_scope_is_told_without_refreshing_for_it(school: School) -> None:
    picker = school.picker(anew=True)
    school.stack.misbehave(remove_scopes=["url:GET|/api/v1/media_objects"])
    school.stack.forget_requests()

    answer = picker.api("GET", "/api/canvas/media")

    error = problem(answer, 403, "grant_scope_missing")
    assert "your permission is older" in error["next_step"]  # where the key has the scope by now
    assert school.stack.asked("/") == ["GET /api/v1/media_objects"]
    school.stack.heal()
    picker.person.connect(picker)
    assert picker.media()["items"]


def test_missing_scope_of_the_files_costs_only_what_needs_it(school: School) -> None:
    picker = school.picker(anew=True)
    handle = next(item["handle"] for item in picker.media(search=CLOCK)["items"])
    school.stack.misbehave(remove_scopes=["url:GET|/api/v1/users/:user_id/files"])

    detail = picker.detail(handle)

    assert detail["sources"]
    assert {track["language"] for track in detail["tracks"] if track["usable"]} >= {"en", "es", "fr"}
    assert "Canvas does not let Cuedeck use a function that it needs." in detail["notes"]
    text = error_page(picker.person.ask_consent(picker), 403)
    assert "Ask your Canvas administrator to allow all the listed scopes" in text
    school.stack.heal()
    picker.person.connect(picker)


def test_key_without_include_parameters_still_gives_the_captions(school: School) -> None:
    picker = school.picker()
    school.stack.misbehave(allow_includes=False)  # Canvas then leaves the texts out, without a word

    detail = school.look(picker)

    assert all(track["usable"] or track["reason"] for track in detail["tracks"])
    assert [track["usable"] for track in detail["tracks"]] == [True] * 6
    text = httpx.get(f"{school.stack.tool}{detail['tracks'][1]['src']}", timeout=10).text
    assert "Ahora son tres segundos." in text


@pytest.mark.parametrize("named", [True, False])
def test_revoked_consent_is_asked_for_again(school: School, named: bool) -> None:
    picker = school.picker(anew=True)
    school.stack.misbehave(revoke_tokens=True, behaviour={"name_revoked_tokens": named})

    problem(picker.api("GET", "/api/canvas/media"), 403, "grant_revoked")

    assert picker.api("GET", "/api/connect/canvas").json() == {"connected": False}
    problem(picker.api("GET", "/api/canvas/media"), 403, "grant_missing")
    assert "Canvas is connected" in picker.person.connect(picker).text
    assert picker.media()["items"]


def test_student_is_told_when_the_teachers_consent_is_over(school: School) -> None:
    work = Work(school, PAIRS["revoked"])
    school.stack.misbehave(revoke_tokens=True)

    playback = work.watch().json()

    assert playback["problem"]["code"] == "grant_revoked"
    assert "person who added this media" in playback["problem"]["message"]
    assert len(playback["tracks"]) == 2


def test_expired_token_is_refreshed_once_and_silently(school: School) -> None:
    picker = school.picker(anew=True)
    school.stack.misbehave(expire_tokens=True)
    school.stack.forget_requests()

    assert picker.media()["items"]

    assert school.stack.asked("/") == [
        "GET /api/v1/media_objects", "POST /login/oauth2/token", "GET /api/v1/media_objects",
    ]  # fmt: skip


def test_token_that_canvas_never_takes_ends_in_words(school: School) -> None:
    picker = school.picker(anew=True)
    school.stack.misbehave(faults=[{**ALWAYS, "kind": "expired", "path": "/api/v1/*"}])
    school.stack.forget_requests()

    problem(picker.api("GET", "/api/canvas/media"), 403, "grant_revoked")

    assert refreshes(school) == 1
    school.stack.heal()
    picker.person.connect(picker)
    assert picker.media()["items"]


def test_many_requests_with_an_expired_token_refresh_it_once(school: School) -> None:
    picker = school.picker(anew=True)
    school.stack.misbehave(expire_tokens=True)
    school.stack.forget_requests()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: picker.api("GET", "/api/canvas/media"), range(10)))

    assert [answer.status_code for answer in answers] == [200] * 10
    assert refreshes(school) == 1


def test_refresh_that_canvas_cannot_do_now_loses_no_grant(school: School) -> None:
    picker = school.picker(anew=True)
    school.stack.misbehave(
        expire_tokens=True, faults=[{**ALWAYS, "kind": "status", "path": "/login/oauth2/token", "status": 502}]
    )

    problem(picker.api("GET", "/api/canvas/media"), 503, "remote_unavailable")

    school.stack.heal()
    assert picker.media()["items"]


@pytest.fixture
def asked(school: School) -> tuple[ToolPage, httpx.Response]:
    """Noor before Canvas's consent page, not connected yet."""
    page = school.be(NOOR).press_button("courses/18")
    page.api("DELETE", "/api/connect/canvas")
    return page, page.person.ask_consent(page)


def check_not_connected(page: ToolPage) -> None:
    assert page.api("GET", "/api/connect/canvas").json() == {"connected": False}
    assert "Canvas is connected" in page.person.connect(page).text


def test_person_refuses_consent(asked: tuple[ToolPage, httpx.Response]) -> None:
    page, question = asked

    answer = page.person.follow(page.person.consent(question, press="deny"))

    assert "access was not granted" in error_page(answer, 403)
    assert page.person.tool_page(answer).config["outcome"] == "grant_refused"
    check_not_connected(page)


def test_consent_of_another_account_is_given_back(school: School) -> None:
    page = school.be(NOOR).press_button("courses/18")
    page.api("DELETE", "/api/connect/canvas")
    address = page.api("POST", "/api/connect/canvas").json()["url"]
    sam = school.be(SAM)  # logged in to Canvas in the browser where the pop-up opens
    school.stack.forget_requests()

    text = error_page(sam.follow(sam.consent(sam.follow(sam.http.get(f"{sam.tool}{address}")))), 403)

    assert "not the one that opened Cuedeck" in text
    assert "DELETE /login/oauth2/token" in school.stack.asked("/login/oauth2/token")
    check_not_connected(page)


def test_ticket_is_good_once(school: School) -> None:
    page = school.be(NOOR).press_button("courses/18")
    address = f"{school.stack.tool}{page.api('POST', '/api/connect/canvas').json()['url']}"
    assert page.person.http.get(address).is_redirect

    error_page(page.person.http.get(address), 410)


@pytest.mark.parametrize(
    "ticket", ["", "?ticket=", "?ticket=x", "?ticket=a&ticket=b", "?ticket=%00", f"?ticket={'x' * 5000}"]
)
def test_forged_ticket_is_refused(school: School, ticket: str) -> None:
    answer = school.be(NOOR).http.get(f"{school.stack.tool}/connect/canvas{ticket}")

    assert answer.status_code in {410, 422}
    error_page(answer, answer.status_code)


def test_consent_cannot_be_finished_in_another_browser(school: School, asked: tuple[ToolPage, httpx.Response]) -> None:
    page, question = asked
    back = page.person.consent(question).headers["location"]

    error_page(school.be(SAM).http.get(back), 403)

    error_page(page.person.http.get(back), 410)  # the state is gone: it was good once
    check_not_connected(page)


def test_consent_cannot_be_finished_without_the_cookie(asked: tuple[ToolPage, httpx.Response]) -> None:
    page, question = asked
    back = page.person.consent(question).headers["location"]

    error_page(httpx.get(back, timeout=10), 403)

    check_not_connected(page)


def test_consent_is_not_finished_twice(asked: tuple[ToolPage, httpx.Response]) -> None:
    page, question = asked
    back = page.person.consent(question).headers["location"]
    assert page.person.http.get(back).status_code == 200

    error_page(page.person.http.get(back), 410)

    assert page.media()["items"]


@pytest.mark.parametrize("redirecting", [True, False])
def test_code_that_canvas_does_not_know_is_refused(
    school: School, asked: tuple[ToolPage, httpx.Response], redirecting: bool
) -> None:
    page, question = asked
    back = page.person.consent(question).headers["location"]
    school.stack.misbehave(behaviour={"redirect_on_token_error": redirecting})

    forged = httpx.URL(back).copy_set_param("code", "10000forged")
    answer = page.person.http.get(forged)

    assert 400 <= answer.status_code < 500
    assert "forged" not in error_page(answer, answer.status_code)
    check_not_connected(page)


@pytest.mark.parametrize(
    "query",
    ["", "?code=x", "?state=x", "?code=x&state=x", "?error=access_denied", "?state=a&state=b&code=c", "?state=%00"],
)
def test_callback_out_of_nowhere_is_refused(school: School, query: str) -> None:
    answer = httpx.get(f"{school.stack.tool}/connect/canvas/callback{query}", timeout=10)

    assert answer.status_code in {410, 422}
    error_page(answer, answer.status_code)


def test_two_tabs_connect_at_once(school: School) -> None:
    noor = school.be(NOOR)
    first, second = (noor.press_button("courses/18") for _ in range(2))
    questions = [noor.ask_consent(page) for page in (first, second)]

    finished = [noor.follow(noor.consent(question)) for question in reversed(questions)]

    assert all("Canvas is connected" in page.text for page in finished)
    assert [len(page.media()["items"]) for page in (first, second)] == [1, 1]


def test_player_recovers_by_itself(wounded: Work) -> None:
    deadline = time.monotonic() + 30  # most of which the other tests have taken
    while (playback := wounded.watch().json())["problem"] and time.monotonic() < deadline:
        time.sleep(1)

    assert playback["problem"] is None
    assert playback["sources"]
    assert [track["language"] for track in playback["tracks"]] == list(PAIRS["recovery"])
