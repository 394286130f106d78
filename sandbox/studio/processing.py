"""What happens by itself some time later: transcoding, and machine captions. Looked after when somebody asks."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import av

from sandbox.media.caption_files import caption_text
from sandbox.media.clips import CLIPS, ClipStore
from sandbox.media.subtitles import to_srt
from sandbox.studio.faults import Faults
from sandbox.studio.world import FAILED, FINISHED, TRANSCODING, Caption, Media, World

MACHINE = "notorious"  # the provider of machine captions (reference 4.3)


def begin(world: World, faults: Faults, media: Media, *, auto_caption: bool) -> None:
    """Start to transcode a media whose bytes are here."""
    behaviour = faults.behaviour
    world.waiting.add(media.id)
    media.status, media.auto_caption = TRANSCODING, auto_caption
    media.fails = behaviour.transcoding_fails
    media.due = faults.now() + timedelta(seconds=behaviour.transcoding_seconds)


def settle(world: World, faults: Faults, clips: ClipStore) -> None:
    """Do whatever is due."""
    now = faults.now()
    with world.lock:
        for media in [world.media[number] for number in world.waiting & world.media.keys()]:
            if media.due is not None and media.due <= now:
                _transcoded(media, clips, believe=not faults.behaviour.check_uploads)
                if media.status == FINISHED and media.auto_caption:
                    media.captions_due = now + timedelta(seconds=faults.behaviour.auto_caption_seconds)
            if media.captions_due is not None and media.captions_due <= now:
                media.captions_due = None
                text = to_srt(caption_text("asr.en.vtt"))
                number = world.new_id()
                language = faults.behaviour.machine_language
                world.captions[number] = Caption(number, media.id, language, text, "generated", now, MACHINE)
            if media.due is None and media.captions_due is None:
                world.waiting.discard(media.id)


def _transcoded(media: Media, clips: ClipStore, *, believe: bool) -> None:
    media.due = None
    found = _look_into(media.file) if media.file is not None else None
    if media.fails or (media.file is not None and found is None and not believe):
        media.status = FAILED
        return
    if media.clips:
        media.duration, media.size = CLIPS[media.clips[0]].seconds, clips.size(media.clips[0])
    elif found is not None:
        media.duration, media.sound_only, media.file_type = found
    media.status = FINISHED


def _look_into(path: Path) -> tuple[float, bool, str] | None:
    """Read what a media file says about itself: seconds, whether it is sound alone, its type; None: it is none."""
    try:
        with av.open(str(path)) as container:
            sound_only = not container.streams.video
            if sound_only and not container.streams.audio:
                return None
            kind = "webm" if "webm" in container.format.name else "mp4"
            seconds = (container.duration or 0) / av.time_base
            return round(seconds, 3), sound_only, f"{'audio' if sound_only else 'video'}/{kind}"
    except (av.error.FFmpegError, OSError):
        return None
