"""What Canvas reads when the tool is installed by hand (reference/canvas.md 5.1)."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.canvas import tool_config

from .school import OURS, Browser


def configuration(browser: Browser, query: str = "") -> dict[str, Any]:
    answer = browser.get(f"/lti/config.json{query}")
    assert answer.status_code == 200
    assert answer.content_type == "application/json"
    config: dict[str, Any] = json.loads(answer.text)
    return config


def placements(config: dict[str, Any]) -> list[str]:
    return [each["placement"] for each in config["extensions"][0]["settings"]["placements"]]


def test_canvas_finds_everything_that_it_requires(browser: Browser) -> None:
    config = configuration(browser)

    assert config["title"]
    assert config["description"]
    assert config["target_link_uri"] == f"{OURS}/lti/launch"
    assert config["oidc_initiation_url"] == f"{OURS}/lti/login"
    assert config["public_jwk_url"] == f"{OURS}/.well-known/jwks.json"
    assert config["scopes"] == []
    assert config["custom_fields"]["canvas_user_id"] == "$Canvas.user.id"


def test_button_is_offered_in_the_editor_by_deep_linking(browser: Browser) -> None:
    extension = configuration(browser, "?placements=editor_button")["extensions"][0]

    assert extension["platform"] == "canvas.instructure.com"
    assert extension["domain"] == "cuedeck.example.edu"
    assert extension["privacy_level"] == "public"
    (button,) = extension["settings"]["placements"]
    assert (button["placement"], button["message_type"]) == ("editor_button", "LtiDeepLinkingRequest")
    assert button["text"] == "Media with captions (Cuedeck)"
    assert button["labels"].keys() == {"en", "ar", "de", "es", "fr", "pt-BR"}
    assert len(set(button["labels"].values())) == 6
    assert button["icon_url"].startswith(f"{OURS}/static/")
    assert button["selection_width"] > 0
    assert button["selection_height"] > 0


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["editor_button", "homework_submission", "course_navigation", "account_navigation"]),
        ("?placements=editor_button", ["editor_button"]),
        ("?placements=homework_submission", ["homework_submission"]),
        ("?placements=homework_submission,%20editor_button", ["editor_button", "homework_submission"]),
    ],
)
def test_administrator_chooses_the_placements_and_canvas_takes_them(
    browser: Browser, query: str, expected: list[str]
) -> None:
    config = configuration(browser, query)

    assert placements(config) == expected
    assert tool_config.problems(config) == []


def test_administration_is_offered_to_administrators_of_the_whole_canvas(browser: Browser) -> None:
    extension = configuration(browser, "?placements=account_navigation")["extensions"][0]

    (entry,) = extension["settings"]["placements"]
    assert entry["message_type"] == "LtiResourceLinkRequest"
    assert entry["visibility"] == "admins"
    assert entry["root_account_only"] is True
    assert "selection_width" not in entry


@pytest.mark.parametrize("names", ["", "editor_buton", "editor_button,", "assignment_view"])
def test_placement_that_cuedeck_does_not_have_is_told(browser: Browser, names: str) -> None:
    answer = browser.get(f"/lti/config.json?placements={names}")

    assert answer.status_code == 422
    assert "editor_button, homework_submission" in json.loads(answer.text)["error"]["message"]
