from __future__ import annotations

import pytest

from lti.model import DeepLinkingSettings, Platform
from lti.store import Database, SecretBox, Store, StoredDeepLink

from .conftest import NEW_KEY, Clock, register
from .samples import SETTINGS


@pytest.mark.parametrize("subject", ["teacher", None, "odd\0\ud800"])
def test_the_person_who_asked_gets_the_request_back(store: Store, platform: Platform, subject: str | None) -> None:
    link = store.deep_links.put(subject, platform.id, SETTINGS, "1:aa", "https://canvas.example/back")
    assert store.deep_links.get(link, platform.id, subject) == StoredDeepLink(
        SETTINGS, "1:aa", "https://canvas.example/back"
    )


def test_empty_settings_come_back_as_they_were(store: Store, platform: Platform) -> None:
    bare = DeepLinkingSettings("https://canvas.example/r", frozenset(), frozenset(), False)
    link = store.deep_links.put("teacher", platform.id, bare, "1:aa", None)
    assert store.deep_links.get(link, platform.id, "teacher") == StoredDeepLink(bare, "1:aa", None)


def test_nobody_else_gets_it(store: Store, platform: Platform) -> None:
    other = register(store, client_id="2")
    link = store.deep_links.put("teacher", platform.id, SETTINGS, "1:aa", None)
    assert store.deep_links.get(link, platform.id, "student") is None
    assert store.deep_links.get(link, platform.id, None) is None
    assert store.deep_links.get(link, other.id, "teacher") is None
    assert store.deep_links.get("made-up\0", platform.id, "teacher") is None


def test_it_ends_after_a_day(store: Store, platform: Platform, clock: Clock) -> None:
    link = store.deep_links.put("teacher", platform.id, SETTINGS, "1:aa", None)
    clock.move(86399)
    assert store.deep_links.get(link, platform.id, "teacher") is not None
    clock.move(1)
    assert store.deep_links.get(link, platform.id, "teacher") is None


def test_it_is_answered_once(store: Store, platform: Platform) -> None:
    link = store.deep_links.put("teacher", platform.id, SETTINGS, "1:aa", None)
    assert store.deep_links.finish(link)
    assert not store.deep_links.finish(link)
    assert not store.deep_links.finish("made-up")


def test_a_request_sealed_with_a_lost_key_is_none(
    store: Store, platform: Platform, database: Database, clock: Clock
) -> None:
    link = store.deep_links.put("teacher", platform.id, SETTINGS, "1:aa", None)
    changed = Store(database, SecretBox([NEW_KEY]), clock)
    assert changed.deep_links.get(link, platform.id, "teacher") is None
