"""Our own signing keys: published until nothing that they signed can be alive, while the application runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest

from .browser import Browser, Page
from .canvas import DEPLOYMENT, DL, ISSUER, LTI, open_canvas
from .tool import Clock, Tool, served

LIFE_OF_A_RESPONSE = 300  # seconds
NOTICE = 60  # seconds until a running process signs with a new key


def published(browser: Browser) -> dict[str, dict[str, Any]]:
    answer = browser.send("GET", "/.well-known/jwks.json")
    assert answer.status == 200
    return {key["kid"]: key for key in answer.json["keys"]}


def response(page: Page) -> str:
    """Give a signed deep-linking response, an empty one."""
    answer = page.call("POST", "/api/cancel")
    token: str = answer.json["jwt"]
    return token


@pytest.fixture
def tool(tmp_path: Path) -> Iterator[Tool]:
    """Give an application of its own: a flask command goes by the real clock, which others have left behind."""
    with served(tmp_path, Clock()) as running:
        yield running


@pytest.fixture
def browser(tool: Tool) -> Iterator[Browser]:
    with open_canvas("10000000000019", tool.clock.seconds) as canvas:
        tool.register(canvas, DEPLOYMENT)
        yield tool.browser(canvas)


@pytest.fixture
def page(browser: Browser) -> Page:
    """Give a page whose cancelling is answered with a signed response."""
    return browser.press_button(lti_launch_presentation=None)


def test_response_is_signed_by_a_published_key(browser: Browser, page: Page) -> None:
    token = response(page)
    key = published(browser)[jwt.get_unverified_header(token)["kid"]]

    public = jwt.PyJWK(key).key
    claims = jwt.decode(token, public, algorithms=["RS256"], audience=ISSUER, options={"verify_iat": False})

    assert claims["iss"] == browser.canvas.client_id
    assert claims[f"{LTI}message_type"] == "LtiDeepLinkingResponse"
    assert 0 < claims["exp"] - claims["iat"] <= LIFE_OF_A_RESPONSE
    assert claims[f"{DL}content_items"] == []


def test_key_set_gives_away_no_private_number(browser: Browser, page: Page) -> None:
    response(page)

    for key in published(browser).values():
        assert key.keys() == {"kty", "n", "e", "alg", "use", "kid"}


def test_administrator_rotates_keys_and_nothing_that_is_alive_loses_its_key(
    tool: Tool, browser: Browser, page: Page
) -> None:
    before = response(page)
    old = jwt.get_unverified_header(before)["kid"]

    new = tool.command("keys", "rotate").split()[-1]

    assert published(browser).keys() >= {old, new}  # at once: Canvas may ask in the next second
    in_between = jwt.get_unverified_header(response(page))["kid"]  # may still be the old one, for a minute
    assert in_between in published(browser)
    tool.clock.forward(NOTICE + LIFE_OF_A_RESPONSE)
    assert old in published(browser)  # a minute of notice and the life of a response
    tool.clock.forward(24 * 3600)
    remaining = published(browser)
    assert old not in remaining
    assert new in remaining


def test_key_that_was_retired_long_ago_is_forgotten_at_the_next_rotation(tool: Tool, browser: Browser) -> None:
    def type_in(*words: str) -> str:
        result = tool.app.test_cli_runner().invoke(args=words)
        assert result.exit_code == 0, result.output
        return result.output.strip()

    first = type_in("keys", "rotate").split()[-1]
    second = type_in("keys", "rotate").split()[-1]
    listed = type_in("keys", "list").splitlines()
    assert [line.split()[0] for line in listed][:2] == [second, first]
    assert [line.endswith("signs") for line in listed] == [True, False, False]

    tool.clock.forward(7200)
    third = type_in("keys", "rotate").split()[-1]

    assert published(browser).keys() == {second, third}
    assert first not in type_in("keys", "list")
