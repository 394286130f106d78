"""What somebody has set in Canvas reaches the pages: their language, high contrast, their school's colours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin

import pytest

from lti.web.theme import contrast
from tests.flows.school import School
from tests.support.person import NOOR, Person


@pytest.fixture
def noor(school: School) -> Iterator[Person]:
    """Somebody whose settings are afterwards what they were."""
    person = school.be(NOOR)
    yield person
    person.http.post(f"{person.canvas}/profile/settings", data={"locale": "en"})
    school.stack.heal()


def styles(person: Person) -> tuple[list[str], str]:
    """Press the button: gives the links to stylesheets, and the page."""
    html = person.press_button().answer.text
    return re.findall(r'<link rel="stylesheet" href="([^"]+)" media=', html), html


def test_person_reads_the_page_in_the_language_and_the_contrast_of_their_canvas(noor: Person) -> None:
    changed = noor.http.post(f"{noor.canvas}/profile/settings", data={"locale": "ar", "high_contrast": "on"})
    assert changed.is_redirect

    _, html = styles(noor)

    assert '<html lang="ar" dir="rtl">' in html
    assert 'css/contrast.css" media="all">' in html


def test_person_sees_their_schools_colours_at_once(noor: Person, school: School) -> None:
    school.stack.misbehave(behaviour={"brand": "#4B2E83"})

    addresses, _ = styles(noor)

    (address,) = [each for each in addresses if "/theme/" in each]
    answer = noor.http.get(urljoin(noor.tool, address))
    assert answer.is_success
    assert "--button:#4b2e83" in answer.text


def test_person_whose_school_has_a_pale_theme_can_still_read(noor: Person, school: School) -> None:
    school.stack.misbehave(behaviour={"brand": "#FFD94A"})
    assert contrast("ffd94a", "ffffff") < 4.5

    addresses, _ = styles(noor)

    assert not [each for each in addresses if "/theme/" in each]
