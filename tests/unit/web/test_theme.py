"""A school's colours: taken where they can be read, left out where they cannot."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.web.theme import OURS, Theme, contrast, named, theme_of

BASE = Path(__file__).parents[3] / "lti/web/static/css/base.css"


def variables(**changes: str | None) -> str:
    """Write a theme as Canvas does; a change to None leaves a variable out."""
    values = {
        "ic-brand-primary": "#2D3B45",
        "ic-link-color": "#8B1A1A",
        "ic-brand-button--primary-bgd": "#4B2E83",
        "ic-brand-button--primary-text": "#FFFFFF",
        "ic-brand-Login-logo": "https://school.example/logo.png",
    }
    values |= {name.replace("__", "--").replace("_", "-"): value for name, value in changes.items()}  # type: ignore[misc]
    return json.dumps({name: value for name, value in values.items() if value is not None})


@pytest.mark.parametrize(
    ("one", "other", "expected"), [("000000", "ffffff", 21), ("ffffff", "ffffff", 1), ("777777", "ffffff", 4.48)]
)
def test_contrast_is_that_of_wcag(one: str, other: str, expected: float) -> None:
    assert contrast(one, other) == pytest.approx(expected, abs=0.005)
    assert contrast(other, one) == contrast(one, other)


def test_person_sees_the_colours_of_their_school() -> None:
    assert theme_of(variables()) == Theme("8b1a1a", "4b2e83", "ffffff")


def test_links_that_nobody_could_read_stay_ours_and_the_buttons_are_the_schools() -> None:
    assert theme_of(variables(ic_link_color="#FFCC00")) == Theme(OURS.link, "4b2e83", "ffffff")


@pytest.mark.parametrize(
    "changes",
    [
        {"ic_brand_button__primary_text": "#333333"},  # dark on dark
        {"ic_brand_button__primary_bgd": "#EEEEEE", "ic_brand_button__primary_text": "#000000"},  # not seen on white
        {"ic_brand_button__primary_bgd": "#FF8800"},  # white on orange
    ],
)
def test_buttons_that_nobody_could_read_stay_ours(changes: dict[str, str]) -> None:
    assert theme_of(variables(**changes)) == Theme("8b1a1a", OURS.button, OURS.label)


def test_theme_that_names_its_main_colour_alone_is_followed() -> None:
    alone = variables(ic_link_color=None, ic_brand_button__primary_bgd=None, ic_brand_primary="#174")
    assert theme_of(alone) == Theme("117744", "117744", "ffffff")


@pytest.mark.parametrize(
    "text",
    ["", "null", "[]", "{}", "{", '{"ic-link-color": 7}', '{"ic-link-color": "red;}body{"}', "[" * 9000, "x" * 70_000],
)
def test_what_is_no_theme_changes_nothing(text: str) -> None:
    assert theme_of(text) == OURS


_COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"{number:06x}")


@given(_COLOURS, _COLOURS, _COLOURS)
def test_whatever_colours_a_school_has_everything_can_be_read(link: str, button: str, label: str) -> None:
    theme = theme_of(
        variables(
            ic_link_color=f"#{link}",
            ic_brand_button__primary_bgd=f"#{button}",
            ic_brand_button__primary_text=f"#{label}",
        )
    )

    # What a browser computes from the stylesheet is what counts.
    found = dict(re.findall(r"--([a-z-]+):#([0-9a-f]{6})", theme.stylesheet()))
    assert found.keys() == {"blue", "blue-deep", "blue-pale", "button", "button-deep", "button-text"}
    for ground in ("ffffff", "f5f6f7"):
        assert contrast(found["blue"], ground) >= 4.5
        assert contrast(found["button"], ground) >= 3
    assert contrast(found["blue-deep"], found["blue-pale"]) >= 4.5
    assert contrast("273540", found["blue-pale"]) >= 4.5  # --text
    assert contrast(found["button"], found["button-text"]) >= 4.5
    assert contrast(found["button-deep"], found["button-text"]) >= 4.5
    assert named(theme.name) == theme


def test_our_own_colours_and_grounds_are_those_of_the_stylesheet() -> None:
    ours = dict(re.findall(r"--([a-z-]+): #([0-9a-f]{3,6});", BASE.read_text()))
    assert (ours["blue"], ours["button"], ours["button-text"]) == (OURS.link, OURS.button, "fff")
    assert (ours["ground"], ours["shade"], ours["text"]) == ("fff", "f5f6f7", "273540")


@pytest.mark.parametrize("name", ["", "ffcc00-4b2e83-ffffff", "8b1a1a-4b2e83", "8B1A1A-4B2E83-FFFFFF", "a;b-c-d"])
def test_stylesheet_is_made_of_readable_colours_alone(name: str) -> None:
    assert named(name) is None
