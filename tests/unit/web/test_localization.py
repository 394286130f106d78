"""Languages of pages, names and dates."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.mofile import write_mo

from lti.errors import Filling, LanguageTag
from lti.web.localization import Localizations
from lti.web.pages import Pages

RIVERS = "أنهار 12.mp4"


@pytest.fixture
def translated(tmp_path: Path) -> Localizations:
    """Give languages with a few words of Arabic and Brazilian Portuguese."""
    words = {
        "ar": {"Insert": "إدراج", "Cancel": 'إل<غ>"اء'},
        "pt_BR": {"Insert": "Inserir", "%(language)s (automatic)": "%(language)s (automático)"},
    }
    for locale, messages in words.items():
        catalog = Catalog(locale=locale)
        for message, text in messages.items():
            catalog.add(message, text)
        catalog.add("{count} picked", "{count} escolhidos", context="other")
        file = tmp_path / locale / "LC_MESSAGES" / "messages.mo"
        file.parent.mkdir(parents=True)
        with file.open("wb") as out:
            write_mo(out, catalog)
    return Localizations(tmp_path)


@pytest.mark.parametrize(
    ("asked", "tag", "direction"),
    [
        ("ar", "ar", "rtl"),
        ("ar-EG", "ar", "rtl"),
        ("pt_BR", "pt-BR", "ltr"),
        ("pt-BR", "pt-BR", "ltr"),
        ("en-GB-x-ukhe", "en", "ltr"),
        ("fr", "en", "ltr"),
        (None, "en", "ltr"),
        ("", "en", "ltr"),
        ("x" * 300, "en", "ltr"),
        ("../../etc", "en", "ltr"),
    ],
)
def test_best_translation_is_chosen(translated: Localizations, asked: str | None, tag: str, direction: str) -> None:
    chosen = translated.choose(asked)

    assert (chosen.tag, chosen.direction) == (tag, direction)


def test_message_is_translated_before_its_values_are_filled_in(translated: Localizations) -> None:
    text = translated.choose("pt-BR").gettext("%(language)s (automatic)", language="100% %(x)s")

    assert text == "100% %(x)s (automático)"


@pytest.mark.parametrize(
    ("tag", "locale", "name"),
    [
        ("es", "en", "Spanish"),
        ("zh-Hans", "en", "Chinese (Simplified)"),
        ("fr-CA", "en", "French (Canada)"),
        ("es-419", "de", "Spanisch (Lateinamerika)"),
        ("ar", "fr", "Arabe"),
        ("en-GB-x-ukhe", "en", "English (United Kingdom)"),
        ("tlh", "en", "Klingon"),
        ("qqq", "en", "qqq"),
        ("<b>", "en", "<b>"),
        ("", "en", ""),
    ],
)
def test_languages_have_names(translated: Localizations, tag: str, locale: str, name: str) -> None:
    assert translated.choose(locale).language_name(tag) == name


@pytest.mark.parametrize(
    ("locale", "value", "written"),
    [
        ("en", 20_000, "20,000"),
        ("pt-BR", 20_000, "20.000"),
        ("pt-PT", 12_345.5, "12\xa0345,5"),
        ("de", 20_000, "20,000"),  # no texts in German here: the number stands in an English sentence
        ("ar-EG", 20_000, "20,000"),
        ("pt-BR", 0.25, "0,25"),
        ("en", ["mp4", "mov", "webm"], "mp4, mov, and webm"),
        ("pt-BR", ["mp4", "mov", "webm"], "mp4, mov e webm"),
        ("pt-BR", [LanguageTag("es"), LanguageTag("ar")], "Espanhol e Árabe"),
        ("en", LanguageTag("fr-CA"), "French (Canada)"),
        ("pt-BR", "1,234.5 <b>", "1,234.5 <b>"),
        ("en", [], ""),
        ("en", "rivers", "rivers"),
        ("en", RIVERS, f"\u2068{RIVERS}\u2069"),  # what comes after it would stand before it otherwise
        ("ar", "Rivers, 12.mp4", "\u2068Rivers, 12.mp4\u2069"),
        ("ar", "نهر", "نهر"),
    ],
)
def test_values_are_written_as_the_sentence_around_them(
    translated: Localizations, locale: str, value: Filling, written: str
) -> None:
    assert translated.choose(locale).gettext("so: %(value)s", value=value) == f"so: {written}"


@pytest.mark.parametrize(
    ("accepted", "known", "tag"),
    [
        ([], None, "en"),
        (["ja", "ar-EG", "pt"], None, "ar"),  # the first that we speak
        (["ja", "en", "ar"], None, "en"),
        (["ja"], None, "en"),
        (["ar"], "pt-BR", "pt-BR"),  # what a launch said counts more
        (["ar"], "no language!", "ar"),
        (["*", "ar"], "", "ar"),
        (["xx"] * 30 + ["ar"], None, "en"),
    ],
)
def test_person_without_a_launch_is_spoken_to_in_their_browsers_language(
    translated: Localizations, accepted: list[str], known: str | None, tag: str
) -> None:
    assert translated.heard(accepted, known).tag == tag


def test_text_is_given_in_every_language(translated: Localizations) -> None:
    assert translated.everywhere("Insert") == {"en": "Insert", "ar": "إدراج", "pt-BR": "Inserir"}


def test_dates_are_written_as_in_the_persons_country(translated: Localizations) -> None:
    moment = datetime(2026, 3, 5, 23, 59, tzinfo=UTC)

    assert translated.choose("en-US").date(moment) == "Mar 5, 2026"
    assert translated.choose("en-GB").date(moment) == "5 Mar 2026"


def test_page_is_translated_escaped_and_turned(translated: Localizations, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '<html lang="{{ page_locale }}" dir="{{ page_dir }}">{{ _("Insert") }} {{ _("Cancel") }} {{ _("Other") }} '
        '{{ {"picked": pgettext("other", "{count} picked")}|tojson }} {{ title }} {{ asset("js/a.js") }} '
        '{{ modulepreload("a", "b") }}</html>'
    )
    pages = Pages(tmp_path, lambda name: f"/static/v/{name}")

    html = pages.render("page.html", translated.choose("ar"), {"title": "<b>"})

    assert html == (
        '<html lang="ar" dir="rtl">إدراج إل&lt;غ&gt;&#34;اء Other {"picked":"{count} escolhidos"} &lt;b&gt; '
        '/static/v/js/a.js <link rel="modulepreload" href="/static/v/js/a.js">'
        '<link rel="modulepreload" href="/static/v/js/b.js"></html>'
    )
    assert pages.render("page.html", translated.choose("en"), {"title": ""}).startswith('<html lang="en" dir="ltr">Ins')
