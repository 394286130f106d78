"""A sandbox Canvas in this process, a fake tool on a real port, and a browser that can press through forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, cast

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from sandbox.canvas.app import create_canvas
from sandbox.canvas.config import CanvasConfig
from sandbox.canvas.platform import Platform
from sandbox.canvas.seed import build_world
from sandbox.canvas.world import World
from sandbox.media.clips import ClipStore
from tests.unit.sandbox.lti.fake_tool import FakeTool

TILDA, SAM, ADA, NOOR, OLLIE = 101, 102, 103, 104, 105
AUTHORIZE = {
    "scope": "openid",
    "response_type": "id_token",
    "response_mode": "form_post",
    "prompt": "none",
    "nonce": "the-nonce",
    "state": "the-state",
    "client_id": "10000000000019",
}


class Clock:
    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def on(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Form(HTMLParser):
    """The first form of a page."""

    action: str = ""
    fields: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form" and not self.action:
            self.action = values["action"]
        elif tag == "input" and values.get("type") == "hidden":
            self.fields[values["name"]] = values["value"]


def form(response: TestResponse) -> Form:
    assert response.status_code == 200, response.text
    found = Form()
    found.feed(response.text)
    return found


@dataclass
class Site:
    """The Canvas and everything that stands around it."""

    app: Flask
    world: World
    platform: Platform
    tool: FakeTool
    clock: Clock

    def be(self, person: int | None) -> FlaskClient:
        client = self.app.test_client()
        if person is not None:
            client.post("/login", data={"person": person})
        return client

    def press(self, client: FlaskClient, place: str = "courses/17", **fields: str) -> Form:
        """Press the tool's editor button: gives the login initiation."""
        data = {"editor": "1", "selection": "", "editor_contents": "<p>Text</p>", **fields}
        return form(client.post(f"/{place}/external_tools/19/resource_selection", data=data))

    def authorize(self, client: FlaskClient, initiation: Form, **changes: str | None) -> TestResponse:
        """Do as a tool does after login initiation."""
        params: dict[str, str | None] = {
            **AUTHORIZE,
            "redirect_uri": f"{self.tool.url}/launch",
            "login_hint": initiation.fields["login_hint"],
            "lti_message_hint": initiation.fields["lti_message_hint"],
            **changes,
        }
        sent = {name: value for name, value in params.items() if value is not None}
        redirect = client.get("/api/lti/authorize_redirect", query_string=sent)
        return (
            redirect
            if redirect.status_code != 302
            else client.get(redirect.location.removeprefix(self.platform.config.url))
        )

    def launch(self, client: FlaskClient, initiation: Form) -> dict[str, Any]:
        """Go through to the id_token and verify it with the key set."""
        token = form(self.authorize(client, initiation)).fields["id_token"]
        kid = jwt.get_unverified_header(token)["kid"]
        keys = client.get("/api/lti/security/jwks").get_json()["keys"]
        key = next(jwt.PyJWK(key) for key in keys if key["kid"] == kid)
        options = cast(Any, {"verify_aud": False, "verify_exp": False, "verify_iat": False})
        claims: dict[str, Any] = jwt.decode(token, key.key, algorithms=["RS256"], options=options)
        return claims


@pytest.fixture(scope="session")
def serving_tool() -> Iterator[FakeTool]:
    made = FakeTool()
    yield made
    made.close()


@pytest.fixture
def tool(serving_tool: FakeTool) -> FakeTool:
    serving_tool.reset()
    return serving_tool


@pytest.fixture
def strict() -> bool:
    return False


@pytest.fixture
def site(tool: FakeTool, tmp_path: Path, strict: bool) -> Site:
    clock = Clock()
    world = build_world(ClipStore(tmp_path), now=clock)
    app = create_canvas(CanvasConfig(tool_url=tool.url, clips_dir=tmp_path, strict=strict), world)
    app.testing = True
    return Site(app, world, app.extensions["lti_platform"], tool, clock)
