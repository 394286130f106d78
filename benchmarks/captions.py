"""Reading captions against the fastest library for each format (``docs/decisions/0013-caption-formats.md``).

The libraries are for measuring only. Where they are not installed our own figures are told without a ratio.
"""

from __future__ import annotations

import gc
import importlib
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from benchmarks.report import Figure
from lti import captions

_CUES = 100_000
_ROUNDS = 3
_MEMORY_CUES = 20_000  # counting every allocation takes its time

Reader = Callable[[str], Sequence[object]]


def figures() -> Iterator[Figure]:
    for name, text, library in (("SubRip", _srt, _with_srt), ("WebVTT", _vtt, _with_webvtt)):
        theirs = library()
        content = text(_CUES)
        seconds = _seconds((_ours, theirs) if theirs else (_ours,), content)
        yield Figure(f"captions: 100,000 cues of {name}, our own processor time", seconds[0], "s")
        if theirs is None:
            continue
        yield Figure(
            f"captions: {name} against the fastest library, processor time", seconds[0] / seconds[1], "ratio", 1.5
        )
        less = text(_MEMORY_CUES)
        ratio = _peak(_ours, less) / _peak(theirs, less)
        yield Figure(f"captions: {name} against the fastest library, peak memory", ratio, "ratio", 1.5)


def _ours(text: str) -> Sequence[object]:
    return captions.read(text).cues


def _with_srt() -> Reader | None:
    srt = _library("srt")
    return None if srt is None else lambda text: list(srt.parse(text))


def _with_webvtt() -> Reader | None:
    webvtt = _library("webvtt")
    return None if webvtt is None else lambda text: list(webvtt.from_string(text).captions)


def _library(name: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


def _seconds(readers: Sequence[Reader], text: str) -> list[float]:
    """Give the processor time of each, the best of some rounds, taken in turn so that a busy moment hits all."""
    best = [float("inf")] * len(readers)
    for _ in range(_ROUNDS):
        for at, reader in enumerate(readers):
            gc.collect()
            began = time.process_time()
            found = reader(text)
            best[at] = min(best[at], time.process_time() - began)
            if len(found) != _CUES:
                raise RuntimeError(f"{len(found)} cues")
    return best


def _peak(reader: Reader, text: str) -> int:
    tracemalloc.start()
    reader(text)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def _srt(count: int) -> str:
    cues = (f"{at + 1}\n{_time(at * 2000)} --> {_time(at * 2000 + 1800)}\n{_text(at)}\n" for at in range(count))
    return "\n".join(cues).replace(".", ",")


def _vtt(count: int) -> str:
    return "WEBVTT\n\n" + "\n".join(
        f"{_time(at * 2000)} --> {_time(at * 2000 + 1800)}\n{_text(at)}\n" for at in range(count)
    )


def _text(at: int) -> str:
    """Two lines; italics in one cue of ten, as in films."""
    return f"Caption {at} says {'<i>this</i>' if at % 10 == 0 else 'this'} and more,\nand then a second line of it"


def _time(milliseconds: int) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{thousandths:03d}"
