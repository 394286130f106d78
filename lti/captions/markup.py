"""The text of a cue: WebVTT's own markup, and what becomes of that of other formats.

Inside Cuedeck a text is always a WebVTT payload (W3C WebVTT, sections 4.2.2 and 6.4). From SubRip, tags that WebVTT has
are kept, ``<font>`` and ``{\\an8}`` taken out (the place it names becomes a setting), and everything else escaped. To
SubRip go bold, italic and underlined: all else a SubRip player would show as text.
"""

from __future__ import annotations

import html
import re

_SUBRIP = re.compile(
    r"<(/?)(?:(?:[iIbBuU]|ruby|rt)|(?:c|v|lang)(?:[.][\w.-]*)?(?:[ \t][^<>&\n]*)?)>"  # WebVTT has these
    r"|(</?[fF][oO][nN][tT][^<>]*>|\{\\[^{}\n]*\})"  # and these it has not
    r"|&(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});"  # escaped already: left alone
    r"|[&<>]"
)
_PLAIN_TAGS = re.compile("</?[ibu]>")
_PLACE = re.compile(r"\{\\an([1-9])\}")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_TAGS = re.compile(r"<[^>]*>?")
# Bounded: html.unescape() hands a numeric reference of any length to int(), which refuses more than 4300 digits.
_REFERENCES = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_SUBRIP_TAG = re.compile(r"<(/?[ibu])(?:[. \t\f\n][^>]*)?>")
# What the reader of SubRip would not take for the text that it is, were it written bare.
_MISREAD = re.compile(
    r"<(?=/?(?:[iIbBuU]>|ruby>|rt>|(?:c|v|lang)(?:[.][\w.-]*)?(?:[ \t][^<>&\n]*)?>|[fF][oO][nN][tT][^<>]*>))"
    r"|&(?=(?:amp|lt|gt|nbsp|lrm|rlm|quot|apos|#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6});)"
    r"|\{(?=\\)"
)
_GUARDS = {"<": "&lt;", "&": "&amp;", "{": "&#123;"}


def escape(text: str) -> str:
    """Make a payload of plain text."""
    if "&" in text:
        text = text.replace("&", "&amp;")
    return text.replace("<", "&lt;").replace(">", "&gt;") if "<" in text or ">" in text else text


def plain(payload: str) -> str:
    """Give a payload without tags and with its references resolved; its lines stay.

    Tags go first, then character references, as in the tokenizer of section 6.4: what an author escaped stays as text.
    """
    text = payload
    if "<" in text:
        text = _TAGS.sub("", text)
    return _resolved(text) if "&" in text else text


def from_subrip(text: str) -> tuple[str, str, bool]:
    """Make a payload of the text of a SubRip cue.

    :return: the payload; the cue settings for the place that its tags named; whether any tag was dropped.
    """
    left = _PLAIN_TAGS.sub("", text)
    if "<" not in left and "&" not in left and ">" not in left and "{" not in left:
        return text, "", False  # nothing but bold, italic and underlined: the usual case, and quick
    place = _PLACE.search(text) if "{\\an" in text else None
    dropped: list[str] = []

    def escaped(match: re.Match[str]) -> str:
        whole = match.group()
        if match.group(2) is not None:
            dropped.append(whole)
            return ""
        if match.group(1) is not None:
            return whole.lower() if len(whole) <= 4 else whole  # <I> is SubRip, <i> is WebVTT
        return _ESCAPES.get(whole, whole)

    payload = _SUBRIP.sub(escaped, text)
    return payload, _settings(int(place.group(1))) if place else "", bool(dropped)


def to_subrip(payload: str) -> str:
    """Make the text of a SubRip cue of a payload."""
    if "<" not in payload and "&" not in payload and "{" not in payload:
        return payload
    parts: list[str] = []
    text = ""
    at = 0
    for tag in _TAGS.finditer(payload):
        text += payload[at : tag.start()]
        at = tag.end()
        if kept := _SUBRIP_TAG.fullmatch(tag.group()):
            parts += (_guarded(text), f"<{kept.group(1)}>")
            text = ""
    parts.append(_guarded(text + payload[at:]))
    return "".join(parts)


def _guarded(text: str) -> str:
    return _MISREAD.sub(lambda match: _GUARDS[match.group()], _resolved(text) if "&" in text else text)


def _resolved(text: str) -> str:
    return _REFERENCES.sub(lambda match: html.unescape(match.group()), text)


def _settings(place: int) -> str:
    """Cue settings for a place on the number pad, as ``{\\an7}`` names it; 2 is where captions stand anyway."""
    line = ("", "line:50%", "line:0")[(place - 1) // 3]
    side = ("position:0% align:left", "", "position:100% align:right")[(place - 1) % 3]
    return " ".join(setting for setting in (line, side) if setting)
