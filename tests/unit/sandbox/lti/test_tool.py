"""Installing a tool by its configuration address (reference/canvas.md 5.1), and who sees its button (7)."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from sandbox.canvas.tool import InstalledTool
from sandbox.canvas.tool_config import problems
from tests.unit.sandbox.lti.conftest import OLLIE, SAM, TILDA, Site
from tests.unit.sandbox.lti.fake_tool import configuration

Change = Callable[[dict[str, Any]], object]


def placement(config: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = config["extensions"][0]["settings"]["placements"][0]
    return found


def test_good_configuration_has_no_problems() -> None:
    assert problems(configuration("http://localhost:8000")) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c: c.pop("title"), "title"),
        (lambda c: c.update(oidc_initiation_url="/lti/login"), "oidc_initiation_url"),
        (lambda c: c.pop("public_jwk_url"), "public_jwk_url"),
        (lambda c: c.update(scopes=["https://canvas.instructure.com/made-up"]), "no such scope"),
        (lambda c: c.update(custom_fields={"a": 1}), "custom_fields"),
        (lambda c: c.update(extensions=[]), "extensions"),
        (lambda c: c["extensions"][0].update(privacy_level="secret"), "privacy_level"),
        (lambda c: placement(c).update(placement="RichTextEditor"), "no such placement"),
        (lambda c: placement(c).update(message_type="LtiResourceLinkRequest"), "message_type"),
        (lambda c: placement(c).update(message_type="ContentItemSelection"), "message_type"),
        (lambda c: placement(c).update(selection_width="960"), "selection_width is not a number"),
        (lambda c: placement(c).update(enabled="true"), "enabled"),
        (lambda c: placement(c).update(visibility="teachers"), "visibility"),
        (lambda c: placement(c).update(icon_url="icon.svg"), "icon_url"),
        (lambda c: placement(c).update(labels=["x"]), "labels"),
        (lambda c: placement(c).update(placement="course_navigation"), "not a deep-linking placement"),
    ],
)
def test_each_mistake_is_named(change: Change, words: str) -> None:
    config = copy.deepcopy(configuration("http://localhost:8000"))
    change(config)
    assert any(words in problem for problem in problems(config)), problems(config)


@pytest.mark.parametrize("config", [None, [], "x", {"extensions": "x"}, {"extensions": [{"platform": 1}]}])
def test_nonsense_is_refused(config: object) -> None:
    assert problems(config)


def test_settings_are_taken_from_the_nearest_place() -> None:
    config = configuration("http://localhost:8000")
    config["extensions"][0]["settings"]["visibility"] = "members"
    config["extensions"][0]["settings"]["custom_fields"] = {"a": "settings", "b": "settings"}
    config["custom_fields"] = {"a": "top", "c": "top"}
    placement(config)["custom_fields"] = {"b": "placement"}
    placement(config)["labels"] = {"de": "Falsch"}
    tool = InstalledTool(1, "c", "d", config)
    assert tool.setting("editor_button", "visibility") == "members"
    assert tool.custom_fields("editor_button") == {"a": "settings", "b": "placement", "c": "top"}
    assert (tool.label("editor_button", "de-CH"), tool.label("editor_button", "fr")) == ("Falsch", "Fake")
    assert tool.redirect_uris == ("http://localhost:8000/launch",)


def test_tool_may_start_after_the_canvas(site: Site) -> None:
    site.tool.status = 503
    client = site.be(TILDA)
    assert "could not be read" in client.get("/").text
    assert "Fake" not in client.get("/courses/17/pages/welcome/edit").text
    site.tool.status = 200
    client.post("/sandbox/lti", data={"action": "reinstall"})
    assert "Fake" in client.get("/courses/17/pages/welcome/edit").text


def test_refused_configuration_is_explained(site: Site) -> None:
    placement(site.tool.config)["placement"] = "nowhere"
    text = site.be(TILDA).get("/courses/17/pages/welcome/edit").text
    assert "Canvas has no such placement" in text
    assert 'data-tool="19"' not in text


@pytest.mark.parametrize(
    ("visibility", "who"),
    [(None, {TILDA, SAM, OLLIE}), ("public", {TILDA, SAM, OLLIE}), ("members", {TILDA, SAM}), ("admins", {TILDA})],
)
def test_button_is_shown_by_visibility_alone(site: Site, visibility: str | None, who: set[int]) -> None:
    if visibility:
        placement(site.tool.config)["visibility"] = visibility
    placement(site.tool.config)["required_permissions"] = "manage_course_content_add"
    data = {"editor": "1", "editor_contents": "x"}
    for person in (TILDA, SAM):
        assert ('data-tool="19"' in site.be(person).get("/courses/17/discussion_topics/1").text) is (person in who)
    answers = {p: site.be(p).post("/courses/17/external_tools/19/resource_selection", data=data) for p in (TILDA, SAM)}
    assert answers[TILDA].status_code == 200
    assert answers[SAM].status_code == 401  # by required_permissions, inside the dialog
