"""Consent at Studio: by the right account, in the right browser, once; the service account by an administrator's."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from lti.errors import (
    AddressExpired,
    BrowserNotProven,
    CuedeckError,
    GrantRefused,
    GrantRevoked,
    GrantWrongAccount,
    NotAllowed,
    RemoteUnavailable,
    ServiceNotConfigured,
)
from lti.media.studio_connect import StartedStudioConsent
from lti.model import StudioAccount, Viewer
from sandbox.common.faults import Fault
from tests.unit.media.conftest import School
from tests.unit.media.studio_school import (
    ADA,
    ADMINISTRATOR,
    SAM,
    STELLA,
    STUDENT,
    TEACHER,
    THEO,
    TILDA,
    StudioSchool,
    studio_beside,
)


@pytest.fixture
def studio(school: School, tmp_path: Path) -> Iterator[StudioSchool]:
    with studio_beside(school, tmp_path) as made:
        yield made


def begin(studio: StudioSchool, who: Viewer = TEACHER, *, service: bool = False) -> StartedStudioConsent:
    return studio.connection.start(studio.connection.ticket(who, studio.platform, service=service))


def finish(studio: StudioSchool, started: StartedStudioConsent, back: dict[str, str], **changes: str | None) -> None:
    said: dict[str, str | None] = {
        "state": started.state,
        "browser_secret": started.browser_secret,
        "echoed": back.get("state"),
        "code": back.get("code"),
        "error": back.get("error"),
        **changes,
    }
    studio.connection.finish(
        said["state"] or "",
        said["code"],
        said["error"],
        browser_secret=said["browser_secret"] or "",
        echoed=said["echoed"],
    )


def connect(studio: StudioSchool, user: int, who: Viewer = TEACHER, *, service: bool = False) -> None:
    started = begin(studio, who, service=service)
    finish(studio, started, studio.consent(started.url, user))


def test_teacher_connects_their_own_account_though_studio_loses_the_state(studio: StudioSchool) -> None:
    assert not studio.connection.status(TEACHER, studio.platform)
    started = begin(studio)
    back = studio.consent(started.url, TILDA)
    assert back.keys() == {"code"}

    finish(studio, started, back)

    assert studio.connection.status(TEACHER, studio.platform)
    assert not studio.connection.status(STUDENT, studio.platform)
    assert studio.kept("tilda") == str(TILDA)


def test_no_secret_of_the_pop_up_is_in_an_address_or_a_representation(studio: StudioSchool) -> None:
    started = begin(studio)
    assert started.browser_secret not in started.url
    assert started.browser_secret not in repr(started)
    assert "tilda" not in started.url.lower()


@pytest.mark.parametrize("user", [SAM, THEO, ADA, STELLA])
def test_account_of_another_person_is_not_kept_be_it_an_administrators(studio: StudioSchool, user: int) -> None:
    with pytest.raises(GrantWrongAccount) as caught:
        connect(studio, user)
    assert "Studio" in caught.value.message
    assert studio.kept("tilda") is None


def test_student_whose_link_a_teacher_follows_gets_nothing(studio: StudioSchool) -> None:
    started = begin(studio, STUDENT)
    with pytest.raises(GrantWrongAccount):
        finish(studio, started, studio.consent(started.url, TILDA))
    assert (studio.kept("sam"), studio.kept("tilda")) == (None, None)


@pytest.mark.parametrize(("second", "kept"), [(TILDA, True), (THEO, False)])
def test_account_that_opens_the_libraries_of_two_people_is_nobodys(
    studio: StudioSchool, second: int, kept: bool
) -> None:
    libraries = [
        {"id": 1, "type": "user", "owner": {"id": TILDA, "email": "tilda@school.example"}},
        {"id": 2, "type": "user", "owner": {"id": second, "email": "whose@school.example"}},
    ]
    studio.app.view_functions["api.GET /collections"] = lambda: {"collections": libraries}
    if kept:
        connect(studio, TILDA)
    else:
        with pytest.raises(GrantWrongAccount):
            connect(studio, TILDA)
    assert studio.kept("tilda") == (str(TILDA) if kept else None)


@pytest.mark.parametrize("secret", ["", "wrong", "é\ud800"])
def test_another_browser_cannot_finish_and_nothing_is_asked(studio: StudioSchool, secret: str) -> None:
    started = begin(studio)
    back = studio.consent(started.url, TILDA)
    with pytest.raises(BrowserNotProven):
        finish(studio, started, back, browser_secret=secret)
    with pytest.raises(AddressExpired):  # a state is good once, whoever brings it
        finish(studio, started, back)
    assert studio.went_out() == []


def test_state_that_studio_does_give_back_must_be_the_same(studio: StudioSchool) -> None:
    started = begin(studio)
    with pytest.raises(BrowserNotProven):
        finish(studio, started, studio.consent(started.url, TILDA), echoed="another")
    again = begin(studio)
    finish(studio, again, studio.consent(again.url, TILDA), echoed=again.state)
    assert studio.kept("tilda") == str(TILDA)


def test_ticket_and_state_are_good_once_and_not_for_long(studio: StudioSchool) -> None:
    ticket = studio.connection.ticket(TEACHER, studio.platform)
    started = studio.connection.start(ticket)
    with pytest.raises(AddressExpired):
        studio.connection.start(ticket)
    late = studio.connection.ticket(TEACHER, studio.platform)
    studio.clock.pass_(121)
    with pytest.raises(AddressExpired):
        studio.connection.start(late)
    studio.clock.pass_(301)
    with pytest.raises(AddressExpired):
        finish(studio, started, {"code": "c"})
    with pytest.raises(AddressExpired):  # a ticket is no state
        finish(studio, started, {"code": "c"}, state=studio.connection.ticket(TEACHER, studio.platform))


@pytest.mark.parametrize(
    ("back", "kind"),
    [
        ({"error": "access_denied"}, GrantRefused),
        ({}, GrantRefused),
        ({"code": "made-up"}, GrantRevoked),
        ({"code": "c", "error": "access_denied"}, GrantRefused),
        ({"error": "invalid_client"}, ServiceNotConfigured),
    ],
)
def test_consent_that_was_not_given_keeps_nothing(
    studio: StudioSchool, back: dict[str, str], kind: type[CuedeckError]
) -> None:
    with pytest.raises(kind):
        finish(studio, begin(studio), back)
    assert studio.kept("tilda") is None


def test_studio_in_trouble_at_the_last_step_keeps_nothing(studio: StudioSchool) -> None:
    started = begin(studio)
    back = studio.consent(started.url, TILDA)
    studio.faults.add(Fault("status", "/api/public/v1/collections", count=None))
    with pytest.raises(RemoteUnavailable):
        finish(studio, started, back)
    assert studio.kept("tilda") is None


def test_administrator_connects_the_service_account_which_is_nobodys_own(studio: StudioSchool) -> None:
    studio.use(StudioAccount.SERVICE)
    connect(studio, STELLA, ADMINISTRATOR, service=True)
    assert studio.kept(None) == str(STELLA)
    assert studio.kept("ada") is None
    assert studio.connection.status(TEACHER, studio.platform)  # it acts for all


@pytest.mark.parametrize("user", [TILDA, THEO, SAM])
def test_service_account_must_be_a_studio_administrators(studio: StudioSchool, user: int) -> None:
    studio.use(StudioAccount.SERVICE)
    with pytest.raises(GrantWrongAccount) as caught:
        connect(studio, user, ADMINISTRATOR, service=True)
    assert "administrator" in caught.value.message
    assert studio.kept(None) is None


def test_each_kind_of_account_is_connected_only_where_it_acts(studio: StudioSchool) -> None:
    with pytest.raises(ServiceNotConfigured):
        studio.connection.ticket(ADMINISTRATOR, studio.platform, service=True)
    studio.use(StudioAccount.SERVICE)
    with pytest.raises(ServiceNotConfigured):
        studio.connection.ticket(TEACHER, studio.platform)


def test_person_without_a_name_or_an_address_cannot_connect(studio: StudioSchool) -> None:
    refused: list[tuple[Callable[[], str], type[CuedeckError]]] = [
        (
            lambda: studio.connection.ticket(dataclasses.replace(TEACHER, email=None), studio.platform),
            ServiceNotConfigured,
        ),
        (lambda: studio.connection.ticket(dataclasses.replace(TEACHER, subject=None), studio.platform), NotAllowed),
        (lambda: studio.connection.ticket(dataclasses.replace(TEACHER, platform_id=9), studio.platform), NotAllowed),
    ]
    for call, kind in refused:
        with pytest.raises(kind):
            call()


def test_school_without_a_studio_has_nothing_to_connect(studio: StudioSchool) -> None:
    started = begin(studio)
    ticket = studio.connection.ticket(TEACHER, studio.platform)
    studio.grant(TILDA, "tilda")
    studio.store.institutions.save_studio(studio.platform.id, None)
    assert not studio.connection.status(TEACHER, studio.platform)
    for call in (
        lambda: studio.connection.ticket(TEACHER, studio.platform),
        lambda: studio.connection.start(ticket),
        lambda: finish(studio, started, {"code": "c"}),
    ):
        with pytest.raises(ServiceNotConfigured):
            call()


def test_code_of_one_studio_is_not_taken_to_another(studio: StudioSchool) -> None:
    started = begin(studio)
    studio.use(StudioAccount.OWN, host="other.instructuremedia.com")
    with pytest.raises(AddressExpired):
        finish(studio, started, {"code": "c"})
    assert studio.went_out() == []


def test_removed_platform_ends_a_consent_under_way(studio: StudioSchool) -> None:
    started = begin(studio)
    studio.store.platforms.remove(studio.platform.issuer, studio.platform.client_id)
    with pytest.raises(AddressExpired):
        finish(studio, started, {"code": "c"})


def test_person_takes_back_their_own_consent_and_no_other(studio: StudioSchool) -> None:
    studio.grant(TILDA, "tilda")
    studio.grant(SAM, "sam")
    studio.grant(STELLA, None)
    studio.connection.disconnect(TEACHER, studio.platform)
    assert (studio.kept("tilda"), studio.kept("sam"), studio.kept(None)) == (None, str(SAM), str(STELLA))
    studio.connection.disconnect(ADMINISTRATOR, studio.platform, service=True)
    assert (studio.kept("sam"), studio.kept(None)) == (str(SAM), None)
