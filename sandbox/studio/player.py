"""Studio's player page: a media with every published caption file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, render_template

from sandbox.studio.faults import Faults
from sandbox.studio.objects import label_of
from sandbox.studio.playback_api import media_sources
from sandbox.studio.world import Media, World


@dataclass(frozen=True)
class ShownTrack:
    """A caption file as the player offers it."""

    url: str
    srclang: str
    label: str
    transcript: str


def show_player(world: World, faults: Faults, origin: str, media: Media, asked: Mapping[str, str]) -> Response:
    """Give the page.

    :param asked: the ``custom_arc_…`` parameters of the embed (reference 5.5).
    """
    tracks = [
        ShownTrack(
            f"{origin}/captions/{each.id}-{each.key}.vtt",
            each.srclang,
            label_of(each),
            f"{origin}/captions/{each.id}-{each.key}.srt",
        )
        for each in world.captions_of(media.id)
        if each.status == "published"
    ]
    page = render_template(
        "player.html",
        media=media,
        kind="audio" if media.sound_only else "video",
        sources=media_sources(world, faults, origin, media),
        tracks=tracks,
        start=_seconds(asked.get("custom_arc_start_at", "")),
        with_tabs=asked.get("custom_arc_launch_type") != "bare_embed",
        download=asked.get("custom_arc_display_download") == "true",
        transcripts=asked.get("custom_arc_transcript_downloadable") == "true",
        lock_speed=asked.get("custom_arc_lock_speed") == "true",
        owner=world.users[media.owner_id].full_name,
    )
    return Response(page, headers={"Cache-Control": "no-store"})


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
