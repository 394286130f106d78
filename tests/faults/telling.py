"""What a person is told: the sentences of a page or an answer, found again in the catalogue of their language."""

from __future__ import annotations

import contextlib
import html
import json
import re
from dataclasses import dataclass
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import httpx
from babel.messages.pofile import read_po

_TRANSLATIONS = Path(__file__).parents[2] / "lti/web/translations"
_PLACE = re.compile(r"%\\\((\w+)\\\)s")
_ISOLATES = re.compile("[\u2068\u2069]")
_VOLATILE = (
    "handle",
    "src",
    "cues",
    "token",
    "url",
    "request_id",
    "created_at",
    "updated_at",
    "thumbnail",
    "next",
    "undo",
)
_TITLES = ("Install Cuedeck",)  # headings of pages that say what went wrong in the text below
_EXACT = ("state", "verdict", "connected", "outcome")


@dataclass(frozen=True, order=True)
class Told:
    """A sentence, and the next step where it is an error; as msgids."""

    message: str
    next_step: str = ""


@dataclass(frozen=True)
class Seen:
    """What an act came to, for the person."""

    status: int
    language: str
    body: str  # everything that reached them, headers included
    text: str  # without these
    told: tuple[Told, ...]
    shape: Any  # the answer without what differs each time

    @property
    def done(self) -> bool:
        """Tell whether what was wanted was done, as far as the status says."""
        return self.status < 400


def seen(answer: httpx.Response, language: str) -> Seen:
    """Read an answer of the tool.

    :param language: of the person.
    """
    body = "\n".join([*(f"{name}: {value}" for name, value in answer.headers.multi_items()), answer.text])
    kind = answer.headers.get("content-type", "")
    if "json" in kind:
        value = answer.json()
        found, shape = _in_json(value), _shape(value)
    elif "html" in kind:
        found, shape = _in_page(answer, language), None
    else:
        found, shape = [], len(answer.content)
    told = tuple(sorted({Told(msgid(m, language), msgid(n, language) if n else "") for m, n in found}))
    return Seen(answer.status_code, language, body, answer.text, told, shape)


def _in_json(value: Any) -> list[tuple[str, str]]:
    """Find sentences wherever the tool's answers have some."""
    if isinstance(value, list):
        return [each for inner in value for each in _in_json(inner)]
    if not isinstance(value, dict):
        return []
    if "verdict" in value and "mend" in value:
        return [] if value["verdict"] == "good" else [(value["message"], value["mend"] or "")]
    if "message" in value and "next_step" in value:
        return [(value["message"], value["next_step"])]
    found = [(note, "") for note in value.get("notes") or [] if isinstance(note, str)]
    found += [(value[name], "") for name in ("note", "reason") if isinstance(value.get(name), str)]
    return found + [each for inner in value.values() for each in _in_json(inner)]


class _Sheet(HTMLParser):
    """The heading of one of our sheets, and the paragraph after it."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: dict[str, str] = {}
        self._in: str | None = None

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag in {"h1", "p"} and tag not in self.texts:
            self._in = tag

    def handle_endtag(self, tag: str) -> None:
        if tag == self._in:
            self._in = None

    def handle_data(self, data: str) -> None:
        if self._in:
            self.texts[self._in] = self.texts.get(self._in, "") + html.unescape(data)


def _in_page(answer: httpx.Response, language: str) -> list[tuple[str, str]]:
    if answer.is_success:
        return []
    sheet = _Sheet()
    sheet.feed(answer.text)
    assert {"h1", "p"} <= sheet.texts.keys(), answer.text
    heading, words = sheet.texts["h1"].strip(), sheet.texts["p"].strip()
    if heading in (known := _catalogue(language)[0]) and known[heading] in _TITLES:
        return [_split(words, language)]
    return [(heading, words)]


def _split(words: str, language: str) -> tuple[str, str]:
    """Take a message and its next step apart, which a page with a form has in one paragraph."""
    for at in (found.start() for found in re.finditer(r"\s", words)):
        message, step = words[:at], words[at + 1 :]
        with contextlib.suppress(AssertionError):
            msgid(message, language), msgid(step, language)
            return message, step
    raise AssertionError(f"not a message with a next step in {language!r}: {words!r}")


def msgid(sentence: str, language: str) -> str:
    """Find the English of a sentence.

    :raises AssertionError: the catalogue of the language has no such sentence: it is not in the person's language.
    """
    sentence = _ISOLATES.sub("", sentence)
    exact, patterns = _catalogue(language)
    if sentence in exact:
        return exact[sentence]
    for pattern, english in patterns:
        if pattern.fullmatch(sentence):
            return english
    raise AssertionError(f"not a sentence of the catalogue for {language!r}: {sentence!r}")


@lru_cache
def _catalogue(language: str) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    with (_TRANSLATIONS / language / "LC_MESSAGES/messages.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    exact: dict[str, str] = {}
    patterns: list[tuple[re.Pattern[str], str]] = []
    for message in catalogue:
        if not message.id or not isinstance(message.string, str) or not isinstance(message.id, str):
            continue
        exact.setdefault(message.string, message.id)
        if "%(" in message.string:
            patterns.append((re.compile(_PLACE.sub("(.*)", re.escape(message.string)), re.DOTALL), message.id))
    patterns.sort(key=lambda pair: -len(pair[0].pattern))
    return exact, patterns


def _shape(value: Any) -> Any:
    """Give what of an answer must be the same each time: members, numbers of entries, what is there and what is not."""
    if isinstance(value, dict):
        return {
            name: "…" if name in _VOLATILE else inner if name in _EXACT else _gist(name, inner)
            for name, inner in sorted(value.items())
        }
    if isinstance(value, list):
        return [_shape(inner) for inner in value]
    return value if value is None or isinstance(value, bool) else type(value).__name__


def _gist(name: str, value: Any) -> Any:
    """Give the shape of a member: of addresses that play it matters that there are some."""
    return bool(value) if name == "sources" else _shape(value)


def as_text(shape: Any) -> str:
    """Write a shape down, to be compared."""
    return json.dumps(shape, sort_keys=True)
