"""Guess the language of captions from a file's name and from their text: cheap, and right often enough to be offered.

Scripts tell most languages that are not written in Latin letters; common short words tell the rest. Measured on
``tests/unit/captions/test_language.py``; a language that is not in the tables is never claimed.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lti.captions.cues import Cue
from lti.captions.language_words import COMMON_WORDS, NAMES, THREE_LETTERS, TWO_LETTERS, words
from lti.captions.text import plain_text

_EXTENSION = re.compile(r"(?:\.(?:srt|vtt|webvtt|sbv|ttml|dfxp|xml|scc|txt))+$", re.IGNORECASE)
_NOT_A_LANGUAGE = re.compile(
    r"(?:[ ._\-(\[]+(?:sdh|cc|forced|auto|asr|captions?|subtitles?|subs?|final)|[ .(]+\d{1,2})[)\]]*$", re.IGNORECASE
)
_TAG = re.compile(
    r"(?:^|([ ._\-(\[]))([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|[0-9]{3}))?[)\]]?$", re.ASCII
)
_NAME = re.compile(r"([^\W\d_]+)[)\]]?$")
# Codes that are words: taken for a language only after a full stop or in brackets, where nobody puts a word.
_WORDS = words(
    "am an as ay be bi ch co da do ee el fa he hi ho ie ii in is it la li lo me mi my na ne no "
    "oh om or os pa pi re se si so st ta te ti to tv uk us ve vi vo wa"
)

_SCRIPTS = (
    ("ja", re.compile("[\u3041-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3\u1100-\u11ff]")),
    ("zh", re.compile("[\u4e00-\u9fff\u3400-\u4dbf]")),
    ("cyrillic", re.compile("[\u0400-\u04ff]")),
    ("arabic", re.compile("[\u0600-\u06ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("bn", re.compile("[\u0980-\u09ff]")),
    ("ta", re.compile("[\u0b80-\u0bff]")),
    ("te", re.compile("[\u0c00-\u0c7f]")),
    ("hy", re.compile("[\u0530-\u058f]")),
    ("ka", re.compile("[\u10a0-\u10ff]")),
    ("am", re.compile("[\u1200-\u137f]")),
    ("km", re.compile("[\u1780-\u17ff]")),
    ("latin", re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")),
)
_NOT_LATIN = {
    **dict.fromkeys(("ru", "uk", "bg"), ("cyrillic",)),
    **dict.fromkeys(("ar", "fa", "ur"), ("arabic",)),
    **{script: (script,) for script, _ in _SCRIPTS if len(script) == 2},
    "ja": ("ja", "zh"),
}
_SCRIPTS_OF = {**dict.fromkeys(COMMON_WORDS, ("latin",)), **_NOT_LATIN, "mr": ("hi",), "yi": ("he",)}
_ALIKE = (
    frozenset({"no", "nb", "nn", "da"}),  # too near each other to tell a person that they were wrong
    frozenset({"zh", "yue", "cmn", "wuu", "nan"}),
    frozenset({"hr", "sr", "bs", "sl"}),
    frozenset({"id", "ms"}),
    frozenset({"cs", "sk"}),
    frozenset({"es", "ca", "gl", "pt"}),
    frozenset({"ru", "bg", "uk"}),
    frozenset({"tl", "fil"}),
)
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SAMPLE = 20_000  # characters
_FEWEST_LETTERS = 60
_FEWEST_WORDS = 20
_SHARE = 0.12  # of common words; running text has 0.2 and more
_MARGIN = 1.25  # ahead of the next language


def of_name(name: str) -> str:
    """Guess from a file name such as ``lecture.fr-CA.srt``.

    :return: a BCP 47 tag, or nothing.
    """
    stem = _EXTENSION.sub("", name.rsplit("/", 1)[-1].rsplit("\\", 1)[-1]).strip()
    while (shorter := _NOT_A_LANGUAGE.sub("", stem)) != stem:
        stem = shorter
    if match := _TAG.search(stem):
        before, language, script, region = match.groups()
        two = THREE_LETTERS.get(language.lower(), language.lower())
        certain = before in (None, ".", "(", "[") or bool(script) or (region or "a").upper() == region
        if two in TWO_LETTERS and (certain or two not in _WORDS):
            return "-".join(part for part in (two, (script or "").title(), (region or "").upper()) if part)
    word = _NAME.search(stem)
    return NAMES.get(word.group(1).lower(), "") if word else ""


def of_text(cues: Iterable[Cue]) -> str:
    """Guess from the text of cues.

    :return: a BCP 47 tag of two letters; nothing when there is too little text, or it is none of the known languages.
    """
    text = _sample(cues)
    script = _script(text)
    return _found(text, script) if script else ""


def contradicts(cues: Iterable[Cue], declared: str) -> str:
    """Say whether a text is evidently not in the language that it is declared to be in.

    :param declared: a BCP 47 tag.
    :return: the language or script that it seems to be in; nothing where it fits or cannot be told.
    """
    language, *rest = declared.lower().split("-")
    text = _sample(cues)
    script = _script(text)
    if not script or language in ("", "und", "mul", "zxx") or (script == "latin" and "latn" in rest):
        return ""
    found = _found(text, script)
    if language == found or any({language, found} <= alike for alike in _ALIKE):
        return ""
    fits = script in _SCRIPTS_OF.get(language, (script,))
    # A language whose words are not known here can only be contradicted by its script.
    if fits and (not found or language not in COMMON_WORDS):
        return ""
    return found or script


def _sample(cues: Iterable[Cue]) -> str:
    parts: list[str] = []
    length = 0
    for cue in cues:
        parts.append(plain_text(cue))
        length += len(parts[-1])
        if length > _SAMPLE:
            break
    return " ".join(parts).lower().replace("\u2019", "'")


def _script(text: str) -> str:
    """Name the script of most letters; ``ja`` as soon as a tenth of them are kana among the characters."""
    counts = {name: len(letters.findall(text)) for name, letters in _SCRIPTS}
    total = sum(counts.values())
    # A Chinese or Japanese character says as much as several letters.
    if total + 4 * (counts["zh"] + counts["ja"]) < _FEWEST_LETTERS:
        return ""
    if counts["ja"] * 10 > total:
        return "ja"
    name = max(counts, key=lambda script: counts[script])
    return name if counts[name] * 10 >= total * 6 else ""


def _found(text: str, script: str) -> str:
    """Name the language of a text, as far as its script or its words tell."""
    candidates = [language for language in COMMON_WORDS if script in _SCRIPTS_OF[language]]
    if script != "latin" and len(candidates) < 2:
        return script
    counted = Counter(_WORD.findall(text))
    total = counted.total()
    if total < _FEWEST_WORDS:
        return ""
    scores = sorted(((sum(counted[word] for word in COMMON_WORDS[it]) / total, it) for it in candidates), reverse=True)
    (most, best), (next_most, second) = scores[:2]
    ahead = most >= next_most * _MARGIN or any({best, second} <= alike for alike in _ALIKE)
    return best if most >= _SHARE and ahead else ""
