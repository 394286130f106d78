"""What Studio hands out without a token: thumbnails, the bytes behind signed addresses, caption texts."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, send_file
from werkzeug.wrappers import Response as AnyResponse

from sandbox.media.clips import CLIPS, ClipStore
from sandbox.media.subtitles import to_webvtt
from sandbox.studio.faults import Faults
from sandbox.studio.world import Media, World

_LARGEST = 1920  # pixels


def files_blueprint(world: World, faults: Faults, clips: ClipStore) -> Blueprint:
    """Make the addresses."""
    blueprint = Blueprint("files", __name__)

    @blueprint.get("/api/media/m-<key>/thumbnail")
    def thumbnail(key: str) -> AnyResponse:
        """Draw a still; of a sound lead to the default picture, which nobody may have (reference 2.2)."""
        media = next((media for media in list(world.media.values()) if media.key == key), None)
        if media is None:
            return Response(status=404)
        width = min(request.args.get("width", 540, type=int), _LARGEST)
        height = min(request.args.get("height", 320, type=int), _LARGEST)
        clip = media.clips[0] if media.clips else "clock-high"
        picture = None if media.sound_only else clips.frame(clip, 5.0, max(1, width), max(1, height))
        if picture is None:
            return redirect("/default_thumbnail.png", 302)
        return Response(picture, content_type="image/jpeg", headers={"Cache-Control": "public, max-age=86400"})

    @blueprint.get("/default_thumbnail.png")
    def default_thumbnail() -> Response:
        """Refuse, as the real one does."""
        return Response("Forbidden\n", 403, content_type="text/plain; charset=utf-8")

    @blueprint.get("/media-files/<int:media_id>/<definition>/<proof>/<name>")
    def media_bytes(media_id: int, definition: str, proof: str, name: str) -> AnyResponse:
        """Serve a media's bytes, whole or in ranges, until the address ends."""
        media = world.media.get(media_id)
        if media is None or not world.addresses.valid(f"{media_id}/{definition}", proof, faults.now()):
            return Response("Request has expired\n", 403, content_type="text/plain; charset=utf-8")
        return _send(media, definition, clips)

    @blueprint.get("/captions/<int:caption_id>-<key>.<any(srt, vtt):form>")
    def caption_text(caption_id: int, key: str, form: str) -> Response:
        """Give a caption file's text to whoever knows its address: SubRip, or WebVTT as our own player takes it."""
        caption = world.captions.get(caption_id)
        if caption is None or caption.key != key:
            return Response(status=404)
        if form == "vtt":
            return Response(to_webvtt(caption.content), content_type="text/vtt; charset=utf-8")
        return Response(caption.content, content_type="text/plain; charset=utf-8")

    return blueprint


def _send(media: Media, definition: str, clips: ClipStore) -> AnyResponse:
    if media.file is not None:
        path, kind = media.file, media.file_type
    else:
        clip = media.clips[-1] if definition == "low" else media.clips[0]
        path, kind = clips.path(clip), CLIPS[clip].content_type
    response = send_file(path, mimetype=kind, conditional=True, max_age=0)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Accept-Ranges"] = "bytes"
    return response
