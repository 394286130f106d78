"""Users (reference 2.9), and ping (2.8). There is no ``/users/me``."""

from __future__ import annotations

from flask import Response

from sandbox.common.answers import json_response
from sandbox.studio.access import Api
from sandbox.studio.errors import StudioError, forbidden, not_found
from sandbox.studio.objects import collection_json, media_json, user_json
from sandbox.studio.paging import page_of
from sandbox.studio.parameters import number, text
from sandbox.studio.rights import collection_level, media_level, name_of
from sandbox.studio.world import User


def add_user_routes(api: Api) -> None:
    """Register the routes."""

    @api.route("GET", "/ping")
    def ping(caller: User) -> Response:
        """Say that the API is there, to those who may use it."""
        return Response("pong", content_type="text/plain; charset=utf-8")

    @api.route("GET", "/users/search")
    def search(caller: User) -> Response:
        """Find accounts by e-mail address; for administrators. Nobody found is an empty list."""
        email, role = text("email"), text("role")
        if email is None:
            raise StudioError(400, "The email parameter is missing.")
        if not caller.admin:
            raise forbidden()
        found = api.world.user_by_email(email)
        users = [found] if found is not None and (role is None or role in found.roles) else []
        return json_response({"users": [user_json(user) for user in users]})

    @api.route("GET", "/users/<user_id>")
    def show(caller: User, user_id: str) -> Response:
        """Describe an account."""
        return json_response({"user": user_json(_user(api, caller, user_id))})

    @api.route("GET", "/users/<user_id>/media")
    def media(caller: User, user_id: str) -> Response:
        """List what somebody may see, with what they may do."""
        user = _user(api, caller, user_id)
        levels = [(each, media_level(api.world, user, each)) for each in list(api.world.media.values())]
        seen = [(each, level) for each, level in levels if level and not each.archived]
        return json_response(
            page_of("media", seen, lambda pair: {**media_json(api, pair[0]), "permission": name_of(pair[1])})
        )

    @api.route("GET", "/users/<user_id>/collections")
    def collections(caller: User, user_id: str) -> Response:
        """List somebody's collections."""
        user = _user(api, caller, user_id)
        seen = [each for each in list(api.world.collections.values()) if collection_level(user, each)]
        return json_response(page_of("collections", seen, lambda each: collection_json(api, user, each)))

    @api.route("GET", "/users/<user_id>/library")
    def library(caller: User, user_id: str) -> Response:
        """Give somebody's own library."""
        user = _user(api, caller, user_id)
        return json_response({"collection": collection_json(api, user, api.world.library(user))})


def _user(api: Api, caller: User, user_id: str) -> User:
    found = number(user_id, "user_id")
    if found != caller.id and not caller.admin:
        raise forbidden()
    if found not in api.world.users:
        raise not_found("user")
    return api.world.users[found]
