from __future__ import annotations

import pytest
from sqlalchemy import select

from lti.errors import PlatformUnknown
from lti.model import ApiKey, Catalogue, GrantService, OrderAnswer, Platform
from lti.store import CaptionPlace, Database, NewAnswer, SecretBox, Store
from lti.store.schema import metadata, platforms

from .conftest import NEW_KEY, OLD_KEY, Clock, register
from .samples import SETTINGS, THEN, caption, caption_version, embed, login, track_grade, upload


def test_administrator_registers_a_platform(store: Store) -> None:
    made = register(store, deployments=("1:aa", "2:bb", "1:aa"))
    assert made.canvas_key == ApiKey("170", "the-api-key-secret")
    assert made.canvas_url == "https://school.example"
    assert made.deployments == {"1:aa", "2:bb"}
    assert store.platforms.get(made.id) == made
    assert store.platforms.all() == [made]


def test_schools_that_share_an_issuer_are_told_apart_by_client_id(store: Store) -> None:
    one, other = register(store, client_id="1"), register(store, client_id="2")
    assert store.platforms.find(one.issuer, "1") == [one]
    assert store.platforms.find(one.issuer, "2") == [other]
    assert store.platforms.find(one.issuer, None) == [one, other]
    assert store.platforms.find(one.issuer, "3") == []
    assert store.platforms.find("https://elsewhere.example", None) == []
    assert store.platforms.find("\0\ud800", "\0") == []


def test_registering_again_replaces_the_values_and_keeps_the_id(store: Store) -> None:
    first = register(store, deployments=("1:aa",))
    again = register(store, deployments=("2:bb",), canvas_key=None, trust=True)
    assert again.id == first.id
    assert again.deployments == {"2:bb"}
    assert again.canvas_key is None
    assert again.trust_deployments
    assert store.platforms.all() == [again]


def test_another_process_sees_a_new_platform_within_seconds(store: Store, database: Database, clock: Clock) -> None:
    other = Store(database, SecretBox([OLD_KEY]), clock)
    assert other.platforms.all() == []
    made = register(store)
    assert other.platforms.get(made.id) is None
    assert other.platforms.get(made.id, fresh=True) == made
    store.platforms.set_key(made.id, None)
    made = store.platforms.all()[0]
    clock.move(5)
    assert other.platforms.find(made.issuer, made.client_id) == [made]


def test_look_ups_ask_the_database_once_in_a_while(store: Store, platform: Platform, database: Database) -> None:
    with database.transaction() as connection:  # behind the store's back
        connection.execute(platforms.delete())
    assert store.platforms.get(platform.id) == platform
    assert store.platforms.find("https://unknown.example", None) == []


def test_a_clock_that_is_set_back_does_not_freeze_the_platforms(store: Store, database: Database, clock: Clock) -> None:
    other = Store(database, SecretBox([OLD_KEY]), clock)
    assert other.platforms.all() == []
    register(store)
    clock.move(-3600)
    assert len(other.platforms.all()) == 1


def test_a_trusted_platform_gets_new_deployments(store: Store) -> None:
    made = register(store, trust=True)
    store.platforms.pin_deployment(made.id, "9:zz")
    store.platforms.pin_deployment(made.id, "9:zz")
    (found,) = store.platforms.find(made.issuer, None)
    assert found.deployments == {"1:aa", "9:zz"}


def test_a_platform_that_is_not_trusted_gets_none(store: Store, platform: Platform) -> None:
    store.platforms.pin_deployment(platform.id, "9:zz")
    store.platforms.pin_deployment(4711, "9:zz")
    assert [found.deployments for found in store.platforms.all()] == [{"1:aa"}]


def test_removing_a_platform_removes_all_that_hangs_on_it(store: Store, platform: Platform, database: Database) -> None:
    other = register(store, client_id="2", canvas_key=None)
    for one in (platform, other):
        store.logins.take(f"state-{one.id}", login(one.id))
        store.deep_links.put("teacher", one.id, SETTINGS, "1:aa", None)
        store.embeds.add([embed(one.id, f"embed-{one.id}")])
        store.captions.put_many(one.id, Catalogue.CANVAS, "m-1", [caption()])
        store.reports.put_grades(one.id, Catalogue.CANVAS, "m-1", [track_grade()])
        store.reports.put_lengths(one.id, Catalogue.CANVAS, {"m-1": 60.0}, THEN)
        store.caption_versions.keep(
            CaptionPlace(one.id, Catalogue.CANVAS, "m-1", "501"), caption_version(f"v-{one.id}")
        )
        store.caption_answers.take(NewAnswer(one.id, "studio.example", "401", {}, OrderAnswer.FAILED, "s", "Sam"), 60)
        store.institutions.save_staff(one.id, ["17"])
        store.uploads.add(upload(one.id, f"upload-{one.id}"))
        store.grants.save(
            one.id, "s", GrantService.CANVAS, account_id="1", access_token="a", refresh_token="r", expires_at=THEN
        )
    assert store.platforms.remove(platform.issuer, platform.client_id)
    assert store.platforms.all() == [other]
    assert store.platforms.get(platform.id) is None
    with database.transaction() as connection:
        for table in metadata.sorted_tables:
            if "platform_id" in table.columns:
                assert connection.execute(select(table.c.platform_id)).scalars().all() == [other.id], table.name
    assert not store.platforms.remove(platform.issuer, platform.client_id)


def test_the_number_of_a_removed_platform_never_means_another(store: Store, platform: Platform) -> None:
    store.platforms.remove(platform.issuer, platform.client_id)
    assert register(store).id != platform.id


def test_a_person_whose_platform_was_just_removed_is_told_so(store: Store) -> None:
    with pytest.raises(PlatformUnknown):
        store.embeds.add([embed(4711)])
    with pytest.raises(PlatformUnknown):
        store.deep_links.put("teacher", 4711, SETTINGS, "1:aa", None)
    with pytest.raises(PlatformUnknown):
        store.captions.put_many(4711, Catalogue.CANVAS, "m-1", [caption()])
    with pytest.raises(PlatformUnknown):
        store.grants.save(
            4711, "s", GrantService.CANVAS, account_id="1", access_token="a", refresh_token=None, expires_at=THEN
        )


def test_a_school_whose_key_cannot_be_opened_still_launches(
    store: Store, platform: Platform, database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    found = Store(database, SecretBox([NEW_KEY]), clock).platforms.get(platform.id)
    assert found is not None
    assert found.canvas_key is None
    assert "CUEDECK_SECRET_KEYS" in caplog.text


def test_platforms_without_deployments_are_listed(store: Store) -> None:
    made = register(store, deployments=())
    assert made.deployments == frozenset()
    assert store.platforms.all() == [made]
