"""How much a million people would need, by arithmetic from what was measured. Nobody has run it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from benchmarks.report import Figure

# What is assumed of a million people; change these to fit, and the rest follows.
PEOPLE = 1_000_000
IN_THE_BUSIEST_MINUTE = 0.02  # of them open a page with an embed: lectures begin at the full hour
CAPTION_FETCHES = 2  # of one view: the track that is on, and its lines
TEACHERS = 50_000
CHOOSING = 0.02  # of them are in the picker then
SECONDS_A_LIST = 6  # between two lists, searches or looks of one of them
UPLOADS_A_DAY = 50_000
GB_AN_UPLOAD = 0.2
PEAK = 4  # the busiest hour of uploads against the mean
LINE = 0.05  # GB in a second from one worker thread to Studio's storage
AT_US = 900  # seconds that an upload's data lies in our store until Studio has it
BUSY = 0.5  # of a processor, so that there is room for what nobody planned
OBJECT = 0.0671  # GB of the largest object in the store: 64 MiB

_LAUNCH = "launch on PostgreSQL, served: processor time in two"
_LIST = "picker page: our own processor time"
_RECEIVE = "upload: processor time of the web process for 1 GB received"
_SERVING = "all at once: processor time of the tool for one answer"
_MEMORY = "all at once: memory of web and worker processes at the end"
_STATEMENTS = "all at once: database transactions for one answer"
_DATABASE = "all at once: processor time of PostgreSQL for one answer"


def plan(figures: Sequence[Figure]) -> list[tuple[str, str, str]]:
    """Give the plan's table: what, its arithmetic, and the result. What was not measured is left out."""
    known = {figure.name: figure.value for figure in figures}
    table = [("what", "arithmetic", "result")]
    views = PEOPLE * IN_THE_BUSIEST_MINUTE / 60
    lists = TEACHERS * CHOOSING / SECONDS_A_LIST
    answers = views * (2 + CAPTION_FETCHES) + lists
    table += [
        ("embed views", f"{PEOPLE:,} x {IN_THE_BUSIEST_MINUTE:g} / 60 s", f"{views:,.0f} in a second"),
        ("lists in the picker", f"{TEACHERS:,} x {CHOOSING:g} / {SECONDS_A_LIST} s", f"{lists:,.0f} in a second"),
        ("answers", f"{views:,.0f} x (2 + {CAPTION_FETCHES}) + {lists:,.0f}", f"{answers:,.0f} in a second"),
    ]
    web = 0.0
    if {_LAUNCH, _SERVING, _LIST} <= known.keys():
        launches = views * known[_LAUNCH] / 1000
        others = (views * CAPTION_FETCHES + lists) * known[_SERVING] / 1000
        web = launches + others
        table += [
            ("processors for launches", f"{views:,.0f} x {known[_LAUNCH]:.2f} ms", f"{launches:.1f}"),
            (
                "processors for all other answers, each at the mean of all",
                f"({views:,.0f} x {CAPTION_FETCHES} + {lists:,.0f}) x {known[_SERVING]:.2f} ms",
                f"{others:.1f}",
            ),
        ]
    gigabytes = UPLOADS_A_DAY * GB_AN_UPLOAD
    rate = gigabytes / 86400 * PEAK
    table += [
        ("uploads", f"{UPLOADS_A_DAY:,} x {GB_AN_UPLOAD:g} GB a day", f"{gigabytes:,.0f} GB a day"),
        ("the same in the busiest hour", f"{gigabytes:,.0f} / 86,400 s x {PEAK}", f"{rate:.2f} GB in a second"),
    ]
    if _RECEIVE in known:
        receiving = rate * known[_RECEIVE]
        web += receiving
        table.append(
            ("processors for receiving", f"{rate:.2f} GB/s x {known[_RECEIVE]:.2f} s of a GB", f"{receiving:.1f}")
        )
    processes = math.ceil(web / BUSY)
    if web:
        table.append(("web processes, one a processor", f"{web:.1f} / {BUSY:g}", f"{processes}"))
    if _MEMORY in known:
        each = known[_MEMORY] / 3  # two web processes with their parent, and a worker
        table.append(("their memory", f"{processes} x {each:.0f} MB", f"{processes * each / 1000:.1f} GB"))
    threads = math.ceil(rate / LINE)
    standing = rate * AT_US
    table += [
        ("uploads on their way to Studio at once", f"{rate:.2f} / {LINE:g} GB/s", f"{threads}"),
        ("traffic of hosts: in, to the store, out of it, to Studio", f"4 x {rate:.2f} GB/s", f"{4 * rate:.2f} GB/s"),
        ("data in the store", f"{rate:.2f} GB/s x {AT_US} s", f"{standing:,.0f} GB"),
        (
            "objects written and read in the store",
            f"{rate:.2f} / {OBJECT:g} GB",
            f"{rate / OBJECT:.1f} of each in a second",
        ),
    ]
    if _STATEMENTS in known:
        statements = answers * known[_STATEMENTS]
        table.append(
            ("database transactions", f"{answers:,.0f} x {known[_STATEMENTS]:.2f}", f"{statements:,.0f} in a second")
        )
    if _DATABASE in known:
        database = answers * known[_DATABASE] / 1000
        table.append(
            (
                "processors of the database",
                f"{answers:,.0f} x {known[_DATABASE]:.3f} ms / {BUSY:g}",
                f"{database / BUSY:.1f}",
            )
        )
    return table
