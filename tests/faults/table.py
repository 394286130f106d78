"""The page ``docs/faults.md``: what was seen, written down the same way each time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from tests.faults.matrix import Cell, Outcome, Row
from tests.faults.policy import AGAIN, TRIES, Kind
from tests.faults.spoiling import FAULTS
from tests.faults.telling import Told

_KINDS = {
    Kind.READ: "**read**: may be made again at will (`GET`; also Canvas's refresh of a token, a new title)",
    Kind.WRITE: "**write**: has effects that do not stand a second time",
    Kind.BYTES: "**bytes**: a file on its way to Studio's storage; the worker begins anew, after a pause",
    Kind.LOOK: "**look**: of the check page, for which any answer is something seen",
}
_HEAD = """# What happens when a call fails

This page is written by the tests (`tests/faults`, `make faults`) and compared with what they see at each run: do not
edit it. Why it is made like this: `decisions/0027-fault-matrix.md`. What happens when a part of our own fails is its
last table.

Every call that Cuedeck makes to Canvas, to Studio and to Studio's storage is made to fail in each of {faults} ways,
while a person does something at a page of Cuedeck's (or a worker carries their upload): {cells} cells. In each of them
it is checked that

* the answer is no crash: a status below 500, or 502, 503 or 504, and never a traceback;
* what the person reads stands in the catalogue of **their** language (half of them read Spanish, half German), and a
  failure has a next step;
* nothing is changed here by what failed, but for records of the attempt itself (see *kept*, below);
* the call was sent as often as the table of tries says;
* no secret (keys, tokens, codes, upload addresses' signatures) is in the answer, its headers, or the log;
* nothing at all was asked of a host that the answer named ("other host" is a 307 to another host);
* the next attempt, without the fault and after connecting anew where that was the next step, works.
"""


def page(rows: Sequence[Row]) -> str:
    """Write the page."""
    codes = _codes(rows)
    cells = sum(cell.outcome is not Outcome.UNSPOILT for row in rows for cell in row.cells.values())
    parts = [_HEAD.format(faults=len(FAULTS), cells=f"{cells:,}"), _tries(), _legend(codes)]
    for service, found in groupby(
        sorted(rows, key=lambda row: (row.call, row.journey)), key=lambda row: row.call.service
    ):
        parts += [f"## Calls to {service}\n", _matrix(list(found), codes)]
    return "\n".join(parts)


def _tries() -> str:
    lines = [
        "## Tries\n",
        f"How often one call is sent in all: {TRIES} times where a failure passes and a second time does no harm, with",
        "pauses (0.3 s, 0.75 s, 1.9 s and a little luck) that end after six seconds; else once. A call with a person's",
        "token is sent a second time after a 401, with a renewed token.\n",
        *(f"* {words}" for words in _KINDS.values()),
        "",
        "| | " + " | ".join(fault.name for fault in FAULTS) + " |",
        "|---|" + "---|" * len(FAULTS),
    ]
    for kind in Kind:
        counts = (TRIES if fault.name in AGAIN[kind] else 1 for fault in FAULTS)
        lines.append(f"| {kind} | " + " | ".join(map(str, counts)) + " |")
    return "\n".join(lines) + "\n"


def _codes(rows: Iterable[Row]) -> dict[tuple[Told, ...], str]:
    found = {cell.told for row in rows for cell in row.cells.values() if cell.told}
    return {told: f"{number}" for number, told in enumerate(sorted(found), 1)}


def _legend(codes: Mapping[tuple[Told, ...], str]) -> str:
    lines = [
        "## What the cells say\n",
        "* **✓** as if nothing had happened: what was wanted was done",
        "* **a number** what the person was told, below; after **✓** what was wanted was done, but for that",
        "* **○** done, without something whose absence the page shows: see *notes*",
        "* **n/a** such an answer cannot be spoilt like this: it is no JSON",
        "* **†** what was told stays to be seen after the next attempt: all else has been done",
        "* **(2)** the call was made so many times, each with its tries\n",
        "| | told | next step |",
        "|---|---|---|",
    ]
    for told, code in codes.items():
        steps = " · ".join(each.next_step or "(a note)" for each in told)
        lines.append(f"| {code} | {' · '.join(each.message for each in told)} | {steps} |")
    return "\n".join(lines) + "\n"


def _matrix(rows: Sequence[Row], codes: Mapping[tuple[Told, ...], str]) -> str:
    lines = [
        "| call | when | kind | " + " | ".join(fault.name for fault in FAULTS) + " | kept |",
        "|---|---|---|" + "---|" * len(FAULTS) + "---|",
    ]
    last = None
    for row in rows:
        call = f"`{row.call}`" if row.call != last else "″"
        last = row.call
        cells = (_cell(row.cells[fault.name], codes) for fault in FAULTS)
        lines.append(f"| {call} | {row.journey} | {row.kind} | " + " | ".join(cells) + f" | {_kept(row)} |")
    notes = [f"* *{row.journey}*, `{row.call}`: {row.note}" for row in rows if row.note]
    return "\n".join([*lines, *(["", "Notes (○):\n", *notes] if notes else [])]) + "\n"


def _cell(cell: Cell, codes: Mapping[tuple[Told, ...], str]) -> str:
    if cell.outcome is Outcome.LESS:
        text = "○"
    elif cell.outcome is Outcome.TOLD:
        text = f"{'✓' if cell.status < 400 else ''}{codes[cell.told]}"
    else:
        text = str(cell.outcome)
    return f"{text}{'†' if cell.stays else ''}{f' ({cell.asked})' if cell.asked > 1 else ''}"


def _kept(row: Row) -> str:
    """Say what was changed by failing: all else is as it was."""
    failed = [cell for cell in row.cells.values() if cell.status >= 400]
    if not failed:
        return ""
    changed = sorted({name for cell in failed for name in cell.kept_otherwise})
    return f"all but {', '.join(changed)}" if changed else "all"
