"""Changing the text of a cue without breaking its markup.

A payload is cut into tokens: tags, and characters (a reference such as ``&amp;`` is one or more). What a person sees is
the characters alone, and that is what offsets and searches count in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from lti.captions.markup import escape, plain

_TOKEN = re.compile(r"(<[^>]*>?)|&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});|[^<]")
_TAG_NAME = re.compile(r"<(/?)([A-Za-z]+)")
_BLANK_LINES = re.compile(r"\n[ \t]*(?=\n)")
_SPACES = re.compile(r"\s+")


def _tokens(payload: str) -> Iterator[tuple[str, str]]:
    """Give each token and the characters that it shows: none for a tag."""
    for match in _TOKEN.finditer(payload):
        token = match.group()
        if match.group(1) is not None:
            yield token, ""
        else:
            yield token, plain(token) if len(token) > 1 else token


def tidy(payload: str) -> str:
    """Take out what a payload must not have: empty lines, white space around it."""
    return _BLANK_LINES.sub("", payload).strip("\n ")


def cut(payload: str, offset: int) -> tuple[str, str]:
    """Cut a payload in two after ``offset`` characters; a reference of several characters stays whole."""
    before: list[str] = []
    after: list[str] = []
    open_tags: list[str] = []
    seen = 0
    cut_at: list[str] | None = None
    for token, shown in _tokens(payload):
        if cut_at is None and seen >= offset and (shown or not token.startswith("</")):
            cut_at = list(open_tags)
        if cut_at is None:
            before.append(token)
            if not shown:
                _follow(open_tags, token)
        else:
            after.append(token)
        seen += len(shown)
    if cut_at:
        before += [f"</{_name(tag)}>" for tag in reversed(cut_at)]
        after = cut_at + after
    return "".join(before), "".join(after)


def _follow(open_tags: list[str], tag: str) -> None:
    match = _TAG_NAME.match(tag)
    if match is None:  # a timestamp
        return
    if not match.group(1):
        open_tags.append(tag)
    elif any(_name(it) == match.group(2) for it in open_tags):
        while _name(open_tags.pop()) != match.group(2):
            pass


def _name(tag: str) -> str:
    match = _TAG_NAME.match(tag)
    return match.group(2) if match else ""


class Search:
    """A text to look for, as it is read."""

    def __init__(self, find: str, *, match_case: bool, whole_words: bool) -> None:
        pattern = r"\s+".join(re.escape(part) for part in _SPACES.split(find))
        if whole_words:
            pattern = rf"(?<!\w){pattern}(?!\w)"
        self._nothing = not find.strip()
        self._pattern = re.compile(pattern, 0 if match_case else re.IGNORECASE)

    def replace(self, payload: str, by: str) -> tuple[str, int]:
        """Replace it in a payload; give the new payload and the number of places."""
        if self._nothing:
            return payload, 0
        tokens = list(_tokens(payload))
        found = list(self._pattern.finditer("".join(shown for _, shown in tokens)))
        if not found:
            return payload, 0
        written = escape(by.replace("\r", ""))
        parts: list[str] = []
        places = iter(found)
        place = next(places, None)
        at = 0
        for token, shown in tokens:
            end = at + len(shown)
            # Tags inside what is replaced stay, after the replacement: they may close something.
            kept = token
            while place is not None and shown and place.start() < end:
                if at <= place.start():
                    kept = (kept if kept != token else escape(shown[: place.start() - at])) + written
                else:
                    kept = kept if kept != token else ""
                if place.end() > end:
                    break
                kept += escape(shown[place.end() - at :]) if place.end() < end else ""
                place = next(places, None)
            parts.append(kept)
            at = end
        return "".join(parts), len(found)
