"""Labels of tracks."""

from __future__ import annotations

from pathlib import Path

import pytest

from lti.media import ItemDetail, TrackView
from lti.model import Catalogue, MediaItem, MediaType, Track, TrackOrigin, TrackState
from lti.web.localization import Localizations
from lti.web.present import Presenter


def view(language: str, kind: str, origin: TrackOrigin, reason: str | None = None) -> TrackView:
    return TrackView(Track("7", language, kind, origin, TrackState.READY), None if reason else "token", reason)


def shown(track: TrackView) -> dict[str, object]:
    item = MediaItem(Catalogue.CANVAS, "m-1", "Title", MediaType.AUDIO)
    detail = ItemDetail(item, (), (track,), "handle", ("A note.",))
    tracks: list[dict[str, object]] = Presenter(Localizations(Path("none")).choose("en")).detail(detail)["tracks"]
    return tracks[0]


@pytest.mark.parametrize(
    ("language", "kind", "origin", "label"),
    [
        ("es", "subtitles", TrackOrigin.HUMAN, "Spanish"),
        ("es", "subtitles", TrackOrigin.MACHINE, "Spanish (automatic)"),
        ("en", "captions", TrackOrigin.HUMAN, "English (captions)"),
        ("en", "captions", TrackOrigin.MACHINE, "English (captions, automatic)"),
        ("en", "descriptions", TrackOrigin.HUMAN, "English (descriptions)"),
        ("zh-Hans", "chapters", TrackOrigin.HUMAN, "Chinese (Simplified) (chapters)"),
        ("en", "something-new", TrackOrigin.HUMAN, "English"),
    ],
)
def test_track_is_named_as_players_do(language: str, kind: str, origin: TrackOrigin, label: str) -> None:
    assert shown(view(language, kind, origin))["label"] == label


def test_track_that_cannot_be_chosen_says_why() -> None:
    track = shown(view("en", "subtitles", TrackOrigin.HUMAN, reason="This track has no text yet."))

    assert (track["usable"], track["src"], track["reason"]) == (False, None, "This track has no text yet.")


def test_track_that_can_be_chosen_has_an_address() -> None:
    track = shown(view("en", "subtitles", TrackOrigin.HUMAN))

    assert (track["usable"], track["src"], track["reason"]) == (True, "/watch/token/captions.vtt", None)
