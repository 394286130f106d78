"""Real clips, drawn and encoded at first use into a folder, and found there afterwards."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import av
from av.audio import AudioStream
from av.container import OutputContainer
from av.video import VideoStream

from sandbox.media.drawing import SAMPLE_RATE, beeps, jpeg, picture

_VERSION = 1  # goes into file names: raise it when drawing or encoding changes
_AUDIO_FRAME = 1024  # samples, what AAC takes


@dataclass(frozen=True)
class Clip:
    """What a clip is. ``video_kbps`` 0 means sound only, ``fps`` is whole pictures a second."""

    name: str
    extension: str
    content_type: str
    seconds: float
    width: int = 0
    height: int = 0
    fps: int = 0
    video_kbps: int = 0
    audio_kbps: int = 64
    hue: float = 0.6

    @property
    def kbps(self) -> int:
        """The bit rate that a list of flavours tells."""
        return self.video_kbps + self.audio_kbps

    @property
    def file_name(self) -> str:
        """The name in the folder of clips."""
        return f"{self.name}-{_VERSION}.{self.extension}"


CLIPS: dict[str, Clip] = {
    clip.name: clip
    for clip in (
        Clip("clock-high", "mp4", "video/mp4", 30.0, 640, 360, 20, 420),
        Clip("clock-low", "mp4", "video/mp4", 30.0, 320, 180, 20, 140, 48),
        Clip("tape", "flv", "video/x-flv", 12.0, 320, 180, 10, 140, 48, 0.08),
        Clip("silent", "mp4", "video/mp4", 12.0, 640, 360, 10, 220, 0, 0.95),
        Clip("long", "mp4", "video/mp4", 240.0, 320, 180, 4, 60, 32, 0.35),
        Clip("sound", "m4a", "audio/mp4", 24.0),
    )
}


@dataclass
class ClipStore:
    """The folder of clips. Nothing is encoded until its bytes are asked for (or ``make_all``)."""

    folder: Path
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def make_all(self) -> None:
        """Make every clip that is not there yet: some ten seconds the first time, nothing later."""
        for name in CLIPS:
            self.path(name)

    def path(self, name: str) -> Path:
        """Give the file of a clip, made now if need be.

        :raises KeyError: there is no such clip.
        """
        clip = CLIPS[name]
        path = self.folder / clip.file_name
        if not path.exists():
            with self._lock:
                if not path.exists():
                    self._make(clip, path)
        return path

    def size(self, name: str) -> int:
        """Tell how many bytes a clip has; a fair guess while it is not made."""
        clip = CLIPS[name]
        path = self.folder / clip.file_name
        return path.stat().st_size if path.exists() else int(clip.kbps * 125 * clip.seconds)

    def frame(self, name: str, seconds: float, width: int, height: int) -> bytes | None:
        """Draw a still of a clip as a JPEG file; None for sound."""
        clip = CLIPS[name]
        return jpeg(seconds, width, height, clip.hue) if clip.width else None

    def _make(self, clip: Clip, path: Path) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        # The process id keeps two processes that share the folder apart; the last rename wins, with the same bytes.
        unfinished = path.with_name(f".{os.getpid()}-{path.name}")
        try:
            _encode(clip, unfinished)
            os.replace(unfinished, path)
        finally:
            unfinished.unlink(missing_ok=True)


def _encode(clip: Clip, path: Path) -> None:
    kind = {"m4a": "ipod"}.get(clip.extension, clip.extension)
    # faststart: the index in front, so that a browser can seek at once. bitexact: the same bytes each time.
    options = {"fflags": "+bitexact"} | ({} if kind == "flv" else {"movflags": "+faststart"})
    with av.open(str(path), "w", format=kind, options=options) as container:
        video = _video_stream(container, clip) if clip.width else None
        audio = _audio_stream(container, clip) if clip.audio_kbps else None
        if audio is not None:  # first, as it is small: muxers interleave by time
            _encode_sound(container, audio, clip)
        if video is not None:
            _encode_pictures(container, video, clip)


def _video_stream(container: OutputContainer, clip: Clip) -> VideoStream:
    stream = container.add_stream("libx264", rate=clip.fps)
    stream.width, stream.height, stream.pix_fmt = clip.width, clip.height, "yuv420p"
    stream.time_base = Fraction(1, clip.fps)
    stream.bit_rate = clip.video_kbps * 1000
    # A key frame a second makes seeking exact enough to see; one thread makes the same bytes everywhere.
    # No B frames: FLV takes no negative times.
    stream.options = {
        "preset": "veryfast", "profile": "main", "g": str(clip.fps), "bf": "0", "threads": "1", "flags": "+bitexact",
    }  # fmt: skip
    return stream


def _audio_stream(container: OutputContainer, clip: Clip) -> AudioStream:
    stream = container.add_stream("aac", rate=SAMPLE_RATE)
    stream.layout = "mono"
    stream.bit_rate = clip.audio_kbps * 1000
    stream.options = {"flags": "+bitexact", "threads": "1"}
    return stream


def _encode_pictures(container: OutputContainer, stream: VideoStream, clip: Clip) -> None:
    for number in range(int(clip.seconds * clip.fps)):
        image = picture(number / clip.fps, clip.width, clip.height, clip.hue)
        frame = av.VideoFrame.from_image(image)  # type: ignore[no-untyped-call]
        frame.pts, frame.time_base = number, Fraction(1, clip.fps)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _encode_sound(container: OutputContainer, stream: AudioStream, clip: Clip) -> None:
    samples = beeps(clip.seconds, hum=not clip.width)
    for start in range(0, len(samples), _AUDIO_FRAME):
        piece = samples[start : start + _AUDIO_FRAME]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(piece))
        frame.sample_rate = SAMPLE_RATE
        frame.pts, frame.time_base = start, Fraction(1, SAMPLE_RATE)
        data = piece.tobytes()
        plane = frame.planes[0]
        plane.update(data + bytes(plane.buffer_size - len(data)))  # planes are padded to an alignment
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))
