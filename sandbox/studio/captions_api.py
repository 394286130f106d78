"""Caption files (reference 2.5, 4): listed, added, read by owners and administrators; never changed or deleted."""

from __future__ import annotations

import re

from flask import Response, request

from sandbox.common.answers import json_response
from sandbox.media.subtitles import is_srt, to_srt
from sandbox.studio.access import Api
from sandbox.studio.errors import StudioError, forbidden, invalid, not_found
from sandbox.studio.objects import caption_json
from sandbox.studio.parameters import number, text
from sandbox.studio.rights import Level, media_level
from sandbox.studio.world import Caption, User

MOST_BYTES = 5_000_000
_LANGUAGE = re.compile(r"\A[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z")


def add_caption_routes(api: Api) -> None:
    """Register the routes."""

    @api.route("GET", "/media/<media_id>/caption_files")
    def index(caller: User, media_id: str) -> Response:
        """List the caption files of a media, unpublished ones too."""
        media = api.media(caller, media_id, Level.OWNER)
        return json_response({"caption_files": [caption_json(each) for each in api.world.captions_of(media.id)]})

    @api.route("POST", "/media/<media_id>/caption_files")
    def create(caller: User, media_id: str) -> Response:
        """Add a caption file."""
        media = api.media(caller, media_id, Level.OWNER)
        language = text("srclang")
        if language is None or not _LANGUAGE.match(language):
            raise invalid("srclang")
        behaviour = api.faults.behaviour
        content = sent_captions(vtt_too=behaviour.accept_vtt)
        if content is None:
            raise invalid("caption_file")
        with api.world.lock:
            if behaviour.replace_same_language:
                for known in api.world.captions_of(media.id):
                    if known.srclang == language:
                        del api.world.captions[known.id]
            row = api.world.new_id()
            caption = Caption(row, media.id, language, content, behaviour.new_caption_status, api.faults.now())
            api.world.captions[row] = caption
        return json_response({"caption_file": caption_json(caption)}, 201)

    @api.route("GET", "/caption_files/<caption_file_id>/download")
    def download(caller: User, caption_file_id: str) -> Response:
        """Give the file."""
        caption = api.world.captions.get(number(caption_file_id, "caption_file_id"))
        if caption is None:
            raise not_found("caption")
        if media_level(api.world, caller, api.world.media[caption.media_id]) < Level.OWNER:
            raise forbidden()
        return Response(caption.content, content_type="text/plain; charset=utf-8")


def sent_captions(*, vtt_too: bool) -> str | None:
    """Read the part ``caption_file`` as SubRip; None for no such part.

    :raises StudioError: 422 for what is not SubRip, by name or by content.
    """
    sent = request.files.get("caption_file")
    if sent is None:
        return None
    name = (sent.filename or "").lower()
    raw = sent.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        raise StudioError(422, "The caption file is too large.")
    try:
        content: str = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise StudioError(422, "The caption file is not UTF-8 text.") from None
    if vtt_too and name.endswith(".vtt"):
        content = to_srt(content)
    elif not name.endswith(".srt"):
        raise StudioError(422, "Only .srt caption files are supported.")
    if not is_srt(content):
        raise StudioError(422, "The caption file could not be read.")
    return content
