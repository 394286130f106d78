"""Media: reading, deleting, archiving, where they are and who may see them (reference 2.3)."""

from __future__ import annotations

from flask import Response

from sandbox.common.answers import json_response
from sandbox.studio.access import Api
from sandbox.studio.errors import invalid, not_found
from sandbox.studio.objects import Json, collection_json, media_json, owner_json, perspective_json
from sandbox.studio.paging import page_of
from sandbox.studio.parameters import number, text, whole
from sandbox.studio.removal import remove_media
from sandbox.studio.rights import Level, media_level, name_of
from sandbox.studio.sharing import change_share, shares_json
from sandbox.studio.world import Media, User

_SHARES = ("access", "view", "edit")


def add_media_routes(api: Api) -> None:
    """Register the routes."""

    @api.route("GET", "/media/<media_id>")
    def show(caller: User, media_id: str) -> Response:
        """Describe a media, with the collection it is at home in."""
        media = api.media(caller, media_id, Level.VIEW)
        home = collection_json(api, caller, api.world.home(media))
        return json_response({"media": {**media_json(api, media), "collection": home}})

    @api.route("DELETE", "/media/<media_id>")
    def delete(caller: User, media_id: str) -> Response:
        """Delete a media and its placements."""
        remove_media(api.world, api.media(caller, media_id, Level.OWNER))
        return Response(status=204)

    @api.route("POST", "/media/<media_id>/archive")
    def archive(caller: User, media_id: str) -> Response:
        """Take a media out of the lists."""
        media = api.media(caller, media_id, Level.OWNER)
        media.archived = True
        return json_response({"media": media_json(api, media)})

    @api.route("POST", "/media/<media_id>/unarchive")
    def unarchive(caller: User, media_id: str) -> Response:
        """Bring a media back, into another collection if asked."""
        media = api.media(caller, media_id, Level.OWNER)
        target = whole("collection_id")
        if target is not None:
            api.world.place(media, api.collection(caller, str(target), Level.EDIT))
        media.archived = False
        return json_response({"media": media_json(api, media)})

    @api.route("GET", "/media/<media_id>/courses")
    def courses(caller: User, media_id: str) -> Response:
        """List the courses that have the media."""
        media = api.media(caller, media_id, Level.VIEW)
        places = [api.world.collections[each.collection_id] for each in api.world.placements(media.id)]
        shown = [collection_json(api, caller, place) for place in places if place.course_id is not None]
        return json_response({"courses": shown})

    @api.route("GET", "/media/<media_id>/perspectives")
    def perspectives(caller: User, media_id: str) -> Response:
        """List where the media is."""
        media = api.media(caller, media_id, Level.VIEW)
        shown = [perspective_json(api, caller, each) for each in api.world.placements(media.id)]
        return json_response({"perspectives": shown})

    @api.route("GET", "/media/<media_id>/permissions")
    def permissions(caller: User, media_id: str) -> Response:
        """List the direct shares."""
        media = api.media(caller, media_id, Level.OWNER)
        return json_response(shares_json(media.shares))

    @api.route("POST", "/media/<media_id>/permissions")
    def share(caller: User, media_id: str) -> Response:
        """Make, change or end a direct share; 400 if it exists already, or does not."""
        media = api.media(caller, media_id, Level.OWNER)
        return json_response(change_share(api.world, media.shares, _SHARES))

    @api.route("GET", "/media/<media_id>/users")
    def users(caller: User, media_id: str) -> Response:
        """List who has access, directly or through a collection."""
        media = api.media(caller, media_id, Level.VIEW)
        asked = text("min_permission") or "access"
        if asked not in _SHARES:
            raise invalid("min_permission")
        levels = [(user, media_level(api.world, user, media)) for user in list(api.world.users.values())]
        seen = [(user, level) for user, level in levels if level >= Level[asked.upper()]]
        body = page_of("user_permissions", seen, lambda one: {**owner_json(one[0]), "permission": name_of(one[1])})
        return json_response(body)

    @api.route("GET", "/media/<media_id>/tags")
    def tags(caller: User, media_id: str) -> Response:
        """List the tags. Documented as 201, and so it is."""
        return json_response(_tags_json(api.media(caller, media_id, Level.VIEW)), 201)

    @api.route("POST", "/media/<media_id>/tags")
    def tag(caller: User, media_id: str) -> Response:
        """Add a tag."""
        media = api.media(caller, media_id, Level.EDIT)
        name = text("name")
        if name is None:
            raise invalid("name")
        if name not in media.tags.values():
            media.tags[api.world.new_id()] = name
        return json_response(_tags_json(media), 201)

    @api.route("DELETE", "/media/<media_id>/tags/<tag_id>")
    def untag(caller: User, media_id: str, tag_id: str) -> Response:
        """Take a tag away."""
        media = api.media(caller, media_id, Level.EDIT)
        if media.tags.pop(number(tag_id, "tag_id"), None) is None:
            raise not_found("tag")
        return json_response(_tags_json(media))


def _tags_json(media: Media) -> Json:
    return {"tags": [{"id": number, "name": name} for number, name in media.tags.items()]}
