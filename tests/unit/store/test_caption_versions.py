"""Old caption texts: the last twenty of each track stay, of each place for itself."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from lti.errors import PlatformUnknown
from lti.model import Catalogue, Platform
from lti.store import CaptionPlace, Store

from .samples import THEN, caption_version


@pytest.fixture
def place(platform: Platform) -> CaptionPlace:
    return CaptionPlace(platform.id, Catalogue.CANVAS, "m-1", "501")


def test_teacher_finds_the_last_twenty_texts_newest_first(store: Store, place: CaptionPlace) -> None:
    for number in range(23):
        version = caption_version(f"v-{number:02}", content=f"WEBVTT {number}\0")
        store.caption_versions.keep(place, dataclasses.replace(version, created_at=THEN + timedelta(seconds=number)))
    found = store.caption_versions.all(place, "es")
    assert [each.id for each in found] == [f"v-{number:02}" for number in range(22, 2, -1)]
    assert found[0].content == "WEBVTT 22\ufffd"
    assert store.caption_versions.get(place, "v-02") is None


def test_texts_of_another_language_file_or_media_are_others(store: Store, place: CaptionPlace) -> None:
    store.caption_versions.keep(place, caption_version("v-es"))
    store.caption_versions.keep(place, caption_version("v-fr", "fr"))
    assert [each.id for each in store.caption_versions.all(place, "fr")] == ["v-fr"]
    for other in (
        dataclasses.replace(place, place="502"),
        dataclasses.replace(place, media_id="m-2"),
        dataclasses.replace(place, catalogue=Catalogue.STUDIO),
        dataclasses.replace(place, platform_id=place.platform_id + 1),
    ):
        assert store.caption_versions.all(other, "es") == []
        assert store.caption_versions.get(other, "v-es") is None


def test_nothing_is_kept_for_a_school_that_was_removed(store: Store, place: CaptionPlace) -> None:
    with pytest.raises(PlatformUnknown):
        store.caption_versions.keep(dataclasses.replace(place, platform_id=4711), caption_version())
