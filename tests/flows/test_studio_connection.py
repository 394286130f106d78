"""Connecting Studio: the right account is kept, any other is not, and Studio's lost state does not matter."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

from tests.flows.school import School, check_harmless, error_page
from tests.support.person import SAM, TILDA, Person
from tests.support.studio import (
    SAM_AT_STUDIO,
    TILDA_AT_STUDIO,
    connect_studio,
    decide,
    leave_for_studio,
)


def test_teacher_connects_studio_and_takes_it_back(each_school: School) -> None:
    page = each_school.be(TILDA).press_button()
    assert page.api("DELETE", "/api/connect/studio").json() == {"connected": False}

    done = connect_studio(page, each_school.stack.studio, TILDA_AT_STUDIO)

    assert done.status_code == 200, done.text
    assert "Studio is connected" in done.text
    assert page.api("GET", "/api/connect/studio").json() == {"connected": True}
    assert page.api("DELETE", "/api/connect/studio").json() == {"connected": False}
    assert page.api("GET", "/api/connect/studio").json() == {"connected": False}


def test_studio_gives_no_state_back_and_the_state_is_never_used_twice(school: School) -> None:
    page = school.be(TILDA).press_button()
    back = decide(page.person, leave_for_studio(page), school.stack.studio, TILDA_AT_STUDIO)
    address = back.headers["location"]
    assert "state" not in parse_qs(urlsplit(address).query)
    cookies = page.person.http.cookies
    kept = next(cookie for cookie in cookies.jar if cookie.name == "__Host-cuedeck-connect-studio")

    assert "Studio is connected" in page.person.http.get(address).text
    cookies.jar.set_cookie(kept)
    error_page(page.person.http.get(address), 410)


def test_consent_of_another_account_is_refused_in_words(school: School) -> None:
    page = school.be(TILDA).press_button()
    page.api("DELETE", "/api/connect/studio")

    done = connect_studio(page, school.stack.studio, SAM_AT_STUDIO)

    assert "not the one of the person who opened Cuedeck" in error_page(done, 403)
    assert page.api("GET", "/api/connect/studio").json() == {"connected": False}


def test_person_who_says_no_is_told_how_to_go_on(school: School) -> None:
    page = school.be(TILDA).press_button()
    page.api("DELETE", "/api/connect/studio")

    done = connect_studio(page, school.stack.studio, TILDA_AT_STUDIO, press="deny")

    assert "access was not granted" in error_page(done, 403)
    assert page.api("GET", "/api/connect/studio").json() == {"connected": False}


def test_consent_that_another_browser_began_is_refused(school: School) -> None:
    page = school.be(TILDA).press_button()
    page.api("DELETE", "/api/connect/studio")
    victim = Person(canvas=school.stack.canvas, tool=school.stack.tool, number=SAM)
    back = decide(page.person, leave_for_studio(page), school.stack.studio, TILDA_AT_STUDIO)

    error_page(victim.http.get(back.headers["location"]), 410)

    victim.close()
    assert page.api("GET", "/api/connect/studio").json() == {"connected": False}


def test_teacher_cannot_connect_the_service_account(school: School) -> None:
    page = school.be(TILDA).press_button()
    for method, body in (("GET", None), ("POST", {}), ("DELETE", None)):
        answer = page.api(method, "/api/administration/studio/account", json=body)
        assert answer.status_code == 403, answer.text
        check_harmless(answer)
