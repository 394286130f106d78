"""A program of its own: mends a recording's container by copying its streams, and knows nothing else.

What a browser recorded is foreign bytes, and reading media is where programs have most holes. So this runs as a child
process, without our secrets, with limits, and with nothing but the bytes that it reads from its standard input; it
imports nothing of ours. Memory holds one second or so of media, and the index of the file that it writes.

    python -I recording_mender.py FOLDER MOST_BYTES START END

writes ``FOLDER/mended`` and, to its standard output, ``{"seconds": …, "start": …}``. It ends with 3 where it cannot
read what it is given.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.container import InputContainer, OutputContainer

UNREADABLE = 3
_BEGINNING = 12  # bytes that tell the container
_EBML = b"\x1a\x45\xdf\xa3"
_MOST_HELD = 64 << 20  # bytes that wait for the next picture that can be begun with
_LATE = 5.0  # seconds that one stream may lag behind the other
_MEMORY = 3 << 30  # bytes of address space; an index of many hours is a tenth of that
_PROCESSOR = 1800  # seconds


class Unreadable(Exception):
    """Raised when there is nothing that could be mended."""


class _Input:
    """Standard input as libav reads it: from begin to end, with the first bytes given back."""

    def __init__(self, stream: BinaryIO, first: bytes) -> None:
        self._stream = stream
        self._first = first

    def read(self, size: int) -> bytes:
        """Give some bytes, none at the end."""
        if self._first:
            given, self._first = self._first[:size], self._first[size:]
            return given
        return self._stream.read(size)


class Track:
    """One stream on its way into the new file."""

    def __init__(self, source: Any, target: Any) -> None:
        self.source = source
        self.target = target
        self.last: int | None = None  # dts of what was written last
        self.end = 0.0  # seconds

    def write(self, packet: Any, base: float, out: OutputContainer) -> None:
        """Write a packet, with times that begin at ``base`` seconds."""
        tick = packet.time_base
        shift = round(Fraction(base) / tick)
        dts = packet.dts - shift
        if self.last is not None and dts <= self.last:  # a browser that repeats itself
            return
        packet.dts, packet.pts = dts, max(packet.pts - shift, dts)
        self.last = dts
        self.end = max(self.end, float((packet.pts + (packet.duration or 0)) * tick))
        packet.stream = self.target
        out.mux_one(packet)


def container_of(first: bytes) -> str:
    """Tell the container by its first bytes.

    Only these two are ever opened: libav knows hundreds, some of which open further files by themselves.

    :raises Unreadable: when it is neither.
    """
    if first.startswith(_EBML):
        return "webm"
    if first[4:8] in {b"ftyp", b"styp", b"moov", b"moof"}:
        return "mp4"
    raise Unreadable("neither MP4 nor WebM")


def mend(stream: BinaryIO, path: Path, start: float, end: float | None) -> dict[str, float]:
    """Copy what can be read of a recording into a file whose length is known and that can be seeked in.

    :param start: seconds from its beginning; it is begun at the last picture before that which needs none before it.
    :param end: seconds from its beginning; None for all of it.
    :returns: how long it is now, and where in the old one it begins, in seconds.
    :raises Unreadable: when there is nothing to copy.
    """
    first = stream.read(_BEGINNING)
    kind = container_of(first)
    options = {"movflags": "+faststart"} if kind == "mp4" else {"cues_to_front": "1", "cluster_time_limit": "1000"}
    source: Any = _Input(stream, first)
    try:
        with (
            av.open(source, format={"mp4": "mp4", "webm": "matroska"}[kind]) as opened,
            av.open(str(path), "w", format=kind, options=options) as out,
        ):
            return _copy(opened, out, start, end)
    except (av.FFmpegError, ValueError) as error:
        raise Unreadable(str(error)) from error


def _copy(opened: InputContainer, out: OutputContainer, start: float, end: float | None) -> dict[str, float]:
    sources: list[Any] = [*opened.streams.video[:1], *opened.streams.audio[:1]]
    if not sources:
        raise Unreadable("no pictures and no sound")
    tracks = {each.index: Track(each, out.add_stream_from_template(each)) for each in sources}
    leading = sources[0].index
    packets = _packets(opened, sources)
    began, kept = _begin(packets, leading, start)
    if not kept:
        raise Unreadable("nothing can be begun with")
    base = min(_time(each) for each in kept)  # Opus begins a little before 0
    past: set[int] = set()
    for packet in _chain(kept, packets):
        track = tracks[packet.stream.index]
        time = _time(packet)
        if end is not None and time - began >= end:
            past.add(track.source.index)
            if past == tracks.keys() or time - began >= end + _LATE:
                break
        elif time >= base:
            track.write(packet, base, out)
    seconds = max(track.end for track in tracks.values())
    if not seconds:
        raise Unreadable("it has no length")
    return {"seconds": round(seconds, 3), "start": round(base - began, 3)}


def _packets(opened: InputContainer, sources: list[Any]) -> Iterator[Any]:
    """Give whole packets, until the file ends or is torn."""
    try:
        for packet in opened.demux(*sources):
            if packet.is_corrupt or packet.pts is None or packet.dts is None or not packet.size:
                continue
            yield packet
    except av.FFmpegError:
        return  # the torn end: what came before it counts


def _begin(packets: Iterator[Any], leading: int, start: float) -> tuple[float, list[Any]]:
    """Find the place to begin at.

    :param leading: index of the stream that decides: pictures, where there are any.
    :returns: the time of the very beginning, and the packets from the chosen place on that were read until now.
    """
    began: float | None = None
    held: list[Any] = []
    size = 0
    for packet in packets:
        time = _time(packet)
        began = time if began is None else min(began, time)
        if packet.stream.index == leading and packet.is_keyframe and (not _has(held, leading) or time - began <= start):
            # Sound that came a little earlier in the file belongs to this picture's time as well.
            held = [each for each in held if each.stream.index != leading and _time(each) >= time]
            size = sum(each.size for each in held)
        elif not _has(held, leading) and packet.stream.index == leading:
            continue  # pictures that need one which is not there
        held.append(packet)
        size += packet.size
        if _has(held, leading) and ((packet.stream.index == leading and time - began > start) or size > _MOST_HELD):
            break
    return began or 0.0, held if _has(held, leading) else []


def _has(held: list[Any], leading: int) -> bool:
    return any(each.stream.index == leading for each in held)


def _chain(kept: list[Any], packets: Iterator[Any]) -> Iterator[Any]:
    yield from kept
    kept.clear()
    yield from packets


def _time(packet: Any) -> float:
    return float(packet.pts * packet.time_base)


def limit(most_bytes: int) -> None:
    """Take away what is not needed: memory, time, and files larger than what can come out."""
    limits: list[tuple[int, int]] = [
        (resource.RLIMIT_CPU, _PROCESSOR),
        (resource.RLIMIT_FSIZE, most_bytes),
        (resource.RLIMIT_NOFILE, 32),
        (resource.RLIMIT_CORE, 0),
    ]
    if sys.platform == "linux":
        limits.append((resource.RLIMIT_AS, _MEMORY))
    for which, most in limits:
        _, hard = resource.getrlimit(which)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (allowed, allowed))


def main(arguments: list[str], exit_: Callable[[int], None] = os._exit) -> None:
    """Do it."""
    folder, most_bytes, start, end = arguments
    limit(int(most_bytes))
    av.logging.set_level(None)
    try:
        made = mend(sys.stdin.buffer, Path(folder) / "mended", float(start), float(end) if end else None)
    except Unreadable as error:
        sys.stderr.write(f"{error}\n")
        sys.stderr.flush()
        exit_(UNREADABLE)
        return
    sys.stdout.write(json.dumps(made))
    sys.stdout.flush()
    exit_(0)  # at once: whoever writes to us may have more than we needed


if __name__ == "__main__":
    main(sys.argv[1:])
