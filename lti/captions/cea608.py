"""A decoder of line 21 captions (ANSI/CTA-608-E): code pairs and their times in, cues out. First channel only.

Captions that pop on or are painted on become one cue for each state of the screen. Those that roll up become one cue
for each row, from its first letter to the next row: repeating the rows above would put every line in a transcript twice
or more.
"""

from __future__ import annotations

from dataclasses import dataclass

from lti.captions import cea608_codes
from lti.captions.cues import Cue
from lti.captions.markup import escape

LAST = 4_000  # milliseconds that a caption stands for which nothing says when it ends
_STALE = 16_000  # after so long without data a decoder clears its screen (section C.9)
_COLUMNS = 256  # a screen has 32; what runs over its edge is overwritten there, and kept here
_UPPER_HALF = 7  # rows
_ITALIC, _UNDERLINED = 1, 2


@dataclass(slots=True)
class _Screen:
    """Fifteen rows of characters with their style."""

    rows: dict[int, dict[int, tuple[str, int]]]

    def put(self, row: int, column: int, character: str, style: int) -> None:
        self.rows.setdefault(row, {})[column] = (character, style)

    def payload(self) -> str:
        return "\n".join(line for _, row in sorted(self.rows.items()) if (line := _line(row)))

    def settings(self) -> str:
        return "line:0" if self.rows and max(self.rows) <= _UPPER_HALF else ""


class Decoder:
    """Takes code pairs in the order of their times; ``cues`` are those that are complete."""

    def __init__(self) -> None:
        self.cues: list[Cue] = []
        self._shown = _Screen({})
        self._hidden = _Screen({})
        self._since = 0  # milliseconds; when what is shown first was
        self._pop_on = True
        self._rolling = False
        self._text_mode = False
        self._row, self._column, self._style = 15, 0, 0
        self._repeatable: tuple[int, int] | None = None
        self._ours = True  # the last control code was of the first channel

    def take(self, first: int, second: int, at: int) -> None:
        """Take a pair of bytes without their parity bits.

        :param at: milliseconds.
        """
        if 0x10 <= first <= 0x1F and second >= 0x20:
            if (first, second) == self._repeatable:  # every control code is sent twice, for bad reception
                self._repeatable = None
                return
            self._repeatable = (first, second)
            self._ours = first < 0x18
            if self._ours:
                self._control(first & 7, second, at)
            return
        self._repeatable = None
        if self._ours and not self._text_mode:
            for code in (first, second):
                if code >= 0x20:
                    self._write(cea608_codes.basic(code), at)

    def finish(self, at: int) -> None:
        """Complete what is still shown at the end."""
        self._flush(max(at, self._since) + LAST)

    def _control(self, group: int, code: int, at: int) -> None:
        if code >= 0x40:
            self._address(cea608_codes.row(group, code), code & 0x1F, at)
        elif group in (4, 5) and code < 0x30:
            self._command(code, at)
        elif group == 1 and code < 0x30:
            self._style = self._styled(code & 0xF)
            self._write(" ", at)  # a change of style takes a column
        elif group == 1:
            self._write(cea608_codes.special(code), at)
        elif group in (2, 3):
            self._column = max(self._column - 1, 0)
            self._write(cea608_codes.extended(group, code), at)
        elif group == 7 and code in (0x21, 0x22, 0x23):
            self._column = min(self._column + code - 0x20, _COLUMNS - 1)

    def _address(self, row: int, attributes: int, at: int) -> None:
        if self._rolling and row != self._row and self._shown.rows:
            self._flush(at)  # the rows move with the base row, and what is there has been read
            self._shown = _Screen({})
        self._row = row
        self._column = (attributes >> 1 & 7) * 4 if attributes & 0x10 else 0
        if self._rolling and (written := self._shown.rows.get(row)):
            self._column = max(self._column, max(written) + 1)  # the row is named again only to go on with it
        self._style = self._styled(attributes if not attributes & 0x10 else attributes & 1)

    @staticmethod
    def _styled(attributes: int) -> int:
        return (_ITALIC if attributes >> 1 == 7 else 0) | (_UNDERLINED if attributes & 1 else 0)

    def _command(self, code: int, at: int) -> None:
        if code in (0x2A, 0x2B):  # text mode: not captions
            self._text_mode = True
            return
        if code in (0x20, 0x25, 0x26, 0x27, 0x29, 0x2F):
            self._text_mode = False
        if code == 0x20:  # resume caption loading
            self._pop_on, self._rolling = True, False
        elif code == 0x21:  # backspace
            self._column = max(self._column - 1, 0)
            self._screen().rows.get(self._row, {}).pop(self._column, None)
        elif code == 0x24:  # delete to end of row
            row = self._screen().rows.get(self._row, {})
            for column in [column for column in row if column >= self._column]:
                del row[column]
        elif code in (0x25, 0x26, 0x27):  # roll up two, three or four rows
            if not self._rolling:
                self._flush(at)
                self._shown, self._hidden, self._row = _Screen({}), _Screen({}), 15
            self._pop_on, self._rolling = False, True
        elif code == 0x29:  # resume direct captioning: paint on
            # A decoder would keep what is there; but then shorter text leaves the ends of longer text behind.
            self._flush(at)
            self._pop_on = self._rolling = False
            self._shown = _Screen({})
        elif code == 0x2C:  # erase displayed memory
            self._flush(at)
            self._shown = _Screen({})
        elif code == 0x2D and self._rolling:  # carriage return
            self._flush(at)
            self._shown, self._column = _Screen({}), 0
        elif code == 0x2E:  # erase non-displayed memory
            self._hidden = _Screen({})
        elif code == 0x2F:  # end of caption: swap the memories
            self._flush(at)
            self._shown, self._hidden = self._hidden, self._shown
            self._pop_on, self._rolling, self._since = True, False, at

    def _screen(self) -> _Screen:
        return self._hidden if self._pop_on else self._shown

    def _write(self, character: str, at: int) -> None:
        screen = self._screen()
        if not self._pop_on and not screen.rows:
            self._since = at
        screen.put(self._row, self._column, character, self._style)
        self._column = min(self._column + 1, _COLUMNS - 1)

    def _flush(self, at: int) -> None:
        """End the cue that is shown; the screen stays as it is."""
        if self._shown.rows:
            text = self._shown.payload()
            end = min(at, self._since + _STALE) if not self._pop_on else at
            if text and end > self._since:
                self.cues.append(Cue(self._since / 1000, end / 1000, text, "", self._shown.settings()))
            self._since = at


def _line(row: dict[int, tuple[str, int]]) -> str:
    """Write a row as a payload; columns without a character are spaces."""
    parts: list[str] = []
    now = 0
    for column in range(min(row, default=0), max(row, default=-1) + 1):
        character, style = row.get(column, (" ", now))
        if style != now and character != " ":
            parts += [_tags(now, closing=True), _tags(style, closing=False)]
            now = style
        parts.append(escape(character))
    text = "".join(parts).rstrip() + _tags(now, closing=True)
    return " ".join(text.split())


def _tags(style: int, *, closing: bool) -> str:
    if closing:
        return ("</u>" if style & _UNDERLINED else "") + ("</i>" if style & _ITALIC else "")
    return ("<i>" if style & _ITALIC else "") + ("<u>" if style & _UNDERLINED else "")
