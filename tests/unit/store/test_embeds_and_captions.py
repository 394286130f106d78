from __future__ import annotations

import dataclasses
import secrets

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from lti.model import Catalogue, Embed, Platform, TrackState
from lti.store import Store

from .samples import THEN, caption, embed


def bare(platform_id: int) -> Embed:
    return dataclasses.replace(
        embed(platform_id, "bare"),
        context_id=None,
        attachment_id=None,
        verifier=None,
        scope_id=None,
        tracks=(),
        default_track=None,
        start=None,
        end=None,
        show_transcript=False,
    )


def test_embeds_come_back_as_they_were(store: Store, platform: Platform) -> None:
    full = embed(platform.id)
    store.embeds.add([full, bare(platform.id)])
    found = store.embeds.get("embed-1")
    assert found == full
    assert found.verifier == "the-file-verifier"
    assert found.show_transcript is True
    assert store.embeds.get("bare") == bare(platform.id)


def test_an_embed_that_was_read_before_is_gone_with_its_platform(store: Store, platform: Platform) -> None:
    store.embeds.add([embed(platform.id)])
    assert store.embeds.get("embed-1") == store.embeds.get("embed-1") == embed(platform.id)
    store.platforms.remove(platform.issuer, platform.client_id)
    assert store.embeds.get("embed-1") is None


def test_an_unknown_embed_is_none(store: Store) -> None:
    assert store.embeds.get("unknown") is None
    assert store.embeds.get("\0\ud800" * 1000) is None


def test_embeds_are_kept_all_or_none(store: Store, platform: Platform) -> None:
    store.embeds.add([embed(platform.id, "there")])
    with pytest.raises(IntegrityError):
        store.embeds.add([embed(platform.id, "new"), embed(platform.id, "there")])
    assert store.embeds.get("new") is None
    store.embeds.add([])


def test_captions_come_back_as_they_were(store: Store, platform: Platform) -> None:
    texts = [caption("2"), dataclasses.replace(caption("1"), updated_at=None, state=TrackState.PROCESSING, vtt="")]
    store.captions.put_many(platform.id, Catalogue.CANVAS, "m-1", texts)
    assert store.captions.all(platform.id, Catalogue.CANVAS, "m-1") == [texts[1], texts[0]]
    assert store.captions.get(platform.id, Catalogue.CANVAS, "m-1", "2") == texts[0]
    assert store.captions.get(platform.id, Catalogue.CANVAS, "m-1", "3") is None
    assert store.captions.get(platform.id, Catalogue.STUDIO, "m-1", "2") is None
    assert store.captions.all(platform.id, Catalogue.CANVAS, "m-2") == []


def test_tracks_are_listed_without_their_texts_as_they_are_now(store: Store, platform: Platform) -> None:
    empty = dataclasses.replace(caption("1"), updated_at=None, state=TrackState.PROCESSING, vtt="")
    store.captions.put_many(platform.id, Catalogue.CANVAS, "m-1", [caption("2"), empty])
    first, second = store.captions.tracks(platform.id, Catalogue.CANVAS, "m-1")
    assert (first.track_id, first.state, first.has_text, first.updated_at) == ("1", TrackState.PROCESSING, False, None)
    assert (second.track_id, second.language, second.kind, second.has_text) == ("2", "en", "subtitles", True)
    assert (second.origin, second.updated_at) == (caption().origin, THEN)
    store.captions.put_many(platform.id, Catalogue.CANVAS, "m-1", [caption("1")])
    assert [each.has_text for each in store.captions.tracks(platform.id, Catalogue.CANVAS, "m-1")] == [True, True]
    assert store.captions.tracks(platform.id, Catalogue.STUDIO, "m-1") == []


def test_newer_captions_replace_older_ones_and_leave_the_others(store: Store, platform: Platform) -> None:
    store.captions.put_many(platform.id, Catalogue.CANVAS, "m-1", [caption("1"), caption("2")])
    newer = caption("1", "WEBVTT\n\n00:00.000 --> 00:01.000\nCorrected\n")
    store.captions.put_many(platform.id, Catalogue.CANVAS, "m-1", [newer])
    store.captions.put_many(platform.id, Catalogue.CANVAS, "m-1", [])
    assert store.captions.all(platform.id, Catalogue.CANVAS, "m-1") == [newer, caption("2")]


def test_a_long_caption_text_is_kept(store: Store, platform: Platform) -> None:
    text = caption("1", "WEBVTT\n\n" + "مرحبا 👋\n" * 200_000)
    store.captions.put_many(platform.id, Catalogue.CANVAS, "m-1", [text])
    assert store.captions.get(platform.id, Catalogue.CANVAS, "m-1", "1") == text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(title=st.text(st.characters(), max_size=80))
def test_any_title_is_kept(store: Store, platform: Platform, title: str) -> None:
    """Markup, emoji, right-to-left, control characters: as they came, but for NUL and lone surrogates."""
    embed_id = secrets.token_hex(8)
    store.embeds.add([embed(platform.id, embed_id, title)])
    found = store.embeds.get(embed_id)
    assert found is not None
    clean = title.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
    assert (found.title, found.created_at) == (clean, THEN)
