"""The characters and rows of line 21 captions (ANSI/CTA-608-E, tables 3, 5 to 10 and 53)."""

from __future__ import annotations

# Where the basic set departs from ASCII (table 50); the curled apostrophe, 27, stays as people type it.
_BASIC = {
    0x2A: "á", 0x5C: "é", 0x5E: "í", 0x5F: "ó", 0x60: "ú", 0x7B: "ç", 0x7C: "÷", 0x7D: "Ñ", 0x7E: "ñ",
    0x7F: "█",
}  # fmt: skip
_SPECIAL = "®°½¿™¢£♪à\xa0èâêîôû"  # 11 30 to 11 3F; 39 is a transparent space
# 12 20 to 12 3F, then 13 20 to 13 3F; each takes the place of the character before it, a stand-in for old decoders.
_EXTENDED = (
    "ÁÉÓÚÜü\u2018¡*\u2019—©℠•\u201c\u201dÀÂÇÈÊËëÎÏïÔÙùÛ«»",
    "ÃãÍÌìÒòÕõ{}\\^_¦~ÄäÖöß¥¤│ÅåØø┌┐└┘",
)
# Of a preamble address code: its first byte and whether bit 0x20 of the second is set.
_ROWS = {
    (1, False): 1, (1, True): 2, (2, False): 3, (2, True): 4, (5, False): 5, (5, True): 6, (6, False): 7, (6, True): 8,
    (7, False): 9, (7, True): 10, (0, False): 11, (0, True): 11, (3, False): 12, (3, True): 13, (4, False): 14,
    (4, True): 15,
}  # fmt: skip


def basic(code: int) -> str:
    """Give the character of a byte from 20 to 7F."""
    return _BASIC.get(code) or chr(code)


def special(code: int) -> str:
    """Give the character of 11 30 to 11 3F, by the second byte."""
    character = _SPECIAL[code - 0x30]
    return " " if character == "\xa0" else character


def extended(first: int, code: int) -> str:
    """Give the character of 12 20 to 13 3F, by the last three bits of the first byte and the second byte."""
    return _EXTENDED[first - 2][code - 0x20]


def row(first: int, code: int) -> int:
    """Give the row, 1 to 15, of a preamble address code."""
    return _ROWS[first, bool(code & 0x20)]
