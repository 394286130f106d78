"""Recordings as browsers make them: no length, no index, and cut off wherever the browser died."""

from __future__ import annotations

import io
import itertools
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import av

RATE = 10  # pictures a second; one a second can be begun with
_WIDTH, _HEIGHT = 160, 120
_SAMPLES = 48000
_OPTIONS = {
    # Chromium's and Safari's: a new fragment at each picture that can be begun with. In one pass, as over a wire.
    "mp4": {"movflags": "frag_keyframe+empty_moov+default_base_moof", "frag_duration": "1000000"},
    "webm": {"live": "1"},
}


@lru_cache
def recorded(kind: str = "mp4", seconds: int = 6, *, pictures: bool = True) -> bytes:
    """Record.

    :param kind: ``mp4`` (H.264) or ``webm`` (VP8), with Opus in both.
    """
    file = io.BytesIO()
    with av.open(file, "w", format=kind, options=_OPTIONS[kind]) as out:
        video: Any = None
        if pictures:
            video = out.add_stream("libx264" if kind == "mp4" else "libvpx", rate=RATE)
            video.width, video.height, video.pix_fmt = _WIDTH, _HEIGHT, "yuv420p"
            video.codec_context.gop_size = RATE
            # Browsers make no picture that needs a later one.
            video.options = (
                {"preset": "ultrafast", "tune": "zerolatency"} if kind == "mp4" else {"deadline": "realtime"}
            )
        audio: Any = out.add_stream("libopus", rate=_SAMPLES, layout="mono")
        for number in range(seconds * RATE):
            if video:
                out.mux(video.encode(_picture(number)))
            for part in range(5):
                out.mux(audio.encode(_sound(number * 5 + part)))
        for stream in filter(None, (video, audio)):
            out.mux(stream.encode(None))
    return file.getvalue()


def _picture(number: int) -> av.VideoFrame:
    frame = av.VideoFrame(_WIDTH, _HEIGHT, "yuv420p")
    for plane in frame.planes:
        plane.update(os.urandom(64) * (plane.buffer_size // 64) + bytes(plane.buffer_size % 64))
    frame.pts = number
    return frame


def _sound(number: int) -> av.AudioFrame:
    frame = av.AudioFrame("s16", "mono", 960)
    frame.sample_rate = _SAMPLES
    frame.planes[0].update(bytes(frame.planes[0].buffer_size))
    frame.pts = number * 960
    return frame


@dataclass(frozen=True)
class Played:
    """What a player makes of a file."""

    seconds: float | None  # as the file says it
    first: float  # when its first picture, or sound, is
    last: float  # when its last one ends
    begins_whole: bool  # the first picture needs none before it
    frames: int


def play(data: bytes) -> Played:
    """Decode all of it, strictly."""
    file: Any
    with av.open(io.BytesIO(data)) as file:
        length = None if file.duration is None else file.duration / 1_000_000
        stream: Any = (file.streams.video or file.streams.audio)[0]
        stream.codec_context.options = {"err_detect": "explode"}
        frames = [(float(frame.pts * frame.time_base), frame) for frame in file.decode(stream)]
    whole = not file.streams.video or bool(frames[0][1].key_frame)
    step = 1 / RATE if hasattr(frames[0][1], "key_frame") else 0.02
    return Played(length, frames[0][0], frames[-1][0] + step, whole, len(frames))


def winds(data: bytes, seconds: float) -> float:
    """Wind to a moment: gives where the file takes one to."""
    file: Any
    with av.open(io.BytesIO(data)) as file:
        file.seek(int(seconds * 1_000_000))
        packet = next(each for each in file.demux() if each.pts is not None)
        return float(packet.pts * packet.time_base)


def has_index_in_front(data: bytes) -> bool:
    """Tell whether a player finds out where everything is before it has fetched everything."""
    if data[4:8] == b"ftyp":
        return [name for name in _boxes(data) if name in {b"moov", b"mdat"}] == [b"moov", b"mdat"]
    cues, cluster = data.find(bytes.fromhex("1c53bb6b")), data.find(bytes.fromhex("1f43b675"))
    return 0 < cues < cluster or data.rfind(bytes.fromhex("1c53bb6b")) > 0


def _boxes(data: bytes) -> list[bytes]:
    found: list[bytes] = []
    at = 0
    for _ in itertools.count():
        if at + 8 > len(data):
            return found
        size = int.from_bytes(data[at : at + 4], "big")
        found.append(data[at + 4 : at + 8])
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        at += size or len(data)
    return found
