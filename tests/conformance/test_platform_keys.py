"""The platforms' keys: fetched seldom, once for all who wait, served stale, and never taken from a wrong document."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from .browser import Answer, Browser
from .canvas import KEY_SET, Canvas, rsa_key
from .jose import jwk, public_pem, with_mac
from .refusals import assert_not_burnt, assert_refused
from .tool import Tool

UNVERIFIED = "could not verify that this launch came from Canvas"
NO_KEYS = "signing keys could not be fetched"
AT_ONCE = 50
HOUR = 3600.0


@pytest.fixture
def school(another_canvas: Callable[..., Canvas]) -> Canvas:
    """Give an institution whose keys may be spoilt; nothing of it is known yet."""
    return another_canvas()


@pytest.fixture
def person(tool: Tool, school: Canvas) -> Browser:
    return tool.browser(school)


def at_once(tool: Tool, school: Canvas, people: int = AT_ONCE) -> list[Answer]:
    """Let many people, each with a browser of their own, finish their launches at the same moment."""
    together = threading.Barrier(people)
    begun = [(browser, browser.begin()) for browser in (tool.browser(school) for _ in range(people))]
    tokens = [school.sign(school.claims(login.nonce)) for _, login in begun]

    def finish(number: int) -> Answer:
        browser, login = begun[number]
        together.wait()
        return browser.finish(login, tokens[number])

    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(finish, range(people)))


def test_fifty_launches_that_all_miss_the_key_cache_cause_one_fetch(tool: Tool, school: Canvas) -> None:
    school.slow = 0.3

    answers = at_once(tool, school)

    assert {answer.status for answer in answers} == {200}
    assert school.fetches == 1


def test_fifty_launches_after_a_rotation_cause_one_fetch(tool: Tool, school: Canvas, person: Browser) -> None:
    assert person.launch().status == 200
    school.rotate()
    school.slow = 0.3

    answers = at_once(tool, school)

    assert {answer.status for answer in answers} == {200}
    assert school.fetches == 2


def test_three_launches_cause_one_fetch(person: Browser, school: Canvas) -> None:
    for _ in range(3):
        assert person.launch().status == 200

    assert school.fetches == 1


def test_platform_that_rotates_its_key_is_accepted_after_one_refetch(person: Browser, school: Canvas) -> None:
    assert person.launch().status == 200
    school.rotate()

    assert person.launch().status == 200
    assert person.launch().status == 200
    assert school.fetches == 2


def test_key_that_was_rotated_away_is_refused(person: Browser, school: Canvas) -> None:
    assert person.launch().status == 200
    login = person.begin()
    old = school.sign(school.claims(login.nonce))
    school.rotate()
    assert person.launch().status == 200

    assert_refused(person.finish(login, old), 401, UNVERIFIED)
    assert_not_burnt(person, login)


def test_forger_with_made_up_kids_makes_us_fetch_a_few_times_only(person: Browser, school: Canvas, tool: Tool) -> None:
    assert person.launch().status == 200
    school.asked.clear()
    login = person.begin()
    forged = [school.sign(school.claims(login.nonce), kid=f"made-up-{number}") for number in range(40)]

    for token in forged:
        assert_refused(person.finish(login, token), 401, UNVERIFIED)

    assert 1 <= school.fetches <= 6
    assert_not_burnt(person, login)
    school.rotate()
    tool.clock.forward(10)  # the cool-down: a real rotation is noticed soon after
    assert person.launch().status == 200


def test_known_key_works_while_the_key_set_is_away(person: Browser, school: Canvas, tool: Tool) -> None:
    assert person.launch().status == 200
    school.answers[KEY_SET] = (404, "text/plain", b"gone")
    tool.clock.forward(2 * HOUR)

    assert person.launch().status == 200
    assert person.launch().status == 200
    assert school.fetches == 2  # the second failure is not asked for at once

    del school.answers[KEY_SET]
    tool.clock.forward(60)
    assert person.launch().status == 200
    assert school.fetches == 3


def test_key_that_the_platform_withdrew_ends_with_the_hour(person: Browser, school: Canvas, tool: Tool) -> None:
    assert person.launch().status == 200
    school.published = [jwk(rsa_key("of the next year"), "next")]
    tool.clock.forward(HOUR + 1)
    login = person.begin()

    assert_refused(person.finish(login, school.sign(school.claims(login.nonce))), 401, UNVERIFIED)


@pytest.mark.parametrize(
    ("status", "document"),
    [
        (200, b'{"errors": [{"message": "An error occurred."}]}'),
        (200, b"<html><title>Log in</title></html>"),
        (200, b""),
        (200, b'{"keys": []}'),
        (200, b'{"keys": {"kid": "2026-first"}}'),
        (200, b'{"keys": ' + b"[" * 50_000),
        (200, json.dumps({"keys": [], "padding": "x" * 300_000}).encode()),
        (404, b"no such page"),
        (302, b""),
    ],
)
def test_error_document_in_place_of_keys_is_said_and_not_cached(
    person: Browser, school: Canvas, tool: Tool, status: int, document: bytes
) -> None:
    school.answers[KEY_SET] = (status, "application/json", document)
    login = person.begin()
    refused = person.finish(login, school.sign(school.claims(login.nonce)))

    assert_refused(refused, 503, NO_KEYS, "Wait a minute and open it again from Canvas.")
    assert int(refused.header("Retry-After") or 0) > 0

    del school.answers[KEY_SET]
    assert_not_burnt(person, login)
    assert person.launch().status == 200


def test_platform_that_is_down_is_said_within_seconds_and_the_next_launch_works(
    person: Browser, school: Canvas
) -> None:
    school.answers[KEY_SET] = (503, "text/html", b"<html>down for maintenance</html>")
    login = person.begin()

    assert_refused(person.finish(login, school.sign(school.claims(login.nonce))), 503, NO_KEYS)
    assert 1 < school.fetches <= 4  # tried again, for a few seconds

    del school.answers[KEY_SET]
    assert_not_burnt(person, login)


def test_key_set_that_does_not_come_is_not_waited_for(person: Browser, school: Canvas) -> None:
    school.slow = 7  # seconds; CUEDECK_OUTGOING_TIMEOUT is 3
    login = person.begin()
    began = time.monotonic()

    assert_refused(person.finish(login, school.sign(school.claims(login.nonce))), 503, NO_KEYS)

    assert time.monotonic() - began < 6
    school.slow = 0
    assert_not_burnt(person, login)


def test_key_of_1024_bits_is_refused(person: Browser, school: Canvas) -> None:
    school.key = rsa_key("short", 1024)
    login = person.begin()

    assert_refused(person.finish(login, school.sign(school.claims(login.nonce))), 401, UNVERIFIED)


def test_forger_cannot_use_the_public_key_as_an_hmac_secret(person: Browser, school: Canvas) -> None:
    """Even if the platform's key is marked for HMAC."""
    school.publish(alg="HS256")
    login = person.begin()
    header = {"alg": "HS256", "typ": "JWT", "kid": school.kid}

    by_hmac = person.finish(login, with_mac(header, school.claims(login.nonce), public_pem(school.key)))
    by_key = person.finish(login, school.sign(school.claims(login.nonce)))

    assert_refused(by_hmac, 401, UNVERIFIED)
    assert_refused(by_key, 401, UNVERIFIED)


@pytest.mark.parametrize(
    "members",
    [{"use": "enc"}, {"key_ops": ["encrypt"]}, {"kty": "oct", "k": "c2VjcmV0"}, {"n": "AQAB"}, {"e": ""}, {"n": 5}],
)
def test_key_that_is_not_for_signatures_is_refused(person: Browser, school: Canvas, members: dict[str, object]) -> None:
    school.publish(**members)
    login = person.begin()

    assert_refused(person.finish(login, school.sign(school.claims(login.nonce))), 401, UNVERIFIED)


def test_odd_keys_beside_the_right_one_do_no_harm(person: Browser, school: Canvas) -> None:
    odd: list[dict[str, object]] = [{}, {"kty": "EC", "kid": "ec", "crv": "P-256"}, {"kty": "RSA", "kid": 7}]
    school.published = [*odd, jwk(school.key, school.kid), {**jwk(rsa_key("of a forger"), school.kid)}]

    assert person.launch().status == 200


def test_key_of_one_school_does_not_sign_for_another(
    tool: Tool, person: Browser, school: Canvas, another_canvas: Callable[..., Canvas]
) -> None:
    elsewhere = another_canvas()
    elsewhere.rotate()
    assert tool.browser(elsewhere).launch().status == 200
    login = person.begin()

    assert_refused(person.finish(login, elsewhere.sign(school.claims(login.nonce))), 401, UNVERIFIED)
    assert_not_burnt(person, login)


@pytest.mark.parametrize("name", ["--jwks-url", "--authorization-url", "--token-url", "--canvas-url"])
@pytest.mark.parametrize("address", ["http://canvas.example.edu", "ftp://canvas.example.edu", "https://u:p@x", "x"])
def test_administrator_cannot_register_addresses_that_are_not_https(
    tool: Tool, school: Canvas, name: str, address: str
) -> None:
    command = school.registration()
    command[command.index(name) + 1] = address

    result = tool.app.test_cli_runner().invoke(args=command)

    assert result.exit_code == 2
    assert address in result.output
