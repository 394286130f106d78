"""The API's caption tracks: list and replace (reference 1.8, 1.9)."""

from __future__ import annotations

import json
from urllib.parse import unquote_to_bytes

from flask import Response, request

from sandbox.canvas import api_errors
from sandbox.canvas.access import Api, Caller
from sandbox.canvas.lookup import attachment_media, media_or_refuse
from sandbox.canvas.media_json import track_json
from sandbox.canvas.rights import may_caption, may_download, may_update
from sandbox.canvas.tracks import TrackChange, TrackInvalid, save_track
from sandbox.canvas.world import Attachment, MediaObject, MediaTrack
from sandbox.common.answers import json_response


def add_track_routes(api: Api) -> None:
    """Register the four media_tracks routes."""

    @api.route("GET", "/api/v1/media_objects/<media_object_id>/media_tracks")
    def of_object(caller: Caller, media_object_id: str) -> Response:
        return _index(api, caller, media_or_refuse(api, media_object_id), None)

    @api.route("GET", "/api/v1/media_attachments/<attachment_id>/media_tracks")
    def of_attachment(caller: Caller, attachment_id: str) -> Response:
        attachment, media = _downloadable(api, caller, attachment_id)
        return _index(api, caller, media, attachment)

    @api.route("PUT", "/api/v1/media_objects/<media_object_id>/media_tracks")
    def replace_of_object(caller: Caller, media_object_id: str) -> Response:
        return _replace(api, caller, media_or_refuse(api, media_object_id), None)

    @api.route("PUT", "/api/v1/media_attachments/<attachment_id>/media_tracks")
    def replace_of_attachment(caller: Caller, attachment_id: str) -> Response:
        attachment, media = _downloadable(api, caller, attachment_id)
        return _replace(api, caller, media, attachment)


def _downloadable(api: Api, caller: Caller, attachment_id: str) -> tuple[Attachment, MediaObject]:
    attachment, media = attachment_media(api, attachment_id)
    if not may_download(api.world, caller.person, attachment):
        raise api.unauthorized()
    return attachment, media


def _index(api: Api, caller: Caller, media: MediaObject, attachment: Attachment | None) -> Response:
    if attachment is not None:
        tracks = [track for track, _ in api.catalogue.tracks_with_originals(attachment, media)]
    else:
        # Only the caller's own, of the object's default attachment or of none (trap 4).
        tracks = [
            track
            for track in api.catalogue.tracks(media)
            if track.user_id == caller.person.id and track.attachment_id in {None, media.attachment_id}
        ]
    includes = api.includes(caller)
    return json_response([track_json(api.faults, media, track, includes) for track in tracks])


def _replace(api: Api, caller: Caller, media: MediaObject, attachment: Attachment | None) -> Response:
    permitted = (
        may_update(api.world, caller.person, attachment)
        if attachment is not None
        else may_caption(api.world, caller.person, media)
    )
    if not permitted:
        if api.faults.behaviour.silent_caption_refusal:
            return Response(status=204)  # the action returns without rendering
        raise api.unauthorized()
    if attachment is not None and attachment.master_locked:
        raise api_errors.unauthorized(403)
    items = _read_body()
    with api.world.lock:
        _delete_others(api, media, attachment, {item.get("locale") for item in items})
        # Not a transaction: what was deleted and saved before a refusal stays so.
        try:
            for item in items:
                _save(api, caller, media, attachment, item)
        except TrackInvalid as refused:
            return json_response(refused.body(), 422)
        return _index(api, caller, media, attachment)


def _read_body() -> list[dict[str, object]]:
    """Read the raw JSON array; ``null`` is none.

    :raises ApiError: 400 where Rails cannot parse the body, 500 where the action cannot use it.
    """
    body = request.get_data()
    if request.mimetype == "application/x-www-form-urlencoded":
        # Rails parses a form before the action runs: a stray % or bytes that are no text end it (trap 11).
        try:
            unquote_to_bytes(body.decode()).decode()
        except UnicodeError:
            raise api_errors.other(400, "bad_request") from None
        if any(not _two_hex_digits(rest) for rest in body.decode().split("%")[1:]):
            raise api_errors.other(400, "bad_request")
    try:
        items = json.loads(body)
    except ValueError:
        raise api_errors.other(400, "bad_request") from None
    if items is None:
        return []
    if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
        raise api_errors.other(500, "internal_server_error")
    return items


def _two_hex_digits(text: str) -> bool:
    return len(text) >= 2 and all(c in "0123456789abcdefABCDEF" for c in text[:2])


def _delete_others(api: Api, media: MediaObject, attachment: Attachment | None, kept: set[object]) -> None:
    """Delete every track in another locale: inherited originals too, and on the media object's path everybody's."""
    existing = (
        [track for track, _ in api.catalogue.tracks_with_originals(attachment, media)]
        if attachment is not None
        else api.catalogue.tracks(media)
    )
    for track in existing:
        if track.locale not in kept:
            del api.world.tracks[track.id]
    api.world.touch()


def _save(api: Api, caller: Caller, media: MediaObject, attachment: Attachment | None, item: dict[str, object]) -> None:
    content, locale, kind = item.get("content"), item.get("locale"), item.get("kind")
    if content is None or not str(content).strip():
        return  # left alone, and a new locale is silently not made
    found = _existing(api, caller, media, attachment, locale)
    change = TrackChange(
        None if locale is None else str(locale), str(content), None if "kind" not in item else str(kind)
    )
    attachment_id = attachment.id if attachment is not None else media.attachment_id
    save_track(api.world, media, found, change, attachment_id=attachment_id, person=caller.person)


def _existing(
    api: Api, caller: Caller, media: MediaObject, attachment: Attachment | None, locale: object
) -> MediaTrack | None:
    for track in api.catalogue.tracks(media):
        if track.locale != locale:
            continue
        if attachment is not None:
            if track.attachment_id == attachment.id:
                return track
        elif track.user_id == caller.person.id and track.attachment_id in {None, media.attachment_id}:
            return track
    return None
