"""A launch in a browser that keeps no cookie of ours: the proof comes from Platform Storage, and nothing is softened.

What the two small pages do by script (``static/js/login.js``, ``prove.js``) is done here by hand, right and wrong.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from .browser import Answer, Browser, Login
from .canvas import STUDENT, TEACHER
from .mutations import as_json, values
from .refusals import assert_gives_nothing, assert_refused
from .spoiling import installed, many
from .tool import Tool

FRAME = "post_message_forwarding"
NOT_PROVEN = "could not confirm that this browser started the launch"
OPENED_BEFORE = "This launch was opened before"


@pytest.fixture
def cookieless(browser: Browser) -> Browser:
    browser.keeps_cookies = False
    return browser


def begin(browser: Browser) -> tuple[Login, str]:
    """Begin where a storage frame is offered; gives the login, and the proof that the page puts into the storage."""
    answer = browser.send("POST", "/lti/login", form=browser.canvas.initiation(lti_storage_target=FRAME))
    assert (answer.status, answer.header("Location")) == (200, None)
    return Login.of(answer, answer.config["authorize"]), answer.config["proof"]


def finish(browser: Browser, login: Login) -> Answer:
    token = browser.canvas.sign(browser.canvas.deep_linking(login.nonce))
    form = {"state": login.state, "id_token": token, "lti_storage_target": FRAME}
    return browser.send("POST", "/lti/launch", form=form)


def prove(browser: Browser, held: str, proof: str, **headers: str) -> Answer:
    sent: dict[str, Any] = {"origin": browser.canvas.tool, "x_cuedeck_page": "prove", **headers}
    return browser.send("POST", "/lti/proof", value={"launch": held, "proof": proof}, **sent)


def open_with(browser: Browser, token: str, origin: str | None = None) -> Answer:
    return browser.send("POST", "/lti/open", form={"token": token}, origin=origin or browser.canvas.tool)


def test_person_without_cookies_gets_their_page(cookieless: Browser) -> None:
    login, proof = begin(cookieless)
    waiting = finish(cookieless, login)
    assert waiting.waits
    assert "token" not in waiting.config
    assert proof not in waiting.text

    token = prove(cookieless, waiting.config["launch"], proof).json["token"]

    assert open_with(cookieless, token).config["token"]


def test_another_browser_without_the_proof_has_one_guess_and_gets_nothing(cookieless: Browser) -> None:
    login, proof = begin(cookieless)
    held = finish(cookieless, login).config["launch"]

    for wrong, status in (("x" * 43, 403), (proof, 409), (proof, 409)):
        answer = prove(cookieless, held, wrong)
        assert answer.status == status
        assert "token" not in answer.text


def test_proof_of_one_login_does_not_open_the_launch_of_another(cookieless: Browser) -> None:
    (first, _), (_, other_proof) = begin(cookieless), begin(cookieless)

    assert prove(cookieless, finish(cookieless, first).config["launch"], other_proof).status == 403


def test_launch_that_waits_is_proven_once_and_opened_once(cookieless: Browser) -> None:
    login, proof = begin(cookieless)
    held = finish(cookieless, login).config["launch"]
    token = prove(cookieless, held, proof).json["token"]
    assert prove(cookieless, held, proof).status == 409
    assert open_with(cookieless, token).status == 200

    assert_refused(open_with(cookieless, token), 409, OPENED_BEFORE, "Open it again from Canvas.")
    assert_refused(finish(cookieless, login), 409, OPENED_BEFORE)


def test_launch_that_waits_ends_after_a_minute(cookieless: Browser, tool: Tool) -> None:
    login, proof = begin(cookieless)
    held = finish(cookieless, login).config["launch"]
    tool.clock.forward(61)
    assert prove(cookieless, held, proof).status == 409

    login, proof = begin(cookieless)
    token = prove(cookieless, finish(cookieless, login).config["launch"], proof).json["token"]
    tool.clock.forward(61)
    assert_refused(open_with(cookieless, token), 409, OPENED_BEFORE)


@pytest.mark.parametrize(
    "headers",
    [{"origin": "https://evil.example"}, {"origin": "null"}, {"x_cuedeck_page": ""}, {"content_type": "text/plain"}],
)
def test_page_of_a_stranger_can_neither_prove_nor_end_a_launch(cookieless: Browser, headers: dict[str, str]) -> None:
    login, proof = begin(cookieless)
    held = finish(cookieless, login).config["launch"]

    refused = prove(cookieless, held, proof, **headers)

    assert refused.status == 401
    assert "token" not in refused.text
    assert prove(cookieless, held, proof).status == 200


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost"])
def test_page_of_a_stranger_cannot_open_their_launch_in_another_browser(
    cookieless: Browser, other_browser: Browser, origin: str
) -> None:
    login, proof = begin(cookieless)
    token = prove(cookieless, finish(cookieless, login).config["launch"], proof).json["token"]

    assert_refused(open_with(other_browser, token, origin), 401, "could not verify")

    assert open_with(cookieless, token).status == 200


def test_forged_launch_gets_no_page_that_waits(cookieless: Browser) -> None:
    login, _ = begin(cookieless)
    forged = cookieless.canvas.sign(cookieless.canvas.claims(login.nonce, STUDENT))[:-4] + "AAAA"
    form = {"state": login.state, "id_token": forged, "lti_storage_target": FRAME}

    assert_gives_nothing(cookieless.send("POST", "/lti/launch", form=form))

    assert finish(cookieless, login).waits


def test_platform_that_offers_no_storage_needs_the_cookie(cookieless: Browser) -> None:
    answer = cookieless.launch(TEACHER)

    assert_refused(answer, 403, NOT_PROVEN)


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with installed(tmp_path_factory.mktemp("cuedeck")) as browser:
        browser.keeps_cookies = False
        yield browser


@settings(many, max_examples=300)
@given(st.data(), st.sampled_from(["/lti/proof", "/lti/open"]))
def test_nothing_made_up_proves_or_opens_a_launch(person: Browser, data: st.DataObject, path: str) -> None:
    origin = data.draw(st.sampled_from([person.canvas.tool, person.canvas.tool, "null", ""]))
    body = data.draw(
        st.binary(max_size=30)
        | st.dictionaries(st.sampled_from(["launch", "proof", "token"]), values, max_size=3).map(as_json)
        | st.sampled_from([b'{"launch": "x", "proof": "y"}', b"token=x", b"token=", b"token=x&token=x", b"x" * 9000])
    )
    content_type = data.draw(st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain"]))

    answer = person.send("POST", path, body=body, origin=origin, content_type=content_type, x_cuedeck_page="prove")

    assert answer.status in {400, 401, 409, 413, 422}, answer.summary
    assert "eyJ" not in answer.text
