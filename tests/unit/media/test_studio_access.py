"""Whose name Studio is asked in: the person of the launch and nobody else, by their own consent or the school's."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from lti.errors import GrantMissing, GrantRevoked, RemoteNotPermitted, ServiceNotConfigured
from lti.media.studio_access import StudioActor, StudioPersonUnknown
from lti.media.studio_person import acting_for
from lti.model import GrantService, StudioAccount, Viewer
from tests.unit.media.conftest import School
from tests.unit.media.studio_school import (
    ADA,
    SAM,
    STELLA,
    STUDENT,
    TEACHER,
    TILDA,
    StudioSchool,
    studio_beside,
)

PRIVATE_OF_THEO, SAMS = "260115", "260116"


@pytest.fixture
def own(school: School, tmp_path: Path) -> Iterator[StudioSchool]:
    """Each acts by their own consent; Tilda has given hers."""
    with studio_beside(school, tmp_path) as made:
        made.grant(TILDA, "tilda")
        yield made


@pytest.fixture
def service(school: School, tmp_path: Path) -> Iterator[StudioSchool]:
    """The service account acts for all."""
    with studio_beside(school, tmp_path) as made:
        made.use(StudioAccount.SERVICE)
        made.grant(STELLA, None)
        yield made


def acting(studio: StudioSchool, who: Viewer) -> AbstractContextManager[StudioActor]:
    return acting_for(studio.access, who, studio.platform)


def titles(actor: StudioActor) -> set[str]:
    return {media.title for media in actor.api.search(owner="tilda@school.example", per_page=50).items}


def test_teacher_acts_as_themselves_and_names_nobody(own: StudioSchool) -> None:
    with acting(own, TEACHER) as actor:
        assert (actor.user_id, actor.on_behalf) == (str(TILDA), None)
        assert "The clock, explained" in titles(actor)
    assert own.went_out() == ["GET /v1/media/search"]


def test_own_consent_reaches_no_more_than_studio_lets_its_owner(own: StudioSchool) -> None:
    with acting(own, TEACHER) as actor:
        for media in (PRIVATE_OF_THEO, SAMS):
            with pytest.raises(RemoteNotPermitted):
                actor.api.media(media)
        with pytest.raises(RemoteNotPermitted):
            actor.api.user_by_email("sam@school.example")


def test_person_without_a_consent_of_their_own_borrows_no_others(own: StudioSchool) -> None:
    own.grant(STELLA, None)  # left over from when the service account acted
    with pytest.raises(GrantMissing) as caught, acting(own, STUDENT):
        pass
    assert caught.value.next_step == "Connect Studio, then try again."
    assert own.went_out() == []


@pytest.mark.parametrize(("who", "number"), [(TEACHER, TILDA), (STUDENT, SAM)])
def test_service_account_acts_for_the_person_of_the_launch(service: StudioSchool, who: Viewer, number: int) -> None:
    with acting(service, who) as actor:
        assert (actor.user_id, actor.on_behalf) == (str(number), str(number))
        slot = actor.uploads.begin(user_id=actor.on_behalf)
    assert service.world.uploads[int(slot.media_id)].owner_id == number


def test_person_is_looked_up_once_an_hour(service: StudioSchool) -> None:
    for _ in range(3):
        with acting(service, TEACHER):
            pass
    assert service.went_out() == ["GET /v1/users/search"]
    service.clock.pass_(3601)
    with acting(service, TEACHER):
        pass
    assert service.went_out() == ["GET /v1/users/search"]


def test_another_address_is_another_look(service: StudioSchool) -> None:
    with acting(service, TEACHER) as actor:
        assert actor.user_id == str(TILDA)
    with acting(service, dataclasses.replace(TEACHER, email="ada@school.example")) as actor:
        assert actor.user_id == str(ADA)
    with acting(service, dataclasses.replace(STUDENT, email="tilda@school.example")) as actor:
        assert actor.user_id == str(TILDA)
    assert len(service.went_out()) == 3


@pytest.mark.parametrize("email", ["new@school.example", "tilda@school.example.evil", "*", "%", "@", "tilda@"])
def test_person_whom_studio_does_not_know_is_told_what_to_do(service: StudioSchool, email: str) -> None:
    with pytest.raises(StudioPersonUnknown) as caught, acting(service, dataclasses.replace(TEACHER, email=email)):
        pass
    assert "Open Studio once" in caught.value.next_step
    assert email not in str(caught.value)


def test_person_who_is_new_to_studio_is_found_as_soon_as_they_are_there(service: StudioSchool) -> None:
    newcomer = dataclasses.replace(TEACHER, email="new@school.example")
    with pytest.raises(StudioPersonUnknown), acting(service, newcomer):
        pass
    service.world.users[TILDA].email = "new@school.example"
    with acting(service, newcomer) as actor:
        assert actor.user_id == str(TILDA)


@pytest.mark.parametrize("email", [None, ""])
def test_nobody_is_acted_for_without_an_address(service: StudioSchool, email: str | None) -> None:
    with pytest.raises(StudioPersonUnknown), acting(service, dataclasses.replace(TEACHER, email=email)):
        pass
    assert service.went_out() == []


def test_school_whose_service_account_is_not_connected_is_told_to_ask_its_administrator(service: StudioSchool) -> None:
    service.store.grants.forget(service.platform.id, "", GrantService.STUDIO_SERVICE)
    service.grant(TILDA, "tilda")  # left over from when each acted by their own
    with pytest.raises(ServiceNotConfigured) as caught, acting(service, TEACHER):
        pass
    assert "administrator" in caught.value.next_step
    assert service.went_out() == []


def test_service_account_that_is_no_administrator_any_more_opens_nothing(service: StudioSchool) -> None:
    service.world.users[STELLA].roles = ("teacher",)
    with pytest.raises(RemoteNotPermitted), acting(service, TEACHER):
        pass


def test_school_without_a_studio_has_none_to_act_at(own: StudioSchool) -> None:
    own.store.institutions.save_studio(own.platform.id, None)
    with pytest.raises(ServiceNotConfigured), acting(own, TEACHER):
        pass
    with pytest.raises(ServiceNotConfigured), own.access.acting_for_maker(own.platform, "tilda"):
        pass
    assert own.access.origin(own.platform) is None


def test_embed_is_fetched_by_its_makers_own_consent(own: StudioSchool) -> None:
    with own.access.acting_for_maker(own.platform, "tilda") as api:
        assert api.sources("260101")
    with pytest.raises(GrantMissing), own.access.acting_for_maker(own.platform, "sam") as api:
        api.sources("260101")
    assert own.went_out() == ["GET /v1/media/260101/sources"]


def test_embed_is_fetched_by_the_service_account_when_its_maker_has_left(service: StudioSchool) -> None:
    with service.access.acting_for_maker(service.platform, "left long ago") as api:
        assert api.sources("260101")


def test_tokens_rotate_and_the_new_ones_are_kept(own: StudioSchool) -> None:
    before = own.store.grants.get(own.platform.id, "tilda", GrantService.STUDIO)
    own.clock.pass_(7200)
    with acting(own, TEACHER) as actor:
        titles(actor)
    after = own.store.grants.get(own.platform.id, "tilda", GrantService.STUDIO)
    assert before is not None
    assert after is not None
    assert before.access_token != after.access_token
    assert before.refresh_token != after.refresh_token
    own.clock.pass_(7200)
    own.went_out()
    with acting(own, TEACHER) as actor:
        titles(actor)
    assert own.went_out() == ["POST /oauth/token", "GET /v1/media/search"]


def test_class_that_comes_at_once_refreshes_the_service_account_once(service: StudioSchool) -> None:
    service.grant(STELLA, None, seconds=100)
    with acting(service, TEACHER):
        pass
    service.clock.pass_(50)
    service.went_out()
    failed: list[Exception] = []

    def ask() -> None:
        try:
            with acting(service, TEACHER) as actor:
                titles(actor)
        except Exception as error:  # noqa: BLE001 - told below
            failed.append(error)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert service.went_out().count("POST /oauth/token") == 1


def test_consent_that_studio_no_longer_honours_is_forgotten(own: StudioSchool) -> None:
    own.world.grants.revoke_all()
    with pytest.raises(GrantRevoked) as caught, acting(own, TEACHER) as actor:
        titles(actor)
    assert caught.value.next_step == "Connect Studio again, then try again."
    assert own.kept("tilda") is None
