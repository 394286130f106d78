"""Media objects, their sources and tracks as Canvas writes them in JSON (reference 1.4, 1.8)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from flask import request

from sandbox.canvas.api_errors import iso
from sandbox.canvas.catalogue import Catalogue, shown_title
from sandbox.canvas.faults import Faults
from sandbox.canvas.rights import may_caption, may_update
from sandbox.canvas.world import Attachment, MediaObject, MediaTrack, Person

Json = dict[str, object]
TRACK_INCLUDES = ("content", "webvtt_content", "updated_at", "created_at")


def origin() -> str:
    """Give our own address, without a slash at the end."""
    return request.host_url.rstrip("/")


def media_json(
    catalogue: Catalogue, faults: Faults, media: MediaObject, person: Person | None, exclude: Collection[str]
) -> Json:
    """Write a media object as the list does: no numeric id, no attachment id."""
    body = _common(media)
    body["can_add_captions"] = person is not None and may_caption(catalogue.world, person, media)
    if "sources" not in exclude:
        body["media_sources"] = sources_json(catalogue, faults, media)
    body["embedded_iframe_url"] = f"{origin()}/media_objects_iframe/{media.media_id}"
    if "tracks" not in exclude:
        base = f"{origin()}/media_objects/{media.media_id}/media_tracks"
        body["media_tracks"] = [_short_track(faults, track, base) for track in catalogue.tracks(media)]
    return body


def attachment_media_json(
    catalogue: Catalogue,
    faults: Faults,
    attachment: Attachment,
    media: MediaObject,
    person: Person | None,
    exclude: Collection[str] = (),
    verifier: str | None = None,
) -> Json:
    """Write a media object in its attachment form: tracks with originals, ``inherited`` marked."""
    body = _common(media)
    body["can_add_captions"] = person is not None and may_update(catalogue.world, person, attachment)
    if "sources" not in exclude:
        body["media_sources"] = sources_json(catalogue, faults, media, attachment, verifier)
    body["embedded_iframe_url"] = f"{origin()}/media_attachments_iframe/{attachment.id}"
    if "tracks" not in exclude:
        base = f"{origin()}/media_attachments/{attachment.id}/media_tracks"
        body["media_tracks"] = [
            _short_track(faults, track, base) | {"inherited": inherited}
            for track, inherited in catalogue.tracks_with_originals(attachment, media)
        ]
    return body


def sources_json(
    catalogue: Catalogue,
    faults: Faults,
    media: MediaObject,
    attachment: Attachment | None = None,
    verifier: str | None = None,
) -> list[dict[str, str]] | None:
    """List the flavours, all values text; None while Kaltura has none. Addresses end after ``media_seconds``."""
    if media.flavors is None:
        return None
    sources = []
    for name in media.flavors:
        flavor = catalogue.world.flavors[name]
        url = flavor_url(catalogue, faults, media, name)
        if faults.behaviour.authenticated_sources:
            url = f"{origin()}/media_objects/{media.media_id}/redirect?bitrate={flavor.bitrate_kbps}"
            if attachment is not None:
                url = f"{origin()}/media_attachments/{attachment.id}/redirect?bitrate={flavor.bitrate_kbps}"
                url += f"&verifier={verifier}" if verifier else ""
        sources.append(
            {
                "height": str(flavor.height),
                "width": str(flavor.width),
                "content_type": flavor.content_type,
                "containerFormat": flavor.container,
                "url": url,
                "bitrate": str(flavor.bitrate_kbps),
                "size": str(flavor.size_kb),
                "isOriginal": "1" if flavor.original else "0",
                "fileExt": flavor.extension,
                "src": url,
                "label": f"{flavor.bitrate_kbps // 1024} kbps",
            }
        )
    return sources


def flavor_url(catalogue: Catalogue, faults: Faults, media: MediaObject, name: str) -> str:
    """Make a fresh Kaltura address of a flavour."""
    world = catalogue.world
    flavor = world.flavors[name]
    expires = world.now() + timedelta(seconds=faults.behaviour.media_seconds)
    proof = world.addresses.sign(f"{media.media_id}/{name}", expires)
    return (
        f"{origin()}/kaltura/p/100/sp/10000/download/entry_id/{media.media_id}"
        f"/flavor/{name}/ks/{proof}/relocate/download.{flavor.extension}"
    )


def track_json(faults: Faults, media: MediaObject, track: MediaTrack, includes: Collection[str]) -> Json:
    """Write a track as the media_tracks routes do. ``webvtt_content`` is the raw column: null for WebVTT uploads."""
    body: Json = {
        "id": track.id,
        "locale": track.locale,
        "kind": track.kind,
        "media_object_id": media.id,
        "user_id": track.user_id,
    }
    if faults.behaviour.track_states:
        body |= {"workflow_state": track.workflow_state, "asr": track.asr}
    more: Json = {
        "content": track.content,
        "webvtt_content": track.webvtt_content,
        "updated_at": iso(track.updated_at),
        "created_at": iso(track.created_at),
    }
    return body | {name: more[name] for name in TRACK_INCLUDES if name in includes}


def _common(media: MediaObject) -> Json:
    return {
        "media_id": media.media_id,
        "created_at": iso(media.created_at),
        "media_type": media.media_type,
        "title": shown_title(media),
    }


def _short_track(faults: Faults, track: MediaTrack, base: str) -> Json:
    body: Json = {
        "kind": track.kind,
        "created_at": iso(track.created_at),
        "updated_at": iso(track.updated_at),
        "id": track.id,
        "locale": track.locale,
        "url": f"{base}/{track.id}",
    }
    if faults.behaviour.track_states:
        body |= {"asr": track.asr, "workflow_state": track.workflow_state}
    return body
