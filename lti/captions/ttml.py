"""TTML, also called DFXP (W3C TTML 1 and 2, IMSC, EBU-TT-D): times, text, lines, bold, italic, underlined, top.

A document with a type declaration is refused before anything in it is expanded: entities are how a small file becomes a
large one. Colours, fonts and exact places are left out, and said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from xml.parsers import expat

from lti.captions import ttml_times
from lti.captions.cues import CaptionFile, Cue, Mends
from lti.captions.messages import (
    BACKWARD,
    BAD_TIMES,
    DROPPED_TAGS,
    NO_CUE,
    NOT_CAPTIONS,
    NOT_WELL_FORMED,
    OTHER_LANGUAGE,
    TYPE_DECLARED,
    WITHOUT_TIMES,
)
from lti.captions.ttml_text import Run, Style, runs_to_cues
from lti.errors import CaptionError

_XML = "http://www.w3.org/XML/1998/namespace"
_TIMED = frozenset({"body", "div", "p", "span", "br"})
_IGNORED_STYLES = frozenset({"color", "backgroundColor", "fontFamily", "fontSize"})
_FOREVER = Fraction(10**13)


@dataclass(slots=True)
class _Element:
    """An open element: when it stands, and what it hands down."""

    name: str
    begin: Fraction
    end: Fraction
    style: Style
    language: str
    preserve: bool
    timed: bool  # it or something around it says when
    sequence: bool = False  # its children follow each other
    cursor: Fraction = Fraction(0)  # where the next child of a sequence begins
    line: int = 0
    runs: list[Run] = field(default_factory=list)  # of a paragraph
    broken: bool = False  # its times cannot be read


def looks_like(text: str) -> bool:
    """Say whether a text is XML with the root element of TTML, whatever its prefix."""
    head = text[:4000].lstrip()
    return head.startswith("<") and ("<tt" in head or ":tt " in head or ":tt\n" in head or ":tt>" in head)


def parse(text: str) -> CaptionFile:
    """Read a TTML document.

    :raises CaptionError: when it has a type declaration, is not well-formed, is no TTML, or has no cue; it names the
        line.
    """
    return _Reader().read(text)


class _Reader:
    def __init__(self) -> None:
        # Names come as "namespace name". The text is decoded already, whatever its declaration says.
        self._parser = expat.ParserCreate("utf-8", " ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._mends = Mends()
        self._clock = ttml_times.Clock()
        self._open: list[_Element] = []
        self._skipped = 0  # elements open inside one whose text is none of the captions'
        self._styles: dict[str, Style] = {}
        self._regions: dict[str, Style] = {}
        self._in_region = ""
        self._root = False
        self._found: list[tuple[str, Cue]] = []
        self._before = 0  # lines

    def read(self, text: str) -> CaptionFile:
        document = text.lstrip()  # an XML declaration may stand only at the very beginning
        self._before = text.count("\n", 0, len(text) - len(document))
        try:
            self._parser.Parse(document.encode(), True)
        except expat.ExpatError as error:
            line = error.lineno + self._before
            raise CaptionError(NOT_WELL_FORMED, line=line, cue=len(self._found) + 1) from None
        if not self._found:
            raise CaptionError(NO_CUE, line=1)
        language = self._found[0][0]
        for other in dict.fromkeys(found for found, _ in self._found if found != language):
            self._mends.add(OTHER_LANGUAGE, 1, language=other)
        cues = sorted((cue for found, cue in self._found if found == language), key=lambda cue: cue.start)
        return CaptionFile(tuple(cues), language=language, mends=self._mends.all())

    @property
    def _line(self) -> int:
        return self._parser.CurrentLineNumber + self._before

    def _doctype(self, *_: object) -> None:
        raise CaptionError(TYPE_DECLARED, line=self._line)

    def _start(self, full: str, attributes: dict[str, str]) -> None:
        namespace, _, name = full.rpartition(" ")
        values = {attribute.rpartition(" ")[2]: value for attribute, value in attributes.items()}
        if not self._root:
            if name != "tt":
                raise CaptionError(NOT_CAPTIONS, line=self._line)
            self._root = True
            self._clock = ttml_times.clock(values)
            self._open.append(_root(attributes, self._line))
        elif self._skipped or (namespace and namespace.endswith("metadata")) or name == "metadata":
            self._skipped += 1
        else:
            self._enter(name, attributes, values)

    def _enter(self, name: str, attributes: Mapping[str, str], values: Mapping[str, str]) -> None:
        around = self._open[-1]
        inherited = around.style
        if name == "region":
            self._in_region = values.get("id", "")
        if region := values.get("region"):
            inherited = inherited.over(self._regions.get(region, Style()))
        for reference in values.get("style", "").split():
            inherited = inherited.over(self._styles.get(reference, Style()))
        own = Style.read(values)
        style = inherited.over(own)
        if name == "style":
            self._define(values.get("id", ""), style)
        elif name == "region":
            self._regions[self._in_region] = style
        if name in _TIMED and any(value in _IGNORED_STYLES for value in values):
            self._mends.add(DROPPED_TAGS, self._line, len(self._found) + 1)
        element = _Element(
            name,
            around.begin,
            around.end,
            style,
            attributes.get(f"{_XML} lang", around.language) if name in ("body", "div") else around.language,
            attributes.get(f"{_XML} space", "preserve" if around.preserve else "") == "preserve",
            around.timed,
            values.get("timeContainer") == "seq",
            line=self._line,
            runs=around.runs if name in ("span", "br") else [],
            broken=around.broken,
        )
        if name in _TIMED:
            self._time(element, around, values)
        if name == "br":
            element.runs.append(Run("\n", element.begin, element.end, element.style, preserve=True))
        self._open.append(element)

    def _define(self, identifier: str, style: Style) -> None:
        if self._in_region and not identifier:  # a style inside a region is the region's
            self._regions[self._in_region] = self._regions[self._in_region].over(style)
        elif identifier:
            self._styles[identifier] = style

    def _time(self, element: _Element, around: _Element, values: Mapping[str, str]) -> None:
        """Work out when an element stands, from its own times and those around it (section 10.4)."""
        origin = around.cursor if around.sequence else around.begin
        read: dict[str, Fraction | None] = {}
        for name in ("begin", "end", "dur"):
            if values.get(name, "").strip():
                read[name] = self._clock.seconds(values[name])
                element.broken = element.broken or read[name] is None
        begin, end, duration = (read.get(name) for name in ("begin", "end", "dur"))
        element.timed = around.timed or bool(read)
        element.begin = min(origin + (begin or 0), around.end)
        ends = [around.end]
        if end is not None:
            ends.append(origin + end)
        if duration is not None:
            ends.append(element.begin + duration)
        element.end = min(ends)
        element.cursor = element.begin

    def _characters(self, data: str) -> None:
        if not self._skipped and self._open and self._open[-1].name in ("p", "span"):
            at = self._open[-1]
            # In a sequence bare text has no time of its own; that is not worth more than showing it throughout.
            at.runs.append(Run(data, at.begin, at.end, at.style, at.preserve))

    def _end(self, full: str) -> None:
        if self._skipped:
            self._skipped -= 1
            return
        element = self._open.pop()
        if element.name == "region":
            self._in_region = ""
        if self._open and self._open[-1].sequence and element.name in _TIMED:
            self._open[-1].cursor = element.end
        if element.name == "p":
            self._paragraph(element)

    def _paragraph(self, element: _Element) -> None:
        text = " ".join("".join(run.text for run in element.runs).split())
        if not text:
            return
        number = len(self._found) + 1
        if element.broken:
            self._mends.add(BAD_TIMES, element.line, number)
        elif not (element.timed or any(run.end < _FOREVER for run in element.runs)):
            self._mends.add(WITHOUT_TIMES, element.line, number, text=text)
        else:
            cues = runs_to_cues(element.runs, _FOREVER, element.style)
            if not cues:
                self._mends.add(BACKWARD, element.line, number, text=text)
            self._found += ((element.language, cue) for cue in cues)


def _root(attributes: Mapping[str, str], line: int) -> _Element:
    return _Element(
        "tt",
        Fraction(0),
        _FOREVER,
        Style(),
        attributes.get(f"{_XML} lang", ""),
        attributes.get(f"{_XML} space", "") == "preserve",
        timed=False,
        line=line,
    )
