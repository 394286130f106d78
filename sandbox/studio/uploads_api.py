"""Both ways to make a media (reference 2.4, 3): bytes put to an address and completed, or fetched from an address."""

from __future__ import annotations

import re
import secrets
from datetime import timedelta
from urllib.parse import urlsplit

from flask import Response

from sandbox.common.answers import json_response
from sandbox.studio import importing
from sandbox.studio.access import Api
from sandbox.studio.errors import StudioError, forbidden, invalid, no_auto_captions, not_found
from sandbox.studio.objects import media_json
from sandbox.studio.parameters import flag, number, text, whole
from sandbox.studio.processing import begin
from sandbox.studio.rights import Level
from sandbox.studio.storage import upload_address
from sandbox.studio.world import FINISHED, TRANSCODING, Collection, Media, Upload, User

_URL = re.compile(r"^http[s]?:\/?\/")  # the documented pattern, oddity and all
_EXTERNAL = {
    "youtube": ("youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be"),
    "vimeo": ("vimeo.com", "www.vimeo.com", "player.vimeo.com"),
}


def add_upload_routes(api: Api) -> None:
    """Register the routes."""

    @api.route("POST", "/media/uploads")
    def start(caller: User) -> Response:
        """Give an upload address. ``collection_id`` is not documented, and taken."""
        owner, target = api.on_behalf(caller), whole("collection_id")
        if target is not None:
            api.collection(caller, str(target), Level.EDIT)
        seconds = api.faults.behaviour.upload_seconds
        row, secret = api.world.new_id(), secrets.token_hex(8)
        until = api.faults.now() + timedelta(seconds=seconds)
        upload = Upload(row, owner.id, caller.id, target, secret, until, api.uploads_dir / str(row))
        api.world.uploads[row] = upload
        address = upload_address(api.world, api.url, upload, seconds)
        return json_response({"upload": {"id": row, "url": address}}, 201)

    @api.route("POST", "/media/uploads/<media_id>/complete")
    def complete(caller: User, media_id: str) -> Response:
        """Make a media of what arrived."""
        upload = api.world.uploads.get(number(media_id, "media_id"))
        if upload is None:
            raise not_found("media")
        if caller.id not in {upload.owner_id, upload.by_id} and not caller.admin:
            raise forbidden()
        if upload.completed:
            raise StudioError(409, "This upload has already been completed.")
        title = text("title")
        if title is None:
            raise StudioError(400, "The title is missing.")
        auto = _auto_caption(api)
        if upload.size is None:
            raise StudioError(422, "No file has been uploaded yet.")  # open: which status this gets
        with api.world.lock:
            if upload.completed:
                raise StudioError(409, "This upload has already been completed.")
            upload.completed = True
            media = _new(api, upload.id, title, upload.owner_id, "upload")
            media.file, media.size = upload.path, upload.size
            _put(api, media, upload.collection_id)
            begin(api.world, api.faults, media, auto_caption=auto)
        return json_response({"media": media_json(api, media)})

    @api.route("POST", "/media")
    def fetch(caller: User) -> Response:
        """Make a media of what lies at an address, in somebody's library or in a collection."""
        if whole("user_id") is not None and whole("collection_id") is not None:
            raise StudioError(422, "user_id and collection_id can not be sent together.")
        owner, target = api.on_behalf(caller), whole("collection_id")
        if target is not None and target not in api.world.collections:
            raise invalid("collection_id")  # this endpoint documents no 404
        collection = api.collection(caller, str(target), Level.EDIT) if target is not None else None
        return _fetched(api, owner, collection)

    @api.route("POST", "/collections/<collection_id>/media")
    def fetch_into(caller: User, collection_id: str) -> Response:
        """Make a media of what lies at an address, in a collection."""
        collection = api.collection(caller, collection_id, Level.EDIT)
        return _fetched(api, api.on_behalf(caller), collection)


def _fetched(api: Api, owner: User, collection: Collection | None) -> Response:
    url, title, external = text("url"), text("title"), flag("is_external")
    if url is None or not _URL.match(url):
        raise invalid("url")
    site = _site(url) if external else None
    if external and site is None:
        raise StudioError(422, "Only YouTube and Vimeo URLs are supported.")
    if not external and title is None:
        raise StudioError(422, "The title is missing.")
    auto = _auto_caption(api)
    media = _new(api, api.world.new_id(), title or f"{site} video", owner.id, site or "url")
    if site is not None:
        media.external_url, media.status = url, FINISHED
    _put(api, media, collection.id if collection is not None else None)
    if site is None:
        importing.begin(api, media, url, auto_caption=auto)
    return json_response({"media": media_json(api, media)}, 201)


def _site(url: str) -> str | None:
    host = urlsplit(url).hostname
    return next((site for site, hosts in _EXTERNAL.items() if host in hosts), None)


def _auto_caption(api: Api) -> bool:
    """Read ``auto_caption``.

    :raises StudioError: 501 where the account has none.
    """
    wanted = flag("auto_caption")
    if wanted and not api.faults.behaviour.auto_captions:
        raise no_auto_captions()
    return wanted


def _new(api: Api, row: int, title: str, owner_id: int, source: str) -> Media:
    return Media(row, title, text("description"), owner_id, api.faults.now(), source, status=TRANSCODING)


def _put(api: Api, media: Media, collection_id: int | None) -> None:
    """Let a media into the world: placed first, as every media that anybody can find has a home."""
    owner = api.world.users[media.owner_id]
    home = api.world.collections[collection_id] if collection_id is not None else api.world.library(owner)
    with api.world.lock:
        api.world.place(media, home)
        api.world.media[media.id] = media
