"""The language of a page: its texts, its direction, and the names of languages, dates and numbers in it.

Texts come from compiled gettext catalogues (``<directory>/<locale>/LC_MESSAGES/messages.mo``), English from the source.
Names of languages and dates come from the CLDR and are given in the person's own language even where our texts are not
translated into it: a reader finds "Espagnol" among caption languages faster than "Spanish". Digits are 0 to 9 in every
language, here and in ``js/messages.js``: the times of captions and players are written with them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Final
from unicodedata import bidirectional

from babel import Locale, UnknownLocaleError
from babel.core import negotiate_locale
from babel.dates import format_date
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.support import NullTranslations, Translations

from lti.errors import Filling, LanguageTag

_DOMAIN: Final = "messages"
_SOURCE: Final = "en"  # the language of the msgids
_RIGHT_TO_LEFT: Final = frozenset({"ar", "dv", "fa", "he", "ks", "ku", "ps", "sd", "ug", "ur", "yi"})
_LEFT_TO_RIGHT: Final = frozenset({"L"})  # Unicode's classes of letters
_TURNED: Final = frozenset({"R", "AL"})
_MOST_KEPT: Final = 1024  # tags come from outside
_LONGEST_KEPT: Final = 40  # characters
_MOST_ACCEPTED: Final = 20  # languages of a browser that are looked at
_TAG: Final = re.compile(r"[A-Za-z]{2,8}(?:[-_][A-Za-z0-9]{1,8}){0,6}", re.ASCII)


@dataclass(frozen=True, slots=True, eq=False)
class Localization:
    """One language of the pages, as it is chosen for one person."""

    tag: str  # BCP 47, of our texts: what ``<html lang>`` says
    direction: str  # "ltr" or "rtl"
    texts: NullTranslations
    person: Locale  # for names and dates

    def gettext(self, message: str, **values: Filling) -> str:
        """Translate a msgid and then fill in its ``%(name)s`` values, numbers and lists as the language writes them."""
        text = self.texts.gettext(message)
        return text % {name: self.written(value) for name, value in values.items()} if values else text

    def pgettext(self, context: str, message: str) -> str:
        """Translate a msgid that means something of its own in a context."""
        return str(self.texts.pgettext(context, message))

    def written(self, value: Filling) -> str:
        """Write a value within a sentence: a number, the name of a language, a list; words stay as they are."""
        if isinstance(value, LanguageTag):
            return self.language_name(value)
        if isinstance(value, str):
            return self._apart(value)
        if isinstance(value, int | float):
            return format_decimal(value, format="#,##0.##", locale=self._reader)
        return format_list([self.written(each) for each in value], locale=self._reader)

    def _apart(self, words: str) -> str:
        """Keep words that run the other way together, so that what stands beside them stays where it belongs."""
        opposite = _LEFT_TO_RIGHT if self.direction == "rtl" else _TURNED
        return f"\u2068{words}\u2069" if any(bidirectional(each) in opposite for each in words) else words

    @property
    def _reader(self) -> Locale:
        """The locale of numbers and lists: that of the sentence around them where both are of one language."""
        text = Locale.parse(self.tag, sep="-")
        return self.person if self.person.language == text.language else text

    def language_name(self, tag: str) -> str:
        """Name a language, ``zh-Hans`` say, as "Chinese (Simplified)"; the tag itself where the CLDR has no name."""
        return _language_name(tag, self.person)

    def date(self, moment: datetime) -> str:
        """Write a date, without its time."""
        return _date(moment.date().toordinal(), self.person)


class Localizations:
    """All languages that the pages can be in."""

    def __init__(self, directory: Path) -> None:
        """Find every catalogue; each is read when it is first asked for.

        :param directory: the folder of the compiled catalogues; it need not exist.
        """
        self._files = {file.parent.parent.name: file for file in sorted(directory.glob(f"*/LC_MESSAGES/{_DOMAIN}.mo"))}
        self._texts: dict[str, NullTranslations] = {_SOURCE: NullTranslations()}
        self._made: dict[str, Localization] = {}

    @property
    def available(self) -> Sequence[str]:
        """The locales that have texts."""
        return (_SOURCE, *self._files)

    def choose(self, tag: str | None) -> Localization:
        """Choose the best that there is for a person's language.

        :param tag: what the platform said (``en-AU``, ``fr_CA``, ``en-GB-x-ukhe``); anything else means English.
        """
        made = self._made.get(tag or _SOURCE)
        if made is None:
            person = _parse(tag) or Locale(_SOURCE)
            made = self._make(person)
            if len(self._made) < _MOST_KEPT and len(tag or "") < _LONGEST_KEPT:
                self._made[tag or _SOURCE] = made
        return made

    def heard(self, accepted: Iterable[str], known: str | None = None) -> Localization:
        """Choose for somebody without a launch: the language that is known of them, or the first of their browser's.

        :param accepted: the browser's languages, the dearest first.
        :param known: what an earlier launch said; what is no language counts for nothing.
        """
        if _parse(known) is not None:
            return self.choose(known)
        spoken = {each.split("_")[0] for each in self.available}
        tags = list(islice(accepted, _MOST_ACCEPTED))
        understood = (tag for tag in tags if (person := _parse(tag)) is not None and person.language in spoken)
        return self.choose(next(understood, tags[0] if tags else None))

    def everywhere(self, message: str) -> dict[str, str]:
        """Give a text in every language there is, by BCP 47 tag."""
        return {name.replace("_", "-"): self._read(name).gettext(message) for name in self.available}

    def _make(self, person: Locale) -> Localization:
        preferred = [str(person), person.language]
        # Portuguese as it is written in Brazil is better for somebody in Portugal than English is.
        alike = (each for each in self.available if each.split("_")[0] == person.language)
        found = negotiate_locale(preferred, self.available) or next(alike, _SOURCE)
        language = found.split("_")[0]
        return Localization(
            tag=found.replace("_", "-"),
            direction="rtl" if language in _RIGHT_TO_LEFT else "ltr",
            texts=self._read(found),
            person=person,
        )

    def _read(self, name: str) -> NullTranslations:
        texts = self._texts.get(name)
        if texts is None:
            with self._files[name].open("rb") as catalogue:
                texts = self._texts[name] = Translations(catalogue, domain=_DOMAIN)
        return texts


@lru_cache(maxsize=4096)
def _parse(tag: str | None) -> Locale | None:
    if not tag or not _TAG.fullmatch(tag):
        return None
    # Canvas has private variants such as en-GB-x-ukhe and da-x-k12: the CLDR knows only what stands before "-x-".
    public = re.split(r"[-_][xX][-_]", tag, maxsplit=1)[0].replace("_", "-")
    try:
        return Locale.parse(public, sep="-")
    except (ValueError, UnknownLocaleError):
        return None


@lru_cache(maxsize=4096)
def _language_name(tag: str, person: Locale) -> str:
    locale = None if tag in person.languages else _parse(tag)
    name = locale.get_display_name(person) if locale else person.languages.get(tag)
    if not name:
        return tag
    return name[0].title() + name[1:]  # the CLDR writes many names in lower case, as within a sentence


@lru_cache(maxsize=4096)
def _date(ordinal: int, person: Locale) -> str:
    return format_date(datetime.fromordinal(ordinal), "medium", person)


# For commands: a terminal gets the words that the documentation quotes.
ENGLISH: Final = Localizations(Path("/nowhere")).choose(_SOURCE)
