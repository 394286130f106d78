"""Rates: who asks too often is told so, and nobody else notices."""

from __future__ import annotations

from dataclasses import replace

import pytest

from config.settings import Settings
from lti.model import LoginRecord
from lti.store import Store

from .school import CLIENT_ID, OBSERVER, STUDENT, TEACHER, Browser, School, initiation, register
from .test_api import problem


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Allow little: three of each for a person, six for an institution, and thirty logins."""
    return replace(
        settings,
        person_calls=3,
        person_launches=3,
        institution_calls=6,
        institution_launches=6,
        institution_logins=30,
    )


def test_person_who_launches_too_often_gets_a_page_that_says_what_to_do(browser: Browser) -> None:
    for _ in range(3):
        assert browser.launch(STUDENT).answer.status_code == 200

    page = browser.launch(STUDENT)

    assert page.answer.status_code == 429
    assert page.headline == "You have used Cuedeck very often within a minute."
    assert "Wait a minute, then try again." in page.answer.text
    assert 0 < int(page.answer.headers["Retry-After"]) <= 60


def test_person_over_the_rate_does_not_slow_another(browser: Browser) -> None:
    refused = [browser.launch(STUDENT).answer.status_code for _ in range(20)]

    assert refused.count(429) == 17
    assert [browser.launch(TEACHER).answer.status_code for _ in range(3)] == [200] * 3


def test_institution_over_the_rate_does_not_slow_another(browser: Browser, school: School, store: Store) -> None:
    other = register(store, client_id="20000000000020")
    for person in (STUDENT, TEACHER):
        for _ in range(3):
            assert browser.launch(person).answer.status_code == 200

    page = browser.launch(OBSERVER)

    assert page.answer.status_code == 429
    assert page.headline == "Very many people of your school are using Cuedeck at this moment."
    asked = browser.begin(client_id=other.client_id)
    claims = {**school.claims(STUDENT, asked["nonce"]), "aud": other.client_id, "azp": other.client_id}
    assert browser.finish(asked["state"], claims).status_code == 200


def test_launch_that_was_refused_for_its_rate_can_be_sent_again(browser: Browser, school: School, store: Store) -> None:
    for _ in range(3):
        browser.launch(STUDENT)
    asked = browser.begin()

    assert browser.finish(asked["state"], school.claims(STUDENT, asked["nonce"])).status_code == 429

    assert store.logins.take(asked["state"], LoginRecord(1, "n", "t", "p"))  # nobody has taken it


def test_logins_are_counted_for_the_institution_and_not_for_the_address(browser: Browser, store: Store) -> None:
    register(store, client_id="20000000000020")
    answers = [browser.post("/lti/login", data=initiation()).status_code for _ in range(31)]

    assert answers == [302] * 30 + [429]
    assert browser.post("/lti/login", data=initiation(client_id="20000000000020")).status_code == 302


def test_logins_of_nobody_count_for_nobody(browser: Browser) -> None:
    for _ in range(30):
        assert browser.post("/lti/login", data=initiation(client_id="1")).status_code == 403

    assert browser.post("/lti/login", data=initiation(client_id=CLIENT_ID)).status_code == 302


def test_forged_launches_count_for_nobody(browser: Browser, school: School) -> None:
    asked = browser.begin()
    forged = school.sign(school.claims(STUDENT, asked["nonce"]))[:-20] + "AAAAAAAAAAAAAAAAAAAA"
    for _ in range(30):
        answer = browser.post("/lti/launch", data={"state": asked["state"], "id_token": forged})
        assert answer.status_code == 401

    assert browser.launch(STUDENT).answer.status_code == 200


def test_page_that_calls_too_often_gets_json_that_says_what_to_do(browser: Browser) -> None:
    page, other = browser.press_button(STUDENT), browser.press_button(TEACHER)
    for _ in range(3):
        assert page.call("POST", "/api/session", {}).status_code == 200

    answer = page.call("POST", "/api/session", {})

    assert answer.status_code == 429
    error = problem(answer)
    assert error["code"] == "too_many_requests"
    assert error["retry_after"] == int(answer.headers["Retry-After"])
    assert other.call("POST", "/api/session", {}).status_code == 200


def test_calls_without_a_session_count_for_nobody(browser: Browser) -> None:
    page = browser.press_button(STUDENT)
    for _ in range(30):
        assert browser.post("/api/session", json={}, headers={"Authorization": "Bearer x"}).status_code == 401

    assert page.call("POST", "/api/session", {}).status_code == 200


class TestWithoutLimits:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return replace(
            settings,
            person_calls=0,
            person_launches=0,
            institution_calls=0,
            institution_launches=0,
            institution_logins=0,
        )

    def test_zero_switches_a_rate_off(self, browser: Browser) -> None:
        for _ in range(20):
            page = browser.press_button(STUDENT)
            assert page.answer.status_code == 200
            assert page.call("POST", "/api/session", {}).status_code == 200


class TestWithDefaults:
    @pytest.fixture
    def settings(self, settings: Settings) -> Settings:
        return Settings(settings.base_url, settings.secret_keys, settings.database_url)

    def test_lecture_of_five_hundred_is_let_in(self, settings: Settings) -> None:
        """Five hundred people within ten seconds, each with a page of ten embeds that ask for three things."""
        assert settings.institution_logins >= 500 * 10
        assert settings.institution_launches >= 500 * 10
        assert settings.institution_calls >= 500 * 10 * 3
        assert settings.person_launches >= 10 * 10  # and who reloads it ten times
        assert settings.person_calls >= 10 * 10 * 3
