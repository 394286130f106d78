"""From whatever text or bytes a track has to its cues."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Literal

from lti.captions import sbv, scc, srt, ttml, webvtt
from lti.captions.cues import CaptionFile, Mend
from lti.captions.encoding import Decoded, decode
from lti.captions.messages import GUESSED, LATE_SIGNATURE

Format = Literal["webvtt", "srt", "sbv", "ttml", "scc"]

_READERS = {"srt": srt.parse, "sbv": sbv.parse, "ttml": ttml.parse, "scc": scc.parse}
_SURROGATES = re.compile("[\ud800-\udfff]")
_LINE_END = re.compile("\r\n?")
_LINE_ENDS = re.compile("\r{1,2}\n|\r")
_HEAD = 2000  # characters


def sniff(content: str | bytes) -> Format:
    """Tell the format from the content; never from a name, which lies.

    Canvas itself decides by whether ``WEBVTT`` stands anywhere in the text; browsers, which have the last word, want it
    at the beginning, and so do we. What is none of the others can only be SubRip.
    """
    return _format(_decoded(content[: 4 * _HEAD], None, mend=False).text)


def read(content: str | bytes, *, mend: bool = False, encoding: str | None = None) -> CaptionFile:
    """Read a caption text in any format.

    :param content: text, or bytes.
    :param mend: for a file that a person brings: read what a browser would not (WebVTT with commas in its times or in
        an old encoding). Without it the cues of a WebVTT text are those that a browser shows.
    :param encoding: what a person says the bytes are in, in place of a guess.
    :raises CaptionError: when nothing in it can be read; it names the line, and the cue where it got that far.
    """
    decoded = _decoded(content, encoding, mend=mend)
    text = decoded.text
    if "\0" in text:
        text = text.replace("\0", "\ufffd")
    if not text.isascii():
        text = _SURROGATES.sub("\ufffd", text)  # half a character cannot be stored or sent as UTF-8
    captions = _read(text, mend=mend)
    if decoded.guessed:
        captions = replace(captions, mends=(Mend(GUESSED, 1, values={"encoding": decoded.encoding}), *captions.mends))
    return captions


def _read(text: str, *, mend: bool) -> CaptionFile:
    form = _format(text)
    if form == "srt" and mend and _format(text.lstrip()) == "webvtt":
        return _after_empty_lines(text)
    if form == "webvtt":
        return webvtt.parse(_LINE_END.sub("\n", text) if "\r" in text else text, mend=mend)
    # CR CR LF is what a text-mode transfer makes of CR LF: one line end, or every cue would fall apart.
    text = _LINE_ENDS.sub("\n", text) if "\r" in text else text
    return _READERS[form](text)


def _after_empty_lines(text: str) -> CaptionFile:
    """Read a WebVTT text that has empty lines before its signature, as templates like to make it."""
    text = _LINE_END.sub("\n", text)
    captions = webvtt.parse(text.lstrip(), mend=True)
    before = text.count("\n", 0, len(text) - len(text.lstrip()))
    moved = (replace(mend, line=mend.line + before) for mend in captions.mends)
    return replace(captions, mends=(Mend(LATE_SIGNATURE, before + 1), *moved))


def _format(text: str) -> Format:
    head = text[:_HEAD].replace("\r", "\n")
    if webvtt.has_signature(head[:7]):
        return "webvtt"
    if scc.looks_like(head):
        return "scc"
    if ttml.looks_like(head):
        return "ttml"
    return "sbv" if sbv.looks_like(head) else "srt"


def _decoded(content: str | bytes, encoding: str | None, *, mend: bool) -> Decoded:
    if isinstance(content, str):
        return Decoded(content.removeprefix("\ufeff"), "")
    return decode(content, encoding, as_browser=not mend)
