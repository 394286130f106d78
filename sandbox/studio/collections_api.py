"""Collections (reference 2.7)."""

from __future__ import annotations

from flask import Response

from sandbox.common.answers import json_response
from sandbox.studio.access import Api
from sandbox.studio.errors import StudioError, invalid
from sandbox.studio.objects import collection_json, media_json
from sandbox.studio.paging import page_of
from sandbox.studio.parameters import text
from sandbox.studio.removal import remove_collection
from sandbox.studio.rights import Level, collection_level
from sandbox.studio.sharing import change_share, shares_json
from sandbox.studio.world import Collection, User

_SHARES = ("view", "edit")


def add_collection_routes(api: Api) -> None:
    """Register the routes."""

    @api.route("GET", "/collections")
    def index(caller: User) -> Response:
        """List what the caller has permission to, the own library too; libraries of others are never among it."""
        seen = [each for each in list(api.world.collections.values()) if _listed(caller, each)]
        return json_response(page_of("collections", seen, lambda each: collection_json(api, caller, each)))

    @api.route("POST", "/collections")
    def create(caller: User) -> Response:
        """Make a collection."""
        owner, name = api.on_behalf(caller), text("name")
        if name is None:
            raise invalid("name")
        row = api.world.new_id()
        made = Collection(row, name, "shared", owner.id, api.faults.now())
        api.world.collections[row] = made
        return json_response({"collection": collection_json(api, caller, made)}, 201)

    @api.route("GET", "/collections/<collection_id>")
    def show(caller: User, collection_id: str) -> Response:
        """Describe a collection."""
        collection = api.collection(caller, collection_id, Level.VIEW)
        return json_response({"collection": collection_json(api, caller, collection)})

    @api.route("DELETE", "/collections/<collection_id>")
    def delete(caller: User, collection_id: str) -> Response:
        """Delete a collection and the media in it. Libraries stay."""
        collection = api.collection(caller, collection_id, Level.OWNER)
        if collection.type == "user":
            raise StudioError(422, "A library cannot be deleted.")
        remove_collection(api.world, collection)
        return Response(status=204)

    @api.route("POST", "/collections/<collection_id>/archive")
    def archive(caller: User, collection_id: str) -> Response:
        """Take a collection out of the lists."""
        collection = api.collection(caller, collection_id, Level.OWNER)
        collection.archived = True
        return json_response({"collection": collection_json(api, caller, collection)})

    @api.route("POST", "/collections/<collection_id>/unarchive")
    def unarchive(caller: User, collection_id: str) -> Response:
        """Bring a collection back."""
        collection = api.collection(caller, collection_id, Level.OWNER)
        collection.archived = False
        return json_response({"collection": collection_json(api, caller, collection)})

    @api.route("GET", "/collections/<collection_id>/media")
    def media(caller: User, collection_id: str) -> Response:
        """List the media of a collection, newest first."""
        collection = api.collection(caller, collection_id, Level.VIEW)
        found = [each for each in api.world.media_in(collection) if not each.archived]
        found.sort(key=lambda each: (each.created_at, each.id), reverse=True)
        return json_response(page_of("media", found, lambda each: media_json(api, each)))

    @api.route("GET", "/collections/<collection_id>/permissions")
    def permissions(caller: User, collection_id: str) -> Response:
        """List who else is in."""
        return json_response(shares_json(api.collection(caller, collection_id, Level.OWNER).members))

    @api.route("POST", "/collections/<collection_id>/permissions")
    def share(caller: User, collection_id: str) -> Response:
        """Let somebody in, change what they may, or take it away."""
        collection = api.collection(caller, collection_id, Level.OWNER)
        return json_response(change_share(api.world, collection.members, _SHARES))


def _listed(caller: User, collection: Collection) -> bool:
    if collection.archived or (collection.type == "user" and collection.owner_id != caller.id):
        return False
    return collection_level(caller, collection) >= Level.VIEW
