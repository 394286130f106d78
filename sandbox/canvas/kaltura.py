"""The Kaltura and the file store beside the sandbox Canvas: bytes behind addresses that end, and stills."""

from __future__ import annotations

from flask import Blueprint, Response, send_file
from werkzeug.wrappers import Response as AnyResponse

from sandbox.canvas.world import World
from sandbox.media.clips import CLIPS, ClipStore

_LARGEST = 1920  # pixels: Kaltura does not draw larger stills


def kaltura_blueprint(world: World, clips: ClipStore) -> Blueprint:
    """Make the addresses under ``/kaltura``."""
    blueprint = Blueprint("kaltura", __name__, url_prefix="/kaltura")

    @blueprint.get("/p/<partner>/sp/<sub>/download/entry_id/<entry>/flavor/<flavor>/ks/<proof>/relocate/<name>")
    def flavor_bytes(partner: str, sub: str, entry: str, flavor: str, proof: str, name: str) -> AnyResponse:
        """Serve a flavour, whole or in ranges, until its address ends."""
        del partner, sub, name
        if not world.addresses.valid(f"{entry}/{flavor}", proof, world.now()) or flavor not in CLIPS:
            return _refused("KS expired")
        return _bytes(clips, flavor, world.flavors[flavor].content_type)

    @blueprint.get("/storage/<int:attachment_id>/<proof>/<name>")
    def stored(attachment_id: int, proof: str, name: str) -> AnyResponse:
        """Serve a file's original."""
        del name
        attachment = world.attachments.get(attachment_id)
        if not world.addresses.valid(f"file {attachment_id}", proof, world.now()):
            return _refused("Request has expired")
        if attachment is None or attachment.deleted or attachment.clip is None:
            return Response("NoSuchKey\n", 404, content_type="text/plain; charset=utf-8")
        return _bytes(clips, attachment.clip, attachment.content_type)

    @blueprint.get("/p/<partner>/thumbnail/entry_id/<entry>/<path:options>")
    def still(partner: str, entry: str, options: str) -> AnyResponse:
        """Draw a frame. ``options`` are name/value pairs: width, height, type, vid_sec."""
        del partner
        media = world.media.get(entry)
        if media is None or media.broken_thumbnail or not media.flavors:
            return Response(status=404, headers={"X-Kaltura": "error-entry_id_not_found"})
        parts = options.split("/")
        values = dict(zip(parts[::2], parts[1::2], strict=False))
        picture = clips.frame(
            media.flavors[0],
            _whole(values.get("vid_sec"), 5, 0),
            min(_whole(values.get("width"), 140, 1), _LARGEST),
            min(_whole(values.get("height"), 100, 1), _LARGEST),
        )
        if picture is None:
            return Response(status=404, headers={"X-Kaltura": "error-entry_id_not_found"})
        return Response(picture, content_type="image/jpeg", headers={"Cache-Control": "public, max-age=86400"})

    return blueprint


def _bytes(clips: ClipStore, name: str, content_type: str) -> AnyResponse:
    response = send_file(clips.path(name), mimetype=content_type, conditional=True, max_age=0)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Accept-Ranges"] = "bytes"
    return response


def _refused(why: str) -> Response:
    return Response(f"{why}\n", 403, {"X-Kaltura": "error-access_denied"}, content_type="text/plain; charset=utf-8")


def _whole(text: str | None, fallback: int, least: int) -> int:
    return (
        max(least, int(text)) if text is not None and text.isascii() and text.isdigit() and len(text) < 7 else fallback
    )
