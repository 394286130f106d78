"""What a launch says of how its page is to look, and where that goes."""

from __future__ import annotations

import json

import pytest

from lti.web.look import OWN, Look, look_named, look_of

from .school import LTI, TEACHER, Browser, Page

THEME = json.dumps({"ic-link-color": "#8B1A1A", "ic-brand-button--primary-bgd": "#4B2E83"})
NAME = "8b1a1a-4b2e83-ffffff"


def custom(**fields: str | None) -> dict[str, object]:
    return {f"{LTI}custom": {"canvas_user_id": TEACHER.id, "canvas_course_id": "17", **fields}}


def styles(page: Page) -> str:
    """Give the page's head."""
    return page.answer.text.partition("</head>")[0]


def test_person_who_asked_canvas_for_high_contrast_has_it(browser: Browser) -> None:
    page = browser.press_button(**custom(canvas_high_contrast="true", canvas_theme=THEME))

    assert 'css/contrast.css" media="all">' in styles(page)
    assert "theme/" not in styles(page)


def test_person_whose_system_asks_for_contrast_has_it_too(browser: Browser) -> None:
    page = browser.press_button(**custom(canvas_high_contrast="false", canvas_theme=None))

    assert 'css/contrast.css" media="(prefers-contrast: more)">' in styles(page)
    assert "theme/" not in styles(page)


def test_person_sees_their_schools_colours_and_the_next_one_theirs(browser: Browser) -> None:
    page = browser.press_button(**custom(canvas_theme=THEME))
    (address,) = [each for each in styles(page).split('"') if NAME in each]

    answer = browser.get(address)
    assert answer.content_type == "text/css; charset=utf-8"
    assert "--blue:#8b1a1a;" in answer.text
    assert "immutable" in answer.headers["Cache-Control"]
    assert NAME not in styles(browser.press_button())


@pytest.mark.parametrize("theme", ["$com.instructure.brandConfigJSON", "", "nonsense"])
def test_launch_without_a_theme_looks_as_cuedeck_does(browser: Browser, theme: str) -> None:
    assert "theme/" not in styles(browser.press_button(**custom(canvas_theme=theme)))


def test_person_whose_launch_fails_reads_why_with_high_contrast(browser: Browser) -> None:
    page = browser.launch(**custom(canvas_high_contrast="true", embed="not-there"))

    assert page.answer.status_code == 404
    assert 'css/contrast.css" media="all">' in styles(page)


@pytest.mark.parametrize("name", ["ffcc00-4b2e83-ffffff", "../base", "", "8b1a1a-4b2e83-ffffff.css"])
def test_colours_that_nobody_could_read_have_no_stylesheet(browser: Browser, name: str) -> None:
    assert browser.get(f"/static/-/theme/{name}.css").status_code == 404


@pytest.mark.parametrize("look", [OWN, Look(contrast=True), Look(theme=NAME)])
def test_look_survives_being_written_down(look: Look) -> None:
    assert look_named(look.word) == look


@pytest.mark.parametrize("word", ["dark", "ffcc00-4b2e83-ffffff", "contrast ", '"><script>'])
def test_what_is_no_look_is_our_own(word: str) -> None:
    assert look_named(word) == OWN


def test_high_contrast_wins_over_a_theme() -> None:
    assert look_of({"canvas_high_contrast": "true", "canvas_theme": THEME}) == Look(contrast=True)


def popup(browser: Browser, **fields: str) -> str:
    """Give the last page of a consent that was begun from a page in Arabic."""
    page = browser.press_button(locale="ar", **custom(**fields))
    return browser.connect(page).text


def test_consent_window_speaks_the_language_of_the_page_that_opened_it(browser: Browser) -> None:
    html = popup(browser, canvas_high_contrast="true")

    assert '<html lang="ar" dir="rtl">' in html
    assert 'css/contrast.css" media="all">' in html


def test_consent_window_that_lost_its_page_speaks_the_browsers_language(browser: Browser) -> None:
    answer = browser.get("/connect/canvas?ticket=gone", headers={"Accept-Language": "ja, pt;q=0.8, de;q=0.9"})
    assert '<html lang="de" dir="ltr">' in answer.text


def test_nothing_but_a_language_and_a_look_can_be_said_to_a_consent_window(browser: Browser) -> None:
    said = {"ticket": "x", "lang": '"><b>\r\nSet-Cookie: a', "look": "}*{"}
    answer = browser.get("/connect/canvas", query_string=said)
    assert "<b>" not in answer.text
    assert "a" not in [each.partition("=")[0] for each in answer.headers.getlist("Set-Cookie")]
    assert '<html lang="en" dir="ltr">' in answer.text
