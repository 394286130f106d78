"""Writes line 21 caption codes, for tests of their reader."""

from __future__ import annotations

RCL, ENM, EDM, EOC, RU2, RU3, RDC, CR, BS, DER = (
    0x1420, 0x142E, 0x142C, 0x142F, 0x1425, 0x1426, 0x1429, 0x142D, 0x1421, 0x1424,
)  # fmt: skip
ITALIC, PLAIN, UNDERLINED = 0x112E, 0x1120, 0x1121
_ROWS = {
    1: 0x1140,
    2: 0x1160,
    3: 0x1240,
    7: 0x1640,
    8: 0x1660,
    11: 0x1040,
    12: 0x1340,
    13: 0x1360,
    14: 0x1440,
    15: 0x1460,
}


def row(number: int, indent: int = 0) -> int:
    """Give the preamble address code of a row, with an indent of 0, 4, … 28 columns."""
    return _ROWS[number] | 0x10 | (indent // 4) << 1


def line(at: str, *parts: str | int, twice: bool = True) -> str:
    """Write a line: control codes as numbers, each sent twice, and text."""
    words: list[str] = []
    for part in parts:
        if isinstance(part, int):
            words += [_word(part >> 8, part & 0xFF)] * (2 if twice else 1)
        else:
            codes = [ord(character) for character in part]
            codes += [0] * (len(codes) % 2)
            words += [_word(one, two) for one, two in zip(codes[::2], codes[1::2], strict=True)]
    return f"{at}\t{' '.join(words)}\n\n"


def file(*lines: str) -> str:
    """Put lines together."""
    return "Scenarist_SCC V1.0\n\n" + "".join(lines)


def _word(one: int, two: int) -> str:
    return f"{_odd(one):02x}{_odd(two):02x}"


def _odd(code: int) -> int:
    return code if code.bit_count() % 2 else code | 0x80
