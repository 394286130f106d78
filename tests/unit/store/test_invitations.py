from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from lti.errors import RegistrationTaken
from lti.model import ApiKey, Platform
from lti.store import Database, SecretBox, Store

from .conftest import OLD_KEY, Clock, register

HOUR = 3600


def test_an_invitation_is_good_until_it_is_used(store: Store) -> None:
    made, token = store.invitations.make("Harbour School", HOUR)
    assert store.invitations.find(token) == made

    claimed = store.invitations.claim(token, 60)
    assert claimed == replace(made, claimed=True)
    assert not store.invitations.was_used(token)
    register(store, invitation_id=made.id)

    assert store.invitations.was_used(token)
    assert store.invitations.find(token) is None
    assert store.invitations.claim(token, 60) is None


def test_an_invitation_ends(store: Store, clock: Clock) -> None:
    _, token = store.invitations.make("", HOUR)
    clock.move(HOUR)
    assert store.invitations.find(token) is None
    assert store.invitations.claim(token, 60) is None


def test_a_failed_installation_leaves_the_invitation_good(store: Store) -> None:
    made, token = store.invitations.make("", HOUR)
    assert store.invitations.claim(token, 60) is not None
    assert store.invitations.claim(token, 60) is None
    store.invitations.release(made.id)
    assert store.invitations.find(token) == made
    assert store.invitations.claim(token, 60) is not None


def test_the_claim_of_a_process_that_died_ends(store: Store, clock: Clock) -> None:
    _, token = store.invitations.make("", HOUR)
    assert store.invitations.claim(token, 60) is not None
    clock.move(60)
    found = store.invitations.find(token)
    assert found is not None
    assert found.claimed, "that it was there stays to be seen"
    assert store.invitations.claim(token, 60) is not None


def test_of_many_at_once_one_has_the_claim(store: Store) -> None:
    _, token = store.invitations.make("", HOUR)
    with ThreadPoolExecutor(8) as threads:
        claims = list(threads.map(lambda _: store.invitations.claim(token, 60), range(8)))
    assert sum(claim is not None for claim in claims) == 1


def test_a_revoked_invitation_is_no_good(store: Store) -> None:
    made, token = store.invitations.make("", HOUR)
    assert store.invitations.revoke(made.id)
    assert store.invitations.find(token) is None
    assert not store.invitations.revoke(made.id)
    assert not store.invitations.revoke(made.id + 1)


def test_a_used_invitation_cannot_be_revoked(store: Store) -> None:
    made, _ = store.invitations.make("", HOUR)
    register(store, invitation_id=made.id)
    assert not store.invitations.revoke(made.id)


def test_made_up_tokens_are_no_invitations(store: Store) -> None:
    for token in ("", "\0\ud800", "x" * 100):
        assert store.invitations.find(token) is None


def test_invitations_are_listed_newest_first(store: Store) -> None:
    first, _ = store.invitations.make("first", HOUR)
    second, _ = store.invitations.make("second", HOUR)
    assert store.invitations.all() == [second, first]


def test_a_registration_never_changes_one_that_is_there(store: Store, platform: Platform) -> None:
    made, token = store.invitations.make("", HOUR)
    with pytest.raises(RegistrationTaken):
        store.platforms.add(
            issuer=platform.issuer,
            client_id=platform.client_id,
            authorization_url="https://evil.example/authorize",
            token_url="https://evil.example/token",
            jwks_url="https://evil.example/jwks",
            canvas_url="https://evil.example",
            canvas_key=None,
            deployments=(),
            trust_deployments=True,
            replace=False,
            invitation_id=made.id,
        )
    assert store.platforms.all() == [platform]
    assert store.invitations.find(token) == made, "it was not used up by this"


def test_setting_the_api_key_leaves_deployments_alone(store: Store, database: Database, clock: Clock) -> None:
    platform = register(store, deployments=("1:aa", "1:bb"))
    assert store.platforms.set_key(platform.id, ApiKey("170", "the-api-key-secret"))
    found = Store(database, SecretBox([OLD_KEY]), clock).platforms.get(platform.id)
    assert found is not None
    assert found.canvas_key == ApiKey("170", "the-api-key-secret")
    assert found.deployments == {"1:aa", "1:bb"}
    assert not store.platforms.set_key(platform.id + 1, None)
