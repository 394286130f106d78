"""Whose browser a launch is finished in, where no cookie says so: over HTTP, with what an attacker could send.

The attacker has an account at the same Canvas, so their own launches are genuine, and can make the victim's browser
post anything from a page of theirs. They want the victim to go on in a session that is the attacker's.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Any

import pytest

from .browser import Answer, Browser, Login
from .canvas import COLLEAGUE, TEACHER, Canvas, Person
from .refusals import assert_refused
from .tool import Tool

FRAME = "post_message_forwarding"
NOT_PROVEN = "could not confirm that this browser started the launch"
OPENED_BEFORE = "This launch was opened before"
UNVERIFIED = "could not verify that this launch came from Canvas"
EVIL = "https://evil.example"


@dataclass
class Begun:
    """A login of a browser whose page was given the proof, to keep it in Platform Storage."""

    answer: Answer
    login: Login
    key: str
    proof: str


class Frameless(Browser):
    """A browser that keeps no cookie of ours; its pages do what their scripts do."""

    def send(self, method: str, path: str, **options: Any) -> Answer:
        answer = super().send(method, path, **options)
        self.cookies.clear()
        return answer

    def begin_with_storage(self, **changes: str) -> Begun:
        form = self.canvas.initiation(lti_storage_target=FRAME, **changes)
        answer = self.send("POST", "/lti/login", form=form)
        assert answer.status == 200, answer.summary
        asked = dict(re.findall(r"(state|nonce)=([^&]+)", answer.config["authorize"]))
        return Begun(
            answer, Login(answer, asked["state"], asked["nonce"]), answer.config["key"], answer.config["proof"]
        )

    def sign(self, begun: Begun, person: Person) -> str:
        return self.canvas.sign(self.canvas.claims(begun.login.nonce, person))

    def post(self, begun: Begun, id_token: str) -> Answer:
        """Post a launch as Canvas's page does in this browser."""
        form = {"state": begun.login.state, "id_token": id_token, "lti_storage_target": FRAME}
        return self.send("POST", "/lti/launch", form=form)

    def prove(self, page: Answer, proof: str, **changes: str) -> Answer:
        """Send a proof as the page of a held launch does."""
        headers = {"origin": self.canvas.tool, "x_cuedeck_page": "prove", **changes}
        value = {"launch": page.config["launch"], "proof": proof}
        return self.send("POST", "/lti/proof", value=value, **headers)

    def open(self, token: str, **headers: str) -> Answer:
        return self.send("POST", "/lti/open", form={"token": token}, **(headers or {"origin": self.canvas.tool}))


@pytest.fixture
def victim(tool: Tool, canvas: Canvas) -> Frameless:
    return Frameless(tool.way, tool.origin, canvas)


@pytest.fixture
def attacker(tool: Tool, canvas: Canvas) -> Frameless:
    return Frameless(tool.way, tool.origin, canvas)


def test_person_without_cookies_gets_their_page(victim: Frameless) -> None:
    begun = victim.begin_with_storage()
    held = victim.post(begun, victim.sign(begun, TEACHER))
    assert held.config["key"] == begun.key
    token = victim.prove(held, begun.proof).json["token"]

    assert victim.open(token).headline == "Cuedeck works"


def test_person_with_cookies_needs_no_second_step(browser: Browser) -> None:
    answer = browser.send("POST", "/lti/login", form=browser.canvas.initiation(lti_storage_target=FRAME))
    asked = dict(re.findall(r"(state|nonce)=([^&]+)", answer.config["authorize"]))
    token = browser.canvas.sign(browser.canvas.claims(asked["nonce"]))
    form = {"state": asked["state"], "id_token": token, "lti_storage_target": FRAME}

    assert browser.send("POST", "/lti/launch", form=form).headline == "Cuedeck works"
    browser.begin(lti_storage_target=FRAME)  # a redirect: cookies are known to work here


def test_proof_travels_in_no_address(victim: Frameless) -> None:
    begun = victim.begin_with_storage()
    held = victim.post(begun, victim.sign(begun, TEACHER))
    proven = victim.prove(held, begun.proof)
    opened = victim.open(proven.json["token"])

    assert begun.proof not in begun.answer.config["authorize"]
    assert begun.login.state not in begun.key
    for answer in (held, proven, opened):
        assert begun.proof not in answer.text
        assert answer.header("Location") is None
    assert begun.answer.header("Cache-Control") == opened.header("Cache-Control") == "no-store"


def test_page_that_waits_for_the_proof_gives_nothing_and_is_framed_by_canvas_alone(victim: Frameless) -> None:
    begun = victim.begin_with_storage()
    held = victim.post(begun, victim.sign(begun, TEACHER))

    assert "eyJ" not in held.text
    assert hashlib.sha256(begun.proof.encode()).hexdigest() not in held.text
    assert set(held.config) == {"storage", "key", "launch", "api"}
    assert held.config["storage"] == {
        "target": FRAME, "origin": victim.canvas.origin, "parents": [victim.canvas.origin],
    }  # fmt: skip
    policy = held.header("Content-Security-Policy") or ""
    assert f"frame-ancestors {victim.canvas.origin};" in policy
    assert "form-action 'self';" in policy
    assert "unsafe" not in policy


def test_attacker_cannot_have_their_launch_finished_in_a_browser_without_its_proof(
    attacker: Frameless, victim: Frameless
) -> None:
    """The victim's Canvas keeps proofs of the victim's own logins at most."""
    theirs, own = attacker.begin_with_storage(), victim.begin_with_storage()
    held = victim.post(theirs, attacker.sign(theirs, COLLEAGUE))

    assert held.config["key"] != own.key
    assert_says_no(victim.prove(held, own.proof), 403, NOT_PROVEN)


@pytest.mark.parametrize("target", [None, "", FRAME * 20, "frame\x00"])
def test_attacker_cannot_leave_the_browser_nothing_to_ask(
    attacker: Frameless, victim: Frameless, target: str | None
) -> None:
    theirs = attacker.begin_with_storage()
    form = {"state": theirs.login.state, "id_token": attacker.sign(theirs, COLLEAGUE)}

    answer = victim.send("POST", "/lti/launch", form={**form, **({"lti_storage_target": target} if target else {})})

    assert_refused(answer, 403, NOT_PROVEN, "allow cookies")


@pytest.mark.parametrize("origin", [EVIL, "null", "", "{ours}.evil.example", "http://127.0.0.1", "{upper}", None])
def test_attacker_cannot_open_their_proven_launch_in_another_browser(
    attacker: Frameless, victim: Frameless, origin: str | None
) -> None:
    """They prove it in their own browser, keep the token, and have the victim's browser post it from their page."""
    theirs = attacker.begin_with_storage()
    token = attacker.prove(attacker.post(theirs, attacker.sign(theirs, COLLEAGUE)), theirs.proof).json["token"]
    said = None if origin is None else origin.format(ours=victim.canvas.tool, upper=victim.canvas.tool.upper())

    answer = victim.open(token, **({"referer": f"{EVIL}/"} if said is None else {"origin": said}))

    assert_refused(answer, 401, UNVERIFIED)
    assert attacker.open(token).status == 200  # nor can it be used up like this


@pytest.mark.parametrize(
    "changes",
    [
        {"x_cuedeck_page": ""},
        {"x_cuedeck_page": "other"},
        {"content_type": "text/plain"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"origin": EVIL},
        {"origin": "null"},
        {"origin": ""},
    ],
)
def test_page_of_another_site_cannot_send_a_proof(victim: Frameless, changes: dict[str, str]) -> None:
    begun = victim.begin_with_storage()
    held = victim.post(begun, victim.sign(begun, TEACHER))

    answer = victim.prove(held, begun.proof, **changes)

    assert_says_no(answer, 401, UNVERIFIED)
    assert answer.header("Access-Control-Allow-Origin") is None
    assert victim.prove(held, begun.proof).status == 200  # nor end the launch


def test_no_other_site_is_told_that_it_may_call_us(victim: Frameless) -> None:
    asks = {"origin": EVIL, "access_control_request_method": "POST", "access_control_request_headers": "x-cuedeck-page"}

    answer = victim.send("OPTIONS", "/lti/proof", **asks)

    assert answer.status == 405
    assert not any(name.lower().startswith("access-control") for name, _ in answer.headers)


@pytest.mark.parametrize("wrong", ["x", "hash", "state", "key"])
def test_wrong_proof_ends_the_launch(victim: Frameless, wrong: str) -> None:
    begun = victim.begin_with_storage()
    held = victim.post(begun, victim.sign(begun, TEACHER))
    sent = {
        "hash": hashlib.sha256(begun.proof.encode()).hexdigest(), "state": begun.login.state, "key": begun.key,
    }.get(wrong, wrong)  # fmt: skip

    assert_says_no(victim.prove(held, sent), 403, NOT_PROVEN)
    assert_says_no(victim.prove(held, begun.proof), 409, OPENED_BEFORE)


def test_wrong_cookie_is_not_mended_by_the_right_storage(victim: Frameless) -> None:
    begun = victim.begin_with_storage()
    victim.cookies = {f"__Host-cuedeck-{begun.login.state[:16]}": "of-another-login"}

    answer = victim.post(begun, victim.sign(begun, TEACHER))

    assert_refused(answer, 403, NOT_PROVEN)


def test_launch_can_be_held_proven_and_opened_once_each(victim: Frameless) -> None:
    begun = victim.begin_with_storage()
    id_token = victim.sign(begun, TEACHER)
    held = victim.post(begun, id_token)

    assert_refused(victim.post(begun, id_token), 409, OPENED_BEFORE, "Open it again from Canvas.")
    token = victim.prove(held, begun.proof).json["token"]
    assert_says_no(victim.prove(held, begun.proof), 409, OPENED_BEFORE)
    assert victim.open(token).status == 200
    assert_refused(victim.open(token), 409, OPENED_BEFORE, "Open it again from Canvas.")
    assert_refused(victim.open(held.config["launch"]), 409, OPENED_BEFORE)  # an id is no token


def test_launch_is_held_for_a_minute(victim: Frameless, tool: Tool) -> None:
    begun, other = victim.begin_with_storage(), victim.begin_with_storage()
    held, later = victim.post(begun, victim.sign(begun, TEACHER)), victim.post(other, victim.sign(other, TEACHER))
    token = victim.prove(held, begun.proof).json["token"]
    tool.clock.forward(61)

    assert_says_no(victim.prove(later, other.proof), 409, OPENED_BEFORE)
    assert_refused(victim.open(token), 409, OPENED_BEFORE)


def test_two_tabs_without_cookies_do_not_disturb_each_other(victim: Frameless) -> None:
    first, second = victim.begin_with_storage(), victim.begin_with_storage()
    assert first.key != second.key
    pages = [(begun, victim.post(begun, victim.sign(begun, TEACHER))) for begun in (second, first)]

    assert [victim.open(victim.prove(page, begun.proof).json["token"]).status for begun, page in pages] == [200, 200]


def test_forged_launch_is_not_held(victim: Frameless) -> None:
    begun = victim.begin_with_storage()
    genuine = victim.sign(begun, TEACHER)

    assert_refused(victim.post(begun, f"{genuine[:-8]}AAAAAAAA"), 401, UNVERIFIED)
    assert victim.post(begun, genuine).status == 200  # and burns nothing


def test_new_window_gets_nothing_that_a_launch_could_be_finished_with(victim: Frameless) -> None:
    """It begins the login again, so Canvas itself says who is there; no launch of before can be slipped in."""
    begun = victim.begin_with_storage()

    login = begun.answer.config["login"]

    sent = victim.canvas.initiation()
    assert login == {"action": "/lti/login", "fields": {
        name: sent[name] for name in ("iss", "login_hint", "target_link_uri", "client_id", "lti_message_hint")
    } | {"lti_deployment_id": sent["deployment_id"]}}  # fmt: skip
    again = victim.send("POST", login["action"], form=login["fields"])
    assert again.status == 302
    assert begun.login.state not in (again.header("Location") or "")
    assert "token" not in begun.answer.config


def assert_says_no(answer: Answer, status: int, message: str) -> None:
    """Check a refusal that a script gets."""
    assert answer.status == status, answer.summary
    assert message in answer.json["error"]["message"]
    assert len(answer.json["error"]["next_step"]) > 10
    assert "token" not in answer.json
    assert answer.header("Set-Cookie") is None
