from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti.remote.language import bcp47


@pytest.mark.parametrize(
    ("locale", "tag"),
    [
        ("en", "en"),
        ("EN", "en"),
        ("fr-CA", "fr-CA"),
        ("fr_ca", "fr-CA"),
        ("pt_BR", "pt-BR"),
        ("zh-hans", "zh-Hans"),
        ("zh_HANT_tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("sr-Latn-RS", "sr-Latn-RS"),
        ("en-GB-x-UKHE", "en-GB-x-ukhe"),
        ("da-x-k12", "da-x-k12"),
        ("x-private", "x-private"),
        (" de ", "de"),
        ("", "und"),
        ("e", "und"),
        ("english language", "und"),
        ("en-", "und"),
        ("日本語", "und"),
        ('en" onload="x', "und"),
        ("en-" + "a" * 9, "und"),
    ],
)
def test_locale_is_written_as_bcp47(locale: str, tag: str) -> None:
    assert bcp47(locale) == tag


@given(st.text(max_size=40))
def test_any_text_gives_a_tag_that_stays_as_it_is(locale: str) -> None:
    tag = bcp47(locale)
    assert bcp47(tag) == tag
    assert tag.isascii()
