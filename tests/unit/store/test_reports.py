"""Grades and lengths come back as they were, and the newest replaces what was there."""

from __future__ import annotations

import dataclasses

import pytest

from lti.errors import PlatformUnknown
from lti.model import Catalogue, Platform
from lti.store import Store

from .samples import THEN, track_grade


def test_grades_come_back_by_media_and_track(store: Store, platform: Platform) -> None:
    undated = dataclasses.replace(track_grade("2", None), updated_at=None, findings={})
    store.reports.put_grades(platform.id, Catalogue.CANVAS, "m-1", [undated, track_grade("1")])
    store.reports.put_grades(platform.id, Catalogue.STUDIO, "m-1", [track_grade("9")])
    found = store.reports.grades(platform.id, Catalogue.CANVAS, ["m-1", "m-2"])
    assert found == {"m-1": {"1": track_grade("1"), "2": undated}}
    assert store.reports.grades(platform.id, Catalogue.CANVAS, []) == {}


def test_a_newer_grade_replaces_the_one_before(store: Store, platform: Platform) -> None:
    for grade in ("D", "A"):
        store.reports.put_grades(platform.id, Catalogue.CANVAS, "m-1", [track_grade("1", grade)])
    assert store.reports.grades(platform.id, Catalogue.CANVAS, ["m-1"])["m-1"]["1"].grade == "A"


def test_grades_of_more_media_than_one_question_takes_are_found(store: Store, platform: Platform) -> None:
    names = [f"m-{number}" for number in range(450)]
    for name in (names[0], names[-1]):
        store.reports.put_grades(platform.id, Catalogue.CANVAS, name, [track_grade()])
    assert set(store.reports.grades(platform.id, Catalogue.CANVAS, names)) == {names[0], names[-1]}


def test_lengths_come_back_and_unknown_is_known_to_be_unknown(store: Store, platform: Platform) -> None:
    store.reports.put_lengths(platform.id, Catalogue.CANVAS, {"m-2": 0.0, "m-1": 61.5}, THEN)
    found = store.reports.lengths(platform.id, Catalogue.CANVAS, ["m-1", "m-2", "m-3"])
    assert found == {"m-1": 61.5, "m-2": 0.0}


def test_nothing_is_kept_for_a_platform_that_was_removed(store: Store) -> None:
    with pytest.raises(PlatformUnknown):
        store.reports.put_grades(99, Catalogue.CANVAS, "m-1", [track_grade()])
