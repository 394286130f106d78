"""Installing by one address: who may, what is refused, what is never told."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import httpx
import pytest
from flask import Flask

from app import create_app
from config.settings import Settings
from lti.errors import StorageUnavailable
from lti.remote import make_client
from lti.store import Store
from lti.store.platforms import Platforms

from .registry import (
    LTI,
    PLATFORM,
    SSO,
    TOKEN,
    Registry,
    heading,
    install,
    open_address,
)
from .school import OURS, Browser, Clock, School, initiation


def test_without_an_invitation_nobody_is_asked_anything(browser: Browser, registry: Registry) -> None:
    for made_up in (None, "made-up", "x" * 5000):
        answer = open_address(browser, made_up)
        assert answer.status_code == 403
        assert "invitation_needed" in answer.text
    assert registry.requests == []


def test_invitation_is_good_for_one_installation(browser: Browser, registry: Registry, invitation: str) -> None:
    first, second = open_address(browser, invitation), open_address(browser, invitation)
    assert install(browser, first).status_code == 303
    registry.reply = httpx.Response(200, json={"client_id": "10000000000078"})

    assert install(browser, second).status_code == 403
    assert open_address(browser, invitation).status_code == 403
    assert [request.method for request in registry.requests] == ["GET", "GET", "POST"]


def test_expired_and_revoked_invitations_are_refused(
    browser: Browser, registry: Registry, store: Store, clock: Clock
) -> None:
    made, revoked = store.invitations.make("", 3600)
    store.invitations.revoke(made.id)
    _, expired = store.invitations.make("", 60)
    clock.forward(60)

    assert open_address(browser, revoked).status_code == 403
    assert open_address(browser, expired).status_code == 403


def test_invitation_that_ends_while_the_page_is_open_is_refused(
    browser: Browser, registry: Registry, store: Store, clock: Clock
) -> None:
    page = open_address(browser, store.invitations.make("", 60)[1])
    clock.forward(60)
    assert install(browser, page).status_code == 403


def test_page_is_good_for_an_hour_and_for_one_press(
    browser: Browser, registry: Registry, store: Store, clock: Clock
) -> None:
    invitation = store.invitations.make("", 86400)[1]
    late = open_address(browser, invitation)
    clock.forward(3600)
    assert install(browser, late).status_code == 410

    page = open_address(browser, invitation)
    assert install(browser, page).status_code == 303
    assert install(browser, page).status_code == 410


def test_administrator_who_was_interrupted_is_told_how_far_they_came(
    browser: Browser, registry: Registry, invitation: str, store: Store, clock: Clock
) -> None:
    page = open_address(browser, invitation)
    assert "interrupted" not in page.text
    assert store.invitations.claim(invitation, 60) is not None  # by a process that dies
    under_way = install(browser, page)
    assert under_way.status_code == 409
    assert "Wait two minutes" in under_way.text

    clock.forward(60)
    page = open_address(browser, invitation)
    assert "An installation with this address was interrupted." in page.text
    assert "if Cuedeck is there, remove it" in page.text
    assert install(browser, page).status_code == 303

    again = open_address(browser, invitation)
    assert again.status_code == 403
    assert "Cuedeck was installed with this address." in again.text
    assert "switch the Cuedeck key on" in again.text


def test_what_canvas_took_and_we_could_not_keep_is_told_at_the_next_attempt(
    browser: Browser,
    registry: Registry,
    invitation: str,
    store: Store,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    page = open_address(browser, invitation)

    def away(*_: object, **__: object) -> None:
        raise StorageUnavailable("the server is away")

    with monkeypatch.context() as fault:
        fault.setattr(Platforms, "add", away)
        assert install(browser, page).status_code == 503
    clock.forward(120)
    assert "if Cuedeck is there, remove it" in open_address(browser, invitation).text


def test_failure_leaves_the_invitation_good(browser: Browser, registry: Registry, invitation: str) -> None:
    registry.reply = httpx.Response(401, json={"errors": "expired"})
    refused = install(browser, open_address(browser, invitation))
    assert refused.status_code == 502
    assert heading(refused) == "Canvas says that the time for this installation is over."

    registry.reply = httpx.Response(200, json={"client_id": "10000000000077"})
    assert install(browser, open_address(browser, invitation)).status_code == 303


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (httpx.Response(404, json={"errors": "not found"}), "does not know the account"),
        (httpx.Response(422, json={"errors": [{"message": "no <b>scope</b>"}]}), "It says: no <b>scope</b>"),
        (httpx.Response(400, text="nonsense"), "did not accept the installation"),
        (httpx.Response(302, headers={"Location": "https://evil.example/"}), "did not say clearly"),
        (httpx.Response(500, text="oops"), "did not say clearly"),
        (httpx.Response(200, text="<html>"), "did not say clearly"),
        (httpx.Response(200, json={"client_id": ""}), "did not say clearly"),
    ],
)
def test_refusal_of_canvas_is_told_in_words(
    browser: Browser, registry: Registry, invitation: str, store: Store, reply: httpx.Response, words: str
) -> None:
    registry.reply = reply
    answer = install(browser, open_address(browser, invitation))

    assert answer.status_code == 502
    assert words in heading(answer)
    assert "<b>" not in answer.text
    assert len(store.platforms.all()) == 1
    assert sum(request.method == "POST" for request in registry.requests) == 1


def test_busy_canvas_can_be_tried_again_on_the_same_page(browser: Browser, registry: Registry, invitation: str) -> None:
    registry.reply = httpx.Response(429, text="later")
    page = install(browser, open_address(browser, invitation), "homework_submission")
    assert page.status_code == 503
    assert 'role="alert"' in page.text
    assert page.text.count(" checked") == 1

    registry.reply = httpx.Response(200, json={"client_id": "10000000000077"})
    assert install(browser, page).status_code == 303


def test_registration_does_not_take_over_a_platform_that_is_there(
    browser: Browser, registry: Registry, invitation: str, store: Store, clock: Clock
) -> None:
    before = store.platforms.all()
    registry.reply = httpx.Response(200, json={"client_id": before[0].client_id})

    answer = install(browser, open_address(browser, invitation))

    assert answer.status_code == 409
    clock.forward(10)
    assert store.platforms.all() == before


def test_key_is_used_by_launches_only_after_registration(
    browser: Browser, registry: Registry, invitation: str, school: School, clock: Clock
) -> None:
    login = {"client_id": "10000000000077", "deployment_id": "9:new"}
    assert browser.client.post("/lti/login", base_url=OURS, data=initiation(**login)).status_code == 403
    install(browser, open_address(browser, invitation))
    clock.forward(10)
    answer = browser.client.post("/lti/login", base_url=OURS, data=initiation(**login))
    assert answer.status_code in {200, 302}


def test_address_opened_by_hand_says_what_it_is_for(browser: Browser, invitation: str) -> None:
    answer = browser.get(f"/lti/register?invitation={invitation}")
    assert answer.status_code == 400
    assert "Canvas opens it" in heading(answer)


@pytest.mark.parametrize(
    "changes",
    [
        {"registration_token": "x" * 9000},
        {"registration_token": "line\nbreak"},
        {"registration_token": "tök"},
        {"openid_configuration": f"{SSO}/{'x' * 9000}"},
        {"openid_configuration": "http://school.instructure.com/"},
        {"openid_configuration": "file:///etc/passwd"},
        {"openid_configuration": "https://user@sso.canvaslms.com/"},
        {"openid_configuration": "https://[::1"},
        {"openid_configuration": "\0"},
    ],
)
def test_odd_values_are_refused_before_anything_is_sent(
    browser: Browser, registry: Registry, invitation: str, changes: dict[str, str]
) -> None:
    answer = open_address(browser, invitation, **changes)
    assert answer.status_code in {400, 422}
    assert registry.requests == []


def test_repeated_value_is_refused(browser: Browser, registry: Registry, invitation: str) -> None:
    answer = browser.get(
        f"/lti/register?invitation={invitation}&invitation=2&openid_configuration={SSO}&registration_token=t"
    )
    assert answer.status_code == 422
    assert registry.requests == []


def test_ticket_that_nobody_gave_out_is_refused(browser: Browser, registry: Registry) -> None:
    for fields in ({}, {"ticket": "made-up"}, {"ticket": ["a", "b"]}):
        answer = browser.client.post("/lti/register", base_url=OURS, data=fields)
        assert answer.status_code in {410, 422}
    assert registry.requests == []


def test_nothing_secret_is_logged(
    browser: Browser, registry: Registry, invitation: str, capfd: pytest.CaptureFixture[str]
) -> None:
    registry.reply = httpx.Response(401, json={"errors": "expired"})
    install(browser, open_address(browser, invitation))
    registry.reply = httpx.Response(200, json={"client_id": "10000000000077"})
    address = install(browser, open_address(browser, invitation)).headers["Location"]
    browser.get(address)

    written = "".join(capfd.readouterr())
    assert "registered" in written
    for secret in (TOKEN, invitation, address.rpartition("/")[2], "eyJ0b2tlbg"):
        assert secret not in written


@pytest.fixture
def open_browser(settings: Settings, app: Flask, school: School, clock: Clock) -> Iterator[Browser]:
    """An installation where one school needs no invitation."""
    http = make_client(timeout=5, transport=httpx.MockTransport(school.answer), sleep=lambda _: None, ticks=lambda: 0.0)
    hosts = frozenset({"school.instructure.com"})
    yield Browser(create_app(dataclasses.replace(settings, registration_hosts=hosts), http=http, clock=clock), school)
    http.close()


def test_listed_school_needs_no_invitation(open_browser: Browser, registry: Registry) -> None:
    assert install(open_browser, open_address(open_browser, None)).status_code == 303


def test_other_school_of_the_same_hosted_canvas_does(open_browser: Browser, registry: Registry) -> None:
    registry.document[PLATFORM][f"{LTI}account_domain"] = "other.instructure.com"
    assert open_address(open_browser, None).status_code == 403


def test_host_that_is_not_listed_is_not_asked(open_browser: Browser, registry: Registry) -> None:
    answer = open_address(open_browser, None, openid_configuration="https://evil.example/openid")
    assert answer.status_code == 403
    assert registry.requests == []


def test_listed_school_with_a_bad_invitation_is_refused(open_browser: Browser, registry: Registry) -> None:
    assert open_address(open_browser, "made-up").status_code == 403
