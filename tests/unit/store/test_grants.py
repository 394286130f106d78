from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from lti.errors import GrantMissing
from lti.model import Grant, GrantService, Platform
from lti.store import Database, SecretBox, Store

from .conftest import NEW_KEY, OLD_KEY, Clock
from .crowd import in_threads
from .samples import THEN

CANVAS = GrantService.CANVAS


def consent(store: Store, platform: Platform, **changed: Any) -> Grant:
    values: dict[str, Any] = {
        "account_id": "42",
        "access_token": "access",
        "refresh_token": "refresh",
        "expires_at": THEN,
    } | changed
    return store.grants.save(platform.id, "person", CANVAS, **values)


def renew(store: Store, grant: Grant, access_token: str, refresh_token: str | None = None) -> Grant:
    return store.grants.renew(
        grant.platform_id,
        grant.subject,
        grant.service,
        version=grant.version,
        access_token=access_token,
        refresh_token=refresh_token,
        expires_at=THEN + timedelta(hours=1),
    )


def test_a_persons_consent_is_found_again(store: Store, platform: Platform) -> None:
    saved = consent(store, platform)
    assert store.grants.get(platform.id, "person", CANVAS) == saved
    assert (saved.account_id, saved.access_token, saved.refresh_token) == ("42", "access", "refresh")
    assert saved.expires_at == THEN


def test_a_grant_is_nobody_elses(store: Store, platform: Platform) -> None:
    consent(store, platform)
    assert store.grants.get(platform.id, "Person", CANVAS) is None
    assert store.grants.get(platform.id, "person", GrantService.STUDIO) is None
    assert store.grants.get(platform.id + 1, "person", CANVAS) is None


def test_consenting_again_replaces_the_grant(store: Store, platform: Platform) -> None:
    first = consent(store, platform)
    second = consent(store, platform, access_token="access-2", refresh_token=None, account_id="43")
    assert second.version == first.version + 1
    found = store.grants.get(platform.id, "person", CANVAS)
    assert found == second
    assert found.refresh_token is None


def test_a_refresh_without_a_refresh_token_keeps_the_old_one(store: Store, platform: Platform) -> None:
    renewed = renew(store, consent(store, platform), "access-2")
    assert (renewed.access_token, renewed.refresh_token) == ("access-2", "refresh")
    assert renewed.expires_at == THEN + timedelta(hours=1)
    assert store.grants.get(platform.id, "person", CANVAS) == renewed


def test_a_refresh_with_a_refresh_token_replaces_it(store: Store, platform: Platform) -> None:
    first = consent(store, platform)
    renewed = renew(store, first, "access-2", "refresh-2")
    assert renewed.refresh_token == "refresh-2"
    assert renewed.version == first.version + 1


def test_a_refresh_that_was_overtaken_by_a_new_consent_is_dropped(store: Store, platform: Platform) -> None:
    stale = consent(store, platform)
    assert store.grants.lease(platform.id, "person", CANVAS, stale.version, 30)
    newer = consent(store, platform, access_token="newer")
    assert renew(store, stale, "from-the-old-refresh-token") == newer


def test_a_refresh_of_a_grant_that_was_forgotten_says_so(store: Store, platform: Platform) -> None:
    grant = consent(store, platform)
    assert store.grants.forget(platform.id, "person", CANVAS)
    with pytest.raises(GrantMissing):
        renew(store, grant, "access-2")
    assert not store.grants.forget(platform.id, "person", CANVAS)


def test_only_the_current_version_can_be_leased(store: Store, platform: Platform) -> None:
    stale = consent(store, platform)
    current = renew(store, stale, "access-2")
    assert not store.grants.lease(platform.id, "person", CANVAS, stale.version, 30)
    assert store.grants.lease(platform.id, "person", CANVAS, current.version, 30)
    assert not store.grants.lease(platform.id, "stranger", CANVAS, current.version, 30)


def test_a_lease_of_a_dead_process_ends(store: Store, platform: Platform, clock: Clock) -> None:
    grant = consent(store, platform)
    assert store.grants.lease(platform.id, "person", CANVAS, grant.version, 30)
    clock.move(29)
    assert not store.grants.lease(platform.id, "person", CANVAS, grant.version, 30)
    clock.move(1)
    assert store.grants.lease(platform.id, "person", CANVAS, grant.version, 30)


def test_a_released_lease_is_free_at_once(store: Store, platform: Platform) -> None:
    grant = consent(store, platform)
    assert store.grants.lease(platform.id, "person", CANVAS, grant.version, 30)
    store.grants.release(platform.id, "person", CANVAS)
    assert store.grants.lease(platform.id, "person", CANVAS, grant.version, 30)


def test_a_lease_is_ended_by_its_holder_only(store: Store, platform: Platform, database: Database) -> None:
    grant = consent(store, platform)
    other_process = Store(database, SecretBox([OLD_KEY]), Clock())
    assert store.grants.lease(platform.id, "person", CANVAS, grant.version, 30)
    other_process.grants.release(platform.id, "person", CANVAS)
    in_threads(lambda _caller: store.grants.release(platform.id, "person", CANVAS), 1)
    assert not store.grants.lease(platform.id, "person", CANVAS, grant.version, 30)


def test_renewing_ends_the_lease(store: Store, platform: Platform) -> None:
    grant = consent(store, platform)
    assert store.grants.lease(platform.id, "person", CANVAS, grant.version, 30)
    renewed = renew(store, grant, "access-2")
    assert store.grants.lease(platform.id, "person", CANVAS, renewed.version, 30)


def test_a_version_never_comes_back_when_a_grant_does(store: Store, platform: Platform, clock: Clock) -> None:
    before = consent(store, platform)
    store.grants.forget(platform.id, "person", CANVAS)
    clock.move(0.001)
    after = consent(store, platform)
    assert after.version > before.version
    assert not store.grants.lease(platform.id, "person", CANVAS, before.version, 30)


def test_a_grant_sealed_with_a_lost_key_counts_as_not_given(
    store: Store, platform: Platform, database: Database, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    consent(store, platform)
    changed = Store(database, SecretBox([NEW_KEY]), clock)
    assert changed.grants.get(platform.id, "person", CANVAS) is None
    assert "CUEDECK_SECRET_KEYS" in caplog.text
    again = consent(changed, platform, access_token="again")
    assert changed.grants.get(platform.id, "person", CANVAS) == again
