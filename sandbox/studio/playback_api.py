"""The bytes of a media: sources and download (reference 2.3), for owners and administrators alone (1.5)."""

from __future__ import annotations

from datetime import timedelta

from flask import Response

from sandbox.common.answers import json_response
from sandbox.media.clips import CLIPS
from sandbox.studio.access import Api
from sandbox.studio.errors import StudioError, invalid
from sandbox.studio.faults import Faults
from sandbox.studio.parameters import text
from sandbox.studio.rights import Level
from sandbox.studio.world import FINISHED, Media, User, World

QUALITIES = ("high", "low")  # open: the documented enum is not known


def add_playback_routes(api: Api) -> None:
    """Register the routes."""

    @api.route("GET", "/media/<media_id>/sources")
    def sources(caller: User, media_id: str) -> Response:
        """List what can be played: nothing until transcoding is over, nor of external media."""
        media = api.media(caller, media_id, Level.OWNER)
        return json_response({"sources": media_sources(api.world, api.faults, api.url, media)})

    @api.route("GET", "/media/<media_id>/download")
    def download(caller: User, media_id: str) -> Response:
        """Lead to the file for a day. External media have none: 422."""
        media = api.media(caller, media_id, Level.OWNER)
        quality = text("quality")
        if quality not in {None, *QUALITIES}:
            raise invalid("quality")
        found = media_sources(api.world, api.faults, api.url, media)
        if not found:
            raise StudioError(422, "The media cannot be downloaded.")
        chosen = next((each for each in found if each["definition"] == quality), found[0])
        return Response(status=302, headers={"Location": chosen["url"]})


def media_sources(world: World, faults: Faults, url: str, media: Media) -> list[dict[str, str]]:
    """Make the sources of a media, with addresses that end."""
    if media.status != FINISHED or media.external_url is not None:
        return []
    if media.file is not None:
        definitions = [("high", media.file_type)]
    else:
        definitions = [(name, CLIPS[clip].content_type) for name, clip in zip(QUALITIES, media.clips, strict=False)]
    until = faults.now() + timedelta(seconds=faults.behaviour.download_seconds)
    made = []
    for definition, kind in definitions:
        proof = world.addresses.sign(f"{media.id}/{definition}", until)
        address = f"{url}/media-files/{media.id}/{definition}/{proof}/{media.id}.{kind.rpartition('/')[2]}"
        made.append({"definition": definition, "url": address, "mime_type": kind})
    return made
