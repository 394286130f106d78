"""The five translations are complete: a text that is missing, fuzzy or out of step fails here."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from babel.support import Translations

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "lti/web/translations"
LOCALES = ("ar", "de", "es", "fr", "pt_BR")
_PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")
_MEND = "`make texts` brings the translations in step; then translate what is new"


@pytest.fixture(scope="module")
def texts() -> set[tuple[str | None, str]]:
    """Every text of pages and errors, with its context."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["babel"]["mappings"]
    found: set[tuple[str | None, str]] = set()
    for folder in ("lti", "config", "templates"):
        methods = [
            (each["pattern"].removeprefix(f"{folder}/"), each["method"])
            for each in mappings
            if each["pattern"].startswith(f"{folder}/")
        ]
        keywords = {**DEFAULT_KEYWORDS, "N_": None, "NP_": ((1, "c"), 2)}
        for _, _, message, _, context in extract_from_dir(ROOT / folder, methods, keywords=keywords):
            assert isinstance(message, str), "plural forms are pgettext entries here: decision 0008"
            found.add((context, message))
    return found


def read(locale: str) -> Catalog:
    with (FOLDER / locale / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale=locale)


@pytest.mark.parametrize("locale", LOCALES)
def test_translator_finds_no_text_missing_and_none_left_over(locale: str, texts: set[tuple[str | None, str]]) -> None:
    assert len(texts) > 1000
    catalog = read(locale)
    there = {(message.context, message.id) for message in catalog if message.id}

    assert there == texts, _MEND
    assert not [message.id for message in catalog if message.id and not message.string], _MEND
    assert not [message.id for message in catalog if message.id and message.fuzzy], _MEND
    assert not list(catalog.obsolete), _MEND


@pytest.mark.parametrize("locale", LOCALES)
def test_person_sees_the_same_values_in_every_language(locale: str) -> None:
    wrong = [
        message.id
        for message in read(locale)
        if isinstance(message.id, str)
        and sorted(_PLACEHOLDER.findall(message.id)) != sorted(_PLACEHOLDER.findall(str(message.string)))
        and message.id
    ]
    assert wrong == []


@pytest.mark.parametrize("locale", LOCALES)
def test_person_sees_what_the_translator_wrote(locale: str) -> None:
    with (FOLDER / locale / "LC_MESSAGES/messages.mo").open("rb") as file:
        compiled = Translations(file)

    for each in read(locale):
        if isinstance(each.id, str) and each.id:
            seen = compiled.pgettext(each.context, each.id) if each.context else compiled.gettext(each.id)
            assert seen == each.string, _MEND
