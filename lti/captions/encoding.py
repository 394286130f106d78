"""From the bytes of a caption file to its text.

A guess is always said (``Decoded.guessed``), so that a person who sees wrong characters can name the encoding.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from lti.captions.messages import NOT_AN_ENCODING
from lti.captions.webvtt import has_signature
from lti.errors import CaptionError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What the bytes beyond ASCII would be, if they were this encoding, and how much of any text these letters are at least.
# Of two that fit alike the first is right: each of its letters is one in the other too, but not the other way round.
_SCRIPTS = (
    ("cp1255", re.compile("[\u05d0-\u05ea]"), 0.7),
    ("cp1251", re.compile("[\u0430-\u045f]"), 0.7),
    ("koi8-r", re.compile("[\u0430-\u044f\u0451]"), 0.7),
    ("cp1253", re.compile("[\u03ac-\u03ce]"), 0.7),
    ("cp1256", re.compile("[\u0621-\u064a]"), 0.7),
    ("shift_jis", re.compile("[\u3041-\u30fc]"), 0.3),
    ("euc_jp", re.compile("[\u3041-\u30fc]"), 0.3),
    ("euc_kr", re.compile("[\uac00-\ud7a3]"), 0.7),
    # The commonest characters are a third of any Chinese text; by chance they would be one in fifty.
    (
        "gb18030",
        re.compile("[的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之。]"),
        0.12,
    ),
    (
        "big5",
        re.compile("[的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之。]"),
        0.12,
    ),
)
_DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,100}?encoding=["']([A-Za-z0-9._-]{1,40})["']""")
_SAMPLE = 20_000  # bytes
_RUN = re.compile(rb"[\x80-\xff]{3,}|[\x80-\xff]")
_BEYOND_ASCII = re.compile("[^\0-\x7f]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A text, the encoding it was in, and whether that was only guessed."""

    text: str
    encoding: str
    guessed: bool = False


def decode(content: bytes, encoding: str | None = None, *, as_browser: bool = False) -> Decoded:
    """Decode the bytes of a caption file; characters that cannot be read become replacement characters.

    :param encoding: what a person says it is, in place of every guess.
    :param as_browser: WebVTT is UTF-8 whatever it holds, as it is to a browser.
    :raises CaptionError: when there is no such encoding.
    """
    if encoding is not None:
        return Decoded(_as_named(content, encoding), encoding)
    for bom, name in _BOMS:
        if content.startswith(bom):
            return Decoded(content[len(bom) :].decode(name, "replace"), name)
    if (wide := _wide(content)) is not None:
        return Decoded(content.decode(wide, "replace"), wide, guessed=True)
    try:
        return Decoded(content.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        if as_browser and has_signature(content[:7].decode("latin-1").replace("\r", "\n")):
            return Decoded(content.decode("utf-8", "replace"), "utf-8")
        if (declared := _DECLARED.match(content)) is not None:
            return decode(content, declared.group(1).decode())
        name = _legacy(content)
        return Decoded(content.decode(name, "replace"), name, guessed=True)


def _as_named(content: bytes, encoding: str) -> str:
    try:
        info = codecs.lookup(encoding)
        if not getattr(info, "_is_text_encoding", True):  # hex, zip and the like are codecs too
            raise LookupError(encoding)
        return content.decode(encoding, "replace").removeprefix("\ufeff")
    except (LookupError, ValueError):
        raise CaptionError(NOT_AN_ENCODING, line=1) from None


def _wide(content: bytes) -> str | None:
    """Recognise UTF-16 without its mark: times and line ends alone make many bytes of one half zero."""
    sample = content[:_SAMPLE]
    zeros = sample.count(0)
    if zeros < 4 or zeros * 10 < len(sample):
        return None
    high_first = sample[::2].count(0)
    if high_first > zeros * 0.9:
        return "utf-16-be"
    return "utf-16-le" if zeros - high_first > zeros * 0.9 else None


def _legacy(content: bytes) -> str:
    """Guess what was meant before UTF-8.

    Western letters beyond ASCII stand alone between ASCII ones; whole words of such bytes are another script.
    Windows-1252 holds all of Latin-1 that a text can want, which is why browsers read both as one.
    """
    sample = content[:_SAMPLE]
    runs = _RUN.findall(sample)
    if sum(len(run) > 1 for run in runs) * 3 < len(runs):
        return "cp1252"
    best, most = "cp1252", 0.0
    for name, letters, least in _SCRIPTS:
        text = sample.decode(name, "replace")
        if text.count("\ufffd") > 1:  # one, where the sample cuts a character
            continue
        share = len(letters.findall(text)) / max(len(_BEYOND_ASCII.findall(text)), 1)
        if share >= least and share / least > most:
            best, most = name, share / least
    return best
