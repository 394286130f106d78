from __future__ import annotations

import pytest

from lti.errors import PlatformUnknown
from lti.model import ApiKey, Institution, Platform, StudioAccount, StudioSettings
from lti.store import Database, SecretBox, Store

from .conftest import NEW_KEY, OLD_KEY, Clock, register

STUDIO = StudioSettings("school.instructuremedia.com", ApiKey("studio-1", "the-studio-secret"), StudioAccount.SERVICE)


def test_a_platform_that_nobody_looked_after_has_the_defaults(store: Store, platform: Platform) -> None:
    assert store.institutions.get(platform.id) == Institution(platform.id, None, frozenset(), use_email=True)


def test_what_an_administrator_decided_is_kept(
    store: Store, platform: Platform, database: Database, clock: Clock
) -> None:
    store.institutions.save_studio(platform.id, STUDIO)
    store.institutions.save_staff(platform.id, ["Rosa@School.example", "17", "17"])
    store.institutions.save_privacy(platform.id, use_email=False)
    decided = Institution(platform.id, STUDIO, frozenset({"rosa@school.example", "17"}), use_email=False)
    assert store.institutions.get(platform.id) == decided
    assert Store(database, SecretBox([OLD_KEY]), clock).institutions.get(platform.id) == decided


def test_one_decision_leaves_the_others_alone(store: Store, platform: Platform) -> None:
    store.institutions.save_staff(platform.id, ["17"])
    store.institutions.save_studio(platform.id, STUDIO)
    store.institutions.save_studio(platform.id, None)
    assert store.institutions.get(platform.id) == Institution(platform.id, None, frozenset({"17"}), use_email=True)


def test_one_institution_never_sees_another(store: Store, platform: Platform) -> None:
    other = register(store, client_id="2")
    store.institutions.save_studio(platform.id, STUDIO)
    assert store.institutions.get(other.id) == Institution(other.id)


def test_another_process_sees_a_decision_within_seconds(
    store: Store, platform: Platform, database: Database, clock: Clock
) -> None:
    other = Store(database, SecretBox([OLD_KEY]), clock)
    assert other.institutions.get(platform.id).use_email
    store.institutions.save_privacy(platform.id, use_email=False)
    assert other.institutions.get(platform.id).use_email
    assert not other.institutions.get(platform.id, fresh=True).use_email
    assert not other.institutions.get(platform.id).use_email


def test_another_process_hears_of_a_decision_without_asking(
    store: Store, platform: Platform, database: Database, clock: Clock
) -> None:
    other = Store(database, SecretBox([OLD_KEY]), clock)
    assert other.institutions.get(platform.id).use_email
    store.institutions.save_privacy(platform.id, use_email=False)
    clock.move(5)
    assert not other.institutions.get(platform.id).use_email


def test_an_administrator_whose_platform_was_just_removed_is_told_so(store: Store) -> None:
    with pytest.raises(PlatformUnknown):
        store.institutions.save_privacy(4711, use_email=False)


def test_a_removed_platform_leaves_no_decision_behind(
    store: Store, platform: Platform, database: Database, clock: Clock
) -> None:
    store.institutions.save_studio(platform.id, STUDIO)
    store.platforms.remove(platform.issuer, platform.client_id)
    assert Store(database, SecretBox([OLD_KEY]), clock).institutions.get(platform.id).studio is None


def test_a_school_whose_studio_key_cannot_be_opened_keeps_the_rest(
    store: Store, platform: Platform, database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    store.institutions.save_studio(platform.id, STUDIO)
    store.institutions.save_staff(platform.id, ["17"])
    found = Store(database, SecretBox([NEW_KEY]), clock).institutions.get(platform.id)
    assert found == Institution(platform.id, None, frozenset({"17"}))
    assert "CUEDECK_SECRET_KEYS" in caplog.text
