"""WebVTT, as browsers read it (W3C WebVTT, section 6.1) and as the syntax wants it written (section 4.1).

The reader follows the parsing algorithm step by step, so that the transcript shows the cues that the video shows. It
differs in two places: a cue that ends before it begins is dropped at once (a browser keeps it and never shows it), and
hours of ten digits or more are not a time, so that every time is exact in a float. Whatever a browser passes over in
silence is said as a mend; times that it cannot read are read all the same where the caller wants to mend the text.
"""

from __future__ import annotations

import re

from lti.captions.cues import CaptionFile, Cue, Mends
from lti.captions.messages import (
    BACKWARD,
    BAD_TIMES,
    LATE_BLOCK,
    MENDED_TIMES,
    NO_EMPTY_LINE,
    NO_SIGNATURE,
    STRAY,
    UNKNOWN_SETTING,
)
from lti.captions.settings import unknown_settings
from lti.captions.times import TOLERANT_LINE, clock, milliseconds, tolerant
from lti.errors import CaptionError

# ASCII whitespace and ASCII digits, as the specification says: Python's \s and \d know many more.
_TIME = r"(?:([0-9]{1,9}):)?([0-5][0-9]):([0-5][0-9])\.([0-9]{3})"
_TIMINGS = re.compile(rf"[ \t\f]*{_TIME}[ \t\f]*-->[ \t\f]*{_TIME}(?![0-9])")
_ARROW_IN_TAG = re.compile(r"(<[^<>]*)-->")
_BLANK_LINES = re.compile(r"\n{2,}")
_LANGUAGE = re.compile(r"^Language:[ \t]*([A-Za-z0-9]+(?:-[A-Za-z0-9]+)*)[ \t]*$", re.MULTILINE)
_SPACE = " \t\f"


def has_signature(text: str) -> bool:
    """Say whether a text begins as a WebVTT file must (section 6.1, steps 4 to 7); no BOM, line ends as LF."""
    return text == "WEBVTT" or text.startswith(("WEBVTT\n", "WEBVTT ", "WEBVTT\t"))


def parse(text: str, *, mend: bool = False) -> CaptionFile:
    """Read a WebVTT text.

    :param text: without BOM, line ends normalised to LF, no NUL (``parse.read`` sees to it).
    :param mend: read times that a browser would not read, such as those with commas.
    :raises CaptionError: when the signature is missing. Anything after it is skipped until it makes sense again.
    """
    if not has_signature(text):
        raise CaptionError(NO_SIGNATURE, line=1)
    return _Blocks(text.split("\n"), mend).read()


class _Blocks:
    """The parser's state: where it is, what it has found (section 6.1, and "collect a WebVTT block")."""

    def __init__(self, lines: list[str], mend: bool) -> None:
        self._lines = lines
        self._mend = mend
        self._at = 1  # the line of the signature is done
        self._cues: list[Cue] = []
        self._styles: list[str] = []
        self._regions: list[str] = []
        self._notes: list[str] = []
        self._header = [lines[0][6:].strip(_SPACE)]
        self._mends = Mends()
        self._seen_cue = False

    def read(self) -> CaptionFile:
        lines = self._lines
        if self._at < len(lines) and lines[self._at]:
            self._block(in_header=True)
        while self._at < len(lines):
            if lines[self._at]:
                self._block(in_header=False)
            else:
                self._at += 1
        header = "\n".join(self._header)
        language = _LANGUAGE.search(header)
        return CaptionFile(
            tuple(self._cues),
            tuple(self._styles),
            tuple(self._regions),
            tuple(self._notes),
            header,
            language.group(1) if language else "",
            self._mends.all(),
        )

    def _block(self, *, in_header: bool) -> None:
        """Collect one block; leaves ``_at`` at the first line that is not part of it."""
        lines, end, at = self._lines, len(self._lines), self._at
        buffer: list[str] = []
        times: tuple[int, int] | None = None
        settings = identifier = keyword = ""
        seen_arrow = False
        count = 0
        while at < end:
            line = lines[at]
            if not line:
                break
            count += 1
            if "-->" in line:
                # Only the first line, or the second after an identifier, can be timings. Anywhere else an arrow
                # ends the block: the author forgot the empty line, and a new cue begins here.
                if in_header or count > 2 or seen_arrow:
                    break
                seen_arrow = True
                match = _TIMINGS.match(line)
                if match is not None:
                    h1, m1, s1, f1, h2, m2, s2, f2 = match.groups()
                    times = milliseconds(h1, m1, s1, f1), milliseconds(h2, m2, s2, f2)
                else:
                    match, times = self._bad_times(line, at)
                if match is not None:
                    self._seen_cue = True
                    identifier, buffer = "\n".join(buffer), []
                    settings = line[match.end() :].strip(_SPACE)
                    timings_at = at
            else:
                if count == 2 and not in_header and not self._seen_cue and buffer[:1]:
                    word = buffer[0].rstrip(_SPACE)
                    if word in ("STYLE", "REGION"):
                        keyword, buffer = word, []
                buffer.append(line)
            at += 1
        begin, self._at = self._at, at
        if at < end and lines[at] and times is not None:
            self._mends.add(NO_EMPTY_LINE, at + 1, len(self._cues) + 2)
        if times is not None:
            self._add(times, "\n".join(buffer), identifier, settings, timings_at + 1)
        elif in_header:
            self._header += buffer
        elif not seen_arrow:
            self._keep(keyword, buffer, begin + 1)

    def _bad_times(self, line: str, at: int) -> tuple[re.Match[str] | None, tuple[int, int] | None]:
        match = TOLERANT_LINE.match(line) if self._mend else None
        self._mends.add(BAD_TIMES if match is None else MENDED_TIMES, at + 1, len(self._cues) + 1)
        return match, None if match is None else tolerant(match)

    def _add(self, times: tuple[int, int], text: str, identifier: str, settings: str, line: int) -> None:
        start, end = times
        if end <= start:
            self._mends.add(BACKWARD, line, len(self._cues) + 1, text=text)
            return
        if settings:
            for setting in unknown_settings(settings):
                self._mends.add(UNKNOWN_SETTING, line, len(self._cues) + 1, setting=setting)
        self._cues.append(Cue(start / 1000, end / 1000, text, identifier, settings))

    def _keep(self, keyword: str, buffer: list[str], line: int) -> None:
        if keyword == "STYLE":
            self._styles.append("\n".join(buffer))
        elif keyword == "REGION":
            self._regions.append("\n".join(buffer))
        elif buffer and buffer[0].startswith("NOTE") and buffer[0][4:5] in ("", " ", "\t"):
            self._notes.append("\n".join(buffer)[5:])
        elif buffer and buffer[0].rstrip(_SPACE) in ("STYLE", "REGION"):
            self._mends.add(LATE_BLOCK, line)
        elif buffer:
            self._mends.add(STRAY, line, text="\n".join(buffer))


def write(captions: CaptionFile) -> str:
    """Write a WebVTT text that any WebVTT parser reads back as the same cues.

    Notes come before the cues, wherever they stood: they say nothing to a player.
    """
    parts = [_header(captions.header)]
    parts += [f"\nSTYLE\n{_lines(css)}\n" for css in captions.styles if css]
    parts += [f"\nREGION\n{_lines(region)}\n" for region in captions.regions if region]
    parts += [f"\nNOTE{_note(note)}\n" for note in captions.notes]
    for cue in captions.cues:
        identifier = f"{_lines(cue.identifier).replace(chr(10), ' ')}\n" if cue.identifier else ""
        settings = f" {_settings(cue.settings)}" if cue.settings else ""
        times = f"{clock(cue.start, '.')} --> {clock(cue.end, '.')}"
        parts.append(f"\n{identifier}{times}{settings.rstrip()}\n{_lines(cue.text)}\n")
    return "".join(parts)


def _header(header: str) -> str:
    title, _, metadata = header.partition("\n")
    title = _lines(title).strip(_SPACE)
    metadata = _lines(metadata)
    return f"WEBVTT{' ' if title else ''}{title}\n" + (f"{metadata}\n" if metadata else "")


def _lines(text: str) -> str:
    """What may not stand in a block: an empty line would end it, an arrow would begin another."""
    if "-->" in text:
        # Inside a tag a reference would not end it, as the ">" did; a space before it changes nothing there.
        text = _ARROW_IN_TAG.sub(r"\1-- >", text).replace("-->", "--&gt;")
    return _BLANK_LINES.sub("\n", text).strip("\n") if "\n" in text else text


def _note(text: str) -> str:
    cleaned = _lines(text)
    return f"\n{cleaned}" if "\n" in cleaned else f" {cleaned}".rstrip(" ")


def _settings(settings: str) -> str:
    """Only what the syntax allows: ``name:value`` pairs; a parser skips anything else, a validator complains."""
    pairs = (pair.partition(":") for pair in settings.split())
    return " ".join(f"{name}:{value}" for name, _, value in pairs if name and value and "-->" not in value)
