from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from lti.model import HandIn, MediaChange, MediaFacts, Platform
from lti.store import Store

from .samples import THEN, embed

FACTS = MediaFacts(61.5, 12_345_678_901, THEN - timedelta(days=1))


@pytest.fixture
def work(store: Store, platform: Platform) -> str:
    """Keep something that was handed in."""
    store.embeds.add([dataclasses.replace(embed(platform.id), handed_in_at=THEN)], "31")
    return "embed-1"


def test_work_is_kept_with_its_embed(store: Store, work: str) -> None:
    found = store.embeds.get(work)

    assert found is not None
    assert found.handed_in_at == THEN
    assert store.hand_ins.get(work) == HandIn(work, "31", MediaFacts())


def test_embed_of_a_page_is_no_work(store: Store, platform: Platform) -> None:
    store.embeds.add([embed(platform.id)], "31")

    assert store.hand_ins.get("embed-1") is None
    assert store.hand_ins.get("unknown") is None


def test_facts_are_kept_until_another_recording_is_seen(store: Store, work: str) -> None:
    store.hand_ins.learn(work, FACTS)
    store.hand_ins.note_change(work, MediaChange.SIZE, THEN + timedelta(days=2))
    store.hand_ins.learn(work, MediaFacts(1.0))

    assert store.hand_ins.get(work) == HandIn(work, "31", FACTS, THEN + timedelta(days=2), MediaChange.SIZE)


def test_the_first_change_that_was_seen_stays(store: Store, work: str) -> None:
    for day, change in enumerate((MediaChange.DATE, MediaChange.LENGTH)):
        store.hand_ins.note_change(work, change, THEN + timedelta(days=day))

    kept = store.hand_ins.get(work)
    assert kept is not None
    assert (kept.change, kept.changed_at) == (MediaChange.DATE, THEN)


def test_removing_a_platform_removes_work_too(store: Store, platform: Platform, work: str) -> None:
    assert store.platforms.remove(platform.issuer, platform.client_id)

    assert store.hand_ins.get(work) is None
