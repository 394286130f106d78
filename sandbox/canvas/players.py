"""Canvas's own media player pages: what its native embeds show in their frames (reference/canvas.md 4.2)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, abort, make_response, render_template, request
from werkzeug.wrappers import Response

from sandbox.canvas.catalogue import Catalogue, shown_title
from sandbox.canvas.lookup import live_attachment
from sandbox.canvas.rights import may_download
from sandbox.canvas.session import current_person
from sandbox.canvas.world import MediaObject, MediaTrack, World


@dataclass(frozen=True)
class ShownTrack:
    """A track as the player lists it."""

    url: str
    locale: str
    label: str
    kind: str
    inherited: bool
    asr: bool
    workflow_state: str


def players_blueprint(world: World) -> Blueprint:
    """Make the two player pages."""
    blueprint = Blueprint("players", __name__)
    catalogue = Catalogue(world)

    @blueprint.get("/media_attachments_iframe/<attachment_id>")
    def attachment_player(attachment_id: str) -> str:
        """Play a media file to those who may download it, or who hold its verifier."""
        attachment = live_attachment(world, attachment_id)
        verifier = request.args.get("verifier", "")
        if attachment is None or (
            verifier != attachment.uuid and not may_download(world, current_person(world), attachment)
        ):
            abort(_unauthorized())
        media = catalogue.find_media(attachment.media_entry_id or "")
        if media is None:  # "maybe": still to be processed
            return render_template("player.html", title=attachment.display_name, source=None, tracks=[])
        base, query = f"/media_attachments/{attachment.id}", f"?verifier={quote(verifier)}" if verifier else ""
        tracks = catalogue.tracks_with_originals(attachment, media)
        return _player(media, base, query, tracks)

    @blueprint.get("/media_objects_iframe/<media_id>")
    def object_player(media_id: str) -> str:
        """Play a media object: whoever knows its id may."""
        media = catalogue.find_media(media_id)
        if media is None:
            abort(_unauthorized())
        tracks = [t for t in catalogue.tracks(media) if t.attachment_id in {None, media.attachment_id}]
        return _player(media, f"/media_objects/{media.media_id}", "", [(track, False) for track in tracks])

    return blueprint


def _player(media: MediaObject, base: str, query: str, tracks: Iterable[tuple[MediaTrack, bool]]) -> str:
    shown = [_show(track, f"{base}/media_tracks/{track.id}{query}", inherited) for track, inherited in tracks]
    kind = request.args.get("type") or media.media_type
    return render_template(
        "player.html",
        title=shown_title(media),
        media_id=media.media_id,
        kind="audio" if kind.startswith("audio") else "video",
        source=f"{base}/redirect{query}" if media.flavors else None,
        tracks=shown,
        playable=[track for track in shown if track.workflow_state == "ready"],
    )


def _show(track: MediaTrack, url: str, inherited: bool) -> ShownTrack:
    label = f"{track.locale} (Automatic)" if track.asr else track.locale
    return ShownTrack(url, track.locale, label, track.kind, inherited, track.asr, track.workflow_state)


def _unauthorized() -> Response:
    return make_response(render_template("lti/refused.html", message="You are not authorized to see this media"), 401)
