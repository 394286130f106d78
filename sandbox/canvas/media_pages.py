"""Web routes of media that are no API: track bodies, thumbnails, redirects, downloads (reference 1.3, 1.7, 1.8).

Bearer tokens count for nothing here: a session, a verifier, or nothing where Canvas asks for nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC

from flask import Blueprint, Response, redirect, request
from werkzeug.http import http_date, parse_date
from werkzeug.wrappers import Response as AnyResponse

from sandbox.canvas import api_errors
from sandbox.canvas.access import Api
from sandbox.canvas.api_errors import ApiError
from sandbox.canvas.files_api import storage_url
from sandbox.canvas.lookup import live_attachment, number
from sandbox.canvas.media_json import attachment_media_json, flavor_url, media_json, origin
from sandbox.canvas.rights import may_download
from sandbox.canvas.session import current_person
from sandbox.canvas.tracks import TrackInvalid, looks_like_ttml
from sandbox.canvas.world import Attachment, MediaObject, MediaTrack
from sandbox.common.answers import json_response


def add_media_pages(api: Api) -> None:
    """Register the web routes."""
    page = _Pages(api)
    for rule, view in (
        ("/media_objects/<media_id>/media_tracks/<track_id>", page.object_track),
        ("/media_attachments/<attachment_id>/media_tracks/<track_id>", page.attachment_track),
        ("/media_objects/<media_id>/thumbnail", page.object_thumbnail),
        ("/media_attachments/<attachment_id>/thumbnail", page.attachment_thumbnail),
        ("/media_objects/<media_id>/redirect", page.object_redirect),
        ("/media_attachments/<attachment_id>/redirect", page.attachment_redirect),
        ("/media_objects/<media_id>/info", page.object_info),
        ("/media_attachments/<attachment_id>/info", page.attachment_info),
        ("/files/<file_id>/download", page.download),
    ):
        _add(api.blueprint, rule, view)


def _add(blueprint: Blueprint, rule: str, view: Callable[..., AnyResponse]) -> None:
    def answered(**arguments: str) -> AnyResponse:
        try:
            return view(**arguments)
        except ApiError as error:
            return _for_browser(error)

    blueprint.add_url_rule(rule, f"page {rule}".replace(".", "_"), answered, methods=["GET"])


def _for_browser(error: ApiError) -> Response:
    """Answer with a page, or with JSON to those who ask for it. A page's status for "not allowed" is 401."""
    if request.accept_mimetypes.best_match(["text/html", "application/json"], "text/html") == "application/json":
        return error.response()
    status = 401 if error.status == 403 else error.status
    heading = "Page Not Found" if status == 404 else "Access Denied" if status == 401 else "Page Error"
    html = f'<!DOCTYPE html>\n<html lang="en"><title>{heading}</title><h1>{heading}</h1></html>\n'
    return Response(html, status, content_type="text/html; charset=utf-8")


class _Pages:
    def __init__(self, api: Api) -> None:
        self.api, self.world, self.catalogue = api, api.world, api.catalogue

    def object_track(self, media_id: str, track_id: str) -> AnyResponse:
        """Give a track's text: the only check is that the media object exists."""
        tracks = self.catalogue.tracks(self._object(media_id))
        return _track_body(_with_id(tracks, track_id))

    def attachment_track(self, attachment_id: str, track_id: str) -> AnyResponse:
        """Give a track's text to those who may download the file."""
        attachment, media = self._attachment(attachment_id)
        tracks = [track for track, _ in self.catalogue.tracks_with_originals(attachment, media)]
        return _track_body(_with_id(tracks, track_id))

    def object_thumbnail(self, media_id: str) -> AnyResponse:
        """Lead to Kaltura, even for an id that only Kaltura can know."""
        media = self.catalogue.find_media(media_id)
        return _thumbnail(media.media_id if media is not None else media_id)

    def attachment_thumbnail(self, attachment_id: str) -> AnyResponse:
        """Lead to Kaltura."""
        attachment = live_attachment(self.world, attachment_id)
        if attachment is None or not attachment.media_entry_id:
            raise self.api.unauthorized()
        return _thumbnail(attachment.media_entry_id)

    def object_redirect(self, media_id: str) -> AnyResponse:
        """Lead to the bytes."""
        return self._source(self._object(media_id))

    def attachment_redirect(self, attachment_id: str) -> AnyResponse:
        """Lead to the bytes those who may have the file."""
        return self._source(self._attachment(attachment_id)[1])

    def object_info(self, media_id: str) -> AnyResponse:
        """Describe the media object; unknown to Canvas and to Kaltura is 404 here."""
        media = self.catalogue.find_media(media_id)
        if media is None:
            raise api_errors.not_found()
        return json_response(media_json(self.catalogue, self.api.faults, media, current_person(self.world), ()))

    def attachment_info(self, attachment_id: str) -> AnyResponse:
        """Describe the attachment's media."""
        attachment, media = self._attachment(attachment_id)
        person, verifier = current_person(self.world), request.args.get("verifier")
        body = attachment_media_json(self.catalogue, self.api.faults, attachment, media, person, verifier=verifier)
        return json_response(body)

    def download(self, file_id: str) -> AnyResponse:
        """Lead to the file store."""
        attachment = live_attachment(self.world, file_id)
        if attachment is None:
            raise api_errors.not_found()
        self._check_download(attachment)
        return redirect(storage_url(self.world, attachment, self.api.faults.behaviour.media_seconds), 302)

    def _object(self, media_id: str) -> MediaObject:
        media = self.catalogue.find_media(media_id)
        if media is None:
            raise self.api.unauthorized()
        return media

    def _attachment(self, attachment_id: str) -> tuple[Attachment, MediaObject]:
        attachment = live_attachment(self.world, attachment_id)
        media = self.catalogue.find_media(attachment.media_entry_id or "") if attachment is not None else None
        if attachment is None or media is None:
            raise self.api.unauthorized()
        self._check_download(attachment)
        return attachment, media

    def _check_download(self, attachment: Attachment) -> None:
        """Let in a verifier, a course's syllabus, or whoever is logged in and may."""
        if request.args.get("verifier") == attachment.uuid:
            return
        if request.args.get("location") == f"course_syllabus_{attachment.context.removeprefix('course_')}":
            return
        if not may_download(self.world, current_person(self.world), attachment):
            raise self.api.unauthorized()

    def _source(self, media: MediaObject) -> AnyResponse:
        flavors = [self.world.flavors[name] for name in media.flavors or ()]
        if not flavors:
            return Response("no media sources\n", 400, content_type="text/plain; charset=utf-8")
        wanted = request.args.get("bitrate")
        lowest = min(flavors, key=lambda flavor: flavor.bitrate_kbps)
        chosen = next((flavor for flavor in flavors if str(flavor.bitrate_kbps) == wanted), lowest)
        return redirect(flavor_url(self.catalogue, self.api.faults, media, chosen.name), 302)


def _thumbnail(entry_id: str) -> AnyResponse:
    width, height = (
        number(request.args.get(name, "")) or fallback for name, fallback in (("width", 140), ("height", 100))
    )
    kind = number(request.args.get("type", "")) or 2
    path = f"/kaltura/p/100/thumbnail/entry_id/{entry_id}/width/{width}/height/{height}/type/{kind}/vid_sec/5"
    return redirect(f"{origin()}{path}", 301)


def _with_id(tracks: list[MediaTrack], track_id: str) -> MediaTrack:
    row = number(track_id)
    found = next((track for track in tracks if track.id == row), None)
    if found is None:
        raise api_errors.not_found()
    return found


def _track_body(track: MediaTrack) -> Response:
    """Give the converted text, or the raw where there is none; 304 when the browser has it."""
    if looks_like_ttml(track.content):  # saved before Canvas refused it
        return json_response(TrackInvalid({"content": "invalid"}).body(), 422)
    modified = track.updated_at.astimezone(UTC).replace(microsecond=0)
    tag = hashlib.sha256(f"{track.id} {track.updated_at.isoformat()}".encode()).hexdigest()[:32]
    headers = {
        "ETag": f'W/"{tag}"',
        "Last-Modified": http_date(modified),
        "Cache-Control": "max-age=0, private, must-revalidate",
    }
    since = parse_date(request.headers.get("If-Modified-Since"))
    fresh = []  # with both headers, both must say so
    if request.if_none_match:
        fresh.append(request.if_none_match.contains_weak(tag))
    if since is not None:
        fresh.append(modified <= since)
    if fresh and all(fresh):
        return Response(status=304, headers=headers)
    text = track.webvtt_content if track.webvtt_content is not None else track.content
    return Response(text, 200, headers, content_type="text/plain; charset=utf-8")
