"""Courses, by their Canvas numbers (reference 2.8), and embedding a media in one (5.2)."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Response

from sandbox.common.answers import json_response
from sandbox.studio.access import Api
from sandbox.studio.errors import forbidden, invalid, not_found
from sandbox.studio.objects import collection_json, label_of, perspective_json
from sandbox.studio.parameters import flag, number, text, whole
from sandbox.studio.playback_api import media_sources
from sandbox.studio.rights import Level, collection_level, media_level
from sandbox.studio.world import Collection, Media, User

EMBED_TYPES = ("embed", "bare_embed")


def add_course_routes(api: Api) -> None:
    """Register the routes."""

    @api.route("GET", "/courses/<course_id>")
    def show(caller: User, course_id: str) -> Response:
        """Describe the collection of a course: its ``id`` is the collection's, its ``course_id`` Canvas's."""
        collection = _course(api, caller, number(course_id, "course_id"), Level.VIEW)
        return json_response({"course": collection_json(api, caller, collection)})

    @api.route("GET", "/courses/<course_id>/perspectives")
    def perspectives(caller: User, course_id: str) -> Response:
        """List the placements of a course."""
        collection = _course(api, caller, number(course_id, "course_id"), Level.VIEW)
        places = [each for media in api.world.media for each in api.world.placements(media)]
        shown = [perspective_json(api, caller, each) for each in places if each.collection_id == collection.id]
        return json_response({"perspectives": shown})

    @api.route("GET", "/courses/<course_id>/media")
    def media(caller: User, course_id: str) -> Response:
        """List what Canvas's mobile apps keep for offline use: not documented, and a bare list."""
        collection = _course(api, caller, number(course_id, "course_id"), Level.VIEW)
        return json_response([_offline_json(api, each) for each in api.world.media_in(collection)])

    @api.route("POST", "/media/<media_id>/create_embed")
    def create_embed(caller: User, media_id: str) -> Response:
        """Put a media into a course's collection and give its launch address."""
        wanted = api.media(caller, media_id, Level.VIEW)
        course_id, embed_type, downloadable = whole("course_id"), text("embed_type"), flag("downloadable")
        if course_id is None:
            raise invalid("course_id")
        if embed_type not in EMBED_TYPES:
            raise invalid("embed_type")
        collection = _course(api, caller, course_id, Level.EDIT)
        there = any(each.collection_id == collection.id for each in api.world.placements(wanted.id))
        if not there and media_level(api.world, caller, wanted) < Level.EDIT:
            raise forbidden()
        with api.world.lock:
            api.world.place(wanted, collection)
        query = {
            "custom_arc_launch_type": embed_type,
            "custom_arc_media_id": wanted.lti_launch_id,
            **({"custom_arc_display_download": "true"} if downloadable else {}),
            "custom_arc_start_at": "0",
        }
        return json_response({api.faults.behaviour.embed_key: f"{api.url}/lti/launch?{urlencode(query)}"})


def _course(api: Api, caller: User, course_id: int, least: Level) -> Collection:
    collection = api.world.course_collection(course_id)
    if collection is None:
        raise not_found("course")
    if collection_level(caller, collection) < least:
        raise forbidden()
    return collection


def _offline_json(api: Api, media: Media) -> dict[str, Any]:
    sources = media_sources(api.world, api.faults, api.url, media)
    return {
        "id": media.id,
        "lti_launch_id": media.lti_launch_id,
        "title": media.title,
        "mime_type": sources[0]["mime_type"] if sources else None,
        "size": media.size,
        "url": sources[0]["url"] if sources else None,
        "captions": [
            {"srclang": each.srclang, "label": label_of(each), "data": each.content}
            for each in api.world.captions_of(media.id)
            if each.status == "published"
        ],
    }
